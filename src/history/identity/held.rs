//! What an older commit has, on other commits, of the changes that a newer one brings: what a reader who comes from the
//! one already knows of the other.
//!
//! The engine is asked with the newer commit in the place of trunk, so that it need not matter whether a change is on trunk
//! at all: a fix of two lines only is recognised, too, and nothing is compared but what either side has alone. Both commits
//! stay what they are, so that an answer is kept for good.
//!
//! The invariant: what the older one has of a change and took back it does not have.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::hash::Hasher;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHasher};

use super::contents::{Contents, Memory};
use super::engine::{Engine, Identities, Lookup};
use super::guidance::Guidance;
use super::types::{Confidence, Evidence, Fit, Origin};
use crate::cache::{Cache, Namespace, Writer};
use crate::config::Changes;
use crate::domain::{CommitId, ObjectId};
use crate::git::Repository;
use crate::graph::{Graph, Node};
use crate::history::noted::NoteTouches;
use crate::history::range::Trunkward;
use crate::ledger::Decided;

/// Raise the version together with any change of what the engine recognises.
const HELD: Namespace = Namespace { name: "held", version: 3 };

/// By commit that only the newer one reaches: the commits that only the older one reaches and that carry its change, oldest
/// first. Empty where the older one took the change back. What is not in it nobody recognised.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Held(FxHashMap<Node, Vec<Node>>);

impl Held {
    /// The commits that carry the change of `node`; empty where it was taken back, `None` where none was recognised.
    pub fn of(&self, node: Node) -> Option<&[Node]> {
        self.0.get(&node).map(Vec::as_slice)
    }
}

/// Answers for any two commits of one graph.
pub struct Holder<'l> {
    graph: &'l Graph,
    changes: &'l Changes,
    decided: Vec<Decided>,
    repository: &'l Repository,
    threads: usize,
    /// Opened when first asked, and away while it is asked.
    memory: RefCell<Option<Memory>>,
    cache: Cache,
    lookup: OnceCell<Lookup>,
    /// What the answers depend on beside the two commits.
    fingerprint: u64,
    kept: RefCell<Kept>,
}

/// Both commits and the fingerprint.
type Key = [u8; 48];

struct Kept {
    known: FxHashMap<Key, Vec<u8>>,
    answers: FxHashMap<(Node, Node), Rc<Held>>,
    writer: Option<Writer>,
}

