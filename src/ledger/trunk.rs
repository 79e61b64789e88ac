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
    #[error("trunk `{name}` is no branch of this repository")]
    Absent { name: BranchName },
    #[error("the commit `{commit}` of trunk cannot be read")]
    Unreadable { commit: CommitId },
    #[error("the repository has no commit yet")]
    Empty,
    #[error("no branch of this repository looks like trunk")]
    Unknown,
}

impl TrunkError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Absent { .. } => "fetch it (`git fetch origin <trunk>`), or correct `project.trunk` in release.toml",
            Self::Unreadable { .. } => "fetch it again, or run `git fsck`",
            Self::Empty => "make a first commit, then run the command again",
            Self::Unknown => "name it as `project.trunk` in release.toml, or with `twintrack init --trunk NAME`",
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
        Some(_) if branches.is_empty() => Err(TrunkError::Empty),
        Some(name) => branches.get(name).cloned().ok_or_else(|| TrunkError::Absent { name: name.clone() }),
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
        return Err(TrunkError::Empty);
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
