//! Recognising the version commit of a release once its branch was merged, also where the merge squashed or rebased it.
//!
//! What the version files hold decides: the release is the commit of the line's first-parent chain with which they came
//! to hold the version. That it came from such a branch is said by the trailer in its message, or in that of the commits
//! it merged; a squash may have dropped it, and then that somebody asks with `--via-branch` again.

use super::error::ReleaseError;
use super::place::Place;
use crate::domain::{CommitId, Version, parse_trailers};
use crate::git::ObjectReader;
use crate::graph::{Graph, Node};
use crate::operations::Situation;
use crate::operations::version_commit::held;

/// The trailer of a version commit.
pub(super) const RELEASE: &str = "Release";

/// How far below a merge its own commits are looked at.
const DEPTH: usize = 32;

/// The commit with which the line came to hold `version`; `None` where it does not, or where nothing says that this was
/// meant to be the release.
pub(super) fn merged(
    situation: &Situation<'_>,
    reader: &ObjectReader,
    place: Place<'_>,
    tip: CommitId,
    version: &Version,
    is_asked_again: bool,
) -> Result<Option<CommitId>, ReleaseError> {
    let graph = &situation.ledger.graph;
    let Some(tip) = graph.node(tip) else { return Ok(None) };
    let holds = |node: Node| -> Result<bool, ReleaseError> {
        let held = held(reader, place.config, graph.id(node));
        // Files of long ago may be elsewhere or not parse: then they do not hold the version.
        Ok(held.ok().flatten().is_some_and(|held| held.version == *version))
    };
    let mut came_with = None;
    for node in graph.first_parents(tip) {
        if !holds(node)? {
            break;
        }
        came_with = Some(node);
    }
    let Some(commit) = came_with.filter(|node| Some(graph.id(*node)) != place.line.base) else { return Ok(None) };
    if place.line.base.and_then(|base| graph.node(base)).is_some_and(|base| graph.is_ancestor(commit, base)) {
        return Ok(None);
    }
    let is_cut = says(graph, commit, "Line") && !says(graph, commit, RELEASE);
    let is_ours = is_asked_again || says_below(graph, commit, version);
    Ok((is_ours && !is_cut).then(|| graph.id(commit)))
}

fn says(graph: &Graph, node: Node, key: &str) -> bool {
    let message = format!("{}\n\n{}", graph.subject(node), graph.body(node));
    parse_trailers(&message).iter().any(|trailer| trailer.is_key(key))
}

/// Whether the commit, or one that it merged, says that it is the version's. A squash sets messages one below the other,
/// so that the trailer need not stand in the last paragraph.
fn says_below(graph: &Graph, commit: Node, version: &Version) -> bool {
    let wanted = format!("{RELEASE}: {version}");
    let says = |node: Node| graph.body(node).lines().any(|line| line.trim().trim_start_matches("* ") == wanted);
    let merged = graph.parents(commit).iter().skip(1).flat_map(|parent| graph.first_parents(*parent).take(DEPTH));
    std::iter::once(commit).chain(merged).any(says)
}
