//! Reading objects raw from the object database, past libgit2, which takes more than twice as long.
//!
//! The invariant: an object that is not there is [`ReadError::Absent`], never an empty or invented one.

use std::cell::RefCell;
use std::iter::once;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use gix_hash::{Kind as Hash, Prefix};
use gix_object::{Exists, Find, FindHeader, Kind};
use gix_odb::HandleArc;
use gix_odb::pack::cache::lru::MemoryCappedHashmap;

use crate::domain::{CommitId, ObjectId};

use super::many::Places;
use super::object::{ObjectKind, RawCommit, TagObject};
use super::raw;
use super::refs::RefEntry;

/// Tags of tags are followed this far; git itself writes no cycles, but packs can be made to hold long chains.
const PEEL_LIMIT: usize = 64;

/// Bytes of objects that others are stored as differences from, which each reader keeps.
const BASES_LIMIT: usize = 4 << 20;

/// Why an object could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("cannot open the object database")]
    Database(#[source] std::io::Error),
    #[error("the object `{id}` is not in this clone")]
    Absent { id: ObjectId },
    #[error("`{id}` is a {found}, not a {expected}")]
    Kind { id: ObjectId, expected: ObjectKind, found: ObjectKind },
    #[error("the {kind} `{id}` is malformed")]
    Malformed { id: ObjectId, kind: ObjectKind },
    #[error("cannot read the object `{id}`")]
    Damaged {
        id: ObjectId,
        #[source]
        source: gix_error::Error,
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
            Self::Malformed { .. } | Self::Damaged { .. } => Some("see what `git fsck` says about it".to_owned()),
        }
    }

    /// Whether the object is only missing from this clone.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent { .. })
    }
}

/// Bytes of room that are kept for the next object.
const BUFFER_LIMIT: usize = 16 << 20;

/// The object database of a repository, which its readers share.
#[derive(Clone)]
pub(super) struct ObjectDatabase {
    odb: HandleArc,
    /// Once somebody asked for many objects at once.
    places: Arc<OnceLock<Places>>,
}

/// An open object database. One per thread; those of one repository share what is open.
pub struct ObjectReader {
    database: ObjectDatabase,
    /// The object that was read last.
    buffer: RefCell<Vec<u8>>,
    /// Room for many objects at once.
    room: RefCell<Vec<u8>>,
}

impl ObjectDatabase {
    /// Opens the objects of a repository and those that it borrows.
    pub(super) fn open(common_dir: &Path) -> Result<Self, ReadError> {
        let handle = gix_odb::at(common_dir.join("objects"), Hash::Sha1).and_then(|handle| handle.into_arc());
        let handle = handle.map_err(ReadError::Database)?;
        let odb = handle.with_pack_cache(|| Box::new(MemoryCappedHashmap::new(BASES_LIMIT)));
        Ok(Self { odb, places: Arc::default() })
    }

    /// Where objects lie in the packs, those that are borrowed included.
    fn places(&self) -> &Places {
        self.places.get_or_init(|| {
            let store = self.odb.store_ref();
            let borrowed = store.alternate_db_paths().unwrap_or_default();
            Places::open(once(store.path()).chain(borrowed.iter().map(PathBuf::as_path)))
        })
    }
}

impl ObjectReader {
    pub(super) fn new(database: ObjectDatabase) -> Self {
        Self { database, buffer: RefCell::default(), room: RefCell::default() }
    }

    pub(super) fn places(&self) -> &Places {
        self.database.places()
    }

    /// Empty room for many objects, to be given back.
    pub(super) fn take_room(&self) -> Vec<u8> {
        self.room.take()
    }

    pub(super) fn give_room(&self, mut room: Vec<u8>) {
        room.clear();
        if room.capacity() <= BUFFER_LIMIT {
            self.room.replace(room);
        }
    }

    /// Reads a commit: one look-up and one inflation, some five microseconds.
    pub fn commit(&self, id: CommitId) -> Result<RawCommit, ReadError> {
        self.parse(id.object(), ObjectKind::Commit, raw::parse_commit)
    }

