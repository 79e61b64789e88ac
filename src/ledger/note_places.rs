//! Which notes of other tools a repository has: as `[changes]` says, else as the files of trunk show. Looked at where policy
//! is read from, once per run.

use std::path::Path;

use crate::config::{Changes, ChloggenNotes, Config, ForeignNotes, NoteFormat, Origin, RenoNotes, TowncrierNotes};
use crate::domain::CommitId;
use crate::git::{ObjectReader, Repository, TreeEntryKind};

/// Files as policy sees them. What this clone lacks is not there.
enum Tree<'a> {
    Work(&'a Path),
    Commit(&'a ObjectReader, CommitId),
}

impl Tree<'_> {
    fn text(&self, path: &str) -> Option<String> {
        let bytes = match self {
            Self::Work(root) => std::fs::read(root.join(path)).ok(),
            Self::Commit(reader, commit) => reader.file_at(*commit, path).ok().flatten(),
        };
        bytes.and_then(|bytes| String::from_utf8(bytes).ok())
    }

    fn has_directory(&self, path: &str) -> bool {
        match self {
            Self::Work(root) => root.join(path).is_dir(),
            Self::Commit(reader, commit) => reader
                .entry_at(*commit, path)
                .ok()
                .flatten()
                .is_some_and(|entry| entry.kind == TreeEntryKind::Directory),
        }
    }
}

/// The notes of other tools, read from where the configuration is read: the work tree, its commit, else trunk's tip.
pub fn foreign_notes(
    config: &Config,
    repository: &Repository,
    reader: &ObjectReader,
    trunk: CommitId,
) -> Vec<ForeignNotes> {
    let tree = match (&config.origin, repository.work_dir()) {
        (Origin::WorkTree { .. }, Some(root)) => Tree::Work(root),
        (Origin::Trunk { commit, .. }, _) => Tree::Commit(reader, *commit),
        _ => Tree::Commit(reader, trunk),
    };
    found(&config.changes, &tree)
}

/// The notes of other tools that a commit shows, where nothing is configured.
pub fn foreign_notes_of_commit(reader: &ObjectReader, commit: CommitId) -> Vec<ForeignNotes> {
    found(&Changes::default(), &Tree::Commit(reader, commit))
}

fn found(changes: &Changes, tree: &Tree<'_>) -> Vec<ForeignNotes> {
    let directory = changes.foreign_directory.as_deref();
    let is_asked = |format| match changes.format {
        None => true,
        Some(declared) => declared == format,
    };
    let is_declared = changes.format.is_some();
    let mut found = Vec::new();
    if is_asked(NoteFormat::Reno) {
        let settings = RenoNotes::SETTINGS.iter().find_map(|path| tree.text(path));
        let mut notes = RenoNotes::configured(settings.as_deref());
        if let Some(directory) = directory {
            directory.clone_into(&mut notes.directory);
        }
        found.extend((is_declared || tree.has_directory(&notes.directory)).then_some(ForeignNotes::Reno(notes)));
    }
    if is_asked(NoteFormat::Towncrier) {
        let configured = TowncrierNotes::SETTINGS.iter().find_map(|path| TowncrierNotes::configured(&tree.text(path)?));
        let is_configured = configured.is_some();
        let mut notes = configured.unwrap_or_default();
        if let Some(directory) = directory {
            notes = notes.in_directory(directory);
        }
        let is_there = || notes.directories.iter().any(|(directory, _)| tree.has_directory(directory));
        let is_there = is_declared || is_configured || is_there();
        found.extend(is_there.then_some(ForeignNotes::Towncrier(notes)));
    }
    if is_asked(NoteFormat::Chloggen) {
        let settings = tree.text(ChloggenNotes::SETTINGS);
        let mut notes = ChloggenNotes::configured(settings.as_deref());
        if let Some(directory) = directory {
            directory.clone_into(&mut notes.directory);
        }
        found.extend((is_declared || tree.has_directory(&notes.directory)).then_some(ForeignNotes::Chloggen(notes)));
    }
    found
}
