//! Which files are notes, and in which format each is written: what `[changes]` says, and what the repository shows of
//! other tools.
//!
//! The invariant: a path is a note of one format at most; another tool's names are asked first, since they say more.

use super::foreign::{ForeignNotes, Surroundings};
use super::model::Note;
use super::read::{NoteError, as_text};
use crate::config::changes::Changes;
use crate::domain::ChannelName;

impl Changes {
    /// Whether a path is that of a note: of another tool's, or a Markdown file below the directory of our own that is no
    /// `README`.
    pub fn is_note(&self, path: &str) -> bool {
        self.foreign_of(path).is_some() || self.is_own_note(path)
    }

    /// Whether a path is that of a note in our own format.
    fn is_own_note(&self, path: &str) -> bool {
        let below = path.strip_prefix(self.directory.as_str()).and_then(|rest| rest.strip_prefix('/'));
        self.foreign_of(path).is_none()
            && below.is_some_and(|below| {
                let name = below.rsplit('/').next().unwrap_or(below);
                name.len() > 3
                    && name.to_ascii_lowercase().ends_with(".md")
                    && !name.to_ascii_lowercase().starts_with("readme.")
                    && !name.starts_with('.')
            })
    }

    /// The tool whose note stands at a path.
    pub fn foreign_of(&self, path: &str) -> Option<&ForeignNotes> {
        self.foreign.iter().find(|notes| notes.fits(path))
    }

    /// Directories that hold notes, our own first; without a slash at the end.
    pub fn note_directories(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.directory.as_str()).chain(self.foreign.iter().flat_map(ForeignNotes::directories))
    }

    /// Whether a directory holds notes, or is on the way to some.
    pub fn leads_to_notes(&self, path: &str) -> bool {
        let is_below = |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| rest.starts_with('/'));
        self.note_directories()
            .any(|directory| path == directory || is_below(directory, path) || is_below(path, directory))
    }

    /// The note at a path as far as it can be told of, and whether something is wrong with it. No name of a channel is refused:
    /// a note of long ago is not wrong because one of its channels went.
    pub fn note_to_tell(&self, path: &str, bytes: &[u8]) -> (Option<Note>, bool) {
        match self.read_note(path, path, bytes, None) {
            Ok(note) => (Some(note), false),
            Err(error) => (error.as_far.map(|note| *note), true),
        }
    }

    /// Reads the note at a path, in whichever format it is written. `location` stands before line numbers; `channels` are
    /// the names that `release.toml` has, `None` for a note of long ago.
    pub fn read_note(
        &self,
        path: &str,
        location: &str,
        bytes: &[u8],
        channels: Option<&[ChannelName]>,
    ) -> Result<Note, NoteError> {
        match self.foreign_of(path) {
            None => Note::from_bytes(bytes, location, channels),
            Some(notes) => {
                let around = Surroundings { location, kinds: &self.kinds, channels };
                notes.read(path, as_text(bytes, location)?, &around)
            }
        }
    }
}
