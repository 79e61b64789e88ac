//! A scratch repository: bare, beside ours, gone when the value is. Into it goes what must not come into the user's clone:
//! tags of a remote that are only looked at, and a commit that is tagged though the clone lacks it.
//!
//! It has the remotes, credentials and rewritten addresses of the user's configuration and sees the clone's objects, so
//! that nothing is sent that is there already. The invariant: the clone gains no ref, no setting and no object.

use std::fs::File;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::domain::{ObjectId, RefName};

use super::command::{GitCommand, GitCommandError};
use super::open::OpenError;
use super::refs::{RefSnapshot, RefsError};
use super::remote::RemoteError;
use super::repository::Repository;

/// What the names of scratch repositories begin with.
const PREFIX: &str = "scratch-";

/// The file that its owner holds locked.
const OWNER: &str = "owner.lock";

/// How `git fetch --depth` ends where the remote has nothing that fits.
const NOTHING_FITS: i32 = 1;

/// How often one is begun anew that was swept up before its owner could lock it.
const TRIES: usize = 5;

/// Why there is no scratch repository.
#[derive(Debug, thiserror::Error)]
pub enum ScratchError {
    #[error("cannot make a scratch repository below `{}`", .path.display())]
    Make {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("cannot open the scratch repository")]
    Open(#[source] OpenError),
    #[error("the remote `{remote}` does not give the object `{id}`, which this clone lacks")]
    NotGiven { id: ObjectId, remote: String },
    #[error(transparent)]
    Refs(#[from] RefsError),
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

impl ScratchError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Make { .. } => Some("see that the git directory can be written and the disk is not full".to_owned()),
            Self::Open(error) => error.hint(),
            Self::NotGiven { remote, .. } => {
                Some(format!("fetch the branch that it is on: `git fetch {remote} BRANCH`"))
            }
            Self::Refs(_) => None,
            Self::Remote(error) => error.hint(),
        }
    }
}

/// A scratch repository.
pub struct Scratch {
    repository: Repository,
    directory: PathBuf,
    _owner: File,
}

impl std::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scratch").field("directory", &self.directory).finish()
    }
}

impl Scratch {
    /// Makes one for `clone`, and sweeps up those that killed runs have left.
    pub fn of(clone: &Repository) -> Result<Self, ScratchError> {
        let parent = clone.common_dir().join("twintrack");
        let made = match make(&parent, clone.common_dir()) {
            // What is only looked at can be looked at where nothing can be written, too.
            Err(error) if is_read_only(&error) => make(&std::env::temp_dir(), clone.common_dir()),
            made => made.inspect(|_| sweep(&parent)),
        };
        let (directory, owner) = made.map_err(|source| ScratchError::Make { path: parent.clone(), source })?;
        let opened = Repository::open(&directory).map_err(ScratchError::Open);
        let place = clone.work_dir().unwrap_or(clone.common_dir());
        let repository = opened?.run_from(place);
        Ok(Self { repository, directory, _owner: owner })
    }

    /// The repository itself; its commands run where those of the clone run, so that addresses mean the same.
    pub const fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Fetches the refs below these beginnings, each whole or with `*` at its end, to the same names here: tags with the
    /// commits they name and nothing behind those. The remote is asked for these beginnings and sends no others.
    ///
    /// `false` where git ends as it does when nothing fits, which is also how it ends on some failures: who needs to know
    /// lists the remote's refs.
    pub fn fetch(&self, remote: &str, names: &[String]) -> Result<bool, ScratchError> {
        let refspecs = names.iter().map(|name| format!("+{name}:{name}"));
        self.fetch_shallow(remote, refspecs)
    }

    /// Fetches one object by its id, a commit without its history.
    pub fn fetch_object(&self, remote: &str, id: ObjectId) -> Result<(), ScratchError> {
        match self.fetch_shallow(remote, [id.to_string()].into_iter())? {
            true => Ok(()),
            false => Err(ScratchError::NotGiven { id, remote: remote.to_owned() }),
        }
    }

