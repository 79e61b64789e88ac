//! What an operator has to do or to look at on a hop, sorted into before, during and after.

use super::hop::HopFacts;
use super::model::UpgradeAction;
use super::told::Told;
use crate::config::{Downtime, OperatorAction};
use crate::domain::{Action, ActionTime, MigrationPhase};
use crate::reports::ChangelogEntry;

/// The actions of a hop. `before` is the hop that was gone before it; only those for `installation` where one is named.
pub(super) fn actions(
    told: &Told<'_>,
    hop: &HopFacts,
    before: Option<&HopFacts>,
    installation: Option<&str>,
) -> Vec<UpgradeAction> {
    let mut actions: Vec<UpgradeAction> = before.into_iter().flat_map(|before| unfinished(told, before)).collect();
    for number in &hop.notes {
        actions.extend(of_note(told, *number).filter(|action| is_for(&action.installations, installation)));
    }
    for (entry, breaking) in breaking_commits(told, hop) {
        actions.push(UpgradeAction {
            text: entry.text.clone(),
            breaking,
            refs: entry.refs.clone(),
            commits: vec![entry.id],
            ..plain(ActionTime::Before, Action::Required)
        });
    }
    // What is required first; otherwise in the order of the notes.
    actions.sort_by_key(|action| (action.when, std::cmp::Reverse(action.action)));
    actions
}

/// Whether something that is about some kinds of installation is about the one that was asked for.
pub(super) fn is_for(kinds: &[String], installation: Option<&str>) -> bool {
    kinds.is_empty() || installation.is_none_or(|name| kinds.iter().any(|kind| kind == name))
}

/// Breaking changes that no note tells of, with what breaks.
pub(super) fn breaking_commits<'h>(
    told: &'h Told<'_>,
    hop: &'h HopFacts,
) -> impl Iterator<Item = (&'h ChangelogEntry, Option<String>)> + 'h {
    let entries = hop.changelog.iter().flat_map(|section| section.entries()).map(|(_, entry)| entry);
    let breaking = entries.filter(move |entry| entry.breaking && note_of(told, entry).is_none());
    breaking.map(|entry| (entry, entry.breaking_text.clone()))
}

/// The note of an entry, by any of its commits.
pub(super) fn note_of(told: &Told<'_>, entry: &ChangelogEntry) -> Option<usize> {
    let commits = entry.commits.iter().chain(&entry.origin).chain([&entry.id]);
    commits.into_iter().find_map(|commit| told.note_of(*commit))
}

fn plain(when: ActionTime, action: Action) -> UpgradeAction {
    UpgradeAction {
        when,
        action,
        text: String::new(),
        instructions: None,
        breaking: None,
        downtime: None,
        rollback: None,
        affected: None,
        installations: Vec::new(),
        verify: None,
        more: None,
        refs: Vec::new(),
        note: None,
        commits: Vec::new(),
        since: None,
    }
}

fn of_note(told: &Told<'_>, number: usize) -> Option<UpgradeAction> {
    let note = told.note(number);
    let operator = note.operator.as_ref().filter(|operator| operator.action != Action::None);
    if operator.is_none() && note.breaking.is_none() {
        return None;
    }
    let item = told.item(number);
    let when = operator.and_then(|operator| operator.when).unwrap_or(ActionTime::Before);
    let action = operator.map_or(Action::Required, |operator| operator.action);
    let action = UpgradeAction {
        text: item.text,
        refs: item.refs,
        note: item.note,
        commits: item.commits,
        since: item.since,
        installations: operator.map(|operator| operator.installations.clone()).unwrap_or_default(),
        downtime: operator.and_then(|operator| operator.downtime.as_ref()).map(downtime),
        rollback: operator.and_then(|operator| operator.rollback),
        ..plain(when, action)
    };
    if told.embargo(number).is_some() {
        return Some(action);
    }
    let said = |field: fn(&OperatorAction) -> &Option<String>| operator.and_then(|operator| field(operator).clone());
    Some(UpgradeAction {
        instructions: note.text.operators().map(str::to_owned),
        breaking: note.breaking.clone(),
        affected: said(|operator| &operator.affected),
        verify: said(|operator| &operator.verify),
        more: said(|operator| &operator.more),
        ..action
    })
}

/// As it stands in a note.
pub(super) fn downtime(downtime: &Downtime) -> String {
    match downtime {
        Downtime::None => "none".to_owned(),
        Downtime::Restart => "restart".to_owned(),
        Downtime::For(period) => period.to_string(),
    }
}

/// Migrations of the hop before that may still run: the next upgrade has to wait for them.
fn unfinished(told: &Told<'_>, before: &HopFacts) -> Vec<UpgradeAction> {
    let mut actions = Vec::new();
    for number in &before.notes {
        let item = told.item(*number);
        let notices = told.note(*number).migrations.iter();
        let running = notices.filter(|notice| {
            notice.phase == MigrationPhase::Background && before.is_variant(notice.variant.as_deref())
        });
        actions.extend(running.map(|notice| UpgradeAction {
            text: format!("Wait until the migration {} of {} has finished in the background", notice.id, before.to),
            note: item.note.clone(),
            commits: item.commits.clone(),
            ..plain(ActionTime::Before, Action::Required)
        }));
    }
    actions
}
