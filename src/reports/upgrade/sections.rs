//! What stands in the sections of one hop. A section that has nothing says so, and says whether that is known.

use super::actions::{breaking_commits, downtime, is_for, note_of};
use super::hop::HopFacts;
use super::model::{SectionName, UpgradeItem, UpgradePoint, UpgradeSection};
use super::surface_items;
use super::told::{Told, paragraph};
use crate::config::{Downtime, Installation, UpgradePolicy};
use crate::domain::{ChangeKind, Severity};

/// For whom a hop is told.
pub(super) struct Audience<'a> {
    pub policy: &'a UpgradePolicy,
    pub installation: Option<&'a str>,
    pub is_air_gapped: bool,
    /// The command that prints all changes of the hop.
    pub changelog: String,
}

impl Audience<'_> {
    /// The kinds of installation that are told, each with what documents call it.
    pub fn installations(&self) -> impl Iterator<Item = (&str, &Installation)> {
        let all = self.policy.installations.iter().map(|(name, installation)| (name.as_str(), installation));
        all.filter(move |(name, _)| self.installation.is_none_or(|asked| asked == *name))
    }
}

/// A section with its items, or with what is said where there are none.
pub(super) fn section(section: SectionName, items: Vec<UpgradeItem>, nothing: &str) -> UpgradeSection {
    let nothing = items.is_empty().then(|| nothing.to_owned());
    UpgradeSection { section, about: None, nothing, items }
}

/// All sections of a hop, in their order.
pub(super) fn of_hop(
    told: &Told<'_>,
    hop: &HopFacts,
    release: &UpgradePoint,
    audience: &Audience<'_>,
) -> Vec<UpgradeSection> {
    let mut sections = vec![
        breaking(told, hop, audience),
        new_behaviour(told, hop, audience),
        surface_items::configuration(told, hop),
        surface_items::migrations(told, hop),
        surface_items::requirements(hop),
        surface_items::deprecations(hop),
        downtime_and_order(told, hop, audience),
        security(told, hop),
        errata(told, hop),
        steps(hop, release, audience),
    ];
    sections.extend(audience.is_air_gapped.then(|| air_gapped(release, audience)));
    sections.push(verify(told, hop, release, audience));
    sections
}

fn notes_for<'h>(
    told: &'h Told<'_>,
    hop: &'h HopFacts,
    installation: Option<&'h str>,
) -> impl Iterator<Item = usize> + 'h {
    let of = move |number: &usize| {
        let kinds = told.note(*number).operator.as_ref().map_or(&[] as &[String], |it| it.installations.as_slice());
        is_for(kinds, installation)
    };
    hop.notes.iter().copied().filter(of)
}

fn breaking(told: &Told<'_>, hop: &HopFacts, audience: &Audience<'_>) -> UpgradeSection {
    let breaking = notes_for(told, hop, audience.installation).filter(|number| told.note(*number).breaking.is_some());
    let mut items: Vec<UpgradeItem> = breaking
        .map(|number| {
            let note = told.note(number);
            let mut item = told.item(number);
            if told.embargo(number).is_none() {
                item.details.extend(note.breaking.as_deref().map(paragraph).filter(|text| *text != item.text));
                let operator = note.operator.as_ref();
                item.details.extend(operator.and_then(|it| it.affected.as_ref()).map(|it| format!("Affected: {it}")));
                item.details.extend(operator.and_then(|it| it.more.as_ref()).map(|it| format!("More: {it}")));
            }
            item
        })
        .collect();
    items.extend(breaking_commits(told, hop).map(|(entry, text)| UpgradeItem {
        text: entry.text.clone(),
        details: text.into_iter().collect(),
        refs: entry.refs.clone(),
        commits: vec![entry.id],
        ..UpgradeItem::default()
    }));
    section(SectionName::Breaking, items, "No change note and no commit says that something breaks.")
}

