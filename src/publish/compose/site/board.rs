//! The board, in places and words.
//!
//! What is maintained is always drawn; of the rest, the newest lines, so that the picture begins when the oldest line in it
//! left trunk.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use super::scale::Scale;
use crate::domain::{ChannelKind, ChannelName, Stage};
use crate::publish::compose::inputs::{Inputs, is_promised, last_day, stage_words};
use crate::publish::layout::{DocumentKind, Place};
use crate::publish::text;
use crate::publish::view::{BoardLineView, BoardView, LegendView, MarkView, StretchView};
use crate::reports::{ChannelStatus, LineOrigin, LineStatus, ListedDeploy, ListedRelease};

const WIDTH: i64 = 920;
/// Columns for the names of lines.
const LEFT: i64 = 90;
/// Room for what stands beside the last mark.
const RIGHT: i64 = WIDTH - 60;
const TRUNK: i64 = 48;
/// From one line to the next.
const STEP: i64 = 30;
/// Lines that are not maintained.
const OTHERS: usize = 8;
/// Deploys closer than this are one mark.
const NEAR: i64 = 4;

/// A line that is drawn.
struct Drawn<'a> {
    channel: &'a ChannelStatus,
    line: &'a LineStatus,
    origin: Option<&'a LineOrigin>,
    began: Option<DateTime<Utc>>,
}

/// The board of all channels, as seen from a place.
pub fn board(inputs: &Inputs<'_>, from: &Place) -> BoardView {
    let (drawn, more) = choose(inputs);
    let scale = scale(inputs, &drawn);
    let mut heights: BTreeMap<(&ChannelName, &str), i64> = BTreeMap::new();
    let mut lines = Vec::new();
    for (at, line) in drawn.iter().enumerate() {
        let y = TRUNK + STEP * (at as i64 + 1);
        heights.insert((&line.line.channel, &line.line.name), y);
        lines.push((line, y));
    }
    let height = TRUNK + STEP * (drawn.len() as i64 + 1) - 8;
    let view = |(line, y): &(&Drawn<'_>, i64)| line_view(inputs, line, *y, scale, &heights, from);
    BoardView {
        label: format!("Lines, releases and deploys of {} over time", inputs.project_name()),
        width: WIDTH,
        height,
        left: LEFT,
        right: RIGHT,
        ticks: scale.ticks(inputs.now()),
        now: scale.x(inputs.now()),
        trunk: inputs.status.trunk.branch.to_string(),
        trunk_y: TRUNK,
        deploys: deploys(inputs, scale, &heights, from),
        lines: lines.iter().map(view).collect(),
        legend: legend(inputs),
        more,
    }
}

/// The lines that are drawn, newest beginning first, and how many are not.
fn choose<'a>(inputs: &Inputs<'a>) -> (Vec<Drawn<'a>>, usize) {
    let origins = inputs.tree.site.iter().flat_map(|site| &site.origins);
    let known: BTreeMap<(&ChannelName, &str), &LineOrigin> =
        origins.map(|origin| ((&origin.channel, origin.line.as_str()), origin)).collect();
    let all = inputs.status.channels.iter().flat_map(|channel| channel.lines.iter().map(move |line| (channel, line)));
    let mut drawn: Vec<Drawn<'a>> = all
        .filter(|(_, line)| line.branch.as_ref() != Some(&inputs.status.trunk.branch))
        .map(|(channel, line)| {
            let origin = known.get(&(&line.channel, line.name.as_str())).copied();
            let first = inputs.releases_of(line).last().map(|release| release.date);
            Drawn { channel, line, origin, began: origin.and_then(|origin| origin.at).or(first) }
        })
        .collect();
    drawn.sort_by_key(|line| std::cmp::Reverse(line.began));
    let mut room = OTHERS;
    let total = drawn.len();
    drawn.retain(|line| {
        let is_kept = is_promised(line.line.stage) || room > 0;
        room -= usize::from(is_kept && !is_promised(line.line.stage));
        is_kept
    });
    let more = total - drawn.len();
    (drawn, more)
}

