//! Writes a set of files into a directory and keeps it current: files that are as they should be are not touched, files
//! that an earlier run wrote and nobody needs any more are removed, and whatever else is there stays. The invariant: a
//! file is touched only if the record of our own files names it or it did not exist.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::digest::Digest;

/// The record of what we wrote, in the directory itself.
pub const RECORD: &str = ".twintrack-published.json";

/// Why a directory could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("would overwrite {}, which `twintrack publish` did not write", listed(.files))]
    Foreign { directory: PathBuf, files: Vec<String> },
    #[error("`{}` is not the record of published files that this version writes", .path.display())]
    Record { path: PathBuf, source: serde_json::Error },
    #[error("cannot write the documents")]
    Io(#[from] io::Error),
}

impl WriteError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Foreign { .. } => Some("choose an empty directory, or move those files away".to_owned()),
            Self::Record { path, .. } => Some(format!("remove `{}` and the files beside it", path.display())),
            Self::Io(_) => None,
        }
    }
}

fn listed(files: &[String]) -> String {
    let shown = files.iter().take(3).map(|file| format!("`{file}`")).collect::<Vec<_>>().join(", ");
    match files.len().saturating_sub(3) {
        0 => shown,
        more => format!("{shown} and {more} more files"),
    }
}

/// What a run changed, or a check found to be different; paths in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    pub written: Vec<String>,
    pub removed: Vec<String>,
    /// Files that were as they should be.
    pub unchanged: usize,
}

impl Changes {
    /// Whether everything was as it should be.
    pub fn is_empty(&self) -> bool {
        self.written.is_empty() && self.removed.is_empty()
    }
}

/// What files were made from: where both are the same again, so are the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// A word for all facts that documents depend on.
    pub facts: String,
    /// The day for which ages were told.
    pub on: NaiveDate,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Record {
    schema_version: u32,
    published_at: DateTime<Utc>,
    /// Absent while a run is at work, and where nothing can be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    made: Option<Made>,
    /// With the digest of what was written; of a file that is only going to be, an empty text.
    files: BTreeMap<String, String>,
}

/// A directory of published files.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    record: Record,
}

