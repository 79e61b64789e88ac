//! Reverts within one range: a change and its revert cancel each other, a revert of the revert brings the change back.
//!
//! What a revert names is looked for among the changes of the range that are older than it: by commit, by the number of
//! its pull request, by its title. A revert of something outside the range, or of a part of a change, stands as a change
//! of its own.

use rustc_hash::FxHashMap;

use super::grouping::Group;
use super::notes::BodyNotes;
use super::presence::Presence;
use super::revert::Quoted;
use super::subject::{Subject, strip_tail};
use crate::domain::CommitId;
use crate::graph::{Graph, Node};

/// One change of the range as reverts see it.
pub(super) struct Candidate<'a> {
    pub group: &'a Group,
    /// Title of the pull request or subject of the commit.
    pub title: &'a str,
    pub refs: &'a [String],
    /// A change that the reader already has cannot be cancelled: taking it back is news.
    pub is_known: bool,
}

/// What one change takes back.
struct Naming {
    shas: Vec<String>,
    title: Option<String>,
    request: Option<String>,
}

/// For each candidate, in the order given (newest first), whether it is cancelled.
pub(super) fn cancelled(graph: &Graph, presence: &Presence, candidates: &[Candidate<'_>]) -> Vec<bool> {
    let namings: Vec<Option<Naming>> = candidates.iter().map(|candidate| naming(graph, candidate)).collect();
    if namings.iter().all(Option::is_none) {
        return vec![false; candidates.len()];
    }
    let places = Places::new(graph, presence, candidates);
    let mut targets: Vec<Vec<usize>> = vec![Vec::new(); candidates.len()];
    let mut in_force = vec![true; candidates.len()];
    for at in (0..candidates.len()).rev() {
        let Some(naming) = &namings[at] else { continue };
        let found = places.find(graph, candidates, naming, at, &in_force);
        if found.iter().any(|target| candidates[*target].is_known) {
            continue;
        }
        for target in &found {
            turn(*target, &targets, &mut in_force);
        }
        targets[at] = found;
    }
    (0..candidates.len()).map(|at| !in_force[at] || !targets[at].is_empty()).collect()
}

/// Turns a change off or on again, and with it what it had turned.
fn turn(at: usize, targets: &[Vec<usize>], in_force: &mut [bool]) {
    let mut open = vec![at];
    while let Some(at) = open.pop() {
        in_force[at] = !in_force[at];
        open.extend(&targets[at]);
    }
}

/// What a change says it takes back; `None` for a change that does not, or takes back a part only.
fn naming(graph: &Graph, candidate: &Candidate<'_>) -> Option<Naming> {
    let is_about_it = candidate.title.contains("evert") || candidate.title.contains("eapply");
    let says_so = |node: &Node| graph.body(*node).contains("everts ");
    if !is_about_it && !says_so(&candidate.group.lead) && !candidate.group.members.iter().any(says_so) {
        return None;
    }
    let sentence = Subject::parse(candidate.title).sentence;
    let described = sentence.split_once(": ").map_or(sentence, |(_, rest)| rest);
    let is_quoting = Quoted::parse(sentence).or_else(|| Quoted::parse(described)).is_some();
    let is_typed = sentence.starts_with("revert: ") || sentence.starts_with("revert(");
    let mut shas = Vec::new();
    let mut request = None;
    let mut bodies = vec![candidate.group.lead];
    if candidate.group.members.len() == 1 || is_quoting {
        bodies.extend(&candidate.group.members);
    }
    bodies.dedup();
    for node in bodies {
        let body = graph.body(node);
        if body.contains("everts ") && !body.contains("artial") {
            let notes = BodyNotes::parse(body);
            shas.extend(notes.reverted.iter().map(|sha| (*sha).to_owned()));
            request = request.or(notes.reverted_request);
        }
    }
    let is_partial = sentence.contains("artial");
    if is_partial || (!is_quoting && !is_typed && shas.is_empty() && request.is_none()) {
        return None;
    }
    let title = if is_quoting { quoted_title(sentence).or_else(|| quoted_title(described)) } else { None };
    let title = title.or_else(|| is_typed.then(|| described.to_owned()));
    Some(Naming { shas, title, request })
}

/// The title one layer further in: what exactly is taken back.
fn quoted_title(sentence: &str) -> Option<String> {
    if let Some(rest) = sentence.strip_prefix("Reapply \"") {
        return Some(format!("Revert \"{rest}"));
    }
    let rest =
        ["Revert \"", "revert \"", "Reverts \"", "Revert '"].iter().find_map(|start| sentence.strip_prefix(start))?;
    let inner = rest.strip_suffix(['"', '\'']).unwrap_or(rest);
    Some(strip_tail(inner).0.to_owned())
}

/// Where to look changes up. Lists are newest first.
struct Places<'a> {
    presence: &'a Presence,
    by_node: FxHashMap<Node, usize>,
    by_title: FxHashMap<&'a str, Vec<usize>>,
    by_request: FxHashMap<&'a str, Vec<usize>>,
    ids: Vec<(CommitId, Node)>,
}

