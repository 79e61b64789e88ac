//! What the body of a message says beside its subject: references, a kind in a trailer, a release note, the text of a
//! breaking change. Bodies come condensed, as `domain::Message::condense` leaves them.

use super::subject::{add_ref, issue_key, leading_number};
use crate::domain::ChangeKind;

/// What was found; empty for most commits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct BodyNotes<'a> {
    /// `Changelog: fixed`.
    pub kind: Option<ChangeKind>,
    /// A release note that takes the place of the subject.
    pub release_note: Option<String>,
    /// A release note that says there is nothing to say.
    pub is_opted_out: bool,
    /// The paragraph after `BREAKING CHANGE:`.
    pub breaking: Option<String>,
    /// `#12`, `KEY-12`, `CVE-2026-1234`, in the order of the body, each once.
    pub refs: Vec<String>,
    /// Whether a line stands alone with a CVE id.
    pub is_security: bool,
    /// Commits that are named as reverted, as written: hex digits, seven or more.
    pub reverted: Vec<&'a str>,
    /// Commits that are named as repaired, as written: hex digits, seven or more.
    pub repaired: Vec<&'a str>,
    /// `#12` in `Reverts owner/name#12`.
    pub reverted_request: Option<String>,
}

/// Keys of trailers whose values are references, in lower case.
const REF_KEYS: [&str; 16] = [
    "bug",
    "bug-url",
    "close",
    "closes",
    "closes-bug",
    "cve",
    "fix",
    "fixes",
    "issue",
    "issues",
    "partial-bug",
    "ref",
    "refs",
    "related-bug",
    "resolves",
    "see",
];

/// First words of a line such as `Fixes #12`, in lower case.
const REF_WORDS: [&str; 9] = ["close", "closed", "closes", "fix", "fixed", "fixes", "resolve", "resolved", "resolves"];

impl<'a> BodyNotes<'a> {
    /// Reads a body.
    pub(super) fn parse(body: &'a str) -> Self {
        let mut notes = Self::default();
        let mut lines = body.lines();
        while let Some(line) = lines.next() {
            let trimmed = line.trim();
            if trimmed.is_empty() {
                continue;
            }
            if let Some(language) = trimmed.strip_prefix("```")
                && language.trim().starts_with("release-note")
            {
                let block: Vec<&str> =
                    lines.by_ref().map(str::trim).take_while(|line| !line.starts_with("```")).collect();
                notes.take_release_note(&block.join(" "));
            } else if let Some(text) = breaking_text(trimmed) {
                let rest: Vec<&str> = lines.by_ref().map(str::trim).take_while(|line| !line.is_empty()).collect();
                let text = std::iter::once(text).chain(rest).collect::<Vec<_>>().join(" ");
                notes.breaking.get_or_insert(text);
            } else {
                notes.take_line(trimmed);
            }
        }
        notes
    }

    fn take_release_note(&mut self, text: &str) {
        let text = text.trim().trim_start_matches(['*', '-']).trim();
        let lower = text.trim_end_matches('.').to_ascii_lowercase();
        if ["", "none", "n/a", "no", "na"].contains(&lower.as_str()) {
            self.is_opted_out = true;
        } else {
            self.release_note.get_or_insert(text.to_owned());
        }
    }

    fn take_line(&mut self, line: &'a str) {
        if let Some(rest) = line.strip_prefix("This reverts commit") {
            self.take_reverted(rest.trim_start_matches('s'));
            return;
        }
        if let Some(rest) = line.strip_prefix("Reverts ") {
            let number =
                rest.trim_end_matches('.').split(' ').next().and_then(|word| word.find('#').map(|at| &word[at..]));
            self.reverted_request =
                self.reverted_request.take().or_else(|| number.and_then(leading_number).map(|n| n.1));
            return;
        }
        let alone = line.trim_matches(['[', ']', '(', ')', '.']);
        if alone.starts_with("CVE-") && issue_key(alone) == Some(alone.len()) {
            self.is_security = true;
            add_ref(&mut self.refs, alone.to_owned());
            return;
        }
        if let Some((key, value)) = line.split_once(':') {
            self.take_trailer(key, value.trim());
        }
        let mut words = line.split_ascii_whitespace();
        let is_ref_word = |word: &str| REF_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
        if words.next().is_some_and(is_ref_word) {
            self.take_refs(words.take_while(|word| word.starts_with('#') || *word == "and" || word.contains("#")));
        }
    }

