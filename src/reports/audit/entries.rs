//! Entries that tell readers what they had: all that an entry names was in the release that they come from.
//!
//! An entry is found only where everything says so: what it names is known, some of it was there before, none of it came
//! since, and it does not speak of an older change as such.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;
use rustc_hash::FxHashMap;

use super::books::{Book, is_same};
use super::model::Found;
use super::published::{PublishedEntry, PublishedSection};
use crate::domain::AuditRule;
use crate::graph::{Graph, Node, Prefixes};
use crate::history::{Baseline, Trunkward, Walker};
use crate::ledger::{ChannelState, Ledger, ReleaseKind};
use crate::reports::changelog::{Placed, previous};

static SHA: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:/commits?/|\(|\[|\b)([0-9a-f]{7,40})\b"));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:/pull/|/merge_requests/|(?:^|[\s(\[,])[#!])(\d{1,7})\b"));
static LINK: LazyLock<Regex> = LazyLock::new(|| regex(r"\[([^\]]*)\]\([^)]*\)"));
/// Words of entries that are about another change than their own.
static ABOUT_ANOTHER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(revert|reverts|reverted|regression|regressed|follow[- ]?up|introduced|reapply|re-apply|undo|since|again|backport|cherry)\b",
    )
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern that was tried")
}

/// Commits by what entries call them.
struct Names<'g> {
    numbers: FxHashMap<u64, Vec<Node>>,
    titles: FxHashMap<String, Vec<Node>>,
    prefixes: Prefixes,
    graph: &'g Graph,
}

/// A title shorter than that may be anybody's.
const SHORTEST_TITLE: usize = 20;

impl<'g> Names<'g> {
    fn new(graph: &'g Graph) -> Self {
        let mut names =
            Self { numbers: FxHashMap::default(), titles: FxHashMap::default(), prefixes: Prefixes::new(graph), graph };
        for node in graph.nodes() {
            let subject = graph.subject(node);
            for number in pull_requests(subject) {
                names.numbers.entry(number).or_default().push(node);
            }
            let title = plain_title(subject);
            if title.len() >= SHORTEST_TITLE {
                names.titles.entry(title).or_default().push(node);
            }
        }
        names
    }

    /// The commits that an entry names: by their ids, else by numbers of pull requests, else by its whole text.
    fn of(&self, entry: &PublishedEntry) -> Vec<Node> {
        let text = entry.text.as_str();
        let shas = SHA.captures_iter(text).filter_map(|found| found.get(1));
        let by_sha: Vec<Node> = shas
            .filter(|sha| sha.as_str().bytes().any(|byte| byte.is_ascii_digit()))
            .filter_map(|sha| self.prefixes.find(sha.as_str()))
            .collect();
        if !by_sha.is_empty() {
            return by_sha;
        }
        let numbers = NUMBER.captures_iter(text).filter_map(|found| found[1].parse::<u64>().ok());
        let by_number: Vec<Node> = numbers.filter_map(|number| self.numbers.get(&number)).flatten().copied().collect();
        if !by_number.is_empty() {
            return by_number;
        }
        self.titles.get(&plain_title(text)).cloned().unwrap_or_default()
    }
}

/// Numbers of the pull requests that a subject was merged by: those in brackets at its end, or of a merge.
fn pull_requests(subject: &str) -> Vec<u64> {
    let mut found = Vec::new();
    let mut rest = subject.trim_end();
    while let Some((before, number)) = rest.strip_suffix(')').and_then(|rest| rest.rsplit_once("(#")) {
        let Ok(number) = number.parse() else { break };
        found.push(number);
        rest = before.trim_end();
    }
    let merged = subject.strip_prefix("Merge pull request #").or_else(|| subject.strip_prefix("Merge PR #"));
    let digits = merged.map(|merged| merged.chars().take_while(char::is_ascii_digit).collect::<String>());
    found.extend(digits.and_then(|digits| digits.parse::<u64>().ok()));
    found
}

