//! Changelogs as people and other tools write them: Markdown and reStructuredText with one heading per version - Keep a
//! Changelog, conventional-changelog and its relatives, release notes written by hand.
//!
//! A heading counts where it says a version and little else. Anything that is no such heading belongs to the section above
//! it, and no text can make the reader fail.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use crate::domain::Version;

/// One file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PublishedChangelog {
    /// In the order of the file.
    pub sections: Vec<PublishedSection>,
}

/// What is said of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublishedSection {
    /// `None` for what has no version yet.
    pub version: Option<Version>,
    /// Whether the heading says that it is to come.
    pub is_coming: bool,
    pub date: Option<NaiveDate>,
    /// How deep its heading stands: the title of a file may name a version, too.
    pub depth: usize,
    /// Counted from one.
    pub line: usize,
    pub entries: Vec<PublishedEntry>,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublishedEntry {
    /// As it is written, on one line.
    pub text: String,
    /// Counted from one.
    pub line: usize,
}

/// A heading of any kind.
struct Heading<'t> {
    depth: usize,
    text: &'t str,
    line: usize,
    /// First line after it, counted from zero.
    body: usize,
}

/// What the text of a heading says.
#[derive(Debug, PartialEq)]
struct Said {
    version: Option<Version>,
    is_coming: bool,
    date: Option<NaiveDate>,
    /// Whether the version is the first thing that it says.
    is_first: bool,
}

static LINK: LazyLock<Regex> = LazyLock::new(|| regex(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?"));
static TAGS: LazyLock<Regex> = LazyLock::new(|| regex(r"<[^>]*>"));
static DATE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b((?:19|20)\d\d)[-/.](0?[1-9]|1[0-2])[-/.](0?[1-9]|[12]\d|3[01])\b"));
static WRITTEN_DATE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:(\d{1,2})(?:st|nd|rd|th)? )?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?: (\d{1,2})(?:st|nd|rd|th)?)?,? ((?:19|20)\d\d)\b",
    )
});
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(?:^|[\s@/])((?:[a-z][a-z0-9_-]*-)?)v?(\d+\.\d+(?:\.\d+){0,2}(?:[-._]?(?:alpha|beta|pre|preview|rc|dev|m|a|b|c)[-._]?\d*(?:\.\d+)*)?)(?:\+[0-9a-z.]+)?(?:[\s,:;)]|$)",
    )
});
static COMING: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(unreleased|not (?:yet )?released|to be released|upcoming|next(?: release| version)?|tb[adrc]|in development|work in progress|wip|in progress|pending|draft|x{4}|y{4}-mm-dd|xx-xx|master|main|head|trunk|devel|future|soon)\b|\?\?|20xx",
    )
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern that was tried")
}

/// Words that make a version in a heading something else than its subject.
const ABOUT_SOMETHING: [&str; 16] = [
    "since",
    "until",
    "from",
    "to",
    "before",
    "after",
    "upgrade",
    "upgrading",
    "migrate",
    "migrating",
    "migration",
    "requires",
    "require",
    "update",
    "updating",
    "bump",
];

/// Words that go with a version and say nothing else.
const SAYS_NOTHING: [&str; 20] = [
    "version",
    "release",
    "released",
    "releases",
    "changes",
    "changelog",
    "in",
    "for",
    "of",
    "on",
    "the",
    "notes",
    "what's",
    "new",
    "yanked",
    "security",
    "lts",
    "stable",
    "patch",
    "date",
];

