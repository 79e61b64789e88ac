//! Setting refs: one `git update-ref --stdin` transaction that says what each ref must hold before.
//!
//! libgit2's own transactions check nothing and rename refs one by one; git refuses what clashes and applies all or
//! nothing. The invariant: nothing is set before [`PreparedRefs::commit`], and dropping it sets nothing.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use git2::ErrorCode;

use crate::domain::{ObjectId, RefName};

use super::command::{GitCommand, GitCommandError, words};
use super::refs::{RefSnapshot, RefsError};
use super::repository::Repository;

/// One ref: what it must hold before, and what it holds after. `None` is a ref that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefEdit {
    pub name: RefName,
    pub expected: Option<ObjectId>,
    pub new: Option<ObjectId>,
}

/// A transaction that holds the locks of all its refs and has checked what they hold.
pub struct PreparedRefs {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    /// Where its words go, if not to us.
    words: Option<File>,
}

impl Repository {
    /// What a ref holds now; `None` where it does not exist.
    pub fn ref_target(&self, name: &RefName) -> Result<Option<ObjectId>, RefsError> {
        match self.inner.refname_to_id(name.as_str()) {
            Ok(id) => Ok(ObjectId::from_slice(id.as_bytes())),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(RefsError::Read(std::io::Error::other(error))),
        }
    }

    /// A ref that cannot exist beside `name`: `refs/heads/a` and `refs/heads/a/b` exclude each other.
    pub fn ref_clash(&self, name: &RefName) -> Result<Option<RefName>, RefsError> {
        let text = name.as_str();
        for (at, _) in text.match_indices('/') {
            let Ok(above) = RefName::new(&text[..at]) else { continue };
            if self.ref_target(&above)?.is_some() {
                return Ok(Some(above));
            }
        }
        let below = RefSnapshot::read(self.common_dir(), &[format!("{text}/")])?;
        Ok(below.entries().first().map(|entry| entry.name.clone()))
    }

    /// Locks the refs and checks what they hold. `reason` goes into the reflog. git has `held`, a file opened to append, for
    /// its words: a lock on it lasts as long as that git, also where it outlives us.
    pub fn prepare_refs(
        &self,
        edits: &[RefEdit],
        reason: &str,
        held: Option<&File>,
    ) -> Result<PreparedRefs, GitCommandError> {
        let mut input = "start\n".to_owned();
        for RefEdit { name, expected, new } in edits {
            input.push_str(&match (expected, new) {
                (None, Some(new)) => format!("create {name} {new}\n"),
                (Some(old), Some(new)) if old == new => format!("verify {name} {new}\n"),
                (Some(old), Some(new)) => format!("update {name} {new} {old}\n"),
                (Some(old), None) => format!("delete {name} {old}\n"),
                (None, None) => format!("verify {name} {}\n", "0".repeat(40)),
            });
        }
        input.push_str("prepare\n");
        let command = GitCommand::writing(self).args(["update-ref", "--create-reflog", "-m", reason, "--stdin"]);
        let mut child = command.to_command();
        child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Elsewhere a lock keeps its own holder from writing.
        let held = held.filter(|_| cfg!(unix));
        let words = held.map(|file| file.set_len(0).and_then(|()| file.try_clone())).transpose();
        let words = words.map_err(GitCommandError::Start)?;
        if let Some(file) = &words {
            child.stderr(file.try_clone().map_err(GitCommandError::Start)?);
        }
        let mut child = child.spawn().map_err(GitCommandError::Start)?;
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().expect("standard output was asked for"));
        let mut prepared = PreparedRefs { child, stdin, stdout, words };
        prepared.say(&input);
        prepared.hear("prepare: ok")?;
        Ok(prepared)
    }
}

impl PreparedRefs {
    /// Sets the refs.
    pub fn commit(mut self) -> Result<(), GitCommandError> {
        self.say("commit\n");
        self.hear("commit: ok")?;
        drop(self.stdin.take());
        // git has said that it is done; how it exits changes nothing.
        let _ = self.child.wait();
        Ok(())
    }

