//! The opened repository: where it is, what kind it is, its head and its remotes.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use git2::ErrorCode;

use crate::domain::{BranchName, CommitId, ObjectId, RefName};

use super::reader::{ObjectDatabase, ObjectReader, ReadError};
use super::refs::{RefSnapshot, RefsError};

/// A repository. Not shared between threads: each opens its own.
pub struct Repository {
    pub(super) inner: git2::Repository,
    work_dir: Option<PathBuf>,
    /// Where its commands run, if not in it.
    runs_from: Option<PathBuf>,
    /// Opened by the first who reads.
    objects: OnceCell<ObjectDatabase>,
}

/// What is checked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    Branch {
        name: BranchName,
        commit: CommitId,
    },
    Detached {
        commit: CommitId,
    },
    /// The branch that the first commit will create; so in an empty repository.
    Unborn {
        name: BranchName,
    },
}

/// Why the head could not be read.
#[derive(Debug, thiserror::Error)]
pub enum HeadError {
    #[error("`HEAD` names `{target}`, which is no branch")]
    NotABranch { target: String },
    #[error("cannot read `HEAD`")]
    Git(#[from] git2::Error),
}

impl HeadError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some("point it at a branch: `git symbolic-ref HEAD refs/heads/<branch>`".to_owned())
    }
}

impl Repository {
    pub(super) fn new(inner: git2::Repository) -> Self {
        // Where `core.bare` is not set, libgit2 takes the directory above any git directory for a work tree; git does
        // so only if it is called `.git` or says where its work tree is.
        let is_work_dir = |dir: &Path| {
            dir.join(".git").exists() || inner.config().is_ok_and(|config| config.get_entry("core.worktree").is_ok())
        };
        let work_dir = inner.workdir().filter(|dir| is_work_dir(dir)).map(Path::to_owned);
        Self { inner, work_dir, runs_from: None, objects: OnceCell::new() }
    }

    /// The same repository, whose commands run in another place: relative addresses are those of that place.
    pub(super) fn run_from(self, place: &Path) -> Self {
        Self { runs_from: Some(place.to_owned()), ..self }
    }

    /// Where its commands run, if not in it.
    pub(super) fn runs_from(&self) -> Option<&Path> {
        self.runs_from.as_deref()
    }

    /// The git directory that all worktrees share.
    pub fn common_dir(&self) -> &Path {
        self.inner.commondir()
    }

    /// The work tree's root; `None` in a bare repository.
    pub fn work_dir(&self) -> Option<&Path> {
        self.work_dir.as_deref()
    }

    /// The name of the directory that people see: of the work tree, or of the bare repository without `.git`. `None` at
    /// the root of the file system.
    pub fn directory_name(&self) -> Option<String> {
        let common = self.common_dir();
        let is_hidden = common.file_name().is_some_and(|name| name == ".git");
        let root = self.work_dir().or_else(|| common.parent().filter(|_| is_hidden)).unwrap_or(common);
        let name = root.file_name()?.to_string_lossy().trim_end_matches(".git").to_owned();
        (!name.is_empty()).then_some(name)
    }

    /// Whether the repository has no work tree.
    pub fn is_bare(&self) -> bool {
        self.work_dir.is_none()
    }

    /// Whether this is a linked worktree of another repository.
    pub fn is_linked_worktree(&self) -> bool {
        self.inner.is_worktree()
    }

    /// Whether objects may be absent by design. A clone made today has only the remote's mark, older ones the
    /// extension; either counts.
    pub fn is_partial(&self) -> bool {
        let Ok(config) = self.inner.config() else { return false };
        if config.get_entry("extensions.partialclone").is_ok() {
            return true;
        }
        let Ok(entries) = config.entries(Some("^remote\\..*\\.promisor$")) else { return false };
        let mut is_partial = false;
        let _ = entries.for_each(|entry| {
            // A key without a value is true.
            is_partial |=
                !entry.has_value() || entry.value().is_ok_and(|v| git2::Config::parse_bool(v).unwrap_or(false));
        });
        is_partial
    }

