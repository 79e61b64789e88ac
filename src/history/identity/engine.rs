//! Holds every commit of the lines against trunk and says what it is.
//!
//! Cheap clues first: messages are looked up in an index of trunk; contents are read of the commits in question and of
//! those that they may come from, and only where messages leave a doubt are candidates looked for by the files they touch.
//! One run serves all lines, since they look at the same commits of trunk.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::case::{Case, likeness};
use super::contents::Contents;
use super::digest::{Digest, Overlap};
use super::guidance::Guidance;
use super::index::Index;
use super::reverts::{Reverts, settle_reverts};
use super::title::{Title, Titles};
use super::types::{Class, Fit, Standing};
use super::weigh::{Clues, TitleMatch};
use crate::graph::{Graph, Node, NodeSet, Prefixes};
use crate::history::range::{Trunkward, Walker};

/// Candidates of one commit that contents are read of at once.
const MOST_READ: usize = 64;

/// What is known of the commits of all lines that trunk does not reach.
#[derive(Debug, Default)]
pub struct Identities {
    standings: FxHashMap<Node, Standing>,
    /// By commit of trunk: the commits of lines that carry its change, newest first.
    carriers: FxHashMap<Node, Vec<Node>>,
    reverts: Reverts,
    unresolved: Vec<String>,
}

impl Identities {
    /// What is known of one commit; `None` for one that trunk reaches or that no line was asked for.
    pub fn of(&self, node: Node) -> Option<&Standing> {
        self.standings.get(&node)
    }

    /// The commits of lines that carry the change of a commit of trunk, newest first, suggestions left out. One that was
    /// taken back on its line is among them.
    pub fn carriers(&self, origin: Node) -> &[Node] {
        self.carriers.get(&origin).map_or(&[], Vec::as_slice)
    }

    /// The commits that take `node` back and were not taken back themselves, on trunk or on any line.
    pub fn reverts_of(&self, node: Node) -> &[Node] {
        self.reverts.standing.get(&node).map_or(&[], Vec::as_slice)
    }

    /// What `node` takes back or brings back, by its message or as its exact inverse.
    pub fn taken_back_by(&self, node: Node) -> &[Node] {
        self.reverts.targets.get(&node).map_or(&[], Vec::as_slice)
    }

    /// Places of decisions about commits that are not here.
    pub fn unresolved(&self) -> &[String] {
        &self.unresolved
    }

    /// Every commit, newest first.
    pub fn all(&self) -> Vec<&Standing> {
        let mut all: Vec<&Standing> = self.standings.values().collect();
        all.sort_unstable_by_key(|standing| standing.node);
        all
    }
}

/// What is the same for all engines of one graph.
#[derive(Clone)]
pub(super) struct Lookup {
    titles: &'static Titles,
    ids: Rc<Prefixes>,
}

impl Lookup {
    pub(super) fn new(graph: &Graph) -> Self {
        Self { titles: Titles::shared(), ids: Rc::new(Prefixes::new(graph)) }
    }
}

/// What is held against trunk.
pub struct Engine<'g, 'c, 'r> {
    pub(super) graph: &'g Graph,
    pub(super) trunkward: &'g Trunkward,
    pub(super) contents: &'c mut Contents<'r>,
    pub(super) titles: &'static Titles,
    pub(super) guidance: Option<Guidance<'g>>,
    ids: Rc<Prefixes>,
    /// The commits whose lines were asked for in this run. Of others `contents` may know them from earlier ones.
    asked: NodeSet,
}

impl<'g, 'c, 'r> Engine<'g, 'c, 'r> {
    /// `contents` is what commits do, as far as it is known.
    pub fn new(graph: &'g Graph, trunkward: &'g Trunkward, contents: &'c mut Contents<'r>) -> Self {
        Self::sharing(graph, trunkward, contents, &Lookup::new(graph))
    }

    /// The same as [`Self::new`] for one of many that look things up in the same graph.
    pub(super) fn sharing(
        graph: &'g Graph,
        trunkward: &'g Trunkward,
        contents: &'c mut Contents<'r>,
        lookup: &Lookup,
    ) -> Self {
        let Lookup { titles, ids } = lookup.clone();
        Self { graph, trunkward, contents, titles, guidance: None, ids, asked: graph.empty_set() }
    }