/// From a little before the oldest line to a little after the present; older deploys and the future each get a fifth of the
/// room at most.
fn scale(inputs: &Inputs<'_>, drawn: &[Drawn<'_>]) -> Scale {
    let now = inputs.now();
    let oldest = drawn.iter().filter_map(|line| line.began).min();
    let deployed = inputs.deploys.deploys.iter().filter_map(|deploy| deploy.recorded_at).min();
    let first = oldest.or(deployed).unwrap_or(now - Duration::days(90)).min(now);
    let first = deployed.map_or(first, |deployed| first.min(deployed.max(first - (now - first) / 4)));
    let past = now - first;
    let ends = drawn.iter().filter_map(|line| end_of(line.line)).filter(|end| *end > now).max();
    let future = ends.map_or(Duration::zero(), |end| end - now).min(past / 4);
    Scale::new(first - past / 40, now + future + past / 40, LEFT, RIGHT)
}

fn end_of(line: &LineStatus) -> Option<DateTime<Utc>> {
    line.support.security_until.or(line.support.active_until)
}

fn line_view(
    inputs: &Inputs<'_>,
    drawn: &Drawn<'_>,
    y: i64,
    scale: Scale,
    heights: &BTreeMap<(&ChannelName, &str), i64>,
    from: &Place,
) -> BoardLineView {
    let line = drawn.line;
    let began = drawn.began.unwrap_or(scale.from);
    let parent = drawn.origin.and_then(|origin| heights.get(&(&line.channel, origin.from.as_deref()?)).copied());
    let is_versioned = drawn.channel.kind == ChannelKind::Versioned;
    let own = inputs.own_places(drawn.channel, line).filter(|_| is_versioned);
    let url = own.as_ref().map(|places| from.way_to(&places.guide, DocumentKind::Html));
    let mut marks = Vec::new();
    let releases: Vec<&ListedRelease> = inputs.releases_of(line).collect();
    let latest = line.latest.as_ref().map(|latest| &latest.tag);
    for release in releases.iter().rev() {
        let kind = match (release.retracted, release.candidate) {
            (true, _) => "retracted",
            (false, true) => "candidate",
            (false, false) => "release",
        };
        let page = own.as_ref().map(|places| from.way_to(&places.release(&release.version), DocumentKind::Html));
        marks.push(MarkView {
            x: scale.x(release.date),
            y,
            kind: kind.to_owned(),
            title: format!("{} {}, {kind} of {}", inputs.project_name(), release.version, text::day(release.date)),
            url: page,
            text: (Some(&release.tag) == latest).then(|| release.version.to_string()),
        });
    }
    BoardLineView {
        name: text::shortened(&line.name, 14),
        url,
        y,
        branch: (!scale.is_before(began)).then(|| branch(scale.x(began), parent.unwrap_or(TRUNK), y)),
        spans: spans(line, began, inputs.now(), scale),
        marks,
        end: end_of(line).filter(|end| *end < scale.to).map(|end| MarkView {
            x: scale.x(end),
            y,
            kind: "end".to_owned(),
            title: format!("{}: last day of support is {}", line.name, last_day(end)),
            url: None,
            text: None,
        }),
    }
}

/// Down from where it was cut, and round the corner.
fn branch(x: i64, from: i64, to: i64) -> String {
    let corner = if to > from { to - 10 } else { to + 10 };
    format!("M {x} {from} L {x} {corner} Q {x} {to} {} {to}", x + 10)
}

/// The life of a line: what was, and what is promised.
pub(super) fn spans(line: &LineStatus, began: DateTime<Utc>, now: DateTime<Utc>, scale: Scale) -> Vec<StretchView> {
    let active = line.support.active_until;
    let ended = end_of(line);
    let mut parts: Vec<(&str, DateTime<Utc>, String)> = Vec::new();
    if let Some(end) = active {
        parts.push(("active", end, format!("{}: fixes until {}", line.name, last_day(end))));
    }
    if let Some(end) = ended.filter(|end| Some(*end) != active) {
        parts.push(("security", end, format!("{}: security fixes until {}", line.name, last_day(end))));
    }
    if parts.is_empty() {
        let is_over = matches!(line.stage, Stage::EndOfLife | Stage::Unmaintained);
        let kind = if is_over { "ended" } else { "unknown" };
        parts.push((kind, now, format!("{}: {}", line.name, stage_words(line.stage))));
    }
    let mut from = began;
    let mut spans = Vec::new();
    for (kind, to, title) in parts {
        // What is promised and not yet done is told apart.
        for (begin, end, is_coming) in [(from, to.min(now), false), (from.max(now), to, true)] {
            let (left, right) = (scale.x(begin), scale.x(end));
            if right > left {
                let (kind, title) = (kind.to_owned(), title.clone());
                spans.push(StretchView { x: left, width: right - left, kind, is_coming, title });
            }
        }
        from = from.max(to);
    }
    spans
}

