//! Talking to a remote through the user's git: which refs it has, fetching a few of them, pushing by id.
//!
//! The invariant: nothing is decided from the words of a refusal. A push says whether git was content; whoever asked
//! reads the remote again and judges by what is there. The one text that is looked at is how git says that the other
//! side has no atomic push, since nothing else shows it.

use std::collections::BTreeMap;
use std::fs::File;
use std::process::Output;

use crate::domain::{BranchName, ObjectId, RefName};

use super::command::{GitCommand, GitCommandError, checked, filled, run_holding, words};
use super::repository::Repository;

/// Why a remote could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    #[error("there is no remote `{name}`")]
    Unknown { name: String, known: Vec<String> },
    #[error("cannot reach the remote `{remote}`")]
    Unreachable {
        remote: String,
        #[source]
        source: GitCommandError,
    },
    #[error("cannot fetch from the remote `{remote}`")]
    Fetch {
        remote: String,
        #[source]
        source: GitCommandError,
    },
    #[error(transparent)]
    Git(GitCommandError),
}

impl RemoteError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { known, .. } if known.is_empty() => {
                Some("add one with `git remote add origin URL`, or leave out `--push`".to_owned())
            }
            Self::Unknown { known, .. } => Some(format!("name one of these with `--remote`: `{}`", known.join("`, `"))),
            Self::Unreachable { remote, .. } => Some(format!("see what `git ls-remote {remote}` says, then run again")),
            Self::Fetch { .. } => None,
            Self::Git(error) => error.hint(),
        }
    }
}

/// A ref of the remote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteRef {
    /// A tag object for annotated tags.
    pub target: ObjectId,
    /// What the target comes to when all tags are unwrapped.
    pub peeled: ObjectId,
}

/// Refs of a remote, by name.
pub type RemoteRefs = BTreeMap<RefName, RemoteRef>;

/// One ref to be pushed: what the remote must hold before, and what it holds after. `None` is a ref that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushEdit {
    pub name: RefName,
    pub expected: Option<ObjectId>,
    pub new: Option<ObjectId>,
}

/// How a push ended, as git says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushAnswer {
    /// Whether git was content with all refs.
    pub is_accepted: bool,
    /// Whether the remote cannot apply several refs at once; then nothing was sent.
    pub lacks_atomic: bool,
    /// What git and the remote wrote, for people.
    pub words: String,
}

impl Repository {
    /// Checks that `remote` is configured, or is an address: a path or a URL.
    pub fn check_remote(&self, remote: &str) -> Result<(), RemoteError> {
        let known = self.remote_names();
        let is_address = remote.contains(['/', '\\', ':']);
        if known.iter().any(|name| name == remote) || (is_address && !remote.starts_with('-')) {
            return Ok(());
        }
        Err(RemoteError::Unknown { name: remote.to_owned(), known })
    }

    /// The refs of the remote that fit one of the patterns: a full ref name, or a prefix with `*` at its end. The server
    /// may send all it has; only what fits is kept.
    pub fn remote_refs(&self, remote: &str, patterns: &[String]) -> Result<RemoteRefs, RemoteError> {
        self.check_remote(remote)?;
        if patterns.is_empty() {
            return Ok(RemoteRefs::new());
        }
        let mut command = GitCommand::asking(self).args(["ls-remote", "--quiet"]);
        // Servers that know how leave out the rest.
        if patterns.iter().all(|pattern| pattern.starts_with("refs/tags/")) {
            command = command.args(["--tags"]);
        }
        let asked =
            patterns.iter().map(|pattern| if pattern.ends_with('*') { pattern.clone() } else { format!("{pattern}*") });
        let output = command.args(["--", &self.push_address(remote)]).args(asked).run();
        let output = output.map_err(|source| match source {
            GitCommandError::Failed { .. } => RemoteError::Unreachable { remote: remote.to_owned(), source },
            GitCommandError::Start(_) => RemoteError::Git(source),
        })?;
        Ok(parse_refs(&String::from_utf8_lossy(&output), patterns))
    }