impl<'a> Places<'a> {
    fn new(graph: &Graph, presence: &'a Presence, candidates: &[Candidate<'a>]) -> Self {
        let mut places = Self {
            presence,
            by_node: FxHashMap::default(),
            by_title: FxHashMap::default(),
            by_request: FxHashMap::default(),
            ids: Vec::new(),
        };
        for (at, candidate) in candidates.iter().enumerate() {
            let lead = candidate.group.lead;
            for node in candidate.group.members.iter().copied().chain([lead]) {
                places.by_node.insert(node, at);
                places.ids.push((graph.id(node), node));
            }
            let title = Subject::parse(candidate.title).sentence;
            places.by_title.entry(title).or_default().push(at);
            for reference in candidate.refs.iter().filter(|reference| reference.starts_with(['#', '!'])) {
                places.by_request.entry(reference.as_str()).or_default().push(at);
            }
        }
        places.ids.sort_unstable();
        places
    }

    /// The changes that are taken back, of those in force: all that are named by commit, else the newest that fits. Empty
    /// where one of the commits is outside the range or only a part of a change.
    fn find(
        &self,
        graph: &Graph,
        candidates: &[Candidate<'_>],
        naming: &Naming,
        at: usize,
        in_force: &[bool],
    ) -> Vec<usize> {
        if !naming.shas.is_empty() {
            let mut found = Vec::new();
            for sha in &naming.shas {
                let node = self.node(graph, sha);
                let target = node.and_then(|node| {
                    // On a line the commit on trunk may be named, and its pick be meant.
                    let here = |node: &Node| Some((*node, *self.by_node.get(node)?));
                    let (node, target) =
                        here(&node).or_else(|| self.presence.carriers(node).find_map(|node| here(&node)))?;
                    let group = candidates[target].group;
                    (target > at && (group.lead == node || group.members.len() == 1)).then_some(target)
                });
                match target {
                    Some(target) if !found.contains(&target) => found.push(target),
                    Some(_) => {}
                    None if node.is_none() && naming.title.is_some() => {
                        found.clear();
                        break;
                    }
                    None => return Vec::new(),
                }
            }
            // What is taken back already is not meant, but perhaps what brought it back.
            found.retain(|target| in_force[*target]);
            if !found.is_empty() {
                return found;
            }
        }
        let lists = [
            naming.title.as_ref().and_then(|title| self.by_title.get(Subject::parse(title).sentence)),
            naming.request.as_ref().and_then(|request| self.by_request.get(request.as_str())),
        ];
        let older = |list: &&Vec<usize>| list.iter().copied().find(|target| *target > at && in_force[*target]);
        lists.iter().flatten().find_map(older).into_iter().collect()
    }

    /// The commit of a full or abbreviated id, wherever a full one stands.
    fn node(&self, graph: &Graph, sha: &str) -> Option<Node> {
        if let Ok(id) = sha.parse::<CommitId>() {
            return graph.node(id);
        }
        let lower = sha.to_ascii_lowercase();
        let from = self.ids.partition_point(|(id, _)| id.to_string() < lower);
        self.ids.get(from).filter(|(id, _)| id.to_string().starts_with(&lower)).map(|(_, node)| *node)
    }
}
