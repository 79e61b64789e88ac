//! Loading a graph: from the tips down, each commit's facts from the cache where they are, from its object where not.
//!
//! Objects may be absent and history cut. A commit listed as the boundary of a shallow clone is a root here; any other
//! absent commit is left out and named in [`Graph::absent`], so that callers can say so.

use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use super::facts::{self, Fresh, NAMESPACE_VERSION};
use super::node::{Graph, Texts};
use super::nodes::Node;
use crate::cache::{Cache, Namespace};
use crate::domain::{CommitId, Message, ObjectId};
use crate::git::{RawCommit, ReadError, Repository};

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

const COMMITS: Namespace = Namespace { name: "commits", version: NAMESPACE_VERSION };

/// Where loading reads from, and who is told how far it is.
pub struct Loader<'a> {
    pub repository: &'a Repository,
    pub cache: &'a Cache,
    /// Called now and then with the number of commits read so far.
    pub progress: &'a dyn Fn(usize),
}

/// Columns in the order of discovery, before nodes are numbered.
#[derive(Default)]
struct Columns {
    ids: Vec<CommitId>,
    index: FxHashMap<CommitId, u32>,
    starts: Vec<u32>,
    parents: Vec<CommitId>,
    author_times: Vec<i64>,
    commit_times: Vec<i64>,
    authors: Vec<u32>,
    people: Vec<(String, String)>,
    people_index: FxHashMap<(String, String), u32>,
    texts: Vec<Texts>,
    arena: String,
}

impl Columns {
    fn push(&mut self, id: CommitId, facts: &facts::Facts<'_>) -> Result<(), GraphError> {
        let at = u32::try_from(self.ids.len()).map_err(|_| GraphError::TooMany)?;
        self.index.insert(id, at);
        self.ids.push(id);
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

    fn parents_of(&self, at: usize) -> &[CommitId] {
        let end = self.starts.get(at + 1).map_or(self.parents.len(), |end| *end as usize);
        &self.parents[self.starts[at] as usize..end]
    }
}

impl Loader<'_> {
    /// Every commit that `tips` reach. What was not in the cache is added to it; a cache that cannot be written is no
    /// error.
    pub fn load(&self, tips: &[CommitId]) -> Result<Graph, GraphError> {
        let cached = self.cache.load(COMMITS);
        let known: FxHashMap<CommitId, &[u8]> =
            cached.iter().filter_map(|(key, value)| Some((CommitId::new(ObjectId::from_slice(key)?), value))).collect();
        let boundary = self.repository.shallow_roots();
        let reader = self.repository.reader().map_err(GraphError::Objects)?;
        let mut writer = self.cache.writer(COMMITS);
        let mut columns = Columns::default();
        let (mut cut, mut absent) = (Vec::new(), Vec::new());
        let mut encoded = Vec::new();
        let mut seen: rustc_hash::FxHashSet<CommitId> = tips.iter().copied().collect();
        let mut open: Vec<CommitId> = tips.to_vec();
        while let Some(id) = open.pop() {
            let from_cache = known.get(&id).and_then(|bytes| facts::decode(bytes));
            let read = match from_cache {
                Some(facts) => Some(facts),
                None => match reader.commit(id) {
                    Ok(commit) => {
                        encode(&commit, &mut encoded);
                        writer.append(id.object().as_bytes(), &encoded);
                        facts::decode(&encoded)
                    }
                    Err(ReadError::Absent { .. }) => None,
                    Err(source) => return Err(GraphError::Read { commit: id, source }),
                },
            };
            let Some(mut facts) = read else {
                absent.push(id);
                continue;
            };
            if boundary.contains(&id) {
                facts.parents = facts::Parents::default();
                cut.push(id);
            }
            open.extend(facts.parents.iter().filter(|parent| seen.insert(*parent)));
            columns.push(id, &facts)?;
            if columns.ids.len().is_multiple_of(1_000) {
                (self.progress)(columns.ids.len());
            }
        }
        // A cache that cannot be written costs the next run time and nothing else.
        let _ = writer.finish();
        // The bytes of the cache have been copied; numbering needs the room.
        drop(known);
        drop(cached);
        cut.sort_unstable();
        absent.sort_unstable();
        Ok(number(columns, cut, absent))
    }
}

fn encode(commit: &RawCommit, out: &mut Vec<u8>) {
    let message = Message::decode(&commit.message, commit.encoding.as_deref()).condense(commit.parents.len() > 1);
    let fresh = Fresh {
        parents: &commit.parents,
        author_time: commit.author.time,
        commit_time: commit.committer.time,
        author_name: &commit.author.name,
        author_email: &commit.author.email,
        message: &message,
    };
    facts::encode(&fresh, out);
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
    }
}
