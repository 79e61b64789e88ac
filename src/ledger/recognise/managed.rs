//! The lines of a managed service: branches cut again and again from trunk, numbered or dated, and the tags made on them.
//! A counter alone is weak evidence - issues are counted, too - so it must be dense and say in a word, or in nearly no
//! word, what it is.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::family::{Family, key};
use super::input::{Ancestry, BranchFact};
use super::shape::{Group, Piece};
use super::tags::{Rest, TagReading};
use super::words;

/// A pattern of managed lines and of the tags on them.
#[derive(Debug, Clone)]
pub(super) struct ManagedLine {
    pub text: String,
    /// The numbers that name each line, in the order of the group's names.
    names: Vec<Vec<u64>>,
    /// How many of them are of the version, at the front.
    version: usize,
}

enum Counter {
    /// A version and the number of a build: `1.31.0-150`.
    Build,
    /// A number alone.
    Alone,
    Date,
    /// A version and a managed word.
    Version,
}

/// Where managed lines are looked for.
pub(super) struct Look<'l, 'n> {
    pub groups: &'l [Group],
    /// Groups that are nothing else.
    pub free: &'l [bool],
    pub branches: &'l [BranchFact<'n>],
    /// Counters and dates without a managed word count only if one had a commit since then.
    pub since: Option<i64>,
}

/// Patterns of managed lines, the most in use first.
pub(super) fn managed_lines(
    look: &Look<'_, '_>,
    family: Option<&Family>,
    own: &[String],
    ancestry: &mut dyn Ancestry,
) -> Vec<ManagedLine> {
    let mut found: Vec<(bool, i64, ManagedLine)> = Vec::new();
    for (group, _) in look.groups.iter().zip(look.free).filter(|(_, free)| **free) {
        let date = group.date().map_or(0..0, |date| date.pieces);
        let words = group.words_outside(&date);
        let is_managed = words.iter().any(|word| words::is_managed_word(word));
        let is_known = |word: &String| {
            words::is_managed_word(word) || words::is_line_word(word) || own.contains(word) || word.chars().count() == 1
        };
        if !words.iter().all(is_known) {
            continue;
        }
        let Some((counter, line)) = read(group) else {
            continue;
        };
        let is_line = match counter {
            Counter::Build => is_managed || (group.len() > 1 && !is_for_releases(&line, family)),
            Counter::Date => is_managed || group.len() > 2,
            Counter::Version => is_managed,
            Counter::Alone => is_counter(group, &line, &words, is_managed, family),
        };
        let newest = if is_line { newest(group, look.branches, ancestry) } else { None };
        // Two branches with such a word may be anything of long ago.
        let is_in_use =
            (is_managed && group.len() > 2) || newest.zip(look.since).is_none_or(|(newest, since)| newest >= since);
        if is_line && is_in_use {
            found.push((is_managed, newest.unwrap_or(i64::MIN), line));
        }
    }
    found.sort_by(|left, right| (right.0, right.1).cmp(&(left.0, left.1)).then_with(|| left.2.text.cmp(&right.2.text)));
    without_repetition(found.into_iter().map(|(_, _, line)| line).collect())
}

