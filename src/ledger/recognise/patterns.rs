//! The patterns of a family's tags: of releases, of candidates, of a weekly cadence beside long-lived releases.

use chrono::{DateTime, Datelike};
use rustc_hash::{FxHashMap, FxHashSet};

use super::family::{self, Family, Key};
use super::input::{Ancestry, TagFact};
use super::shape::Group;
use super::tags::{self, Maturity, Rest, TagReading};
use super::words;
use crate::domain::NamePattern;

/// A pattern, the tags it stands for, and what orders it among others.
#[derive(Debug, Clone)]
struct Found {
    text: String,
    versions: Vec<Key>,
    maturity: Maturity,
    newest: Option<i64>,
}

/// Where patterns come from.
pub(super) struct Source<'s, 'n> {
    pub family: &'s Family,
    pub groups: &'s [Group],
    pub tags: &'s [TagFact<'n>],
}

impl Source<'_, '_> {
    /// Most numbers that releases with this prefix have.
    fn longest_with(&self, prefix: &str) -> usize {
        let same = self.family.readings.iter().filter(|own| own.rest == Rest::Release && own.prefix == prefix);
        same.map(|own| own.run.numbers.len()).max().unwrap_or(0)
    }

    /// The time of a reading's newest tags, judged by its highest versions.
    fn newest(&self, reading: &TagReading, ancestry: &mut dyn Ancestry) -> Option<i64> {
        const SAMPLES: usize = 4;
        let group = &self.groups[reading.group];
        let mut rows: Vec<usize> = (0..group.len()).collect();
        rows.sort_unstable_by_key(|row| std::cmp::Reverse(group.row(*row)));
        let commits = rows.iter().take(SAMPLES).filter_map(|row| self.tags[group.members[*row]].commit);
        commits.filter_map(|commit| ancestry.time(commit)).max()
    }
}

/// Which of a family's releases a pattern list is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    /// All of them, `{version}` for any count of numbers.
    All,
    /// Those of exactly so many numbers, each a field of its own.
    Exactly(usize),
}

impl Share {
    fn holds(self, reading: &TagReading) -> bool {
        match self {
            Self::All => true,
            Self::Exactly(count) => reading.run.numbers.len() == count,
        }
    }
}

/// Patterns of releases, the one used last first.
pub(super) fn releases(source: &Source<'_, '_>, share: Share, ancestry: &mut dyn Ancestry) -> Vec<String> {
    let longest = source.family.longest_release();
    let mut found: Vec<Found> = Vec::new();
    for reading in &source.family.readings {
        let group = &source.groups[reading.group];
        let count = reading.run.numbers.len();
        if (count == 1 && longest > 1) || !share.holds(reading) {
            continue;
        }
        let is_whole = share == Share::All && count > 1;
        let Some(mut fields) = tags::version_fields(&reading.run, count, is_whole) else {
            continue;
        };
        match &reading.rest {
            Rest::Release => {}
            Rest::Build(counters) if share == Share::All && is_packaging(group, counters) => {
                fields.push((counters[0].0..counters[0].0 + 1, "{build}".to_owned()));
            }
            _ => continue,
        }
        fields.extend(reading.metadata.map(|place| (place..place + 1, "{build}".to_owned())));
        if let Some(text) = group.pattern(&fields) {
            let newest = source.newest(reading, ancestry);
            let versions = versions(group, reading, count);
            add(&mut found, Found { text, versions, maturity: Maturity::Release, newest });
        }
    }
    choose(found)
}

/// A packager's counter after a version, `-1`: nearly always the same.
fn is_packaging(group: &Group, counters: &[(usize, usize)]) -> bool {
    let [(_, column)] = counters else {
        return false;
    };
    let low = group.column(*column).filter(|value| *value <= 3).count();
    group.len() > 2 && 10 * low >= 9 * group.len()
}

/// Patterns of candidates, those nearest to the release first, of these the one used last. A word without a number is a
/// pattern of its own only where it is common: `{pre}` would take in much else.
pub(super) fn candidates(source: &Source<'_, '_>, share: Share, ancestry: &mut dyn Ancestry) -> Vec<String> {
    let longest = source.family.longest_release();
    let mut found: Vec<Found> = Vec::new();
    for reading in source.family.readings.iter().filter(|reading| share.holds(reading)) {
        let group = &source.groups[reading.group];
        let count = without_zero(group, reading, longest);
        // `16-rc1` is a candidate where releases are `16.1`, and something else where they are `5.6.1`.
        if count == 1 && source.longest_with(&reading.prefix) > 2 {
            continue;
        }
        let Some((maturity, text)) = candidate_text(group, reading, count, share == Share::All) else {
            continue;
        };
        let newest = source.newest(reading, ancestry);
        add(&mut found, Found { text, versions: versions(group, reading, count), maturity, newest });
    }
    let total: usize = found.iter().map(|pattern| pattern.versions.len()).sum();
    let is_small = total + source.family.releases.len() < 20;
    found.retain(|pattern| {
        let count = pattern.versions.len();
        let is_exact = !pattern.text.contains("{pre}");
        is_exact || (count > 1 && 10 * count >= total) || is_small
    });
    found.sort_by(|left, right| {
        (right.maturity, right.last()).cmp(&(left.maturity, left.last())).then_with(|| left.text.cmp(&right.text))
    });
    found.into_iter().map(|pattern| pattern.text).collect()
}

