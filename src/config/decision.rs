//! What a person decided about where a change stands. It wins over everything that is computed.

use crate::domain::{CommitPrefix, LineName};

/// One `[[changes.decision]]` of `release.toml`, or one `[[decision]]` of a change note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The commit it is about: of a line, or for [`Verdict::NotNeeded`] of trunk.
    pub commit: CommitPrefix,
    pub verdict: Verdict,
    /// Why, for people; there wherever the verdict is not a backport.
    pub because: Option<String>,
    /// The line of the file in which it begins, counted from one.
    pub line: usize,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is a backport of these trunk commits, at least one.
    BackportOf(Vec<CommitPrefix>),
    /// It belongs to its line alone.
    LineOnly,
    /// These lines, by name or branch and at least one, do not need the change.
    NotNeeded(Vec<LineName>),
}
