//! The kind of a change that says it in no agreed form: the first word of the sentence, the prefix before a colon, and
//! the set phrases of release tools and dependency bots. Where these say nothing sure, the answer is `None`.

use crate::domain::ChangeKind;

/// Prefixes before a colon, in lower case up to a slash, behind which nothing is news.
const INTERNAL_PREFIXES: [&str; 45] = [
    "bench",
    "bld",
    "build",
    "changelog",
    "chore",
    "ci",
    "cirrus",
    "cleanup",
    "codeowners",
    "coverage",
    "doc",
    "docs",
    "gha",
    "github",
    "gitignore",
    "jenkinsfile",
    "lint",
    "maint",
    "maintainers",
    "makefile",
    "meta",
    "pytest",
    "readme",
    "rel",
    "release",
    "release-notes",
    "rubocop",
    "scripts",
    "selftest",
    "sty",
    "style",
    "test",
    "testing",
    "tests",
    "thanks",
    "tidy-up",
    "tidyup",
    "tools",
    "tst",
    "typ",
    "typo",
    "vendor",
    "version",
    "wip",
    "workflows",
];

/// Prefixes in capital letters that some projects put before every subject, and the kind they stand for.
const CAPITAL_PREFIXES: [(&str, Option<ChangeKind>); 9] = [
    ("API", Some(ChangeKind::Changed)),
    ("BUG", Some(ChangeKind::Fixed)),
    ("DEP", Some(ChangeKind::Deprecated)),
    ("ENH", Some(ChangeKind::Added)),
    ("FIX", Some(ChangeKind::Fixed)),
    ("HOTFIX", Some(ChangeKind::Fixed)),
    ("MINOR", None),
    ("PERF", Some(ChangeKind::Performance)),
    ("TRIVIAL", None),
];

/// Words that make a sentence about tests, texts or tidiness when one of its first words is among them.
const INTERNAL_OBJECTS: [&str; 30] = [
    "changelog",
    "ci",
    "comment",
    "comments",
    "docs",
    "documentation",
    "docstring",
    "flaky",
    "guide",
    "guides",
    "indentation",
    "javadoc",
    "javadocs",
    "lint",
    "linter",
    "readme",
    "readme.md",
    "rubocop",
    "spec",
    "specs",
    "test",
    "tests",
    "typo",
    "typos",
    "whitespace",
    "warnings",
    "workflow",
    "workflows",
    "spelling",
    "docstrings",
];

/// Subjects that release tools and dependency bots write, by their beginning in lower case.
const INTERNAL_STARTS: [&str; 36] = [
    "[ci skip]",
    "[maven-release-plugin]",
    "[skip ci]",
    "automatic update",
    "back to development",
    "back to snapshot",
    "bump the version",
    "bump version",
    "changelog",
    "imported translations",
    "initial commit for",
    "lock file maintenance",
    "merge branch",
    "merge remote-tracking",
    "new release ",
    "open development",
    "pin dependencies",
    "preparation for",
    "prepare for ",
    "prepare next",
    "prepare release",
    "preparing for ",
    "publish release",
    "release version",
    "set version",
    "squashed merge",
    "start development",
    "update changelog",
    "update dependencies",
    "update dependency ",
    "update github artifact",
    "update module ",
    "update rust crate ",
    "update version",
    "version bump",
    "version update",
];

