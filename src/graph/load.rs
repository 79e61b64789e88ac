//! Loading a graph: from the tips down, each commit's facts from the cache where they are, from its object where not.
//!
//! Objects may be absent and history cut. A commit listed as the boundary of a shallow clone is a root here; any other
//! absent commit is left out and named in [`Graph::absent`], so that callers can say so.

use std::collections::{BTreeSet, BinaryHeap};

use rustc_hash::FxHashMap;

use super::around::Around;
use super::facts;
use super::known::{CachedCommits, KnownCommits, encode};
use super::node::{Graph, Texts};
use super::nodes::Node;
use crate::cache::{Cache, Writer};
use crate::domain::{CommitId, ObjectId};
use crate::git::{ObjectReader, ReadError, Repository};

/// Why the commits could not be read.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    #[error("the history has more commits than can be numbered")]
    TooMany,
    #[error("could not open the object database")]
    Objects(#[source] ReadError),
    #[error("could not read commit `{commit}`")]
    Read { commit: CommitId, source: ReadError },
}

/// Where loading reads from, and who is told how far it is.
pub struct Loader<'a> {
    pub repository: &'a Repository,
    pub cache: &'a Cache,
    /// Called now and then with the number of commits read so far.
    pub progress: &'a dyn Fn(usize),
}

/// Columns in the order of discovery, before nodes are numbered.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) ids: Vec<CommitId>,
    pub(super) index: FxHashMap<CommitId, u32>,
    trees: Vec<ObjectId>,
    starts: Vec<u32>,
    parents: Vec<CommitId>,
    author_times: Vec<i64>,
    pub(super) commit_times: Vec<i64>,
    authors: Vec<u32>,
    people: Vec<(String, String)>,
    people_index: FxHashMap<(String, String), u32>,
    texts: Vec<Texts>,
    arena: String,
}

impl Columns {
    pub(super) fn push(&mut self, id: CommitId, facts: &facts::Facts<'_>) -> Result<(), GraphError> {
        let at = u32::try_from(self.ids.len()).map_err(|_| GraphError::TooMany)?;
        self.index.insert(id, at);
        self.ids.push(id);
        self.trees.push(facts.tree);
        self.starts.push(u32::try_from(self.parents.len()).map_err(|_| GraphError::TooMany)?);
        self.parents.extend(facts.parents.iter());
        self.author_times.push(facts.author_time);
        self.commit_times.push(facts.commit_time);
        let author = self.person(facts.author_name, facts.author_email);
        self.authors.push(author);
        let start = self.arena.len();
        self.arena.push_str(facts.subject);
        self.arena.push_str(facts.body);
        let len = |text: &str| u32::try_from(text.len()).map_err(|_| GraphError::TooMany);
        self.texts.push(Texts { start, subject: len(facts.subject)?, body: len(facts.body)? });
        Ok(())
    }

    fn person(&mut self, name: &str, email: &str) -> u32 {
        let key = (name.to_owned(), email.to_owned());
        if let Some(at) = self.people_index.get(&key) {
            return *at;
        }
        let at = u32::try_from(self.people.len()).unwrap_or(u32::MAX);
        self.people.push(key.clone());
        self.people_index.insert(key, at);
        at
    }

    /// Subject and body, one after the other.
    fn text(&self, at: usize) -> &str {
        let texts = self.texts[at];
        &self.arena[texts.start..texts.start + texts.subject as usize + texts.body as usize]
    }

    pub(super) fn parents_of(&self, at: usize) -> &[CommitId] {
        let end = self.starts.get(at + 1).map_or(self.parents.len(), |end| *end as usize);
        &self.parents[self.starts[at] as usize..end]
    }
}

/// Facts by commit: those that are known, or from the object, which then go into the cache.
pub(super) struct Source<'a> {
    known: &'a KnownCommits<'a>,
    reader: ObjectReader,
    writer: Writer,
    encoded: Vec<u8>,
    boundary: BTreeSet<CommitId>,
    progress: &'a dyn Fn(usize),
    /// What was found so far.
    pub(super) columns: Columns,
    cut: Vec<CommitId>,
    absent: Vec<CommitId>,
}

impl<'a> Source<'a> {
    fn open(loader: &Loader<'a>, known: &'a KnownCommits<'a>) -> Result<Self, GraphError> {
        Ok(Self {
            known,
            reader: loader.repository.reader().map_err(GraphError::Objects)?,
            writer: KnownCommits::writer(loader.cache),
            encoded: Vec::new(),
            boundary: loader.repository.shallow_roots(),
            progress: loader.progress,
            columns: Columns::default(),
            cut: Vec::new(),
            absent: Vec::new(),
        })
    }

    /// Takes a commit into the columns and returns its place there; `None` where its object is absent.
    pub(super) fn take(&mut self, id: CommitId) -> Result<Option<usize>, GraphError> {
        let read = match self.known.facts(id) {
            Some(facts) => Some(facts),
            None => match self.reader.commit(id) {
                Ok(commit) => {
                    encode(&commit, &mut self.encoded);
                    self.writer.append(id.object().as_bytes(), &self.encoded);
                    facts::decode(&self.encoded)
                }
                Err(ReadError::Absent { .. }) => None,
                Err(source) => return Err(GraphError::Read { commit: id, source }),
            },
        };
        let Some(mut facts) = read else {
            self.absent.push(id);
            return Ok(None);
        };
        if self.boundary.contains(&id) {
            facts.parents = facts::Parents::default();
            self.cut.push(id);
        }
        let at = self.columns.ids.len();
        self.columns.push(id, &facts)?;
        if self.columns.ids.len().is_multiple_of(1_000) {
            (self.progress)(self.columns.ids.len());
        }
        Ok(Some(at))
    }

