//! Why a line is not cut.

use crate::domain::{BranchName, CommitId, NameError, ProduceError, listed};
use crate::git::ReadError;
use crate::operations::StatementError;
use crate::operations::branch_tip::BranchTipError;
use crate::operations::version_commit::VersionCommitError;
use crate::plan::PlanError;
use crate::reports::{SoakError, WhyNotSoaked};

/// Why a line is not cut.
#[derive(Debug, thiserror::Error)]
pub enum CutError {
    #[error("no channel has lines: there is none of kind `versioned` with `line` in the configuration")]
    NoChannel,
    #[error("several channels have lines, and none was named")]
    WhichChannel { known: Vec<String> },
    #[error("`{name}` is no channel with lines")]
    UnknownChannel { name: String, known: Vec<String> },
    #[error("`{text}` names no line of channel `{channel}`, whose branches are named `{pattern}`")]
    NotALine { text: String, channel: String, pattern: String },
    #[error("the line's branch cannot be named")]
    Name(#[source] ProduceError),
    #[error("line `{line}` of channel `{channel}` exists{}", .branch.as_ref().map(|branch| format!(", as branch `{branch}`")).unwrap_or_default())]
    Exists { line: String, channel: String, branch: Option<BranchName> },
    #[error("{} is neither on trunk nor on a managed line", .commit.short())]
    Elsewhere { commit: CommitId },
    #[error(transparent)]
    Soak(#[from] SoakError),
    #[error("{} has not soaked: {why}", .commit.short())]
    NotSoaked { commit: CommitId, why: WhyNotSoaked },
    #[error("the exception from soaking cannot be recorded")]
    Exception(#[source] NameError),
    #[error("`{path}` is not on trunk, so that nothing can be recorded in it there")]
    NoConfiguration { path: String },
    #[error("line `{line}` cannot be recorded in `{path}`: {why}")]
    Record { line: String, path: String, why: String },
    #[error("nothing is to be committed on trunk, so that `{branch}` would hold nothing to review")]
    NothingToReview { branch: BranchName },
    #[error(transparent)]
    Branch(#[from] BranchTipError),
    #[error(transparent)]
    Versions(#[from] VersionCommitError),
    #[error("cannot read the object database")]
    Read(#[from] ReadError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Statement(#[from] StatementError),
}

impl CutError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoChannel => "declare how its branches are named: `line = \"release/{major}.{minor}\"`".to_owned(),
            Self::WhichChannel { known } | Self::UnknownChannel { known, .. } => {
                format!("name one with `--channel`: {}", listed(known))
            }
            Self::NotALine { pattern, .. } => format!("write what the fields of `{pattern}` are to be, such as `1.9`"),
            Self::Exception(_) | Self::Name(_) => "write the whole name of the branch".to_owned(),
            Self::Exists { line, .. } => format!("release on it with `twintrack release {line} --candidate`"),
            Self::Elsewhere { .. } => "name a commit of trunk with `--at`, or merge it there first".to_owned(),
            Self::Soak(error) => return error.hint(),
            Self::NotSoaked { .. } => {
                "leave out `--at` for the newest commit that has, or say with `--reason TEXT` why it is cut all the same"
                    .to_owned()
            }
            Self::Statement(error) => return error.hint(),
            Self::NoConfiguration { path } => format!("commit `{path}` on trunk first"),
            Self::Record { .. } => "write it yourself on trunk, and cut without `--lts`".to_owned(),
            Self::NothingToReview { .. } => "leave out `--via-branch`".to_owned(),
            Self::Branch(error) => return error.hint(),
            Self::Versions(error) => return error.hint(),
            Self::Read(error) => return error.hint(),
            Self::Plan(error) => return error.hint(),
        })
    }
}
