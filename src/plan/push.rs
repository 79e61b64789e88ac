//! Pushing the refs of a plan, all or none, and judging a refusal by what the remote then holds.
//!
//! Reasons that git gives are for people: a lost race alone reads in half a dozen ways. What the remote holds decides:
//! everything as planned is success, whoever pushed it.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use super::checks::{is_tag_of, state_of};
use super::error::{MovedRef, Place, PushError};
use super::lock::GitLock;
use super::value::RefState;
use crate::domain::{ObjectId, RefName};
use crate::git::{PushAnswer, PushEdit, RemoteError, RemoteRefs, Repository};

/// Tags that stand for planned ones, with their ids.
pub(super) type Adopted = Vec<(RefName, ObjectId)>;

/// What a push came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pushed {
    /// Tags of the same commit that another run had pushed before, which stand for the planned ones.
    pub adopted: Adopted,
    /// Whether the remote took the refs one after the other, as it cannot do otherwise.
    pub is_stepwise: bool,
}

/// A push with what it may take for its own.
pub(super) struct Pusher<'a> {
    pub repository: &'a Repository,
    pub remote: &'a str,
    /// Held by every git that pushes.
    pub lock: &'a GitLock,
    /// The commit whose tags under this name are all as good as the planned one.
    pub accepted: &'a dyn Fn(&RefName) -> Option<ObjectId>,
}

/// How a ref stands on the remote, against what was planned.
enum Standing {
    AsPlanned,
    AsBefore,
    AsGood(ObjectId),
    Moved(RefState),
}

impl Pusher<'_> {
    /// Pushes. An error says whether the remote is as before.
    pub fn push(&self, edits: &[PushEdit]) -> Result<Pushed, PushError> {
        // One ref alone is always all or nothing, also where the remote knows no atomic push.
        let answer = self.send(edits, edits.len() > 1)?;
        if answer.is_accepted {
            return Ok(Pushed::default());
        }
        if answer.lacks_atomic {
            return self.push_stepwise(edits);
        }
        self.judge(edits, answer)
    }

    fn send(&self, edits: &[PushEdit], is_atomic: bool) -> Result<PushAnswer, RemoteError> {
        self.repository.push(self.remote, edits, is_atomic, Some(self.lock.file()))
    }

    /// Tags first, branches last: a tag without its branch is harmless, a branch without its tag looks like a release
    /// that was forgotten. What was pushed is taken back where the rest is refused.
    fn push_stepwise(&self, edits: &[PushEdit]) -> Result<Pushed, PushError> {
        let is_branch = |edit: &&PushEdit| edit.name.as_str().starts_with("refs/heads/");
        let tags: Vec<PushEdit> = edits.iter().filter(|edit| !is_branch(edit)).cloned().collect();
        let branches: Vec<PushEdit> = edits.iter().filter(is_branch).cloned().collect();
        for group in [tags, branches] {
            for edit in &group {
                let answer = self.send(std::slice::from_ref(edit), false)?;
                if answer.is_accepted {
                    continue;
                }
                let there = self.read_again(edits, &answer)?;
                if state_of(&there, &edit.name) != RefState::from(edit.new) {
                    return self.take_back(edits, answer);
                }
            }
        }
        Ok(Pushed { adopted: Vec::new(), is_stepwise: true })
    }

    /// Undoes the part that the remote took, and says why the rest was refused.
    pub fn take_back(&self, edits: &[PushEdit], answer: PushAnswer) -> Result<Pushed, PushError> {
        let there = self.read_again(edits, &answer)?;
        let is_there = |edit: &&PushEdit| state_of(&there, &edit.name) == RefState::from(edit.new);
        for PushEdit { name, expected, new } in edits.iter().filter(is_there) {
            let back = PushEdit { name: name.clone(), expected: *new, new: *expected };
            // Whether it worked is read below.
            let _ = self.send(&[back], false);
        }
        self.judge(edits, answer)
    }

    /// Reads the remote after a refusal and says what it means. Where all is as before, another run may be about to win:
    /// then a moment later the remote is read once more.
    fn judge(&self, edits: &[PushEdit], answer: PushAnswer) -> Result<Pushed, PushError> {
        let mut there = self.read_again(edits, &answer)?;
        let standing = |there: &RemoteRefs| edits.iter().map(|edit| self.standing(edit, there)).collect::<Vec<_>>();
        if standing(&there).iter().all(|standing| matches!(standing, Standing::AsBefore)) {
            std::thread::sleep(jittered());
            there = self.read_again(edits, &answer)?;
        }
        let (mut done, mut left, mut adopted, mut moved) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (edit, standing) in edits.iter().zip(standing(&there)) {
            let name = edit.name.clone();
            match standing {
                Standing::AsPlanned => done.push(name),
                Standing::AsBefore => left.push(name),
                Standing::AsGood(id) => adopted.push((name, id)),
                Standing::Moved(found) => moved.push(MovedRef { name, expected: edit.expected.into(), found }),
            }
        }
        let remote = self.remote.to_owned();
        if moved.is_empty() && left.is_empty() {
            return Ok(Pushed { adopted, is_stepwise: false });
        }
        if !done.is_empty() {
            left.extend(moved.into_iter().map(|moved| moved.name));
            return Err(PushError::Partly { remote, done, left, words: answer.words });
        }
        if moved.is_empty() && adopted.is_empty() {
            return Err(PushError::Refused { remote, words: answer.words });
        }
        let as_moved = |(name, id)| MovedRef { name, expected: RefState::Absent, found: RefState::At(id) };
        moved.extend(adopted.into_iter().map(as_moved));
        Err(PushError::Moved { place: Place::Remote(remote), refs: moved })
    }

    fn standing(&self, edit: &PushEdit, there: &RemoteRefs) -> Standing {
        let found = state_of(there, &edit.name);
        if found == RefState::from(edit.new) {
            return Standing::AsPlanned;
        }
        if found == RefState::from(edit.expected) {
            return Standing::AsBefore;
        }
        match is_tag_of(there, &edit.name, (self.accepted)(&edit.name)) {
            Some(id) => Standing::AsGood(id),
            None => Standing::Moved(found),
        }
    }

    fn read_again(&self, edits: &[PushEdit], answer: &PushAnswer) -> Result<RemoteRefs, PushError> {
        let names: Vec<String> = edits.iter().map(|edit| edit.name.to_string()).collect();
        self.repository.remote_refs(self.remote, &names).map_err(|source| PushError::Unknown {
            remote: self.remote.to_owned(),
            words: answer.words.clone(),
            source: Box::new(source),
        })
    }
}

/// 100 to 355 milliseconds, another for each process, so that runs that lost one race do not meet again.
fn jittered() -> Duration {
    let random = RandomState::new().hash_one(std::process::id());
    Duration::from_millis(100 + (random & 0xff))
}
