//! Tags that are made of trunk again and again and say so in a word before or after a version or a date: `edge-26.8.1`,
//! `v45.0.0-nightly.20260821`. Which tags are deploys, releases or candidates is decided before; what is read here is
//! only what nothing else claims, since such a word promises less than any of them.

use std::cmp::Reverse;
use std::ops::Range;

use super::input::{Ancestry, TagFact};
use super::shape::{Group, Piece};
use super::tags;
use super::words;
use crate::domain::{CommitId, NamePattern};

/// Tags that a word needs to be a convention, and those that a further shape with the word needs.
const ENOUGH: usize = 5;
const FEW: usize = 2;

/// Tags that are asked about, for each shape.
const SAMPLES: usize = 12;

/// Most seconds from one tag to the next, on average: two months. What is made less often marks something else, as the
/// beginning of work on a version.
const LONGEST_PAUSE: i64 = 61 * 24 * 3600;

/// Where such tags are looked for.
pub(super) struct Look<'l, 'n> {
    pub groups: &'l [Group],
    /// Groups that are nothing else.
    pub free: &'l [bool],
    pub tags: &'l [TagFact<'n>],
    /// Words of the project and of its releases.
    pub own: &'l [String],
    /// The time of the last release.
    pub last_release: Option<i64>,
    /// Tags that stopped so many seconds before the last of all are out of use.
    pub out_of_use: i64,
}

/// A shape of such tags.
struct Shape {
    /// Place of its word among those that say a cadence.
    rank: usize,
    text: String,
    count: usize,
    /// The newest tags by their numbers.
    newest: Vec<CommitId>,
    /// When the first and the last of these were made.
    span: Option<(i64, i64)>,
}

impl Shape {
    fn last(&self) -> Option<i64> {
        self.span.map(|(_, last)| last)
    }

    fn is_steady(&self) -> bool {
        let pauses = i64::try_from(self.newest.len()).unwrap_or(i64::MAX) - 1;
        self.span.is_some_and(|(first, last)| last - first <= LONGEST_PAUSE.saturating_mul(pauses))
    }

    fn is_of_trunk(&self, ancestry: &mut dyn Ancestry) -> bool {
        let on_trunk = self.newest.iter().filter(|commit| ancestry.is_on_trunk(**commit)).count();
        2 * on_trunk > self.newest.len()
    }
}

/// The patterns of the word that promises most among those in use, the one used last first. Empty where there is none.
pub(super) fn patterns(look: &Look<'_, '_>, ancestry: &mut dyn Ancestry) -> Vec<String> {
    let mut shapes: Vec<Shape> = Vec::new();
    for (group, _) in look.groups.iter().zip(look.free).filter(|(group, free)| **free && group.len() >= FEW) {
        shapes.extend(read(group, look, ancestry));
    }
    let last = shapes.iter().map(Shape::last).chain([look.last_release]).max().flatten();
    let since = last.map(|last| last - look.out_of_use);
    shapes.sort_by_key(|shape| (shape.rank, Reverse(shape.last())));
    for of_word in shapes.chunk_by(|left, right| left.rank == right.rank) {
        let count: usize = of_word.iter().map(|shape| shape.count).sum();
        let is_in_use = |shape: &Shape| shape.is_steady() && shape.last() >= since;
        if count < ENOUGH || !of_word.first().is_some_and(is_in_use) {
            continue;
        }
        let of_trunk = of_word.iter().filter(|shape| shape.is_of_trunk(ancestry));
        let texts: Vec<String> = of_trunk.map(|shape| shape.text.clone()).collect();
        if texts.first() == of_word.first().map(|shape| &shape.text) {
            return texts;
        }
    }
    Vec::new()
}

fn read(group: &Group, look: &Look<'_, '_>, ancestry: &mut dyn Ancestry) -> Option<Shape> {
    let rank = word(group, look.own)?;
    let text = text(group)?;
    let mut rows: Vec<usize> = (0..group.len()).collect();
    rows.sort_unstable_by_key(|row| Reverse(group.row(*row)));
    let commits = rows.iter().take(SAMPLES).filter_map(|row| look.tags[group.members[*row]].commit);
    let newest: Vec<CommitId> = commits.collect();
    let times: Vec<i64> = newest.iter().filter_map(|commit| ancestry.time(*commit)).collect();
    let span = times.iter().min().copied().zip(times.iter().max().copied());
    Some(Shape { rank, text, count: group.len(), newest, span })
}

