//! The surface of one hop as sections: each difference with what change notes say of it.

use serde_json::Value;

use super::hop::HopFacts;
use super::model::{SectionName, UpgradeItem, UpgradeSection};
use super::sections::section;
use super::told::{Told, paragraph};
use crate::config::{ConfigurationChange, ConfigurationEffect, MigrationNotice};
use crate::domain::RollbackClass;
use crate::surface::{DeprecationState, Migration, SurfaceKind, different_texts, value_text};

/// What stands for nothing in a section of the surface: what is known, and how surely.
fn nothing(hop: &HopFacts, kind: SurfaceKind, none: &str) -> String {
    if !hop.surface.is_tracked(kind) {
        return format!("Not tracked: `surface.{}` declares no files.", kind.as_str());
    }
    match hop.surface.unreadable.iter().any(|file| file.kind == kind) {
        true => "No changes in what could be read.".to_owned(),
        false => none.to_owned(),
    }
}

/// A section of the surface. Where nothing is tracked, what stands in it is known from elsewhere, and that is said.
fn of_kind(
    hop: &HopFacts,
    (name, kind): (SectionName, SurfaceKind),
    mut items: Vec<UpgradeItem>,
    none: &str,
) -> UpgradeSection {
    items.extend(unread(hop, kind));
    let words = nothing(hop, kind, none);
    let mut told = section(name, items, &words);
    if told.nothing.is_none() && !hop.surface.is_tracked(kind) {
        told.about = Some(format!("{words} This is what change notes and `release.toml` say."));
    }
    told
}

/// What could not be read, as items at the end of a section.
fn unread(hop: &HopFacts, kind: SurfaceKind) -> Vec<UpgradeItem> {
    let of = hop.surface.unreadable.iter().filter(|file| file.kind == kind);
    let item = |file: &crate::surface::UnreadableFile| UpgradeItem {
        mark: Some("not read".to_owned()),
        code: Some(file.file.clone()),
        text: format!("at {}: {}", file.at, file.why),
        ..UpgradeItem::default()
    };
    of.map(item).collect()
}

fn item(mark: &str, code: &str, text: String) -> UpgradeItem {
    UpgradeItem { mark: Some(mark.to_owned()), code: Some(code.to_owned()), text, ..UpgradeItem::default() }
}

fn assigned(value: &Value) -> String {
    if value.is_null() { String::new() } else { format!("= {}", value_text(value)) }
}

/// Configuration: file by file, in each what is new, renamed, other by default and gone; then what only notes say.
pub(super) fn configuration(told: &Told<'_>, hop: &HopFacts) -> UpgradeSection {
    let of = &hop.surface.configuration;
    let mut items: Vec<(String, u8, UpgradeItem)> = Vec::new();
    for key in &of.added {
        let mut text = assigned(&key.value);
        if key.commented {
            text = format!("{text} (not set)").trim_start().to_owned();
        }
        let details = key.description.iter().map(|text| paragraph(text)).collect();
        items.push((key.file.clone(), 0, UpgradeItem { details, ..item("added", &key.key, text) }));
    }
    for key in &of.renamed {
        let mut text = format!("is now {}", key.to);
        if key.from_value != key.to_value {
            let (from, to) = different_texts(&key.from_value, &key.to_value);
            text.push_str(&format!(" = {to}, was {from}"));
        }
        items.push((key.file.clone(), 1, item("renamed", &key.from, text)));
    }
    for key in &of.changed {
        let (from, to) = different_texts(&key.from, &key.to);
        let text = format!("= {to}, was {from}");
        let details = key.description.iter().map(|text| paragraph(text)).collect();
        items.push((key.file.clone(), 2, UpgradeItem { details, ..item("changed", &key.key, text) }));
    }
    for key in &of.removed {
        let was = if key.value.is_null() { String::new() } else { format!("was {}", value_text(&key.value)) };
        items.push((key.file.clone(), 3, item("removed", &key.key, was)));
    }
    items.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let mut items: Vec<UpgradeItem> = items
        .into_iter()
        .map(|(file, _, mut item)| {
            item.details.push(format!("In {file}"));
            item
        })
        .collect();
    for number in hop.notes.iter().filter(|number| told.embargo(**number).is_none()) {
        for change in &told.note(*number).configuration {
            add_notice(&mut items, told, *number, change);
        }
    }
    of_kind(hop, (SectionName::Configuration, SurfaceKind::Configuration), items, "No configuration changes.")
}

