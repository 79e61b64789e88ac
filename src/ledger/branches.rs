//! Branches as people think of them: one name, though a clone holds a local branch and the remote's copy of it.

use std::collections::BTreeMap;

use crate::domain::{BranchName, CommitId, RefName};
use crate::git::{ObjectReader, RefSnapshot};
use crate::graph::Graph;

/// A branch and the one or two refs that show it.
#[derive(Debug, Clone)]
pub struct Branch {
    pub name: BranchName,
    pub local: Option<CommitId>,
    /// The remote-tracking ref of the shared remote.
    pub remote: Option<(RefName, CommitId)>,
}

impl Branch {
    /// The commits that its refs name, one or two.
    pub fn tips(&self) -> impl Iterator<Item = CommitId> + '_ {
        self.local.into_iter().chain(self.remote.iter().map(|(_, commit)| *commit))
    }

    /// What the branch is taken to be: the remote's copy, unless the local branch holds all of it and more.
    pub fn tip(&self, graph: &Graph) -> Option<CommitId> {
        let Some((_, remote)) = &self.remote else { return self.local };
        let is_ahead = |local: &CommitId| match (graph.node(*remote), graph.node(*local)) {
            (Some(remote), Some(local)) => graph.is_ancestor(remote, local),
            _ => false,
        };
        Some(self.local.filter(is_ahead).unwrap_or(*remote))
    }

    /// The ref that a document or policy is read from: the remote-tracking one first.
    pub fn reference(&self) -> RefName {
        self.remote.as_ref().map_or_else(|| self.name.to_ref(), |(name, _)| name.clone())
    }
}

/// Every branch of the snapshot by name. Branches of other remotes than `remote` are not looked at; refs that lead to
/// no commit are left out.
pub fn branches(snapshot: &RefSnapshot, reader: &ObjectReader, remote: Option<&str>) -> BTreeMap<BranchName, Branch> {
    let mut found: BTreeMap<BranchName, Branch> = BTreeMap::new();
    for (short, entry) in snapshot.under("refs/heads/") {
        if let Ok(commit) = reader.commit_of(entry)
            && let Some(branch) = entry_for(&mut found, short)
        {
            branch.local = Some(commit);
        }
    }
    let Some(remote) = remote else { return found };
    let prefix = format!("refs/remotes/{remote}/");
    for (short, entry) in snapshot.under(&prefix) {
        if short != "HEAD"
            && let Ok(commit) = reader.commit_of(entry)
            && let Some(branch) = entry_for(&mut found, short)
        {
            branch.remote = Some((entry.name.clone(), commit));
        }
    }
    found
}

fn entry_for<'b>(found: &'b mut BTreeMap<BranchName, Branch>, name: &str) -> Option<&'b mut Branch> {
    let name = BranchName::new(name).ok()?;
    let branch = Branch { name: name.clone(), local: None, remote: None };
    Some(found.entry(name).or_insert(branch))
}