fn new_behaviour(told: &Told<'_>, hop: &HopFacts, audience: &Audience<'_>) -> UpgradeSection {
    let is_news = |kind| {
        matches!(
            kind,
            ChangeKind::Added
                | ChangeKind::Changed
                | ChangeKind::Removed
                | ChangeKind::Deprecated
                | ChangeKind::Performance
        )
    };
    let news = notes_for(told, hop, audience.installation).filter(|number| {
        let note = told.note(*number);
        is_news(note.kind) && note.breaking.is_none()
    });
    let items: Vec<UpgradeItem> = news
        .map(|number| UpgradeItem { mark: Some(told.note(number).kind.as_str().to_owned()), ..told.item(number) })
        .collect();
    let others = hop.changelog.iter().flat_map(|section| section.entries());
    let others = others.filter(|(kind, entry)| is_news(*kind) && note_of(told, entry).is_none()).count();
    let mut told = section(SectionName::NewBehaviour, items, "No change note tells of new behaviour.");
    if others > 0 {
        let changes = if others == 1 { "1 change".to_owned() } else { format!("{others} changes") };
        told.about = Some(format!("{changes} without a change note: `{}` lists them.", audience.changelog));
    }
    told
}

fn downtime_and_order(told: &Told<'_>, hop: &HopFacts, audience: &Audience<'_>) -> UpgradeSection {
    let mut items = Vec::new();
    for number in notes_for(told, hop, audience.installation) {
        let asked = told.note(number).operator.as_ref().and_then(|operator| operator.downtime.as_ref());
        if let Some(asked) = asked.filter(|asked| **asked != Downtime::None) {
            items.push(UpgradeItem { mark: Some(downtime(asked)), ..told.item(number) });
        }
        let notices = told.note(number).migrations.iter();
        for notice in notices.filter(|notice| hop.is_variant(notice.variant.as_deref())) {
            if notice.works_with_older == Some(false) {
                items.push(UpgradeItem {
                    mark: Some("mixed versions".to_owned()),
                    code: Some(notice.id.clone()),
                    text: format!("{} does not work on what this migration leaves", hop.from),
                    note: told.item(number).note,
                    ..UpgradeItem::default()
                });
            }
        }
    }
    let policy = audience.policy;
    if !policy.components.is_empty() {
        let text = policy.components.join(", then ");
        items.push(UpgradeItem { mark: Some("order".to_owned()), text, ..UpgradeItem::default() });
    }
    items.extend(policy.mixed_versions.as_ref().map(|text| UpgradeItem {
        mark: Some("mixed versions".to_owned()),
        text: text.clone(),
        ..UpgradeItem::default()
    }));
    let nothing = "No change note asks for downtime, and no order of components is declared.";
    section(SectionName::Downtime, items, nothing)
}

fn security(told: &Told<'_>, hop: &HopFacts) -> UpgradeSection {
    let mut items: Vec<(Option<Severity>, UpgradeItem)> = Vec::new();
    for number in &hop.notes {
        let note = told.note(*number);
        if note.kind != ChangeKind::Security {
            continue;
        }
        let mut item = told.item(*number);
        let Some(security) = note.security.as_ref().filter(|_| told.embargo(*number).is_none()) else {
            items.push((None, item));
            continue;
        };
        item.mark = Some(security.severity.as_str().to_owned());
        item.refs = security.ids.iter().chain(&note.refs).cloned().collect();
        item.refs.dedup();
        item.details.extend(security.affected.as_ref().map(|text| format!("Affected: {text}")));
        item.details.extend(security.introduced_in.as_ref().map(|first| format!("Present since {first}")));
        item.details.extend(security.disclose_on.map(|day| format!("Disclosed on {day}")));
        items.push((Some(security.severity), item));
    }
    let entries = hop.changelog.iter().flat_map(|section| section.entries());
    let entries = entries.filter(|(kind, entry)| *kind == ChangeKind::Security && note_of(told, entry).is_none());
    items.extend(entries.map(|(_, entry)| {
        let item = UpgradeItem {
            text: entry.text.clone(),
            refs: entry.refs.clone(),
            commits: vec![entry.id],
            since: entry.first_self_hosted.as_deref().cloned(),
            ..UpgradeItem::default()
        };
        (None, item)
    }));
    items.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
    let items = items.into_iter().map(|(_, item)| item).collect();
    section(SectionName::Security, items, "No change note and no commit tells of a security fix.")
}

