//! Change notes and the commits of trunk that brought them, those that were deleted since among them: a team deletes its
//! notes after a release, and what they say of older lines stays valid.

use std::collections::BTreeMap;

use super::notes::{NoteFile, Notes, NotesError, notes_of_trunk};
use super::read::Ledger;
use crate::config::Changes;
use crate::domain::{CommitId, ObjectId};
use crate::git::{ObjectReader, ReadError, Repository, TreeEntryKind};
use crate::graph::{Graph, Node};

/// A note and the commit of trunk's own chain that brought it.
#[derive(Debug, Clone)]
pub struct WrittenNote {
    pub added_by: Node,
    pub file: NoteFile,
}

/// The notes that trunk's own chain, newest first, brought, in the order of their paths; and all that are known: those that
/// count now, and the last text of those that the chain had.
pub fn notes_of_chain(
    ledger: &Ledger,
    repository: &Repository,
    chain: &[Node],
) -> Result<(Vec<WrittenNote>, Notes), NotesError> {
    let config = &ledger.config;
    let mut current = match notes_of_trunk(repository, config, ledger.trunk.commit) {
        // A clone without trees has no notes to tell of; the rest of the report stands.
        Err(NotesError::Commit { source, .. }) if source.is_absent() => {
            let absent = config.changes.note_directories().map(str::to_owned).collect();
            return Ok((Vec::new(), Notes { absent, ..Notes::default() }));
        }
        found => found?,
    };
    let reader = repository.reader().map_err(|source| NotesError::Commit { commit: ledger.trunk.commit, source })?;
    let found = added(repository, &reader, &ledger.graph, chain, &config.changes)
        .map_err(|(commit, source)| NotesError::Commit { commit, source })?;
    let mut written = Vec::new();
    for (path, (added_by, blob)) in found {
        let Some(added_by) = added_by.filter(|_| config.changes.is_note(&path)) else { continue };
        if current.note(&path).is_none()
            && let Some(note) = reader.blob(blob).ok().and_then(|bytes| config.changes.note_to_tell(&path, &bytes).0)
        {
            let at = current.notes.partition_point(|file| file.path < path);
            current.notes.insert(at, NoteFile { location: path.clone(), path: path.clone(), note });
        }
        written.extend(current.note(&path).map(|file| WrittenNote { added_by, file: file.clone() }));
    }
    Ok((written, current))
}

/// By path: the commit that brought it, `None` for what is older than the chain, and its last content.
type Added = BTreeMap<String, (Option<Node>, ObjectId)>;

/// The files below the directories of notes that any commit of the chain, newest first, has or had.
fn added(
    repository: &Repository,
    reader: &ObjectReader,
    graph: &Graph,
    chain: &[Node],
    changes: &Changes,
) -> Result<Added, (CommitId, ReadError)> {
    let mut found = Added::new();
    let mut before: Vec<NoteTree> = changes.note_directories().map(|_| None).collect();
    let start = chain.last().and_then(|oldest| graph.parents(*oldest).first().copied());
    let nodes = start.map(|node| (node, None)).into_iter().chain(chain.iter().rev().map(|node| (*node, Some(*node))));
    let nodes: Vec<(Node, Option<Node>)> = nodes.collect();
    let Some((newest, _)) = nodes.last().copied() else { return Ok(found) };
    let seen = repository.read_each(&nodes, |reader, (node, _)| note_trees(reader, graph.tree(*node), changes));
    let seen = seen.map_err(|source| (graph.id(newest), source))?;
    for ((node, added_by), trees) in nodes.into_iter().zip(seen) {
        let id = graph.id(node);
        match trees.and_then(|trees| notes_since(reader, trees, changes, &mut before)) {
            Ok(files) => {
                for (path, blob) in files {
                    found.entry(path).and_modify(|known| known.1 = blob).or_insert((added_by, blob));
                }
            }
            Err(error) if error.is_absent() => {}
            Err(error) => return Err((id, error)),
        }
    }
    Ok(found)
}

/// The directories of notes that a tree has, in their order.
fn note_trees(reader: &ObjectReader, root: ObjectId, changes: &Changes) -> Result<Vec<NoteTree>, ReadError> {
    let tree = |directory: &str| {
        let entry = reader.entry_in(root, directory)?;
        Ok(entry.filter(|entry| entry.kind == TreeEntryKind::Directory).map(|entry| entry.id))
    };
    changes.note_directories().map(tree).collect()
}

/// The notes that a commit's directories have otherwise than the directories that were seen before, by path. `before` becomes what is seen now,
/// or nothing where that cannot be told.
fn notes_since(
    reader: &ObjectReader,
    trees: Vec<NoteTree>,
    changes: &Changes,
    before: &mut [NoteTree],
) -> Result<Vec<(String, ObjectId)>, ReadError> {
    let mut found = Vec::new();
    for ((directory, before), tree) in changes.note_directories().zip(before).zip(trees) {
        if tree == *before {
            continue;
        }
        let old = before.take();
        let Some(new) = tree else { continue };
        let changed = reader.changed_files(old, new, usize::MAX)?;
        *before = Some(new);
        let notes = changed.into_iter().filter_map(|file| Some((format!("{directory}/{}", file.path), file.new?)));
        found.extend(notes.filter(|(path, _)| changes.is_note(path)));
    }
    Ok(found)
}

/// A directory's tree, if there is one.
pub type NoteTree = Option<ObjectId>;

/// The paths and blobs of the notes of a commit and its tree; `None` where its directories are the ones that were seen before.
/// `before` is what was seen, and becomes what is seen now.
pub fn notes_if_new(
    reader: &ObjectReader,
    (commit, root): (CommitId, ObjectId),
    changes: &Changes,
    before: &mut Vec<NoteTree>,
) -> Result<Option<Vec<(String, ObjectId)>>, ReadError> {
    let trees = note_trees(reader, root, changes)?;
    if trees == *before {
        return Ok(None);
    }
    let is_empty = trees.iter().all(Option::is_none);
    *before = trees;
    if is_empty {
        return Ok(Some(Vec::new()));
    }
    reader.files_matching(commit, |path| changes.leads_to_notes(path), |path| changes.is_note(path)).map(Some)
}