    fn take_trailer(&mut self, key: &str, value: &'a str) {
        if key.eq_ignore_ascii_case("changelog") {
            self.kind = self.kind.or_else(|| changelog_kind(value));
        } else if key.eq_ignore_ascii_case("release-note") {
            self.take_release_note(value);
        } else if key.eq_ignore_ascii_case("fixes")
            && let Some(sha) = value.split(' ').next().filter(|word| is_sha(word))
        {
            self.repaired.push(sha);
        } else if REF_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            self.take_refs(value.split_ascii_whitespace());
        }
    }

    /// `#12`, `owner/name#12`, `KEY-12`, and the numbers in the addresses of issues and pull requests.
    fn take_refs<'w>(&mut self, words: impl Iterator<Item = &'w str>) {
        for word in words {
            let word = word.trim_matches([',', ';', '.', '(', ')', '<', '>']);
            let found = if let Some(at) = word.find(['#', '!']) {
                let number = leading_number(&word[at..]).filter(|(end, _)| at + end == word.len());
                number.map(|(_, number)| if at == 0 { number } else { format!("{}{number}", &word[..at]) })
            } else if word.starts_with("http") {
                ["/issues/", "/pull/", "/browse/"].iter().find_map(|part| word.split_once(part)).and_then(
                    |(_, tail)| {
                        let is_number = !tail.is_empty() && tail.bytes().all(|byte| byte.is_ascii_digit());
                        let key = issue_key(tail).filter(|end| *end == tail.len()).map(|_| tail.to_owned());
                        if is_number { Some(format!("#{tail}")) } else { key }
                    },
                )
            } else {
                issue_key(word).filter(|end| *end == word.len()).map(|_| word.to_owned())
            };
            if let Some(found) = found.filter(|found| found.len() < 100) {
                add_ref(&mut self.refs, found);
            }
        }
    }

    /// ` <sha>, reversing changes made to <sha>.` and ` <sha>, <sha> and <sha>.`
    fn take_reverted(&mut self, rest: &'a str) {
        for word in rest.split([' ', ',']).filter(|word| !word.is_empty()) {
            let hex = word.trim_matches(['.', '(', ')', '`']);
            if is_sha(hex) {
                self.reverted.push(hex);
            } else if hex != "and" && hex != "commit" && !hex.is_empty() {
                return;
            }
        }
    }
}

/// A full or abbreviated id; a number of seven digits is rather that of an issue.
fn is_sha(word: &str) -> bool {
    (7..=40).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_hexdigit())
        && (word.len() == 40 || word.bytes().any(|byte| !byte.is_ascii_digit()) || word.len() > 8)
}

/// The kind in `Changelog: fixed`; what says that there is no news is internal.
fn changelog_kind(value: &str) -> Option<ChangeKind> {
    let lower = value.trim().to_ascii_lowercase();
    match lower.as_str() {
        "none" | "skip" | "ignore" | "internal" => Some(ChangeKind::Internal),
        "other" => Some(ChangeKind::Changed),
        _ => lower.parse().ok(),
    }
}

/// The text after `BREAKING CHANGE:`, in either spelling.
fn breaking_text(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("BREAKING CHANGE").or_else(|| line.strip_prefix("BREAKING-CHANGE"))?;
    rest.strip_prefix(':').or_else(|| rest.strip_prefix(" #")).map(str::trim)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_trailers_and_references() {
        let notes = BodyNotes::parse(
            "Fixes #1 and #2\nCloses: https://example.com/o/n/issues/3\nRefs: o/n#4, KEY-5\nFixes: 123456789abc (\"x\")\nChangelog: security",
        );
        assert_eq!(notes.refs, ["#1", "#2", "#3", "o/n#4", "KEY-5"]);
        assert_eq!(notes.kind, Some(ChangeKind::Security));
        assert_eq!(notes.repaired, ["123456789abc"]);
    }

    #[test]
    fn reads_release_notes() {
        for (body, text, is_opted_out) in [
            ("```release-note\n* It works.\n  Really.\n```", Some("It works. Really."), false),
            ("```release-note\nNONE\n```", None, true),
            ("Release-Note: none", None, true),
            ("Release-Note: It works", Some("It works"), false),
            ("```text\nNONE\n```", None, false),
            ("```release-note", None, true),
        ] {
            let notes = BodyNotes::parse(body);
            assert_eq!((notes.release_note.as_deref(), notes.is_opted_out), (text, is_opted_out), "{body}");
        }
    }

    #[test]
    fn reads_breaking_changes_and_security_lines() {
        let notes = BodyNotes::parse("BREAKING CHANGE: the port\nhas moved\n\n[CVE-2026-1234]");
        assert_eq!(notes.breaking.as_deref(), Some("the port has moved"));
        assert!(notes.is_security);
        assert_eq!(notes.refs, ["CVE-2026-1234"]);
    }

    #[test]
    fn reads_what_is_reverted() {
        for (body, shas) in [
            ("This reverts commit 0123456789, reversing\nchanges made to abcdef0123.", vec!["0123456789"]),
            ("This reverts commits 0123456789 and abcdef0123.", vec!["0123456789", "abcdef0123"]),
            ("This reverts commit message.", vec![]),
        ] {
            assert_eq!(BodyNotes::parse(body).reverted, shas, "{body}");
        }
        assert_eq!(BodyNotes::parse("Reverts o/n#12.").reverted_request.as_deref(), Some("#12"));
    }

    proptest! {
        #[test]
        fn no_text_panics(body in "(\\PC{0,20}|This reverts commit [0-9a-f]{0,9}|Fixes:? #[0-9]{0,3}|```release-note|Reverts .#|BREAKING CHANGE:?|\n){0,12}") {
            let _ = BodyNotes::parse(&body);
        }
    }
}
