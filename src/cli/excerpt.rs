//! The beginning of a Markdown document where all of it would be too long: whole entries, and what is left out said.
//! Where the rest can be read is the caller's to say.

use std::borrow::Cow;

/// Characters as GitHub counts them for its limits.
pub(super) fn characters(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The document, or its first entries and `rest`, so that `measure` gives no more than `limit` for it. An entry begins
/// with `- ` at the beginning of a line; a heading whose entries are all left out is left out, too.
pub(super) fn excerpt<'d>(
    document: &'d str,
    limit: usize,
    measure: impl Fn(&str) -> usize,
    rest: &str,
) -> Cow<'d, str> {
    if measure(document) <= limit {
        return Cow::Borrowed(document);
    }
    let closing = format!("\n\n{rest}\n");
    let room = limit.saturating_sub(measure(&closing));
    let (mut taken, mut at, mut end) = (0, 0, 0);
    for line in document.split_inclusive('\n') {
        if is_boundary(line) {
            end = at;
        }
        taken += measure(line);
        if taken > room {
            break;
        }
        at += line.len();
    }
    let mut kept = document[..end].trim_end();
    while let Some(last) = kept.lines().next_back().filter(|line| line.starts_with('#')) {
        kept = kept[..kept.len() - last.len()].trim_end();
    }
    Cow::Owned(format!("{kept}{closing}").trim_start().to_owned())
}

fn is_boundary(line: &str) -> bool {
    line.starts_with("- ") || line.starts_with('#') || line.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "# 1.9.0\n\n## Added\n\n- one\n  - more\n- twö\n\n## Fixed\n\n- three\n";

    fn short(limit: usize) -> Cow<'static, str> {
        excerpt(DOCUMENT, limit, characters, "The rest.")
    }

    #[test]
    fn what_fits_is_left_alone() {
        assert!(matches!(short(characters(DOCUMENT)), Cow::Borrowed(_)));
    }

    #[test]
    fn whole_entries_are_kept_and_no_heading_without_one() {
        assert_eq!(short(50), "# 1.9.0\n\n## Added\n\n- one\n  - more\n\nThe rest.\n");
        let all = characters(DOCUMENT);
        assert_eq!(short(all - 1), "# 1.9.0\n\n## Added\n\n- one\n  - more\n- twö\n\nThe rest.\n");
        assert_eq!(short(40), "The rest.\n");
    }

    #[test]
    fn no_limit_is_passed() {
        for limit in 11..=characters(DOCUMENT) {
            assert!(characters(&short(limit)) <= limit, "{limit}: {}", short(limit));
        }
    }
}
