//! Settling what a killed run left: completing it where the remote or a ref already shows it, undoing it otherwise.
//!
//! Local refs are set last, so undoing is forgetting: the objects that were written are named by nothing. The one thing
//! that is taken back is a part of a push to a remote that cannot push atomically.

use std::time::Duration;

use super::checks::state_of;
use super::error::{PushError, RecoverError};
use super::journal::{self, Intent, IntentPush, IntentRef, Journal, Stage};
use super::lock::{Lock, PATIENCE, PushLock};
use super::push::Pusher;
use super::value::RefState;
use crate::domain::RefName;
use crate::git::{GitCommandError, PushEdit, RefEdit, RefLock, RefsError, RemoteRefs, Repository};

/// How long git may need to let a lock go after its parent was killed.
const LINGER: Duration = Duration::from_millis(20);
const LINGERS: usize = 25;
/// An empty lock is looked at for so many times as long.
const ABANDONED: usize = 4;

/// How long the remote's side of a push may need to end after ours was killed.
const SERVER_LINGERS: [Duration; 3] =
    [Duration::from_millis(100), Duration::from_millis(400), Duration::from_millis(1_500)];

/// What became of what an earlier run had begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Completed,
    Undone,
}

/// What was settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// What the earlier run was about to do.
    pub title: String,
    pub outcome: Outcome,
    /// Refs that were set to something else meanwhile and were left alone.
    pub left: Vec<RefName>,
    /// Work trees whose files could not follow their branch, with git's words.
    pub behind: Vec<String>,
}

impl std::fmt::Display for Recovery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let done = match self.outcome {
            Outcome::Completed => "completed",
            Outcome::Undone => "undone",
        };
        write!(f, "an earlier run was stopped and is now {done}: {}", self.title)?;
        for name in &self.left {
            write!(f, "; `{name}` was moved meanwhile and stays")?;
        }
        self.behind.iter().try_for_each(|words| write!(f, "; {words}"))
    }
}

/// Whether an earlier run was stopped, or another is at work. Writes nothing.
pub fn has_unfinished(repository: &Repository) -> bool {
    journal::is_there(repository.common_dir())
}

/// Settles what an earlier run left, if anything; to be called before a plan is made, since it may move refs. Does
/// nothing, not even take the lock, where nothing was left.
pub fn recover(repository: &Repository) -> Result<Option<Recovery>, RecoverError> {
    if !has_unfinished(repository) {
        return Ok(None);
    }
    let lock = Lock::take(repository.common_dir(), PATIENCE)?;
    settle(repository, &lock)
}

/// Settles the journal that is there. The lock shows that the run which wrote it is gone.
pub(super) fn settle(repository: &Repository, _: &Lock) -> Result<Option<Recovery>, RecoverError> {
    let Some((intent, stage)) = journal::read(repository.common_dir())? else { return Ok(None) };
    let mut journal = Journal::reopen(repository.common_dir())?;
    remove_left_locks(repository, &intent)?;
    let is_landed = match &intent.push {
        Some(push) if stage == Stage::Pushing => {
            let failed =
                |source: PushError| RecoverError::Push { title: intent.title.clone(), source: Box::new(source) };
            // The git that the killed run left may still be pushing: the remote says the last word only when it is done.
            let lock = PushLock::take(repository.common_dir())?;
            let is_landed = settle_push(repository, push, &lock).map_err(failed)?;
            if is_landed {
                journal.mark(Stage::Pushed)?;
            }
            is_landed
        }
        Some(_) if stage == Stage::Pushed => true,
        _ => has_any_new(repository, &intent)?,
    };
    let (mut left, mut behind) = (Vec::new(), Vec::new());
    if is_landed {
        left = complete_refs(repository, &intent)?;
        behind = follow(repository, &intent)?;
    }
    journal.close()?;
    let outcome = if is_landed { Outcome::Completed } else { Outcome::Undone };
    Ok(Some(Recovery { title: intent.title, outcome, left, behind }))
}

/// Removes the locks that a killed git left beside our refs: those that hold the id which our journal planned, and empty
/// ones that came after the journal and that nobody has gone on with for seconds. Any other may belong to a program at work.
fn remove_left_locks(repository: &Repository, intent: &Intent) -> Result<(), RecoverError> {
    let touches_head = |intent: &Intent| {
        let checkouts = repository.checkouts();
        intent.refs.iter().any(|planned| checkouts.iter().any(|c| c.branch.to_ref() == planned.name))
    };
    for planned in intent.refs.iter().cloned().chain(tracked(intent)) {
        let Some(lock) = lingering(|| repository.ref_lock(&planned.name)) else { continue };
        let path = lock.path.clone();
        let is_planned = lock.holds.is_some() && lock.holds == planned.new;
        if !is_planned && !is_abandoned(repository, &planned.name, &lock) {
            return Err(RecoverError::LeftLock { title: intent.title.clone(), path });
        }
        lock.remove().map_err(|source| RecoverError::RemoveLock { path, source })?;
    }
    let shared = lingering(|| repository.shared_ref_locks().into_iter().next());
    match shared {
        Some(lock) if touches_head(intent) => {
            Err(RecoverError::LeftLock { title: intent.title.clone(), path: lock.path })
        }
        _ => Ok(()),
    }
}

/// The remote-tracking refs that a push of the intent moves by the way.
fn tracked(intent: &Intent) -> impl Iterator<Item = IntentRef> {
    intent.push.iter().flat_map(|push| {
        push.refs.iter().filter_map(|planned| {
            let branch = planned.name.as_str().strip_prefix("refs/heads/")?;
            let name = RefName::new(format!("refs/remotes/{}/{branch}", push.remote)).ok()?;
            Some(IntentRef { name, ..planned.clone() })
        })
    })
}

