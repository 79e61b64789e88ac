//! Edits of a tree without an index or a work tree: only the directories on the way to an edited file are made anew,
//! and every entry that is kept keeps the bytes of its mode.

use std::collections::BTreeMap;

use crate::domain::ObjectId;

use super::new_object::{NewObjectError, NewObjects};
use super::object::ObjectKind;
use super::reader::{ObjectReader, ReadError};

/// What becomes of a file. Its mode stays; a new file is an ordinary one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileEdit {
    Write(Vec<u8>),
    Remove,
}

/// Edits by path, parts separated by slashes.
pub type FileEdits = BTreeMap<String, FileEdit>;

/// An entry as it stands in the tree's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RawEntry {
    mode: Vec<u8>,
    name: Vec<u8>,
    id: ObjectId,
}

impl RawEntry {
    fn is_directory(&self) -> bool {
        matches!(self.mode.as_slice(), b"40000" | b"040000")
    }

    fn is_file(&self) -> bool {
        self.mode.starts_with(b"100") || self.mode.starts_with(b"0100")
    }

    /// git sorts a directory as if its name ended in a slash.
    fn sort_key(&self) -> Vec<u8> {
        let mut key = self.name.clone();
        if self.is_directory() {
            key.push(b'/');
        }
        key
    }
}

impl NewObjects {
    /// The tree that `base` becomes by the edits; `base` may be one of the trees made here. A directory that loses its
    /// last file goes, as git has no empty ones. Removing what is not there is no error.
    pub fn edit_tree(
        &mut self,
        reader: &ObjectReader,
        base: ObjectId,
        edits: &FileEdits,
    ) -> Result<ObjectId, NewObjectError> {
        let mut split = Vec::with_capacity(edits.len());
        for (path, edit) in edits {
            let parts: Vec<&str> = path.split('/').collect();
            let is_part = |part: &&str| !part.is_empty() && !matches!(*part, "." | "..") && !part.contains('\0');
            if !parts.iter().all(is_part) || parts[0].eq_ignore_ascii_case(".git") {
                return Err(NewObjectError::Path { path: path.clone() });
            }
            split.push((parts, edit));
        }
        let edited = self.edit_directory(reader, Some(base), &split, 0)?;
        match edited {
            Some(tree) => Ok(tree),
            None => self.add(ObjectKind::Tree, Vec::new()),
        }
    }

