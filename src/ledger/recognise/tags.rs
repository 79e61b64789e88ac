//! What the shapes of tags can mean on their own: a version with text around it, and what that text says - the release
//! itself, a candidate, a build of a managed line, a build for developers. Whose versions they are is decided in
//! `family`.

use std::ops::Range;

use super::shape::{Group, Piece, Run};
use super::words;

/// How mature the candidates of a shape are; the greater is nearer to the release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Maturity {
    Early,
    Release,
}

/// What follows a version in a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rest {
    /// Nothing, or a word that means the release itself.
    Release,
    /// The numbers that count candidates, each by its piece and its column.
    Candidate { maturity: Maturity, columns: Vec<(usize, usize)> },
    /// A number or two after a dash: `-150.0`, or a packager's `-1`; each by its piece and its column.
    Build(Vec<(usize, usize)>),
    /// Nobody releases these.
    Development,
    /// A customer's hotfix, a debug build, anything else.
    Other,
}

/// A shape of tags, read as a version.
#[derive(Debug, Clone)]
pub(super) struct TagReading {
    /// Which group of tags.
    pub group: usize,
    /// Text before the version, without a candidate's word.
    pub prefix: String,
    pub run: Run,
    pub rest: Rest,
    /// The piece of a number in build metadata: `+k3s1`.
    pub metadata: Option<usize>,
}

/// The words of a prefix that tell one project's tags from another's: empty for `v`, `release-` and the project's own
/// name.
pub(super) fn owner(prefix: &str, project: Option<&str>) -> String {
    let words = words::words(prefix);
    let foreign: Vec<&str> = words.iter().map(String::as_str).filter(|word| !words::is_neutral_word(word)).collect();
    let own = project.map(|project| words::words(project).concat()).unwrap_or_default();
    if foreign.concat() == own || words.concat() == own { String::new() } else { foreign.join(" ") }
}

/// Reads a shape as a version; `None` where it has no numbers that could be one.
pub(super) fn read(index: usize, group: &Group) -> Option<TagReading> {
    let runs = group.runs(None);
    let is_version = |run: &&Run| (2..=4).contains(&run.numbers.len());
    let run = runs.iter().find(|run| is_version(run) && run.separator != '-').or_else(|| {
        let first = runs.first()?;
        (first.numbers.len() <= 4).then_some(first)
    })?;
    let before = group.literal(0..run.pieces.start)?;
    if before.ends_with(|c: char| c.is_ascii_alphabetic()) && before.len() > 24 {
        return None;
    }
    let (prefix, early) = candidate_prefix(&before);
    let is_metadata = |piece: &usize| matches!(&group.pieces[*piece], Piece::Text(text) if text.starts_with('+'));
    let all = run.pieces.end..group.pieces.len();
    let core_end = all.clone().find(is_metadata).unwrap_or(all.end);
    let mut counted = (core_end..all.end).filter(|piece| group.pieces[*piece] == Piece::Number);
    let metadata = counted.next();
    let is_odd = counted.next().is_some() || (core_end..all.end).any(|piece| group.pieces[piece] == Piece::Sha);
    let rest = match rest(group, all.start..core_end, run.numbers.end) {
        _ if is_odd => Rest::Other,
        Rest::Candidate { .. } if core_end < all.end && metadata.is_none() => Rest::Other,
        Rest::Release if early => Rest::Candidate { maturity: Maturity::Release, columns: Vec::new() },
        Rest::Build(columns) if early => Rest::Candidate { maturity: Maturity::Release, columns },
        _ if early => Rest::Other,
        rest => rest,
    };
    Some(TagReading { group: index, prefix, run: run.clone(), rest, metadata })
}

/// Takes a candidate's word from the front of a prefix: `rc-8_22_0-1`.
fn candidate_prefix(prefix: &str) -> (String, bool) {
    for word in ["rc-", "rc/", "rc_", "beta-", "beta/", "alpha-"] {
        if let Some(rest) = prefix.strip_prefix(word) {
            return (rest.to_owned(), true);
        }
    }
    (prefix.to_owned(), false)
}

fn rest(group: &Group, pieces: Range<usize>, first_column: usize) -> Rest {
    if pieces.is_empty() {
        return Rest::Release;
    }
    let mut words = Vec::new();
    let mut columns = Vec::new();
    let mut column = first_column;
    for piece in pieces.clone() {
        match &group.pieces[piece] {
            Piece::Text(text) => words.extend(words::words(text)),
            Piece::Number => {
                columns.push((piece, column));
                column += 1;
            }
            Piece::Sha | Piece::Environment => return Rest::Other,
        }
    }
    if words.iter().any(|word| words::is_development_word(word)) {
        return Rest::Development;
    }
    if words.is_empty() {
        return build(group, &pieces, &columns);
    }
    if columns.is_empty() && words.iter().all(|word| words::is_final_word(word)) {
        return Rest::Release;
    }
    // `-rc42-ee`: an edition after the candidate.
    let last = pieces.end - 1;
    let is_edition = |text: &String| words::words(text).iter().all(|word| words::is_edition_word(word));
    match &group.pieces[last] {
        Piece::Text(text) if !columns.is_empty() && is_edition(text) => {
            let kept = words.len() - words::words(text).len();
            candidate(group, pieces.start..last, &words[..kept], columns)
        }
        _ => candidate(group, pieces, &words, columns),
    }
}

