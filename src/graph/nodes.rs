//! Commits of one graph as small numbers, and sets of them.
//!
//! Nodes are numbered so that every child comes before its parents and, where ancestry does not decide, the newer commit
//! before the older: ascending order is the order of `git log --date-order`.

use fixedbitset::FixedBitSet;

/// A commit's place in its [`Graph`](super::Graph); means nothing in another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(pub(super) u32);

impl Node {
    /// The number as an index: below the length of its graph.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A set of commits of one graph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeSet(FixedBitSet);

impl NodeSet {
    /// An empty set with room for `len` commits.
    pub(super) fn with_len(len: usize) -> Self {
        Self(FixedBitSet::with_capacity(len))
    }

    /// Whether the commit is in the set.
    pub fn contains(&self, node: Node) -> bool {
        self.0.contains(node.index())
    }

    /// Adds a commit; whether it was new.
    pub fn insert(&mut self, node: Node) -> bool {
        self.0.grow(node.index() + 1);
        !self.0.put(node.index())
    }

    /// Adds all of `other`.
    pub fn union_with(&mut self, other: &Self) {
        self.0.union_with(&other.0);
    }

    /// How many commits there are.
    pub fn len(&self) -> usize {
        self.0.count_ones(..)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_clear()
    }

    /// The commits, newest first.
    pub fn iter(&self) -> impl Iterator<Item = Node> + '_ {
        self.0.ones().filter_map(|index| u32::try_from(index).ok().map(Node))
    }
}
