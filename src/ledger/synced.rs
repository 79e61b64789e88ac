//! When the records were last synchronised with a remote: one line in a file of the common git directory. Losing it costs
//! nothing but the knowledge.

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};

fn place(common_dir: &Path) -> PathBuf {
    common_dir.join("twintrack").join("synced")
}

/// The moment of the last synchronisation; `None` where there was none, or where the file says nothing that can be read.
pub fn synced_at(common_dir: &Path) -> Option<DateTime<Utc>> {
    let text = std::fs::read_to_string(place(common_dir)).ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// Notes that the records are those of `remote` as of `now`.
pub fn note_synced(common_dir: &Path, remote: &str, now: DateTime<Utc>) -> io::Result<()> {
    let place = place(common_dir);
    if let Some(directory) = place.parent() {
        fs_err::create_dir_all(directory)?;
    }
    let time = now.to_rfc3339_opts(SecondsFormat::Secs, true);
    fs_err::write(place, format!("{time} {remote}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_known() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(synced_at(directory.path()), None);
        let now: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
        note_synced(directory.path(), "origin", now).unwrap();
        assert_eq!(synced_at(directory.path()), Some(now));
        std::fs::write(place(directory.path()), "soon").unwrap();
        assert_eq!(synced_at(directory.path()), None);
    }
}
