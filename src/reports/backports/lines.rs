//! The lines of the matrix: which are shown, which of them are asked about, and what each reaches.

use rustc_hash::FxHashSet;

use chrono::{DateTime, Utc};

use super::request::{BackportsError, BackportsRequest};
use crate::domain::{ChannelKind, Stage};
use crate::graph::{Graph, Node};
use crate::history::{FirstReach, Trunkward, Walker};
use crate::ledger::{ChannelState, ChosenLines, Ledger, Line, LineNames, ReleaseKind, lines_named};

/// Where nothing declares until when a line is maintained, it counts as maintained until its newest commit is so many
/// days older than that of trunk.
const DORMANT_DAYS: i64 = 365;

/// One line as presence sees it.
pub(super) struct LineReach<'l> {
    pub channel: &'l ChannelState,
    pub line: &'l Line,
    /// Place in its channel, the newest first.
    pub rank: usize,
    /// What it reaches and trunk does not, newest first.
    pub beyond: Vec<Node>,
    /// Whether changes are wanted here.
    pub is_maintained: bool,
    /// Whether somebody asked for it; the others only tell what it lacks.
    pub is_shown: bool,
    /// Place on trunk's chain up to which it has everything.
    pub place: u32,
    /// Place of its base on trunk's chain; 0 for none.
    pub base_place: u32,
    own: FxHashSet<Node>,
    firsts: FirstReach,
    first_names: Vec<First>,
}

/// The first release or deploy that has something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Since<'s> {
    pub number: usize,
    pub name: &'s str,
    pub date: Option<DateTime<Utc>>,
}

impl LineReach<'_> {
    /// Whether the line reaches a commit.
    pub(super) fn holds(&self, trunkward: &Trunkward, node: Node) -> bool {
        trunkward.arrival(node).is_some_and(|arrival| arrival <= self.place) || self.own.contains(&node)
    }

    /// The first release or deploy of the line that has a commit.
    pub(super) fn since(&self, node: Node) -> Option<Since<'_>> {
        self.nth_since(self.firsts.of(node)?)
    }

    pub(super) fn nth_since(&self, number: usize) -> Option<Since<'_>> {
        let (name, date) = self.first_names.get(number)?;
        Some(Since { number, name, date: *date })
    }

    /// Whether decisions about it are told.
    pub(super) fn is_asked_about(&self) -> bool {
        self.is_maintained && self.is_shown
    }
}

/// The lines that a request asks for, in the order of the channels, newest first.
pub(super) fn chosen<'l>(
    ledger: &'l Ledger,
    request: &BackportsRequest,
) -> Result<Vec<(&'l ChannelState, usize)>, BackportsError> {
    if let Some(name) = &request.channel
        && ledger.channel(name).is_none()
    {
        let known = ledger.channels.iter().map(|channel| channel.name.to_string()).collect();
        return Err(BackportsError::UnknownChannel { name: name.clone(), known });
    }
    let is_asked = |channel: &&ChannelState| request.channel.as_ref().is_none_or(|name| channel.name.as_str() == name);
    let channels = ledger.channels.iter().filter(is_asked);
    let all: Vec<(&ChannelState, usize)> = channels
        .flat_map(|channel| (0..channel.lines.len()).map(move |rank| (channel, rank)))
        .filter(|(channel, rank)| channel.lines[*rank].branch.as_ref() != Some(&ledger.trunk.branch))
        .collect();
    if request.lines.is_empty() {
        let is_shown = |line: &Line| request.all || line.branch.is_some() && line.stage.is_maintained();
        return Ok(all.into_iter().filter(|(channel, rank)| is_shown(&channel.lines[*rank])).collect());
    }
    let mut named = FxHashSet::default();
    for name in &request.lines {
        named.insert(one(&all, name, request)?);
    }
    Ok(all.into_iter().enumerate().filter(|(at, _)| named.contains(at)).map(|(_, line)| line).collect())
}

