//! The version files of a channel at a commit: what they hold, that they agree, and the edits that make them hold
//! another version.

use crate::config::{VersionFile, Versioned};
use crate::domain::{CommitId, Version};
use crate::git::{FileEdit, FileEdits, ObjectReader, ReadError};
use crate::ledger::{VersionFault, VersionFileError, companions, held_version, with_version};

/// Why version files cannot be read or edited.
#[derive(Debug, thiserror::Error)]
pub enum VersionCommitError {
    #[error(transparent)]
    File(#[from] VersionFileError),
    #[error("cannot read the version files")]
    Read(#[from] ReadError),
}

impl VersionCommitError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::Read(error) => error.hint(),
        }
    }
}

/// What the version files of a commit hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub version: Version,
    /// What follows the numbers, separator included: `-dev`, `.dev0`, `-SNAPSHOT`; empty for a plain version.
    pub suffix: String,
}

impl Held {
    fn new(version: Version) -> Self {
        let suffix = version.as_str()[version.release().as_str().len()..].to_owned();
        Self { version, suffix }
    }

    /// `numbers` written as the files write theirs: as many numbers, and the same suffix.
    pub fn like(&self, numbers: &[u64], first_patch: u64) -> String {
        let mut numbers = numbers.to_vec();
        let count = self.version.numbers().len();
        while numbers.len() < count {
            numbers.push(if numbers.len() + 1 == count && count > 2 { first_patch } else { 0 });
        }
        let text = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
        format!("{text}{}", self.suffix)
    }
}

/// What the channel's version files hold at a commit; `None` where it has none.
pub(super) fn held(
    reader: &ObjectReader,
    channel: &Versioned,
    commit: CommitId,
) -> Result<Option<Held>, VersionCommitError> {
    let mut first: Option<(&VersionFile, String)> = None;
    for file in &channel.version_files {
        let held = held_version(file, &bytes_at(reader, file, commit)?)?;
        match &first {
            Some((other, expected)) if *expected != held => {
                let (other, expected) = (other.path.clone(), expected.clone());
                let fault = VersionFault::Disagrees { found: held, other, expected };
                return Err(VersionFileError::new(file, fault).into());
            }
            Some(_) => {}
            None => first = Some((file, held)),
        }
    }
    let Some((file, held)) = first else { return Ok(None) };
    match held.parse() {
        Ok(version) => Ok(Some(Held::new(version))),
        Err(_) => Err(VersionFileError::new(file, VersionFault::NoVersion { found: held }).into()),
    }
}

/// Refuses files that hold a version higher than the one that is to come: then it is another line than was meant.
pub(super) fn must_not_be_higher(channel: &Versioned, held: &Held, wanted: &Version) -> Result<(), VersionCommitError> {
    match channel.version_files.first() {
        Some(file) if held.version.release().numbers() > wanted.release().numbers() => {
            let (found, wanted) = (held.version.to_string(), wanted.to_string());
            Err(VersionFileError::new(file, VersionFault::Higher { found, wanted }).into())
        }
        _ => Ok(()),
    }
}

/// The edits that make all version files of a commit, and the lock files beside them, hold `version`.
pub(super) fn edits(
    reader: &ObjectReader,
    channel: &Versioned,
    commit: CommitId,
    version: &str,
) -> Result<FileEdits, VersionCommitError> {
    let mut edits = FileEdits::new();
    for file in &channel.version_files {
        // Two places of one file are edited one after the other.
        let bytes = match edits.get(&file.path) {
            Some(FileEdit::Write(bytes)) => bytes.clone(),
            _ => bytes_at(reader, file, commit)?,
        };
        let locks = companions(file, &bytes, version, |path| -> Result<_, VersionCommitError> {
            Ok(match edits.get(path) {
                Some(FileEdit::Write(bytes)) => Some(bytes.clone()),
                _ => reader.file_at(commit, path)?,
            })
        })?;
        edits.insert(file.path.clone(), FileEdit::Write(with_version(file, &bytes, version)?));
        edits.extend(locks.into_iter().map(|(path, bytes)| (path, FileEdit::Write(bytes))));
    }
    Ok(edits)
}

fn bytes_at(reader: &ObjectReader, file: &VersionFile, commit: CommitId) -> Result<Vec<u8>, VersionCommitError> {
    match reader.file_at(commit, &file.path)? {
        Some(bytes) => Ok(bytes),
        None => Err(VersionFileError::new(file, VersionFault::Missing { commit }).into()),
    }
}
