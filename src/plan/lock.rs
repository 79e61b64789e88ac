//! Our own locks: one mutating run at a time in a repository, all its work trees included, and one push. The operating
//! system lets them go when the process ends, however it ends; that of a push when the git that pushes ends, too.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::error::LockError;

/// How long a run waits for another one to end.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// How often it looks.
const PAUSE: Duration = Duration::from_millis(40);

/// How long a run waits for the git that an earlier run left pushing.
const PUSH_PATIENCE: Duration = Duration::from_secs(60);

/// Held until dropped.
pub(super) struct Lock {
    _file: File,
}

/// Held until dropped, and beyond that by every git that was given [`PushLock::file`]: a git that pushes goes on when
/// its parent is killed.
pub(super) struct PushLock {
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

impl PushLock {
    /// Takes the lock when no push of an earlier run is under way, waiting for it to end. The caller holds our lock.
    pub fn take(common_dir: &Path) -> Result<Self, LockError> {
        Self::take_within(common_dir, PUSH_PATIENCE)
    }

    /// The same, waiting for at most `patience`.
    pub fn take_within(common_dir: &Path, patience: Duration) -> Result<Self, LockError> {
        let pushing = |path| LockError::Pushing { path, patience };
        Ok(Self { file: take(common_dir, "push", patience, pushing)? })
    }

    /// What carries the lock.
    pub fn file(&self) -> &File {
        &self.file
    }
}

/// Locks a file of ours, which stays empty.
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
    let file = File::options().create(true).truncate(false).read(true).write(true).open(&path).map_err(unwritable)?;
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
