//! The change notes of a history, those among them that were deleted after a release: what each says, and which commits
//! brought it. A release has a note where it has the change that the note came with, on whatever commit, and not taken back.
//!
//! The invariant: the path under which a note was first added is the identity of its change, so that a reader who has the
//! change from an older line does not read its note again.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::affected::{Places, Sought};
use super::identity::LedgerIdentities;
use crate::config::Disclosure;
use crate::domain::{CommitId, ObjectId};
use crate::git::{ObjectReader, ReadError, Repository};
use crate::graph::{Graph, Node};
use crate::history::{Baseline, merged_by};
use crate::ledger::{Ledger, NoteFile, NoteTree, Notes, NotesError, notes_if_new, notes_of_trunk};
use crate::surface::{NoteWord, Side, SurfaceDifference, SurfaceSnapshot};

/// Deploys of a channel that are looked at for notes.
const RECENT: usize = 200;

/// A note and the commits that brought it.
pub(super) struct KnownNote {
    /// As it counts now: as corrected on trunk, else its last text.
    pub file: NoteFile,
    pub sought: Sought,
}

/// All notes of a history, by path.
pub struct KnownNotes<'l> {
    ledger: &'l Ledger,
    identities: &'l LedgerIdentities,
    pub(super) notes: Vec<KnownNote>,
    /// Paths of files that are no sound notes, or whose text this clone lacks.
    pub(super) unread: Vec<String>,
    places: Places<'l>,
    held: RefCell<FxHashMap<CommitId, Rc<Vec<bool>>>>,
}

impl<'l> KnownNotes<'l> {
    /// Reads the notes of trunk's own chain and of those of all lines.
    pub fn read(
        ledger: &'l Ledger,
        identities: &'l LedgerIdentities,
        repository: &Repository,
    ) -> Result<Self, NotesError> {
        let trunk = ledger.trunk.commit;
        let failed = |source| NotesError::Commit { commit: trunk, source };
        let objects = repository.reader().map_err(failed)?;
        let found = Search { ledger, objects: &objects, found: BTreeMap::new() }.run().map_err(failed)?;
        let current = match notes_of_trunk(repository, &ledger.config, trunk) {
            // A clone without trees has no notes to tell of.
            Err(NotesError::Commit { source, .. }) if source.is_absent() => Notes::default(),
            notes => notes?,
        };
        let mut notes = Vec::new();
        let mut unread = Vec::new();
        for (path, brought) in found {
            match current.note(&path).cloned().or_else(|| last_text(ledger, &objects, &path, brought.blob)) {
                Some(file) => notes.push(KnownNote { file, sought: brought.sought }),
                None => unread.push(path),
            }
        }
        let places = Places::new(&ledger.graph, &identities.identities);
        Ok(Self { ledger, identities, notes, unread, places, held: RefCell::default() })
    }