/// What the sentence says of its kind, and the sentence without a prefix that says nothing but the kind.
pub(super) fn infer(sentence: &str) -> (Option<ChangeKind>, &str) {
    let lower = sentence.to_ascii_lowercase();
    if is_release_or_bump(&lower) {
        return (Some(ChangeKind::Internal), sentence);
    }
    if let Some(end) = sentence.find([':', ' '])
        && let Some((_, kind)) = CAPITAL_PREFIXES.iter().find(|(known, _)| *known == &sentence[..end])
    {
        let rest = sentence[end..].trim_start_matches([' ', ':', '-']);
        let is_prefix = sentence[end..].starts_with(':') || kind.is_none();
        if is_prefix && !rest.is_empty() {
            return (kind.or_else(|| by_words(&lower[sentence.len() - rest.len()..])), rest);
        }
    }
    if is_about_builds(&lower) {
        return (Some(ChangeKind::Internal), sentence);
    }
    let (prefix, clause) = split_prefix(&lower);
    if let Some(prefix) = prefix {
        let part = prefix.trim_start_matches(['.', '[']).split(['/', '(', ']', '-']).next().unwrap_or_default();
        let is_file = [".md", ".yml", ".yaml", ".lock"].iter().any(|end| prefix.ends_with(end));
        if is_file || INTERNAL_PREFIXES.contains(&part) || INTERNAL_PREFIXES.contains(&prefix) {
            return (Some(ChangeKind::Internal), sentence);
        }
        if part == "security" {
            return (Some(ChangeKind::Security), &sentence[sentence.len() - clause.len()..]);
        }
    }
    (by_words(clause), sentence)
}

/// `core/metadata: the rest`; the prefix is one word.
fn split_prefix(sentence: &str) -> (Option<&str>, &str) {
    match sentence.split_once(": ") {
        Some((prefix, rest)) if !prefix.is_empty() && !prefix.contains(' ') && prefix.len() < 50 => {
            (Some(prefix), rest.trim_start())
        }
        _ => (None, sentence),
    }
}

/// Whether some words far from the first tell that nobody outside sees it: `… in CI`, `… typo …`, `chore(x) …`. All in
/// lower case.
fn is_about_builds(sentence: &str) -> bool {
    let first = sentence.split(' ').next().unwrap_or_default();
    let scoped = first.strip_suffix(')').and_then(|word| word.split_once('(')).map(|(word, _)| word);
    let bracketed = sentence.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(word, _)| word);
    scoped.or(bracketed).is_some_and(|word| INTERNAL_PREFIXES.contains(&word))
        || sentence.ends_with(" in ci")
        || sentence.ends_with(" on ci")
        || sentence.starts_with("run ci ")
        || sentence.split(' ').map(|word| word.trim_matches(AROUND_WORDS)).any(|word| match word.as_bytes().first() {
            Some(b'c' | b'f' | b'j' | b'r' | b't') => ALWAYS_INTERNAL.contains(&word),
            _ => false,
        })
}

/// What may stand around a word without being part of it.
const AROUND_WORDS: [char; 6] = ['`', '.', ',', '"', '(', ')'];

/// Words that tell wherever they stand that nobody outside sees the change.
const ALWAYS_INTERNAL: [&str; 8] =
    ["checkstyle", "flakiness", "flaky", "javadoc", "javadocs", "rubocop", "typo", "typos"];

/// What is removed when somebody tidies up: that is no news of something gone.
const TIDIED: [&str; 13] = [
    "dead",
    "duplicate",
    "duplicated",
    "extra",
    "extraneous",
    "leftover",
    "needless",
    "obsolete",
    "redundant",
    "stale",
    "unnecessary",
    "unneeded",
    "unused",
];

