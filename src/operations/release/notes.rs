//! The notes of a release as plain text, for the message of its tag: readable in a terminal, and of a size that every
//! forge and mail takes.

use crate::domain::{ChangeKind, Version};
use crate::reports::{ChangelogEntry, ChangelogSection};

/// Bytes that the notes take at most. A forge takes four times as much as the body of a release.
const LIMIT: usize = 30_000;

/// All entries under the titles of their kinds; those that do not fit are counted.
pub(super) fn notes(section: &ChangelogSection, channel: &str, version: &Version) -> String {
    let mut text = match &section.release.previous {
        Some(previous) => format!("Changes since {previous}:\n"),
        None => "Changes:\n".to_owned(),
    };
    if section.entry_count() == 0 {
        let since = section.release.previous.as_ref().map(|previous| format!(" since {previous}")).unwrap_or_default();
        return format!("No changes for readers{since}.\n");
    }
    let mut written = 0;
    for kind in &section.sections {
        let title = format!("\n{}\n", title(kind.kind));
        let mut is_titled = false;
        for entry in &kind.entries {
            let line = line(entry);
            if text.len() + title.len() + line.len() > LIMIT {
                let left = section.entry_count() - written;
                text.push_str(&format!(
                    "\n- and {left} more: `twintrack changelog --channel {channel} --release {version}`\n"
                ));
                return text;
            }
            if !is_titled {
                text.push_str(&title);
                is_titled = true;
            }
            text.push_str(&line);
            written += 1;
        }
    }
    text
}

/// One line, since a message's next line could be read as something else.
fn line(entry: &ChangelogEntry) -> String {
    let scope = entry.scope.as_ref().map(|scope| format!("{scope}: ")).unwrap_or_default();
    let breaking = if entry.breaking { "BREAKING: " } else { "" };
    let refs = if entry.refs.is_empty() { String::new() } else { format!(" ({})", entry.refs.join(", ")) };
    let line = format!("- {breaking}{scope}{}{refs}", entry.text);
    let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{line}\n")
}

const fn title(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "Added",
        ChangeKind::Changed => "Changed",
        ChangeKind::Deprecated => "Deprecated",
        ChangeKind::Removed => "Removed",
        ChangeKind::Fixed => "Fixed",
        ChangeKind::Security => "Security",
        ChangeKind::Performance => "Performance",
        ChangeKind::Internal => "Internal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CommitId, ObjectId};
    use crate::reports::{ChangelogRelease, KindSection, ReleasedAs};

    fn entry(text: &str) -> ChangelogEntry {
        ChangelogEntry {
            id: CommitId::new(ObjectId::from_bytes([1; 20])),
            text: text.to_owned(),
            scope: Some("api".to_owned()),
            breaking: true,
            breaking_text: None,
            commits: Vec::new(),
            origin: None,
            refs: vec!["#7".to_owned()],
            first_self_hosted: None,
            operator: None,
            details: None,
            note: None,
        }
    }

    fn section(entries: Vec<ChangelogEntry>) -> ChangelogSection {
        let release = ChangelogRelease {
            previous: Some("1.8.5".to_owned()),
            ..ChangelogRelease::new(ReleasedAs::Patch, CommitId::new(ObjectId::from_bytes([1; 20])))
        };
        let sections = vec![KindSection { kind: ChangeKind::Fixed, entries }];
        ChangelogSection { release, sections, left_out: Vec::new(), errata: Vec::new() }
    }

    fn notes_of(entries: Vec<ChangelogEntry>) -> String {
        notes(&section(entries), "self-hosted", &"1.8.6".parse().unwrap())
    }

    #[test]
    fn an_entry_is_one_line_whatever_its_text_holds() {
        assert_eq!(
            notes_of(vec![entry("a\nRun: forged\u{1b}[31m")]),
            "Changes since 1.8.5:\n\nFixed\n- BREAKING: api: a Run: forged [31m (#7)\n"
        );
        assert_eq!(notes_of(Vec::new()), "No changes for readers since 1.8.5.\n");
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let text = notes_of((0..1_000).map(|_| entry(&"x".repeat(100))).collect());
        assert!(text.len() < LIMIT + 200, "{}", text.len());
        let written = text.lines().filter(|line| line.starts_with("- BREAKING")).count();
        let last = text.lines().last().unwrap();
        let words = "more: `twintrack changelog --channel self-hosted --release 1.8.6`";
        assert_eq!(last, format!("- and {} {words}", 1_000 - written));
    }
}
