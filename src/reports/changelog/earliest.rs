//! Which release or deploy was the first to have a change.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::{CommitId, Version};
use crate::graph::{Graph, Node};
use crate::history::{Change, Elsewhere, FirstReach};
use crate::ledger::{Release, ReleaseKind};

/// For every commit, the earliest of the releases that people can have.
#[derive(Debug)]
pub(super) struct Earliest {
    versions: Vec<Arc<Version>>,
    reach: FirstReach,
}

impl Earliest {
    /// Candidates and retracted releases do not count; the rest in the order of their dates.
    pub(super) fn new<'r>(graph: &Graph, releases: impl Iterator<Item = &'r Release>) -> Self {
        let mut counted: Vec<(DateTime<Utc>, &Version, CommitId)> = releases
            .filter(|release| release.kind != ReleaseKind::Candidate && !release.is_retracted)
            .map(|release| (release.date, &release.version, release.commit))
            .collect();
        counted.sort_unstable();
        let reach = FirstReach::new(graph, counted.iter().map(|(_, _, commit)| graph.node(*commit)));
        Self { versions: counted.into_iter().map(|(_, version, _)| Arc::new(version.clone())).collect(), reach }
    }

    /// The earliest release that has all commits of a change, each on a commit that carries it and counts.
    pub(super) fn of(
        &self,
        change: &Change,
        elsewhere: Elsewhere<'_>,
        counts: impl Fn(Node) -> bool,
    ) -> Option<&Arc<Version>> {
        first_with(&self.reach, change, elsewhere, counts).map(|at| &self.versions[at])
    }
}

/// Number of the first tip that has all commits of a change, each on a commit that carries it and counts.
pub(super) fn first_with(
    reach: &FirstReach,
    change: &Change,
    elsewhere: Elsewhere<'_>,
    counts: impl Fn(Node) -> bool,
) -> Option<usize> {
    let carriers = |node| elsewhere.carriers(node).filter(|carrier| counts(*carrier));
    let first = |node| carriers(node).filter_map(|carrier| reach.of(carrier)).min();
    let mut last = Some(0);
    for node in &change.commits {
        last = last.zip(first(*node)).map(|(last, first)| last.max(first));
    }
    // A merge picked as a whole is another commit of the merge, not of its commits.
    let whole = elsewhere.is_shared(change.lead).then(|| first(change.lead)).flatten();
    last.into_iter().chain(whole).min()
}
