//! Where merges are tried: a scratch repository, which sees the objects of the clone and vanishes with the value. Nothing
//! that is tried here leaves a trace in the clone, fetched blobs of a partial clone included.
//!
//! A merge is done by libgit2; where that finds a conflict or lacks an object, the user's `git` has the last word, since it
//! follows renames further and knows where absent objects are to be had.

use git2::{ObjectType, Oid};
use gix_hash::Kind as Hash;
use gix_odb::loose;

use super::command::{GitCommand, GitCommandError, words as stderr_words};
use super::new_object::{NewObjectError, NewObjects, WriteObjectError};
use super::object::ObjectKind;
use super::reader::{ObjectReader, ReadError, as_oid, oid};
use super::repository::Repository;
use super::scratch::{Scratch, ScratchError};
use super::tree::TreeEntryKind;
use crate::domain::ObjectId;

/// Why nothing can be tried.
#[derive(Debug, thiserror::Error)]
pub enum WorkbenchError {
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    #[error("cannot try a merge")]
    Trial(#[source] git2::Error),
    #[error("cannot read what was merged")]
    Read(#[from] ReadError),
    #[error("cannot keep what was merged")]
    Keep(#[from] NewObjectError),
    #[error("cannot prepare the trial")]
    Write(#[from] WriteObjectError),
    #[error(transparent)]
    Git(#[from] GitCommandError),
    #[error("`git merge-tree` gave an answer that cannot be understood")]
    Answer,
}

impl WorkbenchError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Scratch(error) => error.hint(),
            Self::Read(error) => error.hint(),
            Self::Keep(error) => error.hint(),
            Self::Write(error) => error.hint(),
            Self::Git(error) => error
                .hint()
                .or_else(|| Some("git 2.40 or later is needed; in a partial clone, the remote too".to_owned())),
            Self::Trial(_) | Self::Answer => None,
        }
    }
}

/// What a merge of three trees came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// The tree, on the workbench until [`Workbench::take`].
    Clean(ObjectId),
    /// By path, never empty.
    Conflicts(Vec<Conflict>),
}

/// A file that a merge leaves to a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// Undecodable characters are replaced.
    pub path: String,
    pub kind: ConflictKind,
}

/// Why a file is left to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConflictKind {
    /// Both sides changed the same lines.
    Content,
    /// Both sides changed a file that has no lines.
    Binary,
    /// Both sides moved a submodule.
    Submodule,
    /// We do not have the file that they changed.
    AbsentHere,
    /// They removed the file that we changed.
    RemovedThere,
    /// Both sides have a new file of the name.
    AddedOnBoth,
    /// One side, or both, moved the file elsewhere.
    Moved,
}

/// One side of a conflict.
#[derive(Debug, Clone, Copy)]
struct Side {
    mode: u32,
    id: ObjectId,
}

/// A conflict as git tells it: a path and up to three sides.
#[derive(Debug, Default)]
struct Stages {
    path: Vec<u8>,
    sides: [Option<Side>; 3],
}

/// The place for trials.
#[derive(Debug)]
pub struct Workbench {
    scratch: Scratch,
}

impl Workbench {
    /// Sets up an empty one.
    pub fn new(repository: &Repository) -> Result<Self, WorkbenchError> {
        Ok(Self { scratch: Scratch::of(repository)? })
    }

    fn inner(&self) -> &git2::Repository {
        &self.scratch.repository().inner
    }

    /// Reads the objects of the repository and those made here.
    pub fn reader(&self) -> Result<ObjectReader, ReadError> {
        self.scratch.repository().reader()
    }

    /// Puts planned objects here, so that merges can build on them.
    pub fn put(&self, objects: &NewObjects) -> Result<(), WorkbenchError> {
        Ok(objects.write(self.scratch.repository())?)
    }

    /// Applies the change from `base` to `theirs` onto `ours`, all of them trees; `None` is the empty tree.
    pub fn merge(&self, base: Option<ObjectId>, ours: ObjectId, theirs: ObjectId) -> Result<Merged, WorkbenchError> {
        let base = match base {
            Some(base) => base,
            None => self.write(ObjectType::Tree, b"")?,
        };
        match self.merge_here(base, ours, theirs) {
            Ok(Some(tree)) => Ok(Merged::Clean(tree)),
            Ok(None) | Err(_) => self.merge_by_git(base, ours, theirs),
        }
    }

    /// `None` where there is a conflict.
    fn merge_here(&self, base: ObjectId, ours: ObjectId, theirs: ObjectId) -> Result<Option<ObjectId>, git2::Error> {
        let tree = |id| self.inner().find_tree(oid(id));
        let mut index = self.inner().merge_trees(&tree(base)?, &tree(ours)?, &tree(theirs)?, None)?;
        if index.has_conflicts() {
            return Ok(None);
        }
        let merged = index.write_tree_to(self.inner())?;
        Ok(ObjectId::from_slice(merged.as_bytes()))
    }

