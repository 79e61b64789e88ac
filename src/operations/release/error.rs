//! Why nothing is released.

use crate::domain::{BranchName, CommitId, TagName, Version, listed};
use crate::git::{NewObjectError, ReadError, RemoteError};
use crate::ledger::NotesError;
use crate::operations::StatementError;
use crate::operations::branch_tip::BranchTipError;
use crate::operations::next_version::NextVersionError;
use crate::operations::version_commit::VersionCommitError;
use crate::plan::PlanError;
use crate::reports::{BackportsError, ContentsError, Gate, RedactionLeak};

/// Why nothing is released.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    #[error("no channel has a line `{name}`")]
    UnknownLine { name: String, known: Vec<String>, nearest: Option<String> },
    #[error("`{name}` is no channel that is released")]
    UnknownChannel { name: String, known: Vec<String> },
    #[error("several channels have a line `{name}`")]
    WhichChannel { name: String, known: Vec<String> },
    #[error("line `{line}` has no branch: only its tags are left")]
    NoBranch { line: String, branch: Option<BranchName>, newest: Option<TagName> },
    #[error(transparent)]
    Next(#[from] NextVersionError),
    #[error("the newest candidate {candidate} is at {}, and `{line}` has gone on since", .commit.short())]
    Untested { line: String, candidate: Version, commit: CommitId, version: Version },
    #[error("`{line}` at {} differs from the candidate {candidate} in more than its version: {}", .commit.short(), listed(.paths))]
    OtherContent { line: String, candidate: Version, commit: CommitId, version: Version, paths: Vec<String> },
    /// `subject` is what is signed off.
    #[error("{} of {version} {} open", if .open.len() == 1 { "a gate".to_owned() } else { format!("{} gates", .open.len()) }, if .open.len() == 1 { "is" } else { "are" })]
    GatesOpen { subject: Version, version: Version, open: Vec<Gate> },
    #[error(transparent)]
    Statement(#[from] StatementError),
    #[error("what the line lacks cannot be found out")]
    Backports(#[from] BackportsError),
    #[error("cannot compare trees")]
    Tree(#[from] NewObjectError),
    #[error("tag `{tag}` exists, for {}", .object)]
    TagExists { tag: TagName, object: String },
    #[error("tag `{tag}` exists on the remote `{remote}`")]
    TagExistsThere { tag: TagName, remote: String },
    #[error("history is cut, so that the notes of {version} would begin in the middle")]
    HistoryCut { version: Version },
    #[error("the message of tag `{tag}` would show what `[redaction]` keeps back")]
    KeptBack { tag: TagName, leaks: Vec<RedactionLeak> },
    #[error(transparent)]
    Branch(#[from] BranchTipError),
    #[error(transparent)]
    Versions(#[from] VersionCommitError),
    #[error("cannot read the object database")]
    Read(#[from] ReadError),
    #[error(transparent)]
    Contents(#[from] ContentsError),
    #[error(transparent)]
    Notes(#[from] NotesError),
    #[error(transparent)]
    Remote(#[from] RemoteError),
    #[error(transparent)]
    Plan(#[from] PlanError),
}

impl ReleaseError {
    /// The gates that are open, each with why; the words that are kept back, each with the change that says them.
    pub fn findings(&self) -> Vec<String> {
        match self {
            Self::GatesOpen { open, .. } => open.iter().map(|gate| format!("`{}`: {}", gate.name, gate.why)).collect(),
            Self::KeptBack { leaks, .. } => leaks.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UnknownLine { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownLine { name, known, .. } if known.is_empty() => format!("cut it: `twintrack cut {name}`"),
            Self::UnknownLine { name, known, .. } => {
                format!("known are {}; cut a new one with `twintrack cut {name}`", listed(known))
            }
            Self::UnknownChannel { known, .. } | Self::WhichChannel { known, .. } => {
                format!("name one with `--channel`: {}", listed(known))
            }
            Self::NoBranch { branch: Some(branch), newest: Some(tag), .. } => {
                format!("make it again with `git branch {branch} {tag}`")
            }
            Self::NoBranch { .. } => "make its branch again, at its newest tag".to_owned(),
            Self::Next(error) => return error.hint(),
            Self::OtherContent { line, version, .. } => format!(
                "make another candidate with `twintrack release {line} --candidate`, or release the line as it is with \
                 `--version {version}`"
            ),
            Self::GatesOpen { subject, open, .. } => {
                let signs = if open.iter().any(|gate| gate.is_sign_off) {
                    format!("state what is met with `twintrack sign-off {subject} GATE`; ")
                } else {
                    String::new()
                };
                format!("{signs}`--override REASON` releases all the same, and the reason stays on record")
            }
            Self::Statement(error) => return error.hint(),
            Self::Backports(error) => return error.hints().into_iter().next(),
            Self::Tree(error) => return error.hint(),
            Self::Untested { line, version, .. } => format!(
                "make another candidate with `twintrack release {line} --candidate`, or release the line as it is with \
                 `--version {version}`"
            ),
            Self::TagExists { .. } => "a tag is never moved: release another version with `--version`".to_owned(),
            Self::TagExistsThere { remote, .. } => format!("run `git fetch --tags {remote}`, then run again"),
            Self::HistoryCut { .. } => {
                "run `git fetch --unshallow --tags` first; in GitHub Actions, check out with `fetch-depth: 0`"
                    .to_owned()
            }
            Self::KeptBack { .. } => {
                "say what it means to people in a change note on trunk, or keep it from the channel \
                                      with `channels` in its note or with `changes.audience`"
                    .to_owned()
            }
            Self::Branch(error) => return error.hint(),
            Self::Versions(error) => return error.hint(),
            Self::Notes(_) => return None,
            Self::Read(error) => return error.hint(),
            Self::Contents(error) => return error.hint(),
            Self::Remote(error) => return error.hint(),
            Self::Plan(error) => return error.hint(),
        })
    }
}
