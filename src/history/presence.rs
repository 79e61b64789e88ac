//! On which commits one change stands: the seam at which identity across lines is asked for. What is known here is what
//! `git cherry-pick -x` wrote; stronger evidence joins at [`Presence::new`] and changes nothing for those who ask.
//!
//! A commit that names several origins which are no picks of each other carries them all, and is present only where all
//! of them are.

use rustc_hash::FxHashMap;

use crate::domain::CommitId;
use crate::graph::{Graph, Node};

/// Picks of picks are followed this far.
const LONGEST_CHAIN: usize = 16;

/// One change that stands on several commits.
#[derive(Debug, Default)]
struct Origin {
    /// The commit that the picks name in the end; `None` where the graph lacks it.
    node: Option<Node>,
    carriers: Vec<Node>,
}

/// Which commits carry the same change.
#[derive(Debug, Default)]
pub struct Presence {
    origins: Vec<Origin>,
    /// The origins that a commit carries; absent for a commit that was never picked.
    carried: FxHashMap<Node, Vec<usize>>,
}

/// The ids in `(cherry picked from commit <40 hex>)`, in the order of the body.
fn picked_from(body: &str) -> impl Iterator<Item = CommitId> + '_ {
    const MARK: &str = "cherry picked from commit ";
    body.match_indices(MARK).filter_map(|(at, _)| body.get(at + MARK.len()..at + MARK.len() + 40)?.parse().ok())
}

impl Presence {
    /// One pass over the messages.
    pub fn new(graph: &Graph) -> Self {
        let mut named: FxHashMap<CommitId, Vec<CommitId>> = FxHashMap::default();
        for node in graph.nodes() {
            let ids: Vec<CommitId> = picked_from(graph.body(node)).collect();
            if !ids.is_empty() {
                named.insert(graph.id(node), ids);
            }
        }
        let mut presence = Self::default();
        let mut index: FxHashMap<CommitId, usize> = FxHashMap::default();
        let mut picks: Vec<CommitId> = named.keys().copied().collect();
        picks.sort_unstable();
        for pick in picks {
            let Some(node) = graph.node(pick) else { continue };
            let mut roots = Vec::new();
            follow(&named, pick, LONGEST_CHAIN, &mut roots);
            for root in roots.into_iter().filter(|root| *root != pick) {
                let at = *index.entry(root).or_insert_with(|| {
                    presence.origins.push(Origin { node: graph.node(root), carriers: Vec::new() });
                    presence.origins.len() - 1
                });
                presence.origins[at].carriers.push(node);
                presence.carried.entry(node).or_default().push(at);
            }
        }
        for (at, origin) in presence.origins.iter().enumerate() {
            if let Some(node) = origin.node {
                presence.carried.entry(node).or_default().push(at);
            }
        }
        presence
    }

    /// Whether the change of `node` is where `holds` is true: on the commit itself, its origin or another pick of it.
    pub fn is_present(&self, node: Node, holds: impl Fn(Node) -> bool) -> bool {
        let Some(carried) = self.carried.get(&node) else { return holds(node) };
        holds(node)
            || carried.iter().all(|at| {
                let origin = &self.origins[*at];
                origin.node.is_some_and(&holds)
                    || origin.carriers.iter().any(|carrier| *carrier != node && holds(*carrier))
            })
    }

    /// The commits that carry a change of `node`, itself among them, in no order that matters.
    pub fn carriers(&self, node: Node) -> impl Iterator<Item = Node> + '_ {
        let others = self.carried.get(&node).into_iter().flatten().flat_map(|at| {
            let origin = &self.origins[*at];
            origin.node.into_iter().chain(origin.carriers.iter().copied())
        });
        std::iter::once(node).chain(others)
    }

    /// The commit on trunk that `node` was picked from, the first where there are several.
    pub fn origin(&self, node: Node, is_on_trunk: impl Fn(Node) -> bool) -> Option<Node> {
        self.carriers(node).find(|carrier| is_on_trunk(*carrier))
    }
}

/// The ids at which the picks of `id` end: those that are no picks themselves, or that the graph lacks.
fn follow(named: &FxHashMap<CommitId, Vec<CommitId>>, id: CommitId, depth: usize, roots: &mut Vec<CommitId>) {
    match named.get(&id) {
        Some(ids) if depth > 0 => {
            for next in ids {
                follow(named, *next, depth - 1, roots);
            }
        }
        _ => {
            if !roots.contains(&id) {
                roots.push(id);
            }
        }
    }
}
