//! The way from the text of a note to a checked value.

use std::sync::LazyLock;

use serde_json::Value;

use super::check::check_note;
use super::front::{FrameFault, split};
use super::model::Note;
use super::shape::NoteShape;
use super::text::NoteText;
use crate::config::check::Collector;
use crate::config::document::{Document, Position};
use crate::config::error::{Finding, count, hints};
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::config::read::{not_toml, read_shape};
use crate::config::schema::published;
use crate::domain::ChannelName;

/// Why a text is no change note. Exit code 6.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{location} is invalid: {}", count(findings.len()))]
pub struct NoteError {
    /// What stands before the line numbers: the path, with the commit before it where it is no file of the work tree.
    pub location: String,
    /// In the order of the file, never empty.
    pub findings: Vec<Finding>,
    /// What it says all the same: in a format of another tool, whatever stands in places that are known; in ours only where
    /// there is a day before which nothing of it may be told.
    pub as_far: Option<Box<Note>>,
}

impl NoteError {
    /// What to do about it, each thing once, in the order of the findings.
    pub fn hints(&self) -> Vec<String> {
        hints(&self.findings)
    }
}

static SCHEMA: LazyLock<Value> = LazyLock::new(note_schema);

/// The JSON Schema of a note's front matter, as editors read it.
pub fn note_schema() -> Value {
    published::<NoteShape>()
}

impl Note {
    /// Reads and checks the bytes of a file.
    pub fn from_bytes(bytes: &[u8], location: &str, channels: Option<&[ChannelName]>) -> Result<Self, NoteError> {
        Self::read(as_text(bytes, location)?, location, channels)
    }

    /// Reads and checks `text`, which people know as `location`. `channels` are the names that `release.toml` has; where
    /// they are not known, as for a note of long ago, no name is refused.
    pub fn read(text: &str, location: &str, channels: Option<&[ChannelName]>) -> Result<Self, NoteError> {
        let refused = |findings: Vec<Finding>, as_far: Option<Note>| NoteError {
            location: location.to_owned(),
            findings,
            as_far: as_far.map(Box::new),
        };
        let parts = split(text).map_err(|fault| refused(vec![first(location, frame_fault(&fault))], None))?;
        // One line stands for the first mark, so that places are those of the note.
        let front = format!("\n{}", parts.front);
        let document = Document::parse(&front).map_err(|faults| refused(not_toml(faults, location), None))?;
        let mut found = Collector::new(&document, location.to_owned());
        let shape = read_shape::<NoteShape>(&document, &mut found, &SCHEMA);
        let note = shape.map(|shape| check_note(&mut found, shape, NoteText::parse(parts.body), channels));
        let findings = found.into_findings();
        match note {
            Some(note) if findings.is_empty() => Ok(note),
            note => Err(refused(findings, note.filter(Note::has_a_day))),
        }
    }
}

/// The text of a file.
pub(super) fn as_text<'b>(bytes: &'b [u8], location: &str) -> Result<&'b str, NoteError> {
    std::str::from_utf8(bytes).map_err(|_| NoteError {
        location: location.to_owned(),
        findings: vec![first(location, Fault::NotText)],
        as_far: None,
    })
}

fn frame_fault(fault: &FrameFault) -> Fault {
    match fault {
        FrameFault::Absent => Fault::NoFrontMatter,
        FrameFault::Open => Fault::OpenFrontMatter,
    }
}

/// A finding about the file as a whole.
fn first(location: &str, fault: Fault) -> Finding {
    let position = Position { line: 1, column: 1 };
    Finding { location: location.to_owned(), position, path: KeyPath::root(), fault }
}