    /// The commits that a revert names, that were not taken yet, and that are older than a moment.
    pub(super) fn taken_back(&self, at: usize, before: i64) -> Vec<CommitId> {
        let text = self.columns.text(at);
        let Some(start) = text.find("everts commit ").or_else(|| text.find("everts ")) else { return Vec::new() };
        let ids = words_of_hex(&text[start..]).filter_map(|word| self.reader.commit_named(word));
        let is_old = |id: &CommitId| self.reader.commit(*id).is_ok_and(|commit| commit.committer.time < before);
        ids.filter(|id| !self.columns.index.contains_key(id)).filter(is_old).collect()
    }

    /// Numbers what was taken. `ends` are commits whose parents were left out on purpose.
    pub(super) fn finish(self, mut ends: Vec<CommitId>) -> Graph {
        let Self { writer, columns, mut cut, mut absent, .. } = self;
        // A cache that cannot be written costs the next run time and nothing else.
        let _ = writer.finish();
        cut.sort_unstable();
        absent.sort_unstable();
        absent.dedup();
        ends.sort_unstable();
        Graph { ends, ..number(columns, cut, absent) }
    }
}

impl Loader<'_> {
    /// Every commit that `tips` reach. What was not in the cache is added to it; a cache that cannot be written is no
    /// error.
    pub fn load(&self, tips: &[CommitId]) -> Result<Graph, GraphError> {
        let cached = CachedCommits::load(self.cache);
        self.load_knowing(&KnownCommits::of(&cached), tips)
    }

    /// The same where the cache was read before.
    pub fn load_knowing(&self, known: &KnownCommits<'_>, tips: &[CommitId]) -> Result<Graph, GraphError> {
        let mut source = Source::open(self, known)?;
        let mut seen: rustc_hash::FxHashSet<CommitId> = tips.iter().copied().collect();
        let mut open: Vec<CommitId> = tips.to_vec();
        while let Some(id) = open.pop() {
            let Some(at) = source.take(id)? else { continue };
            open.extend(source.columns.parents_of(at).iter().copied().filter(|parent| seen.insert(*parent)));
        }
        Ok(source.finish(Vec::new()))
    }

    /// Trunk and some lines down to where all of them meet, and the commits of `alone` without what they reach. Commits below the
    /// meeting that are left out are told by [`Graph::ends`]. Whether the lines that are read where that costs little are among
    /// them comes with it.
    ///
    /// Exact while no clock was off by a month and more.
    pub fn load_around(&self, known: &KnownCommits<'_>, around: &Around<'_>) -> Result<(Graph, bool), GraphError> {
        around.load(Source::open(self, known)?)
    }
}

/// Words that can be the id of a commit, whole or shortened.
fn words_of_hex(text: &str) -> impl Iterator<Item = &str> {
    let is_hex = |word: &&str| word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    text.split(|char: char| !char.is_ascii_alphanumeric())
        .filter(|word| (7..=40).contains(&word.len()) && word.bytes().any(|byte| byte.is_ascii_digit()))
        .filter(is_hex)
}

/// Numbers the commits so that children come before parents, the newer first where ancestry leaves it open.
fn number(columns: Columns, cut: Vec<CommitId>, absent: Vec<CommitId>) -> Graph {
    let count = columns.ids.len();
    let parents: Vec<Vec<u32>> = (0..count)
        .map(|at| columns.parents_of(at).iter().filter_map(|id| columns.index.get(id).copied()).collect())
        .collect();
    let mut children = vec![0u32; count];
    for parent in parents.iter().flatten() {
        children[*parent as usize] += 1;
    }
    let key = |at: u32| (columns.commit_times[at as usize], std::cmp::Reverse(columns.ids[at as usize]), at);
    let mut ready: BinaryHeap<_> =
        (0u32..).zip(&children).filter(|(_, children)| **children == 0).map(|(at, _)| key(at)).collect();
    let mut order = Vec::with_capacity(count);
    while let Some((_, _, at)) = ready.pop() {
        order.push(at);
        for parent in &parents[at as usize] {
            children[*parent as usize] -= 1;
            if children[*parent as usize] == 0 {
                ready.push(key(*parent));
            }
        }
    }
    let mut node_of = vec![Node(0); count];
    for (node, at) in (0u32..).zip(&order) {
        node_of[*at as usize] = Node(node);
    }
    let mut starts = vec![0u32];
    let mut flat = Vec::with_capacity(columns.parents.len());
    for at in &order {
        flat.extend(parents[*at as usize].iter().map(|parent| node_of[*parent as usize]));
        starts.push(u32::try_from(flat.len()).unwrap_or(u32::MAX));
    }
    let pick = |column: &[i64]| order.iter().map(|at| column[*at as usize]).collect();
    let ids: Vec<CommitId> = order.iter().map(|at| columns.ids[*at as usize]).collect();
    Graph {
        index: (0u32..).zip(&ids).map(|(node, id)| (*id, Node(node))).collect(),
        ids,
        trees: order.iter().map(|at| columns.trees[*at as usize]).collect(),
        starts,
        parents: flat,
        author_times: pick(&columns.author_times),
        commit_times: pick(&columns.commit_times),
        authors: order.iter().map(|at| columns.authors[*at as usize]).collect(),
        people: columns.people,
        texts: order.iter().map(|at| columns.texts[*at as usize]).collect(),
        arena: columns.arena,
        cut,
        absent,
        ends: Vec::new(),
    }
}
