//! Changes as spans of time: when each landed on trunk, when the customers of the service had it, and when those of a
//! self-hosted release had it. Every number about waiting is counted from these spans, for any moment of the past.
//!
//! A change counts as there once all of its commits are, each reached or carried by a commit that is the same change. One
//! that trunk took back is no change.

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;

use super::places::Landings;
use super::sides::Sides;
use crate::domain::{ChangeKind, ChannelName};
use crate::graph::{Graph, Node};
use crate::history::{Change, Elsewhere, FirstReach, History, Identities, Presence, Trunkward, Walker};
use crate::ledger::Ledger;
use crate::reports::audience::Rules;

/// One change of trunk.
#[derive(Debug, Clone)]
pub(super) struct Flowing {
    pub lead: Node,
    pub kind: ChangeKind,
    pub is_breaking: bool,
    pub landed: DateTime<Utc>,
    /// When it went live for good; `None`: never, or not known.
    pub live: Option<DateTime<Utc>>,
    /// Number of the first release that has it, and when that was.
    pub shipped: Option<(usize, DateTime<Utc>)>,
    pub is_for_managed: bool,
    pub is_for_self_hosted: bool,
}

impl Flowing {
    /// Whether it is on trunk and in no release, for people who wait for one.
    pub fn waits(&self, at: DateTime<Utc>) -> bool {
        self.is_for_self_hosted && self.landed <= at && !self.is_shipped(at)
    }

    pub fn is_live(&self, at: DateTime<Utc>) -> bool {
        self.live.is_some_and(|live| live <= at)
    }

    pub fn is_shipped(&self, at: DateTime<Utc>) -> bool {
        self.shipped.is_some_and(|(_, shipped)| shipped <= at)
    }
}

/// All changes that matter for the periods shown.
pub(super) struct Flow {
    /// Newest first.
    pub changes: Vec<Flowing>,
    kinds: FxHashMap<Node, ChangeKind>,
}

/// What spans are read from.
pub(super) struct Waters<'a> {
    pub ledger: &'a Ledger,
    pub sides: &'a Sides<'a>,
    pub trunkward: &'a Trunkward,
    pub identities: &'a Identities,
    pub landings: &'a Landings,
    pub rules: &'a Rules<'a>,
}

impl Flow {
    /// Reads trunk's changes that were not everywhere at `since`, and those that `origins` are of.
    pub fn read(waters: &Waters<'_>, since: DateTime<Utc>, origins: impl Iterator<Item = Node>) -> Self {
        let Waters { ledger, sides, trunkward, .. } = waters;
        let graph = &ledger.graph;
        let Some(trunk) = graph.node(ledger.trunk.commit) else {
            return Self { changes: Vec::new(), kinds: FxHashMap::default() };
        };
        let place = |commit| graph.node(commit).map_or(0, |node| trunkward.place(node));
        let released = sides.released.iter().filter(|r| r.release.date <= since).map(|r| place(r.release.commit)).max();
        let live =
            sides.live.iter().filter(|live| live.at <= since && !live.is_bad).map(|live| place(live.commit)).max();
        let mut floor = u32::MAX;
        for (is_there, known) in [(sides.self_hosted.is_some(), released), (sides.times.is_some(), live)] {
            floor = floor.min(if is_there { known.unwrap_or(0) } else { u32::MAX });
        }
        let oldest = origins.filter_map(|node| trunkward.arrival(node)).min().unwrap_or(u32::MAX);
        floor = floor.min(oldest.saturating_sub(1));
        let is_older = |node: Node| trunkward.arrival(node).is_some_and(|arrival| arrival <= floor);
        let range = Walker::new(graph).range(trunk, is_older);
        let presence = Presence::new(graph, trunkward);
        let mut history = History::new(graph, &ledger.config.changes, trunkward, Some(trunk), &[]);
        let changes = history.changes(&range, Elsewhere::stated(&presence), |_| false);
        let clocks = Clocks::new(graph, sides, waters.identities);
        let mut kinds = FxHashMap::default();
        for change in &changes {
            let kind = change.reading.kind.or_changed();
            kinds.extend(change.commits.iter().chain([&change.lead]).map(|node| (*node, kind)));
        }
        let standing = changes.into_iter().filter(|change| !change.is_reverted);
        Self { changes: standing.filter_map(|change| flowing(waters, &clocks, change)).collect(), kinds }
    }

    /// What kind of change a commit of trunk belongs to; `None` for one that was not read.
    pub fn kind_of(&self, node: Node) -> Option<ChangeKind> {
        self.kinds.get(&node).copied()
    }
}

fn flowing(waters: &Waters<'_>, clocks: &Clocks<'_>, change: Change) -> Option<Flowing> {
    let graph = &waters.ledger.graph;
    let files = waters.rules.files(graph, &change.commits);
    let is_for = |channel: Option<&ChannelName>| {
        channel.is_some_and(|name| waters.rules.is_for(name, change.reading.scope.as_deref(), files.as_deref()))
    };
    let landed = change.commits.iter().filter_map(|node| waters.landings.of(waters.trunkward, *node)).max()?;
    let live = clocks.first(&clocks.live, &change).map(|at| clocks.live_times[at]);
    let shipped = clocks.first(&clocks.shipped, &change);
    Some(Flowing {
        lead: change.lead,
        kind: change.reading.kind.or_changed(),
        is_breaking: change.reading.is_breaking,
        landed,
        live: live.map(|live| live.max(landed)),
        shipped: shipped.map(|at| (at, waters.sides.released[at].release.date)),
        is_for_managed: is_for(waters.sides.managed.map(|channel| &channel.name)),
        is_for_self_hosted: is_for(waters.sides.self_hosted.map(|channel| &channel.name)),
    })
}

/// For every commit, what went live and what was released with it first.
struct Clocks<'a> {
    identities: &'a Identities,
    live: FirstReach,
    live_times: Vec<DateTime<Utc>>,
    shipped: FirstReach,
}

impl<'a> Clocks<'a> {
    fn new(graph: &Graph, sides: &Sides<'_>, identities: &'a Identities) -> Self {
        let good = || sides.live.iter().filter(|live| !live.is_bad);
        Self {
            identities,
            live: FirstReach::new(graph, good().map(|live| graph.node(live.commit))),
            live_times: good().map(|live| live.at).collect(),
            shipped: FirstReach::new(graph, sides.released.iter().map(|r| graph.node(r.release.commit))),
        }
    }

    /// Number of the first that has the whole change.
    fn first(&self, reach: &FirstReach, change: &Change) -> Option<usize> {
        let of = |node: Node| {
            let carriers = self.identities.carriers(node).iter().copied();
            carriers.chain([node]).filter_map(|node| reach.of(node)).min()
        };
        let mut last = Some(0);
        for node in &change.commits {
            last = last.zip(of(*node)).map(|(last, first)| last.max(first));
        }
        // A merge that was picked as a whole is carried as the merge.
        let whole = (!self.identities.carriers(change.lead).is_empty()).then(|| of(change.lead)).flatten();
        last.into_iter().chain(whole).min()
    }
}
