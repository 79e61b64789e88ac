//! Whether what a note says of operators in words is what it says in its fields: an action that only the text knows is one
//! that no list of actions has.

use crate::config::{Note, NoteFormat};
use crate::domain::{Action, RuleSeverity};

/// Something that words and fields disagree on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagFinding {
    /// Counted from one.
    pub line: usize,
    pub severity: RuleSeverity,
    /// A fragment.
    pub message: String,
    pub hint: &'static str,
}

/// Words that say outright that something is to be done.
const PLAIN: [&str; 4] = ["action required", "action is required", "manual action", "manual intervention"];

/// Words that mostly do.
const LIKELY: [&str; 8] = [
    "operators must",
    "operators need to",
    "administrators must",
    "administrators need to",
    "you must",
    "you need to",
    "before upgrading",
    "before you upgrade",
];

/// What makes the contrary of it.
const DENIALS: [&str; 5] = ["no ", "without ", "not require ", "n't require ", "never "];

/// Texts that say that there is nothing to do.
const NOTHING: [&str; 8] = [
    "none",
    "nothing",
    "nothing to do",
    "n/a",
    "no action",
    "no action required",
    "no action is required",
    "no action needed",
];

const DECLARE: &str =
    "say it in `[operator]`: `action = \"required\"` and `when`, with what is to be done below `## Operators`";

/// Where the text of a note and what its format has for operators disagree, in the order of the text. `text` is the whole
/// file.
pub fn action_flags(note: &Note, text: &str, format: NoteFormat) -> Vec<FlagFinding> {
    match format {
        NoteFormat::Twintrack => own_flags(note, text),
        NoteFormat::Reno | NoteFormat::Towncrier | NoteFormat::Chloggen => foreign_flags(note, text, format),
    }
}

/// What another tool's format can say of operators is less: reno has a section for them, the others have nothing, and none
/// knows of what is required.
fn foreign_flags(note: &Note, text: &str, format: NoteFormat) -> Vec<FlagFinding> {
    if note.operator.is_some() {
        return Vec::new();
    }
    let with = |finding: FlagFinding, phrase: &str| match format {
        NoteFormat::Reno => FlagFinding {
            message: format!("the text says \"{phrase}\", and there is no section `upgrade`"),
            hint: "say it below `upgrade:`, which is what operators are told to do",
            ..finding
        },
        _ => FlagFinding {
            severity: RuleSeverity::Warn,
            message: format!("the text says \"{phrase}\", and {} has no place for what operators do", format.as_str()),
            hint: "add a note of twintrack's own beside it, which has: `twintrack note new --action required …`",
            ..finding
        },
    };
    let mut found: Vec<FlagFinding> =
        in_words(note, text, Action::None).into_iter().map(|(finding, phrase)| with(finding, phrase)).collect();
    found.sort_by_key(|finding| finding.line);
    found
}

fn own_flags(note: &Note, text: &str) -> Vec<FlagFinding> {
    let action = note.operator.as_ref().map_or(Action::None, |operator| operator.action);
    let mut found = Vec::new();
    let heading = || {
        line_of(text, |line| {
            line.trim_start_matches('#').trim().eq_ignore_ascii_case("operators") && line.starts_with("##")
        })
    };
    match note.text.operators() {
        Some(words) if action == Action::None && !is_nothing(words) => found.push(FlagFinding {
            line: heading(),
            severity: RuleSeverity::Fail,
            message: "operators are told what to do, and `[operator]` says that nothing is to be done".to_owned(),
            hint: "add `[operator]` with `action = \"required\"` or `\"recommended\"`, or take the section out",
        }),
        Some(words) if action != Action::None && is_nothing(words) => found.push(FlagFinding {
            line: heading(),
            severity: RuleSeverity::Fail,
            message: format!("`action` is `{}`, and the text says that nothing is to be done", action.as_str()),
            hint: "write what is to be done, or `action = \"none\"`",
        }),
        _ => {}
    }
    if action != Action::Required {
        found.extend(in_words(note, text, action).into_iter().map(|(finding, _)| finding));
    }
    found.sort_by_key(|finding| finding.line);
    found
}

