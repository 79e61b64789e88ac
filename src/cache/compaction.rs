//! Merging the segments of many runs into one, so that loading stays one read.
//!
//! One process does it at a time and no one waits for it. What is merged is written before anything is removed; a run
//! that loses a segment under its hands finds fewer facts and works them out again.

use std::collections::HashSet;
use std::fs::File;
use std::path::Path;
use std::time::Duration;

use super::store::{Facts, Namespace, Segment, UNFINISHED_SUFFIX, Writer, segment_paths};

/// More segments than this are merged.
const MANY: usize = 16;

/// An unfinished segment that has not grown for this long belongs to a run that was killed.
const ABANDONED_AFTER: Duration = Duration::from_secs(3600);

/// Merges where it is worth it and nobody else does; failing is as good as not trying.
pub(super) fn compact_if_many(directory: &Path, namespace: Namespace) {
    if segment_paths(directory).len() <= MANY {
        return;
    }
    let Ok(lock) = File::options().create(true).write(true).truncate(false).open(directory.join("lock")) else {
        return;
    };
    if lock.try_lock().is_err() {
        return;
    }
    let paths = segment_paths(directory);
    let segments: Vec<_> = paths.iter().filter_map(|path| Segment::read(path, namespace)).collect();
    let facts = Facts { segments };
    let mut seen = HashSet::new();
    let mut writer = Writer::new(directory.to_owned(), namespace);
    for (key, value) in facts.iter() {
        if seen.insert(key) {
            writer.append(key, value);
        }
    }
    let Ok(merged) = writer.write_segment() else { return };
    for path in paths.iter().filter(|path| Some(*path) != merged.as_ref()) {
        let _ = std::fs::remove_file(path);
    }
    if let Some(now) = merged.and_then(|path| path.metadata().ok()?.modified().ok()) {
        remove_abandoned(directory, now);
    }
}

/// Removes what killed runs left. The present is the file system's, taken from the segment just written.
fn remove_abandoned(directory: &Path, now: std::time::SystemTime) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_unfinished = path.extension().is_some_and(|suffix| suffix == UNFINISHED_SUFFIX);
        let age = entry.metadata().and_then(|m| m.modified()).ok().and_then(|at| now.duration_since(at).ok());
        if is_unfinished && age.is_some_and(|age| age > ABANDONED_AFTER) {
            let _ = std::fs::remove_file(path);
        }
    }
}
