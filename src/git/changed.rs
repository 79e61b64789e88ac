//! Which files differ between two trees, from the raw objects: directories with equal ids are never opened, so that a
//! commit costs what it changed. A hundred times cheaper than a comparison of contents, which nobody needs for paths.

use std::cmp::Ordering;

use super::many::Objects;
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
    /// Which of the comparisons asked for it belongs to.
    of: usize,
    /// The directory with a slash at its end; empty for the root.
    prefix: String,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
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
        self.changed_files_of(&[(old, new)], limit).pop().unwrap_or_else(|| Ok(Vec::new()))
    }

    /// The same for several pairs of an old tree and a new one, in their order. All of them are gone through at once, one
    /// depth after another, so that a tree which they share is read once; their trees of one depth are held together.
    pub fn changed_files_of(
        &self,
        pairs: &[(Option<ObjectId>, ObjectId)],
        limit: usize,
    ) -> Vec<Result<Vec<ChangedFile>, ReadError>> {
        let mut found: Vec<Result<Vec<ChangedFile>, ReadError>> = pairs.iter().map(|_| Ok(Vec::new())).collect();
        let root = |(of, (old, new)): (usize, &(Option<ObjectId>, ObjectId))| Pair {
            of,
            prefix: String::new(),
            old: *old,
            new: Some(*new),
        };
        let mut open: Vec<Pair> = pairs.iter().enumerate().map(root).collect();
        let mut depth = 0;
        while !open.is_empty() {
            open.retain(|pair| found[pair.of].as_ref().is_ok_and(|files| files.len() < limit));
            let trees = self.read_many(open.iter().flat_map(|pair| [pair.old, pair.new]).flatten(), ObjectKind::Tree);
            let mut deeper = Vec::new();
            for directories in open.chunk_by(|left, right| left.of == right.of) {
                let place = &mut found[directories[0].of];
                let Ok(files) = place else { continue };
                let begin = deeper.len();
                for pair in directories {
                    // Each directory that differs has a file that does.
                    if files.len() + deeper.len() - begin >= limit {
                        break;
                    }
                    if let Err(error) = compare(pair, depth, &trees, &mut deeper, files) {
                        *place = Err(error);
                        deeper.truncate(begin);
                        break;
                    }
                }
            }
            (open, depth) = (deeper, depth + 1);
        }
        found.iter_mut().flatten().for_each(|files| files.sort_unstable());
        found
    }
}

/// Compares two directories: files go to `found`, directories to `open`.
fn compare(
    pair: &Pair,
    depth: usize,
    trees: &Objects<'_>,
    open: &mut Vec<Pair>,
    found: &mut Vec<ChangedFile>,
) -> Result<(), ReadError> {
    let get = |id: Option<ObjectId>| id.map_or(Ok(&[][..]), |id| trees.get(id));
    let (old, new) = (get(pair.old)?, get(pair.new)?);
    let is_read = each_difference(old, new, |old, new| {
        let Some(entry) = new.or(old) else { return };
        let Ok(name) = std::str::from_utf8(entry.name) else { return };
        let path = format!("{}{name}", pair.prefix);
        let id = |entry: Option<RawEntry<'_>>| entry.map(|entry| ObjectId::from_bytes(*entry.id));
        let (old_id, new_id) = (id(old), id(new));
        if entry.kind == TreeEntryKind::Directory {
            open.push(Pair { of: pair.of, prefix: path + "/", old: old_id, new: new_id });
        } else {
            let is_submodule = [old, new].into_iter().flatten().any(|entry| entry.kind == TreeEntryKind::Submodule);
            found.push(ChangedFile { path, old: old_id, new: new_id, is_submodule });
        }
    });
    match pair.new.or(pair.old).filter(|_| !is_read || depth > DEPTH_LIMIT) {
        Some(id) => Err(ReadError::Malformed { id, kind: ObjectKind::Tree }),
        None => Ok(()),
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
    use crate::domain::{CommitId, ObjectId};
    use crate::git::ObjectKind;
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
    fn many_at_once_are_what_each_is_alone() {
        let mut repository = TestRepo::new();
        let ids: Vec<CommitId> = (0..9)
            .map(|n| {
                let text = format!("{n}\n");
                let files = [("a/b/one", Some(text.as_str())), (["c", "a/d", "e/f"][n % 3], Some(text.as_str()))];
                repository.commit_files("main", "Change", &files)
            })
            .collect();
        repository.git(&["repack", "-a", "-d", "-q"]);
        let opened = repository.open();
        let reader = opened.reader().unwrap();
        let trees: Vec<ObjectId> = ids.iter().map(|id| reader.commit(*id).unwrap().tree).collect();
        let mut pairs = vec![(None, trees[0])];
        pairs.extend(trees.windows(2).map(|pair| (Some(pair[0]), pair[1])));
        pairs.push((Some(trees[0]), trees[8]));
        let absent = ObjectId::from_bytes([7; 20]);
        pairs.push((Some(absent), trees[8]));
        pairs.push((Some(trees[3]), trees[3]));
        let found = reader.changed_files_of(&pairs, usize::MAX);
        for (found, (old, new)) in found.into_iter().zip(&pairs) {
            match reader.changed_files(*old, *new, usize::MAX) {
                Ok(files) => assert_eq!(found.unwrap(), files),
                Err(error) => {
                    assert!(error.is_absent() && found.unwrap_err().is_absent());
                    assert_eq!(*old, Some(absent));
                }
            }
        }
    }

    #[test]
    fn a_few_trees_that_hold_each_other_a_million_times_end_at_the_limit() {
        let repository = TestRepo::new();
        let blob = repository.object(ObjectKind::Blob, b"text");
        let mut tree = repository.object(ObjectKind::Tree, &entries("100644", blob));
        for _ in 0..12 {
            tree = repository.object(ObjectKind::Tree, &entries("40000", tree));
        }
        let opened = repository.open();
        let files = opened.reader().unwrap().changed_files(None, tree, 1_000).unwrap();
        assert!((1_000..20_000).contains(&files.len()), "{}", files.len());
    }

    /// A tree with ten entries that are all the same.
    fn entries(mode: &str, id: ObjectId) -> Vec<u8> {
        let entry = |n: u8| [mode.as_bytes(), &[b' ', b'a' + n, 0], id.as_bytes()].concat();
        (0..10).flat_map(entry).collect()
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
