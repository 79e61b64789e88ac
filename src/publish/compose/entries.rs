//! Changes as changelogs list them.

use super::inputs::Inputs;
use crate::domain::{ChangeKind, ChannelName};
use crate::publish::prose::{inline, line, prose, said};
use crate::publish::template::one_line;
use crate::publish::text;
use crate::publish::view::{EntryView, ErratumView, LeftOutView, LinkView, MoreView, SectionView};
use crate::reports::{ChangelogEntry, ChangelogErratum, KindSection, LeftOut, LeftOutWhy};

/// What an entry says of releases that others install.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// Nothing: there is no such channel, or this is it.
    Untold,
    Told,
}

/// The heading of a kind of change, as Keep a Changelog has it.
pub const fn heading(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Security => "Security",
        ChangeKind::Added => "Added",
        ChangeKind::Changed => "Changed",
        ChangeKind::Deprecated => "Deprecated",
        ChangeKind::Removed => "Removed",
        ChangeKind::Fixed => "Fixed",
        ChangeKind::Performance => "Performance",
        ChangeKind::Internal => "Internal",
    }
}

/// The sections of one release or deploy, in the order of the report, `most` entries of them at most.
pub fn sections(
    inputs: &Inputs<'_>,
    sections: &[KindSection],
    availability: Availability,
    most: usize,
) -> Vec<SectionView> {
    let mut room = most;
    let mut shown = Vec::new();
    for section in sections.iter().filter(|section| !section.entries.is_empty()) {
        let count = room.min(section.entries.len());
        room -= count;
        if count > 0 {
            let entries = section.entries.iter().take(count).map(|entry| entry_view(inputs, entry, availability));
            shown.push(SectionView { title: heading(section.kind).to_owned(), entries: entries.collect() });
        }
    }
    shown
}

/// What is told of entries that a page has no room for.
pub fn omitted(count: usize, most: usize, command: &str) -> Option<MoreView> {
    let more = count.checked_sub(most).filter(|more| *more > 0)?;
    Some(MoreView { count: text::counted(more, "more change", "more changes"), command: command.to_owned() })
}

/// What prints a changelog on the command line: of one release or deploy, or of a whole channel.
pub fn command(channel: &ChannelName, release: Option<&str>) -> String {
    let channel = text::shell_word(channel.as_str());
    match release {
        Some(release) => format!("twintrack changelog --channel {channel} --release {}", text::shell_word(release)),
        None => format!("twintrack changelog --channel {channel}"),
    }
}

pub fn entry_view(inputs: &Inputs<'_>, entry: &ChangelogEntry, availability: Availability) -> EntryView {
    let mut links: Vec<LinkView> = entry.refs.iter().map(|reference| reference_link(inputs, reference)).collect();
    if let Some(commit) = entry.commits.first() {
        links.push(LinkView { text: commit.short(), url: inputs.commit_url(*commit) });
    }
    let is_of_note = entry.note.is_some();
    EntryView {
        text: said(&entry.text, is_of_note),
        scope: entry.scope.clone().filter(|scope| !one_line(scope).is_empty()),
        is_breaking: entry.breaking,
        links,
        availability: match (availability, &entry.first_self_hosted) {
            (Availability::Untold, _) => None,
            (Availability::Told, Some(version)) => Some(format!("self-hosted since {version}")),
            (Availability::Told, None) => Some("not yet in a self-hosted release".to_owned()),
        },
        breaking_text: entry.breaks().map(|words| said(words, is_of_note)).unwrap_or_default(),
        withdrawn: None,
        action: entry.operator.as_deref().map(line).unwrap_or_default(),
        details: entry.details.as_deref().map(prose).unwrap_or_default(),
    }
}

/// `#12` and `!12` lead to the change, identifiers of advisories to their public record; where other references lead
/// nothing says.
pub fn reference_link(inputs: &Inputs<'_>, reference: &str) -> LinkView {
    let number = reference.strip_prefix(['#', '!']).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    let url = match number {
        Some(number) => inputs.config.project.links.change(number),
        None if reference.starts_with("CVE-") => Some(format!("https://www.cve.org/CVERecord?id={reference}")),
        None if reference.starts_with("GHSA-") => Some(format!("https://github.com/advisories/{reference}")),
        None => None,
    };
    LinkView { text: reference.to_owned(), url }
}

/// Corrections, the earliest first.
pub fn errata<'r>(items: impl IntoIterator<Item = &'r ChangelogErratum>) -> Vec<ErratumView> {
    items.into_iter().map(|item| ErratumView { date: item.on.to_string(), text: line(&item.text) }).collect()
}

/// What was left out, one by one, where somebody asked for it.
pub fn left_out_items<'r>(inputs: &Inputs<'_>, items: impl IntoIterator<Item = &'r LeftOut>) -> Vec<LeftOutView> {
    if !inputs.lists_left_out {
        return Vec::new();
    }
    let view = |item: &LeftOut| LeftOutView {
        text: inline(&item.text),
        reason: item.reason(),
        commit: LinkView { text: item.id.short(), url: inputs.commit_url(item.id) },
    };
    items.into_iter().map(view).collect()
}

/// Counts of what was left out, by reason; `None` where nothing was.
pub fn left_out<'r>(items: impl IntoIterator<Item = &'r LeftOut>) -> Option<String> {
    let mut counts: std::collections::BTreeMap<LeftOutWhy, usize> = std::collections::BTreeMap::new();
    for item in items {
        *counts.entry(item.why).or_default() += 1;
    }
    if counts.is_empty() {
        return None;
    }
    let reasons: Vec<String> = counts.into_iter().map(|(why, count)| why_words(why, count)).collect();
    Some(text::enumeration(&reasons))
}

fn why_words(why: LeftOutWhy, count: usize) -> String {
    match why {
        LeftOutWhy::ShippedBefore => {
            text::counted(count, "change that an earlier release has", "changes that earlier releases have")
        }
        LeftOutWhy::Reverted => text::counted(count, "change that was reverted", "changes that were reverted"),
        LeftOutWhy::IntroducedAndFixed => {
            text::counted(count, "fix of a fault that nobody met", "fixes of faults that nobody met")
        }
        LeftOutWhy::Audience => text::counted(count, "change for other audiences", "changes for other audiences"),
        LeftOutWhy::Internal => text::counted(count, "internal change", "internal changes"),
        LeftOutWhy::NotAnnounced => {
            text::counted(count, "change that is announced later", "changes that are announced later")
        }
    }
}
