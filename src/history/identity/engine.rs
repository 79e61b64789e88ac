//! Holds every commit of the lines against trunk and says what it is.
//!
//! Cheap clues first: messages are looked up in an index of trunk; contents are read of the commits in question and of
//! those that they may come from, and only where messages leave a doubt are candidates looked for by the files they touch.
//! One run serves all lines, since they look at the same commits of trunk.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::contents::Contents;
use super::digest::Digest;
use super::index::Index;
use super::marks::{Marks, merge_numbers};
use super::reverts::{Reverts, Statement, inherited, statement};
use super::title::{Title, Titles};
use super::types::{Class, Confidence, Evidence, Fit, Origin, Standing};
use super::weigh::{Clues, TitleMatch};
use crate::graph::{Graph, Node};
use crate::history::range::{Trunkward, Walker};
use crate::history::titles::MergeTitle;

/// Candidates that contents are read of, for one commit.
const BY_MESSAGE: usize = 16;
const BY_FILES: usize = 12;
/// Picks of picks are followed this far.
const LONGEST_CHAIN: usize = 12;
/// A file that more commits touch is no way to find one.
const COMMON_FILE: usize = 400;
/// Weight below which an exact inverse proves nothing.
const SMALL_INVERSE: u64 = 100;
/// Further origins that are looked for within one commit.
const MOST_ORIGINS: usize = 12;

/// What is known of the commits of all lines that trunk does not reach.
#[derive(Debug, Default)]
pub struct Identities {
    standings: FxHashMap<Node, Standing>,
    /// By commit of trunk: the commits of lines that carry its change, newest first.
    carriers: FxHashMap<Node, Vec<Node>>,
    reverts: Reverts,
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

    /// Every commit, newest first.
    pub fn all(&self) -> Vec<&Standing> {
        let mut all: Vec<&Standing> = self.standings.values().collect();
        all.sort_unstable_by_key(|standing| standing.node);
        all
    }
}

/// What is held against trunk.
pub struct Engine<'g, 'c, 'r> {
    graph: &'g Graph,
    trunkward: &'g Trunkward,
    contents: &'c mut Contents<'r>,
    titles: Titles,
}

/// One commit of a line while it is decided about.
struct Case<'g> {
    node: Node,
    title: Title,
    is_generic: bool,
    is_bump: bool,
    is_release: bool,
    /// Whether its message says that it was taken over from elsewhere.
    is_marked: bool,
    is_by_bot: bool,
    marks: Marks<'g>,
    /// Numbers that the merge which brought it names, and how many commits it brought.
    merge: Vec<u64>,
    candidates: BTreeMap<Node, Clues>,
}

impl<'g, 'c, 'r> Engine<'g, 'c, 'r> {
    /// `contents` is what commits do, as far as it is known.
    pub fn new(graph: &'g Graph, trunkward: &'g Trunkward, contents: &'c mut Contents<'r>) -> Self {
        Self { graph, trunkward, contents, titles: Titles::new() }
    }

