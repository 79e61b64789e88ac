//! What can go wrong with a plan. Every message says what stands now, where that is not simply as before.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::journal::JournalError;
use super::value::RefState;
use crate::domain::{BranchName, ObjectId, RefName};
use crate::git::{GitCommandError, Operation, ReadError, RefsError, RemoteError, WriteObjectError};

/// What an error means to whoever called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// Something moved meanwhile: run again.
    Moved,
    /// For safety; a person has to clear the way.
    Refused,
    /// git, files or the remote failed.
    Failed,
}

/// Where a ref is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Here,
    Remote(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here => f.write_str("in this repository"),
            Self::Remote(name) => write!(f, "on the remote `{name}`"),
        }
    }
}

/// A ref that does not hold what the plan expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedRef {
    pub name: RefName,
    pub expected: RefState,
    pub found: RefState,
}

impl fmt::Display for MovedRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, expected, found } = self;
        match (expected, found) {
            (RefState::Absent, RefState::At(found)) => write!(f, "`{name}` exists, at {}", found.short()),
            (RefState::At(expected), RefState::Absent) => {
                write!(f, "`{name}` is gone, expected at {}", expected.short())
            }
            _ => write!(f, "`{name}` is at {found}, expected at {expected}"),
        }
    }
}

fn joined<T: fmt::Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn quoted(names: &[RefName]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Why a checked-out branch stays where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// Tracked files differ from what is committed.
    Changes,
    /// Files that are not tracked would be overwritten; git's words.
    Files(String),
    /// Another operation will set the branch when it ends.
    Operation(Operation),
    /// The work tree could follow, but the plan does not say so.
    NotPlanned,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changes => f.write_str("has uncommitted changes"),
            Self::Files(words) => write!(f, "cannot follow: {words}"),
            Self::Operation(operation) => write!(f, "is in the middle of a {operation}"),
            Self::NotPlanned => f.write_str("would no longer show what the branch holds"),
        }
    }
}

/// Why our own lock could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("another run is at work in this repository: `{}` was held for {} seconds", .path.display(), .patience.as_secs())]
    Busy { path: PathBuf, patience: Duration },
    #[error("a git of an earlier run is still at work: it held `{}` for {} seconds", .path.display(), .patience.as_secs())]
    GitAtWork { path: PathBuf, patience: Duration },
    #[error("cannot write to the repository: `{}`", .path.display())]
    Unwritable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
}

impl LockError {
    /// What it means.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Busy { .. } | Self::GitAtWork { .. } => ErrorClass::Moved,
            Self::Unwritable { .. } => ErrorClass::Failed,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Busy { .. } => "run again when it is done".to_owned(),
            Self::GitAtWork { .. } => {
                "run again when it is done, or end the git that hangs: what the refs and the remote hold by then decides"
                    .to_owned()
            }
            Self::Unwritable { .. } => {
                "nothing was changed; see that the repository can be written by this user, or add `--dry-run`"
                    .to_owned()
            }
        })
    }
}

/// Why a push did not do what was planned.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    #[error("the remote `{remote}` refused the push, and nothing was changed{}{words}", if .words.is_empty() { "" } else { ":\n" })]
    Refused { remote: String, words: String },
    #[error("refs moved {place}, and nothing was changed: {}", joined(.refs))]
    Moved { place: Place, refs: Vec<MovedRef> },
    #[error("whether the remote `{remote}` took the push is not known{}{words}", if .words.is_empty() { "" } else { ":\n" })]
    Unknown {
        remote: String,
        words: String,
        #[source]
        source: Box<RemoteError>,
    },
    #[error(
        "the remote `{remote}` took only a part, which could not be taken back: it has {}, and lacks {}\n{words}",
        quoted(.done), quoted(.left)
    )]
    Partly { remote: String, done: Vec<RefName>, left: Vec<RefName>, words: String },
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

impl PushError {
    /// What it means.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Moved { .. } => ErrorClass::Moved,
            Self::Refused { .. } | Self::Unknown { .. } | Self::Partly { .. } | Self::Remote(_) => ErrorClass::Failed,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Refused { .. } => Some(
                "the words above are git's and the remote's; see who may push there and what hooks ask for".to_owned(),
            ),
            Self::Moved { .. } => Some("run again: the plan is made anew from what is there".to_owned()),
            Self::Unknown { .. } => Some(
                "run again when the remote answers: the next run asks it, and completes or undoes this one".to_owned(),
            ),
            Self::Partly { .. } => Some("run again: the next run completes it".to_owned()),
            Self::Remote(error) => error.hint(),
        }
    }

    /// Whether the remote is known to be as before.
    pub(super) fn is_settled(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Moved { .. } | Self::Remote(_))
    }
}

