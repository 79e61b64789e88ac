//! On which commits one change stands, as far as messages state it: what `git cherry-pick -x` wrote, and the plainest of
//! twins. It costs a few passes over messages that are read anyway; whoever needs to know more compares contents.
//!
//! A revert takes the change away from whoever has both. A commit that names several origins which are no picks of each
//! other carries them all, and is present only where all of them are.

use rustc_hash::{FxHashMap, FxHashSet};

use super::identity::{Identities, is_had_by};
use super::range::Trunkward;
use super::twins::twins;
use crate::domain::CommitId;
use crate::graph::{Graph, Node};

/// Picks of picks are followed this far.
const LONGEST_CHAIN: usize = 16;

/// One change that stands on several commits.
#[derive(Debug, Clone, Default)]
struct Origin {
    /// The commit that the picks name in the end; `None` where the graph lacks it.
    node: Option<Node>,
    carriers: Vec<Node>,
}

/// Which commits carry the same change.
#[derive(Debug, Clone, Default)]
pub struct Presence {
    origins: Vec<Origin>,
    /// The origins that a commit carries; absent for a commit that was never picked.
    carried: FxHashMap<Node, Vec<usize>>,
    /// The commits that say that they revert a commit.
    reverts: FxHashMap<Node, Vec<Node>>,
    /// Commits that follow another one of the same change on their own line: they add something to it.
    follow_ups: FxHashSet<Node>,
}

const PICKED: &str = "cherry picked from commit ";
const REVERTS: &str = "This reverts commit ";

/// The ids of forty digits that follow `mark`, in the order of the body.
fn ids_after<'b>(body: &'b str, mark: &'static str) -> impl Iterator<Item = CommitId> + 'b {
    body.match_indices(mark).filter_map(|(at, _)| body.get(at + mark.len()..at + mark.len() + 40)?.parse().ok())
}

/// The commits that say by its whole id that they revert another, each with that other one, newest first.
pub fn stated_reverts(graph: &Graph) -> impl Iterator<Item = (Node, Node)> + '_ {
    graph
        .nodes()
        .flat_map(move |node| ids_after(graph.body(node), REVERTS).filter_map(move |id| Some((node, graph.node(id)?))))
}

impl Presence {
    /// A few passes over the messages.
    pub fn new(graph: &Graph, trunkward: &Trunkward) -> Self {
        let mut named: FxHashMap<CommitId, Vec<CommitId>> = FxHashMap::default();
        let mut presence = Self::default();
        for node in graph.nodes() {
            let body = graph.body(node);
            if !body.contains("commit ") {
                continue;
            }
            let ids: Vec<CommitId> = ids_after(body, PICKED).collect();
            if !ids.is_empty() {
                named.insert(graph.id(node), ids);
            }
            for reverted in ids_after(body, REVERTS).filter_map(|id| graph.node(id)) {
                presence.reverts.entry(reverted).or_default().push(node);
            }
        }
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
        let is_settled = |node: Node| presence.carried.contains_key(&node);
        for (twin, origin) in twins(graph, |node| trunkward.is_on_trunk(node), is_settled) {
            let at = *index.entry(graph.id(origin)).or_insert_with(|| {
                presence.origins.push(Origin { node: Some(origin), carriers: Vec::new() });
                presence.origins.len() - 1
            });
            presence.origins[at].carriers.push(twin);
            presence.carried.entry(twin).or_default().push(at);
        }
        for (at, origin) in presence.origins.iter().enumerate() {
            if let Some(node) = origin.node {
                presence.carried.entry(node).or_default().push(at);
            }
        }
        presence
    }

    /// The same, and what comparing found: whose change each commit has, and what takes back what. What a person decided
    /// about a commit holds against what its message states. `line_of` numbers the lines.
    #[must_use]
    pub fn joined(mut self, graph: &Graph, identities: &Identities, line_of: impl Fn(Node) -> Option<usize>) -> Self {
        let mut index: FxHashMap<Node, usize> = FxHashMap::default();
        for (at, origin) in self.origins.iter().enumerate() {
            index.extend(origin.node.map(|node| (node, at)));
        }
        for standing in identities.all() {
            if standing.because.is_some() {
                for at in self.carried.remove(&standing.node).unwrap_or_default() {
                    self.origins[at].carriers.retain(|carrier| *carrier != standing.node);
                }
            }
            let whole = standing.origins.iter().filter(|origin| is_had_by(graph, standing.node, origin));
            for node in whole.map(|origin| origin.node).chain(standing.twin) {
                let at = *index.entry(node).or_insert_with(|| {
                    self.origins.push(Origin { node: Some(node), carriers: Vec::new() });
                    self.carried.entry(node).or_default().push(self.origins.len() - 1);
                    self.origins.len() - 1
                });
                let carried = self.carried.entry(standing.node).or_default();
                if !carried.contains(&at) {
                    carried.push(at);
                    self.origins[at].carriers.push(standing.node);
                }
            }
        }
        for origin in &self.origins {
            let mut newest: FxHashMap<usize, Node> = FxHashMap::default();
            // From the oldest on, which have the highest numbers.
            let mut carriers = origin.carriers.clone();
            carriers.sort_unstable_by(|left, right| right.cmp(left));
            for carrier in carriers {
                let line = line_of(carrier);
                if line.and_then(|line| newest.insert(line, carrier)).is_some() {
                    self.follow_ups.insert(carrier);
                }
            }
        }
        for node in graph.nodes() {
            for target in identities.taken_back_by(node) {
                let reverts = self.reverts.entry(*target).or_default();
                if !reverts.contains(&node) {
                    reverts.push(node);
                }
            }
        }
        self
    }

    /// Whether the change of `node` is where `holds` is true: on the commit itself, its origin or another pick of it, and
    /// not reverted there.
    pub fn is_present(&self, node: Node, holds: impl Fn(Node) -> bool) -> bool {
        let carried = self.carried.get(&node).filter(|_| !self.follow_ups.contains(&node));
        let Some(carried) = carried else { return holds(node) };
        let is_gone = |node: Node| self.is_reverted(node, &holds, LONGEST_CHAIN);
        let has_origin = |origin: &Origin| {
            // A revert on a line may name the commit on trunk although the line has only its pick.
            let named = origin.node.filter(|node| !holds(*node));
            origin.node.is_some_and(|node| holds(node) && !is_gone(node))
                || !named.is_some_and(is_gone)
                    && origin.carriers.iter().any(|carrier| *carrier != node && holds(*carrier) && !is_gone(*carrier))
        };
        holds(node) || carried.iter().all(|at| has_origin(&self.origins[*at]))
    }

    /// Whether `holds` has a revert of the commit that is not reverted itself.
    fn is_reverted(&self, node: Node, holds: &impl Fn(Node) -> bool, depth: usize) -> bool {
        let reverts = self.reverts.get(&node).map_or(&[] as &[Node], Vec::as_slice);
        depth > 0 && reverts.iter().any(|revert| holds(*revert) && !self.is_reverted(*revert, holds, depth - 1))
    }

    /// Whether the commit is known to stand elsewhere, too.
    pub fn is_shared(&self, node: Node) -> bool {
        self.carried.contains_key(&node)
    }

    /// The commits that carry a change of `node`, itself among them, in no order that matters.
    pub fn carriers(&self, node: Node) -> impl Iterator<Item = Node> + use<'_> {
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
