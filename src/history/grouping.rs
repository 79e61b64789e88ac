//! Which commits of a range make one change: a commit for itself, or a merge with the commits that it brought in.
//!
//! A merge that brings picks of several changes onto a line in a batch stands for none of them: each is a change of its own.
//!
//! Invariant: every commit of the range that is no merge is a member of exactly one group. Merges of trunk into a line and
//! of lines into trunk or into newer lines are no group; the chain they bring in is read as the one they stand on.

use super::habit::Habits;
use super::presence::Presence;
use super::range::Trunkward;
use super::titles::MergeTitle;
use crate::config::EntriesFrom;
use crate::graph::{Graph, Node, NodeSet};

/// One change of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The merge, or the commit itself.
    pub lead: Node,
    /// The commits that are no merges, newest first; never empty.
    pub members: Vec<Node>,
    /// What a merge calls it.
    pub title: Option<MergeTitle>,
}

impl Group {
    fn single(node: Node) -> Self {
        Self { lead: node, members: vec![node], title: None }
    }
}

/// Forms groups, one range after another.
#[derive(Debug)]
pub(super) struct Grouping<'g> {
    graph: &'g Graph,
    trunkward: &'g Trunkward,
    habits: Habits,
    entries: EntriesFrom,
    /// The own chains of trunk and of all lines.
    mainline: NodeSet,
    state: Vec<u32>,
    epoch: u32,
}

/// What a mark says of a commit in the current range; marks of earlier ranges are smaller.
const IN_RANGE: u32 = 1;
const GATHERED: u32 = 2;
const SETTLED: u32 = 3;

impl<'g> Grouping<'g> {
    /// `chains` are the tips of trunk and of all lines.
    pub(super) fn new(
        graph: &'g Graph,
        trunkward: &'g Trunkward,
        habits: Habits,
        entries: EntriesFrom,
        chains: &[Node],
    ) -> Self {
        let mut mainline = graph.empty_set();
        for tip in chains {
            for node in graph.first_parents(*tip) {
                if !mainline.insert(node) {
                    break;
                }
            }
        }
        Self { graph, trunkward, habits, entries, mainline, state: vec![0; graph.len()], epoch: 0 }
    }

    /// The groups of a range, newest lead first. The range is newest first and holds, with each commit, every path to it
    /// from the range's tip.
    pub(super) fn groups(&mut self, range: &[Node], presence: &Presence) -> Vec<Group> {
        self.epoch += 4;
        for node in range {
            self.state[node.index()] = self.epoch + IN_RANGE;
        }
        let mut groups = Vec::new();
        for node in range {
            let mut open = Vec::new();
            self.push_chain(*node, &mut open);
            while let Some(node) = open.pop() {
                self.settle(node, presence, &mut open, &mut groups);
            }
        }
        groups.sort_unstable_by_key(|group| group.lead);
        groups
    }

    fn is_open(&self, node: Node) -> bool {
        self.state[node.index()] == self.epoch + IN_RANGE
    }

    /// Puts the chain of first parents that are still open onto the stack, the oldest on top.
    fn push_chain(&self, tip: Node, open: &mut Vec<Node>) {
        open.extend(self.graph.first_parents(tip).take_while(|node| self.is_open(*node)));
    }

    /// Settles one commit whose first parent's history is settled.
    fn settle(&mut self, node: Node, presence: &Presence, open: &mut Vec<Node>, groups: &mut Vec<Group>) {
        if !self.is_open(node) {
            return;
        }
        self.state[node.index()] = self.epoch + SETTLED;
        let parents = self.graph.parents(node);
        if parents.len() < 2 {
            groups.push(Group::single(node));
            return;
        }
        let title = self.title(node);
        if self.owns(node, title.as_ref())
            && let Some(brought) = self.brought_in(&parents[1..])
        {
            let members: Vec<Node> = brought.into_iter().filter(|node| !self.graph.is_merge(*node)).collect();
            if self.is_batch(&members, presence) {
                groups.extend(members.into_iter().map(Group::single));
            } else if !members.is_empty() {
                groups.push(Group { lead: node, members, title });
            }
            return;
        }
        for parent in parents[1..].iter().rev() {
            self.push_chain(*parent, open);
        }
    }

    /// Whether at least half of the commits are picks, of changes that came to trunk apart from each other.
    fn is_batch(&self, members: &[Node], presence: &Presence) -> bool {
        let off_trunk = members.iter().filter(|node| presence.is_shared(**node) && !self.trunkward.is_on_trunk(**node));
        let origins = off_trunk.map(|node| presence.origin(*node, |node| self.trunkward.is_on_trunk(node)));
        let arrivals: Vec<Option<u32>> =
            origins.map(|origin| origin.and_then(|node| self.trunkward.arrival(node))).collect();
        arrivals.len() * 2 >= members.len() && arrivals.windows(2).any(|pair| pair[0] != pair[1])
    }

    /// Whether a merge stands for the commits that it brought in.
    fn owns(&self, merge: Node, title: Option<&MergeTitle>) -> bool {
        match self.entries {
            EntriesFrom::Commits => false,
            EntriesFrom::Merges => true,
            EntriesFrom::Auto => title.is_some() && !self.habits.splits(self.trunkward, merge),
        }
    }

    /// The title of a merge, where it could matter.
    fn title(&self, merge: Node) -> Option<MergeTitle> {
        match self.entries {
            EntriesFrom::Commits => None,
            EntriesFrom::Merges | EntriesFrom::Auto => MergeTitle::of(&self.graph.message(merge)),
        }
    }

    /// Settles what `tips` bring in and returns it, newest first; settles nothing and returns `None` where that includes
    /// the chain of a line or of trunk.
    fn brought_in(&mut self, tips: &[Node]) -> Option<Vec<Node>> {
        let mut gathered = Vec::new();
        let mut open: Vec<Node> = tips.to_vec();
        let mut is_mainline = false;
        while let Some(node) = open.pop() {
            if !self.is_open(node) {
                continue;
            }
            if self.mainline.contains(node) {
                is_mainline = true;
                break;
            }
            self.state[node.index()] = self.epoch + GATHERED;
            gathered.push(node);
            open.extend(self.graph.parents(node));
        }
        let state = self.epoch + if is_mainline { IN_RANGE } else { SETTLED };
        for node in &gathered {
            self.state[node.index()] = state;
        }
        gathered.sort_unstable();
        (!is_mainline).then_some(gathered)
    }
}