/// Why what a killed run left could not be completed or undone.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("an earlier run was stopped (`{title}`), and the lock `{}` is another program's, for all that is known", .path.display())]
    LeftLock { title: String, path: PathBuf },
    #[error("an earlier run was stopped (`{title}`), and process {process} may be at work behind the lock `{}`", .path.display())]
    HeldLock { title: String, path: PathBuf, process: u32 },
    #[error("cannot remove the lock `{}` that an earlier run left", .path.display())]
    RemoveLock {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("an earlier run was stopped while it pushed (`{title}`)")]
    Push {
        title: String,
        #[source]
        source: Box<PushError>,
    },
    #[error("an earlier run was stopped while it set refs (`{title}`), and they cannot be set now")]
    Refs {
        title: String,
        #[source]
        source: GitCommandError,
    },
    #[error("cannot read the refs that an earlier run was to set")]
    Read(#[from] RefsError),
}

impl RecoverError {
    /// What it means.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Lock(error) => error.class(),
            Self::HeldLock { .. } => ErrorClass::Moved,
            _ => ErrorClass::Failed,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Lock(error) => error.hint(),
            Self::Journal(error) => error.hint(),
            Self::HeldLock { process, .. } => Some(format!("run again when process {process} is done")),
            Self::LeftLock { path, .. } => {
                Some(format!("if no git is at work here, remove it and run again: {}", path.display()))
            }
            Self::RemoveLock { .. } | Self::Read(_) => None,
            Self::Push { source, .. } => source.hint(),
            Self::Refs { .. } => Some("see what git says above, and run again".to_owned()),
        }
    }
}

/// Why a plan was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error(transparent)]
    Recover(#[from] Box<RecoverError>),
    #[error("refs moved {place}, and nothing was changed: {}", joined(.refs))]
    Moved { place: Place, refs: Vec<MovedRef> },
    #[error("`{name}` cannot exist beside `{other}` {place}: git keeps them as a file and a directory of one name")]
    Clash { name: RefName, other: RefName, place: Place },
    #[error("`{branch}` is checked out in `{}`, which {why}", .path.display())]
    CheckedOut { branch: BranchName, path: PathBuf, why: Obstacle },
    #[error("`{name}` would point at `{id}`, which is not in this clone")]
    Absent { name: RefName, id: ObjectId },
    #[error("another program holds the lock `{}`", .path.display())]
    RefLocked { path: PathBuf },
    #[error("cannot read the object database")]
    Database(#[source] ReadError),
    #[error("cannot read the refs")]
    ReadRefs(#[from] RefsError),
    #[error(transparent)]
    Write(#[from] WriteObjectError),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Push(#[from] PushError),
    #[error("git did not set the refs of this repository{}", if *.is_pushed { "; the remote already has them, and the next run sets them here" } else { ", and nothing was changed" })]
    SetRefs {
        is_pushed: bool,
        #[source]
        source: GitCommandError,
    },
    #[error("everything else is done, but the files in `{}` could not follow their branch", .path.display())]
    Follow {
        path: PathBuf,
        #[source]
        source: GitCommandError,
    },
    #[error("cannot look at the work tree `{}`", .path.display())]
    WorkTree {
        path: PathBuf,
        #[source]
        source: GitCommandError,
    },
}

impl ApplyError {
    /// What it means.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Lock(error) => error.class(),
            Self::Recover(error) => error.class(),
            Self::Push(error) => error.class(),
            Self::Moved { .. } | Self::RefLocked { .. } => ErrorClass::Moved,
            Self::Clash { .. } | Self::CheckedOut { .. } => ErrorClass::Refused,
            _ => ErrorClass::Failed,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Lock(error) => error.hint(),
            Self::Recover(error) => error.hint(),
            Self::Push(error) => error.hint(),
            Self::Write(error) => error.hint(),
            Self::Journal(error) => error.hint(),
            Self::Moved { .. } => Some("run again: the plan is made anew from what is there".to_owned()),
            Self::Clash { other, .. } => Some(format!("choose another name, or delete `{other}` if it is not needed")),
            Self::CheckedOut { branch, why, .. } => Some(match why {
                Obstacle::Changes => "commit or stash the changes there, or check another branch out".to_owned(),
                Obstacle::Files(_) => "move the files away, or check another branch out".to_owned(),
                Obstacle::Operation(operation) => {
                    format!(
                        "end it there first: `git {operation} {}`",
                        match operation {
                            Operation::Rebase => "--continue` or `--abort",
                            Operation::Bisect => "reset",
                        }
                    )
                }
                Obstacle::NotPlanned => format!("check another branch than `{branch}` out there"),
            }),
            Self::Absent { id, .. } => Some(format!(
                "fetch it with `git fetch origin {id}`, or deepen a shallow clone: `git fetch --unshallow`"
            )),
            Self::RefLocked { .. } => {
                Some("run again when it is done; if no git is at work here, remove the file".to_owned())
            }
            Self::Follow { path, .. } => {
                Some(format!("clear the way in `{}`; the next run lets the files follow", path.display()))
            }
            Self::Database(_) | Self::ReadRefs(_) | Self::SetRefs { .. } | Self::WorkTree { .. } => None,
        }
    }
}
