//! What was taken back, and what was brought back after that: presence flips with each. Found by the ids that messages
//! name, by the titles they quote, and on lines by a difference that is the exact inverse of an earlier one.
//!
//! Commits are read from the oldest on, so that a chain of reverts ends with the state that the newest leaves, and nothing
//! can turn in a circle.

use rustc_hash::FxHashMap;

use super::case::Case;
use super::engine::Engine;
use super::index::Index;
use super::marks::Marks;
use super::title::{Title, Titles};
use super::types::{Class, Standing};
use crate::graph::{Graph, Node};

/// Weight below which an exact inverse proves nothing.
const SMALL_INVERSE: u64 = 100;

/// Commits of trunk that are looked through for a title that a line takes back.
const LOOK_BACK: usize = 20_000;

/// Which commits take which back.
#[derive(Debug, Default)]
pub(super) struct Reverts {
    /// By the commit that takes back: what it names.
    pub targets: FxHashMap<Node, Vec<Node>>,
    /// By the commit that was taken back: those that do so and were not taken back themselves.
    pub standing: FxHashMap<Node, Vec<Node>>,
}

/// One commit that takes back or brings back, as far as its message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub node: Node,
    pub targets: Vec<Node>,
}

impl Reverts {
    /// `statements` in any order.
    pub(super) fn new(mut statements: Vec<Statement>) -> Self {
        statements.sort_unstable_by_key(|statement| std::cmp::Reverse(statement.node));
        let mut reverts = Self::default();
        for Statement { node, targets } in statements {
            for target in &targets {
                reverts.take_back(node, *target);
            }
            reverts.targets.insert(node, targets);
        }
        reverts
    }

    fn take_back(&mut self, node: Node, target: Node) {
        // What the target took back stands again.
        for earlier in self.targets.get(&target).cloned().unwrap_or_default() {
            if let Some(known) = self.standing.get_mut(&earlier) {
                known.retain(|revert| *revert != target);
            }
        }
        self.standing.entry(target).or_default().push(node);
    }
}

/// What a message takes back or brings back; `None` where it speaks of neither. `earlier` are the commits that the title
/// may mean, newest first, with the words and turns of their own titles.
pub(super) fn statement(
    graph: &Graph,
    index: &Index,
    titles: &Titles,
    node: Node,
    earlier: impl Fn(&str, u32) -> Option<Node>,
) -> Option<Statement> {
    let subject = graph.subject(node);
    let body = graph.body(node);
    let may_revert = body.contains("his reverts") || body.contains("everts commit") || starts_with_turn(subject);
    if !may_revert {
        return None;
    }
    let marks = Marks::parse(subject, body);
    let mut targets: Vec<Node> =
        marks.reverts.iter().filter_map(|id| index.resolve(id)).filter(|target| *target > node).collect();
    let title = titles.title(subject);
    if targets.is_empty() && title.turns > 0 {
        targets.extend(earlier(&title.words, title.turns - 1));
    }
    targets.dedup();
    (!targets.is_empty() || title.turns > 0).then_some(Statement { node, targets })
}

fn starts_with_turn(subject: &str) -> bool {
    let lower = subject.to_ascii_lowercase();
    ["revert", "reapply", "reland", "re-land"].iter().any(|word| lower.contains(word))
}

/// The newest commit before `node` that it inherits from trunk and whose subject holds the text that `subject` quotes.
pub(super) fn inherited(graph: &Graph, node: Node, is_inherited: impl Fn(Node) -> bool) -> Option<Node> {
    let subject = graph.subject(node);
    let start = subject.find(['"', '\''])?;
    let quoted = subject[start + 1..].trim_end_matches(|c: char| !c.is_alphanumeric());
    let quoted = quoted.split(['"']).next().map(str::trim).filter(|text| text.len() > 8)?;
    graph
        .nodes()
        .skip(node.index() + 1)
        .take(LOOK_BACK)
        .find(|other| graph.subject(*other).starts_with(quoted) && is_inherited(*other))
}

impl Engine<'_, '_, '_> {
    /// What was taken back on trunk and on the lines. A commit that has an origin does on its line what that one did on
    /// trunk, where nobody looks for inverses, so that only its message can say that it takes something back.
    pub(super) fn reverts(&self, cases: &[Case<'_>], standings: &FxHashMap<Node, Standing>, index: &Index) -> Reverts {
        let mut by_title: FxHashMap<(&str, u32), Vec<Node>> = FxHashMap::default();
        for case in cases {
            by_title.entry((&case.title.words, case.title.turns)).or_default().push(case.node);
        }
        let by_effect = self.by_effect(cases);
        let mut statements = Vec::new();
        for case in cases {
            let node = case.node;
            let earlier = |words: &str, turns: u32| {
                let nodes = by_title.get(&(words, turns)).into_iter().flatten();
                let own = nodes.filter(|other| **other > node && self.graph.is_ancestor(**other, node)).min().copied();
                own.or_else(|| {
                    let place = self.trunkward.place(node);
                    let is_inherited = |other| self.trunkward.arrival(other).is_some_and(|arrival| arrival <= place);
                    inherited(self.graph, node, is_inherited)
                })
            };
            let told = statement(self.graph, index, self.titles, node, earlier);
            let named = told.as_ref().filter(|told| !told.targets.is_empty()).is_some();
            let has_origin = standings.get(&node).is_some_and(|standing| standing.counted().next().is_some());
            let found = if named || has_origin { None } else { self.inverse(node, &by_effect) };
            statements.extend(found.or(told));
        }
        for node in &index.scope {
            let earlier = |words: &str, turns: u32| {
                let title = Title { words: words.to_owned(), turns };
                index.by_title(&title).iter().filter(|other| **other > *node).min().copied()
            };
            statements.extend(statement(self.graph, index, self.titles, *node, earlier));
        }
        Reverts::new(statements)
    }

    /// Commits of the lines by what they do to files, for finding inverses.
    pub(super) fn by_effect(&self, cases: &[Case<'_>]) -> FxHashMap<(u64, u64, u64), Vec<Node>> {
        let mut found: FxHashMap<(u64, u64, u64), Vec<Node>> = FxHashMap::default();
        for case in cases {
            // Small ones are chance: a setting that goes back and forth with every release.
            if let Some(lines) = self.lines(case.node).filter(|lines| lines.weight >= SMALL_INVERSE) {
                found.entry((lines.sum, lines.weight, lines.paths)).or_default().push(case.node);
            }
        }
        found
    }

    /// The earlier commit of the line whose exact inverse a commit is though it does not say so.
    pub(super) fn inverse(&self, node: Node, by_effect: &FxHashMap<(u64, u64, u64), Vec<Node>>) -> Option<Statement> {
        let lines = self.lines(node)?;
        let earlier = by_effect.get(&(lines.inverse, lines.weight, lines.paths)).into_iter().flatten();
        let target = earlier.filter(|other| **other > node && self.graph.is_ancestor(**other, node)).min()?;
        Some(Statement { node, targets: vec![*target] })
    }
}

/// Writes into the standings what takes back what. What takes back is a revert, whether or not trunk did the same.
pub(super) fn settle_reverts(standings: &mut FxHashMap<Node, Standing>, reverts: &Reverts) {
    for (node, targets) in &reverts.targets {
        if let Some(standing) = standings.get_mut(node) {
            standing.class = Class::Revert;
            standing.reverts.clone_from(targets);
        }
    }
    for (node, standing) in standings.iter_mut() {
        standing.reverted_by = reverts.standing.get(node).and_then(|nodes| nodes.first().copied());
    }
}
