//! From the words of other tools to kinds of change, and what a text refers to.

use std::sync::LazyLock;

use indexmap::IndexMap;
use regex::Regex;

use crate::domain::ChangeKind;

/// What people call kinds of change in tools that let them choose.
const SYNONYMS: [(&str, ChangeKind); 26] = [
    ("new_component", ChangeKind::Added),
    ("new", ChangeKind::Added),
    ("bug_fix", ChangeKind::Fixed),
    ("bugfix", ChangeKind::Fixed),
    ("bug", ChangeKind::Fixed),
    ("fixes", ChangeKind::Fixed),
    ("enhancement", ChangeKind::Changed),
    ("improvement", ChangeKind::Changed),
    ("breaking", ChangeKind::Changed),
    ("behavior", ChangeKind::Changed),
    ("vendor", ChangeKind::Changed),
    ("vulnerability", ChangeKind::Security),
    ("cve", ChangeKind::Security),
    ("speed", ChangeKind::Performance),
    ("optimization", ChangeKind::Performance),
    ("misc", ChangeKind::Internal),
    ("trivial", ChangeKind::Internal),
    ("process", ChangeKind::Internal),
    ("packaging", ChangeKind::Internal),
    ("contrib", ChangeKind::Internal),
    ("dev", ChangeKind::Internal),
    ("infra", ChangeKind::Internal),
    ("doc", ChangeKind::Internal),
    ("docs", ChangeKind::Internal),
    ("typing", ChangeKind::Internal),
    ("tests", ChangeKind::Internal),
];

/// What a word stands for: as the project says, else as the word is usually meant; else a change.
pub(super) fn kind_of(word: &str, kinds: &IndexMap<String, ChangeKind>) -> ChangeKind {
    let word = word.to_lowercase();
    let own = kinds.get(&word).copied().or_else(|| word.parse().ok());
    let usual = || SYNONYMS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind);
    own.or_else(usual).unwrap_or(ChangeKind::Changed)
}

static WEAKNESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}|OSSA-\d{4}-\d+)\b").expect("a valid expression")
});

/// Ids of weaknesses that a text names, each once and in its order.
pub(super) fn weaknesses(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for id in WEAKNESS.find_iter(text) {
        if !found.iter().any(|known| known == id.as_str()) {
            found.push(id.as_str().to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kinds_as_the_project_says_or_as_they_are_meant() {
        let mut kinds = IndexMap::new();
        for (word, kind) in [
            ("bug_fix", ChangeKind::Fixed),
            ("Feature", ChangeKind::Added),
            ("removal", ChangeKind::Removed),
            ("vendor", ChangeKind::Changed),
            ("whatever", ChangeKind::Changed),
        ] {
            assert_eq!(kind_of(word, &kinds), kind, "{word}");
        }
        kinds.insert("vendor".to_owned(), ChangeKind::Security);
        assert_eq!(kind_of("vendor", &kinds), ChangeKind::Security);
    }

    #[test]
    fn ids_of_weaknesses_are_found_once() {
        let text = "See CVE-2023-2088, OSSA-2023-003 and again CVE-2023-2088; not CVE-20.";
        assert_eq!(weaknesses(text), ["CVE-2023-2088", "OSSA-2023-003"]);
    }
}