    /// The commits whose parents a shallow clone left out; empty in a complete one. Read from the file itself, as
    /// libgit2 does not see it from a linked worktree.
    pub fn shallow_roots(&self) -> BTreeSet<CommitId> {
        let content = std::fs::read(self.common_dir().join("shallow")).unwrap_or_default();
        let ids = content.split(|byte| *byte == b'\n').filter_map(|line| ObjectId::from_hex(line.trim_ascii()));
        ids.map(CommitId::new).collect()
    }

    /// The configured remotes, ordered by name.
    pub fn remote_names(&self) -> Vec<String> {
        let Ok(remotes) = self.inner.remotes() else { return Vec::new() };
        let mut names: Vec<String> =
            remotes.iter_bytes().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        names.sort();
        names
    }

    /// The remote that is meant where none is named: `origin`, or the only one.
    pub fn default_remote(&self) -> Option<String> {
        let mut names = self.remote_names();
        match names.iter().position(|name| name == "origin") {
            Some(at) => Some(names.swap_remove(at)),
            None if names.len() == 1 => names.pop(),
            None => None,
        }
    }

    /// What is checked out here.
    pub fn head(&self) -> Result<Head, HeadError> {
        let reference = self.inner.find_reference("HEAD")?;
        let Some(target) = reference.symbolic_target_bytes() else {
            let commit = self.inner.head()?.target().map(|id| id.as_bytes().to_vec()).unwrap_or_default();
            let id = ObjectId::from_slice(&commit);
            let id = id.ok_or_else(|| HeadError::NotABranch { target: String::new() })?;
            return Ok(Head::Detached { commit: CommitId::new(id) });
        };
        let target = String::from_utf8_lossy(target).into_owned();
        let name = target.strip_prefix("refs/heads/").and_then(|name| BranchName::new(name).ok());
        let Some(name) = name else { return Err(HeadError::NotABranch { target }) };
        match self.inner.refname_to_id(&target) {
            Ok(id) => match ObjectId::from_slice(id.as_bytes()) {
                Some(id) => Ok(Head::Branch { name, commit: CommitId::new(id) }),
                None => Err(HeadError::NotABranch { target }),
            },
            Err(error) if error.code() == ErrorCode::NotFound => Ok(Head::Unborn { name }),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads branches, tags, the branches of configured remotes, Twintrack's own refs, and what stands below
    /// the directories of `more_prefixes`: literal starts of full ref names, as a tag pattern may have one. Everything
    /// else, such as a forge's pull requests, is passed over.
    pub fn refs(&self, more_prefixes: &[String]) -> Result<RefSnapshot, RefsError> {
        let mut prefixes: Vec<String> = ["refs/heads/", "refs/tags/", "refs/twintrack/"].map(str::to_owned).into();
        prefixes.extend(self.remote_names().iter().map(|name| format!("refs/remotes/{name}/")));
        prefixes.extend(more_prefixes.iter().filter_map(|prefix| Some(prefix.rsplit_once('/')?.0.to_owned() + "/")));
        // Below what is no name no ref can stand, and `..` would lead out of the git directory.
        prefixes.retain(|prefix| prefix == "refs/" || RefName::new(prefix.trim_end_matches('/')).is_ok());
        prefixes.sort();
        prefixes.dedup_by(|later, earlier| later.starts_with(earlier.as_str()));
        RefSnapshot::read(self.common_dir(), &prefixes)
    }

    /// Opens the object database.
    pub fn reader(&self) -> Result<ObjectReader, ReadError> {
        if let Some(objects) = self.objects.get() {
            return Ok(ObjectReader::new(objects.clone()));
        }
        let opened = ObjectDatabase::open(self.common_dir())?;
        Ok(ObjectReader::new(self.objects.get_or_init(|| opened).clone()))
    }

    /// Opens the object database once for each of `count` threads that are to read contents.
    pub fn readers(&self, count: usize) -> Result<Vec<ObjectReader>, ReadError> {
        (0..count).map(|_| self.reader()).collect()
    }
}
