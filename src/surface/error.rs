//! Why there is no answer at all. What only hides a part of it stands in the answer.

use crate::domain::{listed, nearest};
use crate::git::ReadError;

/// Why the surface cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum SurfaceError {
    #[error("`{name}` is no variant of the migrations")]
    UnknownVariant { name: String, known: Vec<String> },
    #[error("cannot list the files of {version}")]
    Trees {
        version: String,
        #[source]
        source: ReadError,
    },
}

impl SurfaceError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownVariant { known, .. } if known.is_empty() => {
                Some("name variants in `surface.migrations`: `[{ name = \"postgresql\", paths = [\"…\"] }]`".to_owned())
            }
            Self::UnknownVariant { name, known } => Some(match nearest(name, known.iter().map(String::as_str)) {
                Some(meant) => format!("did you mean `{meant}`? Known are {}", listed(known)),
                None => format!("known are {}", listed(known)),
            }),
            Self::Trees { .. } => None,
        }
    }
}
