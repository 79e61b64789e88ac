//! Which object each tag was when it was last audited in this clone: one line per tag in a file of the common git
//! directory. Losing it costs nothing but the knowledge; a tag that was noted keeps what was noted until somebody accepts
//! another object.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::domain::ObjectId;

fn place(common_dir: &Path) -> PathBuf {
    common_dir.join("twintrack").join("known-tags")
}

/// What was noted; nothing where there was no audit. Lines that say nothing are passed over.
pub fn noted_tags(common_dir: &Path) -> BTreeMap<String, ObjectId> {
    let text = std::fs::read_to_string(place(common_dir)).unwrap_or_default();
    let read = |line: &str| {
        let (object, name) = line.split_once(' ')?;
        Some((name.to_owned(), object.parse().ok()?))
    };
    text.lines().filter_map(read).collect()
}

/// Notes `tags`, in place of all that was noted.
pub fn note_tags(common_dir: &Path, tags: &BTreeMap<String, ObjectId>) -> io::Result<()> {
    let place = place(common_dir);
    let directory = place.parent().unwrap_or(common_dir);
    fs_err::create_dir_all(directory)?;
    let lines: String = tags.iter().map(|(name, object)| format!("{object} {name}\n")).collect();
    let file = tempfile::NamedTempFile::new_in(directory)?;
    fs_err::write(file.path(), lines)?;
    file.persist(&place).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_known() {
        let directory = tempfile::tempdir().unwrap();
        assert!(noted_tags(directory.path()).is_empty());
        let id = |byte| ObjectId::from_bytes([byte; 20]);
        let tags = BTreeMap::from([("v1.0.0".to_owned(), id(1)), ("odd name".to_owned(), id(2))]);
        note_tags(directory.path(), &tags).unwrap();
        assert_eq!(noted_tags(directory.path()), tags);
        std::fs::write(place(directory.path()), "soon\nzz v1\n").unwrap();
        assert!(noted_tags(directory.path()).is_empty());
    }
}
