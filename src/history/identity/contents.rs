//! What commits do to files, read once and kept in the cache: the files of many commits, the lines of few.
//!
//! What a commit does never changes, so that a fact once found is never looked for again. Nothing is kept of a commit
//! whose objects are absent, since the next fetch may bring them.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::digest::{Digest, FILE_LIMIT, FileMark};
use super::stretches::in_stretches;
use crate::cache::{Cache, Namespace, Writer};
use crate::domain::{CommitId, ObjectId};
use crate::git::{ChangedFile, ObjectReader, Repository};
use crate::graph::{Graph, Node};

/// Raise the version together with any change of what [`FileMark::of`] finds.
const FILES: Namespace = Namespace { name: "changed-files", version: 3 };
/// Raise the version together with any change of what [`Digest::read`] finds.
const LINES: Namespace = Namespace { name: "changed-lines", version: 3 };

/// Of so many commits the files stay at hand until somebody asks for their lines.
const LISTED: usize = 8_000;
/// Of a commit that changes more files they do not.
const FEW_FILES: usize = 32;

/// Fewer commits than this are not worth another thread.
const WORTH_A_THREAD: usize = 50;

/// Reads and remembers what commits do.
pub struct Contents<'r> {
    repository: &'r Repository,
    threads: usize,
    progress: &'r dyn Fn(usize),
    memory: Memory,
    /// One for each thread, once there was so much to read.
    readers: Vec<ObjectReader>,
}

/// What was read so far.
pub(super) struct Memory {
    files: FxHashMap<CommitId, Vec<FileMark>>,
    digests: FxHashMap<CommitId, Digest>,
    /// Files of commits whose lines may be asked for next.
    listed: FxHashMap<CommitId, Vec<ChangedFile>>,
    unknown: FxHashSet<CommitId>,
    writers: Option<(Writer, Writer)>,
}

impl<'r> Contents<'r> {
    /// Opens what earlier runs found. `threads` read at the same time, one at least; `progress` is told now and then how
    /// many commits were read.
    pub fn open(repository: &'r Repository, cache: &Cache, threads: usize, progress: &'r dyn Fn(usize)) -> Self {
        Self::remembering(repository, threads, progress, Memory::open(cache))
    }

    /// Goes on from what another one remembered.
    pub(super) fn remembering(
        repository: &'r Repository,
        threads: usize,
        progress: &'r dyn Fn(usize),
        memory: Memory,
    ) -> Self {
        Self { repository, threads: threads.max(1), progress, memory, readers: Vec::new() }
    }

    /// What to go on from.
    pub(super) fn into_memory(self) -> Memory {
        self.memory
    }

