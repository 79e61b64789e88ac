//! Many objects read at once. Packs store most objects as differences from others, so that reading them in the order in
//! which they lie meets each base shortly before what is made from it; in any other order the same chains of differences are
//! gone through again and again, which takes twice to three times as long.

use std::collections::hash_map::Entry;
use std::ops::Range;
use std::path::Path;

use gix_odb::pack::index::File as PackIndex;
use rustc_hash::FxHashMap;

use super::object::ObjectKind;
use super::reader::{ObjectReader, ReadError, as_oid};
use crate::domain::ObjectId;

/// Of so many packs, the largest, places are known; what lies in others is read after them, in no order.
const MOST_PACKS: usize = 32;

/// Where objects lie in packs. It decides in which order they are read and nothing else, so that it may be out of date.
pub(super) struct Places {
    packs: Vec<PackIndex<gix_odb::pack::MMap>>,
}

/// Objects of one kind, each once.
pub struct Objects<'r> {
    reader: &'r ObjectReader,
    kind: ObjectKind,
    /// The reader's room for many objects, which is given back: room that is got anew is dear.
    bytes: Vec<u8>,
    /// Where each stands in `bytes`; `None` where it could not be read.
    found: FxHashMap<ObjectId, Option<Range<usize>>>,
}

impl Places {
    /// Opens the indexes of the packs in some object directories. One that cannot be read is passed over.
    pub(super) fn open<'p>(directories: impl Iterator<Item = &'p Path>) -> Self {
        let files =
            directories.filter_map(|directory| std::fs::read_dir(directory.join("pack")).ok()).flatten().flatten();
        let mut files: Vec<(u64, std::path::PathBuf)> = files
            .map(|file| (file.metadata().map_or(0, |about| about.len()), file.path()))
            .filter(|(_, path)| path.extension().is_some_and(|end| end == "idx"))
            .collect();
        files.sort_unstable_by(|left, right| right.cmp(left));
        let open = |path: &Path| PackIndex::at(path, gix_hash::Kind::Sha1).ok();
        Self { packs: files.iter().take(MOST_PACKS).filter_map(|(_, path)| open(path)).collect() }
    }

    /// Pack and offset; after all of them where it is in none.
    fn of(&self, id: ObjectId) -> (usize, u64) {
        let mut packs = self.packs.iter().enumerate();
        let found = packs.find_map(|(at, pack)| Some((at, pack.pack_offset_at_index(pack.lookup(as_oid(&id))?))));
        found.unwrap_or((self.packs.len(), 0))
    }
}

impl Objects<'_> {
    /// The bytes of an object that was among those read.
    pub fn get(&self, id: ObjectId) -> Result<&[u8], ReadError> {
        match self.found.get(&id) {
            Some(Some(range)) => Ok(&self.bytes[range.clone()]),
            // Why it could not be read is seen when it is tried again.
            _ => Err(self.reader.read(id, self.kind).err().unwrap_or(ReadError::Absent { id })),
        }
    }
}

impl Drop for Objects<'_> {
    fn drop(&mut self) {
        self.reader.give_room(std::mem::take(&mut self.bytes));
    }
}

impl ObjectReader {
    /// Reads blobs, given in any order and as often as one likes. All of them are held at the same time.
    pub fn blobs(&self, ids: impl Iterator<Item = ObjectId>) -> Objects<'_> {
        self.read_many(ids, ObjectKind::Blob)
    }

    /// Reads objects of one kind, given in any order and as often as one likes. All of them are held at the same time.
    pub(super) fn read_many(&self, ids: impl Iterator<Item = ObjectId>, kind: ObjectKind) -> Objects<'_> {
        let mut found: FxHashMap<ObjectId, Option<Range<usize>>> = FxHashMap::default();
        let mut order: Vec<((usize, u64), ObjectId)> = Vec::new();
        for id in ids {
            if let Entry::Vacant(place) = found.entry(id) {
                place.insert(None);
                order.push((self.places().of(id), id));
            }
        }
        order.sort_unstable();
        let mut bytes = self.take_room();
        for (_, id) in order {
            let start = bytes.len();
            let end = self.parse(id, kind, |object| {
                bytes.extend_from_slice(object);
                Some(bytes.len())
            });
            found.insert(id, end.ok().map(|end| start..end));
        }
        Objects { reader: self, kind, bytes, found }
    }
}
