//! Which change notes there are: those of a commit, of the work tree, and the ones that count as policy does. Notes are
//! deleted after a release, so that whoever wants the note of a change looks at a commit that has it.
//!
//! The invariant: a note that is wrong, or whose blob this clone lacks, hides no other.

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

/// Whether a path is that of a note: a Markdown file below the directory that is no `README`.
pub fn is_note(changes: &Changes, path: &str) -> bool {
    let below = path.strip_prefix(changes.directory.as_str()).and_then(|rest| rest.strip_prefix('/'));
    below.is_some_and(|below| {
        let name = below.rsplit('/').next().unwrap_or(below);
        name.len() > 3
            && name.to_ascii_lowercase().ends_with(".md")
            && !name.to_ascii_lowercase().starts_with("readme.")
            && !name.starts_with('.')
    })
}

/// The notes that a commit has. `channels` are the names that `release.toml` has; for a commit of long ago none.
pub fn notes_at(
    reader: &ObjectReader<'_>,
    changes: &Changes,
    commit: CommitId,
    channels: Option<&[ChannelName]>,
) -> Result<Notes, NotesError> {
    let directory = changes.directory.as_str();
    let leads_there = |path: &str| {
        let is_below = |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| rest.starts_with('/'));
        path == directory || is_below(directory, path) || is_below(path, directory)
    };
    let failed = |source| NotesError::Commit { commit, source };
    let found = reader.files_matching(commit, leads_there, |path| is_note(changes, path)).map_err(failed)?;
    let mut notes = Notes::default();
    for (path, blob) in found {
        match reader.blob(blob) {
            Ok(bytes) => notes.add(path.clone(), format!("{}:{path}", commit.short()), &bytes, channels),
            Err(error) if error.is_absent() => notes.absent.push(path),
            Err(source) => return Err(failed(source)),
        }
    }
    Ok(notes)
}

/// The notes of the work tree, uncommitted ones included.
pub fn notes_of_work_tree(
    root: &Path,
    changes: &Changes,
    channels: Option<&[ChannelName]>,
) -> Result<Notes, NotesError> {
    let mut paths = Vec::new();
    let mut open = vec![changes.directory.clone()];
    while let Some(directory) = open.pop() {
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
            let path = format!("{directory}/{name}");
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() && is_note(changes, &path) {
                paths.push(path);
            }
        }
    }
    paths.sort_unstable();
    let mut notes = Notes::default();
    for path in paths {
        let file = root.join(&path);
        let bytes = std::fs::read(&file).map_err(|source| NotesError::Files { path: file, source })?;
        notes.add(path.clone(), path, &bytes, channels);
    }
    Ok(notes)
}

/// The notes that count as policy does: of the work tree where `release.toml` is read from there, else of trunk's tip.
pub fn notes_of_trunk(repository: &Repository, config: &Config, trunk: CommitId) -> Result<Notes, NotesError> {
    let channels: Vec<ChannelName> = config.channels.keys().cloned().collect();
    if let (Origin::WorkTree { .. }, Some(root)) = (&config.origin, repository.work_dir()) {
        return notes_of_work_tree(root, &config.changes, Some(&channels));
    }
    let commit = match &config.origin {
        Origin::Trunk { commit, .. } => *commit,
        _ => trunk,
    };
    let reader = repository.reader().map_err(|source| NotesError::Commit { commit, source })?;
    notes_at(&reader, &config.changes, commit, Some(&channels))
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

impl Notes {
    /// The note at a path.
    pub fn note(&self, path: &str) -> Option<&NoteFile> {
        self.notes.binary_search_by(|file| file.path.as_str().cmp(path)).ok().map(|at| &self.notes[at])
    }

    fn add(&mut self, path: String, location: String, bytes: &[u8], channels: Option<&[ChannelName]>) {
        match Note::from_bytes(bytes, &location, channels) {
            Ok(note) => self.notes.push(NoteFile { path, location, note }),
            Err(error) => self.invalid.push(error),
        }
    }
}
