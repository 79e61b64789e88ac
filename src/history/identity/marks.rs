//! What a message says of where its change comes from: ids and numbers on marker lines, keys, what it takes back, what it
//! repairs, where it is wanted. An id or a number anywhere else in a body is as often a related commit, and is not read.

use crate::history::subject::{issue_key, leading_number};

/// What one message says. Ids are as written, seven hex digits at least.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Marks<'m> {
    /// Ids that marker lines name, nearest last.
    pub ids: Vec<&'m str>,
    /// Numbers of pull requests that marker lines, or a title with two numbers, name as the original.
    pub numbers: Vec<u64>,
    /// The numbers in the subject, in its order: on trunk its own pull request, on a line maybe the backport's.
    pub own_numbers: Vec<u64>,
    /// Keys that several commits share when they belong together: change ids, security ids, issues of a tracker.
    pub keys: Vec<&'m str>,
    /// Ids that the message says it takes back.
    pub reverts: Vec<&'m str>,
    /// Ids of the commits that the change repairs.
    pub repairs: Vec<&'m str>,
    /// Lines on which the change is wanted, as written: `1.8`, `stable`, `5.13+`.
    pub wanted_on: Vec<&'m str>,
    /// `k` and `n` of "k/n commits": a part of the original.
    pub is_part: bool,
    /// A quoted title that the body gives as the original's.
    pub titles: Vec<&'m str>,
}

/// Words that make a line a marker, in lower case.
const MARKERS: [&str; 12] = [
    "cherry picked",
    "cherry-picked",
    "cherry-pick",
    "cherry pick",
    "cherrypick",
    "backport",
    "back-port",
    "back port",
    "upstream",
    "original-commit",
    "origin:",
    "merge revision",
];

/// Words before a marker that turn it round: what they are followed by is what the change is not from.
const NEGATIONS: [&str; 6] = ["not", "n't", "instead of", "rather than", "without", "no need to"];

/// Whether a line, in lower case, says that the change is from elsewhere.
fn is_marker(lower: &str) -> bool {
    let is_meant = |at: usize| {
        let before = lower[..at].trim_end();
        !NEGATIONS.iter().any(|negation| before.ends_with(negation))
    };
    MARKERS.iter().any(|marker| lower.match_indices(marker).any(|(at, _)| is_meant(at)))
}

impl<'m> Marks<'m> {
    /// Reads a message.
    pub(super) fn parse(subject: &'m str, body: &'m str) -> Self {
        let mut marks = Self::default();
        marks.read_subject(subject);
        let mut after_marker = false;
        // A sentence that says where the change is from may go on to the id in a later line of its paragraph.
        let mut is_open = false;
        for line in body.lines() {
            let line = line.trim();
            if line.is_empty() {
                is_open = false;
                continue;
            }
            let before = marks.ids.len();
            after_marker = marks.read_line(line, after_marker);
            if is_open {
                marks.ids.extend(whole_id(line));
            }
            is_open = (is_open || is_marker(&line.to_ascii_lowercase())) && marks.ids.len() == before;
        }
        let known = marks.own_numbers.clone();
        marks.numbers.retain(|number| !known.ends_with(&[*number]));
        for list in [&mut marks.ids, &mut marks.keys, &mut marks.reverts, &mut marks.repairs] {
            let mut seen = Vec::new();
            list.retain(|item| {
                !seen.contains(item) && {
                    seen.push(*item);
                    true
                }
            });
        }
        marks
    }