    /// Says of every commit that a tip reaches and trunk does not what it is.
    pub fn identify(&mut self, tips: &[Node]) -> Identities {
        self.asked = self.graph.empty_set();
        let commits = self.beyond_trunk(tips);
        let Some(after) = commits.iter().map(|node| self.trunkward.place(*node)).min() else {
            return Identities::default();
        };
        let index = Index::new(self.graph, self.trunkward, self.titles, after, Rc::clone(&self.ids));
        let merges = self.bringing_merges(tips, &commits);
        let (merged, plain): (Vec<Node>, Vec<Node>) =
            commits.iter().copied().partition(|node| self.graph.is_merge(*node));
        let mut cases: Vec<Case<'g>> = plain.iter().map(|node| self.case(*node, &merges)).collect();
        for case in &mut cases {
            self.by_message(case, &index);
        }
        self.by_notes(&mut cases, &index);
        self.read_candidates(&mut cases);
        self.weigh(&mut cases, &index);
        self.by_files(&mut cases, &index);
        let mut standings: FxHashMap<Node, Standing> = FxHashMap::default();
        for node in merged {
            standings.insert(node, Standing::new(node, Class::Merge));
        }
        for case in &cases {
            standings.insert(case.node, self.decide(case));
        }
        self.read_possible_inverses(&cases, &standings);
        let reverts = self.reverts(&cases, &standings, &index);
        settle_reverts(&mut standings, &reverts);
        let unresolved = self.heed(&mut standings, &cases, &index);
        let mut carriers: FxHashMap<Node, Vec<Node>> = FxHashMap::default();
        for standing in standings.values() {
            for origin in standing.counted() {
                carriers.entry(origin.node).or_default().push(standing.node);
            }
        }
        carriers.values_mut().for_each(|nodes| nodes.sort_unstable());
        Identities { standings, carriers, reverts, unresolved }
    }

    /// What the tips reach beside trunk, newest first, each once.
    fn beyond_trunk(&self, tips: &[Node]) -> Vec<Node> {
        let mut found = self.graph.empty_set();
        let mut walker = Walker::new(self.graph);
        for tip in tips {
            for node in walker.range(*tip, |node| self.trunkward.is_on_trunk(node) || found.contains(node)) {
                found.insert(node);
            }
        }
        found.iter().collect()
    }

    /// How much of a commit of trunk another has; `None` where contents are not known.
    pub(super) fn fit(&self, node: Node, origin: Node) -> Option<Fit> {
        let overlap = Some(self.lines(node)?.overlap(self.lines(origin)?));
        Clues { overlap, ..Clues::default() }.fit(false)
    }

    /// Reads the contents of all cases and of their candidates, many at a time. Where the candidate that messages speak
    /// for takes every file from the same contents to the same, no line needs to be read.
    fn read_candidates(&mut self, cases: &mut [Case<'_>]) {
        let all = |case: &Case<'_>| -> Vec<Node> {
            std::iter::once(case.node).chain(case.candidates.keys().copied().take(MOST_READ)).collect()
        };
        self.contents.read_files(self.graph, cases.iter().flat_map(all));
        for case in cases.iter_mut() {
            let told = case.candidates.iter().max_by(|left, right| left.1.told().total_cmp(&right.1.told()));
            case.same_steps = told.map(|(origin, _)| *origin).filter(|origin| self.has_same_steps(case.node, *origin));
        }
        let nodes = cases.iter().filter(|case| case.same_steps.is_none()).flat_map(all);
        self.read_lines(nodes.collect());
    }

    /// Whether two commits do the same to the same files, contents before and after included. Never for commits that only
    /// change what tools write.
    fn has_same_steps(&self, left: Node, right: Node) -> bool {
        let steps = |node: Node| self.contents.own_files(self.graph.id(node)).map(|file| file.step);
        steps(left).next().is_some() && steps(left).eq(steps(right))
    }

