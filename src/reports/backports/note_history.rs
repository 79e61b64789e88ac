//! Change notes and the commits of trunk that brought them, those that were deleted since among them: a team deletes its
//! notes after a release, and what they say of older lines stays valid.

use std::collections::BTreeMap;

use crate::config::Note;
use crate::domain::{ChannelName, CommitId, ObjectId};
use crate::git::{ObjectReader, ReadError, Repository};
use crate::graph::{Graph, Node};
use crate::ledger::{Ledger, NoteFile, Notes, NotesError, is_note, notes_of_trunk};

/// A note and the commit of trunk's own chain that brought it.
#[derive(Debug, Clone)]
pub(super) struct WrittenNote {
    pub added_by: Node,
    pub file: NoteFile,
}

/// The notes that trunk's own chain, newest first, brought, in the order of their paths; and all that are known: those that
/// count now, and the last text of those that the chain had.
pub(super) fn notes_of_chain(
    ledger: &Ledger,
    repository: &Repository,
    chain: &[Node],
) -> Result<(Vec<WrittenNote>, Notes), NotesError> {
    let config = &ledger.config;
    let mut current = match notes_of_trunk(repository, config, ledger.trunk.commit) {
        // A clone without trees has no notes to tell of; the rest of the report stands.
        Err(NotesError::Commit { source, .. }) if source.is_absent() => {
            let absent = vec![config.changes.directory.clone()];
            return Ok((Vec::new(), Notes { absent, ..Notes::default() }));
        }
        found => found?,
    };
    let reader = repository.reader().map_err(|source| NotesError::Commit { commit: ledger.trunk.commit, source })?;
    let found = added(&reader, &ledger.graph, chain, &config.changes.directory)
        .map_err(|(commit, source)| NotesError::Commit { commit, source })?;
    let channels: Vec<ChannelName> = config.channels.keys().cloned().collect();
    let mut written = Vec::new();
    for (path, (added_by, blob)) in found {
        let Some(added_by) = added_by.filter(|_| is_note(&config.changes, &path)) else { continue };
        if current.note(&path).is_none()
            && let Some(note) =
                reader.blob(blob).ok().and_then(|bytes| Note::from_bytes(&bytes, &path, Some(&channels)).ok())
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

/// The files below the directory that any commit of the chain, newest first, has or had.
fn added(
    reader: &ObjectReader<'_>,
    graph: &Graph,
    chain: &[Node],
    directory: &str,
) -> Result<Added, (CommitId, ReadError)> {
    let mut found = Added::new();
    let mut before: Option<ObjectId> = None;
    let start = chain.last().and_then(|oldest| graph.parents(*oldest).first().copied());
    for (node, added_by) in
        start.map(|node| (node, None)).into_iter().chain(chain.iter().rev().map(|node| (*node, Some(*node))))
    {
        let id = graph.id(node);
        match files_below(reader, id, directory, before) {
            Ok(None) => {}
            Ok(Some((tree, files))) => {
                before = tree;
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

/// A directory's tree, if there is one.
type Tree = Option<ObjectId>;

/// Files by path, each with its blob.
type Blobs = Vec<(String, ObjectId)>;

/// The directory's tree at a commit and the files in it; `None` where the tree is the one that was seen before.
fn files_below(
    reader: &ObjectReader<'_>,
    commit: CommitId,
    directory: &str,
    before: Tree,
) -> Result<Option<(Tree, Blobs)>, ReadError> {
    let tree = reader.entry_at(commit, directory)?.map(|entry| entry.id);
    if tree == before {
        return Ok(None);
    }
    let leads = |path: &str| path == directory || is_below(path, directory) || is_below(directory, path);
    let files = match tree {
        Some(_) => reader.files_matching(commit, leads, |path| is_below(path, directory))?,
        None => Vec::new(),
    };
    Ok(Some((tree, files)))
}

fn is_below(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}
