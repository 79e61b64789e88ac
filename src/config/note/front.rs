//! The two parts of a note: TOML between two lines of `+++`, and the Markdown below them.

/// The parts of a note.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parts<'t> {
    /// The TOML, whose first line is the second of the note.
    pub front: &'t str,
    pub body: &'t str,
}

/// What is wrong with the frame of a note.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FrameFault {
    /// It does not begin with `+++`.
    Absent,
    /// The second `+++` is missing.
    Open,
}

const MARK: &str = "+++";

/// Splits a note. A byte order mark and line ends of either kind are taken as they come.
pub(super) fn split(text: &str) -> Result<Parts<'_>, FrameFault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if first.trim_end() != MARK {
        return Err(FrameFault::Absent);
    }
    let mut position = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == MARK {
            return Ok(Parts { front: &rest[..position], body: &rest[position + line.len()..] });
        }
        position += line.len();
    }
    Err(FrameFault::Open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_the_marks_whatever_the_line_ends() {
        for text in ["+++\na = 1\n+++\nbody\n", "\u{feff}+++ \r\na = 1\r\n+++\r\nbody\n"] {
            let parts = split(text).unwrap();
            assert_eq!((parts.front.trim_end(), parts.body), ("a = 1", "body\n"));
        }
        assert_eq!(split("+++\n+++"), Ok(Parts { front: "", body: "" }));
        assert_eq!(split("text\n+++\n+++\n"), Err(FrameFault::Absent));
        assert_eq!(split("+++\na = \"\"\"\n +++x\n"), Err(FrameFault::Open));
        assert_eq!(split(""), Err(FrameFault::Absent));
    }
}