    /// Whether changes are where they are looked for.
    pub(super) fn places(&self) -> &Places<'l> {
        &self.places
    }

    /// Which of the notes a commit has, in their order.
    pub(super) fn held(&self, commit: CommitId) -> Rc<Vec<bool>> {
        if let Some(known) = self.held.borrow().get(&commit) {
            return Rc::clone(known);
        }
        let graph = &self.ledger.graph;
        let mut baseline = Baseline::new(graph, &self.identities.trunkward);
        baseline.move_to(graph.node(commit));
        let has = |note: &KnownNote| self.places.has(&note.sought, &|node| baseline.contains(node)).0.is_whole();
        let held = Rc::new(self.notes.iter().map(has).collect::<Vec<bool>>());
        self.held.borrow_mut().insert(commit, Rc::clone(&held));
        held
    }

    /// Whether any version of this history has notes, so that reading them says something.
    pub fn are_anywhere(ledger: &Ledger, repository: &Repository) -> Result<bool, NotesError> {
        let failed = |source| NotesError::Commit { commit: ledger.trunk.commit, source };
        let objects = repository.reader().map_err(failed)?;
        Search { ledger, objects: &objects, found: BTreeMap::new() }.is_anywhere().map_err(failed)
    }

    /// Lets the notes that the newer of two versions has speak of their difference, as far as they may be told `today`.
    pub fn tell(&self, difference: &mut SurfaceDifference, sides: (&Side, &Side), today: NaiveDate) {
        self.speak(difference, sides, |number| is_told(&self.notes[number], today));
    }

    /// Lets the notes that a version has speak of it, as far as they may be told `today`.
    pub fn tell_of(&self, snapshot: &mut SurfaceSnapshot, side: &Side, today: NaiveDate) {
        let held = self.held(side.commit);
        let told = self.notes.iter().zip(held.iter()).filter(|(known, held)| **held && is_told(known, today));
        let words: Vec<NoteWord<'_>> =
            told.map(|(known, _)| NoteWord { path: &known.file.path, note: &known.file.note, is_new: false }).collect();
        snapshot.hear_notes(side, &words);
    }

    /// Whether some note that may be told `today` says that something will go.
    pub fn announce_deprecations(&self, today: NaiveDate) -> bool {
        self.notes.iter().any(|known| !known.file.note.deprecations.is_empty() && is_told(known, today))
    }

    /// Numbers of the notes that `to` has and `from` lacks, by path.
    pub(super) fn numbers_between(&self, from: CommitId, to: CommitId) -> Vec<usize> {
        let (before, after) = (self.held(from), self.held(to));
        (0..self.notes.len()).filter(|at| after[*at] && !before[*at]).collect()
    }

    /// Lets the notes that the newer of two versions has speak of their difference, as far as they may be told.
    pub(super) fn speak(
        &self,
        difference: &mut SurfaceDifference,
        sides: (&Side, &Side),
        may_tell: impl Fn(usize) -> bool,
    ) {
        let (before, after) = (self.held(sides.0.commit), self.held(sides.1.commit));
        let told = (0..self.notes.len()).filter(|at| after[*at] && may_tell(*at));
        let words: Vec<NoteWord<'_>> = told
            .map(|at| {
                let file = &self.notes[at].file;
                NoteWord { path: &file.path, note: &file.note, is_new: !before[at] }
            })
            .collect();
        difference.hear_notes(sides, &words);
    }
}

fn is_told(known: &KnownNote, today: NaiveDate) -> bool {
    known.file.note.disclosure(today) == Disclosure::Open
}

fn last_text(ledger: &Ledger, objects: &ObjectReader, path: &str, blob: ObjectId) -> Option<NoteFile> {
    let (note, _) = ledger.config.changes.note_to_tell(path, &objects.blob(blob).ok()?);
    Some(NoteFile { path: path.to_owned(), location: path.to_owned(), note: note? })
}

/// Where a note comes from.
struct Brought {
    sought: Sought,
    /// The last text that any chain had, trunk's before those of lines.
    blob: ObjectId,
}

struct Search<'s> {
    ledger: &'s Ledger,
    objects: &'s ObjectReader,
    found: BTreeMap<String, Brought>,
}