    /// A git that is gone is seen when its answer is awaited.
    fn say(&mut self, text: &str) {
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(text.as_bytes()).and_then(|()| stdin.flush());
        }
    }

    fn hear(&mut self, answer: &str) -> Result<(), GitCommandError> {
        let mut line = String::new();
        while self.stdout.read_line(&mut line).is_ok_and(|length| length > 0) {
            if line.trim_end() == answer {
                return Ok(());
            }
            line.clear();
        }
        drop(self.stdin.take());
        let mut stderr = Vec::new();
        if let Some(mut stream) = self.child.stderr.take() {
            let _ = stream.read_to_end(&mut stderr);
        }
        let status = self.child.wait().map_err(GitCommandError::Start)?;
        if let Some(file) = &mut self.words {
            let _ = file.rewind().and_then(|()| file.read_to_end(&mut stderr));
            let _ = file.set_len(0);
        }
        Err(GitCommandError::Failed { command: "update-ref".to_owned(), status, stderr: words(&stderr) })
    }
}

impl Drop for PreparedRefs {
    /// Without `commit`, the end of its input makes git let the locks go.
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CommitId;
    use crate::testing::TestRepo;

    fn name(text: &str) -> RefName {
        RefName::new(text).unwrap()
    }

    fn edit(text: &str, expected: Option<CommitId>, new: Option<CommitId>) -> RefEdit {
        RefEdit { name: name(text), expected: expected.map(CommitId::object), new: new.map(CommitId::object) }
    }

    fn two_commits() -> (TestRepo, CommitId, CommitId) {
        let mut r = TestRepo::new();
        let one = r.commit("main", "one");
        let two = r.commit("main", "two");
        (r, one, two)
    }

    #[test]
    fn sets_all_refs_or_none() {
        let (r, one, two) = two_commits();
        let repository = r.open();
        let good = [edit("refs/heads/new", None, Some(one)), edit("refs/heads/main", Some(two), Some(one))];
        repository.prepare_refs(&good, "test", None).unwrap().commit().unwrap();
        assert_eq!(repository.ref_target(&name("refs/heads/new")).unwrap(), Some(one.object()));
        let stale = [edit("refs/heads/newer", None, Some(one)), edit("refs/heads/main", Some(two), Some(one))];
        assert!(repository.prepare_refs(&stale, "test", None).is_err());
        assert_eq!(repository.ref_target(&name("refs/heads/newer")).unwrap(), None);
        let gone = [edit("refs/heads/new", Some(one), None)];
        repository.prepare_refs(&gone, "test", None).unwrap().commit().unwrap();
        assert_eq!(repository.ref_target(&name("refs/heads/new")).unwrap(), None);
    }

    #[test]
    fn dropping_what_was_prepared_sets_nothing_and_leaves_no_lock() {
        let (r, one, _) = two_commits();
        let repository = r.open();
        let new = name("refs/heads/new");
        let prepared = repository.prepare_refs(&[edit("refs/heads/new", None, Some(one))], "test", None).unwrap();
        assert_eq!(repository.ref_lock(&new).unwrap().holds, Some(one.object()));
        drop(prepared);
        assert_eq!((repository.ref_lock(&new), repository.ref_target(&new).unwrap()), (None, None));
    }

    #[test]
    fn a_killed_git_leaves_a_lock_that_holds_the_new_id() {
        let (r, one, _) = two_commits();
        let repository = r.open();
        let mut prepared = repository.prepare_refs(&[edit("refs/heads/new", None, Some(one))], "test", None).unwrap();
        prepared.child.kill().unwrap();
        drop(prepared);
        let lock = repository.ref_lock(&name("refs/heads/new")).unwrap();
        assert_eq!(lock.holds, Some(one.object()));
        lock.remove().unwrap();
        lock.remove().unwrap();
    }

    #[test]
    fn names_that_exclude_each_other_are_seen_in_both_directions() {
        let (mut r, one, _) = two_commits();
        r.set_ref("refs/heads/release/1.8", one.object());
        r.git(&["pack-refs", "--all"]);
        let repository = r.open();
        let clash = |text| repository.ref_clash(&name(text)).unwrap().map(|name| name.to_string());
        assert_eq!(clash("refs/heads/release/1.8/x").as_deref(), Some("refs/heads/release/1.8"));
        assert_eq!(clash("refs/heads/release").as_deref(), Some("refs/heads/release/1.8"));
        assert_eq!(clash("refs/heads/release/1.9"), None);
    }
}
