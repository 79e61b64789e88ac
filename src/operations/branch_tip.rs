//! A branch that a plan is to move: where it is here and on the remote, and whether the plan can build on it.
//!
//! The invariant: what is planned keeps every commit of both sides, and expects on each side what was seen there.

use crate::domain::{BranchName, CommitId, ObjectId};
use crate::git::{ReadError, RemoteError};
use crate::ledger::{Branch, branches};
use crate::operations::Situation;
use crate::plan::{Plan, RefState};

/// Why nothing can be built on a branch.
#[derive(Debug, thiserror::Error)]
pub enum BranchTipError {
    #[error("branch `{branch}` and its copy of the remote have each what the other lacks")]
    Diverged { branch: BranchName, local: CommitId, remote: CommitId },
    #[error("branch `{branch}` of the remote `{remote}` is at {}, which this clone lacks", .found.short())]
    Behind { branch: BranchName, remote: String, found: ObjectId },
    #[error("branch `{branch}` exists {place}", place = .remote.as_ref().map_or("in this repository".to_owned(), |remote| format!("on the remote `{remote}`")))]
    Exists { branch: BranchName, remote: Option<String> },
    #[error("there is no branch `{branch}`")]
    Absent { branch: BranchName },
    #[error("cannot read the object database")]
    Read(#[from] ReadError),
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

impl BranchTipError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Diverged { branch, .. } => {
                Some(format!("bring them together first: `git rebase` or `git merge` on `{branch}`"))
            }
            Self::Behind { remote, .. } => Some(format!("run `git fetch {remote}`, then run again")),
            Self::Exists { .. } => Some("choose another name, or delete the branch if it is not needed".to_owned()),
            Self::Absent { branch } => Some(format!("fetch it: `git fetch origin {branch}`")),
            Self::Read(error) => error.hint(),
            Self::Remote(error) => error.hint(),
        }
    }
}

/// A branch that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BranchTip {
    pub branch: BranchName,
    /// The newest commit that is known: the remote's copy, or the local branch where it is ahead.
    pub tip: CommitId,
    local: Option<CommitId>,
    /// What the remote holds; only asked where the plan is pushed.
    there: Option<ObjectId>,
}

impl BranchTip {
    /// Reads the branch, from the remote itself where the plan is pushed.
    pub fn read(situation: &Situation<'_>, branch: &BranchName) -> Result<Self, BranchTipError> {
        let known = find(situation, branch)?.ok_or_else(|| BranchTipError::Absent { branch: branch.clone() })?;
        let graph = &situation.ledger.graph;
        let tip = known.tip(graph).ok_or_else(|| BranchTipError::Absent { branch: branch.clone() })?;
        if let (Some(local), Some((_, remote))) = (known.local, &known.remote) {
            let reaches = |from: CommitId, to: CommitId| match (graph.node(to), graph.node(from)) {
                (Some(to), Some(from)) => graph.is_ancestor(to, from),
                _ => from == to,
            };
            if !reaches(local, *remote) && !reaches(*remote, local) {
                return Err(BranchTipError::Diverged { branch: branch.clone(), local, remote: *remote });
            }
        }
        let there = asked(situation, branch)?;
        if let (Some(found), Some(remote)) = (there, situation.push_to) {
            let is_known = graph.node(CommitId::new(found)).zip(graph.node(tip));
            if !is_known.is_some_and(|(found, tip)| graph.is_ancestor(found, tip)) {
                return Err(BranchTipError::Behind { branch: branch.clone(), remote: remote.to_owned(), found });
            }
        }
        Ok(Self { branch: branch.clone(), tip, local: known.local, there })
    }

    /// Plans that the branch goes to `new`, here and, where the situation says so, on the remote.
    pub fn advance(&self, situation: &Situation<'_>, plan: &mut Plan, new: CommitId, why: &str) {
        let name = self.branch.to_ref();
        if self.local != Some(new) {
            plan.set(name.clone(), RefState::from(self.local.map(CommitId::object)), new, why);
        }
        if let Some(remote) = situation.push_to
            && self.there != Some(new.object())
        {
            plan.push_ref(remote, name, RefState::from(self.there), new);
        }
    }
}

impl BranchTip {
    /// Plans that the remote gets the branch as it is, where it lacks commits that are here. The local branch stays.
    pub fn share(&self, situation: &Situation<'_>, plan: &mut Plan) {
        if let Some(remote) = situation.push_to
            && self.local == Some(self.tip)
            && self.there != Some(self.tip.object())
        {
            plan.push_ref(remote, self.branch.to_ref(), RefState::from(self.there), self.tip);
        }
    }
}

/// Refuses a branch that exists, here or on the remote.
pub(super) fn must_be_new(situation: &Situation<'_>, branch: &BranchName) -> Result<(), BranchTipError> {
    let exists = |remote: Option<String>| BranchTipError::Exists { branch: branch.clone(), remote };
    if let Some(known) = find(situation, branch)? {
        return Err(exists(known.local.is_none().then(|| known.remote.map(|(name, _)| name.to_string())).flatten()));
    }
    match asked(situation, branch)? {
        Some(_) => Err(exists(situation.push_to.map(str::to_owned))),
        None => Ok(()),
    }
}

/// Plans a new branch, here and, where the situation says so, on the remote.
pub(super) fn plan_new(situation: &Situation<'_>, plan: &mut Plan, branch: &BranchName, at: CommitId, why: &str) {
    plan.create(branch.to_ref(), at, why);
    if let Some(remote) = situation.push_to {
        plan.push_planned(remote, &branch.to_ref(), RefState::Absent);
    }
}

/// The branch as the snapshot shows it.
pub(super) fn find(situation: &Situation<'_>, branch: &BranchName) -> Result<Option<Branch>, ReadError> {
    let reader = situation.repository.reader()?;
    let shared = situation.ledger.config.project.remote.clone().or_else(|| situation.repository.default_remote());
    Ok(branches(&situation.ledger.snapshot, &reader, shared.as_deref()).remove(branch))
}

/// What the remote that is pushed to holds under the branch's name; `None`, too, where nothing is pushed.
pub(super) fn asked(situation: &Situation<'_>, branch: &BranchName) -> Result<Option<ObjectId>, RemoteError> {
    let Some(remote) = situation.push_to else { return Ok(None) };
    let name = branch.to_ref();
    let refs = situation.repository.remote_refs(remote, &[name.to_string()])?;
    Ok(refs.get(&name).map(|found| found.target))
}
