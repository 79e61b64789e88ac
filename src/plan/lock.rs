//! Our own lock: one mutating run at a time in a repository, all its work trees included. The operating system lets it
//! go when the process ends, however it ends.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::error::LockError;

/// How long a run waits for another one to end.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// How often it looks.
const PAUSE: Duration = Duration::from_millis(40);

/// Held until dropped.
pub(super) struct Lock {
    _file: File,
}

/// Where Twintrack keeps what is its own in a repository.
pub(super) fn own_directory(common_dir: &Path) -> PathBuf {
    common_dir.join("twintrack")
}

impl Lock {
    /// Takes the lock, waiting for at most `patience`.
    pub fn take(common_dir: &Path, patience: Duration) -> Result<Self, LockError> {
        let directory = own_directory(common_dir);
        let path = directory.join("lock");
        let unwritable = |source| LockError::Unwritable { path: path.clone(), source };
        std::fs::create_dir_all(&directory).map_err(unwritable)?;
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(unwritable)?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::Error(source)) => return Err(unwritable(source)),
                Err(TryLockError::WouldBlock) if start.elapsed() >= patience => {
                    return Err(LockError::Busy { path, patience });
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            }
        }
    }
}
