//! Commits of trunk by what their messages say, so that the origin of a line's commit is looked up and not searched for.
//!
//! The index goes back to where the oldest line in question left trunk. What is common or rare is counted among the commits
//! that may be the origin of the one commit that is looked at, so that an answer does not depend on which lines are asked
//! about with it.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::marks::Marks;
use super::title::{Title, Titles};
use crate::graph::{Graph, Node, Prefixes};
use crate::history::range::Trunkward;
use crate::history::titles::MergeTitle;

/// A key that more commits carry than this joins nothing.
const COMMON_KEY: usize = 12;
/// A word that more titles hold than this is no way to find one.
const COMMON_WORD: usize = 60;

/// What is known of the commits of trunk that may be origins.
pub(super) struct Index {
    /// Newest first; no merges.
    pub scope: Vec<Node>,
    titles: FxHashMap<u64, Vec<Node>>,
    words: FxHashMap<u64, Vec<Node>>,
    /// By the second in which they were written.
    authored: FxHashMap<i64, Vec<Node>>,
    numbers: FxHashMap<u64, Vec<Node>>,
    keys: FxHashMap<u64, Vec<Node>>,
    /// Titles of trunk by node, for comparing words.
    title_of: FxHashMap<Node, Title>,
    ids: Rc<Prefixes>,
}

/// A number for a text.
pub(super) fn text_key(text: &str) -> u64 {
    use std::hash::{BuildHasher, BuildHasherDefault};
    BuildHasherDefault::<rustc_hash::FxHasher>::default().hash_one(text)
}

impl Index {
    /// Reads the messages of the commits that trunk took after its commit at place `after`.
    pub(super) fn new(graph: &Graph, trunkward: &Trunkward, titles: &Titles, after: u32, ids: Rc<Prefixes>) -> Self {
        let mut index = Self {
            scope: Vec::new(),
            titles: FxHashMap::default(),
            words: FxHashMap::default(),
            authored: FxHashMap::default(),
            numbers: FxHashMap::default(),
            keys: FxHashMap::default(),
            title_of: FxHashMap::default(),
            ids,
        };
        let mut merges: FxHashMap<u32, (Vec<u64>, Option<u64>)> = FxHashMap::default();
        for node in graph.nodes() {
            let Some(arrival) = trunkward.arrival(node).filter(|arrival| *arrival > after) else { continue };
            if graph.is_merge(node) {
                if trunkward.place(node) == arrival {
                    merges.entry(arrival).or_insert_with(|| merge_names(graph, titles, node));
                }
                continue;
            }
            index.add(graph, titles, node);
        }
        index.add_merged(trunkward, &merges);
        index
    }

    fn add(&mut self, graph: &Graph, titles: &Titles, node: Node) {
        self.scope.push(node);
        let subject = graph.subject(node);
        let title = titles.title(subject);
        self.titles.entry(title.key()).or_default().push(node);
        for word in title.words.split(' ').collect::<FxHashSet<_>>() {
            self.words.entry(text_key(word)).or_default().push(node);
        }
        self.authored.entry(graph.author_time(node).timestamp()).or_default().push(node);
        let marks = Marks::parse(subject, graph.body(node));
        for number in marks.numbers.iter().chain(&marks.own_numbers).collect::<FxHashSet<_>>() {
            self.numbers.entry(*number).or_default().push(node);
        }
        for key in marks.keys {
            self.keys.entry(text_key(key)).or_default().push(node);
        }
        self.title_of.insert(node, title);
    }

    /// What the merge of a pull request says holds for each commit that it brought.
    fn add_merged(&mut self, trunkward: &Trunkward, merges: &FxHashMap<u32, (Vec<u64>, Option<u64>)>) {
        let mut brought: FxHashMap<u32, Vec<Node>> = FxHashMap::default();
        for node in &self.scope {
            if let Some(arrival) = trunkward.arrival(*node).filter(|arrival| merges.contains_key(arrival)) {
                brought.entry(arrival).or_default().push(*node);
            }
        }
        for (arrival, nodes) in brought {
            let (numbers, title) = &merges[&arrival];
            for number in numbers {
                add_new(self.numbers.entry(*number).or_default(), &nodes);
            }
            if let Some(title) = title.filter(|_| nodes.len() <= 3) {
                add_new(self.titles.entry(title).or_default(), &nodes);
            }
        }
    }

