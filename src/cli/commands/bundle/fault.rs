//! Why there is no bundle, as far as packing itself has nothing to say.

use std::path::PathBuf;

use crate::cli::error::ErrorKind;
use crate::git::SigningError;

/// What keeps a bundle from being made.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum BundleFault {
    #[error("the way stops at {version}, and no artifact of it is named")]
    StopWithoutArtifact { version: String },
    #[error("no artifact of {version} is named")]
    NoArtifact { version: String },
    #[error("two files would be `{path}`")]
    TwoFiles { path: String },
    #[error("`{name}` is not what {version} was released with: its tag says `{recorded}`, and the file has {sha256}")]
    OtherArtifact { name: String, version: String, recorded: String, sha256: String },
    #[error("`{}` has no name that a file could have in a bundle", .path.display())]
    NoName { path: PathBuf },
    #[error("`{}` exists and is another bundle", .path.display())]
    Exists { path: PathBuf },
    /// The cause is part of its words, since what helps here differs from what helps where signatures can be left out.
    #[error("cannot sign the bundle: {0}")]
    Unsigned(SigningError),
}

impl BundleFault {
    /// What it means for whoever asked.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::StopWithoutArtifact { .. } | Self::OtherArtifact { .. } | Self::Exists { .. } => ErrorKind::Refused,
            Self::NoArtifact { .. } | Self::TwoFiles { .. } | Self::NoName { .. } => ErrorKind::Usage,
            Self::Unsigned(SigningError::NoSshKey) => ErrorKind::Usage,
            Self::Unsigned(_) => ErrorKind::Failed,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::StopWithoutArtifact { version } => Some(format!("name it with `--artifact {version}=FILE`")),
            Self::NoArtifact { .. } => Some("name what is installed with `--artifact FILE`".to_owned()),
            Self::TwoFiles { .. } => Some("give one of them another name".to_owned()),
            Self::OtherArtifact { .. } => Some("take the file that was built for the release".to_owned()),
            Self::NoName { .. } => Some("name a file".to_owned()),
            Self::Exists { .. } => Some("remove it, or overwrite it with `--force`".to_owned()),
            Self::Unsigned(error) => error.remedy(),
        }
    }
}