/// What the text says outside the section for operators, each with the words that say it.
fn in_words(note: &Note, text: &str, action: Action) -> Vec<(FlagFinding, &'static str)> {
    let others = note.text.sections.iter().filter(|section| !section.heading.eq_ignore_ascii_case("operators"));
    let parts = std::iter::once(&note.text.summary).chain(others.map(|section| &section.text));
    let mut found: Vec<(FlagFinding, &'static str)> = Vec::new();
    for line in parts.flat_map(|part| without_code(part)) {
        let lower = line.to_lowercase();
        let says = |words: &[&'static str]| words.iter().copied().find(|phrase| is_said(&lower, phrase));
        let (severity, phrase) = match (says(&PLAIN), says(&LIKELY)) {
            (Some(phrase), _) => (RuleSeverity::Fail, phrase),
            // What is recommended may well be said with "before upgrading".
            (None, Some(phrase)) if action == Action::None => (RuleSeverity::Warn, phrase),
            _ => continue,
        };
        let at = line_of(text, |whole| whole.to_lowercase().contains(phrase));
        if found.iter().any(|(known, _)| known.line == at) {
            continue;
        }
        let says = if action == Action::None { "nothing is to be done" } else { "acting is only recommended" };
        let message = format!("the text says \"{phrase}\", and `[operator]` says that {says}");
        found.push((FlagFinding { line: at, severity, message, hint: DECLARE }, phrase));
    }
    found
}

/// Whether a phrase is there and is not denied.
fn is_said(line: &str, phrase: &str) -> bool {
    line.match_indices(phrase).any(|(at, _)| !DENIALS.iter().any(|denial| line[..at].ends_with(denial)))
}

fn is_nothing(words: &str) -> bool {
    let plain = words.trim().trim_end_matches(['.', '!']).to_lowercase();
    NOTHING.contains(&plain.as_str())
}

/// The lines of a text, without blocks and spans of code.
fn without_code(text: &str) -> Vec<String> {
    let mut is_code = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            is_code = !is_code;
        } else if !is_code {
            lines.push(line.split('`').step_by(2).collect::<Vec<_>>().join(" "));
        }
    }
    lines
}

/// The number of the first line that fits; the first where none does.
fn line_of(text: &str, fits: impl Fn(&str) -> bool) -> usize {
    text.lines().position(fits).map_or(1, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(front: &str, body: &str) -> Vec<(usize, RuleSeverity, String)> {
        let text = format!("+++\nkind = \"fixed\"\n{front}+++\n{body}");
        let note = Note::read(&text, "n.md", None).unwrap();
        action_flags(&note, &text, NoteFormat::Twintrack)
            .into_iter()
            .map(|finding| (finding.line, finding.severity, finding.message))
            .collect()
    }

    const REQUIRED: &str =
        "[operator]\naction = \"required\"\nwhen = \"before\"\ndowntime = \"none\"\nrollback = \"safe\"\n";
    const RECOMMENDED: &str = "[operator]\naction = \"recommended\"\nwhen = \"before\"\n";

    #[test]
    fn words_and_fields_that_agree_are_left_alone() {
        for (front, body) in [
            ("", "Jobs run once.\n"),
            ("", "Jobs run once. No action required.\n"),
            ("", "Upgrades without manual intervention.\n"),
            ("", "The error `action required` is gone.\n\n```\nyou must\n```\n"),
            ("", "Jobs run once.\n\n## Operators\nNone.\n"),
            (REQUIRED, "Action required: set it.\n\n## Operators\nSet it before upgrading.\n"),
            (RECOMMENDED, "Set it before upgrading.\n\n## Operators\nSet it.\n"),
        ] {
            assert_eq!(found(front, body), [], "{front}{body}");
        }
    }

    #[test]
    fn words_that_the_fields_know_nothing_of_are_found_with_their_line() {
        let fail = RuleSeverity::Fail;
        let nothing = "and `[operator]` says that nothing is to be done";
        assert_eq!(
            found("", "x\n\n## Operators\nSet it.\n"),
            [(6, fail, format!("operators are told what to do, {nothing}"))]
        );
        assert_eq!(
            found("", "x\n**Action Required**: set it.\n"),
            [(5, fail, format!("the text says \"action required\", {nothing}"))]
        );
        assert_eq!(
            found("", "x\n\n## Migration\nYou must run it.\n"),
            [(7, RuleSeverity::Warn, format!("the text says \"you must\", {nothing}"))]
        );
        assert_eq!(
            found(RECOMMENDED, "Action required!\n\n## Operators\nSet it.\n")[0].2,
            "the text says \"action required\", and `[operator]` says that acting is only recommended"
        );
        assert_eq!(
            found(RECOMMENDED, "x\n\n## Operators\nNothing to do.\n"),
            [(9, fail, "`action` is `recommended`, and the text says that nothing is to be done".to_owned())]
        );
    }
}
