//! The support of lines, in places and words.

use chrono::{DateTime, Duration, Utc};

use super::board::spans;
use super::scale::Scale;
use crate::publish::compose::inputs::{Inputs, is_promised};
use crate::publish::layout::{DocumentKind, Place};
use crate::publish::text;
use crate::publish::view::{TimelineLineView, TimelineView};
use crate::reports::{ChannelStatus, LineStatus};

const WIDTH: i64 = 920;
const LEFT: i64 = 90;
const TOP: i64 = 40;
const STEP: i64 = 26;
/// Lines that are not maintained.
const OTHERS: usize = 12;

/// The lines of a channel, as seen from a place; `None` where no line was released.
pub fn timeline(inputs: &Inputs<'_>, channel: &ChannelStatus, from: &Place) -> Option<TimelineView> {
    let places = inputs.line_places(channel);
    let mut room = OTHERS;
    let released =
        channel.lines.iter().zip(&places).filter_map(|(line, own)| Some((line, own, inputs.released(line)?)));
    let shown: Vec<_> = released
        .filter(|(line, ..)| {
            let is_shown = is_promised(line.stage) || room > 0;
            room -= usize::from(is_shown && !is_promised(line.stage));
            is_shown
        })
        .collect();
    let now = inputs.now();
    let first = shown.iter().map(|(_, _, began)| *began).min()?.min(now);
    let last = shown.iter().filter_map(|(line, ..)| end(line)).max().unwrap_or(now).max(now);
    let margin = ((last - first) / 40).max(Duration::days(1));
    let scale = Scale::new(first - margin, last + margin, LEFT, WIDTH - 12);
    let lines: Vec<TimelineLineView> = shown
        .iter()
        .enumerate()
        .map(|(at, (line, own, began))| TimelineLineView {
            name: text::shortened(&line.name, 14),
            url: Some(from.way_to(&own.guide, DocumentKind::Html)),
            y: TOP + STEP * at as i64,
            spans: spans(line, *began, now, scale),
        })
        .collect();
    Some(TimelineView {
        label: format!("Support of the lines of {} over time", inputs.channel_title(&channel.name)),
        width: WIDTH,
        height: TOP + STEP * lines.len() as i64 - 8,
        ticks: scale.ticks(now),
        now: scale.x(now),
        lines,
    })
}

fn end(line: &LineStatus) -> Option<DateTime<Utc>> {
    line.support.security_until.or(line.support.active_until)
}