/// `-150.0`, `-3`: numbers only.
fn build(group: &Group, pieces: &Range<usize>, columns: &[(usize, usize)]) -> Rest {
    let Piece::Text(joint) = &group.pieces[pieces.start] else {
        return Rest::Other;
    };
    let ends_in_number = group.pieces[pieces.end - 1] == Piece::Number;
    if columns.is_empty() || columns.len() > 2 || !ends_in_number || !matches!(joint.as_str(), "-" | "_" | "-b") {
        return Rest::Other;
    }
    Rest::Build(columns.to_vec())
}

fn candidate(group: &Group, pieces: Range<usize>, words: &[String], columns: Vec<(usize, usize)>) -> Rest {
    let known = words.iter().all(|word| words::is_candidate_word(word));
    let Some(last) = words.last() else {
        return Rest::Other;
    };
    if words == ["m"] && columns.len() == 2 {
        // `-m3.1`: a milestone of a managed line and the hotfixes on it.
        return Rest::Build(columns);
    }
    // A single letter needs its number: `3.0.27a` is a patch by letter and no alpha.
    let is_counted = last.len() > 1 || !columns.is_empty();
    let ends_well = match &group.pieces[pieces.end - 1] {
        Piece::Text(text) => columns.is_empty() && words::words(text).last() == Some(last),
        _ => true,
    };
    if !known || !is_counted || !ends_well || columns.len() > 3 || last == "p" || last == "g" {
        return Rest::Other;
    }
    let maturity = match last.as_str() {
        "rc" | "c" | "cr" | "candidate" => Maturity::Release,
        _ => Maturity::Early,
    };
    Rest::Candidate { maturity, columns }
}

/// The fields of a version run: `{version}` where dots join two to four numbers, single numbers otherwise.
pub(super) fn version_fields(run: &Run, count: usize, whole: bool) -> Option<Vec<(Range<usize>, String)>> {
    if run.separator == '.' && whole && (2..=4).contains(&count) {
        let end = run.pieces.start + 2 * count - 1;
        return Some(vec![(run.pieces.start..end, "{version}".to_owned())]);
    }
    let names = ["{major}", "{minor}", "{patch}"];
    let places = (0..count).map(|number| run.pieces.start + 2 * number);
    (count <= names.len()).then(|| places.zip(names).map(|(place, name)| (place..place + 1, name.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::super::shape;
    use super::*;

    fn reading(name: &str) -> Option<TagReading> {
        let groups = shape::group([(0, name)].into_iter(), |_| None);
        read(0, &groups[0])
    }

    fn kind(name: &str) -> &'static str {
        match reading(name).map(|reading| reading.rest) {
            None => "none",
            Some(Rest::Release) => "release",
            Some(Rest::Candidate { maturity: Maturity::Release, .. }) => "candidate",
            Some(Rest::Candidate { .. }) => "early",
            Some(Rest::Build { .. }) => "build",
            Some(Rest::Development) => "development",
            Some(Rest::Other) => "other",
        }
    }

    #[test]
    fn reads_what_follows_a_version() {
        for (name, expected) in [
            ("v1.2.3", "release"),
            ("v3.0.0.RELEASE", "release"),
            ("v1.2.3-rc.1", "candidate"),
            ("app-1.2.3-rc", "candidate"),
            ("2.16.0rc1", "candidate"),
            ("33.0.0.0rc1", "candidate"),
            ("rc-8_22_0-1", "candidate"),
            ("v7.1.0.beta1", "early"),
            ("v1.0.0-alpha0", "early"),
            ("v17.1.0-ee", "release"),
            ("v17.1.0-rc42-ee", "candidate"),
            ("v1.30.1+k3s1", "release"),
            ("v1.30.1-rc1+k3s1", "candidate"),
            ("v2.43.0-rc.1+variant", "other"),
            ("v2.0.0-0.1.alpha1", "early"),
            ("v1.31.0-150.0", "build"),
            ("v1.24.0-m3.1", "build"),
            ("v2.4.3.0-1", "build"),
            ("v45.0.0-nightly.20260821", "development"),
            ("v1.22.0-dev", "development"),
            ("samba-3.0.27a", "other"),
            ("v2.7.6-debug-41809-1", "other"),
            ("v1.30.0-145.2-somebody", "other"),
            ("yoga-eol", "none"),
        ] {
            assert_eq!(kind(name), expected, "{name}");
        }
    }

    #[test]
    fn tells_whose_versions_they_are() {
        for (prefix, expected) in
            [("v", ""), ("release-", ""), ("acme-", ""), ("acme-v", ""), ("helm-acme-", "helm acme"), ("api/v", "api")]
        {
            assert_eq!(owner(prefix, Some("acme")), expected, "{prefix}");
        }
    }
}