    /// Reads which files these commits change, where that is not known yet.
    pub(super) fn read_files(&mut self, graph: &Graph, nodes: impl IntoIterator<Item = Node>) {
        let wanted = self.unread(graph, nodes, |contents, id| contents.memory.files.contains_key(id));
        let room = LISTED.saturating_sub(self.memory.listed.len());
        let made = self.read(graph, &wanted, |_, found| {
            let marked = |files: Cow<'_, [ChangedFile]>| {
                let marks: Vec<FileMark> = files.iter().map(FileMark::of).collect();
                (marks, files.into_owned())
            };
            found.into_iter().map(|files| files.map(marked)).collect()
        });
        for (at, (id, found)) in made.into_iter().enumerate() {
            let Some((found, files)) = found else {
                self.memory.unknown.insert(id);
                continue;
            };
            if let Some((writer, _)) = &mut self.memory.writers {
                writer.append(id.object().as_bytes(), &encode_files(&found));
            }
            self.memory.files.insert(id, found);
            if at < room && files.len() <= FEW_FILES {
                self.memory.listed.insert(id, files);
            }
        }
    }

    /// Reads the lines that these commits change, where they are not known yet.
    pub(super) fn read_lines(&mut self, graph: &Graph, nodes: impl IntoIterator<Item = Node>) {
        let wanted = self.unread(graph, nodes, |contents, id| contents.memory.digests.contains_key(id));
        for (id, found) in self.read(graph, &wanted, |reader, files| Digest::read(reader, &files)) {
            let Some(found) = found else {
                self.memory.unknown.insert(id);
                continue;
            };
            if let Some((_, writer)) = &mut self.memory.writers {
                writer.append(id.object().as_bytes(), &encode_digest(&found));
            }
            self.memory.digests.insert(id, found);
        }
    }

    /// The paths that a commit changes, read anew; `None` where they are absent.
    pub(super) fn paths(&self, graph: &Graph, node: Node) -> Option<Vec<String>> {
        let reader = self.repository.reader().ok()?;
        let task = [Task::of(graph, node)];
        let files = Task::files(&reader, &task).pop()??;
        Some(files.iter().map(|file| file.path.clone()).collect())
    }

    /// The files of a commit; `None` where they were not read or are absent.
    pub(super) fn files(&self, id: CommitId) -> Option<&[FileMark]> {
        self.memory.files.get(&id).map(Vec::as_slice)
    }

    /// The lines of a commit; `None` where they were not read or are absent.
    pub(super) fn lines(&self, id: CommitId) -> Option<&Digest> {
        self.memory.digests.get(&id)
    }

    /// For how many commits nothing could be known.
    pub fn unknown(&self) -> usize {
        self.memory.unknown()
    }

    fn unread(
        &self,
        graph: &Graph,
        nodes: impl IntoIterator<Item = Node>,
        is_known: impl Fn(&Self, &CommitId) -> bool,
    ) -> Vec<Node> {
        let mut wanted: Vec<Node> = nodes
            .into_iter()
            .filter(|node| {
                let id = graph.id(*node);
                !graph.is_merge(*node) && !is_known(self, &id) && !self.memory.unknown.contains(&id)
            })
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    /// Reads the files of the commits and makes something of them, stretch by stretch on several threads; `None` where
    /// something is absent. In the order of `nodes`.
    fn read<T: Send>(
        &mut self,
        graph: &Graph,
        nodes: &[Node],
        make: impl Fn(&ObjectReader, Vec<Option<Cow<'_, [ChangedFile]>>>) -> Vec<Option<T>> + Sync,
    ) -> Vec<(CommitId, Option<T>)> {
        let mut tasks: Vec<Task> = nodes.iter().map(|node| Task::of(graph, *node)).collect();
        for task in &mut tasks {
            task.known = self.memory.listed.remove(&task.id);
        }
        let threads = self.threads.min(tasks.len() / WORTH_A_THREAD + 1);
        if self.readers.len() < threads {
            self.readers = self.repository.readers(threads).unwrap_or_default();
        }
        let ids = tasks.iter().map(|task| task.id);
        if self.readers.is_empty() {
            return ids.map(|id| (id, None)).collect();
        }
        let read = |reader: &ObjectReader, tasks: &[Task]| make(reader, Task::files(reader, tasks));
        let made = in_stretches(&mut self.readers[..threads], &tasks, read, self.progress);
        ids.zip(made).collect()
    }
}

impl Memory {
    pub(super) fn open(cache: &Cache) -> Self {
        let id = |key: &[u8]| ObjectId::from_slice(key).map(CommitId::new);
        let files = cache.load(FILES);
        let lines = cache.load(LINES);
        Self {
            files: files.iter().filter_map(|(key, value)| Some((id(key)?, decode_files(value)?))).collect(),
            digests: lines.iter().filter_map(|(key, value)| Some((id(key)?, decode_digest(value)?))).collect(),
            listed: FxHashMap::default(),
            unknown: FxHashSet::default(),
            writers: Some((cache.writer(FILES), cache.writer(LINES))),
        }
    }

    /// For how many commits nothing could be known.
    pub(super) fn unknown(&self) -> usize {
        self.unknown.len()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Some((files, lines)) = self.writers.take() {
            // What cannot be kept is found again.
            let _ = (files.finish(), lines.finish());
        }
    }
}

/// A commit to be read.
struct Task {
    id: CommitId,
    tree: ObjectId,
    /// The tree of its first parent.
    before: Option<ObjectId>,
    /// Whether its parents are not here.
    is_cut: bool,
    /// Its files, where an earlier question found them.
    known: Option<Vec<ChangedFile>>,
}

impl Task {
    fn of(graph: &Graph, node: Node) -> Self {
        let before = graph.parents(node).first().map(|parent| graph.tree(*parent));
        Self { id: graph.id(node), tree: graph.tree(node), before, is_cut: graph.is_rootless(node), known: None }
    }

    /// The files of each; `None` where something is absent.
    fn files<'t>(reader: &ObjectReader, tasks: &'t [Self]) -> Vec<Option<Cow<'t, [ChangedFile]>>> {
        let is_read = |task: &&Self| task.known.is_none() && !task.is_cut;
        let pairs: Vec<_> = tasks.iter().filter(is_read).map(|task| (task.before, task.tree)).collect();
        let mut read = reader.changed_files_of(&pairs, FILE_LIMIT).into_iter();
        let files = |task: &'t Self| match &task.known {
            _ if task.is_cut => None,
            Some(files) => Some(Cow::Borrowed(files.as_slice())),
            None => read.next().and_then(Result::ok).map(Cow::Owned),
        };
        tasks.iter().map(files).collect()
    }
}