    /// The content of a regular file in a tree, made here or not; `None` where there is none at the path.
    pub fn file_in(
        &self,
        reader: &ObjectReader,
        tree: ObjectId,
        path: &str,
    ) -> Result<Option<Vec<u8>>, NewObjectError> {
        let mut tree = tree;
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let entry = self.entries(reader, tree)?.into_iter().find(|entry| entry.name == part.as_bytes());
            match entry {
                Some(entry) if entry.is_directory() && parts.peek().is_some() => tree = entry.id,
                Some(entry) if entry.is_file() && parts.peek().is_none() => {
                    return match self.bytes(entry.id, ObjectKind::Blob) {
                        Some(bytes) => Ok(Some(bytes.to_vec())),
                        None => Ok(Some(reader.blob(entry.id)?)),
                    };
                }
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// `None` where nothing is left of the directory. `edits` share their first `depth` parts.
    fn edit_directory(
        &mut self,
        reader: &ObjectReader,
        base: Option<ObjectId>,
        edits: &[(Vec<&str>, &FileEdit)],
        depth: usize,
    ) -> Result<Option<ObjectId>, NewObjectError> {
        let mut entries = match base {
            Some(base) => self.entries(reader, base)?,
            None => Vec::new(),
        };
        let mut rest = edits;
        while let Some((parts, edit)) = rest.first() {
            let name = parts[depth];
            let count = rest.iter().take_while(|(other, _)| other[depth] == name).count();
            let (group, after) = rest.split_at(count);
            rest = after;
            let place = entries.iter().position(|entry| entry.name == name.as_bytes());
            let replacement = if parts.len() == depth + 1 {
                if group.len() > 1 {
                    let path = group[1].0.join("/");
                    return Err(NewObjectError::NotADirectory { path, part: parts.join("/") });
                }
                self.edit_file(place.map(|at| &entries[at]), parts, edit)?
            } else {
                let below = match place.map(|at| &entries[at]) {
                    Some(entry) if entry.is_directory() => Some(entry.id),
                    None => None,
                    Some(_) => {
                        let part = parts[..=depth].join("/");
                        return Err(NewObjectError::NotADirectory { path: parts.join("/"), part });
                    }
                };
                let mode = place.map_or(b"40000".to_vec(), |at| entries[at].mode.clone());
                let edited = self.edit_directory(reader, below, group, depth + 1)?;
                edited.map(|id| RawEntry { mode, name: name.as_bytes().to_vec(), id })
            };
            match (place, replacement) {
                (Some(at), Some(entry)) => entries[at] = entry,
                (Some(at), None) => _ = entries.remove(at),
                (None, Some(entry)) => entries.push(entry),
                (None, None) => {}
            }
        }
        if entries.is_empty() {
            return Ok(None);
        }
        entries.sort_by_key(RawEntry::sort_key);
        self.add(ObjectKind::Tree, to_bytes(&entries)).map(Some)
    }

    fn edit_file(
        &mut self,
        existing: Option<&RawEntry>,
        parts: &[&str],
        edit: &FileEdit,
    ) -> Result<Option<RawEntry>, NewObjectError> {
        if existing.is_some_and(|entry| !entry.is_file()) {
            return Err(NewObjectError::NotAFile { path: parts.join("/") });
        }
        let FileEdit::Write(content) = edit else { return Ok(None) };
        let id = self.blob(content)?;
        let mode = existing.map_or(b"100644".to_vec(), |entry| entry.mode.clone());
        let name = parts.last().map(|name| name.as_bytes().to_vec()).unwrap_or_default();
        Ok(Some(RawEntry { mode, name, id }))
    }

    fn entries(&self, reader: &ObjectReader, id: ObjectId) -> Result<Vec<RawEntry>, NewObjectError> {
        let malformed = || NewObjectError::Read(ReadError::Malformed { id, kind: ObjectKind::Tree });
        match self.bytes(id, ObjectKind::Tree) {
            Some(bytes) => parse(bytes).ok_or_else(malformed),
            None => parse(&reader.read(id, ObjectKind::Tree)?).ok_or_else(malformed),
        }
    }
}

fn parse(mut data: &[u8]) -> Option<Vec<RawEntry>> {
    let mut entries = Vec::new();
    while !data.is_empty() {
        let space = data.iter().position(|byte| *byte == b' ')?;
        let end = space + 1 + data[space + 1..].iter().position(|byte| *byte == 0)?;
        let id = ObjectId::from_slice(data.get(end + 1..end + 21)?)?;
        entries.push(RawEntry { mode: data[..space].to_vec(), name: data[space + 1..end].to_vec(), id });
        data = &data[end + 21..];
    }
    Some(entries)
}

fn to_bytes(entries: &[RawEntry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend(&entry.mode);
        bytes.push(b' ');
        bytes.extend(&entry.name);
        bytes.push(0);
        bytes.extend(entry.id.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestRepo;

    fn write(text: &str) -> FileEdit {
        FileEdit::Write(text.as_bytes().to_vec())
    }

    fn listing(r: &TestRepo, tree: ObjectId) -> Vec<String> {
        let listed = r.git(&["ls-tree", "-r", "--format=%(objectmode) %(path)", &tree.to_string()]);
        listed.lines().map(str::to_owned).collect()
    }

    #[test]
    fn edits_files_where_they_are_and_keeps_the_rest() {
        let mut r = TestRepo::new();
        let files = [("a-b", Some("1")), ("a/deep/x", Some("1")), ("a/y", Some("1")), ("gone/z", Some("1"))];
        let commit = r.commit_files("main", "files", &files);
        let repository = r.open();
        let reader = repository.reader().unwrap();
        let mut objects = NewObjects::new();
        let base = objects.tree_of(&reader, commit).unwrap();
        let edits: FileEdits = [
            ("a/deep/x".to_owned(), write("2")),
            ("a.b".to_owned(), write("new")),
            ("gone/z".to_owned(), FileEdit::Remove),
            ("new/dir/w".to_owned(), write("w")),
            ("never/was".to_owned(), FileEdit::Remove),
        ]
        .into();
        let tree = objects.edit_tree(&reader, base, &edits).unwrap();
        let again: FileEdits = [("a/y".to_owned(), write("3"))].into();
        let tree = objects.edit_tree(&reader, tree, &again).unwrap();
        objects.write(&repository).unwrap();
        let expected = ["100644 a-b", "100644 a.b", "100644 a/deep/x", "100644 a/y", "100644 new/dir/w"];
        assert_eq!(listing(&r, tree), expected);
        r.git(&["fsck", "--strict", "--no-dangling"]);
        assert_eq!(r.git(&["cat-file", "blob", &format!("{tree}:a/y")]), "3");
    }

    #[test]
    fn keeps_the_mode_of_a_program() {
        let mut r = TestRepo::new();
        r.write("run.sh", "1");
        r.git(&["add", "run.sh"]);
        r.git(&["update-index", "--chmod=+x", "run.sh"]);
        r.git(&["commit", "--quiet", "-m", "program"]);
        let commit = r.commit("main", "same tree");
        let repository = r.open();
        let reader = repository.reader().unwrap();
        let mut objects = NewObjects::new();
        let base = objects.tree_of(&reader, commit).unwrap();
        let tree = objects.edit_tree(&reader, base, &[("run.sh".to_owned(), write("2"))].into()).unwrap();
        objects.write(&repository).unwrap();
        assert_eq!(listing(&r, tree), ["100755 run.sh"]);
    }

    #[test]
    fn refuses_paths_that_lead_nowhere() {
        let mut r = TestRepo::new();
        let commit = r.commit_files("main", "files", &[("a", Some("1")), ("d/x", Some("1"))]);
        let repository = r.open();
        let reader = repository.reader().unwrap();
        let mut objects = NewObjects::new();
        let base = objects.tree_of(&reader, commit).unwrap();
        for path in ["a/b", "d", "", "/a", "d//x", "../a", ".git/config", "d/../a"] {
            let edits: FileEdits = [(path.to_owned(), write("2"))].into();
            assert!(objects.edit_tree(&reader, base, &edits).is_err(), "{path:?}");
        }
        let both: FileEdits = [("n".to_owned(), write("2")), ("n/m".to_owned(), write("2"))].into();
        assert!(objects.edit_tree(&reader, base, &both).is_err());
    }
}
