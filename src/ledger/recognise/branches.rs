//! Which shapes of branches are lines of a versioned channel: those whose names are a version with conventional words
//! around it, and whose numbers the project's tags name. A branch for one release, a robot's or a person's branch has
//! such numbers too and is left aside.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::family::Family;
use super::input::{Ancestry, BranchFact};
use super::shape::{Group, Run};
use super::words;
use crate::domain::CommitId;

/// How much the words of a shape of branches say that it is one of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Manner {
    /// Words of people's and robots' branches.
    Work,
    /// Words that say nothing.
    Unknown,
    /// Words of lines and of the project, or none at all.
    Line,
}

/// A shape of branches that may be lines.
#[derive(Debug, Clone)]
pub(super) struct LineReading {
    pub group: usize,
    pub run: Run,
    pub manner: Manner,
    pub words: Vec<String>,
}

/// A pattern of lines and what it is good for.
#[derive(Debug, Clone)]
pub(super) struct LinePattern {
    pub text: String,
    /// Version numbers of the lines, one entry for each branch.
    pub lines: Vec<Vec<u64>>,
    group: usize,
    /// Whether the branches are named like single releases, the last of three numbers being zero.
    is_of_releases: bool,
    /// Preference among patterns for the same lines: words of lines, major and minor, many, words of stability.
    weight: (bool, bool, usize, u8),
    /// When its newest lines got their last commit.
    newest: Option<i64>,
}

/// Reads the shapes of branches; `own` are the words of the project and of its tags.
pub(super) fn readings(groups: &[Group], own: &[String]) -> Vec<LineReading> {
    let mut readings = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        let words = group.words();
        let has_odd_text = group.pieces.iter().any(|piece| matches!(piece, super::shape::Piece::Sha));
        let Ok([run]) = <[Run; 1]>::try_from(group.runs(None)) else {
            continue;
        };
        if run.numbers.len() > 3 || has_odd_text || group.date().is_some() {
            continue;
        }
        let manner = manner(&words, own);
        readings.push(LineReading { group: index, run, manner, words });
    }
    readings
}

fn manner(words: &[String], own: &[String]) -> Manner {
    let is_line = |word: &String| words::is_line_word(word) || own.contains(word);
    if words.iter().all(is_line) {
        Manner::Line
    } else if words.iter().any(|word| words::is_work_word(word)) || words.len() > 2 {
        Manner::Work
    } else {
        Manner::Unknown
    }
}

/// How many branches that look like lines the family's versions name.
pub(super) fn linked(family: &Family, readings: &[LineReading], groups: &[Group]) -> usize {
    let lines = readings.iter().filter(|reading| reading.manner == Manner::Line && reading.run.numbers.len() <= 2);
    lines.map(|reading| rows_linked(family, reading, &groups[reading.group])).sum()
}

fn rows_linked(family: &Family, reading: &LineReading, group: &Group) -> usize {
    group.rows().filter(|row| family.begins(&row[reading.run.numbers.clone()])).count()
}

