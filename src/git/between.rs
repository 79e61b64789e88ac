//! What one commit has over another, and where the two part. Asked of git's own walk, so that a clone without the rest of
//! history answers as far as it can.

use std::cell::RefCell;

use git2::{ErrorCode, Oid, Sort};

use super::repository::Repository;
use crate::domain::{CommitId, ObjectId};

/// The commits that `head` reaches and `base` does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Between {
    /// Where the two part.
    pub fork: CommitId,
    /// Children first.
    pub commits: Vec<CommitId>,
}

/// Why it cannot be said.
#[derive(Debug, thiserror::Error)]
pub enum BetweenError {
    #[error("this clone is cut off before {} and {} meet", .base.short(), .head.short())]
    Cut { base: CommitId, head: CommitId },
    #[error("{} and {} have no commit in common", .base.short(), .head.short())]
    Unrelated { base: CommitId, head: CommitId },
    #[error("cannot walk from {} to {}", .head.short(), .base.short())]
    Git {
        base: CommitId,
        head: CommitId,
        #[source]
        source: git2::Error,
    },
}

impl BetweenError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Cut { .. } => Some(
                "fetch more of history: `git fetch --unshallow`, or `fetch-depth: 0` where a job checks out".to_owned(),
            ),
            Self::Unrelated { .. } => Some("name the branch that the change is to be merged into".to_owned()),
            Self::Git { .. } => None,
        }
    }
}

impl Repository {
    /// The commits that `head` reaches and `base` does not.
    pub fn between(&self, base: CommitId, head: CommitId) -> Result<Between, BetweenError> {
        let failed = |source| BetweenError::Git { base, head, source };
        let oid = |commit: CommitId| Oid::from_bytes(commit.object().as_bytes()).map_err(failed);
        let own = |oid: Oid| ObjectId::from_slice(oid.as_bytes()).map(CommitId::new);
        let (from, to) = (oid(base)?, oid(head)?);
        let fork = match self.inner.merge_base(from, to) {
            Ok(fork) => fork,
            Err(error) if error.code() == ErrorCode::NotFound => {
                return Err(match self.shallow_roots().is_empty() {
                    true => BetweenError::Unrelated { base, head },
                    false => BetweenError::Cut { base, head },
                });
            }
            Err(source) => return Err(failed(source)),
        };
        let mut walk = self.inner.revwalk().map_err(failed)?;
        walk.set_sorting(Sort::TOPOLOGICAL)
            .and_then(|()| walk.push(to))
            .and_then(|()| walk.hide(from))
            .map_err(failed)?;
        let failure = RefCell::new(None);
        let commits =
            walk.map_while(|oid| oid.map_err(|error| failure.replace(Some(error))).ok()).filter_map(own).collect();
        match (failure.into_inner(), own(fork)) {
            (Some(source), _) => Err(failed(source)),
            (None, Some(fork)) => Ok(Between { fork, commits }),
            (None, None) => Err(BetweenError::Unrelated { base, head }),
        }
    }
}
