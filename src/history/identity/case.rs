//! One commit of a line while it is decided about: what its message says, and the commits of trunk that it may come from.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::engine::Engine;
use super::index::text_key;
use super::marks::{Marks, merge_numbers};
use super::title::Title;
use super::weigh::Clues;
use crate::graph::{Graph, Node, Person};
use crate::history::titles::MergeTitle;

/// One commit of a line while it is decided about.
pub(super) struct Case<'g> {
    pub node: Node,
    pub title: Title,
    pub is_generic: bool,
    pub is_bump: bool,
    pub is_release: bool,
    /// Whether its message says that it was taken over from elsewhere.
    pub is_marked: bool,
    pub is_by_bot: bool,
    pub marks: Marks<'g>,
    /// Numbers that the merge which brought it names, and how many commits it brought.
    pub merge: Vec<u64>,
    pub candidates: BTreeMap<Node, Clues>,
    /// The candidate that takes every file from the same contents to the same.
    pub same_steps: Option<Node>,
}

impl Case<'_> {
    /// Marks the candidates whose contents have nothing in common with the case where another one does the very same.
    pub(super) fn outdo(&mut self) {
        let is_same = |clues: &Clues| {
            clues.overlap.is_some_and(|overlap| (overlap.is_equal || overlap.of_both >= 0.9) && overlap.weight >= 150.0)
        };
        if !self.candidates.values().any(is_same) {
            return;
        }
        for clues in self.candidates.values_mut() {
            clues.outdone = clues.overlap.is_some_and(|overlap| overlap.of_first.max(overlap.of_second) < 0.1);
        }
    }

    /// Marks the candidate that is the only one to have lines of the case; to be asked once candidates were looked for by
    /// files, since one that a message led to is alone by itself.
    pub(super) fn set_apart(&mut self) {
        let has_lines = |clues: &Clues| clues.overlap.is_some_and(|overlap| overlap.of_first >= 0.1);
        let mut having = self.candidates.values_mut().filter(|clues| has_lines(clues));
        if let (Some(only), None) = (having.next(), having.next()) {
            only.is_alone = true;
        }
    }
}

impl<'g> Engine<'g, '_, '_> {
    pub(super) fn case(&self, node: Node, merges: &FxHashMap<Node, (Node, usize)>) -> Case<'g> {
        let graph: &'g Graph = self.graph;
        let (subject, body) = (graph.subject(node), graph.body(node));
        let mut marks = Marks::parse(subject, body);
        // A merge of trunk that was picked with its mainline is one commit here, and its title is that of the request.
        let picked = subject.starts_with("Merge ").then(|| MergeTitle::of(&graph.message(node))).flatten();
        let title = picked.as_ref().and_then(|merge| merge.title.as_deref()).unwrap_or(subject);
        let title = self.titles.title(title);
        if picked.is_some() {
            marks.numbers.extend(marks.own_numbers.iter().copied());
        }
        let merge = merges.get(&node).map_or_else(Vec::new, |(merge, _)| {
            let mut numbers = merge_numbers(graph.subject(*merge), graph.body(*merge));
            numbers.retain(|number| !marks.own_numbers.contains(number));
            numbers
        });
        Case {
            node,
            is_generic: self.titles.is_generic(&title),
            is_bump: self.titles.is_bump(&title),
            is_release: self.titles.is_release(&title),
            is_marked: self.titles.is_marked(subject) || !marks.ids.is_empty(),
            is_by_bot: is_bot(graph.author(node)),
            title,
            marks,
            merge,
            candidates: BTreeMap::new(),
            same_steps: None,
        }
    }
}

/// Whether a program wrote the commit that moves dependencies by itself; one that carries changes of people to lines is
/// none.
fn is_bot(author: Person<'_>) -> bool {
    const BOTS: [&str; 12] = [
        "dependabot",
        "renovate",
        "greenkeeper",
        "snyk",
        "weblate",
        "automation",
        "roller",
        "pre-commit-ci",
        "pyup",
        "github-actions",
        "imgbot",
        "automator",
    ];
    let text = format!("{} {}", author.name, author.email).to_ascii_lowercase();
    BOTS.iter().any(|bot| text.contains(bot))
}

/// The candidate that weighs most; of equals the one nearest in time, then the one that trunk took first.
pub(super) fn best(case: &Case<'_>) -> Option<(Node, Clues)> {
    case.candidates.iter().map(|(origin, clues)| (*origin, *clues)).max_by(|left, right| {
        left.1
            .weight()
            .total_cmp(&right.1.weight())
            .then(right.1.days.cmp(&left.1.days))
            .then(right.1.arrival.cmp(&left.1.arrival))
            .then(left.0.cmp(&right.0))
    })
}

/// The nodes nearest in author time.
pub(super) fn nearest(graph: &Graph, node: Node, nodes: &[Node], limit: usize) -> Vec<Node> {
    let time = graph.author_time(node);
    let mut found = nodes.to_vec();
    found.sort_by_key(|origin| (graph.author_time(*origin) - time).num_seconds().abs());
    found.truncate(limit);
    found
}

/// Share of words that two titles have in common.
pub(super) fn likeness(left: &Title, right: &Title) -> f64 {
    let words = |title: &Title| title.words.split(' ').map(text_key).collect::<FxHashSet<u64>>();
    let (left, right) = (words(left), words(right));
    let shared = left.intersection(&right).count();
    shared as f64 / left.union(&right).count().max(1) as f64
}
