//! Reading objects raw from the object database, past libgit2's comfortable and slow calls.
//!
//! The invariant: an object that is not there is [`ReadError::Absent`], never an empty or invented one.

use std::path::Path;

use git2::{ErrorClass, ErrorCode, ObjectType, Odb, OdbObject, Oid};

use crate::domain::{CommitId, ObjectId};

use super::loose::LooseObjects;
use super::object::{ObjectKind, RawCommit, TagObject};
use super::raw;
use super::refs::RefEntry;

/// Tags of tags are followed this far; git itself writes no cycles, but packs can be made to hold long chains.
const PEEL_LIMIT: usize = 64;

/// Why an object could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("cannot open the object database")]
    Database(#[source] git2::Error),
    #[error("the object `{id}` is not in this clone")]
    Absent { id: ObjectId },
    #[error("`{id}` is a {found}, not a {expected}")]
    Kind { id: ObjectId, expected: ObjectKind, found: ObjectKind },
    #[error("the {kind} `{id}` is malformed")]
    Malformed { id: ObjectId, kind: ObjectKind },
    #[error("the object `{id}` is damaged")]
    Damaged {
        id: ObjectId,
        #[source]
        source: std::io::Error,
    },
    #[error("cannot read the object `{id}`")]
    Git {
        id: ObjectId,
        #[source]
        source: git2::Error,
    },
}

impl ReadError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Absent { id } => Some(format!(
                "fetch it with `git fetch origin {id}`, or complete the clone: `git fetch --unshallow` where history is \
                 cut, `git fetch --refetch --no-filter` in a partial clone"
            )),
            Self::Kind { .. } | Self::Database(_) => None,
            Self::Malformed { .. } | Self::Damaged { .. } | Self::Git { .. } => {
                Some("see what `git fsck` says about it".to_owned())
            }
        }
    }

    /// Whether the object is only missing from this clone.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent { .. })
    }
}

/// An open object database. One per thread.
pub struct ObjectReader<'r> {
    odb: Odb<'r>,
    loose: LooseObjects,
}

/// The contents of an object.
pub(super) enum Contents<'o> {
    Loose(Vec<u8>),
    Database(OdbObject<'o>),
}

impl Contents<'_> {
    pub(super) fn data(&self) -> &[u8] {
        match self {
            Self::Loose(bytes) => bytes,
            Self::Database(object) => object.data(),
        }
    }
}

impl<'r> ObjectReader<'r> {
    pub(super) fn new(odb: Odb<'r>, common_dir: &Path) -> Self {
        Self { odb, loose: LooseObjects::below(common_dir) }
    }

    /// Reads a commit: one look-up and one inflation, seven to ten microseconds.
    pub fn commit(&self, id: CommitId) -> Result<RawCommit, ReadError> {
        let id = id.object();
        let object = self.read(id, ObjectKind::Commit)?;
        raw::parse_commit(object.data()).ok_or(ReadError::Malformed { id, kind: ObjectKind::Commit })
    }

    /// Reads a tag object.
    pub fn tag(&self, id: ObjectId) -> Result<TagObject, ReadError> {
        let object = self.read(id, ObjectKind::Tag)?;
        raw::parse_tag(object.data()).ok_or(ReadError::Malformed { id, kind: ObjectKind::Tag })
    }

    /// The bytes of an annotated tag: its head, its message and its signature, as git shows them with `cat-file`.
    pub fn tag_text(&self, id: ObjectId) -> Result<Vec<u8>, ReadError> {
        Ok(self.read(id, ObjectKind::Tag)?.data().to_vec())
    }

    /// The bytes of a blob.
    pub fn blob(&self, id: ObjectId) -> Result<Vec<u8>, ReadError> {
        Ok(self.read(id, ObjectKind::Blob)?.data().to_vec())
    }

    /// How many bytes an object has, without reading them.
    pub fn size(&self, id: ObjectId) -> Result<usize, ReadError> {
        match self.loose.read(id) {
            Some(Ok((_, bytes))) => Ok(bytes.len()),
            Some(Err(source)) => Err(ReadError::Damaged { id, source }),
            None => self.odb.read_header(oid(id)).map(|(size, _)| size).map_err(|source| failure(id, source)),
        }
    }