    fn fetch_shallow(&self, remote: &str, refspecs: impl Iterator<Item = String>) -> Result<bool, ScratchError> {
        let refspecs: Vec<String> = refspecs.collect();
        if refspecs.is_empty() {
            return Ok(true);
        }
        self.repository.check_remote(remote)?;
        // The clone sees a git that only reads: what it writes is all in the scratch repository.
        let command = GitCommand::asking(&self.repository);
        let command = command.args(["-c", "core.alternateRefsPrefixes=refs/heads/ refs/remotes/"]);
        let command = command.args(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"]);
        let command = command.args(["--no-recurse-submodules", "--refmap=", "--depth=1", "--filter=tree:0"]);
        let output = command.args(["--", remote]).args(refspecs).run();
        match output {
            Ok(_) => Ok(true),
            Err(GitCommandError::Failed { status, .. }) if status.code() == Some(NOTHING_FITS) => Ok(false),
            Err(source @ GitCommandError::Failed { .. }) => {
                Err(RemoteError::Unreachable { remote: remote.to_owned(), source }.into())
            }
            Err(source @ GitCommandError::Start(_)) => Err(RemoteError::Git(source).into()),
        }
    }

    /// What was fetched, by name.
    pub fn refs(&self) -> Result<Vec<(RefName, ObjectId)>, ScratchError> {
        let snapshot = RefSnapshot::read(self.repository.common_dir(), &["refs/".to_owned()])?;
        Ok(snapshot.entries().iter().map(|entry| (entry.name.clone(), entry.target)).collect())
    }
}

/// Two are the same where they are in the same place.
impl PartialEq for Scratch {
    fn eq(&self, other: &Self) -> bool {
        self.directory == other.directory
    }
}

impl Eq for Scratch {}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is swept up by the next run.
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn is_read_only(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem)
}

/// Makes the directory, holds its lock and fills it. Another run may sweep it up between the first two: then once more.
fn make(parent: &Path, common_dir: &Path) -> std::io::Result<(PathBuf, File)> {
    fs::create_dir_all(parent)?;
    let common_dir = fs::canonicalize(common_dir)?;
    let mut tries = 0;
    let (path, owner) = loop {
        tries += 1;
        let path = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?.keep();
        match own(&path) {
            Ok(owner) => break (path, owner),
            Err(error) if tries == TRIES => return Err(error),
            Err(_) => {}
        }
    };
    for directory in ["objects/info", "objects/pack", "refs"] {
        fs::create_dir_all(path.join(directory))?;
    }
    fs::write(path.join("HEAD"), "ref: refs/heads/none\n")?;
    let quoted = common_dir.join("config").display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
    let config = format!(
        "[include]\n\tpath = \"{quoted}\"\n[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tlogAllRefUpdates = false\n\
         [gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
    );
    fs::write(path.join("config"), config)?;
    fs::write(path.join("objects/info/alternates"), format!("{}\n", common_dir.join("objects").display()))?;
    // What the clone lacks behind its cuts must not be taken for known.
    match fs::copy(common_dir.join("shallow"), path.join("shallow")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok((path, owner)),
    }
}

/// Makes the file that its owner holds locked, the first in it, and locks it. A file that was swept up before it was
/// locked protects nothing.
fn own(directory: &Path) -> std::io::Result<File> {
    let path = directory.join(OWNER);
    let owner = File::create(&path)?;
    owner.try_lock()?;
    fs::metadata(path)?;
    Ok(owner)
}

/// Removes scratch repositories whose owner is gone.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        let path = entry.path();
        // What cannot be removed is left to a later run.
        let _ = match File::open(path.join(OWNER)) {
            Ok(owner) if owner.try_lock().is_ok() => fs::remove_dir_all(path),
            Ok(_) => Ok(()),
            Err(_) => remove_without_owner(&path),
        };
    }
}