    /// Reads a tag object.
    pub fn tag(&self, id: ObjectId) -> Result<TagObject, ReadError> {
        self.parse(id, ObjectKind::Tag, raw::parse_tag)
    }

    /// The bytes of an annotated tag: its head, its message and its signature, as git shows them with `cat-file`.
    pub fn tag_text(&self, id: ObjectId) -> Result<Vec<u8>, ReadError> {
        self.read(id, ObjectKind::Tag)
    }

    /// The bytes of a blob.
    pub fn blob(&self, id: ObjectId) -> Result<Vec<u8>, ReadError> {
        self.read(id, ObjectKind::Blob)
    }

    /// How many bytes an object has, without reading them.
    pub fn size(&self, id: ObjectId) -> Result<usize, ReadError> {
        self.header(id).map(|header| usize::try_from(header.size).unwrap_or(usize::MAX))
    }

    /// What the object is, without its contents.
    pub fn kind(&self, id: ObjectId) -> Result<ObjectKind, ReadError> {
        self.header(id).map(|header| object_kind(header.kind))
    }

    /// The commit whose id begins with some hex digits; `None` where there is none, or more than one object.
    pub fn commit_named(&self, digits: &str) -> Option<CommitId> {
        let prefix = Prefix::from_hex(digits).ok()?;
        let whole = self.database.odb.lookup_prefix(prefix, None).ok()??.ok()?;
        let id = ObjectId::from_slice(whole.as_bytes())?;
        self.kind(id).is_ok_and(|kind| kind == ObjectKind::Commit).then(|| CommitId::new(id))
    }

    /// Whether the object is in this clone.
    pub fn has(&self, id: ObjectId) -> bool {
        self.database.odb.exists(as_oid(&id))
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

    /// The bytes of an object.
    pub(super) fn read(&self, id: ObjectId, kind: ObjectKind) -> Result<Vec<u8>, ReadError> {
        self.parse(id, kind, |bytes| Some(bytes.to_vec()))
    }

    /// What `parse` makes of an object's bytes. They come to one buffer, since what is stored as a difference needs several
    /// times its own room while it is read, and getting that anew for each object takes longer than copying what is kept.
    pub(super) fn parse<T>(
        &self,
        id: ObjectId,
        expected: ObjectKind,
        parse: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<T, ReadError> {
        let mut buffer = self.buffer.borrow_mut();
        let object = self.database.odb.try_find(as_oid(&id), &mut buffer);
        let object = object.map_err(|source| ReadError::Damaged { id, source })?.ok_or(ReadError::Absent { id })?;
        let found = object_kind(object.kind);
        if found != expected {
            return Err(ReadError::Kind { id, expected, found });
        }
        let parsed = parse(object.data).ok_or(ReadError::Malformed { id, kind: expected });
        if buffer.capacity() > BUFFER_LIMIT {
            *buffer = Vec::new();
        }
        parsed
    }

    fn header(&self, id: ObjectId) -> Result<gix_object::Header, ReadError> {
        let header = FindHeader::try_header(&self.database.odb, as_oid(&id));
        header.map_err(|source| ReadError::Damaged { id, source })?.ok_or(ReadError::Absent { id })
    }
}

fn object_kind(kind: Kind) -> ObjectKind {
    match kind {
        Kind::Commit => ObjectKind::Commit,
        Kind::Tree => ObjectKind::Tree,
        Kind::Blob => ObjectKind::Blob,
        Kind::Tag => ObjectKind::Tag,
    }
}

/// The form in which the object database takes an id.
pub(super) fn as_oid(id: &ObjectId) -> &gix_hash::oid {
    gix_hash::oid::from_bytes_unchecked(id.as_bytes())
}

/// libgit2's form of an id.
pub(super) fn oid(id: ObjectId) -> git2::Oid {
    git2::Oid::from_bytes(id.as_bytes()).expect("an object id has the twenty bytes that libgit2 asks for")
}