/// By the first word of a clause in lower case, and those that follow it.
fn by_words(clause: &str) -> Option<ChangeKind> {
    let mut words = clause.split(' ').filter(|word| !word.is_empty());
    let verb = words.next()?.trim_end_matches([':', ',']);
    let mut next = words.take(3).map(|word| word.trim_matches(AROUND_WORDS));
    let kind = match verb {
        "fix" | "fixes" | "fixed" | "fixing" | "bugfix" | "hotfix" => Some(ChangeKind::Fixed),
        "add" | "adds" | "added" | "adding" | "introduce" | "introduces" | "introduced" | "implement"
        | "implements" | "implemented" => Some(ChangeKind::Added),
        "deprecate" | "deprecates" | "deprecated" | "deprecating" => Some(ChangeKind::Deprecated),
        "remove" | "removes" | "removed" | "removing" => Some(ChangeKind::Removed),
        "security" => Some(ChangeKind::Security),
        "optimize" | "optimise" | "speedup" => Some(ChangeKind::Performance),
        "speed" if clause.starts_with("speed up ") => Some(ChangeKind::Performance),
        "doc" | "docs" | "documentation" | "document" | "clarify" | "lint" | "refactor" | "rubocop" | "test"
        | "tests" | "typo" => {
            return Some(ChangeKind::Internal);
        }
        "update" | "updates" | "updated" | "improve" | "improves" | "correct" | "clean" | "cleanup" | "disable"
        | "skip" | "use" | "rename" | "reword" | "sync" | "tweak" | "polish" | "format" | "reformat" | "mark"
        | "reduce" | "move" => None,
        _ => return None,
    };
    let first = next.next().unwrap_or_default();
    let is_internal = |word: &str| word.ends_with(".md") || word.ends_with(".lock") || INTERNAL_OBJECTS.contains(&word);
    if is_internal(first) || next.any(is_internal) {
        return Some(ChangeKind::Internal);
    }
    kind.filter(|kind| *kind != ChangeKind::Removed || !TIDIED.contains(&first))
}

/// Whether the sentence, in lower case, is that of a release, a version bump or an update by a dependency bot.
fn is_release_or_bump(head: &str) -> bool {
    let Some(first) = head.as_bytes().first() else { return false };
    let starts = INTERNAL_STARTS.iter().filter(|start| start.as_bytes()[0] == *first);
    if starts.into_iter().any(|start| head.starts_with(start)) || is_named_version(head) {
        return true;
    }
    for start in ["release ", "tag ", "version ", "releasing ", "cut ", "towards ", "stable ", "edge ", "nightly "] {
        if let Some(rest) = head.strip_prefix(start) {
            return is_bare_version(rest.split(' ').next().unwrap_or_default());
        }
    }
    let bumped = ["bump ", "bumps ", "bumped "].iter().find_map(|start| head.strip_prefix(start));
    let is_version = |rest: &str| is_bare_version(rest.split(' ').next().unwrap_or_default());
    let is_of_version = |rest| is_version(rest) || names_a_version(head) || head.contains("version");
    bumped.is_some_and(|rest| is_of_version(rest) || head.contains("depend"))
        || (head.starts_with("update ") || head.starts_with("upgrade ")) && is_update_of_dependency(head)
}

/// `… to v1.2.3`, `… to 1.2`, `… from 1.2 to 1.3`.
fn names_a_version(head: &str) -> bool {
    head.split(" to ").skip(1).chain(head.split(" from ").skip(1)).any(|rest| {
        let word = rest.split([' ', ',']).next().unwrap_or_default().trim_start_matches('`');
        word.strip_prefix('v').unwrap_or(word).starts_with(|c: char| c.is_ascii_digit())
    })
}

/// `update x/y action to v3`, `update x to v1.2.3`, `update x digest to abc`: as the bots write it, with a slash, a `v` or
/// a word that no person uses.
fn is_update_of_dependency(head: &str) -> bool {
    let Some((what, to)) = head.split_once(" to ") else { return false };
    let is_word = what.split(' ').count() <= 4;
    let version = to.split(' ').next().unwrap_or_default();
    let is_version = version.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    what.ends_with(" digest") || what.ends_with(" action") || what.ends_with(" docker tag") || (is_word && is_version)
}

