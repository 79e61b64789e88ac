//! Whether something that reaches some commits has a change: on the commit itself or on one that carries it, and not taken
//! back there.
//!
//! The invariant: what was taken back is judged by what the place in question reaches. A revert that trunk took back later
//! still counts for a release between the two.

use rustc_hash::{FxHashMap, FxHashSet};

use super::report::Has;
use crate::graph::{Graph, Node};
use crate::history::{Identities, stated_reverts};

/// Reverts of reverts are followed this far.
const LONGEST_CHAIN: usize = 16;

/// A change as the commits that are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::reports) struct Sought {
    /// Commits of trunk, newest first: only together they are the change.
    pub parts: Vec<Node>,
    /// Commits that trunk lacks. Each list is the whole change on its own.
    pub beside: Vec<Vec<Node>>,
}

impl Sought {
    /// Every commit on which it was looked for by name.
    pub fn all(&self) -> impl Iterator<Item = Node> + '_ {
        self.parts.iter().copied().chain(self.beside.iter().flatten().copied())
    }
}

/// What became of one commit's change in one place.
enum Part {
    Held(Node),
    TakenBack,
    Absent,
}

/// Answers for one history.
pub(in crate::reports) struct Places<'a> {
    graph: &'a Graph,
    identities: &'a Identities,
    /// By commit: all that take it back, also those that were taken back themselves.
    taken_back: FxHashMap<Node, Vec<Node>>,
    reverting: FxHashSet<Node>,
    /// What commits of lines carry.
    origins: FxHashMap<Node, Vec<Node>>,
}

impl<'a> Places<'a> {
    pub fn new(graph: &'a Graph, identities: &'a Identities) -> Self {
        let mut taken_back: FxHashMap<Node, Vec<Node>> = FxHashMap::default();
        let mut known: FxHashSet<(Node, Node)> = FxHashSet::default();
        let told =
            graph.nodes().flat_map(|node| identities.taken_back_by(node).iter().map(move |target| (node, *target)));
        for (revert, target) in told.chain(stated_reverts(graph)) {
            if known.insert((revert, target)) {
                taken_back.entry(target).or_default().push(revert);
            }
        }
        let reverting = known.into_iter().map(|(revert, _)| revert).collect();
        let origins = identities
            .all()
            .into_iter()
            .map(|standing| (standing.node, standing.counted().map(|origin| origin.node).collect()))
            .collect();
        Self { graph, identities, taken_back, reverting, origins }
    }

    /// What the place that `holds` these commits has of a change, and by which commit.
    pub fn has(&self, sought: &Sought, holds: &impl Fn(Node) -> bool) -> (Has, Option<Node>) {
        let parts: Vec<Part> = sought.parts.iter().map(|part| self.part(*part, holds)).collect();
        let held = |part: &Part| if let Part::Held(node) = part { Some(*node) } else { None };
        let by = parts.iter().find_map(held);
        if by.is_some() && parts.iter().all(|part| held(part).is_some()) {
            return (Has::Yes, by);
        }
        let mut found = (by.is_some(), parts.iter().any(|part| matches!(part, Part::TakenBack)));
        for set in &sought.beside {
            let alive = |node: &&Node| holds(**node) && !self.is_taken_back(**node, holds);
            let count = set.iter().filter(alive).count();
            if count == set.len() && count > 0 {
                return (Has::Yes, set.first().copied());
            }
            found = (found.0 || count > 0, found.1 || set.iter().any(|node| holds(*node)));
        }
        match found {
            (true, _) => (Has::Partial, by),
            (false, true) => (Has::Reverted, None),
            (false, false) => (Has::No, None),
        }
    }

    fn part(&self, part: Node, holds: &impl Fn(Node) -> bool) -> Part {
        let mut is_seen = false;
        for node in std::iter::once(part).chain(self.identities.carriers(part).iter().copied()) {
            if holds(node) {
                if !self.is_taken_back(node, holds) {
                    return Part::Held(node);
                }
                is_seen = true;
            }
        }
        if is_seen { Part::TakenBack } else { Part::Absent }
    }

    /// Whether the place has a revert of the commit that was not taken back there itself. A revert on a line may name the
    /// commit on trunk although the line has only its backport.
    pub fn is_taken_back(&self, node: Node, holds: &impl Fn(Node) -> bool) -> bool {
        self.is_taken_back_within(LONGEST_CHAIN, node, holds)
    }

    fn is_taken_back_within(&self, depth: usize, node: Node, holds: &impl Fn(Node) -> bool) -> bool {
        let stands = |revert: &Node| holds(*revert) && !self.is_taken_back_within(depth - 1, *revert, holds);
        if depth == 0 {
            return false;
        }
        if self.reverts(node).iter().any(stands) {
            return true;
        }
        let origins = self.origins.get(&node).map_or(&[] as &[Node], Vec::as_slice);
        origins.iter().filter(|origin| !holds(**origin)).any(|origin| {
            let reverts = self.reverts(*origin).iter();
            reverts.filter(|revert| self.graph.is_ancestor(node, **revert)).any(stands)
        })
    }

    /// All that take a commit back.
    pub fn reverts(&self, node: Node) -> &[Node] {
        self.taken_back.get(&node).map_or(&[], Vec::as_slice)
    }

    /// Whether the commit takes another one back, or brings one back.
    pub fn is_revert(&self, node: Node) -> bool {
        self.reverting.contains(&node)
    }
}
