//! Trees read raw: a file at a commit, and the paths of a commit that match a rule, descending only where needed.

use crate::domain::{CommitId, ObjectId};

use super::object::ObjectKind;
use super::reader::{ObjectReader, ReadError};

/// Trees are followed this deep; deeper ones are made to harm.
const DEPTH_LIMIT: usize = 256;

/// What a tree entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TreeEntryKind {
    File,
    Executable,
    SymbolicLink,
    Directory,
    Submodule,
}

/// One entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// Undecoded, without slashes.
    pub name: Vec<u8>,
    pub kind: TreeEntryKind,
    pub id: ObjectId,
}

impl ObjectReader {
    /// The entries of a tree in git's order.
    pub fn tree(&self, id: ObjectId) -> Result<Vec<TreeEntry>, ReadError> {
        let object = self.read(id, ObjectKind::Tree)?;
        parse(&object).ok_or(ReadError::Malformed { id, kind: ObjectKind::Tree })
    }

    /// The entry at a path with slashes; `None` where the commit has none.
    pub fn entry_at(&self, commit: CommitId, path: &str) -> Result<Option<TreeEntry>, ReadError> {
        self.entry_in(self.commit(commit)?.tree, path)
    }

    /// The entry at a path with slashes; `None` where the tree has none.
    pub fn entry_in(&self, tree: ObjectId, path: &str) -> Result<Option<TreeEntry>, ReadError> {
        let mut tree = tree;
        let mut parts = path.split('/').filter(|part| !part.is_empty()).peekable();
        while let Some(part) = parts.next() {
            let object = self.read(tree, ObjectKind::Tree)?;
            // A tree that is malformed before the entry is no answer; one that is malformed after it is.
            let mut entries = RawEntries(&object);
            let found = entries.find(|entry| entry.as_ref().is_none_or(|entry| entry.name == part.as_bytes()));
            let entry = match found {
                Some(None) => return Err(ReadError::Malformed { id: tree, kind: ObjectKind::Tree }),
                found => found.flatten().map(|entry| entry.owned()),
            };
            match entry {
                Some(entry) if parts.peek().is_none() => return Ok(Some(entry)),
                Some(TreeEntry { kind: TreeEntryKind::Directory, id, .. }) => tree = id,
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// The bytes of the regular file at a path; `None` where the commit has none there.
    pub fn file_at(&self, commit: CommitId, path: &str) -> Result<Option<Vec<u8>>, ReadError> {
        match self.entry_at(commit, path)? {
            Some(TreeEntry { kind: TreeEntryKind::File | TreeEntryKind::Executable, id, .. }) => {
                self.blob(id).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The regular files of a commit that `is_wanted`, with their blobs, ordered by path. Directories are entered only
    /// where `may_hold` says so of their path. Paths that are not UTF-8 are passed over: no rule can name them.
    pub fn files_matching(
        &self,
        commit: CommitId,
        may_hold: impl Fn(&str) -> bool,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<(String, ObjectId)>, ReadError> {
        let mut found = Vec::new();
        let mut pending = vec![(String::new(), self.commit(commit)?.tree, 0)];
        while let Some((prefix, tree, depth)) = pending.pop() {
            for entry in self.tree(tree)? {
                let Ok(name) = std::str::from_utf8(&entry.name) else { continue };
                let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
                match entry.kind {
                    TreeEntryKind::Directory if depth >= DEPTH_LIMIT => {
                        return Err(ReadError::Malformed { id: tree, kind: ObjectKind::Tree });
                    }
                    TreeEntryKind::Directory if may_hold(&path) => pending.push((path, entry.id, depth + 1)),
                    TreeEntryKind::File | TreeEntryKind::Executable if is_wanted(&path) => found.push((path, entry.id)),
                    _ => {}
                }
            }
        }
        found.sort();
        Ok(found)
    }
}

/// An entry as it stands in the bytes of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RawEntry<'d> {
    pub name: &'d [u8],
    pub kind: TreeEntryKind,
    pub id: &'d [u8; 20],
}

/// The entries of a tree, `<octal mode> <name>\0<twenty bytes>` again and again; `None` in place of the first that is
/// anything else, and nothing after it.
pub(super) struct RawEntries<'d>(pub &'d [u8]);

impl RawEntry<'_> {
    fn owned(&self) -> TreeEntry {
        TreeEntry { name: self.name.to_vec(), kind: self.kind, id: ObjectId::from_bytes(*self.id) }
    }
}

impl<'d> Iterator for RawEntries<'d> {
    type Item = Option<RawEntry<'d>>;

    fn next(&mut self) -> Option<Option<RawEntry<'d>>> {
        if self.0.is_empty() {
            return None;
        }
        let found = split_entry(self.0);
        self.0 = found.map_or(&[], |(_, rest)| rest);
        Some(found.map(|(entry, _)| entry))
    }
}

fn split_entry(data: &[u8]) -> Option<(RawEntry<'_>, &[u8])> {
    let space = data.iter().position(|byte| *byte == b' ')?;
    let (mode, rest) = (&data[..space], &data[space + 1..]);
    let end = rest.iter().position(|byte| *byte == 0)?;
    let (name, rest) = (&rest[..end], &rest[end + 1..]);
    let (id, rest) = rest.split_first_chunk::<20>()?;
    Some((RawEntry { name, kind: kind_of(mode)?, id }, rest))
}

/// Old tools wrote zero-padded and group-writable modes.
fn kind_of(mode: &[u8]) -> Option<TreeEntryKind> {
    let digits = mode.iter().try_fold(0u32, |n, b| matches!(b, b'0'..=b'7').then(|| (n << 3) | u32::from(b - b'0')))?;
    Some(match digits {
        mode if mode & 0o170_000 == 0o040_000 => TreeEntryKind::Directory,
        mode if mode & 0o170_000 == 0o160_000 => TreeEntryKind::Submodule,
        mode if mode & 0o170_000 == 0o120_000 => TreeEntryKind::SymbolicLink,
        mode if mode & 0o111 != 0 => TreeEntryKind::Executable,
        _ => TreeEntryKind::File,
    })
}

fn parse(data: &[u8]) -> Option<Vec<TreeEntry>> {
    RawEntries(data).map(|entry| Some(entry?.owned())).collect()
}
