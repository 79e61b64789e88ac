//! Why the sample repository is not there.

use std::io;
use std::path::PathBuf;

use crate::domain::NameError;
use crate::git::{CreateError, IdentityError, NewObjectError, OpenError, ReadError, RefsError};
use crate::ledger::{ConfigurationError, LedgerError};
use crate::operations::deploy::DeployError;
use crate::operations::{CutError, ReleaseError, RetractError};
use crate::plan::{ApplyError, PlanError};

/// Why the sample repository is not there.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("`{}` is not empty", .path.display())]
    NotEmpty { path: PathBuf },
    #[error("`{}` is no directory", .path.display())]
    NotADirectory { path: PathBuf },
    #[error("cannot write into `{}`", .path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the story names `{name}`, which it has not made")]
    Story { name: String },
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Create(#[from] CreateError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Refs(#[from] RefsError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Object(#[from] NewObjectError),
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Apply(#[from] Box<ApplyError>),
    #[error(transparent)]
    Cut(#[from] CutError),
    #[error(transparent)]
    Release(#[from] ReleaseError),
    #[error(transparent)]
    Retract(#[from] RetractError),
    #[error(transparent)]
    Deploy(#[from] DeployError),
}

impl DemoError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotEmpty { .. } | Self::NotADirectory { .. } => {
                Some("name a directory that is empty or does not exist yet".to_owned())
            }
            Self::Write { .. } => {
                Some("see that the directory can be written and that the disk is not full".to_owned())
            }
            Self::Apply(error) => error.hint(),
            _ => None,
        }
    }
}
