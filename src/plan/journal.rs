//! The journal: what a run is about to do, on the disk before it does it, so that the next run can complete or undo it.
//!
//! One file, `twintrack/intent` in the common git directory: a JSON document on the first line, then one line per stage
//! that was entered. The document is put in place by renaming and every line is synced, so a kill leaves it whole or
//! absent; a torn last line counts as not written. The file is there only while a run is at work, or was killed at it.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::lock::own_directory;
use crate::domain::{ObjectId, RefName};

const VERSION: u32 = 1;

/// Why the journal could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("cannot write the journal `{}`", .path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("cannot read the journal `{}`", .path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the journal `{}` is from another version of Twintrack or is damaged", .path.display())]
    Unknown { path: PathBuf },
}

impl JournalError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Write { .. } => "see that the disk is not full and the directory can be written".to_owned(),
            Self::Read { .. } => "see who may read the file".to_owned(),
            Self::Unknown { path } => format!(
                "run the version that wrote it, or see in it which refs were to be set and remove it: {}",
                path.display()
            ),
        })
    }
}

/// A ref and what it holds before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct IntentRef {
    pub name: RefName,
    pub old: Option<ObjectId>,
    pub new: Option<ObjectId>,
}

/// What is pushed where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct IntentPush {
    pub remote: String,
    pub refs: Vec<IntentRef>,
}

/// A work tree that follows its branch, with the objects whose trees it goes from and to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct IntentWorkTree {
    pub path: PathBuf,
    pub branch: RefName,
    pub from: ObjectId,
    pub to: ObjectId,
}

/// What a run is about to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Intent {
    version: u32,
    pub title: String,
    pub refs: Vec<IntentRef>,
    pub push: Option<IntentPush>,
    pub work_trees: Vec<IntentWorkTree>,
    /// The lock files that gits of ours may leave. None of them was there when the intent was written.
    #[serde(default)]
    pub locks: Vec<PathBuf>,
}

impl Intent {
    pub fn new(title: &str, refs: Vec<IntentRef>, push: Option<IntentPush>, work_trees: Vec<IntentWorkTree>) -> Self {
        Self { version: VERSION, title: title.to_owned(), refs, push, work_trees, locks: Vec::new() }
    }

    /// The intent as one line of text.
    pub fn to_line(&self) -> std::io::Result<String> {
        serde_json::to_string(self).map(|text| text + "\n").map_err(std::io::Error::other)
    }

    /// Reads such a line; `None` where it is of another version, or damaged.
    pub fn from_line(line: &str) -> Option<Self> {
        serde_json::from_str::<Self>(line).ok().filter(|intent| intent.version == VERSION)
    }
}

/// How far a run came, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Nothing was changed yet.
    Written,
    /// The remote may have been changed.
    Pushing,
    /// The remote has what was planned.
    Pushed,
}

const STAGES: [(Stage, &str); 2] = [(Stage::Pushing, "pushing"), (Stage::Pushed, "pushed")];

/// The open journal of this run.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
}

fn path_in(common_dir: &Path) -> PathBuf {
    own_directory(common_dir).join("intent")
}

/// Whether a journal is there: a run is at work, or was killed at it.
pub(super) fn is_there(common_dir: &Path) -> bool {
    path_in(common_dir).exists()
}

/// When the journal was last written to; `None` where the system does not say.
pub(super) fn written_at(common_dir: &Path) -> Option<SystemTime> {
    std::fs::metadata(path_in(common_dir)).and_then(|metadata| metadata.modified()).ok()
}

/// Reads the journal that a killed run left.
pub(super) fn read(common_dir: &Path) -> Result<Option<(Intent, Stage)>, JournalError> {
    let path = path_in(common_dir);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(JournalError::Read { path, source }),
    };
    let (document, marks) = text.split_once('\n').unwrap_or((&text, ""));
    match Intent::from_line(document) {
        Some(intent) => {
            let is_marked = |word: &str| marks.split_inclusive('\n').any(|line| line.strip_suffix('\n') == Some(word));
            let stage =
                STAGES.iter().rev().find(|(_, word)| is_marked(word)).map_or(Stage::Written, |(stage, _)| *stage);
            Ok(Some((intent, stage)))
        }
        None => Err(JournalError::Unknown { path }),
    }
}

impl Journal {
    /// Writes the intent and syncs it to disk. The caller holds our lock and has settled any earlier journal.
    pub fn open(common_dir: &Path, intent: &Intent) -> Result<Self, JournalError> {
        let path = path_in(common_dir);
        let write = || {
            put_in_place(&path, &intent.to_line()?)?;
            File::options().append(true).open(&path)
        };
        match write() {
            Ok(file) => Ok(Self { path, file }),
            Err(source) => Err(JournalError::Write { path, source }),
        }
    }

    /// Opens the journal that is there, to go on with it.
    pub fn reopen(common_dir: &Path) -> Result<Self, JournalError> {
        let path = path_in(common_dir);
        match File::options().append(true).open(&path) {
            Ok(file) => Ok(Self { path, file }),
            Err(source) => Err(JournalError::Write { path, source }),
        }
    }

    /// Notes that a stage is entered.
    pub fn mark(&mut self, stage: Stage) -> Result<(), JournalError> {
        let Some((_, word)) = STAGES.iter().find(|(known, _)| *known == stage) else { return Ok(()) };
        let written = writeln!(self.file, "{word}").and_then(|()| self.file.sync_data());
        written.map_err(|source| JournalError::Write { path: self.path.clone(), source })
    }

    /// Closes the journal: everything in it is done, or nothing is.
    pub fn close(self) -> Result<(), JournalError> {
        let Self { path, file } = self;
        drop(file);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(JournalError::Write { path, source }),
            _ => {
                sync_directory(&path);
                Ok(())
            }
        }
    }
}

/// Puts a file in place whole, and synced.
pub(super) fn put_in_place(path: &Path, text: &str) -> std::io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file = File::create(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)?;
    sync_directory(path);
    Ok(())
}

/// Makes a renaming or removal last. Systems that cannot sync a directory keep the order by themselves.
fn sync_directory(file: &Path) {
    if let Some(directory) = file.parent().and_then(|path| File::open(path).ok()) {
        let _ = directory.sync_all();
    }
}
