//! Changelogs of a channel that others install.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::entries::{Availability, command, errata, left_out, left_out_items, omitted, sections};
use super::inputs::{Inputs, LinePlaces, kind_mark, stage_words, way};
use super::paging::{ENTRIES_OF_ITEM, fitting, links, pages};
use crate::domain::{ChannelName, LineKind, Stage};
use crate::publish::layout::Place;
use crate::publish::text;
use crate::publish::view::{
    LineChangelogView, LineRowView, LinkView, ReleaseView, SinceLtsView, VersionedChangelogView,
};
use crate::reports::{ChangelogSection, ChannelStatus, LineStatus, ReleasedAs};

/// The page of all lines.
pub fn all_lines(inputs: &Inputs<'_>, channel: &ChannelStatus, place: &Place) -> VersionedChangelogView {
    let title = inputs.channel_title(&channel.name);
    let places = inputs.line_places(channel);
    let mut newest: Vec<&ChangelogSection> =
        changes(inputs, channel).filter(|changes| changes.release.tag.is_some()).collect();
    newest.sort_by_key(|changes| std::cmp::Reverse(changes.release.date));
    let total = newest.len();
    let sizes: Vec<usize> = newest.iter().map(|changes| changes.entry_count()).collect();
    let shown = newest.iter().take(fitting(&sizes));
    let known = Known::of(inputs, channel);
    let releases: Vec<ReleaseView> =
        shown.map(|changes| release_view(inputs, changes, &known, ENTRIES_OF_ITEM)).collect();
    VersionedChangelogView {
        title: inputs.document_title(&channel.name, "changelog"),
        project: inputs.project(),
        channel: title,
        lines: channel.lines.iter().zip(&places).map(|(line, places)| line_row(line, places, place)).collect(),
        is_cut: inputs.is_cut(&channel.name),
        more_releases: total - releases.len(),
        releases,
    }
}

/// The changelog of one line, first the page that readers begin with, then the further ones, each made when it is asked
/// for.
pub fn one_line<'i>(
    inputs: &'i Inputs<'_>,
    channel: &'i ChannelStatus,
    line: &'i LineStatus,
    places: &'i LinePlaces,
) -> impl Iterator<Item = (Place, LineChangelogView)> + 'i {
    let known = Known::of(inputs, channel);
    let own: Vec<&ChangelogSection> = changes(inputs, channel)
        .filter(|changes| changes.release.line.as_deref() == Some(line.name.as_str()))
        .filter(|changes| changes.release.tag.is_some() || changes.entry_count() > 0)
        .collect();
    let (unreleased, released): (Vec<_>, Vec<_>) = own.into_iter().partition(|changes| changes.release.tag.is_none());
    let sizes: Vec<usize> = released.iter().map(|changes| changes.entry_count()).collect();
    let years: Vec<String> = released.iter().map(|changes| year_of(changes)).collect();
    let pages = pages(&places.changelog, |part| places.changelog.below(part), &sizes, &years);
    pages.clone().into_iter().map(move |page| {
        let view = |changes: &&ChangelogSection| release_view(inputs, changes, &known, ENTRIES_OF_ITEM);
        let title = format!("{} changelog", inputs.line_title(line));
        let view = LineChangelogView {
            title: page.part.as_ref().map_or_else(|| title.clone(), |part| format!("{title}, {part}")),
            project: inputs.project(),
            channel: inputs.channel_title(&channel.name),
            line: line.name.clone(),
            is_cut: inputs.is_cut(&channel.name),
            about: about(line),
            since_lts: since_lts(inputs, channel, line).map(|view| LinkView {
                text: format!("everything since {}", view.previous),
                url: Some(way(&page.place, &places.since_lts)),
            }),
            guide: LinkView { text: "operator guide".to_owned(), url: Some(way(&page.place, &places.guide)) },
            unreleased: unreleased.first().filter(|_| page.part.is_none()).map(view),
            releases: page.items.iter().map(|at| view(&released[*at])).collect(),
            planned: if page.part.is_none() { inputs.planned([line]) } else { Vec::new() },
            parts: links(&page.place, &pages),
            part: page.part,
        };
        (page.place, view)
    })
}

/// What the newest release of a line brings to whoever comes from the long-term support before it.
pub fn since_lts(inputs: &Inputs<'_>, channel: &ChannelStatus, line: &LineStatus) -> Option<SinceLtsView> {
    let report = inputs.changelogs.get(&channel.name)?;
    let is_own = |changes: &&ChangelogSection| changes.release.line.as_deref() == Some(line.name.as_str());
    let changes = report.since_lts.iter().find(is_own)?;
    let known = Known::of(inputs, channel);
    let previous = changes.release.previous.clone().unwrap_or_default();
    Some(SinceLtsView {
        title: format!("{} since {previous}", inputs.line_title(line)),
        project: inputs.project(),
        line: line.name.clone(),
        previous,
        is_cut: inputs.is_cut(&channel.name),
        release: release_view(inputs, changes, &known, ENTRIES_OF_ITEM),
    })
}

fn year_of(changes: &ChangelogSection) -> String {
    changes.release.date.map_or_else(|| "undated".to_owned(), |date| date.year().to_string())
}

fn changes<'a>(inputs: &Inputs<'a>, channel: &ChannelStatus) -> impl Iterator<Item = &'a ChangelogSection> + use<'a> {
    inputs.changelogs.get(&channel.name).into_iter().flat_map(|report| &report.sections_of)
}

/// The releases of a channel, for links and commands that name them.
pub(super) struct Known {
    channel: ChannelName,
    /// Tags by version.
    tags: BTreeMap<String, String>,
}

impl Known {
    pub(super) fn of(inputs: &Inputs<'_>, channel: &ChannelStatus) -> Self {
        let own = inputs.releases.releases.iter().filter(|release| release.channel == channel.name);
        let tags = own.map(|release| (release.version.to_string(), release.tag.to_string())).collect();
        Self { channel: channel.name.clone(), tags }
    }
}

pub(super) fn release_view(inputs: &Inputs<'_>, changes: &ChangelogSection, known: &Known, most: usize) -> ReleaseView {
    let release = &changes.release;
    let tag = release.tag.as_ref().map(ToString::to_string);
    let previous_tag = release.previous.as_ref().and_then(|previous| known.tags.get(previous));
    let compare_url = match (previous_tag, &tag) {
        (Some(from), Some(to)) => inputs.compare_url(from, to),
        _ => None,
    };
    ReleaseView {
        version: release.version.as_ref().map(ToString::to_string).unwrap_or_else(|| "Unreleased".to_owned()),
        date: release.date.map(text::day).filter(|_| tag.is_some()),
        is_retracted: release.retracted,
        is_candidate: release.kind == ReleasedAs::Candidate,
        artifacts: release.artifacts.clone(),
        overridden: release.overridden.as_ref().map(|over| format!("{}: {}", over.gates.join(", "), over.reason)),
        tag,
        previous: release.previous.clone(),
        compare_url,
        sections: sections(inputs, &changes.sections, Availability::Untold, most),
        more: release
            .tag
            .as_ref()
            .and_then(|tag| omitted(changes.entry_count(), most, &command(&known.channel, Some(tag.as_str())))),
        left_out: left_out(&changes.left_out),
        left_out_items: left_out_items(inputs, &changes.left_out),
        errata: errata(&changes.errata),
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
