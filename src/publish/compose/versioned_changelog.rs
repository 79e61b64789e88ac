//! Changelogs of a channel that others install.

use std::collections::BTreeMap;

use super::entries::{Availability, left_out, sections};
use super::inputs::{Inputs, LinePlaces, kind_mark, stage_words, way};
use crate::domain::{LineKind, Stage};
use crate::publish::layout::Place;
use crate::publish::text;
use crate::publish::view::{LineChangelogView, LineRowView, LinkView, ReleaseView, VersionedChangelogView};
use crate::reports::{ChangelogSection, ChannelStatus, LineStatus, ReleasedAs};

/// Entries of the page of all lines, past which releases stand in the changelogs of their lines only.
const ENTRIES_SHOWN: usize = 600;

/// The page of all lines.
pub fn all_lines(inputs: &Inputs<'_>, channel: &ChannelStatus, place: &Place) -> VersionedChangelogView {
    let title = inputs.channel_title(&channel.name);
    let places = inputs.line_places(channel);
    let mut newest: Vec<&ChangelogSection> =
        changes(inputs, channel).filter(|changes| changes.release.tag.is_some()).collect();
    newest.sort_by_key(|changes| std::cmp::Reverse(changes.release.date));
    let total = newest.len();
    let mut entries = 0;
    let shown = newest.iter().take_while(|changes| {
        let is_shown = entries < ENTRIES_SHOWN;
        entries += changes.entry_count();
        is_shown
    });
    let tags = tags(inputs, channel);
    let releases: Vec<ReleaseView> = shown.map(|changes| release_view(inputs, changes, &tags)).collect();
    VersionedChangelogView {
        title: inputs.document_title(&channel.name, "changelog"),
        project: inputs.project(),
        channel: title,
        lines: channel.lines.iter().zip(&places).map(|(line, places)| line_row(line, places, place)).collect(),
        more_releases: total - releases.len(),
        releases,
    }
}

/// The changelog of one line.
pub fn one_line(
    inputs: &Inputs<'_>,
    channel: &ChannelStatus,
    line: &LineStatus,
    places: &LinePlaces,
) -> LineChangelogView {
    let tags = tags(inputs, channel);
    let own = || changes(inputs, channel).filter(|changes| changes.release.line.as_deref() == Some(line.name.as_str()));
    LineChangelogView {
        title: format!("{} {} changelog", inputs.project_name(), line.name),
        project: inputs.project(),
        channel: inputs.channel_title(&channel.name),
        line: line.name.clone(),
        about: about(line),
        guide: LinkView { text: "operator guide".to_owned(), url: Some(way(&places.changelog, &places.guide)) },
        unreleased: own()
            .find(|changes| changes.release.tag.is_none() && changes.entry_count() > 0)
            .map(|changes| release_view(inputs, changes, &tags)),
        releases: own()
            .filter(|changes| changes.release.tag.is_some())
            .map(|changes| release_view(inputs, changes, &tags))
            .collect(),
        planned: inputs.planned([line]),
    }
}

fn changes<'a>(inputs: &Inputs<'a>, channel: &ChannelStatus) -> impl Iterator<Item = &'a ChangelogSection> + use<'a> {
    inputs.changelogs.get(&channel.name).into_iter().flat_map(|report| &report.sections_of)
}

/// Tags by version.
pub(super) fn tags(inputs: &Inputs<'_>, channel: &ChannelStatus) -> BTreeMap<String, String> {
    let own = inputs.releases.releases.iter().filter(|release| release.channel == channel.name);
    own.map(|release| (release.version.to_string(), release.tag.to_string())).collect()
}

pub(super) fn release_view(
    inputs: &Inputs<'_>,
    changes: &ChangelogSection,
    tags: &BTreeMap<String, String>,
) -> ReleaseView {
    let release = &changes.release;
    let tag = release.tag.as_ref().map(ToString::to_string);
    let previous_tag = release.previous.as_ref().and_then(|previous| tags.get(previous));
    let compare_url = match (previous_tag, &tag) {
        (Some(from), Some(to)) => inputs.compare_url(from, to),
        _ => None,
    };
    ReleaseView {
        version: release.version.as_ref().map(ToString::to_string).unwrap_or_else(|| "Unreleased".to_owned()),
        date: release.date.map(text::day).filter(|_| tag.is_some()),
        is_retracted: release.retracted,
        is_candidate: release.kind == ReleasedAs::Candidate,
        tag,
        previous: release.previous.clone(),
        compare_url,
        sections: sections(inputs, &changes.sections, Availability::Untold),
        left_out: left_out(&changes.left_out),
    }
}

fn line_row(line: &LineStatus, places: &LinePlaces, place: &Place) -> LineRowView {
    LineRowView {
        name: line.name.clone(),
        kind: kind_mark(line.kind).to_owned(),
        stage: stage_words(line.stage).to_owned(),
        latest: line.latest.as_ref().map(|latest| latest.version.to_string()),
        latest_date: line.latest.as_ref().map(|latest| text::day(latest.date)),
        releases: line.releases,
        changelog: way(place, &places.changelog),
    }
}

fn about(line: &LineStatus) -> String {
    let kind = match line.kind {
        LineKind::Regular => "A line",
        LineKind::Lts => "A line with long-term support",
    };
    match line.stage {
        Stage::Unknown => format!("{kind} whose support is not declared."),
        Stage::Active => format!("{kind} that gets fixes of every kind."),
        Stage::Security => format!("{kind} that gets security fixes only."),
        Stage::Unmaintained => format!("{kind} that is no longer maintained."),
        Stage::EndOfLife => format!("{kind} that has come to its end of life."),
    }
}
