//! The one door to change notes, in whichever format they are written: those of a commit, of the work tree, the ones that
//! count as policy does, and the note of one change. Notes are deleted after a release, so that whoever wants the note of a
//! change asks with a commit that has it.
//!
//! The path under which a note was first added is the identity of its change.
//!
//! The invariant: a note that is wrong, or whose blob this clone lacks, hides no other.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use crate::config::{Changes, Config, Decision, Note, NoteError, Origin};
use crate::domain::{ChannelName, CommitId};
use crate::git::{ObjectReader, ReadError, Repository};

/// A note and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteFile {
    /// From the root of the repository, with forward slashes.
    pub path: String,
    /// What stands before a line number; with the commit where it is no file of the work tree.
    pub location: String,
    pub note: Note,
}

/// The notes of one place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    /// By path.
    pub notes: Vec<NoteFile>,
    /// Files that are no sound notes, by path.
    pub invalid: Vec<NoteError>,
    /// Paths of notes whose text this clone lacks.
    pub absent: Vec<String>,
}

/// A person's word on where a change stands, and where that word is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub decision: Decision,
    /// The file, with the commit before it where it is no file of the work tree, and the line: `release.toml:31`.
    pub place: String,
}

/// Why notes cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum NotesError {
    #[error("cannot read the change notes of {}", .commit.short())]
    Commit {
        commit: CommitId,
        #[source]
        source: ReadError,
    },
    #[error("cannot read the change notes in `{}`", .path.display())]
    Files {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

/// Whether a path is that of a note, in whichever format.
pub fn is_note(changes: &Changes, path: &str) -> bool {
    changes.is_note(path)
}

/// The bytes of a note, before anybody has read them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSource {
    /// From the root of the repository, with forward slashes.
    pub path: String,
    /// As of [`NoteFile`].
    pub location: String,
    pub bytes: Vec<u8>,
}

/// The notes of one place, before anybody has read them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoteSources {
    /// By path.
    pub sources: Vec<NoteSource>,
    /// Paths of notes whose text this clone lacks.
    pub absent: Vec<String>,
}

/// The notes that a commit has. `channels` are the names that `release.toml` has; for a commit of long ago none.
pub fn notes_at(
    reader: &ObjectReader,
    changes: &Changes,
    commit: CommitId,
    channels: Option<&[ChannelName]>,
) -> Result<Notes, NotesError> {
    Ok(note_sources_at(reader, changes, commit)?.read(changes, channels))
}

/// The same before anybody has read them.
pub fn note_sources_at(reader: &ObjectReader, changes: &Changes, commit: CommitId) -> Result<NoteSources, NotesError> {
    let failed = |source| NotesError::Commit { commit, source };
    let found = reader
        .files_matching(commit, |path| changes.leads_to_notes(path), |path| changes.is_note(path))
        .map_err(failed)?;
    let mut notes = NoteSources::default();
    for (path, blob) in found {
        match reader.blob(blob) {
            Ok(bytes) => {
                let location = format!("{}:{path}", commit.short());
                notes.sources.push(NoteSource { path, location, bytes });
            }
            Err(error) if error.is_absent() => notes.absent.push(path),
            Err(source) => return Err(failed(source)),
        }
    }
    Ok(notes)
}

/// The notes of the work tree, uncommitted ones included.
pub fn note_sources_of_work_tree(root: &Path, changes: &Changes) -> Result<NoteSources, NotesError> {
    let mut paths = Vec::new();
    let mut open: Vec<String> = changes.note_directories().map(str::to_owned).collect();
    let mut seen = BTreeSet::new();
    while let Some(directory) = open.pop() {
        // One tool's directory may lie within another's.
        if !seen.insert(directory.clone()) {
            continue;
        }
        let failed = |source| NotesError::Files { path: root.join(&directory), source };
        let entries = match std::fs::read_dir(root.join(&directory)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(source) => return Err(failed(source)),
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let kind = entry.file_type().map_err(failed)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = if directory.is_empty() { name } else { format!("{directory}/{name}") };
            if kind.is_dir() {
                open.extend(changes.leads_to_notes(&path).then_some(path));
            } else if kind.is_file() && changes.is_note(&path) {
                paths.push(path);
            }
        }
    }
    paths.sort_unstable();
    paths.dedup();
    let mut notes = NoteSources::default();
    for path in paths {
        let file = root.join(&path);
        let bytes = std::fs::read(&file).map_err(|source| NotesError::Files { path: file, source })?;
        notes.sources.push(NoteSource { location: path.clone(), path, bytes });
    }
    Ok(notes)
}

