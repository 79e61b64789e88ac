//! The branch on which the commits of one line wait for a review, and what waits there already.

use rustc_hash::FxHashSet;

use super::error::BackportError;
use crate::domain::{BranchName, CommitId, decode, pick_notices};
use crate::git::ObjectReader;
use crate::ledger::{Branch, Line};

/// Commits that are looked at on a branch for review.
const DEPTH: usize = 1_000;

/// The branch for a line: `{line}` in the name stands for the line's name.
pub(super) fn branch_for(name: &str, line: &Line, lines: usize) -> Result<BranchName, BackportError> {
    if lines > 1 && !name.contains("{line}") {
        return Err(BackportError::OneReviewBranch { branch: name.to_owned() });
    }
    let filled = name.replace("{line}", &line.name);
    BranchName::new(filled.clone()).map_err(|_| BackportError::ReviewName { branch: filled })
}

/// The commits whose picks stand on `branch` above the line's tip.
pub(super) fn waiting(
    reader: &ObjectReader,
    branch: &Branch,
    line_tip: CommitId,
) -> Result<FxHashSet<CommitId>, BackportError> {
    let mut found = FxHashSet::default();
    let mut next = branch.local.or(branch.remote.as_ref().map(|(_, commit)| *commit));
    for _ in 0..DEPTH {
        let Some(commit) = next.filter(|commit| *commit != line_tip) else { break };
        let read = reader.commit(commit);
        let raw = read.map_err(|source| BackportError::Review { branch: branch.name.clone(), source })?;
        found.extend(pick_notices(&decode(&raw.message, raw.encoding.as_deref())));
        next = raw.parents.first().copied();
    }
    Ok(found)
}