    /// Says of every commit that a tip reaches and trunk does not what it is.
    pub fn identify(&mut self, tips: &[Node]) -> Identities {
        let commits = self.beyond_trunk(tips);
        let Some(after) = commits.iter().map(|node| self.trunkward.place(*node)).min() else {
            return Identities::default();
        };
        let index = Index::new(self.graph, self.trunkward, &self.titles, after);
        let merges = self.bringing_merges(tips, &commits);
        let (merged, plain): (Vec<Node>, Vec<Node>) =
            commits.iter().copied().partition(|node| self.graph.is_merge(*node));
        let mut cases: Vec<Case<'g>> = plain.iter().map(|node| self.case(*node, &merges)).collect();
        let on_line: FxHashSet<Node> = commits.iter().copied().collect();
        for case in &mut cases {
            self.by_message(case, &index, &on_line);
        }
        self.read_candidates(&cases);
        self.weigh(&mut cases, &index);
        self.by_files(&mut cases, &index);
        let mut standings: FxHashMap<Node, Standing> = FxHashMap::default();
        for node in merged {
            standings.insert(node, Standing::new(node, Class::Merge));
        }
        for case in &cases {
            standings.insert(case.node, self.decide(case, &index));
        }
        let reverts = self.reverts(&cases, &index);
        settle_reverts(&mut standings, &reverts);
        let mut carriers: FxHashMap<Node, Vec<Node>> = FxHashMap::default();
        for standing in standings.values() {
            for origin in standing.counted() {
                carriers.entry(origin.node).or_default().push(standing.node);
            }
        }
        carriers.values_mut().for_each(|nodes| nodes.sort_unstable());
        Identities { standings, carriers, reverts }
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

    /// For each commit that a merge brought onto a line, that merge. The outermost wins.
    fn bringing_merges(&self, tips: &[Node], commits: &[Node]) -> FxHashMap<Node, (Node, usize)> {
        let beyond: FxHashSet<Node> = commits.iter().copied().collect();
        let mut chain: FxHashSet<Node> = FxHashSet::default();
        for tip in tips {
            for node in self.graph.first_parents(*tip).take_while(|node| beyond.contains(node)) {
                if !chain.insert(node) {
                    break;
                }
            }
        }
        let mut found: FxHashMap<Node, (Node, usize)> = FxHashMap::default();
        let mut merges: Vec<Node> = chain.iter().copied().filter(|node| self.graph.is_merge(*node)).collect();
        merges.sort_unstable_by(|left, right| right.cmp(left));
        for merge in merges {
            let mut brought = Vec::new();
            let mut open: Vec<Node> = self.graph.parents(merge)[1..].to_vec();
            let mut seen: FxHashSet<Node> = FxHashSet::default();
            while let Some(node) = open.pop() {
                let is_new = beyond.contains(&node) && !chain.contains(&node) && !found.contains_key(&node);
                if is_new && seen.insert(node) {
                    brought.push(node);
                    open.extend(self.graph.parents(node));
                }
            }
            let count = brought.iter().filter(|node| !self.graph.is_merge(**node)).count();
            found.extend(brought.into_iter().map(|node| (node, (merge, count))));
        }
        found
    }

    fn case(&self, node: Node, merges: &FxHashMap<Node, (Node, usize)>) -> Case<'g> {
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
        }
    }

    /// Whether trunk took the commit after the line left it.
    fn may_be_origin(&self, origin: Node, node: Node) -> bool {
        !self.graph.is_merge(origin)
            && self.trunkward.arrival(origin).is_some_and(|arrival| arrival > self.trunkward.place(node))
    }

    /// Candidates that the message, or that of the merge, leads to.
    fn by_message(&self, case: &mut Case<'g>, index: &Index, on_line: &FxHashSet<Node>) {
        let node = case.node;
        let mut found: BTreeMap<Node, Clues> = BTreeMap::new();
        let mut add = |origin: Node, set: &dyn Fn(&mut Clues)| {
            if self.may_be_origin(origin, node) {
                set(found.entry(origin).or_default());
            }
        };
        for (origin, direct) in self.named(&case.marks, index, on_line) {
            add(origin, &|clues| if direct { clues.marker = true } else { clues.by_way = true });
        }
        for number in &case.marks.numbers {
            index.by_number(*number).iter().take(40).for_each(|origin| add(*origin, &|clues| clues.number = true));
        }
        for number in &case.marks.own_numbers {
            index.by_number(*number).iter().take(40).for_each(|origin| add(*origin, &|clues| clues.own_number = true));
        }
        for number in &case.merge {
            index.by_number(*number).iter().take(40).for_each(|origin| add(*origin, &|clues| clues.merge = true));
        }
        for key in &case.marks.keys {
            let nodes = index.by_key(key);
            let count = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
            nodes.iter().for_each(|origin| {
                add(*origin, &|clues| clues.key = if clues.key == 0 { count } else { clues.key.min(count) });
            });
        }
        index.by_author(self.graph, node).iter().for_each(|origin| add(*origin, &|clues| clues.author_date = true));
        let titled = index.by_title(&case.title);
        let titled: Vec<Node> = nearest(self.graph, node, titled, BY_MESSAGE);
        titled.iter().for_each(|origin| add(*origin, &|_| ()));
        if found.is_empty() && !case.is_generic {
            let close = index.by_words(&case.title, 4);
            let close: Vec<Node> = close
                .into_iter()
                .filter(|origin| index.title(*origin).is_some_and(|title| likeness(title, &case.title) >= 0.5))
                .collect();
            for origin in close {
                if self.may_be_origin(origin, node) {
                    found.entry(origin).or_default();
                }
            }
        }
        case.candidates = found;
    }

    /// Commits of trunk that marker lines name, and whether directly. A commit of a line that is named leads to what it
    /// names itself.
    fn named(&self, marks: &Marks<'_>, index: &Index, on_line: &FxHashSet<Node>) -> Vec<(Node, bool)> {
        let mut found = Vec::new();
        let mut open: Vec<(Node, usize)> = marks.ids.iter().filter_map(|id| Some((index.resolve(id)?, 0))).collect();
        let mut seen: FxHashSet<Node> = FxHashSet::default();
        while let Some((node, depth)) = open.pop() {
            if depth > LONGEST_CHAIN || !seen.insert(node) {
                continue;
            }
            if self.trunkward.is_on_trunk(node) {
                if self.graph.is_merge(node) {
                    let arrival = self.trunkward.arrival(node);
                    let brought = index.scope.iter().filter(|origin| self.trunkward.arrival(**origin) == arrival);
                    found.extend(brought.take(40).map(|origin| (*origin, depth == 0)));
                } else {
                    found.push((node, depth == 0));
                }
                continue;
            }
            let _ = on_line;
            let next = Marks::parse(self.graph.subject(node), self.graph.body(node));
            open.extend(next.ids.iter().filter_map(|id| Some((index.resolve(id)?, depth + 1))));
            let twins = index.by_author(self.graph, node).iter().map(|twin| (*twin, false));
            found.extend(twins);
        }
        found
    }

    /// Reads the contents of all cases and of their candidates, many at a time.
    fn read_candidates(&mut self, cases: &[Case<'_>]) {
        let nodes: Vec<Node> = cases
            .iter()
            .flat_map(|case| std::iter::once(case.node).chain(case.candidates.keys().copied().take(4 * BY_MESSAGE)))
            .collect();
        self.contents.read_lines(self.graph, nodes);
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
    fn complete(&self, clues: &mut Clues, case: &Case<'_>, origin: Node, index: &Index, same: usize) {
        let title = index.title(origin);
        clues.title = match title {
            Some(title) if *title == case.title => match same {
                _ if case.is_generic => TitleMatch::Generic,
                0 | 1 => TitleMatch::Same,
                _ => TitleMatch::Shared,
            },
            Some(title) if likeness(title, &case.title) >= 0.7 && !case.is_generic => TitleMatch::Close,
            _ => TitleMatch::Other,
        };
        clues.opposed = title.is_some_and(|title| title.turns % 2 != case.title.turns % 2);
        let (left, right) = (self.graph.author(case.node), self.graph.author(origin));
        clues.author = left.name == right.name || left.email == right.email;
        clues.words = case.title.words.split(' ').count();
        clues.marked = case.is_marked;
        clues.release = case.is_release;
        clues.bump = case.is_bump && title.is_some_and(|title| self.titles.is_bump(title));
        clues.days = (self.graph.author_time(case.node) - self.graph.author_time(origin)).num_days().abs();
        clues.overlap = match (self.lines(case.node), self.lines(origin)) {
            (Some(line), Some(trunk)) if line.weight > 0 && trunk.weight > 0 => Some(line.overlap(trunk)),
            _ => None,
        };
    }

    fn lines(&self, node: Node) -> Option<&Digest> {
        self.contents.lines(self.graph.id(node))
    }

    /// Looks for candidates by the files they touch, for the cases that are not sure by now.
    fn by_files(&mut self, cases: &mut [Case<'_>], index: &Index) {
        let is_open = |case: &Case<'_>| {
            let (sure, rest) = self.sure_and_rest(case);
            !sure || rest
        };
        let open: Vec<usize> = (0..cases.len()).filter(|at| is_open(&cases[*at])).collect();
        if open.is_empty() {
            return;
        }
        let scope = index.scope.iter().copied();
        let nodes: Vec<Node> = open.iter().map(|at| cases[*at].node).chain(scope).collect();
        self.contents.read_files(self.graph, nodes);
        let mut paths: FxHashMap<u64, Vec<Node>> = FxHashMap::default();
        for node in &index.scope {
            for file in self.contents.files(self.graph.id(*node)).unwrap_or_default() {
                if !file.is_generated {
                    paths.entry(file.path).or_default().push(*node);
                    if file.name != file.path {
                        paths.entry(file.name ^ 1).or_default().push(*node);
                    }
                }
            }
        }
        let mut wanted: Vec<(usize, Vec<Node>)> = Vec::new();
        for at in open {
            let found = self.touching(&cases[at], &paths);
            wanted.push((at, found));
        }
        self.contents.read_lines(self.graph, wanted.iter().flat_map(|(_, nodes)| nodes.iter().copied()));
        for (at, nodes) in wanted {
            let case = &mut cases[at];
            let mut candidates = std::mem::take(&mut case.candidates);
            let same = candidates.keys().filter(|origin| index.title(**origin) == Some(&case.title)).count();
            for origin in nodes {
                let clues = candidates.entry(origin).or_default();
                self.complete(clues, case, origin, index, same);
            }
            case.candidates = candidates;
            case.outdo();
        }
    }

    /// Whether a case has an origin that is sure, and whether much of its difference is still unexplained then.
    fn sure_and_rest(&self, case: &Case<'_>) -> (bool, bool) {
        let Some((origin, clues)) = best(case) else { return (false, false) };
        let is_sure = clues.confidence() == Some(Confidence::High);
        let rest = match (self.lines(case.node), self.lines(origin)) {
            (Some(line), Some(trunk)) if clues.overlap.is_some_and(|overlap| overlap.of_first < 0.6) => {
                line.without(trunk).weight > 100
            }
            _ => false,
        };
        (is_sure, rest)
    }

    /// Commits of trunk that touch the same files, those that share the rarest first, the nearer in time where that leaves
    /// it open.
    fn touching(&self, case: &Case<'_>, paths: &FxHashMap<u64, Vec<Node>>) -> Vec<Node> {
        let files = self.contents.files(self.graph.id(case.node)).unwrap_or_default();
        let mut found: FxHashMap<Node, f64> = FxHashMap::default();
        for file in files.iter().filter(|file| !file.is_generated) {
            for (key, factor) in [(file.path, 1.0), (file.name ^ 1, 0.5)] {
                let Some(nodes) = paths.get(&key).filter(|nodes| nodes.len() <= COMMON_FILE) else { continue };
                let rarity = factor / (1.0 + (nodes.len() as f64).ln());
                nodes.iter().for_each(|node| *found.entry(*node).or_default() += rarity);
            }
        }
        let time = self.graph.author_time(case.node);
        let mut ranked: Vec<(f64, i64, Node)> = found
            .into_iter()
            .filter(|(origin, _)| self.may_be_origin(*origin, case.node))
            .map(|(origin, score)| {
                let days = (self.graph.author_time(origin) - time).num_days().abs();
                let near = 1.0 / (1.0 + days as f64 / 60.0);
                (-(score * (0.5 + near)), days, origin)
            })
            .collect();
        ranked.sort_unstable_by(|left, right| {
            left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)).then(left.2.cmp(&right.2))
        });
        ranked.into_iter().take(BY_FILES).map(|(.., origin)| origin).collect()
    }

    /// What a commit is, once all its clues are known.
    fn decide(&self, case: &Case<'_>, index: &Index) -> Standing {
        let mut standing = Standing::new(case.node, Class::LineOnly);
        let Some((origin, clues)) = best(case) else {
            standing.class = self.class_without_origin(case);
            return standing;
        };
        let is_twin = clues.bump && !clues.is_named() && !case.is_marked && (case.is_by_bot || !is_alike(&clues));
        let Some(mut confidence) = clues.confidence() else {
            standing.class = self.class_without_origin(case);
            return standing;
        };
        if is_twin {
            standing.twin = confidence.counts().then_some(origin);
            confidence = Confidence::Low;
        }
        standing.origins.push(Origin {
            node: origin,
            evidence: clues.evidence(),
            confidence,
            fit: clues.fit(case.marks.is_part),
        });
        if confidence.counts() {
            standing.class = Class::Backport;
            self.further_origins(case, origin, index, &mut standing);
        } else {
            standing.class = self.class_without_origin(case);
        }
        standing
    }

    /// Further whole commits of trunk in what the main origin leaves of the difference.
    fn further_origins(&self, case: &Case<'_>, main: Node, index: &Index, standing: &mut Standing) {
        let _ = index;
        let (Some(line), Some(first)) = (self.lines(case.node), self.lines(main)) else { return };
        let mut rest = line.without(first);
        let mut open: Vec<(Node, Clues)> = case
            .candidates
            .iter()
            .filter(|(origin, _)| **origin != main)
            .map(|(origin, clues)| (*origin, *clues))
            .collect();
        while standing.origins.len() < MOST_ORIGINS && rest.weight >= 60 {
            let best = open
                .iter()
                .enumerate()
                .filter_map(|(at, (origin, clues))| {
                    let overlap = rest.overlap(self.lines(*origin)?);
                    let named = clues.marker || clues.by_way || clues.number || clues.merge;
                    let enough = if named { 0.6 } else { 0.85 };
                    let heavy = if named { 40.0 } else { 80.0 };
                    (overlap.of_second >= enough && overlap.weight >= heavy && !clues.opposed)
                        .then_some((overlap.weight, at))
                })
                .max_by(|left, right| left.0.total_cmp(&right.0).then(right.1.cmp(&left.1)));
            let Some((_, at)) = best else { return };
            let (origin, clues) = open.swap_remove(at);
            if let Some(trunk) = self.lines(origin) {
                rest = rest.without(trunk);
            }
            let mut evidence = clues.evidence();
            if !evidence.contains(&Evidence::Lines) {
                evidence.push(Evidence::Lines);
                evidence.sort_unstable();
            }
            standing.origins.push(Origin {
                node: origin,
                evidence,
                confidence: Confidence::Medium,
                fit: Some(Fit::Adapted),
            });
        }
    }

    /// What was taken back on trunk and on the lines.
    fn reverts(&self, cases: &[Case<'_>], index: &Index) -> Reverts {
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
            let told = statement(self.graph, index, &self.titles, node, earlier);
            statements.extend(told.or_else(|| self.inverse(node, &by_effect)));
        }
        for node in &index.scope {
            let earlier = |words: &str, turns: u32| {
                let title = Title { words: words.to_owned(), turns };
                index.by_title(&title).iter().filter(|other| **other > *node).min().copied()
            };
            statements.extend(statement(self.graph, index, &self.titles, *node, earlier));
        }
        Reverts::new(statements)
    }

    /// Commits of the lines by what they do to files, for finding inverses.
    fn by_effect(&self, cases: &[Case<'_>]) -> FxHashMap<(u64, u64, u64), Vec<Node>> {
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
    fn inverse(&self, node: Node, by_effect: &FxHashMap<(u64, u64, u64), Vec<Node>>) -> Option<Statement> {
        let lines = self.lines(node)?;
        let earlier = by_effect.get(&(lines.inverse, lines.weight, lines.paths)).into_iter().flatten();
        let target = earlier.filter(|other| **other > node && self.graph.is_ancestor(**other, node)).min()?;
        Some(Statement { node, targets: vec![*target] })
    }

    fn class_without_origin(&self, case: &Case<'_>) -> Class {
        if case.title.turns > 0 {
            Class::Revert
        } else if case.is_release {
            Class::Release
        } else {
            Class::LineOnly
        }
    }
}

/// Writes into the standings what takes back what. What takes back is a revert, whether or not trunk did the same.
fn settle_reverts(standings: &mut FxHashMap<Node, Standing>, reverts: &Reverts) {
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

impl Case<'_> {
    /// Marks the candidates whose contents have nothing in common with the case where another one does the very same.
    fn outdo(&mut self) {
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
}

/// Whether the two have one title and do nearly the same.
fn is_alike(clues: &Clues) -> bool {
    clues.title >= TitleMatch::Generic && clues.overlap.is_some_and(|overlap| overlap.of_both >= 0.6)
}

/// Whether a program wrote the commit that moves dependencies by itself; one that carries changes of people to lines is
/// none.
fn is_bot(author: crate::graph::Person<'_>) -> bool {
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

/// The candidate that weighs most; of equals the one nearest in time, then the newest.
fn best(case: &Case<'_>) -> Option<(Node, Clues)> {
    case.candidates.iter().map(|(origin, clues)| (*origin, *clues)).max_by(|left, right| {
        left.1.weight().total_cmp(&right.1.weight()).then(right.1.days.cmp(&left.1.days)).then(right.0.cmp(&left.0))
    })
}

/// The nodes nearest in author time.
fn nearest(graph: &Graph, node: Node, nodes: &[Node], limit: usize) -> Vec<Node> {
    let time = graph.author_time(node);
    let mut found = nodes.to_vec();
    found.sort_by_key(|origin| (graph.author_time(*origin) - time).num_seconds().abs());
    found.truncate(limit);
    found
}

/// Share of words that two titles have in common.
fn likeness(left: &Title, right: &Title) -> f64 {
    let words = |title: &Title| title.words.split(' ').map(super::index::text_key).collect::<FxHashSet<u64>>();
    let (left, right) = (words(left), words(right));
    let shared = left.intersection(&right).count();
    shared as f64 / left.union(&right).count().max(1) as f64
}