/// The notes that count as policy does: of the work tree where `release.toml` is read from there, else of trunk's tip.
pub fn notes_of_trunk(repository: &Repository, config: &Config, trunk: CommitId) -> Result<Notes, NotesError> {
    let channels: Vec<ChannelName> = config.channels.keys().cloned().collect();
    Ok(note_sources_of_trunk(repository, config, trunk)?.read(&config.changes, Some(&channels)))
}

/// The same before anybody has read them.
pub fn note_sources_of_trunk(
    repository: &Repository,
    config: &Config,
    trunk: CommitId,
) -> Result<NoteSources, NotesError> {
    if let (Origin::WorkTree { .. }, Some(root)) = (&config.origin, repository.work_dir()) {
        return note_sources_of_work_tree(root, &config.changes);
    }
    let commit = match &config.origin {
        Origin::Trunk { commit, .. } => *commit,
        _ => trunk,
    };
    let reader = repository.reader().map_err(|source| NotesError::Commit { commit, source })?;
    note_sources_at(&reader, &config.changes, commit)
}

/// Every decision, those of `release.toml` before those of notes, each in the order of its file. Where two speak of one
/// commit the first wins.
pub fn decisions(config: &Config, notes: &Notes) -> Vec<Decided> {
    let decided = |location: &str, decision: &Decision| Decided {
        decision: decision.clone(),
        place: format!("{location}:{}", decision.line),
    };
    let location = config.origin.location();
    let of_file = config.changes.decisions.iter().map(|decision| decided(&location, decision));
    let of_notes = notes
        .notes
        .iter()
        .flat_map(|file| file.note.decisions.iter().map(|decision| decided(&file.location, decision)));
    of_file.chain(of_notes).collect()
}

/// The notes of single changes.
pub struct NoteBook<'r> {
    reader: ObjectReader,
    changes: &'r Changes,
    current: Notes,
}

/// The note of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoteOfChange {
    Sound(Box<NoteFile>),
    Invalid(NoteError),
    /// This clone lacks its text, or there is none.
    Absent,
}

impl<'r> NoteBook<'r> {
    /// Reads the notes that count now; what a clone without trees lacks is no error.
    pub fn open(repository: &'r Repository, config: &'r Config, trunk: CommitId) -> Result<Self, NotesError> {
        let current = match notes_of_trunk(repository, config, trunk) {
            Err(NotesError::Commit { source, .. }) if source.is_absent() => Notes::default(),
            notes => notes?,
        };
        let reader = repository.reader().map_err(|source| NotesError::Commit { commit: trunk, source })?;
        Ok(Self { reader, changes: &config.changes, current })
    }

    /// The notes that count now.
    pub fn current(&self) -> &Notes {
        &self.current
    }

    /// The note that `commit` added or changed under `path`: as it counts now, or, where trunk has deleted it or never had
    /// it, as the commit has it.
    pub fn of_change(&self, path: &str, commit: CommitId) -> Result<NoteOfChange, NotesError> {
        if let Some(file) = self.current.note(path) {
            return Ok(NoteOfChange::Sound(Box::new(file.clone())));
        }
        if let Some(error) = self
            .current
            .invalid
            .iter()
            .find(|error| error.location == path || error.location.ends_with(&format!(":{path}")))
        {
            return Ok(NoteOfChange::Invalid(error.clone()));
        }
        self.at(path, commit)
    }

    /// The note under `path` as a commit has it, whatever was corrected since.
    pub fn at(&self, path: &str, commit: CommitId) -> Result<NoteOfChange, NotesError> {
        let bytes = match self.reader.file_at(commit, path) {
            Err(source) if !source.is_absent() => return Err(NotesError::Commit { commit, source }),
            Err(_) | Ok(None) => return Ok(NoteOfChange::Absent),
            Ok(Some(bytes)) => bytes,
        };
        let location = format!("{}:{path}", commit.short());
        // Channels come and go; a note of long ago is not wrong because one of its channels went.
        Ok(match self.changes.read_note(path, &location, &bytes, None) {
            Ok(note) => NoteOfChange::Sound(Box::new(NoteFile { path: path.to_owned(), location, note })),
            Err(error) => NoteOfChange::Invalid(error),
        })
    }
}

impl Notes {
    /// The note at a path.
    pub fn note(&self, path: &str) -> Option<&NoteFile> {
        self.notes.binary_search_by(|file| file.path.as_str().cmp(path)).ok().map(|at| &self.notes[at])
    }
}

impl NoteSources {
    /// Reads each, those that are wrong beside those that are sound.
    fn read(self, changes: &Changes, channels: Option<&[ChannelName]>) -> Notes {
        let mut notes = Notes { absent: self.absent, ..Notes::default() };
        for NoteSource { path, location, bytes } in self.sources {
            match changes.read_note(&path, &location, &bytes, channels) {
                Ok(note) => notes.notes.push(NoteFile { path, location, note }),
                Err(error) => notes.invalid.push(error),
            }
        }
        notes
    }
}
