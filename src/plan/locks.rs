//! The lock files of git that an application may meet, and those that a killed run of ours left.
//!
//! A git that is killed leaves its locks, and they look like those of any other program. What tells them apart is known
//! beforehand: the intent lists the lock files that gits of ours may make and that were not there when it was written; our
//! own lock on our gits shows that none of them lives. The invariant: a lock is removed only if it came after the intent,
//! holds nothing that the intent did not plan, and nobody is at work behind it. Any other stays, and is named.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::error::{ApplyError, RecoverError};
use super::journal::{self, Intent, IntentRef};
use super::lock::GitLock;
use crate::domain::RefName;
use crate::git::{Behind, LockFile, Repository};

/// How long another program may need to let a lock go.
const LINGER: Duration = Duration::from_millis(20);
const LINGERS: usize = 25;

/// How often it is waited as long for a process that may be at work, and how often an empty lock must look the same where
/// the system does not show its processes.
const PATIENCE: usize = 8;
const ABANDONED: usize = 4;

/// The lock files that gits of ours may make to do what the intent says. Those that are in the way for a while already
/// refuse the application, unless git itself only warns of them.
pub(super) fn expected(repository: &Repository, intent: &Intent) -> Result<Vec<PathBuf>, ApplyError> {
    let mut locks = Vec::new();
    for path in needed(repository, intent) {
        if lingering(|| LockFile::at(path.clone())).is_some() {
            return Err(ApplyError::RefLocked { path });
        }
        locks.push(path);
    }
    let tracking = tracked(intent).into_iter().map(|planned| repository.ref_lock_path(&planned.name));
    locks.extend(tracking.filter(|path| !path.exists()));
    Ok(locks)
}

/// The locks without which git does not do it: of the refs, of the head that may stand on one, and of each index.
fn needed(repository: &Repository, intent: &Intent) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = intent.refs.iter().map(|planned| repository.ref_lock_path(&planned.name)).collect();
    let checkouts = repository.checkouts();
    let is_planned = |branch: &RefName| intent.refs.iter().any(|planned| planned.name == *branch);
    if checkouts.iter().any(|checkout| is_planned(&checkout.branch.to_ref())) {
        paths.push(repository.head_lock_path());
    }
    if intent.refs.iter().any(|planned| planned.new.is_none()) {
        paths.push(repository.packed_refs_lock_path());
    }
    let followed = checkouts.iter().filter(|checkout| intent.work_trees.iter().any(|tree| tree.path == checkout.path));
    paths.extend(followed.map(crate::git::Checkout::index_lock_path));
    paths.sort();
    paths.dedup();
    paths
}

/// The remote-tracking refs that a push of the intent moves by the way.
fn tracked(intent: &Intent) -> Vec<IntentRef> {
    let tracked = intent.push.iter().flat_map(|push| {
        push.refs.iter().filter_map(|planned| {
            let branch = planned.name.as_str().strip_prefix("refs/heads/")?;
            let name = RefName::new(format!("refs/remotes/{}/{branch}", push.remote)).ok()?;
            Some(IntentRef { name, ..planned.clone() })
        })
    });
    tracked.collect()
}

/// Removes the locks that the killed gits of the intent left. The lock on our gits shows that none of them lives.
pub(super) fn remove_left(repository: &Repository, intent: &Intent, _: &GitLock) -> Result<(), RecoverError> {
    for path in &intent.locks {
        let Some(lock) = LockFile::at(path.clone()) else { continue };
        judge(repository, intent, &lock)?;
        lock.remove().map_err(|source| RecoverError::RemoveLock { path: path.clone(), source })?;
    }
    Ok(())
}

/// Whether the lock is of a ref and holds the id that is planned for it: git writes it before it says that it is prepared.
fn is_planned(repository: &Repository, intent: &Intent, lock: &LockFile) -> bool {
    let of = ref_of(repository, intent, &lock.path);
    lock.holds.is_some() && of.is_some_and(|planned| planned.new == lock.holds)
}

fn ref_of(repository: &Repository, intent: &Intent, lock: &Path) -> Option<IntentRef> {
    let all = intent.refs.iter().cloned().chain(tracked(intent));
    all.into_iter().find(|planned| repository.ref_lock_path(&planned.name) == lock)
}

/// Whether a lock may be removed, or went while it was looked at; an error says why not.
fn judge(repository: &Repository, intent: &Intent, lock: &LockFile) -> Result<(), RecoverError> {
    if is_planned(repository, intent, lock) {
        return Ok(());
    }
    let (title, path) = (intent.title.clone(), lock.path.clone());
    let foreign = || RecoverError::LeftLock { title: title.clone(), path: path.clone() };
    let is_index = lock.path.file_name().is_some_and(|name| name == "index.lock");
    // An index is written bit by bit; whatever else is locked holds nothing or a whole value.
    if !(lock.is_empty || is_index) || !is_after(lock.written_at, journal::written_at(repository.common_dir())) {
        return lingering(|| LockFile::at(path.clone())).map_or(Ok(()), |_| Err(foreign()));
    }
    let mut process = None;
    for _ in 0..PATIENCE {
        match lock.behind(repository) {
            Behind::Nobody => return Ok(()),
            Behind::Unknown if is_index => return Err(foreign()),
            Behind::Unknown => {
                let stays = || lingering(|| LockFile::at(path.clone())).as_ref() == Some(lock);
                return if (0..ABANDONED).all(|_| stays()) { Ok(()) } else { Err(foreign()) };
            }
            Behind::Perhaps { process: found } => process = Some(found),
        }
        if lingering(|| LockFile::at(path.clone())).is_none() {
            return Ok(());
        }
    }
    Err(process.map_or_else(foreign, |process| RecoverError::HeldLock {
        title: title.clone(),
        path: path.clone(),
        process,
    }))
}

fn is_after(lock: Option<SystemTime>, journal: Option<SystemTime>) -> bool {
    lock.zip(journal).is_some_and(|(lock, journal)| lock >= journal)
}

/// Looks for a while: what is at work lets its locks go by itself.
fn lingering<T>(look: impl Fn() -> Option<T>) -> Option<T> {
    for _ in 0..LINGERS {
        look()?;
        std::thread::sleep(LINGER);
    }
    look()
}
