//! Which commits are meant, and in which order they go.

use super::error::BackportError;
use crate::domain::CommitId;
use crate::git::ReadError;
use crate::graph::{Graph, Node};
use crate::history::{Trunkward, numbered};

/// A commit as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    Commit(CommitId),
    /// The number of a pull request, `#12` or `!12`.
    Change(String),
}

impl Wanted {
    /// The commit, where it was named itself.
    pub fn commit(&self) -> Option<CommitId> {
        match self {
            Self::Commit(commit) => Some(*commit),
            Self::Change(_) => None,
        }
    }
}

/// A commit that is to be picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Source {
    pub node: Node,
    pub commit: CommitId,
    /// What it is compared with; `None` for a root, which brings all of its tree.
    pub parent: Option<CommitId>,
    /// The number of that parent, for a merge.
    pub mainline: Option<usize>,
}

/// The commits in the order of their history, each once. `mainline`, counted from one, is for the merges among them.
pub(super) fn sources(
    graph: &Graph,
    trunkward: &Trunkward,
    wanted: &[Wanted],
    mainline: Option<usize>,
) -> Result<Vec<Source>, BackportError> {
    let mut nodes: Vec<Node> = Vec::new();
    for wanted in wanted {
        nodes.push(match wanted {
            Wanted::Commit(commit) => {
                graph.node(*commit).ok_or(ReadError::Absent { id: commit.object() }).map_err(BackportError::Read)?
            }
            Wanted::Change(number) => change(graph, trunkward, number)?,
        });
    }
    // Parents have higher numbers than their children.
    nodes.sort_unstable_by(|left, right| right.cmp(left));
    nodes.dedup();
    if mainline.is_some() && !nodes.iter().any(|node| graph.is_merge(*node)) {
        return Err(BackportError::NoMerge);
    }
    nodes.into_iter().map(|node| source(graph, node, mainline)).collect()
}

fn change(graph: &Graph, trunkward: &Trunkward, number: &str) -> Result<Node, BackportError> {
    match numbered(graph, |node| trunkward.is_on_trunk(node), number).as_slice() {
        [only] => Ok(*only),
        [] => Err(BackportError::UnknownChange { number: number.to_owned() }),
        several => {
            let commits = several.iter().take(5).map(|node| graph.id(*node).short()).collect();
            Err(BackportError::WhichChange { number: number.to_owned(), commits })
        }
    }
}

fn source(graph: &Graph, node: Node, mainline: Option<usize>) -> Result<Source, BackportError> {
    let commit = graph.id(node);
    let parents = graph.parents(node);
    if graph.cut().contains(&commit) {
        return Err(BackportError::Cut { commit });
    }
    if parents.len() < 2 {
        return Ok(Source { node, commit, parent: parents.first().map(|parent| graph.id(*parent)), mainline: None });
    }
    let Some(number) = mainline else {
        return Err(BackportError::Mainline {
            commit,
            parents: parents.iter().map(|parent| graph.id(*parent)).collect(),
        });
    };
    match number.checked_sub(1).and_then(|at| parents.get(at)) {
        Some(parent) => Ok(Source { node, commit, parent: Some(graph.id(*parent)), mainline: Some(number) }),
        None => Err(BackportError::NoSuchParent { commit, count: parents.len(), wanted: number }),
    }
}
