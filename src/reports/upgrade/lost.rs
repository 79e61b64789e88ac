//! What one version has and another lacks, whatever their numbers: the fixes that are lost by upgrading.
//!
//! A change counts as lost where its commit on trunk is known and the goal has it on no commit. What was taken back on
//! either side, what makes a release, what is internal and what somebody said the goal's line does not need is no loss. A
//! security fix that only the old line has is a loss until somebody says that it belongs to the line alone; anything else
//! that only the line has is told apart: most of it is housekeeping, and nobody but a person can tell the rest.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::model::LostChange;
use crate::config::{Note, Verdict};
use crate::domain::{ChangeKind, CommitId, CommitPrefix, LineName};
use crate::git::{ObjectReader, Repository};
use crate::graph::{Graph, Node, Prefixes};
use crate::history::{Baseline, Class, Files, Held, Reader, Reading, Walker};
use crate::ledger::{Decided, Ledger, Line, Release};
use crate::reports::affected::{Has, Places, Sought};
use crate::reports::identity::LedgerIdentities;
use crate::reports::known_notes::KnownNotes;

/// Looks for losses in one history.
pub(super) struct Losses<'l> {
    ledger: &'l Ledger,
    identities: &'l LedgerIdentities,
    objects: ObjectReader,
    files: Files,
    /// By commit of trunk or of a line: the lines that somebody said do not need it.
    refused: FxHashMap<Node, Vec<LineName>>,
}

/// What is lost, and what only the line has.
#[derive(Debug, Default)]
pub(super) struct Lost {
    pub lost: Vec<LostChange>,
    pub line_only: Vec<LostChange>,
}

/// A release that is compared.
#[derive(Clone, Copy)]
pub(super) struct End<'l> {
    pub line: &'l Line,
    pub release: &'l Release,
}

/// One change that the old version has.
struct Candidate {
    sought: Sought,
    /// Commits of the old version, newest first.
    commits: Vec<Node>,
    is_revert: bool,
    is_decided: bool,
}

impl<'l> Losses<'l> {
    pub fn new(
        ledger: &'l Ledger,
        identities: &'l LedgerIdentities,
        repository: &'l Repository,
        files: Files,
        decided: &[Decided],
        notes: &KnownNotes<'_>,
    ) -> Result<Self, crate::git::ReadError> {
        Ok(Self { ledger, identities, objects: repository.reader()?, files, refused: refusals(ledger, decided, notes) })
    }

    /// What `from` has and `to` lacks.
    /// `held` is what a comparison of just these two found that `to` has on commits of its own.
    pub fn between(&self, places: &Places<'_>, held: Option<&Held>, from: End<'_>, to: End<'_>) -> Lost {
        let graph = &self.ledger.graph;
        let (Some(old), Some(new)) = (graph.node(from.release.commit), graph.node(to.release.commit)) else {
            return Lost::default();
        };
        let mut before = Baseline::new(graph, &self.identities.trunkward);
        before.move_to(Some(old));
        let mut after = Baseline::new(graph, &self.identities.trunkward);
        after.move_to(Some(new));
        let own = Walker::new(graph).range(old, |node| after.contains(node));
        let (had, has) = (|node: Node| before.contains(node), |node: Node| after.contains(node));
        let mut found = Lost::default();
        for candidate in self.candidates(&own) {
            if places.has(&candidate.sought, &had).0 != Has::Yes && !candidate.is_revert {
                continue;
            }
            let is_found = held.is_some_and(|held| candidate.commits.iter().all(|node| held.of(*node).is_some()));
            if is_found || self.is_settled(places, &candidate, &had, &has) || self.is_refused(&candidate, to.line) {
                continue;
            }
            self.enter(&mut found, &candidate, from, to, &has);
        }
        let urgency = |change: &LostChange| match change.kind {
            ChangeKind::Security => 0,
            ChangeKind::Fixed => 1,
            _ => 2,
        };
        found.lost.sort_by_key(urgency);
        found.line_only.sort_by_key(urgency);
        found
    }