/// The pattern of a candidate's shape, of whose numbers `count` are the version.
fn candidate_text(group: &Group, reading: &TagReading, count: usize, is_whole: bool) -> Option<(Maturity, String)> {
    let Rest::Candidate { maturity, columns } = &reading.rest else {
        return None;
    };
    let mut fields = tags::version_fields(&reading.run, count, is_whole)?;
    match columns.split_last() {
        None => fields.push(word_field(group, reading)?),
        Some(((last, _), earlier)) => {
            let varying = match group.len() {
                1 => earlier.last(),
                _ => earlier.iter().find(|(_, column)| group.constant(*column).is_none()),
            };
            fields.extend(varying.map(|(place, _)| (*place..place + 1, "{build}".to_owned())));
            fields.push((*last..last + 1, "{seq}".to_owned()));
        }
    }
    fields.extend(reading.metadata.map(|place| (place..place + 1, "{build}".to_owned())));
    let text = group.pattern(&fields).filter(|text| text.parse::<NamePattern>().is_ok())?;
    Some((*maturity, text))
}

/// A candidate's word without a number becomes `{pre}`; the separator before it stays.
fn word_field(group: &Group, reading: &TagReading) -> Option<(std::ops::Range<usize>, String)> {
    let range = reading.run.pieces.end..group.pieces.len();
    let text = group.literal(range.clone())?;
    let word = text.find(|c: char| c.is_ascii_alphabetic())?;
    Some((range, format!("{}{{pre}}", &text[..word])))
}

/// How many of a candidate's numbers are its version: `33.0.0.0rc1` is of `33.0.0` where releases have three numbers.
fn without_zero(group: &Group, reading: &TagReading, longest: usize) -> usize {
    let count = reading.run.numbers.len();
    let last = reading.run.numbers.end - 1;
    if count > longest && longest > 1 && group.column(last).all(|value| value == 0) { count - 1 } else { count }
}

fn versions(group: &Group, reading: &TagReading, count: usize) -> Vec<Key> {
    let start = reading.run.numbers.start;
    group.rows().filter_map(|row| family::key(&row[start..start + count])).collect()
}

fn order(key: &Key) -> Key {
    key.map(|number| number.wrapping_add(1))
}

fn add(found: &mut Vec<Found>, new: Found) {
    match found.iter_mut().find(|known| known.text == new.text) {
        Some(known) => {
            known.versions.extend(new.versions);
            known.newest = known.newest.max(new.newest);
        }
        None => found.push(new),
    }
}

impl Found {
    /// What says which of two patterns came last: the time of its tags, else their versions.
    fn last(&self) -> (Option<i64>, Option<Key>) {
        (self.newest, self.versions.iter().map(order).max())
    }

    /// A lone tag among many, or tags that repeat the versions of others.
    fn is_stray(&self, known: &FxHashSet<Key>, total: usize) -> bool {
        let repeated = self.versions.iter().filter(|version| known.contains(*version)).count();
        let is_odd = self.versions.len() == 1 && total > 10 && !has_usual_prefix(&self.text);
        2 * repeated >= self.versions.len() || is_odd
    }
}

/// Whether a pattern of releases begins as many projects' do: `v`, `release-`, nothing.
fn has_usual_prefix(pattern: &str) -> bool {
    let prefix = &pattern[..pattern.find('{').unwrap_or(0)];
    let is_joined = prefix.is_empty() || prefix.ends_with(|c: char| c.is_ascii_alphabetic() || "-/_".contains(c));
    is_joined && pattern.ends_with('}') && words::words(prefix).iter().all(|word| words::is_neutral_word(word))
}

/// Without strays, the pattern used last first.
fn choose(mut found: Vec<Found>) -> Vec<String> {
    let total: usize = found.iter().map(|pattern| pattern.versions.len()).sum();
    found
        .sort_by(|left, right| right.versions.len().cmp(&left.versions.len()).then_with(|| left.text.cmp(&right.text)));
    let mut known: FxHashSet<Key> = FxHashSet::default();
    let mut kept: Vec<Found> = Vec::new();
    for pattern in found {
        if kept.is_empty() || !pattern.is_stray(&known, total) {
            known.extend(pattern.versions.iter().copied());
            kept.push(pattern);
        }
    }
    kept.sort_by(|left, right| right.last().cmp(&left.last()).then_with(|| left.text.cmp(&right.text)));
    kept.into_iter().map(|pattern| pattern.text).collect()
}

