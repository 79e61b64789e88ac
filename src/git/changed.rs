//! Which files differ between two trees, from the raw objects: directories with equal ids are never opened, so that a
//! commit costs what it changed. A hundred times cheaper than a comparison of contents, which nobody needs for paths.

use std::cmp::Ordering;

use super::object::ObjectKind;
use super::reader::{ObjectReader, ReadError};
use super::tree::{TreeEntry, TreeEntryKind};
use crate::domain::ObjectId;

/// Trees are followed this deep; deeper ones are made to harm.
const DEPTH_LIMIT: usize = 256;

impl ObjectReader<'_> {
    /// Paths of the files that one tree has and the other lacks or has otherwise, ordered. `None` is the empty tree. A
    /// moved file is two paths; paths that are not UTF-8 are passed over.
    pub fn changed_paths(&self, old: Option<ObjectId>, new: ObjectId) -> Result<Vec<String>, ReadError> {
        let mut found = Vec::new();
        let mut open = vec![(String::new(), old, Some(new), 0)];
        while let Some((prefix, old, new, depth)) = open.pop() {
            let too_deep = old.or(new).filter(|_| depth > DEPTH_LIMIT);
            if let Some(id) = too_deep {
                return Err(ReadError::Malformed { id, kind: ObjectKind::Tree });
            }
            let entries = |tree: Option<ObjectId>| tree.map_or_else(|| Ok(Vec::new()), |tree| self.tree(tree));
            for (old, new) in different(&entries(old)?, &entries(new)?) {
                let Some(entry) = new.or(old) else { continue };
                let Ok(name) = std::str::from_utf8(&entry.name) else { continue };
                let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
                if entry.kind == TreeEntryKind::Directory {
                    open.push((path, old.map(|entry| entry.id), new.map(|entry| entry.id), depth + 1));
                } else {
                    found.push(path);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

/// The entries of two trees that differ, those of the same name and sort side by side.
fn different<'e>(old: &'e [TreeEntry], new: &'e [TreeEntry]) -> Vec<(Option<&'e TreeEntry>, Option<&'e TreeEntry>)> {
    let (mut left, mut right) = (old.iter().peekable(), new.iter().peekable());
    let mut found = Vec::new();
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return found,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => in_tree_order(old, new),
        };
        let pair = match order {
            Ordering::Less => (left.next(), None),
            Ordering::Greater => (None, right.next()),
            Ordering::Equal => (left.next(), right.next()),
        };
        let is_same = matches!(pair, (Some(old), Some(new)) if old.id == new.id && old.kind == new.kind);
        if !is_same {
            found.push(pair);
        }
    }
}

/// Git's order: by bytes, a directory as if its name ended in a slash. A file and a directory of one name differ.
fn in_tree_order(left: &TreeEntry, right: &TreeEntry) -> Ordering {
    let end = |entry: &TreeEntry| if entry.kind == TreeEntryKind::Directory { b'/' } else { 0 };
    let common = left.name.len().min(right.name.len());
    left.name[..common].cmp(&right.name[..common]).then_with(|| {
        let next = |entry: &TreeEntry| entry.name.get(common).copied().unwrap_or_else(|| end(entry));
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
