//! Which change notes a commit brought, changed and took away, against its first parent. Notes are deleted after a release,
//! so that what a change says of itself is read where it was said.
//!
//! The invariant: in a project without notes nothing is read but the trees of a few commits.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHasher};

use crate::cache::{Cache, Namespace, Writer};
use crate::config::Changes;
use crate::domain::{CommitId, ObjectId};
use crate::git::{ObjectReader, ReadError, Repository};
use crate::graph::{Graph, Node};

/// Raise the version together with any change of what [`NoteTouches::of`] finds.
const TOUCHED: Namespace = Namespace { name: "notes-touched", version: 1 };

/// What a commit did to one note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteTouch {
    /// From the root of the repository.
    pub path: String,
    /// What it says since; `None` where the commit took it away.
    pub blob: Option<ObjectId>,
    /// Whether the commit brought it.
    pub is_new: bool,
}

/// Reads and remembers what commits did to notes.
pub struct NoteTouches<'r> {
    reader: ObjectReader,
    changes: &'r Changes,
    has_any: bool,
    /// What the answers depend on beside the commit.
    fingerprint: u64,
    memory: RefCell<Memory>,
}

/// The trees of the directories of notes, in their order.
type Trees = Vec<Option<ObjectId>>;

struct Memory {
    known: FxHashMap<CommitId, Vec<NoteTouch>>,
    trees: FxHashMap<CommitId, Trees>,
    writer: Option<Writer>,
}

impl<'r> NoteTouches<'r> {
    /// `probes` are commits one of which has a note where the project has any.
    pub fn open(
        repository: &'r Repository,
        changes: &'r Changes,
        cache: &Cache,
        probes: impl IntoIterator<Item = CommitId>,
    ) -> Result<Self, ReadError> {
        let mut hasher = FxHasher::default();
        for directory in changes.note_directories() {
            hasher.write(directory.as_bytes());
        }
        let mut touches = Self {
            reader: repository.reader()?,
            changes,
            has_any: false,
            fingerprint: hasher.finish(),
            memory: RefCell::new(Memory { known: FxHashMap::default(), trees: FxHashMap::default(), writer: None }),
        };
        for probe in probes {
            if touches.trees(probe).is_ok_and(|trees| trees.iter().any(Option::is_some)) {
                touches.has_any = true;
                break;
            }
        }
        if touches.has_any {
            touches.recall(cache);
        }
        Ok(touches)
    }

    fn recall(&mut self, cache: &Cache) {
        let memory = self.memory.get_mut();
        memory.writer = Some(cache.writer(TOUCHED));
        for (key, value) in cache.load(TOUCHED).iter() {
            let Some((id, fingerprint)) = key.split_first_chunk::<20>() else { continue };
            if fingerprint == self.fingerprint.to_le_bytes()
                && let Some(touches) = decode(value)
            {
                memory.known.insert(CommitId::new(ObjectId::from_bytes(*id)), touches);
            }
        }
    }

    /// The paths that a commit brought.
    pub fn brought(&self, graph: &Graph, node: Node) -> impl Iterator<Item = String> + use<> {
        self.of(graph, node).into_iter().filter(|touch| touch.is_new).map(|touch| touch.path)
    }

    /// Whether the project has notes at all.
    pub fn has_any(&self) -> bool {
        self.has_any
    }

    /// What a commit did to notes, by path; nothing where that cannot be known here.
    pub fn of(&self, graph: &Graph, node: Node) -> Vec<NoteTouch> {
        if !self.has_any {
            return Vec::new();
        }
        let id = graph.id(node);
        if let Some(known) = self.memory.borrow().known.get(&id) {
            return known.clone();
        }
        let is_cut = graph.cut().binary_search(&id).is_ok();
        let parent = graph.parents(node).first().map(|parent| graph.id(*parent));
        let Some(found) = self.find(id, parent).ok().filter(|_| !is_cut) else { return Vec::new() };
        let mut memory = self.memory.borrow_mut();
        if let Some(writer) = &mut memory.writer {
            let mut key = id.object().as_bytes().to_vec();
            key.extend_from_slice(&self.fingerprint.to_le_bytes());
            writer.append(&key, &encode(&found));
        }
        memory.known.insert(id, found.clone());
        found
    }