    fn merge_by_git(&self, base: ObjectId, ours: ObjectId, theirs: ObjectId) -> Result<Merged, WorkbenchError> {
        // Trees are understood by later versions of git only.
        let commit = |tree: ObjectId| -> Result<String, WorkbenchError> {
            let nobody = "Nobody <nobody@invalid> 0 +0000";
            let text = format!("tree {tree}\nauthor {nobody}\ncommitter {nobody}\n\ntrial\n");
            Ok(self.write(ObjectType::Commit, text.as_bytes())?.to_string())
        };
        let base = format!("--merge-base={}", commit(base)?);
        let (ours, theirs) = (commit(ours)?, commit(theirs)?);
        let words = ["merge-tree", "--write-tree", "-z", "--no-messages", &base, &ours, &theirs];
        let command = GitCommand::asking(self.scratch.repository()).args(words);
        let output = command.output()?;
        match output.status.code() {
            Some(0 | 1) => self.understand(&output.stdout, output.status.success()),
            _ => Err(GitCommandError::Failed {
                command: "merge-tree".to_owned(),
                status: output.status,
                stderr: stderr_words(&output.stderr),
            }
            .into()),
        }
    }

    /// `<tree>\0`, then for each side of a conflict `<mode> <id> <stage>\t<path>\0`.
    fn understand(&self, answer: &[u8], is_clean: bool) -> Result<Merged, WorkbenchError> {
        let mut parts = answer.split(|byte| *byte == 0);
        let tree = parts.next().and_then(ObjectId::from_hex).ok_or(WorkbenchError::Answer)?;
        if is_clean {
            return Ok(Merged::Clean(tree));
        }
        let mut found: Vec<Stages> = Vec::new();
        for part in parts.take_while(|part| !part.is_empty()) {
            let (stage, side, path) = parse_side(part).ok_or(WorkbenchError::Answer)?;
            if found.last().is_none_or(|last| last.path != path) {
                found.push(Stages { path: path.to_vec(), ..Stages::default() });
            }
            if let Some(last) = found.last_mut() {
                last.sides[stage] = Some(side);
            }
        }
        let reader = self.reader()?;
        let mut conflicts: Vec<Conflict> = found.iter().map(|stages| stages.conflict(&reader)).collect();
        conflicts.sort();
        if conflicts.is_empty() { Err(WorkbenchError::Answer) } else { Ok(Merged::Conflicts(conflicts)) }
    }

    /// Adds to `objects` whatever of `tree` was made here.
    pub fn take(&self, tree: ObjectId, objects: &mut NewObjects) -> Result<(), WorkbenchError> {
        let own = loose::Store::at(self.scratch.repository().common_dir().join("objects"), Hash::Sha1);
        let reader = self.reader()?;
        self.take_tree(tree, &own, &reader, objects)
    }

    fn take_tree(
        &self,
        tree: ObjectId,
        own: &loose::Store,
        reader: &ObjectReader,
        objects: &mut NewObjects,
    ) -> Result<(), WorkbenchError> {
        let is_made_here = |id: ObjectId| own.contains(as_oid(&id));
        if objects.has(tree) || !is_made_here(tree) {
            return Ok(());
        }
        for entry in reader.tree(tree)? {
            match entry.kind {
                TreeEntryKind::Directory => self.take_tree(entry.id, own, reader, objects)?,
                TreeEntryKind::Submodule => {}
                _ if objects.has(entry.id) || !is_made_here(entry.id) => {}
                _ => _ = objects.blob(&reader.blob(entry.id)?)?,
            }
        }
        objects.add(ObjectKind::Tree, reader.read(tree, ObjectKind::Tree)?)?;
        Ok(())
    }

    fn write(&self, kind: ObjectType, bytes: &[u8]) -> Result<ObjectId, WorkbenchError> {
        let written: Oid = self.inner().odb().and_then(|odb| odb.write(kind, bytes)).map_err(WorkbenchError::Trial)?;
        ObjectId::from_slice(written.as_bytes()).ok_or(WorkbenchError::Answer)
    }
}

/// The number of the side, counted from zero: base, ours, theirs.
fn parse_side(part: &[u8]) -> Option<(usize, Side, &[u8])> {
    let tab = part.iter().position(|byte| *byte == b'\t')?;
    let mut fields = part[..tab].split(|byte| *byte == b' ');
    let mode = u32::from_str_radix(std::str::from_utf8(fields.next()?).ok()?, 8).ok()?;
    let id = ObjectId::from_hex(fields.next()?)?;
    let stage = match fields.next()? {
        b"1" => 0,
        b"2" => 1,
        b"3" => 2,
        _ => return None,
    };
    Some((stage, Side { mode, id }, &part[tab + 1..]))
}

impl Stages {
    fn conflict(&self, reader: &ObjectReader) -> Conflict {
        let sides = || self.sides.iter().flatten();
        let is_binary = |side: &Side| reader.blob(side.id).is_ok_and(|bytes| is_binary(&bytes));
        let kind = match self.sides {
            [_, Some(_), Some(_)] if sides().any(|side| side.mode == 0o160_000) => ConflictKind::Submodule,
            [_, Some(_), Some(_)] if sides().any(is_binary) => ConflictKind::Binary,
            [Some(_), Some(_), Some(_)] => ConflictKind::Content,
            [None, Some(_), Some(_)] => ConflictKind::AddedOnBoth,
            [Some(_), None, Some(_)] => ConflictKind::AbsentHere,
            [Some(_), Some(_), None] => ConflictKind::RemovedThere,
            _ => ConflictKind::Moved,
        };
        Conflict { path: String::from_utf8_lossy(&self.path).into_owned(), kind }
    }
}

/// What git takes for a file without lines: one with a NUL near its beginning.
pub fn is_binary(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(8_000)].contains(&0)
}