/// Reads a file.
pub(super) fn read_changelog(text: &str) -> PublishedChangelog {
    let lines: Vec<&str> = text.lines().collect();
    let hidden = hidden(&lines);
    let headings = headings(&lines, &hidden);
    let said: Vec<Option<Said>> = headings.iter().map(|heading| say(heading.text)).collect();
    let depth = headings.iter().zip(&said).filter(|(_, said)| said.is_some()).map(|(heading, _)| heading.depth).min();
    let Some(depth) = depth else { return PublishedChangelog::default() };
    let is_section = |heading: &Heading<'_>, said: &Said| {
        let is_version = said.is_first && said.version.is_some();
        heading.depth == depth || is_version && (heading.depth == depth + 1 || said.date.is_some())
    };
    let mut sections: Vec<PublishedSection> = Vec::new();
    let mut starts: Vec<(usize, usize)> = Vec::new();
    for (heading, said) in headings.iter().zip(said) {
        let counted = said.filter(|said| is_section(heading, said));
        // A heading as high as that of a version ends what is said of it.
        if counted.is_none() && heading.depth > depth {
            continue;
        }
        if let Some((_, end)) = starts.last_mut()
            && *end == usize::MAX
        {
            *end = heading.line - 1;
        }
        if let Some(said) = counted {
            starts.push((heading.body, usize::MAX));
            let Said { version, is_coming, date, .. } = said;
            sections.push(PublishedSection {
                version,
                is_coming,
                date,
                depth: heading.depth,
                line: heading.line,
                entries: Vec::new(),
            });
        }
    }
    for (section, (from, until)) in sections.iter_mut().zip(starts) {
        section.entries = entries(&lines, &hidden, from, until.min(lines.len()));
    }
    PublishedChangelog { sections }
}

/// Which lines stand in code blocks or comments.
fn hidden(lines: &[&str]) -> Vec<bool> {
    let (mut fence, mut is_comment) = (None, false);
    let mut hidden = Vec::with_capacity(lines.len());
    for line in lines {
        let trimmed = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        let was_hidden = fence.is_some() || is_comment;
        if !is_comment && mark.is_some() && (fence.is_none() || fence == mark) {
            fence = if fence.is_none() { mark } else { None };
        } else if fence.is_none() {
            if let Some(at) = trimmed.rfind("<!--") {
                is_comment = !trimmed[at..].contains("-->");
            } else if trimmed.contains("-->") {
                is_comment = false;
            }
        }
        hidden.push(was_hidden || fence.is_some() || is_comment);
    }
    hidden
}

fn headings<'t>(lines: &[&'t str], hidden: &[bool]) -> Vec<Heading<'t>> {
    let mut found = Vec::new();
    let mut underlines: Vec<char> = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(at, _)| !hidden[*at]) {
        let depth = line.bytes().take_while(|byte| *byte == b'#').count();
        if (1..=6).contains(&depth) && line[depth..].starts_with([' ', '\t', '[']) {
            let text = line[depth..].trim().trim_end_matches('#').trim_end();
            found.push(Heading { depth, text, line: at + 1, body: at + 1 });
        } else if let Some(mark) = lines.get(at + 1).and_then(|next| underline(line, next)) {
            let known = underlines.iter().position(|known| *known == mark).unwrap_or_else(|| {
                underlines.push(mark);
                underlines.len() - 1
            });
            // In Markdown a double line is above a single one whichever comes first.
            let depth = match mark {
                '=' => 1,
                '-' => 2,
                _ => known + 1,
            };
            found.push(Heading { depth, text: line.trim(), line: at + 1, body: at + 2 });
        }
    }
    found
}

/// The character that underlines a title.
fn underline(title: &str, next: &str) -> Option<char> {
    let next = next.trim_end();
    let mark = next.chars().next().filter(|mark| "=-~^\"*+'".contains(*mark))?;
    let is_line = next.chars().all(|c| c == mark) && next.len() >= 3;
    let is_title = !title.trim().is_empty() && !title.starts_with([' ', '\t', '|', '-', '*', '+']) && title.len() < 120;
    (is_line && is_title && next.len() + 2 >= title.trim_end().len().min(8)).then_some(mark)
}

