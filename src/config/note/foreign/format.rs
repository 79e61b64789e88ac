//! Which formats there are, and what holds for each of them.

use indexmap::IndexMap;

use super::chloggen::ChloggenNotes;
use super::reno::RenoNotes;
use super::towncrier::TowncrierNotes;
use crate::config::note::model::Note;
use crate::config::note::read::NoteError;
use crate::domain::{ChangeKind, ChannelName};

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
pub(in crate::config::note) struct Surroundings<'a> {
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
    pub(in crate::config::note) fn read(
        &self,
        path: &str,
        text: &str,
        around: &Surroundings<'_>,
    ) -> Result<Note, NoteError> {
        match self {
            Self::Reno(notes) => notes.read(text, around),
            Self::Towncrier(notes) => notes.read(path, text, around),
            Self::Chloggen(notes) => notes.read(text, around),
        }
    }
}

/// The name of a file that stands in a directory itself.
pub(super) fn name_in<'p>(directory: &str, path: &'p str) -> Option<&'p str> {
    let name = path.strip_prefix(directory)?.strip_prefix('/')?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}
