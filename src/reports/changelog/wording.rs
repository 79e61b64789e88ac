//! The words of a change note on one line.

use crate::config::Note;
use crate::domain::{Action, ActionTime};

/// The first paragraph of a text, on one line. Marks of Markdown stay as they are written.
pub(super) fn first_paragraph(text: &str) -> String {
    let lines = text.lines().map(str::trim).skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

/// What follows the first paragraph; `None` where nothing does.
pub(super) fn further_paragraphs(text: &str) -> Option<String> {
    let mut lines = text.lines().skip_while(|line| line.trim().is_empty()).skip_while(|line| !line.trim().is_empty());
    let rest = lines.by_ref().collect::<Vec<_>>().join("\n");
    let rest = rest.trim_matches('\n').trim_end();
    (!rest.is_empty()).then(|| rest.to_owned())
}

/// What whoever operates an installation must do, and when: `Required before the upgrade: set …`. `None` where there is
/// nothing to do.
pub(super) fn operator_words(note: &Note) -> Option<String> {
    let operator = note.operator.as_ref().filter(|operator| operator.action != Action::None)?;
    let how = match operator.action {
        Action::Required => "Required",
        _ => "Recommended",
    };
    let when = match operator.when {
        None => "",
        Some(ActionTime::Before) => " before the upgrade",
        Some(ActionTime::During) => " during the upgrade",
        Some(ActionTime::After) => " after the upgrade",
    };
    let what = note.text.operators().map(first_paragraph).filter(|words| !words.is_empty());
    Some(match what {
        Some(what) => format!("{how}{when}: {what}"),
        None => format!("{how}{when}, see the upgrade notes"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_told_apart() {
        let text = "\nJobs run\nonce.\n\nAlways, `even` now.\n\n- a\n- b\n";
        assert_eq!(first_paragraph(text), "Jobs run once.");
        assert_eq!(further_paragraphs(text).unwrap(), "Always, `even` now.\n\n- a\n- b");
        assert_eq!(further_paragraphs("one\ntwo\n"), None);
        assert_eq!(first_paragraph(""), "");
    }
}