    /// What the object is, without its contents.
    pub fn kind(&self, id: ObjectId) -> Result<ObjectKind, ReadError> {
        if let Some(kind) = self.loose.kind(id) {
            return kind.map_err(|source| ReadError::Damaged { id, source });
        }
        let (_, kind) = self.odb.read_header(oid(id)).map_err(|source| failure(id, source))?;
        object_kind(kind).ok_or(ReadError::Malformed { id, kind: ObjectKind::Blob })
    }

    /// The commit whose id begins with some hex digits; `None` where there is none, or more than one object.
    pub fn commit_named(&self, digits: &str) -> Option<CommitId> {
        let start = Oid::from_str(digits).ok()?;
        let whole = if digits.len() == 40 { start } else { self.odb.exists_prefix(start, digits.len()).ok()? };
        let id = ObjectId::from_slice(whole.as_bytes())?;
        self.kind(id).is_ok_and(|kind| kind == ObjectKind::Commit).then(|| CommitId::new(id))
    }

    /// Whether the object is in this clone; looks once, without searching for packs that appeared meanwhile.
    pub fn has(&self, id: ObjectId) -> bool {
        self.odb.exists_ext(oid(id), git2::OdbLookupFlags::NO_REFRESH)
    }

    /// Unwraps tags of tags down to a commit. A tag that comes to a tree or blob is [`ReadError::Kind`].
    pub fn peel_to_commit(&self, id: ObjectId) -> Result<CommitId, ReadError> {
        let mut current = id;
        let mut kind = self.kind(id)?;
        for _ in 0..PEEL_LIMIT {
            match kind {
                ObjectKind::Commit => return Ok(CommitId::new(current)),
                ObjectKind::Tag => {
                    let tag = self.tag(current)?;
                    (current, kind) = (tag.target, tag.target_kind);
                }
                found => return Err(ReadError::Kind { id: current, expected: ObjectKind::Commit, found }),
            }
        }
        Err(ReadError::Malformed { id, kind: ObjectKind::Tag })
    }

    /// The commit that a ref comes to, without reading a tag whose target packed-refs already tells.
    pub fn commit_of(&self, entry: &RefEntry) -> Result<CommitId, ReadError> {
        self.peel_to_commit(entry.peeled.unwrap_or(entry.target))
    }

    pub(super) fn read(&self, id: ObjectId, expected: ObjectKind) -> Result<Contents<'_>, ReadError> {
        let (kind, contents) = match self.loose.read(id) {
            Some(Ok((kind, bytes))) => (Some(kind), Contents::Loose(bytes)),
            Some(Err(source)) => return Err(ReadError::Damaged { id, source }),
            None => {
                let object = self.odb.read(oid(id)).map_err(|source| failure(id, source))?;
                (object_kind(object.kind()), Contents::Database(object))
            }
        };
        match kind {
            Some(found) if found == expected => Ok(contents),
            Some(found) => Err(ReadError::Kind { id, expected, found }),
            None => Err(ReadError::Malformed { id, kind: expected }),
        }
    }
}

fn failure(id: ObjectId, source: git2::Error) -> ReadError {
    if source.code() == ErrorCode::NotFound && source.class() == ErrorClass::Odb {
        ReadError::Absent { id }
    } else {
        ReadError::Git { id, source }
    }
}

fn object_kind(kind: ObjectType) -> Option<ObjectKind> {
    match kind {
        ObjectType::Commit => Some(ObjectKind::Commit),
        ObjectType::Tree => Some(ObjectKind::Tree),
        ObjectType::Blob => Some(ObjectKind::Blob),
        ObjectType::Tag => Some(ObjectKind::Tag),
        ObjectType::Any => None,
    }
}

/// libgit2's form of an id.
pub(super) fn oid(id: ObjectId) -> Oid {
    Oid::from_bytes(id.as_bytes()).expect("an object id has the twenty bytes that libgit2 asks for")
}
