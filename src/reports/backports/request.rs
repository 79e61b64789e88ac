//! What may be asked of the matrix, and what is said when there is no such thing.

use chrono::{DateTime, Utc};

use crate::domain::{listed, nearest};
use crate::git::ReadError;
use crate::history::Class;
use crate::ledger::NotesError;

/// Which part of the matrix is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackportsRequest {
    /// Only this channel.
    pub channel: Option<String>,
    /// Only these lines, by name or branch; empty: those that are not over.
    pub lines: Vec<String>,
    /// Lines that are over, too, and those whose branch is gone.
    pub all: bool,
    /// Only what was committed since then.
    pub since: Option<DateTime<Utc>>,
    /// Only commits of this class.
    pub class: Option<Class>,
    /// Only what is missing.
    pub missing: bool,
}

/// Why there is no matrix.
#[derive(Debug, thiserror::Error)]
pub enum BackportsError {
    #[error("there is no channel `{name}`")]
    UnknownChannel { name: String, known: Vec<String> },
    #[error("there is no line `{name}`{}", .channel.as_ref().map(|channel| format!(" in channel `{channel}`")).unwrap_or_default())]
    UnknownLine { name: String, channel: Option<String>, known: Vec<String> },
    #[error("several channels have a line `{name}`")]
    WhichLine { name: String, branches: Vec<String> },
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Notes(#[from] NotesError),
}

/// How many names a hint lists.
const LISTED: usize = 8;

impl BackportsError {
    /// Things to do about it; the nearest name first.
    pub fn hints(&self) -> Vec<String> {
        let (name, known, what) = match self {
            Self::UnknownChannel { name, known } => (name, known, "channels"),
            Self::UnknownLine { name, known, .. } => (name, known, "lines"),
            Self::WhichLine { branches, .. } => {
                return vec![format!("name one by its branch, or a channel with `--channel`: {}", listed(branches))];
            }
            Self::Read(error) => return error.hint().into_iter().collect(),
            Self::Notes(_) => return Vec::new(),
        };
        if known.is_empty() {
            return vec![format!("no {what} are known; fetch branches and tags: `git fetch --tags`")];
        }
        let meant = nearest(name, known.iter().map(String::as_str)).map(|name| format!("did you mean `{name}`?"));
        let shown = &known[..known.len().min(LISTED)];
        let more = if known.len() > LISTED { format!(" and {} more", known.len() - LISTED) } else { String::new() };
        meant.into_iter().chain([format!("known {what}: {}{more}", listed(shown))]).collect()
    }

    /// Whether the request names something that does not exist.
    pub const fn is_usage(&self) -> bool {
        matches!(self, Self::UnknownChannel { .. } | Self::UnknownLine { .. } | Self::WhichLine { .. })
    }
}
