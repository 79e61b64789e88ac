//! What formats of one key a line have in common: keys that are set and keys that are shown in comments, each with its
//! place, become keys with their comments.

use serde_json::Value;

use super::comments::Comments;
use super::file::{DeclaredKey, ParsedFile};
use super::node::Place;

/// A key on its line.
pub(super) struct LineKey {
    pub key: String,
    pub value: Value,
    pub place: Place,
    /// Whether the line is a comment.
    pub is_commented: bool,
}

/// A line of the text with the byte after its last character.
pub(super) struct NumberedLine<'t> {
    pub number: usize,
    /// Without its line end.
    pub text: &'t str,
    pub end: usize,
}

/// The lines of a text.
pub(super) fn numbered(text: &str) -> impl Iterator<Item = NumberedLine<'_>> {
    let mut offset = 0;
    text.split_inclusive('\n').enumerate().map(move |(number, whole)| {
        let line = whole.trim_end_matches(['\n', '\r']);
        let end = offset + line.len();
        offset += whole.len();
        NumberedLine { number, text: line, end }
    })
}

/// The keys of a file, in the order of its lines.
pub(super) fn file_of(text: &str, marks: &'static [char], keys: Vec<LineKey>) -> ParsedFile {
    let comments = Comments::new(text, marks, keys.iter().map(|key| key.place));
    let described = keys.into_iter().map(|line| {
        let key = DeclaredKey::new(line.key, line.value).described(comments.of(line.place));
        if line.is_commented { key.commented() } else { key }
    });
    described.collect()
}
