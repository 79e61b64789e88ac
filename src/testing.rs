//! Builds small temporary repositories for tests, here and in `tests/`; nothing that ships calls it.
//!
//! Written through git2, so that a history of twenty commits takes milliseconds. The invariant: same calls, same ids.
//! Time is a counter that starts on 1 January 2025 and goes on by an hour with every commit and tag; the person is
//! always the same. What cannot be built panics: that is a fault of the test.

use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use git2::build::TreeUpdateBuilder;
use git2::{FileMode, ObjectType, Oid};
use tempfile::TempDir;

use crate::domain::{CommitId, ObjectId};
use crate::git::{ObjectKind, Repository};

/// Who does everything.
const NAME: &str = "Ada Example";
const EMAIL: &str = "ada@example.com";

/// A repository that goes away with the value. Its work tree stays empty until [`TestRepo::checkout`].
pub struct TestRepo {
    directory: TempDir,
    inner: git2::Repository,
    now: DateTime<Utc>,
    author: Option<(String, i64)>,
}

impl Default for TestRepo {
    fn default() -> Self {
        Self::new()
    }
}

impl TestRepo {
    /// An empty repository with a work tree, `HEAD` at the unborn branch `main`.
    pub fn new() -> Self {
        Self::with(false)
    }

    /// An empty repository without a work tree.
    pub fn bare() -> Self {
        Self::with(true)
    }

