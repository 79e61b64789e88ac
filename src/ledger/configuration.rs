//! Which `release.toml` counts: the one named, the work tree's while trunk or a branch off its tip is checked out or
//! trunk has none yet, and otherwise the one at trunk's tip, so that an old line's checkout does not bring back old
//! policy.
//!
//! Trunk is needed to find the file that names trunk: the name that the work tree's file gives is believed first, then
//! the one that the repository shows.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::branches::{Branch, branches};
use super::trunk;
use crate::config::{Config, ConfigError, FILE_NAMES, Origin};
use crate::domain::{BranchName, CommitId};
use crate::git::{Head, ObjectReader, ReadError, RefSnapshot, Repository};

/// Commits that are read at most to see whether the checkout is a branch off trunk's tip.
const WALK_LIMIT: usize = 5_000;

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    #[error("cannot read the configuration `{}`", .path.display())]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cannot read the configuration at `{location}`")]
    Object {
        location: String,
        #[source]
        source: ReadError,
    },
    #[error("the configuration `{location}` is not UTF-8 text")]
    NotText { location: String },
    #[error("cannot open the object database")]
    Database(#[source] ReadError),
    #[error("there is no `release.toml`, neither in the work tree nor on trunk")]
    Absent,
    #[error(transparent)]
    Invalid(#[from] ConfigError),
}

impl ConfigurationError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::File { .. } => "name a file that can be read with `--config FILE`".to_owned(),
            Self::NotText { .. } => "save it as UTF-8".to_owned(),
            Self::Absent => {
                "run `twintrack init` to write one that fits, or name a file with `--config FILE`".to_owned()
            }
            Self::Object { .. } | Self::Database(_) | Self::Invalid(_) => return None,
        })
    }
}

/// A file that was found, not read as a configuration yet.
struct Found {
    bytes: Vec<u8>,
    origin: Origin,
}

impl Found {
    fn check(self) -> Result<Config, ConfigurationError> {
        match String::from_utf8(self.bytes) {
            Ok(text) => Ok(Config::read(&text, self.origin)?),
            Err(_) => Err(ConfigurationError::NotText { location: self.origin.location() }),
        }
    }
}

/// Reads the configuration of a repository. `given` is the path that `--config` named, relative to the current
/// directory; it overrides everything.
pub fn find_configuration(
    repository: &Repository,
    snapshot: &RefSnapshot,
    given: Option<&Path>,
) -> Result<Config, ConfigurationError> {
    if let Some(path) = given {
        let read = fs_err::read(path);
        let bytes = read.map_err(|source| ConfigurationError::File { path: path.to_owned(), source })?;
        return Found { bytes, origin: Origin::Given { path: path.display().to_string() } }.check();
    }
    let reader = repository.reader().map_err(ConfigurationError::Database)?;
    let in_work_tree = of_work_tree(repository)?;
    let Some(trunk) = trunk_of(repository, snapshot, &reader, in_work_tree.as_ref()) else {
        return in_work_tree.ok_or(ConfigurationError::Absent)?.check();
    };
    if let Some(found) = in_work_tree
        && (is_on_trunk(repository, &reader, &trunk) || of_trunk(&reader, &trunk)?.is_none())
    {
        return found.check();
    }
    of_trunk(&reader, &trunk)?.ok_or(ConfigurationError::Absent)?.check()
}

/// The file on trunk that counts whatever the work tree has; `None` where the work tree's would be read.
pub fn overriding_configuration(
    repository: &Repository,
    snapshot: &RefSnapshot,
) -> Result<Option<Origin>, ConfigurationError> {
    let reader = repository.reader().map_err(ConfigurationError::Database)?;
    match trunk_of(repository, snapshot, &reader, None) {
        Some(trunk) if !is_on_trunk(repository, &reader, &trunk) => {
            Ok(of_trunk(&reader, &trunk)?.map(|found| found.origin))
        }
        _ => Ok(None),
    }
}

fn of_work_tree(repository: &Repository) -> Result<Option<Found>, ConfigurationError> {
    let Some(root) = repository.work_dir() else { return Ok(None) };
    for name in FILE_NAMES {
        let path = root.join(name);
        match std::fs::read(&path) {
            Ok(bytes) => return Ok(Some(Found { bytes, origin: Origin::WorkTree { path: name.to_owned() } })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(ConfigurationError::File { path, source }),
        }
    }
    Ok(None)
}

/// The file at trunk's tip, of the remote-tracking ref first.
fn of_trunk(reader: &ObjectReader, trunk: &Branch) -> Result<Option<Found>, ConfigurationError> {
    let remote = trunk.remote.as_ref().map(|(_, commit)| *commit);
    let Some(commit) = remote.or(trunk.local) else { return Ok(None) };
    let reference = trunk.reference();
    for name in FILE_NAMES {
        let origin = Origin::Trunk { path: name.to_owned(), reference: reference.clone(), commit };
        let read = reader.file_at(commit, name);
        let read = read.map_err(|source| ConfigurationError::Object { location: origin.location(), source })?;
        if let Some(bytes) = read {
            return Ok(Some(Found { bytes, origin }));
        }
    }
    Ok(None)
}

fn trunk_of(
    repository: &Repository,
    snapshot: &RefSnapshot,
    reader: &ObjectReader,
    in_work_tree: Option<&Found>,
) -> Option<Branch> {
    let remote = repository.default_remote();
    let branches: BTreeMap<BranchName, Branch> = branches(snapshot, reader, remote.as_deref());
    let declared = in_work_tree.and_then(|found| {
        let text = std::str::from_utf8(&found.bytes).ok()?;
        Config::read(text, found.origin.clone()).ok()?.project.trunk
    });
    let declared = declared.and_then(|name| branches.get(&name).cloned());
    declared.or_else(|| trunk::guess(repository, snapshot, &branches, remote.as_deref()).ok())
}

/// Whether trunk, or a branch off its tip, is checked out; an unborn branch counts, since there is nothing older in it.
fn is_on_trunk(repository: &Repository, reader: &ObjectReader, trunk: &Branch) -> bool {
    match repository.head() {
        Ok(Head::Branch { name, .. }) if name == trunk.name => true,
        Ok(Head::Branch { commit, .. } | Head::Detached { commit }) => {
            trunk.tips().any(|tip| is_reached(reader, commit, tip))
        }
        Ok(Head::Unborn { .. }) => true,
        Err(_) => false,
    }
}

/// Whether `from` reaches `target`, looking at no more than [`WALK_LIMIT`] commits and at none older than `target`.
fn is_reached(reader: &ObjectReader, from: CommitId, target: CommitId) -> bool {
    let Ok(oldest) = reader.commit(target).map(|commit| commit.committer.time) else { return false };
    let mut pending = vec![from];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(id) = pending.pop() {
        if id == target {
            return true;
        }
        if !seen.insert(id) || seen.len() > WALK_LIMIT {
            continue;
        }
        if let Ok(commit) = reader.commit(id)
            && commit.committer.time >= oldest
        {
            pending.extend(commit.parents);
        }
    }
    false
}