/// The lines whose history a request for some lines needs: these, and all that may be maintained, since they tell what the
/// chosen ones lack: those that the project declares, and the others where that costs little. A line that was left long ago
/// also needs the newer ones that were left, too, since its picks may be picks of theirs. `outline` need not know what the
/// lines contain. `None` for all lines.
pub fn lines_to_read(outline: &Ledger, request: &BackportsRequest) -> Result<Option<ChosenLines>, BackportsError> {
    let mut found = chosen(outline, request)?;
    if request.all || request.lines.is_empty() {
        return Ok(None);
    }
    for (channel, rank) in found.clone() {
        let line = &channel.lines[rank];
        if line.branch.is_none() || is_dormant(outline, line) {
            found.extend((0..rank).map(|newer| (channel, newer)));
        }
    }
    let mut others = Vec::new();
    for channel in &outline.channels {
        let live: Vec<_> = channel.environments.iter().flat_map(|environment| channel.live(environment)).collect();
        let is_live = |line: &Line| live.iter().any(|deploy| deploy.line.as_ref() == Some(&line.name));
        for (rank, line) in channel.lines.iter().enumerate() {
            let is_declared = line.stage != Stage::Unknown;
            let is_kept = is_declared && channel.kind == ChannelKind::Versioned
                || rank == 0
                || is_live(line)
                || !is_dormant(outline, line);
            if line.branch.is_some() && line.stage.is_maintained() && is_kept {
                if is_declared { &mut found } else { &mut others }.push((channel, rank));
            }
        }
    }
    let name = |(channel, rank): (&ChannelState, usize)| (channel.name.clone(), channel.lines[rank].name.clone());
    let lines: LineNames = found.into_iter().map(name).collect();
    let others = others.into_iter().map(name).filter(|other| !lines.contains(other)).collect();
    Ok(Some(ChosenLines { lines, others, most: CHEAP }))
}

/// The place in `all` of the line of this branch or name.
fn one(all: &[(&ChannelState, usize)], name: &str, request: &BackportsRequest) -> Result<usize, BackportsError> {
    let line = |at: &usize| {
        let (channel, rank) = all[*at];
        &channel.lines[rank]
    };
    let branch = |at: &usize| line(at).branch.as_ref().map(ToString::to_string);
    if let Some(at) = (0..all.len()).find(|at| branch(at).as_deref() == Some(name)) {
        return Ok(at);
    }
    match lines_named(0..all.len(), line, name).as_slice() {
        [only] => Ok(*only),
        [] => Err(BackportsError::UnknownLine {
            name: name.to_owned(),
            channel: request.channel.clone(),
            known: (0..all.len()).map(|at| line(&at).name.clone()).collect(),
        }),
        several => Err(BackportsError::WhichLine {
            name: name.to_owned(),
            branches: several.iter().filter_map(branch).collect(),
        }),
    }
}