/// Whether the family has two cadences: releases of `n` numbers on trunk that mostly stay alone, and releases of `n + 1`
/// numbers off trunk, or on lines, made from a few of them. The answer is `n`. `lines` are the numbers of lines that have
/// a branch.
pub(super) fn weekly(
    source: &Source<'_, '_>,
    lines: &FxHashSet<Vec<u64>>,
    ancestry: &mut dyn Ancestry,
) -> Option<usize> {
    [2, 3].into_iter().find(|count| is_weekly(*count, source, lines, ancestry))
}

const SAMPLES: usize = 12;

fn is_weekly(count: usize, source: &Source<'_, '_>, lines: &FxHashSet<Vec<u64>>, ancestry: &mut dyn Ancestry) -> bool {
    let of = |count: usize| {
        let mut keys: Vec<(Key, usize)> = Vec::new();
        for reading in &source.family.readings {
            if reading.rest == Rest::Release && reading.run.numbers.len() == count {
                let group = &source.groups[reading.group];
                keys.extend(versions(group, reading, count).into_iter().zip(group.members.iter().copied()));
            }
        }
        keys.sort_unstable_by_key(|(key, _)| std::cmp::Reverse(order(key)));
        keys
    };
    let (short, long) = (of(count), of(count + 1));
    if short.len() < 3 || long.is_empty() || short[0].0[..count] < long[0].0[..count] {
        return false;
    }
    let continued: FxHashSet<&[u64]> = long.iter().map(|(key, _)| &key[..count]).collect();
    let recent = &short[..short.len().min(50)];
    let is_alone = |key: &Key| !continued.contains(&key[..count]) && !lines.contains(&key[..count]);
    let alone = recent.iter().filter(|(key, _)| is_alone(key)).count();
    if 2 * alone < recent.len() || alone < 2 {
        return false;
    }
    let mut share_on_trunk = |tagged: &[(Key, usize)]| {
        let commits: Vec<_> = tagged.iter().filter_map(|(_, tag)| source.tags[*tag].commit).take(SAMPLES).collect();
        let on_trunk = commits.iter().filter(|commit| ancestry.is_on_trunk(**commit)).count();
        (on_trunk, commits.len())
    };
    let (short_on, short_of) = share_on_trunk(recent);
    let (long_on, long_of) = share_on_trunk(&long);
    // A long-lived line's first tag often stands at its base, on trunk.
    let has_lines = long.iter().any(|(key, _)| lines.contains(&key[..count]));
    4 * short_on >= 3 * short_of && (has_lines || 2 * long_on <= long_of)
}

/// Whether the first number of the newest releases is the year in which they were made, in four digits or, with a month
/// after it, in two.
pub(super) fn is_by_calendar(source: &Source<'_, '_>, ancestry: &mut dyn Ancestry) -> bool {
    const SAMPLES: usize = 5;
    let newest = family::newest(source.family, SAMPLES);
    let commits = family::commits(source.family, source.groups, source.tags);
    let is_year = |key: &Key, ancestry: &mut dyn Ancestry| {
        if (1990..2100).contains(&key[0]) {
            return true;
        }
        let made = commits.get(key).and_then(|commit| ancestry.time(*commit));
        let year = made.and_then(|time| DateTime::from_timestamp(time, 0)).map(|made| made.year());
        year.is_some_and(|year| u64::try_from(year - 2000) == Ok(key[0])) && (1..=12).contains(&key[1])
    };
    !newest.is_empty() && newest.iter().all(|key| is_year(key, ancestry))
}

/// The number that candidates, or the general releases of lines, begin with, where recent ones agree: the lowest last
/// number of each of the newest ten.
pub(super) fn first_number(source: &Source<'_, '_>, of_candidates: bool, is_weekly: bool) -> Option<u64> {
    let mut lowest: FxHashMap<Key, u64> = FxHashMap::default();
    for reading in &source.family.readings {
        let group = &source.groups[reading.group];
        let column = match &reading.rest {
            Rest::Candidate { columns, .. } if of_candidates => columns.last().map(|last| last.1),
            Rest::Release if !of_candidates && reading.run.numbers.len() == 3 => Some(reading.run.numbers.end - 1),
            _ => None,
        };
        let Some(column) = column else {
            continue;
        };
        let end = if of_candidates { reading.run.numbers.end } else { column };
        for row in group.rows() {
            let key = family::key(&row[reading.run.numbers.start..end]);
            let is_released = |key: &Key| !of_candidates && !is_weekly && source.family.releases.contains(key);
            if let Some(key) = key.filter(|key| !is_released(key)) {
                let entry = lowest.entry(key).or_insert(u64::MAX);
                *entry = row[column].min(*entry);
            }
        }
    }
    let mut newest: Vec<(Key, u64)> = lowest.into_iter().collect();
    newest.sort_unstable_by_key(|(key, _)| std::cmp::Reverse(order(key)));
    newest.truncate(10);
    let total = newest.len();
    [0, 1].into_iter().find(|first| 2 * newest.iter().filter(|(_, low)| low == first).count() > total)
}
