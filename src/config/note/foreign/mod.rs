//! Notes in the formats of other tools - reno, towncrier, chloggen - read as they are into the same [`Note`], so that a
//! project keeps what it has. Each format says which paths are notes and what a file means; where a note leaves open what
//! the blocks of our own notes demand, nothing is made up.
//!
//! Which of them a project uses, and with which settings, is found out in `ledger`; nothing here reads a file.

mod chloggen;
mod file;
mod reno;
mod rst;
mod towncrier;
mod words;

use indexmap::IndexMap;

use super::model::Note;
use super::read::NoteError;
use crate::domain::{ChangeKind, ChannelName};

pub use chloggen::ChloggenNotes;
pub use reno::RenoNotes;
pub use towncrier::{FragmentType, TowncrierNotes};

/// The format of a project's notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteFormat {
    /// Our own: `changes/<slug>.md`.
    Twintrack,
    Reno,
    Towncrier,
    Chloggen,
}

impl NoteFormat {
    /// As written in `release.toml`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Twintrack => "twintrack",
            Self::Reno => "reno",
            Self::Towncrier => "towncrier",
            Self::Chloggen => "chloggen",
        }
    }
}

/// Where a project keeps notes of another tool, and that tool's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForeignNotes {
    Reno(RenoNotes),
    Towncrier(TowncrierNotes),
    Chloggen(ChloggenNotes),
}

/// What a reader of foreign notes is told beside the file.
pub(super) struct Surroundings<'a> {
    /// What stands before line numbers.
    pub location: &'a str,
    /// Words that the project's own configuration takes for kinds.
    pub kinds: &'a IndexMap<String, ChangeKind>,
    /// The names that `release.toml` has; `None` where nobody knows.
    pub channels: Option<&'a [ChannelName]>,
}

impl ForeignNotes {
    /// Whose format it is.
    pub fn format(&self) -> NoteFormat {
        match self {
            Self::Reno(_) => NoteFormat::Reno,
            Self::Towncrier(_) => NoteFormat::Towncrier,
            Self::Chloggen(_) => NoteFormat::Chloggen,
        }
    }

    /// Where the notes stand, without a slash at the end.
    pub fn directories(&self) -> impl Iterator<Item = &str> {
        let (one, several): (Option<&String>, &[(String, Option<String>)]) = match self {
            Self::Reno(notes) => (Some(&notes.directory), &[]),
            Self::Chloggen(notes) => (Some(&notes.directory), &[]),
            Self::Towncrier(notes) => (None, &notes.directories),
        };
        one.into_iter().map(String::as_str).chain(several.iter().map(|(directory, _)| directory.as_str()))
    }

    /// Whether a path is that of a note.
    pub fn fits(&self, path: &str) -> bool {
        match self {
            Self::Reno(notes) => notes.fits(path),
            Self::Towncrier(notes) => notes.fits(path),
            Self::Chloggen(notes) => notes.fits(path),
        }
    }

    /// Reads the note at a path that fits.
    pub(super) fn read(&self, path: &str, text: &str, around: &Surroundings<'_>) -> Result<Note, NoteError> {
        match self {
            Self::Reno(notes) => notes.read(text, around),
            Self::Towncrier(notes) => notes.read(path, text, around),
            Self::Chloggen(notes) => notes.read(text, around),
        }
    }
}

/// The name of a file that stands in a directory itself.
fn name_in<'p>(directory: &str, path: &'p str) -> Option<&'p str> {
    let name = path.strip_prefix(directory)?.strip_prefix('/')?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

#[cfg(test)]
mod tests;
