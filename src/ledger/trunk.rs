//! Which branch is trunk.

use std::collections::BTreeMap;

use super::branches::Branch;
use crate::config::Config;
use crate::domain::{BranchName, CommitId};
use crate::git::{Head, RefSnapshot, Repository};

/// Names that projects give their trunk, the usual ones first.
const USUAL_NAMES: [&str; 8] = ["main", "master", "trunk", "devel", "develop", "dev", "default", "blead"];

/// Why there is no trunk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrunkError {
    /// `remote` is the shared remote, which may have it; a shallow clone is to fetch its tip alone.
    #[error("trunk `{name}` is no branch of this repository")]
    Absent { name: BranchName, remote: Option<String>, is_shallow: bool },
    #[error("the commit `{commit}` of trunk cannot be read")]
    Unreadable { commit: CommitId },
    #[error("the repository has no commit yet")]
    Empty,
    #[error("no branch of this repository looks like trunk")]
    Unknown,
}

impl TrunkError {
    /// Trunk has this name, and the clone has no such branch.
    pub(super) fn absent(name: &BranchName, repository: &Repository, remote: Option<&str>) -> Self {
        let is_shallow = !repository.shallow_roots().is_empty();
        Self::Absent { name: name.clone(), remote: remote.map(str::to_owned), is_shallow }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Absent { name, remote: Some(remote), is_shallow } => {
                let depth = if *is_shallow { "--depth=1 " } else { "" };
                format!(
                    "fetch it (`git fetch {depth}{remote} +refs/heads/{name}:refs/remotes/{remote}/{name}`), or correct \
                     `project.trunk` in release.toml"
                )
            }
            Self::Absent { remote: None, .. } => "correct `project.trunk` in release.toml".to_owned(),
            Self::Unreadable { .. } => "fetch it again, or run `git fsck`".to_owned(),
            Self::Empty => "make a first commit, then run the command again".to_owned(),
            Self::Unknown => {
                "name it as `project.trunk` in release.toml, or with `twintrack init --trunk NAME`".to_owned()
            }
        }
    }
}

/// The declared trunk, or the one that the repository shows.
pub fn find(
    config: &Config,
    repository: &Repository,
    snapshot: &RefSnapshot,
    branches: &BTreeMap<BranchName, Branch>,
    remote: Option<&str>,
) -> Result<Branch, TrunkError> {
    match &config.project.trunk {
        Some(_) if branches.is_empty() && !has_commit(repository) => Err(TrunkError::Empty),
        Some(name) => branches.get(name).cloned().ok_or_else(|| TrunkError::absent(name, repository, remote)),
        None => guess(repository, snapshot, branches, remote),
    }
}

/// The remote's default branch, else the branch that a bare repository's HEAD names, else a usual name, else the branch
/// that is checked out, else the only one.
pub fn guess(
    repository: &Repository,
    snapshot: &RefSnapshot,
    branches: &BTreeMap<BranchName, Branch>,
    remote: Option<&str>,
) -> Result<Branch, TrunkError> {
    if branches.is_empty() {
        return Err(if has_commit(repository) { TrunkError::Unknown } else { TrunkError::Empty });
    }
    let remote_head = remote.and_then(|remote| {
        let entry = snapshot.find(&format!("refs/remotes/{remote}/HEAD"))?;
        let prefix = format!("refs/remotes/{remote}/");
        Some(entry.alias_of.as_ref()?.as_str().strip_prefix(&prefix)?.to_owned())
    });
    let checked_out = match repository.head() {
        Ok(Head::Branch { name, .. }) => Some(name.to_string()),
        _ => None,
    };
    let bare_head = checked_out.clone().filter(|_| repository.is_bare());
    let usual = USUAL_NAMES.iter().map(|name| (*name).to_owned());
    let only = (branches.len() == 1).then(|| branches.keys().next()).flatten().map(ToString::to_string);
    remote_head
        .into_iter()
        .chain(bare_head)
        .chain(usual)
        .chain(checked_out)
        .chain(only)
        .find_map(|name| branches.get(name.as_str()).cloned())
        .ok_or(TrunkError::Unknown)
}

/// Whether anything is checked out: a checkout of a tag or of one commit has no branch, and is not empty.
fn has_commit(repository: &Repository) -> bool {
    matches!(repository.head(), Ok(Head::Branch { .. } | Head::Detached { .. }))
}
