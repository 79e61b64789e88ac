//! Which files a commit changed against its first parent, for rules by path. Found in the trees, kept in the cache.
//!
//! An answer is either whole or `None`: where trees are absent or history is cut, nothing is guessed.

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::cache::{Cache, Namespace, Writer};
use crate::domain::{CommitId, ObjectId};
use crate::git::{ObjectReader, ReadError, Repository};
use crate::graph::{Graph, Node};

/// Raise the version together with any change of what [`Files::changed`] finds.
const PATHS: Namespace = Namespace { name: "paths", version: 1 };

/// Longer lists are found anew each time.
const KEPT_LIMIT: usize = 64 * 1024;

/// Reads and remembers which files commits changed.
pub struct Files {
    reader: ObjectReader,
    memory: RefCell<Memory>,
}

struct Memory {
    known: FxHashMap<CommitId, Vec<String>>,
    writer: Option<Writer>,
    unknown: FxHashSet<CommitId>,
}

impl Files {
    /// Opens the objects and reads what earlier runs found.
    pub fn open(repository: &Repository, cache: &Cache) -> Result<Self, ReadError> {
        let facts = cache.load(PATHS);
        let parse = |(key, value): (&[u8], &[u8])| {
            let id = CommitId::new(ObjectId::from_slice(key)?);
            let paths = std::str::from_utf8(value).ok()?.split('\0').filter(|path| !path.is_empty());
            Some((id, paths.map(str::to_owned).collect()))
        };
        let known = facts.iter().filter_map(parse).collect();
        let memory = Memory { known, writer: Some(cache.writer(PATHS)), unknown: FxHashSet::default() };
        Ok(Self { reader: repository.reader()?, memory: RefCell::new(memory) })
    }

    /// The files that a commit changed, ordered; `None` where that cannot be known here.
    pub fn changed(&self, graph: &Graph, node: Node) -> Option<Vec<String>> {
        let id = graph.id(node);
        let mut memory = self.memory.borrow_mut();
        if let Some(paths) = memory.known.get(&id) {
            return Some(paths.clone());
        }
        let found = self.find(graph, node);
        let Some(paths) = &found else {
            memory.unknown.insert(id);
            return None;
        };
        let value = paths.join("\0");
        if let Some(writer) = memory.writer.as_mut().filter(|_| value.len() < KEPT_LIMIT) {
            writer.append(id.object().as_bytes(), value.as_bytes());
        }
        memory.known.insert(id, paths.clone());
        found
    }

    /// For how many commits nothing could be known.
    pub fn unknown(&self) -> usize {
        self.memory.borrow().unknown.len()
    }

    fn find(&self, graph: &Graph, node: Node) -> Option<Vec<String>> {
        if graph.is_rootless(node) {
            return None;
        }
        let old = graph.parents(node).first().map(|parent| graph.tree(*parent));
        self.reader.changed_paths(old, graph.tree(node)).ok()
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
