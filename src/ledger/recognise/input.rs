//! What recognising a layout needs to know of a repository: names, the commits they stand for, and few questions about
//! ancestry, answered by whoever walks commits. Nothing here reads a repository.

use crate::domain::CommitId;

/// A branch and its tip.
#[derive(Debug, Clone, Copy)]
pub struct BranchFact<'n> {
    /// Without `refs/heads/` or the name of a remote.
    pub name: &'n str,
    pub tip: CommitId,
}

/// A tag and the commit it leads to.
#[derive(Debug, Clone, Copy)]
pub struct TagFact<'n> {
    /// Without `refs/tags/`.
    pub name: &'n str,
    /// `None` where the tag leads to no commit.
    pub commit: Option<CommitId>,
}

/// The names of a repository, in any order; the answer does not depend on it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'n> {
    /// The branch that is checked out, also when it has no commit yet.
    pub head: Option<&'n str>,
    /// The branch that the remote calls its default.
    pub remote_head: Option<&'n str>,
    /// What the project is called, from its remote's address or its directory.
    pub project: Option<&'n str>,
    /// Each name once.
    pub branches: &'n [BranchFact<'n>],
    /// Each name once.
    pub tags: &'n [TagFact<'n>],
}

/// Questions about commits. An answer may be bounded: "unknown" reads as `None`, `false` or an empty list, and makes
/// the recogniser lean on names.
pub trait Ancestry {
    /// The committer's time in seconds since 1970.
    fn time(&mut self, commit: CommitId) -> Option<i64>;

    /// Whether trunk's tip reaches the commit.
    fn is_on_trunk(&mut self, commit: CommitId) -> bool;

    /// The commits that `tip` reaches and trunk does not, in any order.
    fn beyond_trunk(&mut self, tip: CommitId) -> Vec<CommitId>;
}