/// Whether a lock is one that a git of ours left when it was killed between making and writing it: empty, not older than
/// the journal, and the same for as long as no git takes to write an id.
fn is_abandoned(repository: &Repository, name: &RefName, lock: &RefLock) -> bool {
    let is_after = match (lock.written_at, journal::written_at(repository.common_dir())) {
        (Some(lock), Some(journal)) => lock >= journal,
        _ => false,
    };
    lock.is_empty && is_after && (0..ABANDONED).all(|_| lingering(|| repository.ref_lock(name)).as_ref() == Some(lock))
}

/// Looks for a while: a git whose parent was killed removes its locks by itself.
fn lingering<T>(look: impl Fn() -> Option<T>) -> Option<T> {
    for _ in 0..LINGERS {
        look()?;
        std::thread::sleep(LINGER);
    }
    look()
}

/// Whether the push landed, as far as the remote shows it; where it took a part, the rest is pushed, or the part taken
/// back.
fn settle_push(repository: &Repository, push: &IntentPush, lock: &PushLock) -> Result<bool, PushError> {
    let there = read_settled(repository, push)?;
    let state = |planned: &IntentRef| state_of(&there, &planned.name);
    let is_new = |planned: &&IntentRef| state(planned) == RefState::from(planned.new);
    let landed = push.refs.iter().filter(is_new).count();
    if landed == 0 {
        return Ok(false);
    }
    let to_edit =
        |planned: &IntentRef| PushEdit { name: planned.name.clone(), expected: planned.old, new: planned.new };
    let rest = push.refs.iter().filter(|planned| state(planned) == RefState::from(planned.old));
    let rest: Vec<PushEdit> = rest.filter(|planned| planned.old != planned.new).map(to_edit).collect();
    if rest.is_empty() {
        return Ok(true);
    }
    let pusher = Pusher { repository, remote: &push.remote, lock, accepted: &|_| None };
    match pusher.push(&rest) {
        Ok(_) => Ok(true),
        Err(PushError::Refused { words, .. }) => {
            let all: Vec<PushEdit> = push.refs.iter().map(to_edit).collect();
            let answer = crate::git::PushAnswer { is_accepted: false, lacks_atomic: false, words };
            match pusher.take_back(&all, answer) {
                Ok(_) => Ok(true),
                Err(PushError::Refused { .. }) => Ok(false),
                Err(error) => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

/// Reads the remote. Its own side of the push may have outlived the git that was killed: where all is as before, it is
/// read again a few times before that is believed.
fn read_settled(repository: &Repository, push: &IntentPush) -> Result<RemoteRefs, PushError> {
    let names: Vec<String> = push.refs.iter().map(|planned| planned.name.to_string()).collect();
    let read = || {
        repository.remote_refs(&push.remote, &names).map_err(|source| PushError::Unknown {
            remote: push.remote.clone(),
            words: String::new(),
            source: Box::new(source),
        })
    };
    let is_before =
        |planned: &IntentRef, there: &RemoteRefs| state_of(there, &planned.name) == RefState::from(planned.old);
    let mut there = read()?;
    for pause in SERVER_LINGERS {
        if !push.refs.iter().all(|planned| is_before(planned, &there)) {
            break;
        }
        std::thread::sleep(pause);
        there = read()?;
    }
    Ok(there)
}

/// Whether any ref has come to what was planned.
pub(super) fn has_any_new(repository: &Repository, intent: &Intent) -> Result<bool, RefsError> {
    for planned in &intent.refs {
        if planned.old != planned.new && repository.ref_target(&planned.name)? == planned.new {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Sets the refs that still hold what they held before; returns those that hold something else by now.
fn complete_refs(repository: &Repository, intent: &Intent) -> Result<Vec<RefName>, RecoverError> {
    let (mut edits, mut left) = (Vec::new(), Vec::new());
    for planned in &intent.refs {
        let found = repository.ref_target(&planned.name)?;
        if found == planned.old && found != planned.new {
            edits.push(RefEdit { name: planned.name.clone(), expected: planned.old, new: planned.new });
        } else if found != planned.new {
            left.push(planned.name.clone());
        }
    }
    if !edits.is_empty() {
        let set = repository.prepare_refs(&edits, &intent.title).and_then(crate::git::PreparedRefs::commit);
        set.map_err(|source| RecoverError::Refs { title: intent.title.clone(), source })?;
    }
    Ok(left)
}

/// Lets the files follow where the branch has come to what was planned. What stands in the way is told, not fought.
fn follow(repository: &Repository, intent: &Intent) -> Result<Vec<String>, RefsError> {
    let checkouts = repository.checkouts();
    let mut behind = Vec::new();
    for tree in &intent.work_trees {
        let is_there = repository.ref_target(&tree.branch)? == Some(tree.to);
        let checkout = checkouts.iter().find(|c| c.path == tree.path && c.branch.to_ref() == tree.branch);
        let Some(checkout) = checkout.filter(|checkout| is_there && checkout.during.is_none()) else { continue };
        if let Err(error) = checkout.follow(tree.from, tree.to) {
            behind.push(words(&tree.path.display().to_string(), &error));
        }
    }
    Ok(behind)
}

fn words(path: &str, error: &GitCommandError) -> String {
    format!("the files in `{path}` could not follow: {error}")
}