    /// Fetches one branch into its remote-tracking ref: into a shallow clone only its tip, since all that lies before it
    /// would be sent otherwise. git has `held` as its standard input, as in [`Repository::push`].
    pub fn fetch_branch(&self, remote: &str, branch: &BranchName, held: Option<&File>) -> Result<(), RemoteError> {
        self.check_remote(remote)?;
        let depth: &[&str] = if self.shallow_roots().is_empty() { &[] } else { &["--depth=1"] };
        let refspec = format!("+refs/heads/{branch}:refs/remotes/{remote}/{branch}");
        let command = self.fetching().args(depth).args(["--", remote, &refspec]);
        fetched(remote, run_holding(command.to_command(), held))
    }

    /// Fetches the objects of exactly these refs and what they reach, and sets no ref: no tags that follow, no pruning, no
    /// note of it in `FETCH_HEAD`.
    pub fn fetch_refs(&self, remote: &str, names: &[String]) -> Result<(), RemoteError> {
        self.check_remote(remote)?;
        if names.is_empty() {
            return Ok(());
        }
        let lines = names.iter().flat_map(|name| [name.as_str(), "\n"]).collect::<String>();
        let file = filled(&lines).map_err(|source| RemoteError::Git(GitCommandError::Start(source)))?;
        let command = self.fetching().args(["--refmap=", "--stdin", "--", remote]);
        fetched(remote, run_holding(command.to_command(), Some(&file)))
    }

    fn fetching(&self) -> GitCommand {
        let options =
            ["fetch", "--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head", "--no-recurse-submodules"];
        GitCommand::writing(self).args(["-c", "fetch.pruneTags=false"]).args(options)
    }

    /// Pushes objects by id, each ref only if the remote holds what is expected, and all or none if `is_atomic`. git has
    /// `held`, an empty file, as its standard input: a lock on it lasts as long as that git, also where it outlives us.
    pub fn push(
        &self,
        remote: &str,
        edits: &[PushEdit],
        is_atomic: bool,
        held: Option<&File>,
    ) -> Result<PushAnswer, RemoteError> {
        self.check_remote(remote)?;
        let mut command = GitCommand::writing(self);
        if self.is_partial() || !self.shallow_roots().is_empty() {
            // Without it one tag would upload the whole tree again.
            command = command.args(["-c", "push.negotiate=true"]);
        }
        command = command.args(["push", "--porcelain", "--no-follow-tags", "--recurse-submodules=no"]);
        command = command.args([if is_atomic { "--atomic" } else { "--no-atomic" }]);
        for PushEdit { name, expected, .. } in edits {
            let expected = expected.map(|id| id.to_string()).unwrap_or_default();
            command = command.args([format!("--force-with-lease={name}:{expected}")]);
        }
        command = command.args(["--", remote]);
        for PushEdit { name, new, .. } in edits {
            command = command.args([format!("{}:{name}", new.map(|id| id.to_string()).unwrap_or_default())]);
        }
        let output = run_holding(command.to_command(), held)
            .map_err(|source| RemoteError::Git(GitCommandError::Start(source)))?;
        let stderr = words(&output.stderr);
        let stdout = String::from_utf8_lossy(&output.stdout);
        let is_accepted = output.status.success();
        let lacks_atomic = !is_accepted && is_atomic && stderr.contains("does not support --atomic");
        Ok(PushAnswer { is_accepted, lacks_atomic, words: refusal(&stderr, &stdout) })
    }

    /// Where a push to the remote goes: that is what must be read again after it.
    fn push_address(&self, remote: &str) -> String {
        let address = |more: &[&str]| {
            let command = GitCommand::reading(self).args(["remote", "get-url"]).args(more).args(["--", remote]);
            let output = command.run().ok()?;
            let text = String::from_utf8_lossy(&output);
            text.lines().next().map(str::to_owned)
        };
        let has_own = self.inner.find_remote(remote).is_ok_and(|found| found.pushurl().is_ok_and(|url| url.is_some()));
        let own = if has_own { address(&["--push"]) } else { None };
        own.unwrap_or_else(|| remote.to_owned())
    }
}

/// What became of a fetch.
fn fetched(remote: &str, output: std::io::Result<Output>) -> Result<(), RemoteError> {
    let output = output.map_err(|source| RemoteError::Git(GitCommandError::Start(source)))?;
    checked("fetch", &output).map_err(|source| RemoteError::Fetch { remote: remote.to_owned(), source })
}

