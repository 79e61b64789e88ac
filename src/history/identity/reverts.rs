//! What was taken back, and what was brought back after that: presence flips with each. Found by the ids that messages
//! name, by the titles they quote, and on lines by a difference that is the exact inverse of an earlier one.
//!
//! Commits are read from the oldest on, so that a chain of reverts ends with the state that the newest leaves, and nothing
//! can turn in a circle.

use rustc_hash::FxHashMap;

use super::index::Index;
use super::marks::Marks;
use super::title::Titles;
use crate::graph::{Graph, Node};

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
        statements.sort_unstable_by(|left, right| right.node.cmp(&left.node));
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
