//! Why nothing is backported. A conflict is no error: it is a result of a pick.

use crate::domain::{BranchName, CommitId, TagName, listed};
use crate::git::{ReadError, WorkbenchError};
use crate::ledger::NotesError;
use crate::operations::branch_tip::BranchTipError;

/// Why nothing is backported.
#[derive(Debug, thiserror::Error)]
pub enum BackportError {
    #[error("no channel has a line `{name}`")]
    UnknownLine { name: String, known: Vec<String>, nearest: Option<String> },
    #[error("several channels have a line `{name}`")]
    WhichLine { name: String, branches: Vec<String> },
    #[error("line `{line}` is at its end of life")]
    EndOfLife { line: String },
    #[error("line `{line}` has no branch: only its tags are left")]
    NoBranch { line: String, newest: Option<TagName> },
    #[error("trunk has no change `{number}`")]
    UnknownChange { number: String },
    #[error("several commits of trunk have the number `{number}`")]
    WhichChange { number: String, commits: Vec<String> },
    #[error("{} is a merge: which of its parents is the mainline?", .commit.short())]
    Mainline { commit: CommitId, parents: Vec<CommitId> },
    #[error("{} has {count} parents, so that there is no number {wanted}", .commit.short())]
    NoSuchParent { commit: CommitId, count: usize, wanted: usize },
    #[error("none of the commits is a merge, so that there is no mainline")]
    NoMerge,
    #[error("history is cut at {}: what it changed cannot be seen", .commit.short())]
    Cut { commit: CommitId },
    #[error("one branch for review cannot take the commits of several lines")]
    OneReviewBranch { branch: String },
    #[error("`{branch}` is no name of a branch")]
    ReviewName { branch: String },
    #[error(transparent)]
    Branch(#[from] BranchTipError),
    #[error(transparent)]
    Workbench(#[from] WorkbenchError),
    #[error(transparent)]
    Notes(#[from] NotesError),
    #[error("cannot read the object database")]
    Read(#[from] ReadError),
    #[error("the branch `{branch}` cannot be compared with its line")]
    Review {
        branch: BranchName,
        #[source]
        source: ReadError,
    },
}

impl BackportError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UnknownLine { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownLine { known, .. } if known.is_empty() => "cut one first: `twintrack cut VERSION`".to_owned(),
            Self::UnknownLine { known, .. } => format!("known are {}", listed(known)),
            Self::WhichLine { branches, .. } => format!("name its branch: {}", listed(branches)),
            Self::EndOfLife { line } => format!(
                "if fixes are still due there, correct its dates below `lines.\"{line}\"` of its channel in release.toml"
            ),
            Self::NoBranch { line, newest: Some(tag) } => {
                format!("make the branch of `{line}` again, with `git branch NAME {tag}`")
            }
            Self::NoBranch { .. } => "make its branch again, at its newest tag".to_owned(),
            Self::UnknownChange { .. } => "name a commit".to_owned(),
            Self::WhichChange { commits, .. } => format!("name the commit: {}", listed(commits)),
            Self::Mainline { commit, parents } => {
                let shown: Vec<String> =
                    (1..).zip(parents).map(|(number, parent)| format!("{number} is {}", parent.short())).collect();
                format!(
                    "name it with `--mainline N`, nearly always 1 ({}); or name the commits that {} merged",
                    shown.join(", "),
                    commit.short()
                )
            }
            Self::NoSuchParent { count, .. } => format!("name one from 1 to {count} with `--mainline`"),
            Self::NoMerge => "leave out `--mainline`".to_owned(),
            Self::Cut { .. } => {
                "fetch more of the history: `git fetch --deepen=100`, or `git fetch --unshallow`".to_owned()
            }
            Self::OneReviewBranch { branch } => {
                format!("put `{{line}}` into the name, for example `--via-branch {branch}-{{line}}`")
            }
            Self::ReviewName { .. } => "choose another name with `--via-branch`".to_owned(),
            Self::Branch(error) => return error.hint(),
            Self::Workbench(error) => return error.hint(),
            Self::Read(error) | Self::Review { source: error, .. } => return error.hint(),
            Self::Notes(_) => return None,
        })
    }
}