    /// The changes of a range, newest first; commits with the same origins are one.
    fn candidates(&self, range: &[Node]) -> Vec<Candidate> {
        let graph = &self.ledger.graph;
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut known: BTreeMap<Vec<Node>, usize> = BTreeMap::new();
        for node in range.iter().copied().filter(|node| !graph.is_merge(*node)) {
            let is_on_trunk = self.identities.trunkward.is_on_trunk(node);
            let standing = self.identities.identities.of(node).filter(|_| !is_on_trunk);
            if standing.is_some_and(|standing| matches!(standing.class, Class::Merge | Class::Release)) {
                continue;
            }
            let mut parts: Vec<Node> = match standing {
                _ if is_on_trunk => vec![node],
                Some(standing) => standing.counted().map(|origin| origin.node).collect(),
                None => Vec::new(),
            };
            parts.sort_unstable();
            parts.dedup();
            if let Some(at) = known.get(&parts).filter(|_| !parts.is_empty()) {
                candidates[*at].commits.push(node);
                continue;
            }
            known.insert(parts.clone(), candidates.len());
            let beside = if parts.is_empty() { vec![vec![node]] } else { Vec::new() };
            let is_revert = standing.is_some_and(|standing| standing.class == Class::Revert);
            candidates.push(Candidate {
                sought: Sought { parts, beside },
                commits: vec![node],
                is_revert,
                is_decided: standing.is_some_and(|standing| standing.because.is_some()),
            });
        }
        candidates
    }

    /// Whether nothing is lost: the goal has it, had it and took it back, or has another commit that does the same.
    fn is_settled(
        &self,
        places: &Places<'_>,
        candidate: &Candidate,
        had: &impl Fn(Node) -> bool,
        has: &impl Fn(Node) -> bool,
    ) -> bool {
        if matches!(places.has(&candidate.sought, has).0, Has::Yes | Has::Reverted) {
            return true;
        }
        let identities = &self.identities.identities;
        let does_the_same = |node: &Node| {
            let twin = identities.of(*node).and_then(|standing| standing.twin);
            twin.is_some_and(has)
        };
        if candidate.commits.iter().any(does_the_same) {
            return true;
        }
        // What takes something back is lost only where the goal has what it takes back.
        let targets = || candidate.commits.iter().flat_map(|node| identities.taken_back_by(*node));
        let stands = |target: &Node| {
            let origins = identities.of(*target).map(|s| s.counted().map(|o| o.node).collect()).unwrap_or_default();
            let sought = Sought { parts: origins, beside: vec![vec![*target]] };
            places.has(&sought, has).0 == Has::Yes
        };
        let is_turn = candidate.is_revert || targets().next().is_some();
        is_turn && (!targets().any(stands) || !candidate.commits.iter().any(|node| had(*node)))
    }

    fn is_refused(&self, candidate: &Candidate, line: &Line) -> bool {
        let names = candidate.sought.all().chain(candidate.commits.iter().copied());
        names.filter_map(|node| self.refused.get(&node)).flatten().any(|name| is_named(line, name.as_str()))
    }

    fn enter(&self, found: &mut Lost, candidate: &Candidate, from: End<'_>, to: End<'_>, has: &impl Fn(Node) -> bool) {
        let graph = &self.ledger.graph;
        let lead = candidate.sought.parts.first().copied().unwrap_or(candidate.commits[0]);
        let reading = self.read(graph, lead);
        let kind = reading.kind.or_changed();
        if kind == ChangeKind::Internal {
            return;
        }
        let is_only_here = candidate.sought.parts.is_empty();
        let suggested = candidate.commits.iter().filter_map(|node| self.identities.identities.of(*node));
        let mut suggested = suggested.flat_map(|standing| &standing.origins).map(|origin| origin.node);
        let why = is_only_here.then(|| self.why_line_only(candidate, kind, to)).flatten();
        let change = LostChange {
            origin: (!is_only_here).then(|| graph.id(lead)),
            subject: reading.text,
            kind,
            r#in: from.release.version.clone(),
            commits: candidate.commits.iter().map(|node| graph.id(*node)).collect(),
            missing_from: to.release.version.clone(),
            refs: reading.refs,
            since: first_with(graph, from.line, candidate.commits[0]),
            fixed_in: self.first_with(&candidate.sought, to),
            maybe: is_only_here.then(|| suggested.find(|node| has(*node))).flatten().map(|node| graph.id(node)),
            why,
        };
        match change.why {
            Some(_) => found.line_only.push(change),
            None => found.lost.push(change),
        }
    }

