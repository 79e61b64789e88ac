//! Where lines left trunk, and where they left each other.
//!
//! The base of a line is found on its first-parent chain, so that merging trunk into the line later does not move it. A
//! line that was merged back into trunk has all its commits there; the chain is then followed further, to trunk's own
//! first-parent chain.

use rustc_hash::FxHashMap;

use super::model::CutFrom;
use crate::graph::{Graph, Node, NodeSet};

/// Trunk as ancestry sees it.
#[derive(Debug)]
pub struct TrunkReach {
    /// Everything trunk reaches.
    pub all: NodeSet,
    first_parents: NodeSet,
    /// Commits that a merge on trunk's side brought in by a parent other than its first.
    merged: NodeSet,
}

impl TrunkReach {
    /// Reads trunk from its tip.
    pub fn new(graph: &Graph, tip: Node) -> Self {
        let all = graph.reach(&[tip]);
        let mut first_parents = graph.empty_set();
        graph.first_parents(tip).for_each(|node| {
            first_parents.insert(node);
        });
        let mut merged = graph.empty_set();
        for node in all.iter() {
            graph.parents(node).iter().skip(1).for_each(|parent| {
                merged.insert(*parent);
            });
        }
        Self { all, first_parents, merged }
    }

    /// Whether a commit is on trunk's own first-parent chain.
    pub fn is_on_chain(&self, node: Node) -> bool {
        self.first_parents.contains(node)
    }

    /// The newest commit on the first-parent chain of `tip` that is on trunk. A commit counts that is on trunk's
    /// first-parent chain; one that trunk only reaches counts, too, unless a merge brought it there with the line.
    pub fn base(&self, graph: &Graph, tip: Node) -> Option<Node> {
        let mut fallback = None;
        for node in graph.first_parents(tip) {
            if self.first_parents.contains(node) {
                return Some(node);
            }
            if self.all.contains(node) {
                if fallback.is_none() && !self.merged.contains(node) {
                    return Some(node);
                }
                fallback = fallback.or(Some(node));
            }
        }
        fallback
    }
}

/// A line's chain, as [`cut_from`] needs it.
#[derive(Debug, Clone)]
pub struct Chain {
    pub name: String,
    pub tip: Node,
    pub base: Option<Node>,
}

/// Where each line was cut, in the order given. An earlier line owns the commits of its chain down to its base; a later
/// one that meets such a commit was cut there. Give managed lines first, and older versions before newer ones.
pub fn cut_from(graph: &Graph, lines: &[Chain]) -> Vec<Option<CutFrom>> {
    let mut owner: FxHashMap<Node, usize> = FxHashMap::default();
    let mut found = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let mut own = Vec::new();
        let mut from = None;
        for node in graph.first_parents(line.tip) {
            if Some(node) == line.base {
                from = Some(CutFrom { line: None, commit: graph.id(node) });
                break;
            }
            if let Some(parent) = owner.get(&node) {
                from = Some(CutFrom { line: Some(lines[*parent].name.clone()), commit: graph.id(node) });
                break;
            }
            own.push(node);
        }
        owner.extend(own.into_iter().map(|node| (node, at)));
        found.push(from);
    }
    found
}
