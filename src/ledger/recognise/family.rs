//! Tags that belong together: versions of one owner, however the text around them changed over the years. Here is which
//! of several families is the project's own, and which older family is its past.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::input::{Ancestry, TagFact};
use super::shape::Group;
use super::tags::{self, Rest, TagReading};
use super::words;
use crate::domain::CommitId;

/// Up to four numbers; what is absent is the greatest number.
pub(super) type Key = [u64; 4];

const ABSENT: u64 = u64::MAX;

/// The numbers as a key; `None` for more than four.
pub(super) fn key(numbers: &[u64]) -> Option<Key> {
    let mut key = [ABSENT; 4];
    key.get_mut(..numbers.len())?.copy_from_slice(numbers);
    Some(key)
}

/// Keys in the order of versions: 1.8 before 1.8.0.
fn order(key: &Key) -> [u64; 4] {
    key.map(|number| if number == ABSENT { 0 } else { number + 1 })
}

/// Tags of one owner.
#[derive(Debug, Clone, Default)]
pub(super) struct Family {
    pub owner: String,
    pub readings: Vec<TagReading>,
    /// Every beginning of every version: 1, 1.8, 1.8.4.
    beginnings: FxHashSet<Key>,
    /// Complete versions that are no candidates.
    pub releases: FxHashSet<Key>,
    candidates: usize,
    builds: usize,
}

impl Family {
    /// Whether a version of the family begins with the numbers.
    pub fn begins(&self, numbers: &[u64]) -> bool {
        key(numbers).is_some_and(|key| self.beginnings.contains(&key))
    }

    /// The lowest release; of a family that has none, the lowest version of anything.
    fn lowest_of_all(&self) -> Option<Key> {
        let of = |keys: &FxHashSet<Key>| keys.iter().copied().filter(|key| key[1] != ABSENT).min_by_key(order);
        of(&self.releases).or_else(|| of(&self.beginnings))
    }

    /// How likely the family is the project's own: many releases, no foreign owner, lines named by its versions.
    fn score(&self, linked: usize) -> usize {
        let tags = 4 * self.releases.len() + self.candidates + self.builds;
        let own = if self.owner.is_empty() { 4 } else { 1 };
        tags * own * (1 + linked.min(50))
    }

    /// Whether nothing but a word of cadence tells its tags from releases.
    fn says_a_cadence(&self) -> bool {
        let words = words::words(&self.owner);
        !words.is_empty() && words.iter().all(|word| words::cadence_rank(word).is_some())
    }

    /// Whether it has releases, and words of releases alone.
    fn is_of_releases(&self) -> bool {
        self.releases.len() > 1 && words::words(&self.owner).iter().all(|word| words::is_line_word(word))
    }

    /// Most numbers that releases have, those with a packager's counter included.
    pub fn longest_release(&self) -> usize {
        let is_release = |reading: &&TagReading| matches!(reading.rest, Rest::Release | Rest::Build(_));
        let of_releases = self.readings.iter().filter(is_release);
        of_releases.map(|reading| reading.run.numbers.len()).max().unwrap_or(0)
    }
}

/// Families that are looked at. Where a repository has more owners than this, the small ones are nobody's.
const LOOKED_AT: usize = 64;

/// The largest families, by owner.
pub(super) fn families(groups: &[Group], free: &[bool], project: Option<&str>) -> Vec<Family> {
    let mut by_owner: BTreeMap<String, Family> = BTreeMap::new();
    for (index, group) in groups.iter().enumerate().filter(|(index, _)| free[*index]) {
        let Some(reading) = tags::read(index, group) else {
            continue;
        };
        if matches!(reading.rest, Rest::Development | Rest::Other) {
            continue;
        }
        let owner = tags::owner(&reading.prefix, project);
        let family = by_owner.entry(owner.clone()).or_insert_with(|| Family { owner, ..Family::default() });
        family.learn(&reading, group);
        family.readings.push(reading);
    }
    let mut families: Vec<Family> = by_owner.into_values().filter(is_plausible).collect();
    families.sort_by_key(|family| std::cmp::Reverse(family.score(0)));
    families.truncate(LOOKED_AT);
    families.sort_by(|left, right| left.owner.cmp(&right.owner));
    families
}

/// Single numbers are versions only where nothing but `v` stands before several of them.
fn is_plausible(family: &Family) -> bool {
    let has_two = family.readings.iter().any(|reading| reading.run.numbers.len() > 1);
    has_two || (family.owner.is_empty() && family.releases.len() > 1)
}

/// The project's own family. `linked` says how many branches that look like lines a family's versions name. However
/// many tags say a cadence, they are not it where others are as well linked: `edge-18.10.1` beside `stable-2.14.0`.
pub(super) fn main_family(
    mut families: Vec<Family>,
    linked: impl Fn(&Family) -> usize,
) -> Option<(Family, Vec<Family>)> {
    let links: Vec<usize> = families.iter().map(linked).collect();
    let of_releases = families.iter().zip(&links).filter(|(family, _)| family.is_of_releases());
    let most_linked = of_releases.map(|(_, links)| *links).max();
    let best = families
        .iter()
        .zip(links)
        .enumerate()
        .filter(|(_, (family, links))| !family.says_a_cadence() || most_linked.is_none_or(|most| *links > most))
        .map(|(index, (family, links))| (family.score(links), index))
        .filter(|(score, _)| *score > 0)
        .max_by_key(|(score, index)| (*score, usize::MAX - index))?;
    let main = families.remove(best.1);
    Some((main, families))
}