fn errata(told: &Told<'_>, hop: &HopFacts) -> UpgradeSection {
    let mut items = Vec::new();
    for number in hop.notes.iter().filter(|number| told.embargo(**number).is_none()) {
        let about = told.item(*number);
        items.extend(told.note(*number).errata.iter().map(|erratum| UpgradeItem {
            mark: Some(erratum.on.to_string()),
            text: paragraph(&erratum.text),
            details: vec![format!("About: {}", about.text)],
            note: about.note.clone(),
            ..UpgradeItem::default()
        }));
    }
    items.sort_by(|a, b| a.mark.cmp(&b.mark));
    section(SectionName::Errata, items, "No corrections were made after publication.")
}

/// Commands for each kind of installation, with the versions in them.
fn commands(
    hop: &HopFacts,
    release: &UpgradePoint,
    audience: &Audience<'_>,
    of: impl Fn(&Installation) -> &[String],
) -> Vec<UpgradeItem> {
    let filled = |command: &String| {
        let command = command.replace("{version}", release.version.as_str());
        command.replace("{tag}", release.tag.as_str()).replace("{from}", hop.from.as_str())
    };
    let item = |(name, installation): (&str, &Installation)| {
        let commands: Vec<String> = of(installation).iter().map(filled).collect();
        (!commands.is_empty()).then(|| UpgradeItem {
            text: installation.title.clone().unwrap_or_else(|| name.to_owned()),
            commands,
            ..UpgradeItem::default()
        })
    };
    audience.installations().filter_map(item).collect()
}

fn steps(hop: &HopFacts, release: &UpgradePoint, audience: &Audience<'_>) -> UpgradeSection {
    let items = commands(hop, release, audience, |installation| &installation.upgrade);
    let nothing = match audience.installation {
        Some(name) => format!("No commands are declared for `{name}`."),
        None => "No commands are declared for any kind of installation.".to_owned(),
    };
    section(SectionName::Steps, items, &nothing)
}

fn air_gapped(release: &UpgradePoint, audience: &Audience<'_>) -> UpgradeSection {
    let mut items = vec![UpgradeItem {
        mark: Some("carry".to_owned()),
        code: Some(release.tag.to_string()),
        text: "the release with its history".to_owned(),
        details: vec![format!("Commit {}", release.commit)],
        ..UpgradeItem::default()
    }];
    items.extend(release.artifacts.iter().map(|artifact| UpgradeItem {
        mark: Some("carry".to_owned()),
        code: Some(artifact.clone()),
        text: "compare this digest after carrying".to_owned(),
        ..UpgradeItem::default()
    }));
    for (name, installation) in audience.installations() {
        items.extend(installation.carry.iter().map(|what| UpgradeItem {
            mark: Some("carry".to_owned()),
            code: Some(what.replace("{version}", release.version.as_str()).replace("{tag}", release.tag.as_str())),
            text: format!("for {}", installation.title.as_deref().unwrap_or(name)),
            ..UpgradeItem::default()
        }));
    }
    let mut told = section(SectionName::AirGapped, items, "");
    let digests = if release.artifacts.is_empty() { " The tag names no digest of what was built from it." } else { "" };
    told.about =
        Some(format!("This step cannot be left out, even where an online upgrade would take it by itself.{digests}"));
    told
}

fn verify(told: &Told<'_>, hop: &HopFacts, release: &UpgradePoint, audience: &Audience<'_>) -> UpgradeSection {
    let sentence = |text: &str| UpgradeItem { text: text.to_owned(), ..UpgradeItem::default() };
    let mut items: Vec<UpgradeItem> = audience.policy.verify.iter().map(|text| sentence(text)).collect();
    items.extend(commands(hop, release, audience, |installation| &installation.verify));
    for number in notes_for(told, hop, audience.installation).filter(|number| told.embargo(*number).is_none()) {
        let verify = told.note(number).operator.as_ref().and_then(|operator| operator.verify.as_ref());
        items.extend(verify.map(|verify| UpgradeItem {
            text: paragraph(verify),
            details: vec![format!("About: {}", told.title(number))],
            note: told.item(number).note,
            ..UpgradeItem::default()
        }));
    }
    let nothing =
        format!("How to see that all is well is not declared. Check at least that it reports {}.", release.version);
    section(SectionName::Verify, items, &nothing)
}