    fn with(is_bare: bool) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut options = git2::RepositoryInitOptions::new();
        options.bare(is_bare).initial_head("main").external_template(false);
        let inner = git2::Repository::init_opts(directory.path(), &options).expect("a new repository");
        let midnight = NaiveDate::from_ymd_opt(2025, 1, 1).expect("a date").and_time(NaiveTime::MIN);
        Self { directory, inner, now: midnight.and_utc(), author: None }
    }

    /// The directory of the repository.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The repository as the product opens it.
    pub fn open(&self) -> Repository {
        Repository::open(self.path()).expect("a repository that can be opened")
    }

    /// The time of the next commit or tag is this day's midnight, `2025-03-01`.
    pub fn set_date(&mut self, date: &str) {
        let date: NaiveDate = date.parse().expect("a date as YYYY-MM-DD");
        self.now = date.and_time(NaiveTime::MIN).and_utc();
    }

    /// Lets days pass.
    pub fn pass_days(&mut self, days: u64) {
        self.now = self.now + Days::new(days);
    }

    /// The time of the next commit or tag.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Whoever writes the commits from now on, and when they say they did; the committer stays who it was. `None`: the
    /// same person as always, at the time of the commit.
    pub fn set_author(&mut self, author: Option<(&str, DateTime<Utc>)>) {
        self.author = author.map(|(name, at)| (name.to_owned(), at.timestamp()));
    }

    /// Commits onto a branch, which is created with the commit if it does not exist. No file changes.
    pub fn commit(&mut self, branch: &str, message: &str) -> CommitId {
        self.commit_files(branch, message, &[])
    }

    /// Commits files onto a branch; what has no content is removed.
    pub fn commit_files(&mut self, branch: &str, message: &str, files: &[(&str, Option<&str>)]) -> CommitId {
        let parent = self.tip(branch);
        let tree = self.tree_with(parent, files);
        self.write_commit(branch, message, tree, parent.as_slice())
    }

    /// Commits one file onto a branch.
    pub fn commit_file(&mut self, branch: &str, message: &str, path: &str, content: &str) -> CommitId {
        self.commit_files(branch, message, &[(path, Some(content))])
    }

    /// Merges `from` into a branch, always with a merge commit.
    pub fn merge(&mut self, branch: &str, from: &str, message: &str) -> CommitId {
        let ours = self.tip(branch).expect("the branch that is merged into");
        let theirs = self.resolve(from);
        let commit = |id| self.inner.find_commit(id).expect("a commit");
        let index = self.inner.merge_commits(&commit(ours), &commit(theirs), None);
        let tree = index.and_then(|mut index| index.write_tree_to(&self.inner)).expect("a merge without conflicts");
        self.write_commit(branch, message, tree, &[ours, theirs])
    }

    /// Applies the change of a commit onto a branch, with the message given. The change must fit.
    pub fn pick(&mut self, branch: &str, commit: CommitId, message: &str) -> CommitId {
        let tip = self.tip(branch).expect("the branch that is picked onto");
        let find = |id| self.inner.find_commit(id).expect("a commit");
        let index = self.inner.cherrypick_commit(&find(oid(commit.object())), &find(tip), 0, None);
        let tree = index.and_then(|mut index| index.write_tree_to(&self.inner)).expect("a pick without conflicts");
        self.write_commit(branch, message, tree, &[tip])
    }

    /// Creates or moves a branch to what `at` names.
    pub fn branch(&mut self, name: &str, at: &str) -> CommitId {
        let target = self.resolve(at);
        self.set_ref(&format!("refs/heads/{name}"), id(target));
        CommitId::new(id(target))
    }

    /// Deletes a branch; its commits stay.
    pub fn delete_branch(&mut self, name: &str) {
        let mut reference = self.inner.find_reference(&format!("refs/heads/{name}")).expect("a branch");
        reference.delete().expect("a branch that can be deleted");
    }

    /// Creates a remote-tracking branch, and the remote where it does not exist yet.
    pub fn track(&mut self, remote: &str, branch: &str, at: &str) {
        if self.inner.find_remote(remote).is_err() {
            self.inner.remote(remote, "../nowhere").expect("a new remote");
        }
        let target = self.resolve(at);
        self.set_ref(&format!("refs/remotes/{remote}/{branch}"), id(target));
    }

    /// Creates an annotated tag with its name as the message.
    pub fn tag(&mut self, name: &str, at: &str) -> ObjectId {
        self.tag_with(name, at, name)
    }

    /// Creates an annotated tag.
    pub fn tag_with(&mut self, name: &str, at: &str, message: &str) -> ObjectId {
        let target = id(self.resolve(at));
        let tag = self.tag_object(name, target, "commit", message);
        self.set_ref(&format!("refs/tags/{name}"), tag);
        tag
    }

    /// Writes a tag object of anything without a ref to it.
    pub fn tag_object(&mut self, name: &str, target: ObjectId, kind: &str, message: &str) -> ObjectId {
        let time = self.tick().timestamp();
        let text =
            format!("object {target}\ntype {kind}\ntag {name}\ntagger {NAME} <{EMAIL}> {time} +0000\n\n{message}\n");
        self.object(ObjectKind::Tag, text.as_bytes())
    }

    /// Creates a lightweight tag.
    pub fn lightweight_tag(&mut self, name: &str, at: &str) {
        let target = self.resolve(at);
        self.set_ref(&format!("refs/tags/{name}"), id(target));
    }

    /// Creates or moves any ref.
    pub fn set_ref(&mut self, name: &str, target: ObjectId) {
        self.inner.reference(name, oid(target), true, "test").expect("a ref that can be set");
    }

    /// Points `HEAD` at a branch without touching the work tree.
    pub fn set_head(&mut self, branch: &str) {
        self.inner.set_head(&format!("refs/heads/{branch}")).expect("a branch");
    }

    /// Writes an object of any kind and content.
    pub fn object(&self, kind: ObjectKind, bytes: &[u8]) -> ObjectId {
        let kind = ObjectType::from_str(kind.as_str()).expect("a kind of object");
        id(self.inner.odb().and_then(|odb| odb.write(kind, bytes)).expect("an object that can be written"))
    }

    /// The commit that a branch, tag, ref or full id names.
    pub fn id(&self, name: &str) -> CommitId {
        CommitId::new(id(self.resolve(name)))
    }

    /// Takes away the loose object that a revision names, as where a clone lacks it.
    pub fn lose(&self, revision: &str) {
        let id = self.git(&["rev-parse", revision]);
        let file = self.path().join(format!(".git/objects/{}/{}", &id[..2], &id[2..]));
        std::fs::remove_file(file).expect("a loose object");
    }

    /// Checks a branch out into the work tree.
    pub fn checkout(&mut self, branch: &str) {
        self.git(&["checkout", "--quiet", "--force", branch]);
    }

    /// Writes a file of the work tree.
    pub fn write(&self, path: &str, content: &str) -> PathBuf {
        let path = self.path().join(path);
        let parent = path.parent().expect("a file in the work tree");
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&path, content))
            .expect("a file that can be written");
        path
    }

    /// Runs git here with a fixed environment; what it printed, without the last line end. It must succeed.
    pub fn git(&self, arguments: &[&str]) -> String {
        git(self.path(), arguments)
    }

    /// All commits as git draws them, newest first, with the refs at them.
    pub fn graph(&self) -> String {
        let drawn = self.git(&["log", "--graph", "--all", "--topo-order", "--decorate=short", "--format=%s%d"]);
        drawn.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }

    fn tick(&mut self) -> DateTime<Utc> {
        let now = self.now;
        self.now += TimeDelta::hours(1);
        now
    }

    fn tip(&self, branch: &str) -> Option<Oid> {
        self.inner.refname_to_id(&format!("refs/heads/{branch}")).ok()
    }

    /// Branches before tags, tags before everything else.
    fn resolve(&self, name: &str) -> Oid {
        let names = ["refs/heads/", "refs/tags/", "refs/remotes/", ""].map(|prefix| format!("{prefix}{name}"));
        let found = names.iter().find_map(|name| self.inner.find_reference(name).ok());
        let commit = match found {
            Some(reference) => reference.peel_to_commit().ok(),
            None => Oid::from_str(name).ok().and_then(|id| self.inner.find_commit(id).ok()),
        };
        commit.unwrap_or_else(|| panic!("`{name}` names no commit")).id()
    }

    fn tree_with(&self, parent: Option<Oid>, files: &[(&str, Option<&str>)]) -> Oid {
        let base = match parent {
            Some(parent) => self.inner.find_commit(parent).and_then(|commit| commit.tree()),
            None => self.inner.treebuilder(None).and_then(|b| b.write()).and_then(|id| self.inner.find_tree(id)),
        };
        let mut update = TreeUpdateBuilder::new();
        for (path, content) in files {
            match content {
                Some(content) => {
                    let blob = self.inner.blob(content.as_bytes()).expect("a blob");
                    update.upsert(*path, blob, FileMode::Blob);
                }
                None => _ = update.remove(*path),
            }
        }
        update.create_updated(&self.inner, &base.expect("a tree")).expect("paths that fit the tree")
    }

    fn write_commit(&mut self, branch: &str, message: &str, tree: Oid, parents: &[Oid]) -> CommitId {
        let time = self.tick().timestamp();
        let mut text = format!("tree {tree}\n");
        for parent in parents {
            text.push_str(&format!("parent {parent}\n"));
        }
        let person = format!("{NAME} <{EMAIL}> {time} +0000");
        let author = match &self.author {
            Some((name, at)) => format!("{name} <{}@example.com> {at} +0000", name.to_lowercase().replace(' ', ".")),
            None => person.clone(),
        };
        text.push_str(&format!("author {author}\ncommitter {person}\n\n{message}\n"));
        let commit = self.object(ObjectKind::Commit, text.as_bytes());
        self.set_ref(&format!("refs/heads/{branch}"), commit);
        CommitId::new(commit)
    }
}

