//! What people type for a commit: an id or the beginning of one, a branch, a tag, `HEAD~3`.

use git2::ErrorCode;

use super::repository::Repository;
use crate::domain::{CommitId, ObjectId};

/// Why a text names no commit.
#[derive(Debug, thiserror::Error)]
pub enum RevisionError {
    #[error("`{text}` names no commit of this repository")]
    Unknown { text: String },
    #[error("`{text}` is the beginning of several ids")]
    Ambiguous { text: String },
    #[error("cannot look up `{text}`")]
    Git {
        text: String,
        #[source]
        source: git2::Error,
    },
}

impl RevisionError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unknown { .. } => {
                "see what is there with `git branch --all` and `git tag`; fetch what is not".to_owned()
            }
            Self::Ambiguous { .. } => "write more of it".to_owned(),
            Self::Git { .. } => return None,
        })
    }
}

impl Repository {
    /// The commit that `text` names, in git's own notation; tags are unwrapped.
    pub fn resolve(&self, text: &str) -> Result<CommitId, RevisionError> {
        let named = || text.to_owned();
        let found = self.inner.revparse_single(text).and_then(|object| object.peel_to_commit());
        let commit = found.map_err(|source| match source.code() {
            ErrorCode::NotFound | ErrorCode::InvalidSpec | ErrorCode::Peel | ErrorCode::UnbornBranch => {
                RevisionError::Unknown { text: named() }
            }
            ErrorCode::Ambiguous => RevisionError::Ambiguous { text: named() },
            _ => RevisionError::Git { text: named(), source },
        })?;
        let id = ObjectId::from_slice(commit.id().as_bytes());
        id.map(CommitId::new).ok_or_else(|| RevisionError::Unknown { text: named() })
    }
}
