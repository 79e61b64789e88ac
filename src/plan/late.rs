//! Pushes that land after their run was given up as undone.
//!
//! The next run waits for the gits of a killed one, and a moment for the remote's side of its push; longer than that a
//! server can take nobody knows how long. So what was given up while it was being pushed is remembered, and a run that finds
//! the remote moved asks whether that is why. The invariant: nothing is pushed for it. What the remote has in full comes
//! here in full, and then it is forgotten.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::checks::state_of;
use super::error::{PushError, RecoverError};
use super::journal::{Intent, IntentPush, IntentRef, Journal, JournalError, Stage, put_in_place};
use super::lock::{Lock, PATIENCE, own_directory};
use super::recover::{Recovery, read_pushed, settle};
use super::value::RefState;
use crate::git::Repository;

/// How many are remembered; the oldest go first.
const MOST: usize = 16;

/// How often and at what intervals the remote is read that has a part of a push.
const LOOKS: usize = 8;
const PAUSE: Duration = Duration::from_millis(250);

fn path_in(common_dir: &Path) -> PathBuf {
    own_directory(common_dir).join("given-up")
}

/// What was given up, oldest first. Lines of another version count for nothing.
fn read(common_dir: &Path) -> Vec<Intent> {
    let text = std::fs::read_to_string(path_in(common_dir)).unwrap_or_default();
    text.lines().filter_map(Intent::from_line).collect()
}

fn write(common_dir: &Path, intents: &[Intent]) -> Result<(), JournalError> {
    let path = path_in(common_dir);
    let written = intents.iter().map(Intent::to_line).collect::<std::io::Result<String>>();
    let done = match written {
        Ok(text) if text.is_empty() => std::fs::remove_file(&path),
        Ok(text) => put_in_place(&path, &text),
        Err(error) => Err(error),
    };
    match done {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(JournalError::Write { path, source }),
        _ => Ok(()),
    }
}

/// Remembers an intent whose push has not come to the remote so far.
pub(super) fn remember(repository: &Repository, intent: &Intent, _: &Lock) -> Result<(), JournalError> {
    let mut intents = read(repository.common_dir());
    intents.push(intent.clone());
    let surplus = intents.len().saturating_sub(MOST);
    write(repository.common_dir(), &intents[surplus..])
}

/// Completes what had been given up and has come to the remote since; to be called where a plan finds the remote moved.
/// Asks the remote only where there is something to ask for.
pub fn recover_landed(repository: &Repository, remote: &str) -> Result<Option<Recovery>, RecoverError> {
    if !path_in(repository.common_dir()).exists() {
        return Ok(None);
    }
    let lock = Lock::take(repository.common_dir(), PATIENCE)?;
    // Another run may have been stopped meanwhile; its journal comes first.
    if let Some(recovery) = settle(repository, &lock)? {
        return Ok(Some(recovery));
    }
    let mut intents = read(repository.common_dir());
    for at in (0..intents.len()).rev() {
        let Some(push) = intents[at].push.as_ref().filter(|push| push.remote == remote) else { continue };
        let failed = |source| RecoverError::Push { title: intents[at].title.clone(), source: Box::new(source) };
        if !has_landed(repository, push).map_err(failed)? {
            continue;
        }
        fetch_lacking(repository, push).map_err(failed)?;
        let intent = intents.remove(at);
        // A kill between the two completes it as any other.
        Journal::open(repository.common_dir(), &intent)?.mark(Stage::Pushed)?;
        write(repository.common_dir(), &intents)?;
        return settle(repository, &lock);
    }
    Ok(None)
}

/// Whether the remote has all of it. A server sets its refs one after the other, also where all or none are to be set: a
/// part is looked at again.
fn has_landed(repository: &Repository, push: &IntentPush) -> Result<bool, PushError> {
    for _ in 0..LOOKS {
        let there = read_pushed(repository, push)?;
        let is_new = |planned: &&IntentRef| state_of(&there, &planned.name) == RefState::from(planned.new);
        match push.refs.iter().filter(is_new).count() {
            0 => return Ok(false),
            landed if landed == push.refs.len() => return Ok(true),
            _ => std::thread::sleep(PAUSE),
        }
    }
    Ok(false)
}

/// Objects that nothing named may have been swept up meanwhile.
fn fetch_lacking(repository: &Repository, push: &IntentPush) -> Result<(), PushError> {
    let reader = repository.reader().ok();
    let has = |id| reader.as_ref().is_some_and(|reader| reader.has(id));
    let lacking = push.refs.iter().filter(|planned| planned.new.is_some_and(|id| !has(id)));
    let names: Vec<String> = lacking.map(|planned| planned.name.to_string()).collect();
    Ok(repository.fetch_refs(&push.remote, &names)?)
}
