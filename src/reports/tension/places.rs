//! Where commits beside trunk stand: on which line first, and when they arrived there.
//!
//! A commit that several lines reach belongs to the oldest of them. It arrived with the commit of the line's own chain that
//! reaches it: with the merge, where it came by one.

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;

use crate::graph::{Graph, Node};
use crate::history::Trunkward;
use crate::ledger::{ChannelState, Ledger, Line};

/// The place of one commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Number of the line among [`Places::lines`].
    pub line: usize,
    pub arrived: DateTime<Utc>,
}

/// The lines of both sides, and the commits of each that trunk does not reach.
pub(super) struct Places<'l> {
    /// Managed ones first, newest first.
    pub lines: Vec<(&'l ChannelState, &'l Line)>,
    places: FxHashMap<Node, Place>,
}

impl<'l> Places<'l> {
    /// Walks every line once.
    pub fn new(ledger: &'l Ledger, trunkward: &Trunkward, channels: impl Iterator<Item = &'l ChannelState>) -> Self {
        let graph = &ledger.graph;
        let lines: Vec<(&ChannelState, &Line)> =
            channels.flat_map(|channel| channel.lines.iter().map(move |line| (channel, line))).collect();
        let mut places = FxHashMap::default();
        for (at, (_, line)) in lines.iter().enumerate().rev() {
            if let Some(tip) = graph.node(line.tip) {
                walk(graph, trunkward, tip, at, &mut places);
            }
        }
        Self { lines, places }
    }

    /// Where a commit stands; `None` for one that trunk reaches or no line does.
    pub fn of(&self, node: Node) -> Option<Place> {
        self.places.get(&node).copied()
    }
}

fn walk(graph: &Graph, trunkward: &Trunkward, tip: Node, line: usize, places: &mut FxHashMap<Node, Place>) {
    let is_own =
        |node: &Node, places: &FxHashMap<Node, Place>| !trunkward.is_on_trunk(*node) && !places.contains_key(node);
    let mut chain: Vec<Node> = graph.first_parents(tip).take_while(|node| is_own(node, places)).collect();
    chain.reverse();
    let mut open = Vec::new();
    for node in chain {
        let place = Place { line, arrived: graph.commit_time(node) };
        open.push(node);
        while let Some(node) = open.pop() {
            if is_own(&node, places) {
                places.insert(node, place);
                open.extend(graph.parents(node));
            }
        }
    }
}

/// When each place of trunk's own chain was committed.
pub(super) struct Landings(Vec<DateTime<Utc>>);

impl Landings {
    /// Reads the chain from its tip.
    pub fn new(graph: &Graph, trunk: Option<Node>) -> Self {
        let chain = trunk.into_iter().flat_map(|tip| graph.first_parents(tip));
        let mut times: Vec<DateTime<Utc>> = chain.map(|node| graph.commit_time(node)).collect();
        times.reverse();
        Self(times)
    }

    /// When a commit came to trunk: with the commit of trunk's chain that reaches it first.
    pub fn of(&self, trunkward: &Trunkward, node: Node) -> Option<DateTime<Utc>> {
        let place = usize::try_from(trunkward.arrival(node)?).ok()?;
        self.0.get(place.checked_sub(1)?).copied()
    }

    /// When the first commit was made.
    pub fn first(&self) -> Option<DateTime<Utc>> {
        self.0.first().copied()
    }
}