/// When one of a group's branches last got a commit, judged by the first and last names.
fn newest(group: &Group, branches: &[BranchFact<'_>], ancestry: &mut dyn Ancestry) -> Option<i64> {
    const SAMPLES: usize = 100;
    let ends = group.members.iter().take(SAMPLES).chain(group.members.iter().rev().take(SAMPLES));
    ends.filter_map(|member| ancestry.time(branches[*member].tip)).max()
}

/// Drops patterns that name what earlier ones name, and a lone branch beside many of another form: a slip of the pen.
fn without_repetition(mut lines: Vec<ManagedLine>) -> Vec<ManagedLine> {
    let mut named: FxHashSet<Vec<u64>> = FxHashSet::default();
    let largest = lines.iter().map(|line| line.names.len()).max().unwrap_or(0);
    lines.retain(|line| {
        let new = line.names.iter().filter(|name| !named.contains(*name)).count();
        let is_slip = line.names.len() == 1 && largest > 4;
        let keep = 2 * new > line.names.len() && !is_slip;
        if keep {
            named.extend(line.names.iter().cloned());
        }
        keep
    });
    lines
}

fn read(group: &Group) -> Option<(Counter, ManagedLine)> {
    let date = group.date();
    let runs = group.runs(date.as_ref().map(|date| &date.pieces));
    let mut fields: Vec<(Range<usize>, String)> = Vec::new();
    let mut columns: Vec<usize> = Vec::new();
    let mut version = 0;
    let counter = match (&date, runs.as_slice()) {
        (None, [run, build]) if run.numbers.len() > 1 && build.numbers.len() == 1 => {
            fields.extend(super::tags::version_fields(run, run.numbers.len(), true)?);
            fields.push((build.pieces.clone(), "{build}".to_owned()));
            version = run.numbers.len();
            columns.extend(run.numbers.clone().chain(build.numbers.clone()));
            Counter::Build
        }
        (None, [run]) if run.numbers.len() == 1 => {
            fields.push((run.pieces.clone(), "{build}".to_owned()));
            columns.extend(run.numbers.clone());
            Counter::Alone
        }
        (None, [run]) => {
            fields.extend(super::tags::version_fields(run, run.numbers.len(), run.numbers.len() > 2)?);
            version = run.numbers.len();
            columns.extend(run.numbers.clone());
            Counter::Version
        }
        (Some(date), rest) => {
            dated(date, rest, &mut fields, &mut columns)?;
            Counter::Date
        }
        _ => return None,
    };
    fields.sort_by_key(|(range, _)| range.start);
    let text = group.pattern(&fields)?;
    let names = group.rows().map(|row| columns.iter().map(|column| row[*column]).collect()).collect();
    Some((counter, ManagedLine { text, names, version }))
}

/// A date, with a version before it or a number after it.
fn dated(
    date: &super::dates::DateSpan,
    rest: &[super::shape::Run],
    fields: &mut Vec<(Range<usize>, String)>,
    columns: &mut Vec<usize>,
) -> Option<()> {
    match rest {
        [] => {}
        [run] if run.pieces.start >= date.pieces.end && run.numbers.len() == 1 => {
            fields.push((run.pieces.clone(), "{seq}".to_owned()));
        }
        [run] if run.pieces.end <= date.pieces.start && run.numbers.len() > 1 => {
            fields.extend(super::tags::version_fields(run, run.numbers.len(), true)?);
        }
        _ => return None,
    }
    fields.push((date.pieces.clone(), date.field()));
    columns.extend(date.numbers.clone());
    columns.extend(rest.iter().flat_map(|run| run.numbers.clone()));
    Some(())
}

/// Whether most names are of a version each, with a number beside it, and that version was released: the branch of a release,
/// named with its issue, and no build of many.
fn is_for_releases(line: &ManagedLine, family: Option<&Family>) -> bool {
    let Some(family) = family else { return false };
    let versions: FxHashSet<&[u64]> = line.names.iter().map(|name| &name[..line.version]).collect();
    let is_released = |version: &&&[u64]| key(version).is_some_and(|key| family.releases.contains(&key));
    versions.len() == line.names.len() && 2 * versions.iter().filter(is_released).count() > versions.len()
}

/// Whether a single number counts builds: dense, and nearly wordless where no managed word says it.
fn is_counter(group: &Group, line: &ManagedLine, words: &[String], is_managed: bool, family: Option<&Family>) -> bool {
    let mut numbers: Vec<u64> = line.names.iter().map(|name| name[0]).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else {
        return false;
    };
    let is_dense = (last - first) < 4 * numbers.len() as u64;
    let majors = family.map_or(0, |family| numbers.iter().filter(|number| family.begins(&[**number])).count());
    let names_majors = 2 * majors >= numbers.len();
    if is_managed {
        return group.len() > 1 && is_dense;
    }
    let is_short = matches!(words, [word] if word.chars().count() <= 2 && word != "v" && word != "x");
    let is_enough = numbers.len() > 2 || (numbers.len() == 2 && *first > 9 && last - first == 1);
    is_short && is_enough && is_dense && !names_majors
}

impl ManagedLine {
    /// The pattern of tags on these lines that a version reading gives: `v1.31.0-150.2` on `cloud/v1.31.0-150`. Most of
    /// its names, or of the lines', must meet.
    pub fn tag_pattern(&self, reading: &TagReading, group: &Group) -> Option<String> {
        let columns: Vec<usize> = match (&reading.rest, self.version) {
            (Rest::Build(counters), 1..) => {
                reading.run.numbers.clone().chain(counters.iter().map(|(_, column)| *column)).collect()
            }
            (Rest::Release, 0) => reading.run.numbers.clone().collect(),
            _ => return None,
        };
        let length = self.names.first()?.len();
        if columns.len() < length || columns.len() > length + 1 {
            return None;
        }
        let lines: FxHashSet<&[u64]> = self.names.iter().map(Vec::as_slice).collect();
        let mut seen: FxHashSet<Vec<u64>> = FxHashSet::default();
        let mut on_lines = 0;
        for row in group.rows() {
            let name: Vec<u64> = columns[..length].iter().map(|column| row[*column]).collect();
            if lines.contains(name.as_slice()) {
                on_lines += 1;
                seen.insert(name);
            }
        }
        let meets = on_lines > 0 && (2 * on_lines >= group.len() || 2 * seen.len() >= self.names.len());
        meets.then(|| self.fields(reading, group, &columns)).flatten()
    }

    fn fields(&self, reading: &TagReading, group: &Group, columns: &[usize]) -> Option<String> {
        let place = |column: usize| {
            let mut numbers = (0..group.pieces.len()).filter(|piece| group.pieces[*piece] == Piece::Number);
            numbers.nth(column).map(|piece| piece..piece + 1)
        };
        let mut fields =
            if self.version > 0 { super::tags::version_fields(&reading.run, self.version, true)? } else { Vec::new() };
        for (column, name) in columns[self.version..].iter().zip(["{build}", "{seq}"]) {
            fields.push((place(*column)?, name.to_owned()));
        }
        group.pattern(&fields)
    }
}