/// The patterns of a versioned channel's lines, the one in use now first. `tag_commits` are the commits of the family's
/// tags with their numbers.
pub(super) fn line_patterns(
    family: Option<&Family>,
    readings: &[LineReading],
    groups: &[Group],
    branches: &[BranchFact<'_>],
    tag_commits: &FxHashMap<CommitId, Vec<Vec<u64>>>,
    ancestry: &mut dyn Ancestry,
) -> Vec<LinePattern> {
    let mut found: Vec<LinePattern> = Vec::new();
    let mut unsure: Vec<(&LineReading, LinePattern)> = Vec::new();
    for reading in readings {
        match (pattern(family, reading, &groups[reading.group]), reading.manner) {
            (Some(pattern), Manner::Line) => found.push(pattern),
            (Some(pattern), Manner::Unknown) if pattern.lines.len() > 1 => unsure.push((reading, pattern)),
            _ => {}
        }
    }
    // Most words that say nothing stand beside numbers of lines that are known already: ask about tags only for others.
    let known = Known::of(&found);
    unsure.retain(|(_, pattern)| !known.mostly_hold(pattern));
    for (reading, pattern) in unsure {
        if carries_its_tags(reading, &groups[reading.group], branches, tag_commits, ancestry) {
            found.push(pattern);
        }
    }
    for pattern in &mut found {
        pattern.newest = newest(pattern, groups, branches, ancestry);
    }
    without_repetition(found)
}

/// When the highest lines of a pattern got their last commit.
fn newest(
    pattern: &LinePattern,
    groups: &[Group],
    branches: &[BranchFact<'_>],
    ancestry: &mut dyn Ancestry,
) -> Option<i64> {
    const SAMPLES: usize = 4;
    let group = &groups[pattern.group];
    let mut rows: Vec<usize> = (0..group.len()).collect();
    rows.sort_unstable_by_key(|row| std::cmp::Reverse(group.row(*row)));
    let tips = rows.iter().take(SAMPLES).map(|row| branches[group.members[*row]].tip);
    tips.filter_map(|tip| ancestry.time(tip)).max()
}

/// Lines that patterns name, and the beginnings of their numbers.
#[derive(Default)]
struct Known {
    named: FxHashSet<Vec<u64>>,
    begun: FxHashSet<Vec<u64>>,
}

impl Known {
    fn of(patterns: &[LinePattern]) -> Self {
        let mut known = Self::default();
        patterns.iter().for_each(|pattern| known.learn(pattern));
        known
    }

    fn learn(&mut self, pattern: &LinePattern) {
        for line in &pattern.lines {
            self.named.insert(line.clone());
            self.begun.extend((1..=line.len()).map(|length| line[..length].to_vec()));
        }
    }

    /// Whether most of a pattern's lines repeat known ones, name a part of them, or a whole of which they are parts.
    fn mostly_hold(&self, pattern: &LinePattern) -> bool {
        let is_part = |line: &Vec<u64>| (1..=line.len()).any(|length| self.named.contains(&line[..length]));
        let repeats = pattern.lines.iter().filter(|line| self.begun.contains(*line) || is_part(line)).count();
        2 * repeats > pattern.lines.len()
    }

    /// Whether a pattern named like single releases has one of a known line, and is rare beside the known lines.
    fn show_releases(&self, pattern: &LinePattern) -> bool {
        pattern.is_of_releases
            && 10 * pattern.lines.len() <= self.named.len()
            && pattern.lines.iter().any(|line| self.named.contains(line))
    }
}

/// A pattern for the shape where its numbers name versions; three numbers only where they are not single releases.
fn pattern(family: Option<&Family>, reading: &LineReading, group: &Group) -> Option<LinePattern> {
    let linked = family.map_or(0, |family| rows_linked(family, reading, group));
    let has_word = reading.words.iter().any(|word| words::is_labelled_word(word));
    let is_named = match reading.run.numbers.len() {
        1 => 2 * linked >= group.len() && (has_word || group.len() > 1 || !reading.words.is_empty()),
        2 => 2 * linked >= group.len() || (linked > 0 && has_word) || (family.is_none() && has_word),
        _ => return three_numbers(family?, reading, group),
    };
    let numbers = reading.run.numbers.clone();
    is_named.then(|| finish(reading, group, numbers.len(), numbers)).flatten()
}

fn three_numbers(family: &Family, reading: &LineReading, group: &Group) -> Option<LinePattern> {
    let numbers = reading.run.numbers.clone();
    let last = numbers.end - 1;
    let two = group.rows().filter(|row| family.begins(&row[numbers.start..last])).count();
    if group.len() > 1 && group.column(last).all(|value| value == 0) && 2 * two >= group.len() {
        return finish(reading, group, 2, numbers.start..last);
    }
    let extended = group
        .rows()
        .filter(|row| family.begins(&row[numbers.clone()]))
        .filter(|row| !super::family::key(&row[numbers.clone()]).is_some_and(|key| family.releases.contains(&key)))
        .count();
    let fits = group.len() > 1 && 2 * extended >= group.len();
    fits.then(|| finish(reading, group, 3, numbers)).flatten()
}

fn finish(reading: &LineReading, group: &Group, count: usize, numbers: Range<usize>) -> Option<LinePattern> {
    let fields = super::tags::version_fields(&reading.run, count, false)?;
    let text = group.pattern(&fields)?;
    let lines: Vec<Vec<u64>> = group.rows().map(|row| row[numbers.clone()].to_vec()).collect();
    let rank = match reading.words.iter().find(|word| words::is_labelled_word(word)).map(String::as_str) {
        Some("stable") => 3,
        Some("release" | "releases" | "rel") => 2,
        _ => 1,
    };
    Some(LinePattern {
        text,
        group: reading.group,
        is_of_releases: numbers.len() < reading.run.numbers.len(),
        weight: (reading.manner == Manner::Line, count == 2, lines.len(), rank),
        lines,
        newest: None,
    })
}

/// Whether most of the newest branches reach, beyond trunk, tags of the version that they name.
fn carries_its_tags(
    reading: &LineReading,
    group: &Group,
    branches: &[BranchFact<'_>],
    tag_commits: &FxHashMap<CommitId, Vec<Vec<u64>>>,
    ancestry: &mut dyn Ancestry,
) -> bool {
    const SAMPLES: usize = 5;
    let mut rows: Vec<usize> = (0..group.len()).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(group.row(*row).to_vec()));
    rows.truncate(SAMPLES);
    let carrying = rows
        .iter()
        .filter(|row| {
            let line = &group.row(**row)[reading.run.numbers.clone()];
            let beyond = ancestry.beyond_trunk(branches[group.members[**row]].tip);
            beyond.iter().filter_map(|commit| tag_commits.get(commit)).flatten().any(|tag| tag.starts_with(line))
        })
        .count();
    2 * carrying > rows.len()
}

/// Drops patterns that mostly repeat lines of better ones, or name whole majors of which better ones name parts, and a
/// few branches named like releases beside many lines, where `release/1.30.0` next to `release/1.30.x` shows that they
/// are for single releases; puts the pattern used last first.
fn without_repetition(mut found: Vec<LinePattern>) -> Vec<LinePattern> {
    found.sort_by(|left, right| right.weight.cmp(&left.weight).then_with(|| left.text.cmp(&right.text)));
    let mut kept: Vec<LinePattern> = Vec::new();
    let mut known = Known::default();
    for pattern in found {
        if !known.mostly_hold(&pattern) && !known.show_releases(&pattern) {
            known.learn(&pattern);
            kept.push(pattern);
        }
    }
    kept.sort_by(|left, right| {
        let last = |pattern: &LinePattern| (pattern.newest, pattern.lines.iter().max().cloned());
        last(right).cmp(&last(left)).then_with(|| left.text.cmp(&right.text))
    });
    kept
}
