//! The graph in memory: columns of facts by node, and reachability as linear scans over them.

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;

use super::nodes::{Node, NodeSet};
use crate::domain::{CommitId, Message, ObjectId};

/// Who wrote a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person<'a> {
    pub name: &'a str,
    pub email: &'a str,
}

/// Where the texts of a commit lie in the arena.
#[derive(Debug, Clone, Copy)]
pub(super) struct Texts {
    pub start: usize,
    pub subject: u32,
    pub body: u32,
}

/// All commits reachable from the tips it was loaded from, parents after children.
#[derive(Debug)]
pub struct Graph {
    pub(super) ids: Vec<CommitId>,
    pub(super) trees: Vec<ObjectId>,
    pub(super) index: FxHashMap<CommitId, Node>,
    /// `parents[starts[n]..starts[n + 1]]` are the parents of node `n`.
    pub(super) starts: Vec<u32>,
    pub(super) parents: Vec<Node>,
    pub(super) author_times: Vec<i64>,
    pub(super) commit_times: Vec<i64>,
    pub(super) authors: Vec<u32>,
    pub(super) people: Vec<(String, String)>,
    pub(super) texts: Vec<Texts>,
    pub(super) arena: String,
    pub(super) cut: Vec<CommitId>,
    pub(super) absent: Vec<CommitId>,
    pub(super) ends: Vec<CommitId>,
}

impl Graph {
    /// The node of a commit; `None` where no tip reaches it.
    pub fn node(&self, id: CommitId) -> Option<Node> {
        self.index.get(&id).copied()
    }

    /// The commit of a node.
    pub fn id(&self, node: Node) -> CommitId {
        self.ids[node.index()]
    }

    /// The tree of a commit.
    pub fn tree(&self, node: Node) -> ObjectId {
        self.trees[node.index()]
    }

    /// How many commits there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Parents in the commit's own order; none at the boundary of a shallow clone.
    pub fn parents(&self, node: Node) -> &[Node] {
        let at = node.index();
        &self.parents[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// Whether the commit has more than one parent.
    pub fn is_merge(&self, node: Node) -> bool {
        self.parents(node).len() > 1
    }

    /// The first paragraph of the message.
    pub fn subject(&self, node: Node) -> &str {
        let texts = self.texts[node.index()];
        &self.arena[texts.start..texts.start + texts.subject as usize]
    }

    /// The rest of the message, condensed as [`Message::condense`] does.
    pub fn body(&self, node: Node) -> &str {
        let texts = self.texts[node.index()];
        let start = texts.start + texts.subject as usize;
        &self.arena[start..start + texts.body as usize]
    }

    /// Subject and condensed body.
    pub fn message(&self, node: Node) -> Message {
        Message { subject: self.subject(node).to_owned(), body: self.body(node).to_owned() }
    }

    /// The author.
    pub fn author(&self, node: Node) -> Person<'_> {
        let (name, email) = &self.people[self.authors[node.index()] as usize];
        Person { name, email }
    }

    /// When it was written; the beginning of 1970 for a date out of range.
    pub fn author_time(&self, node: Node) -> DateTime<Utc> {
        DateTime::from_timestamp(self.author_times[node.index()], 0).unwrap_or_default()
    }

    /// When it was committed; the beginning of 1970 for a date out of range.
    pub fn commit_time(&self, node: Node) -> DateTime<Utc> {
        DateTime::from_timestamp(self.commit_times[node.index()], 0).unwrap_or_default()
    }

    /// Commits at which a shallow clone cuts history, as far as the tips reach them.
    pub fn cut(&self) -> &[CommitId] {
        &self.cut
    }

    /// Parents and tips whose objects are absent though history is not declared cut there.
    pub fn absent(&self) -> &[CommitId] {
        &self.absent
    }

    /// Commits whose parents were left out because nobody asked for them, ordered; none where everything was loaded.
    pub fn ends(&self) -> &[CommitId] {
        &self.ends
    }

    /// Whether the parents of a commit are not here, so that nothing can be said of what it does.
    pub fn is_rootless(&self, node: Node) -> bool {
        let id = self.id(node);
        self.cut.binary_search(&id).is_ok() || self.ends.binary_search(&id).is_ok()
    }

    /// All nodes, newest first.
    pub fn nodes(&self) -> impl Iterator<Item = Node> + '_ {
        (0..u32::try_from(self.len()).unwrap_or(u32::MAX)).map(Node)
    }

    /// An empty set for this graph.
    pub fn empty_set(&self) -> NodeSet {
        NodeSet::with_len(self.len())
    }

    /// `tips` and everything they reach. Linear in the commits older than the newest tip.
    pub fn reach(&self, tips: &[Node]) -> NodeSet {
        let mut set = self.empty_set();
        self.reach_into(tips, &mut set);
        set
    }

    /// Adds to `known`, which must be closed under parents, what `tips` reach; returns what was new, newest first. Each
    /// commit is new once, so that a series of calls over one set costs what its result holds.
    pub fn reach_into(&self, tips: &[Node], known: &mut NodeSet) -> Vec<Node> {
        let mut fresh: Vec<Node> = tips.iter().copied().filter(|tip| known.insert(*tip)).collect();
        let mut next = 0;
        while let Some(node) = fresh.get(next).copied() {
            next += 1;
            for parent in self.parents(node) {
                if known.insert(*parent) {
                    fresh.push(*parent);
                }
            }
        }
        fresh.sort_unstable();
        fresh
    }

    /// What `include` reaches and `exclude` does not hold, newest first. `exclude` must be closed under parents, as
    /// [`Graph::reach`] returns it.
    pub fn range(&self, include: &[Node], exclude: &NodeSet) -> Vec<Node> {
        let mut seen = rustc_hash::FxHashSet::default();
        let mut found: Vec<Node> =
            include.iter().copied().filter(|tip| !exclude.contains(*tip) && seen.insert(*tip)).collect();
        let mut next = 0;
        while let Some(node) = found.get(next).copied() {
            next += 1;
            for parent in self.parents(node) {
                if !exclude.contains(*parent) && seen.insert(*parent) {
                    found.push(*parent);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// The commit and its first parents down to a root.
    pub fn first_parents(&self, node: Node) -> impl Iterator<Item = Node> + '_ {
        std::iter::successors(Some(node), |node| self.parents(*node).first().copied())
    }

    /// Whether `descendant` reaches `ancestor`; a commit reaches itself.
    pub fn is_ancestor(&self, ancestor: Node, descendant: Node) -> bool {
        if ancestor < descendant {
            return false;
        }
        let mut seen = rustc_hash::FxHashSet::default();
        let mut open = vec![descendant];
        while let Some(node) = open.pop() {
            if node == ancestor {
                return true;
            }
            // A parent has a higher number than its child, so that nothing beyond the ancestor can lead to it.
            open.extend(
                self.parents(node).iter().copied().filter(|parent| *parent <= ancestor && seen.insert(*parent)),
            );
        }
        false
    }
}