/// `1.2.3`, `stable-2.14.9`, `app-v1.2.3 change notes`: a version or a tag and at most a word for what a release needs.
fn is_named_version(head: &str) -> bool {
    const RELEASE_WORDS: [&str; 7] =
        ["", "release", "released", "change notes", "release notes", "changelog", "changelog update"];
    let (name, rest) = head.split_once(' ').unwrap_or((head, ""));
    let version = match name.find(|c: char| c.is_ascii_digit()) {
        Some(at) if at > 1 => {
            let (word, version) = name.split_at(at);
            let is_word = word
                .trim_end_matches('v')
                .strip_suffix(['-', '_', '/'])
                .is_some_and(|word| word.chars().all(|c| c.is_ascii_alphabetic() || c == '-'));
            if is_word { version } else { return false }
        }
        _ => name,
    };
    is_bare_version(version) && RELEASE_WORDS.contains(&rest.trim_end_matches('.'))
}

/// `1.2.3`, `v1.2.3-rc.1`, `v2.0`.
fn is_bare_version(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ':']);
    let rest = text.strip_prefix('v').unwrap_or(text);
    rest.contains('.')
        && rest.starts_with(|c: char| c.is_ascii_digit())
        && rest.chars().all(|c| c.is_ascii_alphanumeric() || ".-_+".contains(c))
}

#[cfg(test)]
mod tests {
    use super::ChangeKind::*;
    use super::*;

    #[test]
    fn infers_soberly() {
        for (sentence, kind) in [
            ("Fix race in the scheduler", Some(Fixed)),
            ("wolfssl: fix build without bio chain support", Some(Fixed)),
            ("Add a setting for the port", Some(Added)),
            ("Remove support for Python 2", Some(Removed)),
            ("Remove unused variable", None),
            ("Deprecate `write_attribute`", Some(Deprecated)),
            ("security: check the token", Some(Security)),
            ("Speed up the start", Some(Performance)),
            ("Speed limits are kept", None),
            ("Fix typo in comment", Some(Internal)),
            ("Add tests for the scheduler", Some(Internal)),
            ("Fix flaky test", Some(Internal)),
            ("Update docs", Some(Internal)),
            ("GHA/windows: enable jobs", Some(Internal)),
            ("chore(Jobs) keep fewer", Some(Internal)),
            ("Reduce the time of Windows tests in CI", Some(Internal)),
            ("GUIDE.md: say more", Some(Internal)),
            ("[docs] say more", Some(Internal)),
            ("New release v1.2.3", Some(Internal)),
            ("Update yarn.lock", Some(Internal)),
            ("docs: say more", Some(Internal)),
            ("cri: don't leak the mount", None),
            ("Allow two schedulers", None),
            ("Updates arrive sooner", None),
            ("Update the port at start", None),
            ("Addition of numbers", None),
            ("", None),
        ] {
            assert_eq!(infer(sentence).0, kind, "{sentence}");
        }
    }

    #[test]
    fn knows_releases_and_bumps() {
        for sentence in [
            "[maven-release-plugin] prepare release app-2.5",
            "Release 1.2.3",
            "v1.2.3",
            "1.0.0-rc.1",
            "stable-2.14.9",
            "Stable 2.14.10",
            "app-v2.14.8 change notes",
            "Towards 2.568.1",
            "Prepare for 7.1",
            "Bump lodash from 1.2.3 to 1.2.4",
            "Bump steve to v0.9.12",
            "Bumped v8.10.0 (#5644)",
            "Update dependency lit to v3.3.3",
            "Update actions/checkout action to v6",
            "Lock file maintenance",
        ] {
            assert!(is_release_or_bump(&sentence.to_lowercase()), "{sentence}");
        }
        for sentence in [
            "Release the lock",
            "Bump the minimum of what is kept",
            "Update the port to 8080",
            "Cut the cost",
            "Python-3.14 works",
            "Support 3.14",
        ] {
            assert!(!is_release_or_bump(&sentence.to_lowercase()), "{sentence}");
        }
    }

    #[test]
    fn takes_off_prefixes_in_capitals() {
        assert_eq!(infer("MINOR: Fix the port"), (Some(Fixed), "Fix the port"));
        assert_eq!(infer("ENH: a new port"), (Some(Added), "a new port"));
        assert_eq!(infer("API keys are longer"), (None, "API keys are longer"));
    }
}
