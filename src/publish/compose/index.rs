//! The first page.

use super::inputs::{Inputs, LinePlaces, is_promised, kind_mark, stage_words, way};
use crate::domain::{ChannelKind, Stage};
use crate::publish::layout::Place;
use crate::publish::text;
use crate::publish::view::{IndexChannelView, IndexLineView, IndexLiveView, IndexView, LinkView};
use crate::reports::{ChannelStatus, LineStatus};
use crate::surface::SurfaceKind;

/// Lines in the table of those that nothing is promised for.
const OTHERS_SHOWN: usize = 8;

/// What is live, which lines are maintained, and where the documents are.
pub fn index(inputs: &Inputs<'_>) -> IndexView {
    IndexView {
        project: inputs.project(),
        as_of: text::moment(inputs.now()),
        channels: inputs.status.channels.iter().map(|channel| channel_view(inputs, channel)).collect(),
        team: team(inputs),
        absent: absent(inputs),
    }
}

fn channel_view(inputs: &Inputs<'_>, channel: &ChannelStatus) -> IndexChannelView {
    let is_continuous = channel.kind == ChannelKind::Continuous;
    let document = |text: &str, name: &str| LinkView {
        text: text.to_owned(),
        url: Some(way(&Place::index(), &Place::in_channel(channel.name.as_str(), name))),
    };
    let documents = if is_continuous {
        let deprecations = document("Deprecations", "deprecations");
        let deprecations = inputs.tracks(SurfaceKind::Deprecations).then_some(deprecations);
        std::iter::once(document("Changelog", "changelog")).chain(deprecations).collect()
    } else {
        let mut documents =
            vec![document("Changelog of all lines", "changelog"), document("Support matrix", "support")];
        if inputs.tree.notices.contains_key(&channel.name) {
            documents.extend([document("Known issues", "known-issues"), document("Security fixes", "security")]);
        }
        documents
    };
    let environment = channel.environments.last();
    let live = environment.map_or_else(Vec::new, |environment| {
        let view = |live: &crate::reports::Live| IndexLiveView {
            version: live.version.clone(),
            since: match (live.recorded_at, live.inferred) {
                (Some(time), _) => format!("since {}", text::moment(time)),
                (None, true) => "as the newest line lets one infer; since when is not known".to_owned(),
                (None, false) => "since when is not known".to_owned(),
            },
        };
        environment.live.iter().map(view).collect()
    });
    let (maintained, others, more_others) = if is_continuous { Default::default() } else { lines(inputs, channel) };
    let is_undeclared = channel.lines.iter().any(|line| line.stage == Stage::Unknown);
    IndexChannelView {
        is_undeclared,
        title: inputs.channel_title(&channel.name),
        is_continuous,
        documents,
        live,
        environment: environment.map(|environment| environment.name.to_string()),
        maintained,
        others,
        more_others,
    }
}

/// Lines that get fixes; the newest of the others, those of unknown stage first; and how many more there are.
fn lines(inputs: &Inputs<'_>, channel: &ChannelStatus) -> (Vec<IndexLineView>, Vec<IndexLineView>, usize) {
    let places = inputs.line_places(channel);
    let with_places = || channel.lines.iter().zip(&places);
    let maintained = with_places().filter(|(line, _)| is_promised(line.stage)).map(|(l, p)| line_view(l, p)).collect();
    let unknown = with_places().filter(|(line, _)| line.stage == Stage::Unknown);
    let ended = with_places().filter(|(line, _)| matches!(line.stage, Stage::Unmaintained | Stage::EndOfLife));
    let mut others: Vec<IndexLineView> = unknown.chain(ended).map(|(line, places)| line_view(line, places)).collect();
    let more = others.len().saturating_sub(OTHERS_SHOWN);
    others.truncate(OTHERS_SHOWN);
    (maintained, others, more)
}

fn line_view(line: &LineStatus, places: &LinePlaces) -> IndexLineView {
    IndexLineView {
        name: line.name.clone(),
        kind: kind_mark(line.kind).to_owned(),
        stage: stage_words(line.stage).to_owned(),
        latest: line.latest.as_ref().map(|latest| latest.version.to_string()),
        latest_date: line.latest.as_ref().map(|latest| text::day(latest.date)),
        changelog: way(&Place::index(), &places.changelog),
        guide: way(&Place::index(), &places.guide),
    }
}

/// Documents for the team; none where they are not made.
fn team(inputs: &Inputs<'_>) -> Vec<LinkView> {
    if !inputs.is_for_team() {
        return Vec::new();
    }
    let link = |text: String, place: &Place| LinkView { text, url: Some(way(&Place::index(), place)) };
    let mut links = Vec::new();
    for channel in inputs.status.channels.iter().filter(|channel| channel.kind == ChannelKind::Continuous) {
        let title = inputs.channel_title(&channel.name);
        let place = inputs.team_place(&channel.name, "operations");
        links.push(link(format!("Operations of {title}: what is live, and the way back"), &place));
        if inputs.tree.deploys.contains_key(&channel.name) {
            let place = inputs.team_place(&channel.name, "deploys");
            links.push(link(format!("Deploys of {title}, with their risks"), &place));
        }
    }
    let place = Place::in_channel(&inputs.team_folder(), "backports");
    links.push(link("Backports: which change is on which line, and what is missing".to_owned(), &place));
    links
}

fn absent(inputs: &Inputs<'_>) -> Vec<String> {
    let has = |kind: ChannelKind| inputs.status.channels.iter().any(|channel| channel.kind == kind);
    let mut absent = Vec::new();
    if !has(ChannelKind::Continuous) {
        absent.push("A changelog by day: no channel of kind continuous is configured.".to_owned());
    }
    if !has(ChannelKind::Versioned) {
        absent.push(
            "Changelogs of releases, operator guides and a support matrix: no channel of kind versioned is configured."
                .to_owned(),
        );
    }
    absent
}
