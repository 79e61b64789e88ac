//! Which lines of a text another one has otherwise, as git's own comparison sees it.

use std::ops::Range;

use git2::{DiffOptions, Patch};

use super::workbench::is_binary;

/// A place where two texts differ, as ranges of lines counted from zero; one of the two may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedLines {
    pub old: Range<u32>,
    pub new: Range<u32>,
}

/// The places where the texts differ, in their order; none where one of them has no lines, as a picture.
pub fn changed_lines(old: &[u8], new: &[u8]) -> Vec<ChangedLines> {
    if is_binary(old) || is_binary(new) {
        return Vec::new();
    }
    let mut options = DiffOptions::new();
    options.context_lines(0);
    let Ok(patch) = Patch::from_buffers(old, None, new, None, Some(&mut options)) else { return Vec::new() };
    let hunks = (0..patch.num_hunks()).filter_map(|at| patch.hunk(at).ok());
    // Of an empty side git names the line before it.
    let range = |start: u32, count: u32| {
        let from = if count == 0 { start } else { start.saturating_sub(1) };
        from..from + count
    };
    hunks
        .map(|(hunk, _)| ChangedLines {
            old: range(hunk.old_start(), hunk.old_lines()),
            new: range(hunk.new_start(), hunk.new_lines()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_places_of_both_sides() {
        let places = changed_lines(b"a\nb\nc\nd\n", b"a\nB\nc\nd\ne\n");
        assert_eq!(places, [ChangedLines { old: 1..2, new: 1..2 }, ChangedLines { old: 4..4, new: 4..5 }]);
        assert_eq!(changed_lines(b"a\nb\n", b"b\n"), [ChangedLines { old: 0..1, new: 0..0 }]);
        assert_eq!(changed_lines(b"", b"a\n"), [ChangedLines { old: 0..0, new: 0..1 }]);
        assert_eq!(changed_lines(b"a\n", b"a\n"), []);
        assert_eq!(changed_lines(b"a\0", b"b\0"), []);
    }
}
