//! Our own locks: one mutating run at a time in a repository, all its work trees included, and one that its gits hold
//! beside it. The operating system lets them go when the process ends, however it ends; the second one only when the last
//! git ends that was given it, so that who takes it knows that no git of an earlier run is at work.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::error::LockError;

/// How long a run waits for another one to end.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// How often it looks.
const PAUSE: Duration = Duration::from_millis(40);

/// How long a run waits for the git that an earlier run left at work.
const GIT_PATIENCE: Duration = Duration::from_secs(60);

/// Held until dropped.
pub(super) struct Lock {
    _file: File,
}

/// Held until dropped, and beyond that by every git that was given [`GitLock::file`]: a git goes on when its parent is
/// killed.
pub(super) struct GitLock {
    file: File,
}

/// Where Twintrack keeps what is its own in a repository.
pub(super) fn own_directory(common_dir: &Path) -> PathBuf {
    common_dir.join("twintrack")
}

impl Lock {
    /// Takes the lock, waiting for at most `patience`.
    pub fn take(common_dir: &Path, patience: Duration) -> Result<Self, LockError> {
        let busy = |path| LockError::Busy { path, patience };
        Ok(Self { _file: take(common_dir, "lock", patience, busy)? })
    }
}

impl GitLock {
    /// Takes the lock when no git of an earlier run is at work, waiting for it to end. The caller holds our lock.
    pub fn take(common_dir: &Path) -> Result<Self, LockError> {
        Self::take_within(common_dir, GIT_PATIENCE)
    }

    /// The same, waiting for at most `patience`.
    pub(super) fn take_within(common_dir: &Path, patience: Duration) -> Result<Self, LockError> {
        let at_work = |path| LockError::GitAtWork { path, patience };
        Ok(Self { file: take(common_dir, "git", patience, at_work)? })
    }

    /// What carries the lock.
    pub fn file(&self) -> &File {
        &self.file
    }
}

/// Locks a file of ours, which is empty but for the words of a git at work.
fn take(
    common_dir: &Path,
    name: &str,
    patience: Duration,
    busy: impl FnOnce(PathBuf) -> LockError,
) -> Result<File, LockError> {
    let directory = own_directory(common_dir);
    let path = directory.join(name);
    let unwritable = |source| LockError::Unwritable { path: path.clone(), source };
    std::fs::create_dir_all(&directory).map_err(unwritable)?;
    let file = File::options().create(true).read(true).append(true).open(&path).map_err(unwritable)?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(source)) => return Err(unwritable(source)),
            Err(TryLockError::WouldBlock) if start.elapsed() >= patience => return Err(busy(path)),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
        }
    }
}
