//! Which comment belongs to which key, for every format alike: the comment lines directly above it, and the one after its
//! value on the same line. A blank line ends what belongs to a key.

use std::sync::LazyLock;

use regex::Regex;

use super::node::Place;

/// Longer descriptions are cut.
const DESCRIPTION_LIMIT: usize = 1_000;

/// What a line is to the reader of comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineKind {
    Comment,
    /// Blank, or part of a key or value.
    Other,
}

/// The comments of a text whose keys are known.
pub(super) struct Comments<'t> {
    text: &'t str,
    lines: Vec<&'t str>,
    kinds: Vec<LineKind>,
    marks: &'static [char],
}

impl<'t> Comments<'t> {
    /// `marks` are the characters that begin a comment; what stands on the lines of `places` is none.
    pub fn new(text: &'t str, marks: &'static [char], places: impl IntoIterator<Item = Place>) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let is_comment = |line: &&str| line.trim_start().starts_with(marks);
        let kind = |line: &&str| if is_comment(line) { LineKind::Comment } else { LineKind::Other };
        let mut kinds: Vec<LineKind> = lines.iter().map(kind).collect();
        for place in places {
            let last = place.last_line.min(kinds.len().saturating_sub(1));
            for kind in kinds.iter_mut().take(last + 1).skip(place.line) {
                *kind = LineKind::Other;
            }
        }
        Self { text, lines, kinds, marks }
    }

    /// The comment lines, counted from 0, with what they say.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &'t str)> + '_ {
        let kinds = self.kinds.iter().enumerate();
        kinds.filter(|(_, kind)| **kind == LineKind::Comment).map(|(at, _)| (at, self.lines[at].trim()))
    }

    /// From now on this line is a key that stands in a comment.
    pub fn take_out(&mut self, line: usize) {
        if let Some(kind) = self.kinds.get_mut(line) {
            *kind = LineKind::Other;
        }
    }

    /// What is said about the key at `place`.
    pub fn of(&self, place: Place) -> Option<String> {
        let is_comment = |line: &usize| self.kinds.get(*line) == Some(&LineKind::Comment);
        let above = (0..place.line).rev().take_while(is_comment).count();
        let above = &self.lines[(place.line - above).min(self.lines.len())..place.line.min(self.lines.len())];
        let words = words_of(above.iter().map(|line| line.trim().trim_start_matches(self.marks)));
        words.or_else(|| words_of(self.after(place).into_iter()))
    }

    /// The comment on the line where a value ends.
    fn after(&self, place: Place) -> Option<&'t str> {
        let rest = self.text.get(place.end..)?.lines().next()?.trim_start_matches([' ', '\t', ',']);
        let comment = rest.trim_start_matches(self.marks);
        (comment.len() < rest.len()).then_some(comment)
    }
}

/// Comment lines as one paragraph; nothing where they only draw lines.
pub(super) fn words_of<'l>(lines: impl Iterator<Item = &'l str>) -> Option<String> {
    let mut said: Vec<&str> = Vec::new();
    for line in lines {
        let line = line.trim();
        if let Some(beginning) = line.strip_prefix("-- ") {
            // As helm-docs reads it: the description begins here.
            said.clear();
            said.push(beginning.trim());
        } else if line.starts_with('[') && line.ends_with(']') {
            // The header of a section that is not set; what stands above it is about the section.
            said.clear();
        } else if !line.starts_with('@') && line.chars().any(char::is_alphanumeric) {
            said.push(line);
        }
    }
    let mut text = said.join(" ");
    if let Some((end, _)) = text.char_indices().nth(DESCRIPTION_LIMIT) {
        text.truncate(end);
        text.push('…');
    }
    (!text.is_empty()).then_some(text)
}

/// `## @param path.to.key Description`, as one family of charts describes its keys away from them.
pub(super) fn declared_parameters(text: &str) -> impl Iterator<Item = (&str, &str)> {
    static PARAMETER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?m)^[ \t]*#+[ \t]*@param[ \t]+(\S+)[ \t]+(?:\[[^\]\n]*\][ \t]*)?(\S.*)$")
            .expect("a sound expression")
    });
    PARAMETER.captures_iter(text).filter_map(|found| Some((found.get(1)?.as_str(), found.get(2)?.as_str().trim())))
}

/// Lines of a text by byte offset.
pub(super) struct LineIndex(Vec<usize>);

impl LineIndex {
    pub fn of(text: &str) -> Self {
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(starts).collect())
    }

    /// The line at a byte, counted from 0.
    pub fn line(&self, offset: usize) -> usize {
        self.0.partition_point(|start| *start <= offset).saturating_sub(1)
    }
}
