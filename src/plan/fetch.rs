//! Fetching a branch, so that a kill leaves nothing in the way of the next run: a fetch locks the ref that it sets, and in a
//! shallow clone the list of its cuts.

use super::ErrorClass;
use super::error::{LockError, RecoverError};
use super::journal::{Intent, Journal, JournalError};
use super::lock::{GitLock, Lock, PATIENCE};
use super::recover::settle;
use crate::domain::{BranchName, RefName};
use crate::git::{RemoteError, Repository};

/// Why a branch was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error(transparent)]
    Recover(#[from] Box<RecoverError>),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

impl FetchError {
    /// What it means.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Lock(error) => error.class(),
            Self::Recover(error) => error.class(),
            Self::Journal(_) | Self::Remote(_) => ErrorClass::Failed,
        }
    }
}

/// Fetches one branch of the remote into its remote-tracking ref, as one mutating run at a time.
pub fn fetch_branch(repository: &Repository, remote: &str, branch: &BranchName) -> Result<(), FetchError> {
    let lock = Lock::take(repository.common_dir(), PATIENCE)?;
    settle(repository, &lock).map_err(Box::new)?;
    let gits = GitLock::take(repository.common_dir())?;
    let tracking = RefName::new(format!("refs/remotes/{remote}/{branch}")).ok();
    let mut intent = Intent::new(&format!("fetch {branch}"), Vec::new(), None, Vec::new());
    let locks = tracking.iter().map(|name| repository.ref_lock_path(name)).chain([repository.shallow_lock_path()]);
    intent.locks = locks.filter(|path| !path.exists()).collect();
    let journal = Journal::open(repository.common_dir(), &intent)?;
    let fetched = repository.fetch_branch(remote, branch, Some(gits.file()));
    journal.close()?;
    Ok(fetched?)
}