fn encode_files(files: &[FileMark]) -> Vec<u8> {
    let mut out = Vec::with_capacity(files.len() * 25);
    for file in files {
        for number in [file.path, file.name, file.step] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.push(u8::from(file.is_generated) | u8::from(file.is_new) << 1);
    }
    out
}

fn decode_files(bytes: &[u8]) -> Option<Vec<FileMark>> {
    let (records, rest) = bytes.as_chunks::<25>();
    let number = |record: &[u8; 25], at: usize| Some(u64::from_le_bytes(*record[at..].first_chunk::<8>()?));
    let mark = |record: &[u8; 25]| {
        Some(FileMark {
            path: number(record, 0)?,
            name: number(record, 8)?,
            step: number(record, 16)?,
            is_generated: record[24] & 1 != 0,
            is_new: record[24] & 2 != 0,
        })
    };
    if rest.is_empty() { records.iter().map(mark).collect() } else { None }
}

/// Beside the level, which is never so high.
const GENERATED: u8 = 0x80;

fn encode_digest(digest: &Digest) -> Vec<u8> {
    let mut out = Vec::with_capacity(33 + digest.lines.len() * 12);
    out.push(digest.level | if digest.is_generated { GENERATED } else { 0 });
    for number in [digest.weight, digest.sum, digest.inverse, digest.paths] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    for (line, weight) in &digest.lines {
        out.extend_from_slice(&line.to_le_bytes());
        out.extend_from_slice(&weight.to_le_bytes());
    }
    out
}

fn decode_digest(bytes: &[u8]) -> Option<Digest> {
    let (level, rest) = bytes.split_first()?;
    let (head, rest) = rest.split_first_chunk::<32>()?;
    let (records, tail) = rest.as_chunks::<12>();
    let numbers: Vec<u64> = head.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
    let line = |record: &[u8; 12]| {
        let (line, weight) = record.split_first_chunk::<8>()?;
        Some((u64::from_le_bytes(*line), u32::from_le_bytes(weight.try_into().ok()?)))
    };
    let [weight, sum, inverse, paths] = numbers.as_slice() else { return None };
    let lines: Option<Vec<(u64, u32)>> = records.iter().map(line).collect();
    let lines = lines.filter(|_| tail.is_empty())?;
    let (is_generated, level) = (level & GENERATED != 0, level & !GENERATED);
    Some(Digest { lines, level, is_generated, weight: *weight, sum: *sum, inverse: *inverse, paths: *paths })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_the_same_again() {
        let files = vec![FileMark { path: 1, name: 2, step: 3, is_generated: false, is_new: true }; 2];
        assert_eq!(decode_files(&encode_files(&files)).unwrap(), files);
        let digest = Digest {
            lines: vec![(7, 8), (9, 10)],
            level: 1,
            weight: 2,
            sum: 3,
            inverse: 4,
            paths: 5,
            is_generated: true,
        };
        let bytes = encode_digest(&digest);
        assert_eq!(decode_digest(&bytes).unwrap(), digest);
        assert!(decode_digest(&bytes[..bytes.len() - 1]).is_none());
        assert!(decode_files(&encode_files(&files)[1..]).is_none());
    }
}
