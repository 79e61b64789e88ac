//! Lines known by a label that is not their version - `stable/2025.1` carrying `31.0.0` - and the tags that close lines.
//! A label says nothing by itself, so tags beyond trunk or closing tags must speak for it.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::input::{Ancestry, BranchFact, TagFact};
use super::shape::Group;
use super::words;
use crate::domain::{CommitId, Stage};

/// Branches that are asked about their tags, for each form.
const SAMPLES: usize = 8;

/// Tags that say which stage a line has come to: `{label}-eol`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Closing {
    pub pattern: String,
    pub stage: Stage,
    /// The lines that are closed.
    pub labels: Vec<String>,
}

const CLOSINGS: [(&str, Stage); 7] = [
    ("end-of-life", Stage::EndOfLife),
    ("eol", Stage::EndOfLife),
    ("eom", Stage::Unmaintained),
    ("em", Stage::Unmaintained),
    ("unmaintained", Stage::Unmaintained),
    ("EOL", Stage::EndOfLife),
    ("EOM", Stage::Unmaintained),
];

impl Closing {
    /// The pattern with the fields of a numbered line where all labels are such numbers: `{major}.{minor}-eol`.
    pub fn numbered(&self) -> String {
        let fields = ["{major}", "{major}.{minor}", "{major}.{minor}.{patch}"];
        let is_number = |part: &str| part.parse::<u64>().is_ok();
        let fits = |count: usize| {
            let mut labels = self.labels.iter();
            labels.all(|label| label.split('.').count() == count && label.split('.').all(is_number))
        };
        match (1..=fields.len()).find(|count| fits(*count)) {
            Some(count) => self.pattern.replace("{label}", fields[count - 1]),
            None => self.pattern.clone(),
        }
    }
}