    fn read_subject(&mut self, subject: &'m str) {
        let mut rest = subject;
        while let Some(at) = rest.find(['#', '!']) {
            let is_fresh = !rest[..at].ends_with(|c: char| c.is_ascii_alphanumeric() && c != 'H');
            match leading_number(&rest[at..]) {
                Some((end, number)) if is_fresh => {
                    self.own_numbers.extend(number[1..].parse::<u64>().ok());
                    rest = &rest[at + end..];
                }
                _ => rest = &rest[at + 1..],
            }
        }
        // `title (#original) (#backport)`, `Cherry-pick #original: title (#backport)`.
        if let Some((_, originals)) = self.own_numbers.split_last() {
            self.numbers.extend(originals);
        }
        let lower = subject.to_ascii_lowercase();
        if is_marker(&lower) {
            self.numbers.extend(self.own_numbers.last());
            self.numbers.extend(bare_number(&lower));
            self.ids.extend(ids(subject));
        }
        self.take_keys(subject);
    }

    /// Whether what follows belongs to a marker line: the items of a list.
    fn read_line(&mut self, line: &'m str, after_marker: bool) -> bool {
        let lower = line.to_ascii_lowercase();
        if lower.starts_with("this reverts")
            || lower.starts_with("reverts commit")
            || lower.starts_with("this reapplies")
        {
            self.reverts.extend(ids(line));
            return false;
        }
        if let Some((key, value)) = line.split_once(':')
            && !key.contains(' ')
        {
            self.take_trailer(&key.to_ascii_lowercase(), value.trim());
        } else {
            self.take_words(&lower, line);
        }
        if lower.starts_with("commit ") && lower.contains("upstream") {
            self.ids.extend(ids(line));
            return false;
        }
        let is_item = line.starts_with(['-', '*']) && after_marker;
        let is_marker = is_marker(&lower);
        if is_marker {
            self.is_part |= is_part(&lower);
            self.ids.extend(ids(line));
            self.titles.extend(quoted(line));
        }
        if is_marker || is_item {
            self.numbers.extend(numbers(line));
        }
        is_item || is_marker && (line.ends_with(':') || after_marker)
    }

    fn take_trailer(&mut self, key: &str, value: &'m str) {
        match key {
            "change-id" if value.len() > 20 && value.starts_with('I') => self.keys.push(value),
            "fixes" | "fix" if is_id(value.split(' ').next().unwrap_or_default()) => {
                self.repairs.extend(value.split(' ').next());
            }
            "original-commit" | "backport-of" | "upstream" | "upstream-commit" | "origin" | "cherry-picked-from"
            | "picked-from" | "ported-from" => {
                self.ids.extend(ids(value));
                self.numbers.extend(numbers(value));
            }
            "pr-url" | "original-pr" | "reviewed-on" | "pr" => self.numbers.extend(numbers(value)),
            "backport-pr-url" => {}
            "cc" if value.contains("stable@") => {
                self.wanted_on.push(value.split_once('#').map_or("stable", |(_, line)| line.trim()));
            }
            "backport-to" | "backport" | "backports" => {
                self.wanted_on.extend(value.split([',', ' ']).filter(|line| !line.is_empty()))
            }
            "bug" | "bug-url" | "closes-bug" | "partial-bug" | "related-bug" | "jira" | "issue" | "ticket" => {
                self.keys.extend(value.split([' ', ',']).filter(|word| word.len() > 2).take(3));
            }
            _ => self.take_keys(value),
        }
    }

    /// `Fixes #12`, `Closes: KEY-1` in prose at the beginning of a line.
    fn take_words(&mut self, lower: &str, line: &'m str) {
        if ["fix", "close", "resolve"].iter().any(|word| lower.starts_with(word)) {
            self.take_keys(line);
        }
        if let Some(rest) = line.strip_prefix("(Merged from ").or_else(|| line.strip_prefix("Merged from ")) {
            self.numbers.extend(numbers(rest));
        }
    }

    fn take_keys(&mut self, text: &'m str) {
        for word in text.split([' ', ',', '[', ']', '(', ')', ':', ';', '/', '"']) {
            if let Some(end) = issue_key(word)
                && end == word.len()
            {
                self.keys.push(word);
            }
        }
    }
}

/// The lines on which a message says that its change is wanted, as written: `1.8`, `stable`, `5.13+`.
pub fn wanted_on<'m>(subject: &'m str, body: &'m str) -> Vec<&'m str> {
    Marks::parse(subject, body).wanted_on
}

