//! Tags that record deploys: a deploy word or the name of an environment, and a date, a number, a version or a commit.

use std::collections::BTreeMap;
use std::ops::Range;

use super::shape::{Group, Piece};
use super::words;
use crate::domain::EnvironmentName;

/// A pattern of deploy tags.
#[derive(Debug, Clone)]
pub(super) struct DeployPattern {
    pub text: String,
    pub group: usize,
    /// Whether a moment of some kind - a date, a counter, a version - is in it.
    pub has_date: bool,
}

/// Where in a tag's name an environment stands: the middle of `deploy/<environment>/…`, what lies between a deploy word
/// and the first number, or a word that names an environment at the front or the end.
pub(super) fn environment(name: &str) -> Option<Range<usize>> {
    let first_end = name.find('/').unwrap_or(0);
    let first = &name[..first_end];
    let starts_with_deploy = words::words(name).first().is_some_and(|word| words::is_deploy_word(word));
    if words::is_deploy_word(&first.to_lowercase()) {
        let middle = &name[first_end + 1..];
        if let Some(length) = middle.find('/') {
            let range = first_end + 1..first_end + 1 + length;
            return is_environment(&name[range.clone()]).then_some(range);
        }
    }
    let number = first_number(name)?;
    let head = word_ranges(&name[..number]);
    if starts_with_deploy {
        let rest: Vec<&Range<usize>> = head.iter().skip(1).filter(|range| !is_mark(&name[(*range).clone()])).collect();
        let range = rest.first()?.start..rest.last()?.end;
        return is_environment(&name[range.clone()]).then_some(range);
    }
    let is_sure = |range: &Range<usize>| words::is_sure_environment(&name[range.clone()].to_lowercase());
    if let Some(at) = head.iter().position(is_sure) {
        let is_joined = at > 0 && name[head[at - 1].clone()].eq_ignore_ascii_case("pre");
        let start = if is_joined { head[at - 1].start } else { head[at].start };
        return Some(start..head[at].end);
    }
    let tail_start = name.rfind(|c: char| c.is_ascii_digit())? + 1;
    let tail = word_ranges(&name[tail_start..]);
    match tail.as_slice() {
        [only] if !only.is_empty() && only.start > 0 => {
            let range = tail_start + only.start..tail_start + only.end;
            let word = name[range.clone()].to_lowercase();
            (words::is_sure_environment(&word) && word != "canary").then_some(range)
        }
        _ => None,
    }
}

/// Words that stand before the number of a build and are no environment.
fn is_mark(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "v" | "build" | "version" | "release" | "run" | "no" | "number" | "to" | "r")
}

fn is_environment(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_alphabetic()) && EnvironmentName::new(text).is_ok()
}

/// The first digit that begins a word, or follows a `v`.
fn first_number(name: &str) -> Option<usize> {
    let bytes = name.as_bytes();
    (0..bytes.len()).find(|at| {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        bytes[*at].is_ascii_digit() && before.is_none_or(|byte| !byte.is_ascii_alphanumeric() || byte == b'v')
            || starts_sha(name, *at)
    })
}

fn starts_sha(name: &str, at: usize) -> bool {
    let bytes = name.as_bytes();
    if at > 0 && bytes[at - 1].is_ascii_alphanumeric() {
        return false;
    }
    let word = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).collect::<Vec<_>>();
    word.len() >= 7
        && word.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && word.iter().any(|byte| byte.is_ascii_digit())
}

fn word_ranges(text: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphabetic()) {
        match ranges.last_mut() {
            Some(last) if last.end == at => last.end = at + c.len_utf8(),
            _ => ranges.push(at..at + c.len_utf8()),
        }
    }
    ranges
}

/// Reads a shape of tags as deploys; `None` where it says neither a deploy word nor an environment.
pub(super) fn read(index: usize, group: &Group) -> Option<DeployPattern> {
    let has_environment = group.pieces.contains(&Piece::Environment);
    let words = group.words();
    let has_deploy = words.first().is_some_and(|word| words::is_deploy_word(word));
    if !has_environment && !has_deploy {
        return None;
    }
    let (text, has_date) = moment(group)?;
    let is_enough = has_deploy || group.len() > 1;
    is_enough.then_some(DeployPattern { text, group: index, has_date })
}