/// Moves into `main` what other families hold of its past - versions below all of its own, made before them - and
/// candidates that say so before their version where releases have the project's name: `rc-8_22_0-1` of `curl-8_22_0`.
pub(super) fn adopt_past(
    main: &mut Family,
    mut others: Vec<Family>,
    groups: &[Group],
    tags: &[TagFact<'_>],
    ancestry: &mut dyn Ancestry,
) -> Vec<Family> {
    others.sort_by_key(|family| std::cmp::Reverse(family.highest().as_ref().map(order)));
    for family in &mut others {
        let is_past = !words::words(&family.owner).iter().any(|word| words::is_component_word(word))
            && fills_a_gap(family, main, groups, tags, ancestry);
        let form: Vec<(usize, char)> =
            main.readings.iter().map(|own| (own.run.numbers.len(), own.run.separator)).collect();
        let has_releases = !family.releases.is_empty();
        let (adopted, left): (Vec<TagReading>, Vec<TagReading>) =
            std::mem::take(&mut family.readings).into_iter().partition(|reading| {
                let is_release = reading.rest == Rest::Release;
                let is_prefixed = reading.prefix.is_empty()
                    && groups[reading.group].literal(0..reading.run.pieces.start).is_some_and(|text| !text.is_empty())
                    && form.contains(&(reading.run.numbers.len(), reading.run.separator));
                (is_past && (is_release || !has_releases)) || is_prefixed
            });
        family.readings = left;
        for reading in adopted {
            main.learn(&reading, &groups[reading.group]);
            main.readings.push(reading);
        }
    }
    others.retain(|family| !family.readings.is_empty());
    others
}

/// Whether a family's versions, and the times of its tags, lie before the first of `main`'s or between two of them that
/// follow each other, and lead on to the next: `hudson-1_395` before `jenkins-1_396`.
fn fills_a_gap(
    family: &Family,
    main: &Family,
    groups: &[Group],
    tags: &[TagFact<'_>],
    ancestry: &mut dyn Ancestry,
) -> bool {
    let (Some(lowest), Some(highest)) = (family.lowest_of_all(), family.highest()) else {
        return false;
    };
    let (low, high) = (order(&lowest), order(&highest));
    let before = main.releases.iter().filter(|key| order(key) < low).max_by_key(|key| order(key));
    let after = main.releases.iter().filter(|key| order(key) >= low).min_by_key(|key| order(key));
    let Some(after) = after.filter(|after| order(after) > high && after[0] <= highest[0] + 1) else {
        return false;
    };
    let commits = commits(main, groups, tags);
    let mut time = |key: &Key| commits.get(key).and_then(|commit| ancestry.time(*commit));
    let (after, before) = (time(after), before.map(&mut time));
    let (Some(first), Some(last)) = span(family, groups, tags, ancestry) else {
        return false;
    };
    after.is_some_and(|after| last < after) && before.is_none_or(|before| before.is_some_and(|before| before < first))
}

impl Family {
    fn learn(&mut self, reading: &TagReading, group: &Group) {
        for row in group.rows() {
            let numbers = &row[reading.run.numbers.clone()];
            for length in 1..=numbers.len() {
                self.beginnings.extend(key(&numbers[..length]));
            }
            match reading.rest {
                Rest::Release => self.releases.extend(key(numbers)),
                Rest::Build(_) => self.builds += 1,
                _ => self.candidates += 1,
            }
        }
    }

    /// The highest release; of a family that has none, the highest version of anything.
    fn highest(&self) -> Option<Key> {
        let of = |keys: &FxHashSet<Key>| keys.iter().copied().filter(|key| key[1] != ABSENT).max_by_key(order);
        of(&self.releases).or_else(|| of(&self.beginnings))
    }
}

/// Times of the family's first and last tags, judged by its lowest and highest versions.
fn span(
    family: &Family,
    groups: &[Group],
    tags: &[TagFact<'_>],
    ancestry: &mut dyn Ancestry,
) -> (Option<i64>, Option<i64>) {
    const SAMPLES: usize = 4;
    let (mut first, mut last) = (None::<i64>, None::<i64>);
    let has_releases = !family.releases.is_empty();
    for reading in family.readings.iter().filter(|reading| !has_releases || reading.rest == Rest::Release) {
        let group = &groups[reading.group];
        let mut rows: Vec<usize> = (0..group.len()).collect();
        rows.sort_by_key(|row| group.row(*row).to_vec());
        let ends = rows.iter().take(SAMPLES).chain(rows.iter().rev().take(SAMPLES));
        for row in ends {
            let time = tags[group.members[*row]].commit.and_then(|commit| ancestry.time(commit));
            if let Some(time) = time {
                first = Some(first.map_or(time, |first| first.min(time)));
                last = Some(last.map_or(time, |last| last.max(time)));
            }
        }
    }
    (first, last)
}

/// The newest releases, highest first.
pub(super) fn newest(family: &Family, count: usize) -> Vec<Key> {
    let mut newest: Vec<Key> = family.releases.iter().copied().collect();
    newest.sort_unstable_by_key(|key| std::cmp::Reverse(order(key)));
    newest.truncate(count);
    newest
}

/// The commit of each complete version of the family's releases.
pub(super) fn commits(family: &Family, groups: &[Group], tags: &[TagFact<'_>]) -> FxHashMap<Key, CommitId> {
    let mut commits = FxHashMap::default();
    for reading in family.readings.iter().filter(|reading| reading.rest == Rest::Release) {
        let group = &groups[reading.group];
        for (row, member) in group.members.iter().enumerate() {
            if let (Some(key), Some(commit)) = (key(&group.row(row)[reading.run.numbers.clone()]), tags[*member].commit)
            {
                commits.insert(key, commit);
            }
        }
    }
    commits
}
