//! The releases of a line with what was built from them, in words.

use super::inputs::{Inputs, LinePlaces, way};
use crate::publish::layout::DocumentKind;
use crate::publish::text;
use crate::publish::view::{BuiltReleaseView, LinkView, ListedReleaseView, ReleasesView};
use crate::reports::{LineStatus, ListedRelease};

/// Every release of a line.
pub fn releases(inputs: &Inputs<'_>, line: &LineStatus, places: &LinePlaces) -> ReleasesView {
    let all: Vec<&ListedRelease> = inputs.releases_of(line).collect();
    let built = all
        .iter()
        .filter(|release| !release.artifacts.is_empty())
        .map(|release| BuiltReleaseView { version: release.version.to_string(), artifacts: release.artifacts.clone() });
    ReleasesView {
        title: format!("{} releases and checksums", inputs.line_title(line)),
        project: inputs.project(),
        channel: inputs.channel_title(&line.channel),
        line: line.name.clone(),
        guide: LinkView { text: "operator guide".to_owned(), url: Some(way(&places.releases, &places.guide)) },
        built: built.collect(),
        releases: all.iter().map(|release| listed(inputs, release, places)).collect(),
    }
}

fn listed(inputs: &Inputs<'_>, release: &ListedRelease, places: &LinePlaces) -> ListedReleaseView {
    let what = match (release.retracted, release.candidate) {
        (true, _) => "retracted",
        (false, true) => "candidate",
        (false, false) => "release",
    };
    let page = || places.releases.way_to(&places.release(&release.version), DocumentKind::Html);
    ListedReleaseView {
        version: LinkView { text: release.version.to_string(), url: (inputs.is_site()).then(page) },
        date: text::day(release.date),
        what: what.to_owned(),
        is_retracted: release.retracted,
        tag: release.tag.to_string(),
        commit: LinkView { text: release.commit.short(), url: inputs.commit_url(release.commit) },
        full_commit: release.commit.to_string(),
        artifacts: release.artifacts.len(),
        overridden: release.overridden.as_ref().map(|over| {
            let gates: Vec<String> = over.gates.iter().map(ToString::to_string).collect();
            format!("{}: {}", text::enumeration(&gates), over.reason)
        }),
    }
}