impl Search<'_> {
    fn run(mut self) -> Result<BTreeMap<String, Brought>, ReadError> {
        if !self.is_anywhere()? {
            return Ok(self.found);
        }
        let graph = &self.ledger.graph;
        let is_on_trunk = |node: &Node| self.ledger.trunk_reach.all.contains(*node);
        let mut chains: Vec<(Vec<Node>, bool)> = Vec::new();
        let mut seen: FxHashSet<Node> = FxHashSet::default();
        let trunk = graph.node(self.ledger.trunk.commit);
        chains.extend(trunk.map(|tip| (graph.first_parents(tip).collect(), true)));
        for line in self.ledger.channels.iter().flat_map(|channel| &channel.lines) {
            let tips = line.releases.iter().map(|release| release.commit).rev();
            for tip in std::iter::once(line.tip).chain(tips).filter_map(|tip| graph.node(tip)) {
                let own = graph.first_parents(tip).take_while(|node| !is_on_trunk(node) && !seen.contains(node));
                let own: Vec<Node> = own.collect();
                seen.extend(&own);
                if !own.is_empty() {
                    chains.push((own, false));
                }
            }
        }
        for (chain, is_trunk) in &chains {
            self.walk(chain, *is_trunk)?;
        }
        Ok(self.found)
    }

    /// Whether trunk, a line, a release, a recent deploy or the commit before one has notes, so that a walk finds something.
    fn is_anywhere(&self) -> Result<bool, ReadError> {
        let graph = &self.ledger.graph;
        let lines = || self.ledger.channels.iter().flat_map(|channel| &channel.lines);
        let releases = lines().flat_map(|line| &line.releases).map(|release| release.commit);
        let deploys = self.ledger.channels.iter().flat_map(|channel| channel.deploys.iter().rev().take(RECENT));
        let versions = releases.chain(deploys.map(|deploy| deploy.commit));
        let before = |node: Node| std::iter::once(node).chain(graph.parents(node).first().copied());
        let tips = std::iter::once(self.ledger.trunk.commit).chain(lines().map(|line| line.tip));
        let nodes = tips.filter_map(|commit| graph.node(commit));
        let changes = &self.ledger.config.changes;
        for node in nodes.chain(versions.filter_map(|commit| graph.node(commit)).flat_map(before)) {
            let commit = (graph.id(node), graph.tree(node));
            match notes_if_new(self.objects, commit, changes, &mut Vec::new()) {
                Ok(files) if files.as_ref().is_some_and(|files| !files.is_empty()) => return Ok(true),
                Ok(_) => {}
                Err(error) if error.is_absent() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    /// Notes that appear along a chain, which is newest first.
    fn walk(&mut self, chain: &[Node], is_trunk: bool) -> Result<(), ReadError> {
        let graph = &self.ledger.graph;
        let start = chain.last().and_then(|oldest| graph.parents(*oldest).first().copied());
        let mut trees: Vec<NoteTree> = Vec::new();
        let mut present: BTreeSet<String> = BTreeSet::new();
        let steps = start.into_iter().map(|node| (node, false)).chain(chain.iter().rev().map(|node| (*node, true)));
        for (node, is_own) in steps {
            let files = match notes_if_new(
                self.objects,
                (graph.id(node), graph.tree(node)),
                &self.ledger.config.changes,
                &mut trees,
            ) {
                Ok(Some(files)) => files,
                Ok(None) => continue,
                Err(error) if error.is_absent() => continue,
                Err(error) => return Err(error),
            };
            for (path, blob) in &files {
                if let Some(known) = self.found.get_mut(path) {
                    known.blob = if is_trunk { *blob } else { known.blob };
                }
                if is_own && !present.contains(path) {
                    let adder = self.adder(graph, node, path)?;
                    let brought = self
                        .found
                        .entry(path.clone())
                        .or_insert_with(|| Brought { sought: Sought::default(), blob: *blob });
                    note_adder(&mut brought.sought, adder, is_trunk);
                }
            }
            present = files.into_iter().map(|(path, _)| path).collect();
        }
        Ok(())
    }

    /// The commit within what a merge brought that added the file; the commit itself where it is no merge.
    fn adder(&self, graph: &Graph, node: Node, path: &str) -> Result<Node, ReadError> {
        let has = |node: Node| match self.objects.entry_at(graph.id(node), path) {
            Err(error) if error.is_absent() => Ok(false),
            entry => entry.map(|entry| entry.is_some()),
        };
        for inner in merged_by(graph, node) {
            let before = graph.parents(inner).first().copied();
            if has(inner)? && !before.map(has).transpose()?.unwrap_or(false) {
                return Ok(inner);
            }
        }
        Ok(node)
    }
}

/// The first commit of trunk that brought a note is its change; a commit of a line is one for itself.
fn note_adder(sought: &mut Sought, adder: Node, is_trunk: bool) {
    if is_trunk && sought.parts.is_empty() {
        sought.parts.push(adder);
    } else if !sought.all().any(|known| known == adder) {
        sought.beside.push(vec![adder]);
    }
}