/// Removes what has no owner's file: an empty one is about to get it, and is made anew; one that holds anything else was
/// left by a removal that was killed, or that a git which outlived its run disturbed.
fn remove_without_owner(directory: &Path) -> std::io::Result<()> {
    match fs::remove_dir(directory) {
        // Asked again after something was seen in it, as the owner's file comes before everything else.
        Err(_) if !directory.join(OWNER).exists() => fs::remove_dir_all(directory),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::{PushEdit, RemoteRefs};
    use crate::testing::{TestRepo, git};

    /// A remote with a history, and a shallow clone of its tip.
    fn shallow() -> (TestRepo, TestRepo, tempfile::TempDir) {
        let mut source = TestRepo::new();
        for number in 0..5 {
            source.commit_file("main", "more", "file", &number.to_string());
            source.tag(&format!("deploy/production/2025-01-0{}.1", number + 1), "main");
        }
        let remote = TestRepo::bare();
        source.git(&["push", "--quiet", remote.path().to_str().unwrap(), "main", "--tags"]);
        let place = tempfile::tempdir().unwrap();
        let address = format!("file://{}", remote.path().display());
        git(place.path(), &["clone", "--quiet", "--depth=1", "--no-tags", &address, "clone"]);
        (source, remote, place)
    }

    fn own_files(clone: &Repository) -> Vec<String> {
        let entries = std::fs::read_dir(clone.common_dir().join("twintrack")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn everything(place: &Path) -> (String, String, String) {
        let count = git(place, &["count-objects", "-v"]);
        (git(place, &["for-each-ref"]), count, git(place, &["config", "--list", "--local"]))
    }

    #[test]
    fn tags_are_looked_at_without_coming_into_the_clone() {
        for filters in ["true", "false"] {
            let (source, remote, place) = shallow();
            remote.git(&["config", "uploadpack.allowFilter", filters]);
            let clone = Repository::open(&place.path().join("clone")).unwrap();
            let before = everything(&place.path().join("clone"));
            let scratch = Scratch::of(&clone).unwrap();
            let names = ["refs/tags/deploy/production/2025-01-03.*", "refs/tags/deploy/staging/*"];
            assert!(scratch.fetch("origin", &names.map(str::to_owned)).unwrap());
            assert!(!scratch.fetch("origin", &["refs/tags/none/*".to_owned()]).unwrap());
            let found = scratch.refs().unwrap();
            assert_eq!(found.len(), 1, "{found:?}");
            let tag = scratch.repository().reader().unwrap().tag(found[0].1).unwrap();
            assert_eq!(tag.target, source.id("deploy/production/2025-01-03.1").object());
            drop(scratch);
            assert_eq!(everything(&place.path().join("clone")), before);
            assert!(own_files(&clone).is_empty());
        }
    }

    #[test]
    fn a_commit_that_the_clone_lacks_is_tagged_and_pushed() {
        let (source, remote, place) = shallow();
        let clone = Repository::open(&place.path().join("clone")).unwrap();
        let old = source.id("deploy/production/2025-01-02.1");
        assert!(!clone.reader().unwrap().has(old.object()));
        let scratch = Scratch::of(&clone).unwrap();
        scratch.fetch_object("origin", old.object()).unwrap();
        let tagger = crate::git::Identity::new("Ada", "ada@example.com").unwrap().at(source.now());
        let mut objects = crate::git::NewObjects::new();
        let name = crate::domain::TagName::new("again").unwrap();
        let draft = crate::git::TagDraft { name, target: old.object(), tagger, message: "again".into() };
        let tag = objects.tag(&scratch.repository().reader().unwrap(), &draft).unwrap();
        objects.write(scratch.repository()).unwrap();
        let name = RefName::new("refs/tags/again").unwrap();
        let edit = PushEdit { name: name.clone(), expected: None, new: Some(tag) };
        let answer = scratch.repository().push("origin", &[edit], false, None).unwrap();
        assert!(answer.is_accepted, "{}", answer.words);
        let there: RemoteRefs = clone.remote_refs("origin", &["refs/tags/again".to_owned()]).unwrap();
        assert_eq!(there[&name].peeled, old.object());
        assert_eq!(remote.git(&["fsck", "--strict", "--no-dangling"]), "");
        assert!(!clone.reader().unwrap().has(tag));
    }

    #[test]
    fn what_a_killed_run_left_is_swept_up_and_what_is_in_use_is_not() {
        let (_source, _remote, place) = shallow();
        let clone = Repository::open(&place.path().join("clone")).unwrap();
        let used = Scratch::of(&clone).unwrap();
        let left =
            ["whole", "half-removed", "empty"].map(|name| clone.common_dir().join(format!("twintrack/scratch-{name}")));
        let [whole, half_removed, empty] = &left;
        std::fs::create_dir_all(whole.join("objects")).unwrap();
        std::fs::write(whole.join(OWNER), "").unwrap();
        std::fs::create_dir_all(half_removed.join("objects/pack")).unwrap();
        std::fs::create_dir_all(empty).unwrap();
        let second = Scratch::of(&clone).unwrap();
        assert!(left.iter().all(|left| !left.exists()), "{:?}", own_files(&clone));
        assert!(used.directory.exists() && second.directory.exists());
    }
}
