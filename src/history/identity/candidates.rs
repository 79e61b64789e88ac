//! Which commits of trunk a commit of a line may come from: those that its message, or that of the merge which brought it,
//! leads to; and where that leaves a doubt, those that touch the same files.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::case::{Case, best, likeness, nearest};
use super::digest::{FileMark, HEAVIEST, Overlap, path_number};
use super::engine::Engine;
use super::index::{Index, at_most};
use super::marks::Marks;
use super::types::Confidence;
use super::weigh::Clues;
use crate::graph::Node;

/// Candidates of one title that contents are read of.
const BY_TITLE: usize = 16;
/// Candidates of one number.
const BY_NUMBER: usize = 40;
/// Candidates that are found by their files.
const BY_FILES: usize = 12;
/// The same for a commit of one file or two that few touch, and that nothing speaks for yet: only time tells its candidates
/// apart, and a change may be late.
const BY_RARE_FILES: usize = 32;
/// Files that no more commits touch are rare.
const RARE_FILE: usize = 96;
/// Commits of one second that may be meant.
const FEW_AT_ONCE: usize = 3;
/// Picks of picks are followed this far.
const LONGEST_CHAIN: usize = 12;
/// A file that more commits touch is no way to find one.
const COMMON_FILE: usize = 400;

/// Whether so much of the files that two commits share is alike that the others may matter. With less of it neither is a part
/// of the other, nor are the two alike.
fn is_worth_more(shared: Overlap) -> bool {
    let is_part = shared.of_first >= 0.85 || shared.of_first >= 0.45 && shared.weight >= 100.0;
    is_part || shared.of_second >= 0.3 || shared.of_both >= 0.1
}