/// What a note says of a key joins what its file shows; where no file shows it, it stands alone.
fn add_notice(items: &mut Vec<UpgradeItem>, told: &Told<'_>, number: usize, change: &ConfigurationChange) {
    let mut details: Vec<String> = change.about.iter().map(|text| paragraph(text)).collect();
    details.extend((change.needs_restart == Some(true)).then(|| "It counts only after a restart".to_owned()));
    details.extend(change.fails_if.as_ref().map(|text| format!("The program does not start if {}", paragraph(text))));
    let is_it = |item: &UpgradeItem| {
        let code = item.code.as_deref().unwrap_or_default();
        code == change.key || code.strip_suffix(change.key.as_str()).is_some_and(|rest| rest.ends_with('.'))
    };
    let note = told.item(number).note;
    if let Some(known) = items.iter_mut().find(|item| is_it(item) && item.mark.as_deref() != Some("not read")) {
        if let ConfigurationEffect::Removed { replacement: Some(other) } = &change.effect {
            details.push(format!("Use {other} in its place"));
        }
        known.details.extend(details);
        known.note = known.note.take().or(note);
        return;
    }
    let or_nothing = |value: &Option<String>| value.as_ref().map(|value| format!("= {value}")).unwrap_or_default();
    let (mark, text) = match &change.effect {
        ConfigurationEffect::Added { default } => ("added", or_nothing(default)),
        ConfigurationEffect::Removed { replacement } => {
            ("removed", replacement.as_ref().map(|other| format!("use {other} in its place")).unwrap_or_default())
        }
        ConfigurationEffect::Renamed { to } => ("renamed", format!("is now {to}")),
        ConfigurationEffect::Default { from, to } => {
            let was = from.as_ref().map(|from| format!(", was {from}")).unwrap_or_default();
            ("changed", format!("= {to}{was}"))
        }
        ConfigurationEffect::Meaning => ("meaning", "the same value has another effect".to_owned()),
    };
    items.push(UpgradeItem { details, note, ..item(mark, &change.key, text) });
}

/// Migrations with their way back and what notes say of them; then those that only notes know.
pub(super) fn migrations(told: &Told<'_>, hop: &HopFacts) -> UpgradeSection {
    let of = &hop.surface.migrations;
    let mut items = Vec::new();
    let open = || hop.notes.iter().filter(|number| told.embargo(**number).is_none());
    for (mark, list) in [("added", &of.added), ("changed", &of.changed), ("removed", &of.removed)] {
        for migration in list {
            let mut shown = migration_item(mark, migration);
            for number in open() {
                for notice in told.note(*number).migrations.iter().filter(|notice| migration.is_named_by(notice)) {
                    shown.details.extend(notice_details(notice));
                    shown.note = told.item(*number).note;
                }
            }
            items.push(shown);
        }
    }
    for number in open() {
        for notice in told.note(*number).migrations.iter().filter(|it| hop.is_variant(it.variant.as_deref())) {
            let all = of.added.iter().chain(&of.changed).chain(&of.removed);
            if all.into_iter().any(|migration| migration.is_named_by(notice)) {
                continue;
            }
            let mut shown = item("added", &notice.id, way_back(Some(notice.rollback)).to_owned());
            shown.details.extend(notice.variant.iter().map(|variant| format!("For {variant}")));
            shown.details.extend(notice_details(notice));
            shown.note = told.item(*number).note;
            items.push(shown);
        }
    }
    of_kind(hop, (SectionName::Migrations, SurfaceKind::Migrations), items, "No database migrations.")
}

fn migration_item(mark: &str, migration: &Migration) -> UpgradeItem {
    let text = match mark {
        "removed" => String::new(),
        "changed" => format!("after it shipped; {}", way_back(migration.rollback)),
        _ => way_back(migration.rollback).to_owned(),
    };
    let mut details: Vec<String> = migration.variant.iter().map(|variant| format!("For {variant}")).collect();
    details.push(format!("In {}", migration.file));
    details.extend(migration.down_file.as_ref().map(|file| format!("Undone by {file}")));
    UpgradeItem { details, ..item(mark, &migration.id, text) }
}

