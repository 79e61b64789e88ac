//! Git's own words for taking a change back: `Revert "title"`, `Reapply "title"`, one within the other, and the lines that
//! name commits. Which change they mean is decided in `cancel`.

use super::subject::strip_tail;

/// A title that a subject quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quoted<'a> {
    /// The innermost title, without the numbers after it.
    pub title: &'a str,
    /// How often the change was taken back: odd where it is gone, even where it is there again.
    pub depth: u32,
}

impl<'a> Quoted<'a> {
    /// Reads `Revert "…"`, `Reapply "…"`, `Revert "Revert "…""`, `revert "…"`; numbers may follow each.
    pub(super) fn parse(sentence: &'a str) -> Option<Self> {
        let (mut title, mut depth) = (sentence, 0);
        loop {
            let (rest, _) = strip_tail(title);
            match unquote(rest) {
                Some((inner, turns)) if depth < 32 => (title, depth) = (inner, depth + turns),
                _ if depth == 0 => return None,
                _ => return Some(Self { title: rest, depth }),
            }
        }
    }

    /// Reads the description of `revert: title`, which itself may quote.
    pub(super) fn of_revert_type(description: &'a str) -> Option<Self> {
        match Self::parse(description) {
            Some(quoted) => Some(quoted),
            None => Some(Self { title: strip_tail(description).0.trim_matches('"'), depth: 1 }),
        }
    }

    /// Whether the change is there again.
    pub(super) fn is_reapplied(self) -> bool {
        self.depth.is_multiple_of(2)
    }
}

/// Takes one layer of quoting off, and how often it turns the change.
fn unquote(text: &str) -> Option<(&str, u32)> {
    let (rest, turns) = ["Revert \"", "revert \"", "Reverts \"", "Revert '"]
        .iter()
        .find_map(|start| Some((text.strip_prefix(start)?, 1)))
        .or_else(|| Some((text.strip_prefix("Reapply \"")?, 2)))?;
    let inner = rest.strip_suffix(['"', '\'']).unwrap_or(rest).trim();
    (!inner.is_empty()).then_some((inner, turns))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_is_quoted() {
        for (sentence, title, depth) in [
            ("Revert \"Add it\"", "Add it", 1),
            ("Revert \"Add it (#1)\" (#2)", "Add it", 1),
            ("Revert \"Revert \"Add it\"\"", "Add it", 2),
            ("Revert \"Revert \"Add it (#1)\" (#2)\" (#3)", "Add it", 2),
            ("Reapply \"Add it\"", "Add it", 2),
            ("Revert \"Reapply \"Add it\"\"", "Add it", 3),
            ("Revert \"Say \"hello\"\"", "Say \"hello\"", 1),
        ] {
            assert_eq!(Quoted::parse(sentence), Some(Quoted { title, depth }), "{sentence}");
        }
        assert_eq!(Quoted::parse("Revert the order of arguments"), None);
        assert_eq!(Quoted::parse("Revert \"\""), None);
        assert_eq!(Quoted::of_revert_type("add it"), Some(Quoted { title: "add it", depth: 1 }));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "((Revert|Reapply) \"){0,5}\\PC{0,20}\"{0,5}( ?\\(#[0-9]{0,2}\\)){0,2}") {
            let _ = (Quoted::parse(&text), Quoted::of_revert_type(&text));
        }
    }
}
