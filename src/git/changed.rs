//! Which files differ between two trees, from the raw objects: directories with equal ids are never opened, so that a
//! commit costs what it changed. A hundred times cheaper than a comparison of contents, which nobody needs for paths.

use std::cmp::Ordering;

use super::object::ObjectKind;
use super::reader::{ObjectReader, ReadError};
use super::tree::{RawEntries, RawEntry, TreeEntryKind};
use crate::domain::ObjectId;

/// Trees are followed this deep; deeper ones are made to harm.
const DEPTH_LIMIT: usize = 256;

/// One file that two trees hold differently.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangedFile {
    /// From the root of the repository, with slashes.
    pub path: String,
    /// What the older tree has there; `None` where it has nothing.
    pub old: Option<ObjectId>,
    pub new: Option<ObjectId>,
    /// Whether a side is a submodule, whose id is that of a commit elsewhere.
    pub is_submodule: bool,
}

/// Two trees of one directory that are still to be compared.
struct Pair {
    prefix: String,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
    depth: usize,
}

impl ObjectReader {
    /// Paths of the files that one tree has and the other lacks or has otherwise, ordered. `None` is the empty tree. A
    /// moved file is two paths; paths that are not UTF-8 are passed over.
    pub fn changed_paths(&self, old: Option<ObjectId>, new: ObjectId) -> Result<Vec<String>, ReadError> {
        let files = self.changed_files(old, new, usize::MAX)?;
        let mut paths: Vec<String> = files.into_iter().map(|file| file.path).collect();
        paths.dedup();
        Ok(paths)
    }

    /// The files that differ, ordered by path; the search ends once `limit` of them are found. A path that is a file on
    /// one side and a directory on the other comes on its own.
    pub fn changed_files(
        &self,
        old: Option<ObjectId>,
        new: ObjectId,
        limit: usize,
    ) -> Result<Vec<ChangedFile>, ReadError> {
        let mut found = Vec::new();
        let mut open = vec![Pair { prefix: String::new(), old, new: Some(new), depth: 0 }];
        while let Some(pair) = open.pop() {
            if let Some(id) = pair.old.or(pair.new).filter(|_| pair.depth > DEPTH_LIMIT) {
                return Err(ReadError::Malformed { id, kind: ObjectKind::Tree });
            }
            if found.len() >= limit {
                break;
            }
            self.compare(&pair, &mut open, &mut found)?;
        }
        found.sort_unstable();
        Ok(found)
    }

    /// Compares two directories: files go to `found`, directories to `open`.
    fn compare(&self, pair: &Pair, open: &mut Vec<Pair>, found: &mut Vec<ChangedFile>) -> Result<(), ReadError> {
        let read = |id: Option<ObjectId>| id.map(|id| self.read(id, ObjectKind::Tree)).transpose();
        let (old, new) = (read(pair.old)?, read(pair.new)?);
        let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
        let is_read = each_difference(&old, &new, |old, new| {
            let Some(entry) = new.or(old) else { return };
            let Ok(name) = std::str::from_utf8(entry.name) else { return };
            let path = if pair.prefix.is_empty() { name.to_owned() } else { format!("{}/{name}", pair.prefix) };
            let id = |entry: Option<RawEntry<'_>>| entry.map(|entry| ObjectId::from_bytes(*entry.id));
            let (old_id, new_id) = (id(old), id(new));
            if entry.kind == TreeEntryKind::Directory {
                open.push(Pair { prefix: path, old: old_id, new: new_id, depth: pair.depth + 1 });
            } else {
                let is_submodule = [old, new].into_iter().flatten().any(|entry| entry.kind == TreeEntryKind::Submodule);
                found.push(ChangedFile { path, old: old_id, new: new_id, is_submodule });
            }
        });
        let id = pair.new.or(pair.old);
        match id.filter(|_| !is_read) {
            Some(id) => Err(ReadError::Malformed { id, kind: ObjectKind::Tree }),
            None => Ok(()),
        }
    }
}

/// Calls `tell` with the entries of two trees that differ, those of the same name and sort side by side. Whether both
/// trees could be read to their end.
fn each_difference<'e>(
    old: &'e [u8],
    new: &'e [u8],
    mut tell: impl FnMut(Option<RawEntry<'e>>, Option<RawEntry<'e>>),
) -> bool {
    let (mut left, mut right) = (RawEntries(old).peekable(), RawEntries(new).peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (Some(None), _) | (_, Some(None)) => return false,
            (None, None) => return true,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(Some(old)), Some(Some(new))) => in_tree_order(old, new),
        };
        let pair = match order {
            Ordering::Less => (left.next().flatten(), None),
            Ordering::Greater => (None, right.next().flatten()),
            Ordering::Equal => (left.next().flatten(), right.next().flatten()),
        };
        let is_same = matches!(pair, (Some(old), Some(new)) if old.id == new.id && old.kind == new.kind);
        if !is_same {
            tell(pair.0, pair.1);
        }
    }
}

/// Git's order: by bytes, a directory as if its name ended in a slash. A file and a directory of one name differ.
fn in_tree_order(left: &RawEntry<'_>, right: &RawEntry<'_>) -> Ordering {
    let end = |entry: &RawEntry<'_>| if entry.kind == TreeEntryKind::Directory { b'/' } else { 0 };
    let common = left.name.len().min(right.name.len());
    left.name[..common].cmp(&right.name[..common]).then_with(|| {
        let next = |entry: &RawEntry<'_>| entry.name.get(common).copied().unwrap_or_else(|| end(entry));
        next(left).cmp(&next(right)).then_with(|| left.name.len().cmp(&right.name.len()))
    })
}

#[cfg(test)]
mod tests {
    use crate::domain::CommitId;
    use crate::testing::TestRepo;

    fn changed(repository: &TestRepo, old: Option<CommitId>, new: CommitId) -> Vec<String> {
        let opened = repository.open();
        let reader = opened.reader().unwrap();
        let tree = |id| reader.commit(id).unwrap().tree;
        reader.changed_paths(old.map(tree), tree(new)).unwrap()
    }

    #[test]
    fn names_what_was_added_changed_and_removed() {
        let mut repository = TestRepo::new();
        let some = |text: &'static str| Some(text);
        let files = [("a/b/one", some("1")), ("a/two", some("2")), ("a.b", some("3")), ("c", some("4"))];
        let first = repository.commit_files("main", "Start", &files);
        assert_eq!(changed(&repository, None, first), ["a.b", "a/b/one", "a/two", "c"]);
        let files = [("a/b/one", some("changed")), ("a/two", None), ("a/three", some("3"))];
        let second = repository.commit_files("main", "Change", &files);
        assert_eq!(changed(&repository, Some(first), second), ["a/b/one", "a/three", "a/two"]);
        assert_eq!(changed(&repository, Some(second), second), [""; 0]);
    }

    #[test]
    fn a_file_that_becomes_a_directory_is_both() {
        let mut repository = TestRepo::new();
        let first = repository.commit_files("main", "Start", &[("a", Some("1")), ("a-b", Some("2"))]);
        let second = repository.commit_files("main", "Change", &[("a", None), ("a-b", Some("3"))]);
        let third = repository.commit_files("main", "Change", &[("a/x", Some("1"))]);
        assert_eq!(changed(&repository, Some(first), second), ["a", "a-b"]);
        assert_eq!(changed(&repository, Some(first), third), ["a", "a-b", "a/x"]);
    }
}
