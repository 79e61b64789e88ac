//! What commits do to files, read once and kept in the cache: the files of many commits, the lines of few.
//!
//! What a commit does never changes, so that a fact once found is never looked for again. Nothing is kept of a commit
//! whose objects are absent, since the next fetch may bring them.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::digest::{Digest, FILE_LIMIT, FileMark};
use crate::cache::{Cache, Namespace, Writer};
use crate::domain::{CommitId, ObjectId};
use crate::git::{ChangedFile, ObjectReader, Repository, in_stretches};
use crate::graph::{Graph, Node};

/// Raise the version together with any change of what [`FileMark::of`] finds.
const FILES: Namespace = Namespace { name: "changed-files", version: 3 };
/// Raise both versions together with any change of what [`Digest::read`] finds.
const LINES: Namespace = Namespace { name: "changed-lines", version: 3 };
const PARTS: Namespace = Namespace { name: "changed-parts", version: 1 };

/// So many files stay at hand until somebody asks for their lines.
const LISTED: usize = 64_000;

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
    /// The lines of single files, by [`FileMark::step`].
    parts: FxHashMap<u64, Digest>,
    /// Files of commits whose lines may be asked for next.
    listed: FxHashMap<CommitId, Vec<ChangedFile>>,
    unknown: FxHashSet<CommitId>,
    writers: Option<Writers>,
}