    /// Reads the lines of commits that one without an origin may be the inverse of: those that change the same files.
    fn read_possible_inverses(&mut self, cases: &[Case<'_>], standings: &FxHashMap<Node, Standing>) {
        let paths = |node: Node| -> u64 {
            self.contents.own_files(self.graph.id(node)).fold(0, |sum, file| sum.wrapping_add(file.path))
        };
        let is_own = |case: &&Case<'_>| standings.get(&case.node).is_some_and(|found| found.counted().next().is_none());
        let own: FxHashSet<u64> = cases.iter().filter(is_own).map(|case| paths(case.node)).collect();
        let nodes = cases.iter().filter(|case| case.same_steps.is_some()).map(|case| case.node);
        let nodes = nodes.filter(|node| own.contains(&paths(*node))).collect();
        self.read_lines(nodes);
    }

    fn weigh(&self, cases: &mut [Case<'_>], index: &Index) {
        for case in cases {
            let mut candidates = std::mem::take(&mut case.candidates);
            let same = candidates.keys().filter(|origin| index.title(**origin) == Some(&case.title)).count();
            for (origin, clues) in &mut candidates {
                self.complete(clues, case, *origin, index, same);
            }
            case.candidates = candidates;
            case.outdo();
        }
    }

    /// Adds to the clues of a pair what is known without looking it up.
    pub(super) fn complete(&self, clues: &mut Clues, case: &Case<'_>, origin: Node, index: &Index, same: usize) {
        let title = index.title(origin);
        clues.likeness = title.filter(|_| !case.is_generic).map_or(0.0, |title| likeness(title, &case.title));
        clues.generated = self.lines(case.node).is_some_and(|lines| lines.is_generated);
        clues.title = match title {
            Some(title) if *title == case.title => match same {
                _ if case.is_generic => TitleMatch::Generic,
                0 | 1 => TitleMatch::Same,
                _ => TitleMatch::Shared,
            },
            Some(_) if clues.likeness >= 0.7 && !case.is_generic => TitleMatch::Close,
            _ => TitleMatch::Other,
        };
        clues.opposed = title.is_some_and(|title| title.turns % 2 != case.title.turns % 2);
        let (left, right) = (self.graph.author(case.node), self.graph.author(origin));
        clues.author = left.name == right.name || left.email == right.email;
        clues.words = case.title.words.split(' ').count();
        clues.marked = case.is_marked;
        clues.arrival = self.trunkward.arrival(origin).unwrap_or_default();
        clues.release = case.is_release;
        let versions = (case.title.versions(), title.map(Title::versions).unwrap_or_default());
        if !versions.0.is_empty() && !versions.1.is_empty() {
            let is_same =
                |left: &String| versions.1.iter().any(|right| left.starts_with(right) || right.starts_with(left));
            clues.same_version = versions.0.iter().any(is_same);
            clues.other_version = !clues.same_version;
        }
        clues.notes = case.title.is_of_notes() && title.is_some_and(Title::is_of_notes);
        clues.bump = case.is_bump && title.is_some_and(|title| self.titles.is_bump(title));
        clues.days = (self.graph.author_time(case.node) - self.graph.author_time(origin)).num_days().abs();
        clues.overlap = match (self.lines(case.node), self.lines(origin)) {
            (Some(line), Some(trunk)) if line.weight > 0 && trunk.weight > 0 => Some(line.overlap(trunk)),
            _ if case.same_steps == Some(origin) => Some(Overlap::SAME),
            _ => None,
        };
    }

    pub(super) fn read_lines(&mut self, nodes: Vec<Node>) {
        for node in &nodes {
            self.asked.insert(*node);
        }
        self.contents.read_lines(self.graph, nodes);
    }

    /// The lines of a commit that this run asked for: what an earlier one happened to ask for says nothing, so that an
    /// answer is the same whatever the cache holds.
    pub(super) fn lines(&self, node: Node) -> Option<&Digest> {
        self.contents.lines(self.graph.id(node)).filter(|_| self.asked.contains(node))
    }
}