/// The closing tags of a repository, by pattern.
pub(super) fn closings(tags: &[TagFact<'_>]) -> Vec<Closing> {
    let mut found: BTreeMap<(String, &'static str), Closing> = BTreeMap::new();
    for tag in tags {
        let Some((stem, word, stage)) = CLOSINGS.iter().find_map(|(word, stage)| {
            let stem = tag.name.strip_suffix(word)?;
            stem.ends_with(['-', '_']).then_some((stem, *word, *stage))
        }) else {
            continue;
        };
        let joint = &stem[stem.len() - 1..];
        let stem = &stem[..stem.len() - 1];
        let (prefix, label) = split_stem(stem);
        if label.is_empty() || !label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) {
            continue;
        }
        let pattern = format!("{prefix}{{label}}{joint}{word}");
        let entry = found.entry((pattern.clone(), word));
        entry.or_insert_with(|| Closing { pattern, stage, labels: Vec::new() }).labels.push(label.to_owned());
    }
    let mut closings: Vec<Closing> = found.into_values().collect();
    closings.sort_by_key(|closing| (std::cmp::Reverse(closing.labels.len()), closing.pattern.clone()));
    closings
}

/// What stands before a label: everything up to a slash, a word of lines, the `v` of a number.
fn split_stem(stem: &str) -> (&str, &str) {
    let after_slash = stem.rfind('/').map_or(0, |at| at + 1);
    let rest = &stem[after_slash..];
    let word = rest.find(['-', '_']).filter(|at| words::is_labelled_word(&rest[..*at].to_lowercase()));
    let after_word = after_slash + word.map_or(0, |at| at + 1);
    let rest = &stem[after_word..];
    let is_v = rest.starts_with('v') && rest[1..].starts_with(|c: char| c.is_ascii_digit());
    stem.split_at(after_word + usize::from(is_v))
}

/// A form of labelled lines.
#[derive(Debug, Clone)]
pub(super) struct LabelPattern {
    pub text: String,
    newest: i64,
    count: usize,
}

/// The patterns of labelled lines among the groups that are `free`: a word of lines and a label, or an unknown word and
/// numbers that no version has, where closing tags or the tags on most branches speak for it. `tag_commits` are the
/// commits of release tags.
pub(super) fn label_patterns(
    groups: &[Group],
    free: &[bool],
    branches: &[BranchFact<'_>],
    closings: &[Closing],
    tag_commits: &FxHashMap<CommitId, Vec<Vec<u64>>>,
    ancestry: &mut dyn Ancestry,
) -> Vec<LabelPattern> {
    let closed: FxHashSet<&str> = closings.iter().flat_map(|closing| &closing.labels).map(String::as_str).collect();
    let mut forms: BTreeMap<String, (bool, Vec<usize>)> = BTreeMap::new();
    for (group, _) in groups.iter().zip(free).filter(|(_, free)| **free) {
        for member in &group.members {
            if let Some((prefix, _)) = split(branches[*member].name) {
                let form = forms.entry(format!("{prefix}{{label}}")).or_default();
                form.0 = true;
                form.1.push(*member);
            }
        }
        if let Some(text) = numbered_form(group) {
            forms.entry(text).or_default().1.extend(group.members.iter().copied());
        }
    }
    let mut patterns = Vec::new();
    for (text, (has_word, mut members)) in forms {
        members.sort_unstable();
        members.dedup();
        let is_closed = has_word
            && members
                .iter()
                .any(|member| split(branches[*member].name).is_some_and(|(_, label)| closed.contains(label)));
        let is_carrying = (has_word || members.len() > 2) && carries_tags(&members, branches, tag_commits, ancestry);
        if is_closed || is_carrying {
            let newest = members.iter().filter_map(|member| ancestry.time(branches[*member].tip)).max();
            patterns.push(LabelPattern { text, newest: newest.unwrap_or(i64::MIN), count: members.len() });
        }
    }
    patterns.sort_by_key(|pattern| (std::cmp::Reverse(pattern.newest), pattern.text.clone()));
    patterns
}

/// How many branches the patterns name.
pub(super) fn count(patterns: &[LabelPattern]) -> usize {
    patterns.iter().map(|pattern| pattern.count).sum()
}

/// `stable/` and `2025.1`.
fn split(name: &str) -> Option<(&str, &str)> {
    let at = name.rfind('/').or_else(|| name.find(['-', '_']))?;
    let (prefix, label) = name.split_at(at + 1);
    let is_word = words::words(prefix).iter().all(|word| words::is_labelled_word(word));
    let is_label = !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    (is_word && is_label && !words::words(label).iter().any(|word| words::is_work_word(word)))
        .then_some((prefix, label))
}

/// Numbers after a constant word: `rust-1.80.0` as `rust-{label}`.
fn numbered_form(group: &Group) -> Option<String> {
    let [run] = group.runs(None).try_into().ok()?;
    let words = group.words();
    if words.is_empty() || words.len() > 2 || words.iter().any(|word| words::is_work_word(word)) {
        return None;
    }
    let is_whole = run.separator == '.' || run.numbers.len() == 1;
    is_whole.then(|| group.pattern(&[(run.pieces, "{label}".to_owned())])).flatten()
}

/// Whether half of the newest branches reach release tags that trunk does not.
fn carries_tags(
    members: &[usize],
    branches: &[BranchFact<'_>],
    tag_commits: &FxHashMap<CommitId, Vec<Vec<u64>>>,
    ancestry: &mut dyn Ancestry,
) -> bool {
    let mut newest: Vec<(i64, usize)> =
        members.iter().map(|member| (ancestry.time(branches[*member].tip).unwrap_or(i64::MIN), *member)).collect();
    newest.sort_unstable_by(|left, right| right.cmp(left));
    newest.truncate(SAMPLES);
    let carrying = newest
        .iter()
        .filter(|(_, member)| {
            ancestry.beyond_trunk(branches[*member].tip).iter().any(|commit| tag_commits.contains_key(commit))
        })
        .count();
    carrying > 0 && 2 * carrying >= newest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_closing_tags() {
        let names = ["yoga-eol", "2024.2-eol", "zed-eom", "v1.8-eol", "release/1.7-eol", "nothing", "v1.2.3"];
        let tags: Vec<TagFact> = names.into_iter().map(|name| TagFact { name, commit: None }).collect();
        let found: Vec<(String, usize)> =
            closings(&tags).into_iter().map(|closing| (closing.pattern, closing.labels.len())).collect();
        let expected = [("{label}-eol", 2), ("release/{label}-eol", 1), ("v{label}-eol", 1), ("{label}-eom", 1)];
        for (pattern, count) in expected {
            assert!(found.contains(&(pattern.to_owned(), count)), "{pattern}: {found:?}");
        }
    }
}
