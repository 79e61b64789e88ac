//! Commit messages as text that can be trusted to be text: decoded, split into subject and body, and condensed to the
//! lines that say something about the change (trailers, notices of picks, reverts and breaking changes, the title of a
//! merged pull request). What these lines mean is decided elsewhere.

use std::borrow::Cow;

/// Bytes of a body that are kept at most, so that a message of fifty megabytes costs no more than another.
const KEPT_LIMIT: usize = 8 * 1024;

/// A decoded message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// The first paragraph, its lines joined by single blanks, as git forms a subject. Empty for an empty message.
    pub subject: String,
    /// Everything after the first paragraph, line ends as `\n`.
    pub body: String,
}

/// What a merge commit says about the pull request it merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequestTitle {
    /// The request's number with its mark, `#123` or `!45`; `None` where the merge names a branch only.
    pub number: Option<String>,
    /// The title people gave it; `None` where the message has none.
    pub title: Option<String>,
}

/// Text in the encoding that a commit declares; Latin-1 where it declares that, otherwise UTF-8 with a mark in place of
/// what is not.
pub fn decode<'b>(bytes: &'b [u8], encoding: Option<&str>) -> Cow<'b, str> {
    let is_latin = encoding.is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        name.starts_with("iso-8859-1") || name.starts_with("iso8859-1") || name == "latin1" || name == "cp1252"
    });
    if is_latin && std::str::from_utf8(bytes).is_err() {
        return Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect());
    }
    String::from_utf8_lossy(bytes)
}

impl Message {
    /// Decodes and splits the bytes of a message; `encoding` is the commit's header of that name.
    pub fn decode(bytes: &[u8], encoding: Option<&str>) -> Self {
        Self::new(&decode(bytes, encoding))
    }

    /// Splits a text.
    pub fn new(text: &str) -> Self {
        let mut lines = text.lines().skip_while(|line| line.trim().is_empty());
        let mut subject = String::new();
        for line in lines.by_ref().take_while(|line| !line.trim().is_empty()) {
            if !subject.is_empty() {
                subject.push(' ');
            }
            subject.push_str(line.trim());
        }
        let mut body = String::new();
        for line in lines {
            body.push_str(line.trim_end());
            body.push('\n');
        }
        body.truncate(body.trim_end().len());
        let leading = body.len() - body.trim_start_matches('\n').len();
        body.drain(..leading);
        Self { subject, body }
    }

    /// The message with its body reduced to the lines that say something about the change, eight kibibytes at most.
    /// What is kept reads the same again: condensing twice is condensing once.
    #[must_use]
    pub fn condense(&self, is_merge: bool) -> Self {
        let mut body = String::new();
        let last = last_paragraph(&self.body);
        let mut position = 0;
        // A merge that was picked onto a line is no merge there, but its title still says what it is.
        let is_merge = is_merge || self.subject.starts_with("Merge ");
        let mut keep_paragraph = is_merge;
        let mut in_fence = false;
        let mut seen_text = false;
        for line in self.body.split_inclusive('\n') {
            let start = position;
            position += line.len();
            let line = line.trim_end();
            if line.is_empty() {
                keep_paragraph = (is_merge && !seen_text) || in_fence;
                if body.len() > 1 && !body.ends_with("\n\n") {
                    body.push('\n');
                }
                continue;
            }
            seen_text = true;
            let fence = line.trim_start().strip_prefix("```").map(str::trim);
            let closes_note = in_fence && fence.is_some();
            in_fence |= fence.is_some_and(|language| language.starts_with("release-note"));
            keep_paragraph |= starts_kept_paragraph(line);
            if (keep_paragraph || in_fence || start >= last || is_mark(line)) && body.len() + line.len() < KEPT_LIMIT {
                body.push_str(line);
                body.push('\n');
            }
            if closes_note {
                (in_fence, keep_paragraph) = (false, false);
            }
        }
        body.truncate(body.trim_end().len());
        Self { subject: self.subject.clone(), body }
    }

    /// What the message of a merge commit says of the pull request, in the words of the common forges and bots.
    pub fn pull_request(&self) -> Option<PullRequestTitle> {
        let first_line = || self.body.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned);
        let numbered = |rest: &str, mark: &str| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            (!digits.is_empty()).then(|| format!("{mark}{digits}"))
        };
        for start in ["Merge pull request #", "Merge PR #", "Auto merge of #", "Merge #"] {
            if let Some(rest) = self.subject.strip_prefix(start) {
                let inline = rest.split_once(": ").map(|(_, title)| title.trim().to_owned());
                let from_subject = inline.filter(|title| start.len() < 12 && !title.is_empty());
                return Some(PullRequestTitle { number: numbered(rest, "#"), title: from_subject.or_else(first_line) });
            }
        }
        if let Some(rest) = self.subject.strip_prefix("Merged in ") {
            let number = rest.split_once("(pull request #").and_then(|(_, tail)| numbered(tail, "#"));
            return Some(PullRequestTitle { number, title: first_line() });
        }
        if let Some(title) = self.subject.strip_prefix("Merge \"").and_then(|rest| rest.split_once('"')) {
            return Some(PullRequestTitle { number: None, title: Some(title.0.to_owned()) });
        }
        if self.subject.starts_with("Merge branch '") {
            let request = self.body.lines().find_map(|line| line.trim().strip_prefix("See merge request "))?;
            let number = request.rsplit_once('!').and_then(|(_, digits)| numbered(digits, "!"));
            let title = first_line().filter(|line| !line.starts_with("See merge request "));
            return Some(PullRequestTitle { number, title });
        }
        None
    }
}