/// Whether a word may be the id of a commit: hex digits, letters and figures among them unless it is whole.
fn is_id(word: &str) -> bool {
    (7..=40).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && (word.len() == 40 || word.bytes().any(|byte| byte.is_ascii_lowercase()))
}

fn ids(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| is_id(word))
}

/// The id that is all of a line.
fn whole_id(line: &str) -> Option<&str> {
    let word = line.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    (word.len() == 40 && is_id(word)).then_some(word)
}

/// `#12`, `!12`, `GH-12`, `owner/name#12` and the numbers at the end of addresses of pull requests.
fn numbers(line: &str) -> Vec<u64> {
    let mut found = Vec::new();
    for word in line.split(|c: char| c.is_whitespace() || "(),;\"'".contains(c)) {
        let digits = ["/pull/", "/merge_requests/", "/pulls/"]
            .iter()
            .find_map(|part| word.split_once(part))
            .map(|(_, tail)| tail);
        let digits = digits.or_else(|| word.strip_prefix("GH-")).or_else(|| {
            let at = word.rfind(['#', '!'])?;
            Some(&word[at + 1..])
        });
        let number: String = digits.unwrap_or_default().chars().take_while(char::is_ascii_digit).collect();
        found.extend(number.parse::<u64>().ok().filter(|number| *number < 10_000_000));
    }
    found
}

/// The number of the original in a title such as `Backport 12345 to 3.6`, in lower case; a version is none.
fn bare_number(title: &str) -> Option<u64> {
    const PICKS: [&str; 4] = ["backport", "back-port", "cherry-pick", "cherrypick"];
    const SMALL: [&str; 6] = ["of", "pr", "from", "commit", "pull", "request"];
    let (at, pick) = PICKS.iter().find_map(|pick| Some((title.find(pick)?, pick)))?;
    let rest = title[at + pick.len()..].trim_start_matches(|c: char| c.is_ascii_lowercase());
    let word = rest.split(' ').find(|word| !word.is_empty() && !SMALL.contains(word))?;
    let word = word.trim_end_matches([':', ',']);
    let is_number = (3..=7).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| word.parse().ok())?
}

/// `1/3 commits`.
fn is_part(lower: &str) -> bool {
    lower.split(' ').any(|word| {
        word.split_once('/').is_some_and(
            |(part, of)| matches!((part.parse::<u32>(), of.parse::<u32>()), (Ok(part), Ok(of)) if part < of),
        )
    })
}

/// Text of ten characters and more in double quotes.
fn quoted(line: &str) -> Option<&str> {
    let (start, end) = (line.find('"')?, line.rfind('"')?);
    line.get(start + 1..end).filter(|text| text.len() >= 10)
}