/// The rank of the one word that says a cadence, where all others are the project's own or say nothing.
fn word(group: &Group, own: &[String]) -> Option<usize> {
    let first = group.pieces.iter().position(|piece| *piece == Piece::Number)?;
    let before = group.words_outside(&(first..group.pieces.len()));
    let date = group.date().map_or(0..0, |date| date.pieces);
    let all = group.words_outside(&date);
    let mut saying = all.iter().enumerate().filter_map(|(at, word)| Some((at, word, words::cadence_rank(word)?)));
    let (at, word, rank) = saying.next()?;
    let is_alone = saying.next().is_none();
    let is_plain = |word: &String| words::is_neutral_word(word) || own.contains(word);
    let others = all.iter().enumerate().filter(|(other, _)| *other != at);
    let is_before = at < before.len();
    let says_nothing_behind = words::is_trunk_word(word) || (word == "dev" && marks_a_beginning(group));
    let fits = is_before || !says_nothing_behind;
    (is_alone && fits && others.map(|(_, other)| other).all(is_plain)).then_some(rank)
}

/// Whether there is nothing that counts after a version: `v2.6.0.dev0` stands where the work on 2.6 begins.
fn marks_a_beginning(group: &Group) -> bool {
    let last = group.number_pieces().len() - 1;
    let is_counted = group.runs(None).last().is_some_and(|run| run.numbers.len() == 1);
    group.date().is_none() && (!is_counted || group.constant(last).is_some())
}

/// A version or a date, or both, with at most two numbers that count.
fn text(group: &Group) -> Option<String> {
    let date = group.date();
    let mut fields: Vec<(Range<usize>, String)> = Vec::new();
    let mut counters: Vec<usize> = Vec::new();
    let mut has_version = false;
    for run in group.runs(date.as_ref().map(|date| &date.pieces)) {
        let count = run.numbers.len();
        if !has_version && (2..=4).contains(&count) {
            fields.extend(tags::version_fields(&run, count, true)?);
            has_version = true;
        } else {
            counters.extend((0..count).map(|number| run.pieces.start + 2 * number));
        }
    }
    let names: &[&str] = if counters.len() > 1 { &["{build}", "{seq}"] } else { &["{seq}"] };
    let has_commit = group.pieces.iter().filter(|piece| **piece == Piece::Sha).count();
    let has_environment = group.pieces.contains(&Piece::Environment);
    if !(has_version || date.is_some()) || counters.len() > 2 || has_commit > 1 || has_environment {
        return None;
    }
    fields.extend(counters.iter().zip(names).map(|(place, name)| (*place..*place + 1, (*name).to_owned())));
    fields.extend(date.map(|date| (date.pieces.clone(), date.field())));
    fields.sort_by_key(|(range, _)| range.start);
    group.pattern(&fields).filter(|text| text.parse::<NamePattern>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::super::shape;
    use super::*;

    fn pattern(names: &[&str]) -> Option<String> {
        let groups = shape::group(names.iter().copied().enumerate(), |_| None);
        word(&groups[0], &["acme".to_owned()]).and_then(|_| text(&groups[0]))
    }

    #[test]
    fn reads_a_word_of_cadence_before_or_after_a_version_or_a_date() {
        for (names, expected) in [
            (["edge-18.10.1", "edge-18.10.2"], "edge-{version}"),
            (["acme-edge-v1.2", "acme-edge-v1.3"], "acme-edge-v{version}"),
            (["v1.2.3-edge", "v1.2.4-edge"], "v{version}-edge"),
            (["v45.0.0-nightly.20260820", "v45.0.0-nightly.20260821"], "v{version}-nightly.{date:%Y%m%d}"),
            (["nightly-2026-01-05", "nightly-2026-01-06"], "nightly-{date}"),
            (["nightly/2026.01.05", "nightly/2026.01.06"], "nightly/{date:%Y.%m.%d}"),
            (["1.2.3-canary.4", "1.2.3-canary.5"], "{version}-canary.{seq}"),
            (["v1.2.0-dev.4", "v1.2.0-dev.5"], "v{version}-dev.{seq}"),
            (["main-1.2.3", "main-1.2.4"], "main-{version}"),
            (["snapshot-20260105-12", "snapshot-20260106-13"], "snapshot-{date:%Y%m%d}-{seq}"),
        ] {
            assert_eq!(pattern(&names).as_deref(), Some(expected), "{names:?}");
        }
    }

    #[test]
    fn other_tags_say_no_cadence() {
        for names in [
            ["v1.2.3", "v1.2.4"],
            ["v1.0.0-beta.1", "v1.0.0-beta.2"],
            ["helm-chart-1.2.3", "helm-chart-1.2.4"],
            ["helm-acme-1.2.3-weekly.4", "helm-acme-1.2.3-weekly.5"],
            ["api/v1.2.3", "api/v1.2.4"],
            ["edge-agent-1.2.3", "edge-agent-1.2.4"],
            ["v1.2.0.dev0", "v1.3.0.dev0"],
            ["v1.2.0-dev", "v1.3.0-dev"],
            ["v1.2.3-main", "v1.2.4-main"],
            ["nightly", "edge"],
            ["edge-17", "edge-18"],
        ] {
            assert_eq!(pattern(&names), None, "{names:?}");
        }
    }
}