    /// Whether a commit changes notes and nothing else.
    pub fn touches_only_notes(&self, graph: &Graph, node: Node) -> bool {
        let tree = |id: CommitId| self.reader.commit(id).ok().map(|commit| commit.tree);
        let old = match graph.parents(node).first() {
            Some(parent) => match tree(graph.id(*parent)) {
                Some(tree) => Some(tree),
                None => return false,
            },
            None => None,
        };
        let paths = tree(graph.id(node)).and_then(|new| self.reader.changed_paths(old, new).ok());
        paths.is_some_and(|paths| !paths.is_empty() && paths.iter().all(|path| self.changes.is_note(path)))
    }

    fn find(&self, id: CommitId, parent: Option<CommitId>) -> Result<Vec<NoteTouch>, ReadError> {
        let trees = self.trees(id)?;
        let before = match parent {
            Some(parent) => self.trees(parent)?,
            None => vec![None; trees.len()],
        };
        if trees == before {
            return Ok(Vec::new());
        }
        let (new, old) = (self.notes(id, &trees)?, parent.map(|parent| self.notes(parent, &before)).transpose()?);
        let old = old.unwrap_or_default();
        let changed = new.iter().filter(|(path, blob)| old.get(*path) != Some(blob));
        let mut touches: Vec<NoteTouch> = changed
            .map(|(path, blob)| NoteTouch { path: path.clone(), blob: Some(*blob), is_new: !old.contains_key(path) })
            .collect();
        let gone = old.keys().filter(|path| !new.contains_key(*path));
        touches.extend(gone.map(|path| NoteTouch { path: path.clone(), blob: None, is_new: false }));
        touches.sort_unstable_by(|left, right| left.path.cmp(&right.path));
        Ok(touches)
    }

    fn notes(&self, commit: CommitId, trees: &Trees) -> Result<BTreeMap<String, ObjectId>, ReadError> {
        if trees.iter().all(Option::is_none) {
            return Ok(BTreeMap::new());
        }
        let leads = |path: &str| self.changes.leads_to_notes(path);
        Ok(self.reader.files_matching(commit, leads, |path| self.changes.is_note(path))?.into_iter().collect())
    }

    fn trees(&self, commit: CommitId) -> Result<Trees, ReadError> {
        if let Some(trees) = self.memory.borrow().trees.get(&commit) {
            return Ok(trees.clone());
        }
        let root = self.reader.commit(commit)?.tree;
        let tree = |directory: &str| -> Result<Option<ObjectId>, ReadError> {
            Ok(if directory.is_empty() {
                Some(root)
            } else {
                self.reader.entry_in(root, directory)?.map(|entry| entry.id)
            })
        };
        let trees: Trees = self.changes.note_directories().map(tree).collect::<Result<_, _>>()?;
        self.memory.borrow_mut().trees.insert(commit, trees.clone());
        Ok(trees)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            // What cannot be kept is found again.
            let _ = writer.finish();
        }
    }
}

/// For each note: whether it is new, whether there is a blob, the blob, the path and a byte of zero.
fn encode(touches: &[NoteTouch]) -> Vec<u8> {
    let mut out = Vec::new();
    for touch in touches {
        out.push(u8::from(touch.is_new) | u8::from(touch.blob.is_some()) << 1);
        out.extend_from_slice(&touch.blob.map_or([0; 20], |blob| *blob.as_bytes()));
        out.extend_from_slice(touch.path.as_bytes());
        out.push(0);
    }
    out
}

fn decode(mut bytes: &[u8]) -> Option<Vec<NoteTouch>> {
    let mut touches = Vec::new();
    while let Some((flags, rest)) = bytes.split_first() {
        let (blob, rest) = rest.split_first_chunk::<20>()?;
        let end = rest.iter().position(|byte| *byte == 0)?;
        let path = std::str::from_utf8(&rest[..end]).ok()?.to_owned();
        let blob = (flags & 2 != 0).then(|| ObjectId::from_bytes(*blob));
        touches.push(NoteTouch { path, blob, is_new: flags & 1 != 0 });
        bytes = &rest[end + 1..];
    }
    Some(touches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_the_same_again() {
        let touches = vec![
            NoteTouch { path: "changes/a.md".into(), blob: Some(ObjectId::from_bytes([7; 20])), is_new: true },
            NoteTouch { path: "changes/b.md".into(), blob: None, is_new: false },
        ];
        let bytes = encode(&touches);
        assert_eq!(decode(&bytes).unwrap(), touches);
        assert!(decode(&bytes[..bytes.len() - 1]).is_none());
        assert_eq!(decode(&[]).unwrap(), []);
    }
}