/// How one goes back over something, in words.
pub(super) const fn way_back(class: Option<RollbackClass>) -> &'static str {
    match class {
        None => "nothing says how to go back over it",
        Some(RollbackClass::Safe) => "the older version runs on with it",
        Some(RollbackClass::NeedsDown) => "has to be undone before going back",
        Some(RollbackClass::NeedsRestore) => "only a backup leads back over it",
        Some(RollbackClass::Impossible) => "there is no way back over it",
    }
}

/// What a note says of how a migration runs. What it does not say is not told.
fn notice_details(notice: &MigrationNotice) -> Vec<String> {
    use crate::domain::MigrationPhase::{After, Background, Before, With};
    let phase = match notice.phase {
        Before => "Runs before the new version starts",
        With => "Runs as the new version starts",
        After => "Runs once no old version runs any more",
        Background => "Runs in the background",
    };
    let mut details = vec![phase.to_owned()];
    let locks = notice.lock.as_ref().filter(|lock| lock.as_str() != "none");
    details.extend(match (locks, &notice.lock_for) {
        (Some(lock), Some(time)) => Some(format!("Locks {lock} for {time}")),
        (Some(lock), None) => Some(format!("Locks {lock}")),
        (None, _) if notice.lock.is_some() => Some("Locks nothing".to_owned()),
        (None, _) => None,
    });
    details.extend(notice.is_online.map(|is_online| match is_online {
        true => "The service goes on while it runs".to_owned(),
        false => "The service stands still while it runs".to_owned(),
    }));
    details.extend(notice.grows_with_rows.map(|grows| match grows {
        true => "Its time grows with what is stored".to_owned(),
        false => "Its time does not grow with what is stored".to_owned(),
    }));
    details.extend(notice.measured.as_ref().map(|measured| format!("Took {} on {}", measured.time, measured.on)));
    details.extend(notice.works_with_older.map(|works| match works {
        true => "The version before it works on with it".to_owned(),
        false => "The version before it does not work with it".to_owned(),
    }));
    details.extend(notice.about.as_deref().map(paragraph));
    details
}

/// Requirements that differ.
pub(super) fn requirements(hop: &HopFacts) -> UpgradeSection {
    let items: Vec<UpgradeItem> = hop
        .surface
        .requirements
        .iter()
        .map(|change| {
            let (mark, text) = match (&change.from, &change.to) {
                (Some(from), Some(to)) => ("changed", format!("{to}, was {from}")),
                (None, to) => ("added", to.clone().unwrap_or_default()),
                (Some(from), None) => ("removed", format!("was {from}")),
            };
            UpgradeItem { details: vec![format!("In {}", change.file)], ..item(mark, &change.name, text) }
        })
        .collect();
    of_kind(hop, (SectionName::RequirementChanges, SurfaceKind::Requirements), items, "No changed requirements.")
}

/// Deprecations: what came due first.
pub(super) fn deprecations(hop: &HopFacts) -> UpgradeSection {
    let mut items = Vec::new();
    for deprecation in &hop.surface.deprecations {
        let mark = match deprecation.state {
            DeprecationState::Due => "due",
            DeprecationState::Announced => "announced",
            DeprecationState::Pending => "pending",
        };
        let facts = [
            deprecation.announced_in.as_ref().map(|version| format!("announced in {version}")),
            deprecation.removed_in.as_ref().map(|version| format!("removed in {version}")),
            deprecation.replacement.as_ref().map(|other| format!("use {other}")),
        ];
        let text = facts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let mut details: Vec<String> = deprecation.description.iter().map(|text| paragraph(text)).collect();
        details.push(format!("In {}", deprecation.file));
        items.push(UpgradeItem { details, ..item(mark, &deprecation.name, text) });
    }
    let none = "Nothing comes due, and nothing new is deprecated.";
    of_kind(hop, (SectionName::Deprecations, SurfaceKind::Deprecations), items, none)
}