/// What a heading says of a version; `None` where it is about something else.
fn say(heading: &str) -> Option<Said> {
    let plain = TAGS.replace_all(heading, " ");
    let plain =
        LINK.replace_all(&plain, "$1").replace(['`', '*', '[', ']', '_'], " ").replace(['(', '–', '—', '|'], " ");
    let date = date(&plain);
    let without_date = WRITTEN_DATE.replace_all(&DATE.replace_all(&plain, " "), " ").into_owned();
    let found = VERSION.captures(&without_date);
    let version = found.as_ref().and_then(|found| found.get(2)).and_then(|text| text.as_str().parse::<Version>().ok());
    let coming = COMING.find(&without_date);
    let before = match (&found, &version) {
        (Some(found), Some(_)) => &without_date[..found.get(2).map_or(0, |version| version.start())],
        _ => "",
    };
    let before: Vec<String> = words(before.trim_end_matches(['v', 'V']));
    if version.is_none() {
        let first = words(&without_date);
        let is_alone =
            first.len() <= 4 && coming.is_some_and(|coming| without_date[..coming.start()].trim().len() <= 8);
        let is_strong = is_alone && !first.is_empty();
        return is_strong.then_some(Said { version: None, is_coming: true, date: None, is_first: true });
    }
    if before.iter().any(|word| ABOUT_SOMETHING.contains(&word.as_str())) {
        return None;
    }
    let after = found.and_then(|found| found.get(2)).map_or("", |version| &without_date[version.end()..]);
    let other = before.iter().filter(|word| !SAYS_NOTHING.contains(&word.as_str())).count();
    let further = words(after).iter().filter(|word| !SAYS_NOTHING.contains(&word.as_str())).count();
    // `v3.5.0 - A name of the release` is common; a sentence is not.
    let is_about = other <= 2 && further <= if coming.is_some() { 8 } else { 5 };
    is_about.then_some(Said { version, is_coming: coming.is_some(), date, is_first: before.is_empty() })
}

fn words(text: &str) -> Vec<String> {
    let pieces = text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '.').filter(|word| !word.is_empty());
    pieces
        .map(|word| word.trim_matches('.').to_lowercase())
        .filter(|word| word.chars().any(char::is_alphabetic))
        .collect()
}

fn date(text: &str) -> Option<NaiveDate> {
    if let Some(found) = DATE.captures(text) {
        let number = |at: usize| found.get(at)?.as_str().parse().ok();
        return NaiveDate::from_ymd_opt(i32::try_from(number(1)?).ok()?, number(2)?, number(3)?);
    }
    let found = WRITTEN_DATE.captures(text)?;
    let day = found.get(1).or(found.get(3))?.as_str().parse().ok()?;
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let name = found.get(2)?.as_str().to_lowercase();
    let month = months.iter().position(|known| *known == name)?;
    NaiveDate::from_ymd_opt(found.get(4)?.as_str().parse().ok()?, u32::try_from(month).ok()? + 1, day)
}