/// The numbers of the pull requests that a merge onto a line is about: those its title and its branch name.
pub(super) fn merge_numbers(subject: &str, body: &str) -> Vec<u64> {
    let title = body.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let mut found = Marks::parse(title, "").own_numbers;
    found.extend(Marks::parse(subject, body).numbers);
    let branch =
        subject.rsplit([' ', '/', ':']).find(|word| word.contains('-') || word.contains('_')).unwrap_or_default();
    let lower = subject.to_ascii_lowercase();
    let is_pick =
        ["cherry-pick", "cherrypick", "backport", "pick", "/pr-", "/bp-"].iter().any(|word| lower.contains(word));
    if is_pick {
        let parts = branch.split(['-', '_', '/', '.']).filter(|part| part.len() > 2);
        found.extend(parts.filter_map(|part| part.parse::<u64>().ok()));
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef01234567";

    #[test]
    fn reads_ids_on_marker_lines_and_nowhere_else() {
        for (body, ids) in [
            (format!("(cherry picked from commit {ID})"), vec![ID]),
            (format!("[ Upstream commit {ID} ]"), vec![ID]),
            (format!("commit {ID} upstream."), vec![ID]),
            ("Backport 1a2b3c4d5 from #12".to_owned(), vec!["1a2b3c4d5"]),
            ("Backport of 1a2b3c4 from main.".to_owned(), vec!["1a2b3c4"]),
            ("Original-commit: 1a2b3c4".to_owned(), vec!["1a2b3c4"]),
            (format!("This backports the step\nthat main got with commit\n{ID}.\n"), vec![ID]),
            (format!("This backports the step.\n\n{ID}\n"), vec![]),
            (format!("Broken since {ID}."), vec![]),
            ("Pin it here instead of backporting 1a2b3c4d5 (#12).".to_owned(), vec![]),
            ("Not cherry-picked from 1a2b3c4d5: main has no such file".to_owned(), vec![]),
            ("Do not revert; backport of 1a2b3c4d5".to_owned(), vec!["1a2b3c4d5"]),
            (format!("This reverts commit {ID}."), vec![]),
            ("backported to 1234567 hosts, a defaced one too".to_owned(), vec![]),
        ] {
            assert_eq!(Marks::parse("Fix it", &body).ids, ids, "{body}");
        }
    }

    #[test]
    fn tells_the_number_of_the_original_from_that_of_the_backport() {
        for (subject, body, numbers) in [
            ("Fix it (#1)", "", vec![]),
            ("Fix it (#1) (#2)", "", vec![1]),
            ("Cherry-pick #1: Fix it (#2)", "", vec![1]),
            ("Fix it (#2)", "Backport of #1", vec![1]),
            ("docs: Backport 12345 to 3.6 (#2)", "", vec![12345]),
            ("fix: Backporting 12345 into 3.6 (#2)", "", vec![12345]),
            ("docs: backport12345 3.6 branch (#2)", "", vec![12345]),
            ("Backport 3.6 notes to 3.5 (#2)", "", vec![]),
            ("backport typo 12345 (#2)", "", vec![]),
            ("Fix it", "Cherry pick of #1 #3 on release-1.34.", vec![1, 3]),
            ("Fix it", "Backports:\n- #1 one\n- #3 three", vec![1, 3]),
            ("Fix it", "PR-URL: https://example.com/o/n/pull/12", vec![12]),
            ("Fix it", "See #9", vec![]),
        ] {
            assert_eq!(Marks::parse(subject, body).numbers, numbers, "{subject} / {body}");
        }
    }

    #[test]
    fn reads_keys_repairs_and_wishes() {
        let marks = Marks::parse(
            "KEY-12: Fix it",
            "Fixes: 1a2b3c4d5e6f (\"it\")\nCc: stable@example.org # 5.13+\nChange-Id: I0123456789abcdef0123456789abcdef01234567\nBackport-To: 1.8",
        );
        assert_eq!(marks.keys, ["KEY-12", "I0123456789abcdef0123456789abcdef01234567"]);
        assert_eq!(marks.repairs, ["1a2b3c4d5e6f"]);
        assert_eq!(marks.wanted_on, ["5.13+", "1.8"]);
        assert!(Marks::parse("Fix it", "Backport 1/3 commits from #9").is_part);
    }

    #[test]
    fn a_merge_names_what_it_brings() {
        assert_eq!(
            merge_numbers("Merge pull request #7 from bot/cherry-pick-1234-to-release-3.5", "[release-3.5] Fix it"),
            [1234]
        );
        assert_eq!(merge_numbers("Merge pull request #7 from me/fix-12", "Fix it (#3)"), [3]);
    }

    proptest! {
        #[test]
        fn no_text_panics(subject in "\\PC{0,40}", body in "((cherry picked from commit|Backport|Fixes:|Cc: stable@|This reverts commit|- #)?\\PC{0,30}\n){0,6}") {
            let _ = (Marks::parse(&subject, &body), merge_numbers(&subject, &body));
        }
    }
}