/// Where what is found is kept.
struct Writers {
    files: Writer,
    lines: Writer,
    parts: Writer,
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
        let mut room = LISTED.saturating_sub(self.memory.listed.values().map(Vec::len).sum());
        let made = self.read(graph, &wanted, |_, found| {
            let marked = |files: Cow<'_, [ChangedFile]>| {
                let marks: Vec<FileMark> = files.iter().map(FileMark::of).collect();
                (marks, files.into_owned())
            };
            found.into_iter().map(|files| files.map(marked)).collect()
        });
        for (id, found) in made {
            let Some((found, files)) = found else {
                self.memory.unknown.insert(id);
                continue;
            };
            if let Some(writers) = &mut self.memory.writers {
                writers.files.append(id.object().as_bytes(), &encode_files(&found));
            }
            self.memory.files.insert(id, found);
            if files.len() <= room {
                room -= files.len();
                self.memory.listed.insert(id, files);
            }
        }
    }

    /// Reads the lines that these commits change, where they are not known yet.
    pub(super) fn read_lines(&mut self, graph: &Graph, nodes: impl IntoIterator<Item = Node>) {
        let mut wanted = self.unread(graph, nodes, |contents, id| contents.memory.digests.contains_key(id));
        wanted.retain(|node| {
            let id = graph.id(*node);
            let Some(part) = self.only_part(id).cloned() else { return true };
            self.memory.digests.insert(id, part);
            false
        });
        for (id, found) in
            self.read(graph, &wanted, |reader, files| Digest::read(reader, files.iter().map(Option::as_deref)))
        {
            let Some(found) = found else {
                self.memory.unknown.insert(id);
                continue;
            };
            if let Some(writers) = &mut self.memory.writers {
                writers.lines.append(id.object().as_bytes(), &encode_digest(&found));
            }
            self.memory.digests.insert(id, found);
        }
    }

    /// The lines of a commit that changes a single file whose lines are known.
    fn only_part(&self, id: CommitId) -> Option<&Digest> {
        let mut own = self.own_files(id);
        let (file, None) = (own.next()?, own.next()) else { return None };
        self.memory.parts.get(&file.step)
    }

    /// Reads the lines that commits change in single files, where they are not known yet. A file is told by its
    /// [`FileMark::step`].
    pub(super) fn read_parts(&mut self, graph: &Graph, wanted: impl IntoIterator<Item = (Node, u64)>) {
        let mut steps: FxHashSet<u64> = FxHashSet::default();
        let mut nodes: Vec<Node> = Vec::new();
        for (node, step) in wanted {
            if !self.memory.parts.contains_key(&step) && steps.insert(step) {
                nodes.push(node);
            }
        }
        nodes.sort_unstable();
        nodes.dedup();
        let unlisted = nodes.iter().copied().filter(|node| !self.memory.listed.contains_key(&graph.id(*node)));
        let unlisted: Vec<Node> = unlisted.collect();
        for (id, files) in
            self.read(graph, &unlisted, |_, found| found.into_iter().map(|files| files.map(Cow::into_owned)).collect())
        {
            self.memory.listed.extend(files.map(|files| (id, files)));
        }
        let of_node = |node: &Node| self.memory.listed.get(&graph.id(*node)).into_iter().flatten();
        let files = nodes.iter().flat_map(of_node).map(|file| (FileMark::of(file).step, file.clone()));
        let files: Vec<(u64, ChangedFile)> = files.filter(|(step, _)| steps.remove(step)).collect();
        let read = |reader: &ObjectReader, files: &[(u64, ChangedFile)]| {
            Digest::read(reader, files.iter().map(|(_, file)| Some(std::slice::from_ref(file))))
        };
        let threads = self.threads_for(files.len());
        let made = in_stretches(&mut self.readers[..threads], &files, read, self.progress);
        for ((step, _), found) in files.into_iter().zip(made) {
            let Some(found) = found else { continue };
            if let Some(writers) = &mut self.memory.writers {
                writers.parts.append(&step.to_le_bytes(), &encode_digest(&found));
            }
            self.memory.parts.insert(step, found);
        }
    }

    /// The lines of some files of a commit, by their [`FileMark::step`]; `None` where one was not read or is absent.
    pub(super) fn parts(&self, steps: &[u64]) -> Option<Digest> {
        let parts: Option<Vec<&Digest>> = steps.iter().map(|step| self.memory.parts.get(step)).collect();
        Some(Digest::joined(&parts?))
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

    /// The files of a commit that no tool writes; none where they were not read or are absent.
    pub(super) fn own_files(&self, id: CommitId) -> impl Iterator<Item = &FileMark> + Clone {
        self.memory.files.get(&id).into_iter().flatten().filter(|file| !file.is_generated)
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
        let threads = self.threads_for(tasks.len());
        let read = |reader: &ObjectReader, tasks: &[Task]| make(reader, Task::files(reader, tasks));
        let made = in_stretches(&mut self.readers[..threads], &tasks, read, self.progress);
        // Where the database cannot be opened, nothing was made.
        tasks.iter().map(|task| task.id).zip(made.into_iter().chain(std::iter::repeat_with(|| None))).collect()
    }

    /// How many readers are to read so many things, once there are so many.
    fn threads_for(&mut self, count: usize) -> usize {
        let threads = self.threads.min(count / WORTH_A_THREAD + 1);
        if self.readers.len() < threads {
            self.readers = self.repository.readers(threads).unwrap_or_default();
        }
        threads.min(self.readers.len())
    }
}

impl Memory {
    pub(super) fn open(cache: &Cache) -> Self {
        let id = |key: &[u8]| ObjectId::from_slice(key).map(CommitId::new);
        let files = cache.load(FILES);
        let lines = cache.load(LINES);
        let parts = cache.load(PARTS);
        let step = |key: &[u8]| Some(u64::from_le_bytes(key.try_into().ok()?));
        Self {
            files: files.iter().filter_map(|(key, value)| Some((id(key)?, decode_files(value)?))).collect(),
            digests: lines.iter().filter_map(|(key, value)| Some((id(key)?, decode_digest(value)?))).collect(),
            parts: parts.iter().filter_map(|(key, value)| Some((step(key)?, decode_digest(value)?))).collect(),
            listed: FxHashMap::default(),
            unknown: FxHashSet::default(),
            writers: Some(Writers {
                files: cache.writer(FILES),
                lines: cache.writer(LINES),
                parts: cache.writer(PARTS),
            }),
        }
    }

    /// For how many commits nothing could be known.
    pub(super) fn unknown(&self) -> usize {
        self.unknown.len()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Some(Writers { files, lines, parts }) = self.writers.take() {
            // What cannot be kept is found again.
            let _ = (files.finish(), lines.finish(), parts.finish());
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