impl<'g> Engine<'g, '_, '_> {
    /// Candidates that brought the same change note: wherever the note was added, the change is the same.
    pub(super) fn by_notes(&mut self, cases: &mut [Case<'g>], index: &Index) {
        let notes: FxHashSet<u64> =
            self.guidance.iter().flat_map(|guidance| guidance.notes.iter().map(|path| path_number(path))).collect();
        if notes.is_empty() {
            return;
        }
        let nodes: Vec<Node> = cases.iter().map(|case| case.node).chain(index.scope.iter().copied()).collect();
        self.contents.read_files(self.graph, nodes);
        let added = |node: Node| {
            let files = self.contents.files(self.graph.id(node)).unwrap_or_default();
            files.iter().filter(|file| file.is_new && notes.contains(&file.path)).map(|file| file.path)
        };
        let mut origins: FxHashMap<u64, Vec<Node>> = FxHashMap::default();
        for node in &index.scope {
            added(*node).for_each(|note| origins.entry(note).or_default().push(*node));
        }
        for case in cases {
            for note in added(case.node) {
                for origin in origins.get(&note).into_iter().flatten() {
                    if self.may_be_origin(*origin, case.node) {
                        case.candidates.entry(*origin).or_default().note = true;
                    }
                }
            }
        }
    }

    /// For each commit that a merge brought onto a line, that merge. The outermost wins.
    pub(super) fn bringing_merges(&self, tips: &[Node], commits: &[Node]) -> FxHashMap<Node, (Node, usize)> {
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

    /// Candidates that the message, or that of the merge, leads to.
    pub(super) fn by_message(&self, case: &mut Case<'g>, index: &Index) {
        let node = case.node;
        let mut found: BTreeMap<Node, Clues> = BTreeMap::new();
        let mut add = |origin: Node, set: &dyn Fn(&mut Clues)| {
            if self.may_be_origin(origin, node) {
                set(found.entry(origin).or_default());
            }
        };
        for (origin, direct) in self.named(&case.marks, index) {
            add(origin, &|clues| if direct { clues.marker = true } else { clues.by_way = true });
        }
        let may_be = |origin: Node| self.may_be_origin(origin, node);
        let numbered = |number: &u64| {
            index
                .by_number(*number)
                .iter()
                .copied()
                .filter(|origin| may_be(*origin))
                .take(BY_NUMBER)
                .collect::<Vec<_>>()
        };
        for number in &case.marks.numbers {
            numbered(number).into_iter().for_each(|origin| add(origin, &|clues| clues.number = true));
        }
        for number in &case.marks.own_numbers {
            numbered(number).into_iter().for_each(|origin| add(origin, &|clues| clues.own_number = true));
        }
        for number in &case.merge {
            numbered(number).into_iter().for_each(|origin| add(origin, &|clues| clues.merge = true));
        }
        for key in &case.marks.keys {
            let nodes = index.by_key(key, may_be);
            let count = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
            nodes.iter().for_each(|origin| {
                add(*origin, &|clues| clues.key = if clues.key == 0 { count } else { clues.key.min(count) });
            });
        }
        index.by_author(self.graph, node).for_each(|origin| add(origin, &|clues| clues.author_date = true));
        // Tools write many commits in one second; of a few somebody took one over.
        let at_once: Vec<Node> =
            index.by_second(self.graph, node).iter().copied().filter(|origin| may_be(*origin)).collect();
        if at_once.len() <= FEW_AT_ONCE {
            at_once.into_iter().for_each(|origin| add(origin, &|clues| clues.second = true));
        }
        let titled: Vec<Node> = index.by_title(&case.title).iter().copied().filter(|origin| may_be(*origin)).collect();
        let titled: Vec<Node> = nearest(self.graph, node, &titled, BY_TITLE);
        titled.iter().for_each(|origin| add(*origin, &|_| ()));
        if found.is_empty() && !case.is_generic {
            let close = index.by_words(&case.title, 4, may_be);
            // Who says that it is from elsewhere need not say it in the same words.
            let enough = if case.is_marked { 0.35 } else { 0.5 };
            let close: Vec<Node> = close
                .into_iter()
                .filter(|origin| index.title(*origin).is_some_and(|title| likeness(title, &case.title) >= enough))
                .collect();
            for origin in close {
                found.entry(origin).or_default();
            }
        }
        case.candidates = found;
    }

    /// Commits of trunk that marker lines name, and whether directly. A commit of a line that is named leads to what it
    /// names itself.
    pub(super) fn named(&self, marks: &Marks<'_>, index: &Index) -> Vec<(Node, bool)> {
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
                    found.extend(brought.take(BY_NUMBER).map(|origin| (*origin, depth == 0)));
                } else {
                    found.push((node, depth == 0));
                }
                continue;
            }
            let next = Marks::parse(self.graph.subject(node), self.graph.body(node));
            open.extend(next.ids.iter().filter_map(|id| Some((index.resolve(id)?, depth + 1))));
            found.extend(index.by_author(self.graph, node).map(|twin| (twin, false)));
        }
        found
    }

    /// Looks for candidates by the files they touch, for the cases that are not sure by now.
    pub(super) fn by_files(&mut self, cases: &mut [Case<'_>], index: &Index) {
        let is_open = |case: &Case<'_>| {
            let (sure, rest) = self.sure_and_rest(case);
            (!sure || rest) && !self.is_only_a_version(case)
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
            for file in self.contents.own_files(self.graph.id(*node)) {
                paths.entry(file.path).or_default().push(*node);
                if file.name != file.path {
                    paths.entry(file.name ^ 1).or_default().push(*node);
                }
            }
        }
        let mut wanted: Vec<(usize, Vec<Node>)> = Vec::new();
        for at in open {
            let mut found = self.touching(&cases[at], &paths);
            found.retain(|origin| cases[at].candidates.get(origin).is_none_or(|clues| clues.overlap.is_none()));
            wanted.push((at, found));
        }
        self.compare_by_files(cases, &wanted, index);
    }

    /// Adds to the cases those candidates that were found by their files. Of each the files come first that it shares with
    /// the case; the rest is read only where these have lines in common, since most have none.
    fn compare_by_files(&mut self, cases: &mut [Case<'_>], wanted: &[(usize, Vec<Node>)], index: &Index) {
        let pairs = || wanted.iter().flat_map(|(at, nodes)| nodes.iter().map(|origin| (*at, *origin)));
        let shared: Vec<Vec<u64>> =
            wanted.iter().flat_map(|(at, nodes)| self.shared_files(cases[*at].node, nodes)).collect();
        let parts = pairs().zip(&shared).flat_map(|((_, origin), steps)| steps.iter().map(move |step| (origin, *step)));
        self.contents.read_parts(self.graph, parts);
        let overlap = |((at, origin), steps): ((usize, Node), &Vec<u64>)| -> Option<Overlap> {
            self.shared_lines(cases[at].node, origin, steps)
        };
        let overlaps: Vec<Option<Overlap>> = pairs().zip(&shared).map(overlap).collect();
        let whole = pairs().zip(&overlaps).filter(|(_, overlap)| overlap.is_none_or(is_worth_more));
        self.read_lines(whole.map(|((_, origin), _)| origin).collect());
        let mut overlaps = overlaps.into_iter();
        for (at, nodes) in wanted {
            let case = &mut cases[*at];
            let mut candidates = std::mem::take(&mut case.candidates);
            let same = candidates.keys().filter(|origin| index.title(**origin) == Some(&case.title)).count();
            for (origin, overlap) in nodes.iter().zip(overlaps.by_ref()) {
                let clues = candidates.entry(*origin).or_default();
                self.complete(clues, case, *origin, index, same);
                clues.overlap = overlap.filter(|overlap| !is_worth_more(*overlap)).or(clues.overlap);
            }
            case.candidates = candidates;
            case.outdo();
            case.set_apart();
        }
    }

    /// For each candidate its files, by their [`FileMark::step`], that the case changes, too, also under another directory.
    fn shared_files(&self, node: Node, origins: &[Node]) -> impl Iterator<Item = Vec<u64>> {
        let own = |node: Node| self.contents.own_files(self.graph.id(node));
        let names: FxHashSet<u64> = own(node).map(|file| file.name).collect();
        origins
            .iter()
            .map(move |origin| own(*origin).filter(|file| names.contains(&file.name)).map(|file| file.step).collect())
    }

    /// What the lines of a case have in common with those of a candidate in the files that both change. Of each other file
    /// that the candidate changes a line is counted, of which the case has nothing.
    fn shared_lines(&self, node: Node, origin: Node, shared: &[u64]) -> Option<Overlap> {
        let files = self.contents.own_files(self.graph.id(origin)).count();
        let part = self.contents.parts(shared)?;
        let own = self.lines(node).filter(|own| own.weight > 0)?;
        let whole = part.weight + (files - shared.len()) as u64 * u64::from(HEAVIEST);
        (whole > 0).then(|| own.overlap(&part).beside(part.weight as f64 / whole as f64))
    }

    /// Whether a case is a release that changes a line or two in each of its files: trunk has the same for other versions.
    fn is_only_a_version(&self, case: &Case<'_>) -> bool {
        const TWO_LINES: u64 = 4 * HEAVIEST as u64;
        let files = self.contents.files(self.graph.id(case.node)).map_or(0, |files| files.len() as u64);
        case.is_release
            && !case.title.is_of_notes()
            && self.lines(case.node).is_some_and(|lines| lines.weight <= TWO_LINES * files)
    }

    /// Whether a case has an origin that is sure, and whether much of its difference is still unexplained then.
    pub(super) fn sure_and_rest(&self, case: &Case<'_>) -> (bool, bool) {
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
    pub(super) fn touching(&self, case: &Case<'_>, paths: &FxHashMap<u64, Vec<Node>>) -> Vec<Node> {
        let files = || self.contents.own_files(self.graph.id(case.node));
        let may_be = |origin: Node| self.may_be_origin(origin, case.node);
        let touch = |limit: usize, key: u64| at_most(limit, paths.get(&key).map_or(&[], Vec::as_slice), may_be);
        let is_rare = |file: &FileMark| touch(RARE_FILE, file.path).is_some();
        let is_found = best(case).and_then(|(_, clues)| clues.confidence()).is_some_and(Confidence::counts);
        let is_narrow = !is_found && files().count() <= 2 && files().all(is_rare);
        let limit = if is_narrow { BY_RARE_FILES } else { BY_FILES };
        let mut found: FxHashMap<Node, f64> = FxHashMap::default();
        for file in files() {
            for (key, factor) in [(file.path, 1.0), (file.name ^ 1, 0.5)] {
                let Some(nodes) = touch(COMMON_FILE, key) else { continue };
                let rarity = factor / (1.0 + (nodes.len() as f64).ln());
                nodes.iter().for_each(|node| *found.entry(*node).or_default() += rarity);
            }
        }
        let time = self.graph.author_time(case.node);
        let mut ranked: Vec<(f64, i64, Node)> = found
            .into_iter()
            .map(|(origin, score)| {
                let days = (self.graph.author_time(origin) - time).num_days().abs();
                let near = 1.0 / (1.0 + days as f64 / 60.0);
                (-(score * (0.5 + near)), days, origin)
            })
            .collect();
        ranked.sort_unstable_by(|left, right| {
            left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)).then(left.2.cmp(&right.2))
        });
        ranked.into_iter().take(limit).map(|(.., origin)| origin).collect()
    }

    /// Whether trunk took the commit after the line left it.
    pub(super) fn may_be_origin(&self, origin: Node, node: Node) -> bool {
        !self.graph.is_merge(origin)
            && self.trunkward.arrival(origin).is_some_and(|arrival| arrival > self.trunkward.place(node))
    }
}
