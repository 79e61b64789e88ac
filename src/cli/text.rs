//! Text from a repository made fit for a terminal: it can neither move the cursor, nor colour, nor reverse the
//! direction of writing, nor break a table. Widths are columns, not characters.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What stands in place of a character that must not reach a terminal.
const REPLACEMENT: char = '\u{fffd}';

/// Control characters, overrides and isolates of writing direction, separators of lines and paragraphs, and characters
/// that are invisible everywhere (tags, byte order marks). Joiners stay: scripts and emoji need them.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// One line: line ends and tabs become blanks, other control characters a replacement mark.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hostile) {
        return Cow::Borrowed(text);
    }
    let clean = text.trim_end().chars().filter(|c| *c != '\r');
    Cow::Owned(clean.map(|c| if c == '\n' || c == '\t' { ' ' } else { replaced(c) }).collect())
}

/// Several lines: like [`one_line`], but `\n` stays.
pub(super) fn lines(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hostile) {
        return Cow::Borrowed(text);
    }
    let clean = text.chars().filter(|c| *c != '\r');
    Cow::Owned(clean.map(|c| if c == '\n' { c } else { replaced(c) }).collect())
}

fn replaced(c: char) -> char {
    match c {
        '\t' => ' ',
        c if is_hostile(c) => REPLACEMENT,
        c => c,
    }
}

/// A version without what follows its `+`, where the commit stands beside it anyway.
pub(super) fn without_build(version: &str) -> &str {
    version.split('+').next().unwrap_or(version)
}

/// A number of bytes as people say it.
pub(super) fn bytes(count: u64) -> String {
    indicatif::DecimalBytes(count).to_string()
}

/// Columns that `text` takes.
pub(super) fn width(text: &str) -> usize {
    // Most text is ASCII, and a whole history's changelog measures hundreds of thousands of pieces of it.
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.len();
    }
    text.width()
}

/// `text` in at most `columns` columns, its end replaced by `…` where it is longer.
pub(super) fn truncate(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut taken = 0;
    for c in text.chars() {
        taken += c.width().unwrap_or(0);
        if taken + 1 > columns {
            break;
        }
        kept.push(c);
    }
    kept.truncate(kept.trim_end().len());
    if columns > 0 {
        kept.push('…');
    }
    Cow::Owned(kept)
}

/// `text` broken at blanks into lines of at most `columns` columns; a longer word stands on a line of its own, whole, so
/// that commands and addresses can be copied.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut wrapped: Vec<String> = Vec::new();
    for line in text.split('\n') {
        let mut current = String::new();
        for word in line.split(' ').filter(|word| !word.is_empty()) {
            if !current.is_empty() && width(&current) + 1 + width(word) > columns {
                wrapped.push(std::mem::take(&mut current));
            }
            if !current.is_empty() {
                current.push(' ');
            }
            current.push_str(word);
        }
        wrapped.push(current);
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn control_characters_and_overrides_do_not_get_through() {
        assert_eq!(one_line("a\u{1b}[31mb\nc\td\u{202e}e\u{7}\r\n"), "a\u{fffd}[31mb c d\u{fffd}e\u{fffd}");
        assert_eq!(lines("a\r\nb\u{9b}2J"), "a\nb\u{fffd}2J");
        assert_eq!(one_line("naïve 日本 👩‍🚀"), "naïve 日本 👩‍🚀");
    }

    #[test]
    fn truncation_counts_columns() {
        for (text, columns, expected) in [
            ("abcdef", 6, "abcdef"),
            ("abcdefg", 6, "abcde…"),
            ("日本語", 4, "日…"),
            ("ab cd", 4, "ab…"),
            ("ab", 0, ""),
        ] {
            assert_eq!(truncate(text, columns), expected);
        }
    }

    #[test]
    fn wrapping_keeps_long_words_whole() {
        assert_eq!(wrap("one two\nhttps://example.com/x y", 8), ["one two", "https://example.com/x", "y"]);
    }

    proptest! {
        #[test]
        fn truncated_text_fits(text in "\\PC{0,40}", columns in 0usize..30) {
            prop_assert!(width(&truncate(&one_line(&text), columns)) <= columns);
        }

        #[test]
        fn a_cleaned_line_is_one_line(text in any::<String>()) {
            prop_assert!(!one_line(&text).contains(is_hostile));
        }
    }
}