/// A deploy with its place and time.
type Placed<'a> = (i64, DateTime<Utc>, &'a ListedDeploy);

/// Deploys of the environments that customers see. Those that are near each other are one mark.
fn deploys(
    inputs: &Inputs<'_>,
    scale: Scale,
    heights: &BTreeMap<(&ChannelName, &str), i64>,
    from: &Place,
) -> Vec<MarkView> {
    let seen =
        inputs.status.channels.iter().filter_map(|channel| Some((&channel.name, &channel.environments.last()?.name)));
    let seen: Vec<_> = seen.collect();
    let is_seen = |deploy: &&ListedDeploy| seen.contains(&(&deploy.channel, &deploy.environment));
    let mut rows: BTreeMap<i64, Vec<Placed<'_>>> = BTreeMap::new();
    for deploy in inputs.deploys.deploys.iter().rev().filter(is_seen) {
        let Some(at) = deploy.recorded_at.filter(|at| !scale.is_before(*at)) else { continue };
        let y = deploy.line.as_deref().and_then(|line| heights.get(&(&deploy.channel, line)).copied());
        rows.entry(y.unwrap_or(TRUNK)).or_default().push((scale.x(at), at, deploy));
    }
    let mut marks = Vec::new();
    for (y, row) in rows {
        for near in
            row.chunk_by(|(x, _, one), (next, _, other)| kind_of(one) == kind_of(other) && next / NEAR == x / NEAR)
        {
            marks.push(deploy_mark(near, y, from));
        }
    }
    marks
}

fn kind_of(deploy: &ListedDeploy) -> &'static str {
    match (deploy.live, deploy.kind) {
        (true, _) => "live",
        (false, "rollback") => "rollback",
        (false, _) => "deploy",
    }
}

fn deploy_mark(near: &[Placed<'_>], y: i64, from: &Place) -> MarkView {
    let (x, last, deploy) = near[near.len() - 1];
    let place = Place::in_channel(deploy.channel.as_str(), "changelog");
    let kind = kind_of(deploy);
    let what = match (kind, near.len()) {
        ("live", 1) => format!("{} is live in {}", deploy.version, deploy.environment),
        ("rollback", 1) => format!("{} rolled back to {}", deploy.environment, deploy.version),
        (_, 1) => format!("{} went live in {}", deploy.version, deploy.environment),
        (_, count) => format!("{count} deploys in {}", deploy.environment),
    };
    let first = text::day(near[0].1);
    let when = if first == text::day(last) { first } else { format!("{first} to {}", text::day(last)) };
    MarkView {
        x,
        y,
        kind: kind.to_owned(),
        title: format!("{what}, {when}"),
        url: Some(from.way_to(&place, DocumentKind::Html)),
        text: (kind == "live").then(|| format!("live: {}", deploy.version)),
    }
}

fn legend(inputs: &Inputs<'_>) -> Vec<LegendView> {
    let item = |kind: &str, text: &str| LegendView { kind: kind.to_owned(), text: text.to_owned() };
    let mut legend = vec![item("release", "release"), item("candidate", "candidate"), item("retracted", "retracted")];
    if inputs.deploys.deploys.iter().any(|deploy| deploy.recorded_at.is_some()) {
        legend.extend([item("deploy", "deploy"), item("rollback", "rollback"), item("live", "live")]);
    }
    legend.extend([item("active", "fixes"), item("security", "security fixes only"), item("end", "end of support")]);
    legend
}
