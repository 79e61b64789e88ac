//! The change note of a commit that stands in another commit of the same merge: it goes along, so that the change keeps its
//! identity on the line.

use super::commits::Source;
use crate::config::Changes;
use crate::domain::{CommitId, ObjectId};
use crate::git::{FileEdit, FileEdits, ObjectReader, ReadError, TreeEntryKind};
use crate::graph::{Graph, Node};
use crate::history::Trunkward;
use crate::ledger::is_note;

/// Notes that the merge which brought `source` to trunk added, and that neither `source` itself brings nor the tree
/// `result` of its pick has.
pub(super) fn of_same_merge(
    graph: &Graph,
    trunkward: &Trunkward,
    trunk: CommitId,
    reader: &ObjectReader,
    changes: &Changes,
    source: &Source,
    result: ObjectId,
) -> Result<FileEdits, ReadError> {
    let mut edits = FileEdits::new();
    let Some(merge) = merge_of(graph, trunkward, trunk, source.node) else { return Ok(edits) };
    let added =
        notes_added(reader, changes, graph.parents(merge).first().map(|node| graph.id(*node)), graph.id(merge))?;
    let own = notes_added(reader, changes, source.parent, source.commit)?;
    if !own.is_empty() {
        return Ok(edits);
    }
    for (path, blob) in added {
        if reader.entry_in(result, &path)?.is_none() {
            match reader.blob(blob) {
                Ok(bytes) => _ = edits.insert(path, FileEdit::Write(bytes)),
                Err(error) if error.is_absent() => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(edits)
}

/// The merge on trunk's first-parent chain that brought a commit; `None` for a commit of the chain itself.
fn merge_of(graph: &Graph, trunkward: &Trunkward, trunk: CommitId, node: Node) -> Option<Node> {
    let place = trunkward.arrival(node)?;
    let merge = graph.first_parents(graph.node(trunk)?).find(|chain| trunkward.place(*chain) == place)?;
    (merge != node && graph.is_merge(merge)).then_some(merge)
}

/// Notes that a commit has and `parent` has not, by path.
pub(super) fn notes_added(
    reader: &ObjectReader,
    changes: &Changes,
    parent: Option<CommitId>,
    commit: CommitId,
) -> Result<Vec<(String, ObjectId)>, ReadError> {
    let before = parent.map(|parent| reader.commit(parent)).transpose()?.map(|parent| parent.tree);
    let tree = reader.commit(commit)?.tree;
    let mut added = Vec::new();
    for path in reader.changed_paths(before, tree)?.into_iter().filter(|path| is_note(changes, path)) {
        let is_old = before.map(|before| reader.entry_in(before, &path)).transpose()?.flatten().is_some();
        if let Some(entry) = reader.entry_in(tree, &path)?.filter(|_| !is_old)
            && entry.kind == TreeEntryKind::File
        {
            added.push((path, entry.id));
        }
    }
    Ok(added)
}