/// Lines `<id>\t<name>`, a peeled one after its tag.
fn parse_refs(output: &str, patterns: &[String]) -> RemoteRefs {
    let fits = |name: &str| {
        patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => name == pattern,
        })
    };
    let mut refs = RemoteRefs::new();
    for line in output.lines() {
        let Some((id, name)) = line.split_once('\t') else { continue };
        let Some(id) = ObjectId::from_hex(id.as_bytes()) else { continue };
        let (name, is_peeled) = name.strip_suffix("^{}").map_or((name, false), |name| (name, true));
        if !fits(name) {
            continue;
        }
        let Ok(name) = RefName::new(name) else { continue };
        match refs.get_mut(&name) {
            Some(entry) if is_peeled => entry.peeled = id,
            _ => _ = refs.insert(name, RemoteRef { target: id, peeled: id }),
        }
    }
    refs
}

/// The words of a refused push: git's own, and the lines of the refs that were refused.
fn refusal(stderr: &str, stdout: &str) -> String {
    let refused = stdout.lines().filter_map(|line| line.strip_prefix("!\t")).map(|line| line.replace('\t', " "));
    let lines = stderr.lines().map(str::to_owned).chain(refused);
    let lines = lines.map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CommitId;
    use crate::testing::TestRepo;

    fn name(text: &str) -> RefName {
        RefName::new(text).unwrap()
    }

    fn with_remote() -> (TestRepo, TestRepo, CommitId) {
        let mut r = TestRepo::new();
        let commit = r.commit("main", "one");
        let remote = TestRepo::bare();
        r.git(&["remote", "add", "origin", remote.path().to_str().unwrap()]);
        (r, remote, commit)
    }

    fn edit(text: &str, expected: Option<ObjectId>, new: CommitId) -> PushEdit {
        PushEdit { name: name(text), expected, new: Some(new.object()) }
    }

    #[test]
    fn pushes_by_id_and_reads_what_is_there() {
        let (mut r, _remote, commit) = with_remote();
        let tag = r.tag("v1", "main");
        let repository = r.open();
        let edits = [
            edit("refs/heads/main", None, commit),
            PushEdit { name: name("refs/tags/v1"), expected: None, new: Some(tag) },
        ];
        assert!(repository.push("origin", &edits, true, None).unwrap().is_accepted);
        let refs = repository.remote_refs("origin", &["refs/tags/v*".into(), "refs/heads/main".into()]).unwrap();
        assert_eq!(refs[&name("refs/tags/v1")], RemoteRef { target: tag, peeled: commit.object() });
        assert_eq!(refs.len(), 2);
        assert!(repository.remote_refs("origin", &["refs/heads/mai".into()]).unwrap().is_empty());
    }

    #[test]
    fn one_ref_that_moved_refuses_all() {
        let (mut r, _remote, one) = with_remote();
        let two = r.commit("main", "two");
        let repository = r.open();
        assert!(repository.push("origin", &[edit("refs/heads/main", None, one)], true, None).unwrap().is_accepted);
        let edits = [edit("refs/heads/new", None, two), edit("refs/heads/main", Some(two.object()), two)];
        let answer = repository.push("origin", &edits, true, None).unwrap();
        assert!(!answer.is_accepted && !answer.lacks_atomic);
        assert!(!answer.words.is_empty());
        assert_eq!(repository.remote_refs("origin", &["refs/heads/*".into()]).unwrap().len(), 1);
    }

    #[test]
    fn a_remote_without_atomic_push_is_recognised() {
        let (r, remote, commit) = with_remote();
        remote.git(&["config", "receive.advertiseAtomic", "false"]);
        let repository = r.open();
        let edits = [edit("refs/heads/main", None, commit)];
        assert!(repository.push("origin", &edits, true, None).unwrap().lacks_atomic);
        assert!(repository.push("origin", &edits, false, None).unwrap().is_accepted);
    }

    #[test]
    fn an_absent_remote_is_named_and_an_unreachable_one_is_git_s_own_error() {
        let (r, remote, _) = with_remote();
        let repository = r.open();
        let error = repository.remote_refs("upstream", &["refs/heads/*".into()]).unwrap_err();
        assert!(error.hint().unwrap().contains("`origin`"), "{error}");
        drop(remote);
        let error = repository.remote_refs("origin", &["refs/heads/*".into()]).unwrap_err();
        assert!(matches!(error, RemoteError::Unreachable { .. }));
    }
}