/// A shape whose numbers are a moment - a date with a number, a counter, a version, a commit - as a pattern; and whether
/// a date is in it.
pub(super) fn moment(group: &Group) -> Option<(String, bool)> {
    let date = group.date();
    let commits = commits(group)?;
    let mut fields: Vec<(Range<usize>, String)> = Vec::new();
    let runs = group.runs(date.as_ref().map(|date| &date.pieces));
    let mut counters = ["{seq}", "{build}"].into_iter();
    let mut has_version = false;
    for run in runs.iter().filter(|run| run.pieces.start < commits.start) {
        // Beside a date two numbers are a version only before it: `18.3.202508011200`.
        let may_be_version = date.as_ref().is_none_or(|date| run.pieces.end <= date.pieces.start);
        if !has_version && may_be_version && (2..=4).contains(&run.numbers.len()) {
            fields.extend(super::tags::version_fields(run, run.numbers.len(), date.is_none())?);
            has_version = true;
        } else {
            for number in 0..run.numbers.len() {
                let place = run.pieces.start + 2 * number;
                fields.push((place..place + 1, counters.next()?.to_owned()));
            }
        }
    }
    if let Some(date) = &date {
        fields.push((date.pieces.clone(), date.field()));
    }
    if !commits.is_empty() {
        fields.push((commits, "{label}".to_owned()));
    }
    if fields.is_empty() {
        return None;
    }
    fields.sort_by_key(|(range, _)| range.start);
    Some((group.pattern(&fields)?, date.is_some()))
}

/// The pieces that name a commit, or several joined by signs up to the end of the name; `None` where more stands between
/// them.
fn commits(group: &Group) -> Option<Range<usize>> {
    let count = group.pieces.len();
    let is_commit = |piece: &usize| group.pieces[*piece] == Piece::Sha;
    let Some(first) = (0..count).find(is_commit) else {
        return Some(count..count);
    };
    if (first + 1..count).find(is_commit).is_none() {
        return Some(first..first + 1);
    }
    let is_joint = |piece: &Piece| matches!(piece, Piece::Text(text) if words::words(text).is_empty());
    let is_plain = group.pieces[first..].iter().all(|piece| *piece == Piece::Sha || is_joint(piece));
    is_plain.then_some(first..count)
}

/// The environments of a set of names in promotion order: by what they are called, then by how often one comes first.
pub(super) fn environments<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        if let Some(range) = environment(name) {
            *counts.entry(&name[range]).or_default() += 1;
        }
    }
    let mut environments: Vec<(usize, std::cmp::Reverse<usize>, &str)> = counts
        .into_iter()
        .map(|(name, count)| (words::environment_rank(name), std::cmp::Reverse(count), name))
        .collect();
    environments.sort_unstable();
    environments.into_iter().map(|(_, _, name)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::shape;
    use super::*;

    fn pattern(names: &[&str]) -> Option<String> {
        let groups = shape::group(names.iter().copied().enumerate(), environment);
        let [group] = groups.as_slice() else {
            return None;
        };
        read(0, group).map(|pattern| pattern.text)
    }

    #[test]
    fn reads_deploy_tags_in_the_forms_people_use() {
        for (names, expected) in [
            (["deploy/production/2026-01-02.3", "deploy/staging/2026-01-02.1"], "deploy/{environment}/{date}.{seq}"),
            (["deploy/eu-west-1/2026-01-02.3", "deploy/us-east-2/2026-01-02.1"], "deploy/{environment}/{date}.{seq}"),
            (["prod-20260102", "staging-20260103"], "{environment}-{date:%Y%m%d}"),
            (["production/2026-01-02", "staging/2026-01-03"], "{environment}/{date}"),
            (["deploy-prod-2026-01-02-1", "deploy-pre-prod-2026-01-02-12"], "deploy-{environment}-{date}-{seq}"),
            (["deploy/2026-01-02.3", "deploy/2026-01-03.1"], "deploy/{date}.{seq}"),
            (["deploy@1718000000", "deploy@1718100000"], "deploy@{seq}"),
            (["production/1234", "production/1235"], "{environment}/{seq}"),
            (["production-v1.2.3", "staging-v1.2.3"], "{environment}-v{version}"),
            (["2026-01-02-production", "2026-01-02-staging"], "{date}-{environment}"),
            (["prod-3f2a9c1d", "prod-00ab12cd"], "{environment}-{label}"),
            (
                ["deploy/18.3.202508011200+3f2a9c1d.00ab12cd", "deploy/18.3.202508021200+3f2a9c1e.00ab12ce"],
                "deploy/{major}.{minor}.{date:%Y%m%d%H%M}+{label}",
            ),
            (["deployed/prod/2026.01.02", "deployed/qa/2026.01.03"], "deployed/{environment}/{date:%Y.%m.%d}"),
            (
                ["deploy/prod/20260102T101500Z", "deploy/prod/20260103T101500Z"],
                "deploy/{environment}/{date:%Y%m%dT%H%M%SZ}",
            ),
        ] {
            assert_eq!(pattern(&names).as_deref(), Some(expected), "{names:?}");
        }
    }

    #[test]
    fn other_tags_are_no_deploys() {
        for names in [["v1.2.3", "v1.2.4"], ["production", "production"], ["jenkins-2.5", "jenkins-2.6"]] {
            assert_eq!(pattern(&names), None, "{names:?}");
        }
    }
}