    fn read(&self, graph: &Graph, node: Node) -> Reading {
        let author = graph.author(node);
        let reader = Reader::new(&self.ledger.config.changes);
        reader.read(graph.subject(node), graph.body(node), (author.name, author.email))
    }

    /// Why a change that only its line has is not counted.
    fn why_line_only(&self, candidate: &Candidate, kind: ChangeKind, to: End<'_>) -> Option<String> {
        if candidate.is_decided {
            return Some("somebody said that it belongs to its line alone".to_owned());
        }
        if kind != ChangeKind::Security {
            return Some("only this line has it".to_owned());
        }
        let graph = &self.ledger.graph;
        let files = candidate.commits.iter().map(|node| self.files.changed(graph, *node));
        let files: Vec<String> = files.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
        let is_gone = |path: &String| matches!(self.objects.entry_at(to.release.commit, path), Ok(None));
        let all_gone = !files.is_empty() && files.iter().all(is_gone);
        all_gone.then(|| format!("{} has none of the files that it changed", to.release.version))
    }

    /// The first release of the goal's line after it that has the change.
    fn first_with(&self, sought: &Sought, to: End<'_>) -> Option<crate::domain::Version> {
        let graph = &self.ledger.graph;
        let carriers = sought.parts.first().map(|part| {
            let others = self.identities.identities.carriers(*part).iter().copied();
            std::iter::once(*part).chain(others).collect::<Vec<Node>>()
        })?;
        let later = to.line.releases.iter().filter(|release| release.version > to.release.version);
        let mut standing = later.filter(|release| release.is_standing());
        let has = |release: &&Release| {
            let Some(at) = graph.node(release.commit) else { return false };
            carriers.iter().any(|carrier| graph.is_ancestor(*carrier, at))
        };
        standing.find(has).map(|release| release.version.clone())
    }
}

/// The first release of a line that reaches a commit.
fn first_with(graph: &Graph, line: &Line, node: Node) -> Option<crate::domain::Version> {
    let reaches = |commit: CommitId| graph.node(commit).is_some_and(|at| graph.is_ancestor(node, at));
    let mut standing = line.releases.iter().filter(|release| release.is_standing());
    standing.find(|release| reaches(release.commit)).map(|release| release.version.clone())
}

fn is_named(line: &Line, name: &str) -> bool {
    line.name == name || line.branch.as_ref().is_some_and(|branch| branch.as_str() == name)
}

/// What somebody said that lines do not need: in decisions about a commit, and in the note of the change itself.
fn refusals(ledger: &Ledger, decided: &[Decided], notes: &KnownNotes<'_>) -> FxHashMap<Node, Vec<LineName>> {
    let prefixes = Prefixes::new(&ledger.graph);
    let find = |prefix: &CommitPrefix| prefixes.find(prefix.as_str());
    let mut refused: FxHashMap<Node, Vec<LineName>> = FxHashMap::default();
    for Decided { decision, .. } in decided {
        if let (Verdict::NotNeeded(lines), Some(node)) = (&decision.verdict, find(&decision.commit)) {
            refused.entry(node).or_default().extend(lines.iter().cloned());
        }
    }
    let of_note = |note: &Note| note.not_needed.keys().cloned().collect::<Vec<LineName>>();
    for known in notes.notes.iter().filter(|known| !known.file.note.not_needed.is_empty()) {
        for node in known.sought.all() {
            refused.entry(node).or_default().extend(of_note(&known.file.note));
        }
    }
    refused
}