/// What the chosen lines reach. Where a request names lines, the other maintained ones are read, too, to tell what the
/// chosen ones lack: those that the project declares, and all of them where that costs little. The names of those that
/// were left out come with them.
pub(super) fn reaches<'l>(
    ledger: &'l Ledger,
    trunkward: &Trunkward,
    chosen: &[(&'l ChannelState, usize)],
    request: &BackportsRequest,
) -> (Vec<LineReach<'l>>, Vec<&'l str>) {
    let mut walker = Walker::new(&ledger.graph);
    let is_narrow = request.channel.is_some() || !request.lines.is_empty();
    // Of a line that reading left out, the name alone.
    let mut found: Vec<Result<LineReach<'l>, &'l str>> = Vec::new();
    let mut cost = 0;
    for channel in &ledger.channels {
        for (rank, line) in channel.lines.iter().enumerate() {
            let is_shown = chosen.iter().any(|(known, at)| known.name == channel.name && *at == rank);
            if !is_shown && (!is_narrow || line.branch.as_ref() == Some(&ledger.trunk.branch)) {
                continue;
            }
            if !is_shown && ledger.left.contains(&(line.channel.clone(), line.name.clone())) {
                found.push(Err(line.name.as_str()));
                continue;
            }
            let Some(reach) = reach(ledger, trunkward, &mut walker, channel, rank, is_shown) else { continue };
            if is_shown || reach.is_maintained {
                cost += if is_shown || line.stage != Stage::Unknown { 0 } else { reach.beyond.len() };
                found.push(Ok(reach));
            }
        }
    }
    let is_cheap = cost <= CHEAP && ledger.left.is_empty();
    let is_kept = |reach: &LineReach<'_>| is_cheap || reach.is_shown || reach.line.stage != Stage::Unknown;
    let (mut kept, mut left) = (Vec::new(), Vec::new());
    for found in found {
        match found {
            Ok(reach) if is_kept(&reach) => kept.push(reach),
            Ok(reach) => left.push(reach.line.name.as_str()),
            Err(name) => left.push(name),
        }
    }
    (kept, left)
}

fn reach<'l>(
    ledger: &'l Ledger,
    trunkward: &Trunkward,
    walker: &mut Walker<'_>,
    channel: &'l ChannelState,
    rank: usize,
    is_shown: bool,
) -> Option<LineReach<'l>> {
    let graph = &ledger.graph;
    let line = &channel.lines[rank];
    let tip = graph.node(line.tip)?;
    let place = trunkward.place(tip);
    let is_maintained = is_maintained(ledger, channel, rank, place);
    if !is_shown && !is_maintained {
        return None;
    }
    let own = walker.range(tip, |node| trunkward.arrival(node).is_some_and(|arrival| arrival <= place));
    let beyond = own.iter().copied().filter(|node| !trunkward.is_on_trunk(*node)).collect();
    let (tips, first_names): (Vec<_>, Vec<_>) = firsts(graph, channel, line).into_iter().unzip();
    Some(LineReach {
        channel,
        line,
        rank,
        beyond,
        is_maintained,
        is_shown,
        place,
        base_place: line.base.and_then(|base| graph.node(base)).map_or(0, |base| trunkward.place(base)),
        own: own.into_iter().collect(),
        firsts: FirstReach::new(graph, tips),
        first_names,
    })
}

/// Commits that may be read of lines that nobody asked for, so that an answer about one line takes little longer for them.
const CHEAP: usize = 60;

/// A name for people, and when it was there.
type First = (String, Option<DateTime<Utc>>);

/// What people got of a line, in its order: releases that are no candidates and stand, or deploys.
fn firsts(graph: &Graph, channel: &ChannelState, line: &Line) -> Vec<(Option<Node>, First)> {
    let released = line
        .releases
        .iter()
        .filter(|release| release.kind != ReleaseKind::Candidate && !release.is_retracted)
        .map(|release| (graph.node(release.commit), (release.version.to_string(), Some(release.date))));
    let of_line = channel.deploys.iter().filter(|deploy| deploy.line.as_ref() == Some(&line.name));
    let deployed = of_line.filter_map(|deploy| {
        let name = deploy.version.clone().or_else(|| deploy.tag.as_ref().map(ToString::to_string))?;
        Some((graph.node(deploy.commit), (name, deploy.recorded_at)))
    });
    released.chain(deployed).collect()
}

/// Whether changes are wanted on a line: it is not over and, of a channel that we deploy, the newest or live.
fn is_maintained(ledger: &Ledger, channel: &ChannelState, rank: usize, place: u32) -> bool {
    let line = &channel.lines[rank];
    if line.branch.is_none() || place == 0 || !line.stage.is_maintained() {
        return false;
    }
    if channel.kind == ChannelKind::Continuous {
        let live = channel.environments.iter().flat_map(|environment| channel.live(environment));
        return rank == 0 || live.into_iter().any(|deploy| deploy.line.as_ref() == Some(&line.name));
    }
    line.stage != Stage::Unknown || !is_dormant(ledger, line)
}

/// Whether nothing came to the line for long.
fn is_dormant(ledger: &Ledger, line: &Line) -> bool {
    let graph = &ledger.graph;
    let (Some(trunk), Some(tip)) = (graph.node(ledger.trunk.commit), graph.node(line.tip)) else { return true };
    (graph.commit_time(trunk) - graph.commit_time(tip)).num_days() > DORMANT_DAYS
}
