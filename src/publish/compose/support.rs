//! The support matrix of a channel that others install.

use super::inputs::{Inputs, LinePlaces, is_promised, last_day, stage_words, way};
use super::upgrades;
use crate::domain::{LineKind, Stage};
use crate::publish::layout::Place;
use crate::publish::text;
use crate::publish::view::{StopRowView, SupportLineView, SupportView};
use crate::reports::{ChannelStatus, LineStatus};

/// Which lines are supported until when, and how to come from one to another.
pub fn support(inputs: &Inputs<'_>, channel: &ChannelStatus, place: &Place) -> SupportView {
    let title = inputs.channel_title(&channel.name);
    let places = inputs.line_places(channel);
    let rows = |wanted: &dyn Fn(Stage) -> bool| -> Vec<SupportLineView> {
        let lines = channel.lines.iter().zip(&places).filter(|(line, _)| wanted(line.stage));
        lines.map(|(line, places)| row(inputs, line, places, place)).collect()
    };
    SupportView {
        title: inputs.document_title(&channel.name, "support"),
        project: inputs.project(),
        channel: title,
        as_of: text::day(inputs.now()),
        maintained: rows(&is_promised),
        ended: rows(&|stage| matches!(stage, Stage::Unmaintained | Stage::EndOfLife)),
        undeclared: rows(&|stage| stage == Stage::Unknown),
        step: upgrades::step_sentence(inputs, channel),
        stops: upgrades::stops(inputs, channel)
            .into_iter()
            .map(|stop| StopRowView {
                line: stop.line,
                from: stop.from.to_string(),
                reason: stop.reason.unwrap_or_else(|| "no reason is declared".to_owned()),
            })
            .collect(),
        paths: newest(channel).map_or_else(Vec::new, |line| upgrades::ways(inputs, line)),
        planned: inputs.planned(&channel.lines),
    }
}

fn row(inputs: &Inputs<'_>, line: &LineStatus, places: &LinePlaces, place: &Place) -> SupportLineView {
    let day_or = |time: Option<_>| time.map_or_else(|| "not declared".to_owned(), last_day);
    SupportLineView {
        name: line.name.clone(),
        kind: match line.kind {
            LineKind::Regular => "regular".to_owned(),
            LineKind::Lts => "LTS".to_owned(),
        },
        stage: stage_words(line.stage).to_owned(),
        released: inputs.released(line).map_or_else(|| "not yet".to_owned(), text::day),
        active_until: day_or(line.support.active_until),
        security_until: day_or(line.support.security_until),
        latest: line.latest.as_ref().map_or_else(|| "none yet".to_owned(), |latest| latest.version.to_string()),
        latest_date: line.latest.as_ref().map_or_else(String::new, |latest| text::day(latest.date)),
        changelog: way(place, &places.changelog),
        guide: way(place, &places.guide),
    }
}

/// The line to upgrade to: the newest with a release, promised if any is.
pub fn newest(channel: &ChannelStatus) -> Option<&LineStatus> {
    let released = || channel.lines.iter().filter(|line| line.latest.is_some());
    let highest = |a: &&LineStatus, b: &&LineStatus| {
        let version = |line: &LineStatus| line.latest.as_ref().map(|latest| latest.version.clone());
        version(a).cmp(&version(b))
    };
    released().filter(|line| is_promised(line.stage)).max_by(highest).or_else(|| released().max_by(highest))
}
