//! Where branches are checked out: in the main work tree, in linked ones, and by operations that will set a branch when
//! they end. Read from git's own files, so that a bare listing costs no child process.

use std::path::{Path, PathBuf};

use crate::domain::BranchName;

use super::command::{GitCommand, GitCommandError};
use super::repository::Repository;

/// A work tree and a branch that it stands on or will set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// The work tree's root.
    pub path: PathBuf,
    pub branch: BranchName,
    /// The operation that holds the branch; `None` where it is simply checked out.
    pub during: Option<Operation>,
    /// The git directory of this work tree alone.
    git_dir: PathBuf,
}

/// What git does over several steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Rebase,
    Bisect,
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Rebase => "rebase",
            Self::Bisect => "bisect",
        })
    }
}

/// Where a branch in the middle of an operation is noted, in a work tree's git directory.
const NOTES: [(&str, Operation); 3] = [
    ("rebase-merge/head-name", Operation::Rebase),
    ("rebase-apply/head-name", Operation::Rebase),
    ("BISECT_START", Operation::Bisect),
];

impl Repository {
    /// All checkouts, the main work tree first, the others ordered by path.
    pub fn checkouts(&self) -> Vec<Checkout> {
        let mut found = Vec::new();
        if let Some(path) = self.main_work_tree() {
            read(&path, self.common_dir(), &mut found);
        }
        let mut linked = Vec::new();
        for entry in std::fs::read_dir(self.common_dir().join("worktrees")).into_iter().flatten().flatten() {
            let directory = entry.path();
            let Ok(link) = std::fs::read_to_string(directory.join("gitdir")) else { continue };
            let link = directory.join(link.trim());
            let Some(path) = link.parent().filter(|path| path.is_dir()) else { continue };
            linked.push((path.canonicalize().unwrap_or(path.to_owned()), directory));
        }
        linked.sort();
        linked.iter().for_each(|(path, directory)| read(path, directory, &mut found));
        found
    }

    /// The work tree beside the common git directory; `None` where the repository is bare.
    fn main_work_tree(&self) -> Option<PathBuf> {
        let is_bare = self.inner.config().and_then(|config| config.get_bool("core.bare")).unwrap_or(false);
        if is_bare {
            return None;
        }
        if !self.is_linked_worktree() {
            return self.work_dir().map(Path::to_owned);
        }
        let common = self.common_dir().canonicalize().ok()?;
        common.file_name().filter(|name| *name == ".git")?;
        common.parent().map(Path::to_owned)
    }
}

fn read(path: &Path, git_dir: &Path, found: &mut Vec<Checkout>) {
    let read = |name: &str| std::fs::read_to_string(git_dir.join(name)).ok();
    let checkout = |branch: Option<BranchName>, during| {
        branch.map(|branch| Checkout { path: path.to_owned(), branch, during, git_dir: git_dir.to_owned() })
    };
    let head = read("HEAD").and_then(|text| branch_named(text.trim().strip_prefix("ref:")?.trim()));
    found.extend(checkout(head, None));
    for (note, operation) in NOTES {
        let Some(text) = read(note) else { continue };
        let name = text.trim();
        let branch =
            branch_named(name).or_else(|| BranchName::new(name).ok().filter(|_| operation == Operation::Bisect));
        found.extend(checkout(branch, Some(operation)));
    }
}

fn branch_named(full: &str) -> Option<BranchName> {
    BranchName::new(full.strip_prefix("refs/heads/")?).ok()
}

impl Checkout {
    /// Whether tracked files differ from what is committed, in the work tree or the index.
    pub fn has_changes(&self) -> Result<bool, GitCommandError> {
        let command = GitCommand::in_work_tree(&self.path);
        let arguments =
            ["--no-optional-locks", "status", "--porcelain", "--untracked-files=no", "--ignore-submodules=dirty"];
        Ok(!command.args(arguments).run()?.is_empty())
    }

    /// Where git locks the index of this work tree.
    pub fn index_lock_path(&self) -> PathBuf {
        self.git_dir.join("index.lock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestRepo;

    fn listing(repository: &Repository) -> Vec<String> {
        let shown = |c: Checkout| format!("{}{}", c.branch, c.during.map(|d| format!(" ({d})")).unwrap_or_default());
        repository.checkouts().into_iter().map(shown).collect()
    }

    #[test]
    fn finds_branches_in_all_work_trees_and_in_the_middle_of_a_rebase() {
        let mut r = TestRepo::new();
        r.commit_file("main", "one", "a", "1\n");
        r.branch("side", "main");
        r.branch("third", "main");
        r.commit_file("main", "two", "a", "2\n");
        r.commit_file("third", "three", "a", "3\n");
        r.checkout("main");
        let other = tempfile::tempdir().unwrap();
        let place = other.path().join("w");
        r.git(&["worktree", "add", "--quiet", place.to_str().unwrap(), "side"]);
        assert_eq!(listing(&r.open()), ["main", "side"]);
        assert_eq!(listing(&Repository::open(&place).unwrap()), ["main", "side"]);
        r.git(&["checkout", "--quiet", "third"]);
        let stops = std::process::Command::new("git").args(["rebase", "main"]).current_dir(r.path()).output().unwrap();
        assert!(!stops.status.success());
        assert_eq!(listing(&r.open()), ["third (rebase)", "side"]);
    }

    #[test]
    fn a_bare_repository_has_nothing_checked_out() {
        let mut r = TestRepo::bare();
        r.commit("main", "one");
        assert_eq!(listing(&r.open()), Vec::<String>::new());
    }
}