impl Directory {
    /// Reads the record; a directory that does not exist has none.
    pub fn open(path: &Path) -> Result<Self, WriteError> {
        let file = path.join(RECORD);
        let mut record: Record = match fs_err::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|source| WriteError::Record { path: file, source })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Record::default(),
            Err(error) => return Err(error.into()),
        };
        // Files are removed by this list: what leads out of the directory is none of ours, whoever wrote it.
        record.files.retain(|name, _| Path::new(name).components().all(|part| matches!(part, Component::Normal(_))));
        Ok(Self { path: path.to_owned(), record })
    }

    /// The moment for which the files were last written; `None` where none were.
    pub fn published_at(&self) -> Option<DateTime<Utc>> {
        (!self.record.files.is_empty()).then_some(self.record.published_at)
    }

    /// The number of files, where all of them are there as they were made from these facts - `to_the_day` also for this day -
    /// so that there is nothing to do.
    pub fn is_made_from(&self, made: &Made, to_the_day: bool) -> Result<Option<usize>, WriteError> {
        let is_same = |own: &Made| own.facts == made.facts && (!to_the_day || own.on == made.on);
        if !self.record.made.as_ref().is_some_and(is_same) {
            return Ok(None);
        }
        for (name, digest) in &self.record.files {
            let present = self.read(name)?;
            if present.is_none_or(|bytes| Digest::of(&bytes).to_string() != *digest) {
                return Ok(None);
            }
        }
        Ok(Some(self.record.files.len()))
    }

    /// What writing `files` would change.
    pub fn compare(&self, files: &BTreeMap<String, Vec<u8>>) -> Result<Changes, WriteError> {
        let mut changes = Changes::default();
        for (name, bytes) in files {
            match self.read(name)? {
                Some(present) if present == *bytes => changes.unchanged += 1,
                _ => changes.written.push(name.clone()),
            }
        }
        for name in self.record.files.keys().filter(|name| !files.contains_key(*name)) {
            if self.read(name)?.is_some() {
                changes.removed.push(name.clone());
            }
        }
        Ok(changes)
    }

    /// Brings the directory up to date. Killed half-way, it leaves whole files, and the next run goes on: what is going
    /// to be written is on record before the first file is.
    pub fn write(
        &mut self,
        files: &BTreeMap<String, Vec<u8>>,
        now: DateTime<Utc>,
        made: Option<Made>,
    ) -> Result<Changes, WriteError> {
        let changes = self.compare(files)?;
        let mut foreign = Vec::new();
        for name in changes.written.iter().filter(|name| !self.record.files.contains_key(*name)) {
            if self.read(name)?.is_some() {
                foreign.push(name.clone());
            }
        }
        if !foreign.is_empty() {
            return Err(WriteError::Foreign { directory: self.path.clone(), files: foreign });
        }
        let digest = |(name, bytes): (&String, &Vec<u8>)| (name.clone(), Digest::of(bytes).to_string());
        let wanted: BTreeMap<String, String> = files.iter().map(digest).collect();
        if changes.is_empty() && wanted == self.record.files && made == self.record.made {
            return Ok(changes);
        }
        fs_err::create_dir_all(&self.path)?;
        if !changes.is_empty() {
            let mut all = self.record.files.clone();
            all.extend(changes.written.iter().map(|name| (name.clone(), String::new())));
            self.save(all, now, None)?;
        }
        for name in &changes.written {
            self.replace(name, &files[name])?;
        }
        for name in &changes.removed {
            fs_err::remove_file(self.path.join(name))?;
            self.remove_empty_folders(name);
        }
        self.save(wanted, now, made)?;
        Ok(changes)
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, WriteError> {
        match fs_err::read(self.path.join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn save(
        &mut self,
        files: BTreeMap<String, String>,
        now: DateTime<Utc>,
        made: Option<Made>,
    ) -> Result<(), WriteError> {
        self.record = Record { schema_version: 2, published_at: now, made, files };
        let mut text = serde_json::to_vec_pretty(&self.record).map_err(io::Error::from)?;
        text.push(b'\n');
        self.replace(RECORD, &text)
    }

    /// A reader sees the old file or the new one, never a part.
    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), WriteError> {
        let path = self.path.join(name);
        let folder = path.parent().unwrap_or(&self.path);
        fs_err::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".twintrack-");
        // Temporary files are private by default; what is published is for whoever the umask lets read it.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    }

    /// Folders that a removed file leaves empty; any that hold something stay, and so does the directory itself.
    fn remove_empty_folders(&self, name: &str) {
        let mut folder = Path::new(name).parent();
        while let Some(inner) = folder.filter(|inner| !inner.as_os_str().is_empty()) {
            if fs_err::remove_dir(self.path.join(inner)).is_err() {
                return;
            }
            folder = inner.parent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        list.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    }

    fn write(path: &Path, list: &[(&str, &str)]) -> Result<Changes, WriteError> {
        Directory::open(path)?.write(&files(list), DateTime::default(), None)
    }

    #[test]
    fn writes_what_changed_and_removes_what_is_no_longer_needed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out");
        write(&path, &[("a.md", "1"), ("b/c/d.md", "2")]).unwrap();
        let changes = write(&path, &[("a.md", "1"), ("e.md", "3")]).unwrap();
        assert_eq!(
            (changes.written, changes.removed, changes.unchanged),
            (vec!["e.md".into()], vec!["b/c/d.md".into()], 1)
        );
        assert!(!path.join("b").exists());
        assert!(write(&path, &[("a.md", "1"), ("e.md", "3")]).unwrap().is_empty());
    }

    #[test]
    fn leaves_files_of_others_alone() {
        let directory = tempfile::tempdir().unwrap();
        fs_err::create_dir(directory.path().join("b")).unwrap();
        fs_err::write(directory.path().join("b/mine.txt"), "mine").unwrap();
        fs_err::write(directory.path().join("a.md"), "mine").unwrap();
        let error = write(directory.path(), &[("a.md", "1"), ("b/c.md", "2")]).unwrap_err();
        assert_eq!(error.to_string(), "would overwrite `a.md`, which `twintrack publish` did not write");
        assert!(!directory.path().join("b/c.md").exists());
        write(directory.path(), &[("b/c.md", "2")]).unwrap();
        write(directory.path(), &[("d.md", "2")]).unwrap();
        assert_eq!(fs_err::read_to_string(directory.path().join("b/mine.txt")).unwrap(), "mine");
    }

    #[test]
    fn goes_on_after_a_run_that_was_killed() {
        let directory = tempfile::tempdir().unwrap();
        let mut killed = Directory::open(directory.path()).unwrap();
        killed.save([("a.md".to_owned(), String::new())].into(), DateTime::default(), None).unwrap();
        fs_err::write(directory.path().join("a.md"), "half").unwrap();
        assert_eq!(write(directory.path(), &[("a.md", "whole")]).unwrap().written, ["a.md"]);
    }

    #[test]
    fn what_was_made_from_the_same_facts_need_not_be_made_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        let made = |facts: &str, day: u32| Made {
            facts: facts.to_owned(),
            on: NaiveDate::from_ymd_opt(2025, 6, day).unwrap(),
        };
        let files = files(&[("a.md", "1"), ("b.md", "2")]);
        Directory::open(path).unwrap().write(&files, DateTime::default(), Some(made("x", 1))).unwrap();
        let ask = |facts: &str, day, to_the_day| {
            Directory::open(path).unwrap().is_made_from(&made(facts, day), to_the_day).unwrap()
        };
        assert_eq!(ask("x", 1, true), Some(2));
        assert_eq!((ask("y", 1, true), ask("x", 2, true), ask("x", 2, false)), (None, None, Some(2)));
        fs_err::write(path.join("a.md"), "edited").unwrap();
        assert_eq!(ask("x", 1, true), None);
        fs_err::remove_file(path.join("a.md")).unwrap();
        assert_eq!(ask("x", 1, true), None);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_published_can_be_read_by_others() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        write(directory.path(), &[("a.md", "1")]).unwrap();
        let mode = fs_err::metadata(directory.path().join("a.md")).unwrap().permissions().mode();
        assert_ne!(mode & 0o077, 0);
    }
}