/// Runs git in a directory, deaf to the configuration of the machine; what it printed, without the last line end.
pub fn git(directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(directory).env("LC_ALL", "C").env("TZ", "UTC");
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" });
    // Set where the tests run from a hook, and then every child would work on that repository.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"] {
        command.env_remove(name);
    }
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), NAME).env(format!("GIT_{role}_EMAIL"), EMAIL);
        command.env(format!("GIT_{role}_DATE"), "2025-06-01T00:00:00Z");
    }
    let output = command.output().expect("git on the PATH");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned()
}

fn oid(id: ObjectId) -> Oid {
    Oid::from_bytes(id.as_bytes()).expect("twenty bytes")
}

fn id(oid: Oid) -> ObjectId {
    ObjectId::from_slice(oid.as_bytes()).expect("twenty bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_a_history_that_can_be_read_at_a_glance() {
        let mut r = TestRepo::new();
        r.commit_file("main", "feat: a", "a", "1\n");
        r.branch("release/1.8", "main");
        r.branch("feature", "main");
        let fix = r.commit_file("feature", "fix: b", "b", "2\n");
        r.commit_file("main", "feat: c", "c", "3\n");
        r.merge("main", "feature", "Merge pull request #1 from x/feature");
        r.delete_branch("feature");
        r.pick("release/1.8", fix, "fix: b (#2)");
        r.tag("v1.8.0", "release/1.8");
        r.track("origin", "main", "main");
        insta::assert_snapshot!(r.graph(), @r"
        * fix: b (#2) (tag: v1.8.0, release/1.8)
        | *   Merge pull request #1 from x/feature (HEAD -> main, origin/main)
        | |\
        | | * fix: b
        | |/
        |/|
        | * feat: c
        |/
        * feat: a
        ");
    }

    #[test]
    fn same_calls_give_same_ids() {
        let build = || {
            let mut r = TestRepo::bare();
            r.commit("main", "one");
            r.pass_days(3);
            r.tag("v1", "main").to_string()
        };
        assert_eq!(build(), build());
    }
}
