//! Change notes as names of changes: which notes speak of a pull request or a weakness, which commits brought them, and
//! what the note of a change says.
//!
//! Notes are looked for on trunk and on the tips of the lines, since trunk may have deleted them after a release.

use chrono::NaiveDate;

use super::error::AffectedError;
use super::places::Sought;
use super::report::NoteSummary;
use crate::config::{Note, NoteError};
use crate::domain::CommitId;
use crate::git::{ObjectReader, ReadError, Repository};
use crate::graph::{Graph, Node};
use crate::history::{Mention, merged_by};
use crate::ledger::{Ledger, NoteBook, NoteFile, NoteOfChange, NotesError, is_note, notes_at};
use crate::reports::identity::tips_with_notes;

/// A commit that changes more files than this is not looked through for its note.
const FILE_LIMIT: usize = 5_000;

/// Reads the notes of one ledger.
pub(super) struct NoteSearch<'a> {
    pub ledger: &'a Ledger,
    pub repository: &'a Repository,
    /// The day on which it is told.
    pub today: NaiveDate,
}

impl NoteSearch<'_> {
    /// The commits that brought the notes which name `mention`, each once. What this clone lacks is passed over.
    pub fn commits_naming(&self, mention: &Mention) -> Result<Vec<Node>, AffectedError> {
        let reader = self.repository.reader()?;
        let mut found: Vec<Node> = Vec::new();
        for tip in tips_with_notes(self.ledger, &reader)? {
            let notes = match notes_at(&reader, &self.ledger.config.changes, tip, None) {
                Err(NotesError::Commit { source, .. }) if source.is_absent() => continue,
                notes => notes?,
            };
            for file in notes.notes.iter().filter(|file| names(&file.note, mention)) {
                let Some(tip) = self.ledger.graph.node(tip) else { continue };
                found.extend(added(&self.ledger.graph, &reader, tip, &file.path)?);
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// What the note of a change says: as corrected on trunk, else as its commit has it. Of several the one that keeps most
    /// back today, since an answer tells of all of them at once; else the first. `None` where it has none, or this clone
    /// lacks it.
    pub fn of_change(&self, sought: &Sought) -> Result<Option<NoteSummary>, AffectedError> {
        let written = self.written_for(sought)?;
        if written.is_empty() {
            return Ok(None);
        }
        let book = NoteBook::open(self.repository, &self.ledger.config, self.ledger.trunk.commit)?;
        let mut told: Option<NoteSummary> = None;
        for (path, commit) in written {
            let file = match book.of_change(&path, commit)? {
                NoteOfChange::Sound(file) => *file,
                NoteOfChange::Invalid(NoteError { location, as_far: Some(note), .. }) => {
                    NoteFile { path, location, note: *note }
                }
                NoteOfChange::Invalid(_) | NoteOfChange::Absent => continue,
            };
            let note = summary(&file, self.today);
            if told.as_ref().is_none_or(|told| note.disclosure > told.disclosure) {
                told = Some(note);
            }
        }
        Ok(told)
    }

    /// The notes of every commit of a change, each with its commit. What this clone lacks is passed over.
    fn written_for(&self, sought: &Sought) -> Result<Vec<(String, CommitId)>, AffectedError> {
        let reader = self.repository.reader()?;
        let graph = &self.ledger.graph;
        let mut written = Vec::new();
        for node in sought.all() {
            let commit = graph.id(node);
            let parent = graph.parents(node).first().map(|node| graph.id(*node));
            match self.note_paths(&reader, commit, parent) {
                Err(error) if error.is_absent() => {}
                paths => written.extend(paths?.into_iter().map(|path| (path, commit))),
            }
        }
        Ok(written)
    }

    /// The notes that a commit added or changed.
    fn note_paths(
        &self,
        reader: &ObjectReader,
        commit: CommitId,
        parent: Option<CommitId>,
    ) -> Result<Vec<String>, ReadError> {
        let new = reader.commit(commit)?.tree;
        let old = parent.map(|parent| reader.commit(parent)).transpose()?.map(|parent| parent.tree);
        let files = reader.changed_files(old, new, FILE_LIMIT)?;
        let notes =
            files.into_iter().filter(|file| file.new.is_some() && is_note(&self.ledger.config.changes, &file.path));
        Ok(notes.map(|file| file.path).collect())
    }
}

fn names(note: &Note, mention: &Mention) -> bool {
    let ids = note.security.iter().flat_map(|security| &security.ids);
    note.refs.iter().chain(ids).any(|reference| mention.is(reference))
}

fn summary(file: &NoteFile, today: NaiveDate) -> NoteSummary {
    let security = file.note.security.as_ref();
    NoteSummary {
        path: Some(file.path.clone()),
        text: file.note.text.summary.clone(),
        severity: security.map(|security| security.severity),
        ids: security.map(|security| security.ids.clone()).unwrap_or_default(),
        introduced_in: security.and_then(|security| security.introduced_in.clone()),
        disclose_on: security.and_then(|security| security.disclose_on),
        disclosure: file.note.disclosure(today),
    }
}

/// The commit with which `tip`, which has the file, came to have it; found by halving the first-parent chain, and within
/// what a merge brought. `None` where a commit on the way is absent.
fn added(graph: &Graph, reader: &ObjectReader, tip: Node, path: &str) -> Result<Option<Node>, ReadError> {
    match find_added(graph, reader, tip, path) {
        Err(error) if error.is_absent() => Ok(None),
        found => found.map(Some),
    }
}

fn find_added(graph: &Graph, reader: &ObjectReader, tip: Node, path: &str) -> Result<Node, ReadError> {
    let has = |node: Node| reader.entry_at(graph.id(node), path).map(|entry| entry.is_some());
    let chain: Vec<Node> = graph.first_parents(tip).collect();
    let (mut with, mut without) = (0, chain.len());
    while without - with > 1 {
        let middle = with + (without - with) / 2;
        if has(chain[middle])? {
            with = middle;
        } else {
            without = middle;
        }
    }
    let first = chain[with];
    for node in merged_by(graph, first) {
        let before = graph.parents(node).first().copied();
        if has(node)? && !before.map(has).transpose()?.unwrap_or(false) {
            return Ok(node);
        }
    }
    Ok(first)
}
