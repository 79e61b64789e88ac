//! What one commit reaches and another does not, for thousands of pairs in one run.
//!
//! Every commit knows the first commit of trunk's own chain that reaches it, and the newest one that it reaches. So what a
//! release reaches through trunk is answered by comparing two numbers, and only the commits of its line are walked. The
//! walk of a baseline is continued where the next baseline contains it: a line of n commits costs n, however many
//! releases it has.

use crate::graph::{Graph, Node};

/// Where commits stand in relation to trunk.
#[derive(Debug)]
pub struct Trunkward {
    /// By node: place on trunk's chain, counted from 1 at the root, of the first commit that reaches it; 0 for none.
    reached_at: Vec<u32>,
    /// By node: place of the newest commit of trunk's chain that it reaches; 0 for none.
    reaches: Vec<u32>,
}

impl Trunkward {
    /// Two passes over the graph.
    pub fn new(graph: &Graph, trunk: Option<Node>) -> Self {
        let chain: Vec<Node> = trunk.map(|tip| graph.first_parents(tip).collect()).unwrap_or_default();
        let mut reached_at = vec![0u32; graph.len()];
        let mut reaches = vec![0u32; graph.len()];
        let mut open = Vec::new();
        for (place, node) in (1u32..).zip(chain.iter().rev()) {
            reaches[node.index()] = place;
            open.push(*node);
            while let Some(node) = open.pop() {
                if reached_at[node.index()] == 0 {
                    reached_at[node.index()] = place;
                    open.extend(graph.parents(node).iter().filter(|parent| reached_at[parent.index()] == 0));
                }
            }
        }
        let nodes: Vec<Node> = graph.nodes().collect();
        for node in nodes.into_iter().rev() {
            let through = graph.parents(node).iter().map(|parent| reaches[parent.index()]).max().unwrap_or(0);
            reaches[node.index()] = reaches[node.index()].max(through);
        }
        Self { reached_at, reaches }
    }

    /// Whether trunk reaches the commit.
    pub fn is_on_trunk(&self, node: Node) -> bool {
        self.reached_at[node.index()] != 0
    }

    /// Place of the newest commit of trunk's chain that `node` reaches, counted from 1 at the root; 0 for none.
    pub fn place(&self, node: Node) -> u32 {
        self.reaches[node.index()]
    }

    /// Place of the first commit of trunk's chain that reaches `node`: the same for all that one merge brought in.
    pub fn arrival(&self, node: Node) -> Option<u32> {
        Some(self.reached_at[node.index()]).filter(|place| *place != 0)
    }

    /// Whether trunk's commit at `place` reaches `node`.
    fn is_reached_by(&self, place: u32, node: Node) -> bool {
        let at = self.reached_at[node.index()];
        at != 0 && at <= place
    }
}

/// Everything that one commit reaches, as a question that is cheap to ask and cheap to move to a newer commit.
#[derive(Debug)]
pub struct Baseline<'g> {
    graph: &'g Graph,
    trunkward: &'g Trunkward,
    commit: Option<Node>,
    place: u32,
    /// By node: the epoch in which it was walked.
    walked: Vec<u32>,
    epoch: u32,
}

impl<'g> Baseline<'g> {
    /// A baseline that reaches nothing.
    pub fn new(graph: &'g Graph, trunkward: &'g Trunkward) -> Self {
        Self { graph, trunkward, commit: None, place: 0, walked: vec![0; graph.len()], epoch: 1 }
    }

    /// Makes it everything that `commit` reaches; nothing for `None`.
    pub fn move_to(&mut self, commit: Option<Node>) {
        if commit == self.commit {
            return;
        }
        let before = std::mem::replace(&mut self.commit, commit);
        let Some(commit) = commit else {
            self.place = 0;
            self.epoch += 1;
            return;
        };
        self.place = self.trunkward.place(commit);
        if !self.walk(commit, before) {
            self.epoch += 1;
            self.walk(commit, None);
        }
    }

    /// Marks what `commit` reaches beside trunk, stopping at what is marked. Whether that holds: all marks so far come from
    /// `before`, and `commit` reaches it.
    fn walk(&mut self, commit: Node, before: Option<Node>) -> bool {
        let mut is_met = before.is_none_or(|before| self.trunkward.is_reached_by(self.place, before));
        let mut open = vec![commit];
        while let Some(node) = open.pop() {
            is_met |= before == Some(node);
            if !self.contains(node) {
                self.walked[node.index()] = self.epoch;
                open.extend(self.graph.parents(node));
            }
        }
        is_met
    }

    /// Whether the baseline's commit reaches `node`.
    pub fn contains(&self, node: Node) -> bool {
        self.trunkward.is_reached_by(self.place, node) || self.walked[node.index()] == self.epoch
    }
}

/// Marks of the commits already taken into a range.
#[derive(Debug)]
pub struct Walker<'g> {
    graph: &'g Graph,
    seen: Vec<u32>,
    epoch: u32,
}

impl<'g> Walker<'g> {
    /// A walker over `graph`.
    pub fn new(graph: &'g Graph) -> Self {
        Self { graph, seen: vec![0; graph.len()], epoch: 0 }
    }

    /// What `tip` reaches and `is_known` does not hold, newest first. `is_known` must be closed under parents. Costs what
    /// the result holds.
    pub fn range(&mut self, tip: Node, is_known: impl Fn(Node) -> bool) -> Vec<Node> {
        self.epoch += 1;
        let mut found = Vec::new();
        let mut open = vec![tip];
        while let Some(node) = open.pop() {
            if self.seen[node.index()] != self.epoch && !is_known(node) {
                self.seen[node.index()] = self.epoch;
                found.push(node);
                open.extend(self.graph.parents(node));
            }
        }
        found.sort_unstable();
        found
    }
}

/// For every commit, the first of a series of tips that reaches it.
#[derive(Debug)]
pub struct FirstReach(Vec<u32>);

impl FirstReach {
    /// One pass over the graph, however many tips there are.
    pub fn new(graph: &Graph, tips: impl IntoIterator<Item = Option<Node>>) -> Self {
        let mut first = vec![u32::MAX; graph.len()];
        let mut open = Vec::new();
        for (number, tip) in (0u32..).zip(tips) {
            open.extend(tip);
            while let Some(node) = open.pop() {
                if first[node.index()] == u32::MAX {
                    first[node.index()] = number;
                    open.extend(graph.parents(node).iter().filter(|parent| first[parent.index()] == u32::MAX));
                }
            }
        }
        Self(first)
    }

    /// Number of the tip, counted from 0; `None` where none reaches the commit.
    pub fn of(&self, node: Node) -> Option<usize> {
        Some(self.0[node.index()]).filter(|number| *number != u32::MAX).map(|number| number as usize)
    }
}