    /// The commit that an id, whole or shortened, means; `None` where there is none or more than one.
    pub(super) fn resolve(&self, id: &str) -> Option<Node> {
        self.ids.find(id)
    }

    pub(super) fn by_title(&self, title: &Title) -> &[Node] {
        list(&self.titles, &title.key())
    }

    pub(super) fn by_number(&self, number: u64) -> &[Node] {
        list(&self.numbers, &number)
    }

    /// Commits that the same person wrote in the same second.
    pub(super) fn by_author(&self, graph: &Graph, node: Node) -> impl Iterator<Item = Node> {
        let name = graph.author(node).name;
        self.by_second(graph, node).iter().copied().filter(move |origin| graph.author(*origin).name == name)
    }

    /// Commits that were written in the same second, by whomever.
    pub(super) fn by_second(&self, graph: &Graph, node: Node) -> &[Node] {
        list(&self.authored, &graph.author_time(node).timestamp())
    }

    /// Commits of those that `counts` takes that name a key; none where it is a common one.
    pub(super) fn by_key(&self, key: &str, counts: impl Fn(Node) -> bool) -> Vec<Node> {
        at_most(COMMON_KEY, list(&self.keys, &text_key(key)), counts).unwrap_or_default()
    }

    /// Commits of those that `counts` takes whose titles share rare words with this one, those that share the most first.
    pub(super) fn by_words(&self, title: &Title, limit: usize, counts: impl Fn(Node) -> bool) -> Vec<Node> {
        let mut found: FxHashMap<Node, u32> = FxHashMap::default();
        for word in title.words.split(' ').filter(|word| word.len() > 2).collect::<FxHashSet<_>>() {
            if let Some(nodes) = at_most(COMMON_WORD, list(&self.words, &text_key(word)), &counts) {
                let rarity = 100 / u32::try_from(nodes.len().max(4)).unwrap_or(100);
                nodes.iter().for_each(|node| *found.entry(*node).or_default() += rarity);
            }
        }
        let mut ranked: Vec<(u32, Node)> = found.into_iter().map(|(node, score)| (u32::MAX - score, node)).collect();
        ranked.sort_unstable();
        ranked.into_iter().take(limit).map(|(_, node)| node).collect()
    }

    /// The title of a commit of trunk; `None` outside the scope.
    pub(super) fn title(&self, node: Node) -> Option<&Title> {
        self.title_of.get(&node)
    }
}

fn list<'m, K: std::hash::Hash + Eq>(map: &'m FxHashMap<K, Vec<Node>>, key: &K) -> &'m [Node] {
    map.get(key).map_or(&[], Vec::as_slice)
}

/// Those of the nodes that count; `None` where there are more than `limit`.
pub(super) fn at_most(limit: usize, nodes: &[Node], counts: impl Fn(Node) -> bool) -> Option<Vec<Node>> {
    let found: Vec<Node> = nodes.iter().copied().filter(|node| counts(*node)).take(limit + 1).collect();
    (found.len() <= limit).then_some(found)
}

fn add_new(list: &mut Vec<Node>, nodes: &[Node]) {
    for node in nodes {
        if !list.contains(node) {
            list.push(*node);
        }
    }
}

/// The numbers of the pull request that a merge brought in, and the key of its title.
fn merge_names(graph: &Graph, titles: &Titles, node: Node) -> (Vec<u64>, Option<u64>) {
    let Some(merge) = MergeTitle::of(&graph.message(node)) else { return (Vec::new(), None) };
    let number = merge.number.and_then(|number| number[1..].parse().ok());
    let title = merge.title.map(|title| titles.title(&title)).filter(|title| !titles.is_generic(title));
    (number.into_iter().collect(), title.map(|title| title.key()))
}