impl<'l> Holder<'l> {
    /// `decided` is what people said of single commits, in its order; `threads` read at the same time, one at least.
    pub fn open(
        graph: &'l Graph,
        changes: &'l Changes,
        decided: Vec<Decided>,
        (repository, cache): (&'l Repository, &Cache),
        threads: usize,
    ) -> Self {
        let mut hasher = FxHasher::default();
        let rules = (&changes.ignore, &changes.kinds, changes.conventional_commits);
        let directories: Vec<&str> = changes.note_directories().collect();
        hasher.write(format!("{rules:?} {decided:?} {directories:?}").as_bytes());
        let facts = cache.load(HELD);
        let known = facts.iter().filter_map(|(key, value)| Some((key.try_into().ok()?, value.to_vec()))).collect();
        Self {
            graph,
            changes,
            decided,
            repository,
            threads,
            memory: RefCell::new(None),
            cache: cache.clone(),
            lookup: OnceCell::new(),
            fingerprint: hasher.finish(),
            kept: RefCell::new(Kept { known, answers: FxHashMap::default(), writer: Some(cache.writer(HELD)) }),
        }
    }

    /// What `older` has of the changes that `newer` reaches and it does not. Where both brought the same change note, the
    /// change is the same.
    pub fn held(&self, older: Node, newer: Node, notes: &NoteTouches<'_>) -> Rc<Held> {
        let pair = (older, newer);
        if let Some(answer) = self.kept.borrow().answers.get(&pair) {
            return Rc::clone(answer);
        }
        let key = self.key(pair);
        let known = self.kept.borrow().known.get(&key).and_then(|value| self.decode(value));
        let answer = Rc::new(known.unwrap_or_else(|| self.find_and_keep(pair, notes, &key)));
        self.kept.borrow_mut().answers.insert(pair, Rc::clone(&answer));
        answer
    }

    /// What the commits are that `tips` reach and trunk does not.
    pub fn standings(&self, trunkward: &Trunkward, tips: &[Node], notes: &[String]) -> Identities {
        let memory = self.memory.take().unwrap_or_else(|| Memory::open(&self.cache));
        let mut contents = Contents::remembering(self.repository, self.threads, &|_| (), memory);
        let guidance = Guidance { changes: self.changes, decided: &self.decided, notes };
        let lookup = self.lookup.get_or_init(|| Lookup::new(self.graph));
        let found = Engine::sharing(self.graph, trunkward, &mut contents, lookup).guided(guidance).identify(tips);
        self.memory.replace(Some(contents.into_memory()));
        found
    }

    /// Of how many commits the contents are absent from this clone.
    pub fn unknown(&self) -> usize {
        self.memory.borrow().as_ref().map_or(0, Memory::unknown)
    }

    fn key(&self, (older, newer): (Node, Node)) -> Key {
        let mut key = [0; 48];
        key[..20].copy_from_slice(self.graph.id(older).object().as_bytes());
        key[20..40].copy_from_slice(self.graph.id(newer).object().as_bytes());
        key[40..].copy_from_slice(&self.fingerprint.to_le_bytes());
        key
    }

    fn find_and_keep(&self, (older, newer): (Node, Node), notes: &NoteTouches<'_>, key: &Key) -> Held {
        if self.graph.is_ancestor(older, newer) {
            return Held::default();
        }
        let unknown = self.unknown();
        let found = self.find(older, newer, notes);
        // What is absent may come with the next fetch.
        let is_whole = self.unknown() == unknown && self.graph.cut().is_empty() && self.graph.absent().is_empty();
        if let Some(writer) = self.kept.borrow_mut().writer.as_mut().filter(|_| is_whole) {
            writer.append(key, &self.encode(&found));
        }
        found
    }

    fn find(&self, older: Node, newer: Node, notes: &NoteTouches<'_>) -> Held {
        let trunkward = Trunkward::new(self.graph, Some(newer));
        let identities = self.standings(&trunkward, &[older], &[]);
        let by_note = self.by_note(&identities, (older, newer), notes);
        let mut found: FxHashMap<Node, Vec<Node>> = FxHashMap::default();
        for standing in identities.all() {
            let whole = standing.origins.iter().filter(|origin| is_had_by(self.graph, standing.node, origin));
            let by_note = by_note.get(&standing.node).into_iter().flatten().copied();
            let origins: BTreeSet<Node> = whole.map(|origin| origin.node).chain(standing.twin).chain(by_note).collect();
            for origin in origins {
                let carriers = found.entry(origin).or_default();
                if !self.is_taken_back(&identities, standing.node, origin) {
                    carriers.insert(0, standing.node);
                }
            }
        }
        Held(found)
    }

    /// By commit of the older side: those of the newer one that brought the same notes.
    fn by_note(
        &self,
        identities: &Identities,
        (older, newer): (Node, Node),
        notes: &NoteTouches<'_>,
    ) -> FxHashMap<Node, Vec<Node>> {
        let mut found: FxHashMap<Node, Vec<Node>> = FxHashMap::default();
        let mut brought: FxHashMap<String, Vec<Node>> = FxHashMap::default();
        for standing in identities.all() {
            for path in notes.brought(self.graph, standing.node) {
                brought.entry(path).or_default().push(standing.node);
            }
        }
        if brought.is_empty() {
            return found;
        }
        for node in self.graph.range(&[newer], &self.graph.reach(&[older])) {
            for path in notes.brought(self.graph, node).filter(|_| !self.graph.is_merge(node)) {
                for carrier in
                    brought.get(&path).into_iter().flatten().filter(|carrier| !self.graph.is_merge(**carrier))
                {
                    found.entry(*carrier).or_default().push(node);
                }
            }
        }
        found
    }

    /// Whether the older side took the change back. Its revert may name the other side's commit, which came first.
    fn is_taken_back(&self, identities: &Identities, node: Node, origin: Node) -> bool {
        let is_here = |revert: &&Node| identities.of(**revert).is_some();
        let after = |revert: &Node| self.graph.is_ancestor(node, *revert);
        identities.reverts_of(node).iter().filter(is_here).any(after)
            || identities.reverts_of(origin).iter().filter(is_here).any(after)
    }

    fn encode(&self, held: &Held) -> Vec<u8> {
        let mut nodes: Vec<(&Node, &Vec<Node>)> = held.0.iter().collect();
        nodes.sort_unstable();
        let mut out = Vec::new();
        let mut add = |node: Node| out.extend_from_slice(self.graph.id(node).object().as_bytes());
        for (node, carriers) in nodes {
            // The commit itself stands between one list and the next.
            add(*node);
            carriers.iter().for_each(|carrier| add(*carrier));
            add(*node);
        }
        out
    }

    fn decode(&self, bytes: &[u8]) -> Option<Held> {
        let (ids, rest) = bytes.as_chunks::<20>();
        let mut nodes = ids.iter().map(|id| self.graph.node(CommitId::new(ObjectId::from_bytes(*id))));
        let mut found = FxHashMap::default();
        while let Some(node) = nodes.next() {
            let node = node?;
            let mut carriers = Vec::new();
            loop {
                match nodes.next()?? {
                    next if next == node => break,
                    carrier => carriers.push(carrier),
                }
            }
            found.insert(node, carriers);
        }
        rest.is_empty().then_some(Held(found))
    }
}

/// Whether whoever has the commit has its origin's change, as far as a reader is concerned: he can skip what he knows, but
/// cannot miss what is not told. So alike lines alone need to be many; the very same patch is enough, however small; and a
/// part leaves the rest to be news, unless whoever took it over named the origin and did not say that it is a part.
pub(in crate::history) fn is_had_by(graph: &Graph, node: Node, origin: &Origin) -> bool {
    let is_sure = match origin.confidence {
        Confidence::High => true,
        Confidence::Medium => origin.evidence != [Evidence::Lines],
        Confidence::Low => origin.evidence.contains(&Evidence::PatchId),
    };
    let is_stated = || {
        let names = origin.evidence.iter().any(|evidence| matches!(evidence, Evidence::Marker | Evidence::Decision));
        let says_part = graph.subject(node).contains("artial") || graph.body(node).contains("artial");
        names && origin.confidence == Confidence::High && !says_part
    };
    is_sure && (origin.fit != Some(Fit::Partial) || is_stated())
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            // What cannot be kept is found again.
            let _ = writer.finish();
        }
    }
}
