//! What becomes of one commit on one line.

use serde::Serialize;

use crate::domain::{BranchName, ChannelName, CommitId};
use crate::git::{Conflict, ConflictKind};

/// What becomes of a commit on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PickResult {
    /// It applies, and the plan has it unless another pick stands in the way.
    Picked,
    /// The line has the change, whatever the commit is called there.
    AlreadyThere,
    /// It waits on the branch for review already.
    InReview,
    /// It would change nothing, though no commit of the line is known to be it.
    Empty,
    /// A person has to merge it.
    Conflict,
    /// It applies, but only by merging the contents of a configuration or migration file, which a person has to see.
    Surface,
    /// A commit before it, on the same line, stands in the way.
    Waiting,
}

impl PickResult {
    /// Whether a person has to act before the line can have the commits.
    pub const fn is_blocked(self) -> bool {
        matches!(self, Self::Conflict | Self::Surface | Self::Waiting)
    }
}

/// One commit on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pick {
    pub commit: CommitId,
    pub subject: String,
    pub channel: ChannelName,
    /// The line's name.
    pub line: String,
    pub branch: BranchName,
    pub result: PickResult,
    /// The commit that the plan makes; `None` where it makes none.
    pub new_commit: Option<CommitId>,
    /// The commit by which the line has the change already.
    pub there: Option<CommitId>,
    /// Paths that a person has to merge.
    pub conflicts: Vec<String>,
    /// The same paths, each with what is in the way.
    pub obstacles: Vec<Obstacle>,
    /// Commits of trunk that the line lacks and that probably cause the conflict, newest first.
    pub prerequisites: Vec<CommitId>,
    /// The same commits, each with what it says and touches.
    pub missing: Vec<Prerequisite>,
    /// Why a person said that the line does not need the commit; `None` where nobody did. It is picked all the same.
    pub not_needed: Option<String>,
    /// Configuration and migration files that the commit changes.
    pub surface: Vec<String>,
    /// Change notes that are taken along from other commits of the same merge.
    pub notes: Vec<String>,
    /// How to do it by hand, a command each; empty where nothing is in the way.
    pub commands: Vec<String>,
}

/// A file that is in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Obstacle {
    pub path: String,
    /// For people, a lower-case fragment.
    pub why: &'static str,
}

/// A commit that is probably needed first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Prerequisite {
    pub commit: CommitId,
    pub subject: String,
    /// The paths in conflict that it touches in the same region.
    pub paths: Vec<String>,
}

impl From<&Conflict> for Obstacle {
    fn from(conflict: &Conflict) -> Self {
        let why = match conflict.kind {
            ConflictKind::Content => "the line has other text there",
            ConflictKind::Binary => "the line has another version of it, and it cannot be merged",
            ConflictKind::Submodule => "the line has the submodule at another commit",
            ConflictKind::AbsentHere => "the line does not have the file",
            ConflictKind::RemovedThere => "the commit removes it, and the line has another version of it",
            ConflictKind::AddedOnBoth => "the line has a file of that name already",
            ConflictKind::Moved => "it was moved, on the line or by the commit",
        };
        Self { path: conflict.path.clone(), why }
    }
}

impl Obstacle {
    /// A declared file whose contents would have to be merged.
    pub(super) fn of_surface(path: String) -> Self {
        Self { path, why: "its contents would be merged, and operators depend on them" }
    }
}