/// Byte offset where the last paragraph begins. Notices of picks that stand below it in paragraphs of their own do not
/// count: the trailers are above them.
fn last_paragraph(body: &str) -> usize {
    let mut body = body.trim_end();
    loop {
        let start = body.rfind("\n\n").map_or(0, |at| at + 2);
        if start == 0 || !body[start..].lines().all(|line| line.starts_with("(cherry picked from ")) {
            return start;
        }
        body = body[..start].trim_end();
    }
}

/// Paragraphs that are kept whole: the text of a breaking change.
fn starts_kept_paragraph(line: &str) -> bool {
    line.starts_with("BREAKING CHANGE") || line.starts_with("BREAKING-CHANGE")
}

/// Lines that are kept wherever they stand.
fn is_mark(line: &str) -> bool {
    const STARTS: [&str; 16] = [
        "This reverts ",
        "Reverts ",
        "Revert ",
        "Reapply ",
        "Changelog:",
        "Release-Note:",
        "See merge request ",
        "Cherry-pick",
        "Original-commit:",
        "Ported-from:",
        "Change-Id:",
        "Backport-To:",
        "Cc: stable",
        "Fixes: ",
        "- #",
        "* #",
    ];
    const PARTS: [&str; 10] = [
        "cherry picked from",
        "pstream commit",
        " upstream.",
        "backport",
        "Backport",
        "cherry-pick",
        "Cherry pick of #",
        "(Merged from ",
        "CVE-",
        "GHSA-",
    ];
    let line = line.trim_start();
    // The end of a sentence that was wrapped before the id.
    let word = line.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let is_whole_id = || word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    line.len() < 500
        && (STARTS.iter().any(|start| line.starts_with(start))
            || PARTS.iter().any(|part| line.contains(part))
            || is_whole_id())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_subject_is_the_first_paragraph() {
        let message = Message::new("\n\nOne\ntwo\r\n\r\n\nBody  \n\nEnd\n\n");
        assert_eq!(message, Message { subject: "One two".into(), body: "Body\n\nEnd".into() });
    }

    #[test]
    fn bytes_that_are_not_utf8_become_text() {
        assert_eq!(Message::decode(b"caf\xe9", Some("ISO-8859-1")).subject, "café");
        assert_eq!(Message::decode(b"caf\xe9", None).subject, "caf\u{fffd}");
    }

    #[test]
    fn condensing_keeps_lines_that_name_a_weakness() {
        let text =
            "S\n\nProse\nthat repairs CVE-2026-1234 and\nsee GHSA-aaaa-bbbb-cccc for more\n\nprose again\n\nRefs: #2";
        let kept = Message::new(text).condense(false);
        assert_eq!(kept.body, "that repairs CVE-2026-1234 and\nsee GHSA-aaaa-bbbb-cccc for more\n\nRefs: #2");
    }

    #[test]
    fn condensing_keeps_what_says_something_about_the_change() {
        let text = "S\n\nLong prose\nmore prose\n\nBREAKING CHANGE: the port\nhas moved\n\nprose\n(cherry picked from commit 12)\n\nprose again\n\nFixes: #1\nRefs: #2";
        let kept = Message::new(text).condense(false);
        assert_eq!(
            kept.body,
            "BREAKING CHANGE: the port\nhas moved\n\n(cherry picked from commit 12)\n\nFixes: #1\nRefs: #2"
        );
    }

    #[test]
    fn condensing_keeps_trailers_above_the_notice_of_a_pick() {
        let body = "Refs: #1\n\n(cherry picked from commit 12)\n\n(cherry picked from commit 34)";
        assert_eq!(Message::new(&format!("S\n\nprose\n\n{body}")).condense(false).body, body);
    }

    #[test]
    fn condensing_keeps_a_release_note_block() {
        let text = "S\n\nprose\n\n```release-note\nIt works.\n\nReally.\n```\n\n```text\nx\n```\n\nA: b";
        assert_eq!(Message::new(text).condense(false).body, "```release-note\nIt works.\n\nReally.\n```\n\nA: b");
    }

    #[test]
    fn reads_the_titles_of_merged_pull_requests() {
        for (text, number, title) in [
            ("Merge pull request #12 from a/b\n\nAdd it\n\nmore", Some("#12"), Some("Add it")),
            ("Merge branch 'x' into 'main'\n\nAdd it\n\nSee merge request g/p!34", Some("!34"), Some("Add it")),
            ("Auto merge of #9 - a:b, r=c\n\nAdd it", Some("#9"), Some("Add it")),
            ("Merge \"Add it\"", None, Some("Add it")),
            ("Merge #7: Add it", Some("#7"), Some("Add it")),
            ("Merge pull request #12 from a/b", Some("#12"), None),
        ] {
            let found = Message::new(text).pull_request().unwrap();
            assert_eq!((found.number.as_deref(), found.title.as_deref()), (number, title), "{text}");
        }
        assert_eq!(Message::new("Merge branch 'main' into x").pull_request(), None);
    }

    proptest! {
        #[test]
        fn condensing_twice_is_condensing_once(text in "([A-Za-z:` #]{0,12}\n{0,2}(BREAKING CHANGE: x\n|```release-note\n|```\n|This reverts commit 1.\n|\n\\(cherry picked from commit 1\\)\n)?){0,12}") {
            let once = Message::new(&format!("S\n\n{text}")).condense(false);
            prop_assert_eq!(&Message::new(&format!("S\n\n{}", once.body)).condense(false), &once);
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let message = Message::decode(&bytes, None);
            let _ = (message.condense(true), message.condense(false).pull_request());
        }
    }
}
