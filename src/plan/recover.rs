//! Settling what a killed run left: completing it where the remote or a ref already shows it, undoing it otherwise.
//!
//! Local refs are set last, so undoing is forgetting: the objects that were written are named by nothing. The one thing
//! that is taken back is a part of a push to a remote that cannot push atomically.

use std::time::Duration;

use super::checks::state_of;
use super::error::{PushError, RecoverError};
use super::journal::{self, Intent, IntentPush, IntentRef, Journal, Stage};
use super::lock::{GitLock, Lock, PATIENCE};
use super::push::Pusher;
use super::value::RefState;
use super::{late, locks};
use crate::domain::RefName;
use crate::git::{GitCommandError, PushEdit, RefEdit, RefsError, RemoteRefs, Repository};

/// How long the remote's side of a push may need to end after ours was killed.
const SERVER_LINGERS: [Duration; 3] = match cfg!(test) {
    false => [Duration::from_millis(100), Duration::from_millis(400), Duration::from_millis(1_500)],
    // Servers of these tests have ended, or wait for a word.
    true => [Duration::from_millis(10); 3],
};

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

/// Settles the journal that is there. The lock shows that the run which wrote it is gone, and waiting for its gits that
/// none of them is at work any more: only then do refs, locks and the remote say the last word.
pub(super) fn settle(repository: &Repository, lock: &Lock) -> Result<Option<Recovery>, RecoverError> {
    let Some((intent, stage)) = journal::read(repository.common_dir())? else { return Ok(None) };
    let gits = GitLock::take(repository.common_dir())?;
    let mut journal = Journal::reopen(repository.common_dir())?;
    locks::remove_left(repository, &intent, &gits)?;
    let is_landed = match &intent.push {
        Some(push) if stage == Stage::Pushing => {
            let failed =
                |source: PushError| RecoverError::Push { title: intent.title.clone(), source: Box::new(source) };
            let is_landed = settle_push(repository, push, &gits).map_err(failed)?;
            if is_landed {
                journal.mark(Stage::Pushed)?;
            } else {
                late::remember(repository, &intent, lock)?;
            }
            is_landed
        }
        Some(_) if stage == Stage::Pushed => true,
        _ => has_any_new(repository, &intent)?,
    };
    let (mut left, mut behind) = (Vec::new(), Vec::new());
    if is_landed {
        left = complete_refs(repository, &intent, &gits)?;
        behind = follow(repository, &intent, &gits)?;
    }
    journal.close()?;
    let outcome = if is_landed { Outcome::Completed } else { Outcome::Undone };
    Ok(Some(Recovery { title: intent.title, outcome, left, behind }))
}

/// Whether the push landed, as far as the remote shows it; where it took a part, the rest is pushed, or the part taken
/// back.
fn settle_push(repository: &Repository, push: &IntentPush, lock: &GitLock) -> Result<bool, PushError> {
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
    let read = || read_pushed(repository, push);
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

/// What the remote holds of the refs that are pushed.
pub(super) fn read_pushed(repository: &Repository, push: &IntentPush) -> Result<RemoteRefs, PushError> {
    let names: Vec<String> = push.refs.iter().map(|planned| planned.name.to_string()).collect();
    repository.remote_refs(&push.remote, &names).map_err(|source| PushError::Unknown {
        remote: push.remote.clone(),
        words: String::new(),
        source: Box::new(source),
    })
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
fn complete_refs(repository: &Repository, intent: &Intent, gits: &GitLock) -> Result<Vec<RefName>, RecoverError> {
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
        let set = repository
            .prepare_refs(&edits, &intent.title, Some(gits.file()))
            .and_then(crate::git::PreparedRefs::commit);
        set.map_err(|source| RecoverError::Refs { title: intent.title.clone(), source })?;
    }
    Ok(left)
}

/// Lets the files follow where the branch has come to what was planned. What stands in the way is told, not fought.
fn follow(repository: &Repository, intent: &Intent, gits: &GitLock) -> Result<Vec<String>, RefsError> {
    let checkouts = repository.checkouts();
    let mut behind = Vec::new();
    for tree in &intent.work_trees {
        let is_there = repository.ref_target(&tree.branch)? == Some(tree.to);
        let checkout = checkouts.iter().find(|c| c.path == tree.path && c.branch.to_ref() == tree.branch);
        let Some(checkout) = checkout.filter(|checkout| is_there && checkout.during.is_none()) else { continue };
        if let Err(error) = checkout.finish_following(tree.from, tree.to, Some(gits.file())) {
            behind.push(words(&tree.path.display().to_string(), &error));
        }
    }
    Ok(behind)
}

fn words(path: &str, error: &GitCommandError) -> String {
    format!("the files in `{path}` could not follow: {error}")
}