/// Items of lists, each with the lines that continue it.
fn entries(lines: &[&str], hidden: &[bool], from: usize, until: usize) -> Vec<PublishedEntry> {
    let mut found: Vec<PublishedEntry> = Vec::new();
    let mut is_open = false;
    for at in from..until {
        let line = lines[at];
        let trimmed = line.trim_start();
        let item = ["- ", "* ", "+ ", "• "].iter().find_map(|mark| trimmed.strip_prefix(mark));
        if hidden[at] || trimmed.is_empty() || trimmed.starts_with('#') {
            is_open = false;
        } else if let Some(text) = item {
            found.push(PublishedEntry { text: text.trim().to_owned(), line: at + 1 });
            is_open = true;
        } else if is_open
            && line.starts_with([' ', '\t'])
            && let Some(last) = found.last_mut()
        {
            last.text.push(' ');
            last.text.push_str(trimmed.trim_end());
        } else {
            is_open = false;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(heading: &str) -> String {
        match say(heading) {
            None => "-".to_owned(),
            Some(said) => {
                let version = said.version.map_or_else(|| "none".to_owned(), |version| version.to_string());
                let date = said.date.map(|date| format!(" {date}")).unwrap_or_default();
                format!("{version}{date}{}", if said.is_coming { " coming" } else { "" })
            }
        }
    }

    #[test]
    fn headings_of_many_tools_are_read() {
        for (heading, said) in [
            ("[1.2.3] - 2024-05-06", "1.2.3 2024-05-06"),
            ("[Unreleased]", "none coming"),
            ("Unreleased", "none coming"),
            ("[1.2.3](https://example.com/compare/v1.2.2...v1.2.3) (2024-05-06)", "1.2.3 2024-05-06"),
            ("[1.2.0-rc.1] - 2024-05-06 [YANKED]", "1.2.0-rc.1 2024-05-06"),
            ("v3.5.0 (TBD)", "3.5.0 coming"),
            ("3.6.0 / unreleased", "3.6.0 coming"),
            ("3.5.0 / 2025-07-14", "3.5.0 2025-07-14"),
            ("[v3.5.9](https://github.com/etcd-io/etcd/releases/tag/v3.5.9) (2023-05-11)", "3.5.9 2023-05-11"),
            ("Cargo 1.80 (2024-07-25)", "1.80 2024-07-25"),
            ("Rails 7.1.3.1 (February 21, 2024)", "7.1.3.1 2024-02-21"),
            ("24.2 (2024-07-28)", "24.2 2024-07-28"),
            ("5.5.0", "5.5.0"),
            ("v2.16.3", "2.16.3"),
            ("PostGIS 3.4.0beta1", "3.4.0beta1"),
            ("Version 2.0.0 - The big one", "2.0.0"),
            ("Release 1.4.0 - 4th of nothing", "1.4.0"),
            ("@scope/package@1.0.1", "1.0.1"),
            ("v2.16.0-rc1", "2.16.0-rc1"),
            ("1.2.3 (YYYY-MM-DD)", "1.2.3 coming"),
            ("Upgrading from 1.2.3", "-"),
            ("Go 1.20 is needed to build this and everything that goes with it", "-"),
            ("Bug Fixes", "-"),
            ("Changed", "-"),
            ("Known issues", "-"),
            ("Dependencies", "-"),
        ] {
            assert_eq!(told(heading), said, "{heading}");
        }
    }

    fn drawn(text: &str) -> Vec<String> {
        let version = |section: &PublishedSection| section.version.as_ref().map_or("-".to_owned(), |v| v.to_string());
        let entries = |section: &PublishedSection| {
            section.entries.iter().map(|entry| format!("{}:{}", entry.line, entry.text)).collect::<Vec<_>>().join(" / ")
        };
        let sections = read_changelog(text).sections;
        sections.iter().map(|section| format!("{}@{} {}", version(section), section.line, entries(section))).collect()
    }

    #[test]
    fn sections_hold_their_entries() {
        let text = "# Changelog\n\n## [Unreleased]\n\n- to come\n\n## 1.1.0 - 2024-01-02\n### Added\n- one\n  and more\n* two\n\n\
                    ```\n## 9.9.9\n- no entry\n```\n<!--\n## 8.8.8\n-->\n### 1.0.1 (2024-01-01)\n- three\n## Thanks\n- nobody\n";
        assert_eq!(drawn(text), ["-@3 5:to come", "1.1.0@7 9:one and more / 11:two", "1.0.1@20 21:three"]);
    }

    #[test]
    fn patches_may_stand_two_deeper_than_what_came_earlier() {
        let text = "# Changelog\n\n## [2.1.0](https://x/y) (2024-01-03)\n\n- a\n\n### [2.0.1](https://x/y) (2024-01-02)\n\n- b\n\n\
                    ### 1.20 is needed\n\n# [2.0.0](https://x/y) (2024-01-01)\n\n- c\n";
        assert_eq!(drawn(text), ["2.1.0@3 5:a", "2.0.1@7 9:b", "2.0.0@13 15:c"]);
    }

    #[test]
    fn underlined_titles_are_headings() {
        let text = "=========\nNews\n=========\n\n2.0 (2024-01-02)\n================\n\nFeatures\n--------\n\n- one\n\n1.9 (2023-01-02)\n\
                    ================\n\n- two\n";
        assert_eq!(drawn(text), ["2.0@5 11:one", "1.9@13 16:two"]);
    }

    #[test]
    fn minor_and_patch_may_stand_on_two_depths() {
        let text = "### [1.1.1](x) (2024-01-03)\n\n* c\n\n## [1.1.0](x) (2024-01-02)\n\n### Features\n\n* b\n\n# 1.0.0 (2024-01-01)\n* a\n";
        assert_eq!(drawn(text), ["1.1.1@1 3:c", "1.1.0@5 9:b", "1.0.0@11 12:a"]);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_fail(text in "([-#*=\\[\\]`~0-9a-v. \n]|<!--|-->){0,200}") {
            let read = read_changelog(&text);
            let lines = text.lines().count();
            prop_assert!(read.sections.iter().all(|section| section.line <= lines));
        }
    }
}