/// The first words of an entry as it is read: links by their texts.
fn beginning(text: &str) -> String {
    const SHOWN: usize = 80;
    let plain = LINK.replace_all(text, "$1");
    let mut shown: String = plain.chars().take(SHOWN).collect();
    if plain.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// A title without marks, scopes, numbers and links, in small letters.
fn plain_title(text: &str) -> String {
    let text = LINK.replace_all(text, "$1");
    let text = text.split(" (#").next().unwrap_or(&text);
    let text = text.split_once(": ").filter(|(before, _)| before.len() < 24).map_or(text, |(_, after)| after);
    let letters = text.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
    letters.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Entries that the previous release of their line had already.
pub(super) fn already_released(
    ledger: &Ledger,
    channel: &ChannelState,
    books: &[Book],
    since: Option<NaiveDate>,
) -> Vec<Found> {
    let graph = &ledger.graph;
    let trunkward = Trunkward::new(graph, graph.node(ledger.trunk.commit));
    let names = Names::new(graph);
    let mut baseline = Baseline::new(graph, &trunkward);
    let mut walker = Walker::new(graph);
    let mut found = Vec::new();
    for line in channel.lines.iter() {
        for at in 0..line.releases.len() {
            let placed = Placed { line, at };
            let release = placed.release();
            let is_recent = since.is_none_or(|since| release.date.date_naive() >= since);
            if release.kind == ReleaseKind::Candidate || !is_recent {
                continue;
            }
            let sections: Vec<(&Book, &PublishedSection)> = books
                .iter()
                .flat_map(|book| book.changelog.sections.iter().map(move |section| (book, section)))
                .filter(|(_, section)| section.version.as_ref().is_some_and(|known| is_same(known, &release.version)))
                .collect();
            let Some(before) = previous(ledger, channel, placed).filter(|_| !sections.is_empty()) else { continue };
            let (Some(old), Some(tip)) = (graph.node(before.commit), graph.node(release.commit)) else { continue };
            baseline.move_to(Some(old));
            let fresh = walker.range(tip, |node| baseline.contains(node));
            for (book, section) in sections {
                let is_old = |entry: &&PublishedEntry| is_had(&names, entry, &baseline, &fresh);
                let had: Vec<&PublishedEntry> = section.entries.iter().filter(is_old).collect();
                let Some(first) = had.first() else { continue };
                let share = match had.len() {
                    1 => String::new(),
                    count => format!(" in {count} of {} entries, such as", section.entries.len()),
                };
                let (version, old) = (&release.version, &before.version);
                let message = format!("{version} tells of what {old} had already{share}: {}", beginning(&first.text));
                found.push(
                    Found::in_book(AuditRule::AlreadyReleased, book, first.line, message)
                        .shared(version.to_string())
                        .released_on(release.date.date_naive()),
                );
            }
        }
    }
    found
}

/// Whether all that an entry names was there before. `fresh` is newest first.
fn is_had(names: &Names<'_>, entry: &PublishedEntry, baseline: &Baseline<'_>, fresh: &[Node]) -> bool {
    if ABOUT_ANOTHER.is_match(&entry.text) {
        return false;
    }
    let named = names.of(entry);
    let is_fresh = |node: &Node| fresh.binary_search(node).is_ok();
    // A pick of it that came since may go by another number and the same title.
    let same_title = |node: &Node| {
        let title = plain_title(names.graph.subject(*node));
        names.titles.get(&title).into_iter().flatten().any(is_fresh)
    };
    named.iter().any(|node| baseline.contains(*node)) && !named.iter().any(|node| is_fresh(node) || same_title(node))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_name_their_pull_requests() {
        assert_eq!(pull_requests("fix: count (#12) (#34)"), [34, 12]);
        assert_eq!(pull_requests("Merge pull request #7 from x/y"), [7]);
        assert!(pull_requests("fix #9 at last").is_empty());
    }

    #[test]
    fn titles_are_compared_without_marks() {
        let title = "count no job twice after a leader change";
        assert_eq!(plain_title("fix(jobs): Count no job twice after a leader change (#12)"), title);
        assert_eq!(plain_title("[Count no job twice](https://example.com) after a leader change"), title);
    }
}
