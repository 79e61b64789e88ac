//! What the line probably lacks where a commit does not apply: commits of trunk before it that touched the same regions of
//! the same files. Regions are followed back through the versions of a file, so that lines which moved are found again.
//!
//! A guess, for people: never more than [`MOST`], the newest first, and no more than [`LIMIT`] commits are looked at.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::commits::Source;
use super::pick::Prerequisite;
use crate::domain::ObjectId;
use crate::git::{ChangedLines, Conflict, ConflictKind, ObjectReader, ReadError, changed_lines};
use crate::graph::{Graph, Node, NodeSet};
use crate::history::Presence;

/// Commits that are looked at.
const LIMIT: usize = 5_000;

/// Commits that are told.
const MOST: usize = 10;

/// Files that are followed.
const MOST_FILES: usize = 20;

/// A change this many lines away is near enough to be in the way: a merge refuses lines that touch each other.
const CONTEXT: u32 = 1;

/// Every line of a file.
const WHOLE: Range<u32> = 0..u32::MAX;

/// Where prerequisites are looked for.
pub(super) struct Search<'a> {
    pub graph: &'a Graph,
    pub presence: &'a Presence,
    pub reader: &'a ObjectReader,
    pub on_line: &'a NodeSet,
}

/// A file on its way back.
struct Followed<'c> {
    path: &'c str,
    /// Its version at the commit that was looked at last.
    blob: ObjectId,
    /// Of that version, in lines; `None`: only whoever made the file is wanted.
    regions: Option<Vec<Range<u32>>>,
    is_done: bool,
}

impl Search<'_> {
    /// The commits that `source` probably needs first on the line.
    pub fn prerequisites(&self, source: &Source, conflicts: &[Conflict]) -> Result<Vec<Prerequisite>, ReadError> {
        let Some(parent) = source.parent else { return Ok(Vec::new()) };
        let Some(start) = self.graph.node(parent) else { return Ok(Vec::new()) };
        let mut followed = self.follow(source, conflicts)?;
        let mut found = Vec::new();
        for node in self.graph.range(&[start], self.on_line).into_iter().take(LIMIT) {
            if found.len() == MOST || followed.iter().all(|file| file.is_done) {
                break;
            }
            if self.graph.is_merge(node) {
                continue;
            }
            let paths = self.touched(node, &mut followed)?;
            let is_lacking = || !self.presence.is_present(node, |other| self.on_line.contains(other));
            if !paths.is_empty() && is_lacking() {
                let subject = self.graph.subject(node).to_owned();
                found.push(Prerequisite { commit: self.graph.id(node), subject, paths });
            }
        }
        Ok(found)
    }

    fn follow<'c>(&self, source: &Source, conflicts: &'c [Conflict]) -> Result<Vec<Followed<'c>>, ReadError> {
        let Some(parent) = source.parent else { return Ok(Vec::new()) };
        let (old, new) = (self.reader.commit(parent)?.tree, self.reader.commit(source.commit)?.tree);
        let mut followed = Vec::new();
        for conflict in conflicts.iter().take(MOST_FILES) {
            let path = conflict.path.as_str();
            let Some(before) = self.reader.entry_in(old, path)? else { continue };
            let after = self.reader.entry_in(new, path)?;
            let regions = match (conflict.kind, after) {
                (ConflictKind::AbsentHere, _) => None,
                (_, Some(after)) => Some(self.regions(before.id, after.id)?),
                // The file goes: whatever changed it is in the way.
                (_, None) => Some(vec![WHOLE]),
            };
            followed.push(Followed { path, blob: before.id, regions, is_done: false });
        }
        Ok(followed)
    }

    /// The lines that a change replaces, with what stands around them.
    fn regions(&self, old: ObjectId, new: ObjectId) -> Result<Vec<Range<u32>>, ReadError> {
        let places = self.changes(old, new)?;
        if places.is_empty() {
            return Ok(vec![WHOLE]);
        }
        Ok(places.into_iter().map(|place| around(place.old)).collect())
    }

    fn changes(&self, old: ObjectId, new: ObjectId) -> Result<Vec<ChangedLines>, ReadError> {
        match (self.reader.blob(old), self.reader.blob(new)) {
            (Ok(old), Ok(new)) => Ok(changed_lines(&old, &new)),
            // In a partial clone nothing can be said of it.
            (Err(error), _) | (_, Err(error)) if error.is_absent() => Ok(Vec::new()),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }

    /// The paths whose regions a commit touches; the files go back to what they were before it.
    fn touched(&self, node: Node, followed: &mut [Followed<'_>]) -> Result<Vec<String>, ReadError> {
        let tree = self.reader.commit(self.graph.id(node))?.tree;
        let parent = self.graph.parents(node).first().map(|parent| self.graph.id(*parent));
        let before = parent.map(|parent| self.reader.commit(parent)).transpose()?.map(|commit| commit.tree);
        if before == Some(tree) {
            return Ok(Vec::new());
        }
        let mut versions: FxHashMap<&str, (Option<ObjectId>, Option<ObjectId>)> = FxHashMap::default();
        let mut paths = Vec::new();
        for file in followed.iter_mut().filter(|file| !file.is_done) {
            let (old, new) = match versions.get(file.path) {
                Some(known) => *known,
                None => {
                    let id = |tree| Ok::<_, ReadError>(self.reader.entry_in(tree, file.path)?.map(|entry| entry.id));
                    let found = (before.map(id).transpose()?.flatten(), id(tree)?);
                    versions.insert(file.path, found);
                    found
                }
            };
            let Some(new) = new.filter(|new| old != Some(*new)) else { continue };
            if self.is_touched(file, old, new)? {
                paths.push(file.path.to_owned());
            }
        }
        Ok(paths)
    }

    fn is_touched(&self, file: &mut Followed<'_>, old: Option<ObjectId>, new: ObjectId) -> Result<bool, ReadError> {
        let Some(old) = old else {
            file.is_done = true;
            return Ok(true);
        };
        let Some(regions) = &file.regions else {
            file.blob = old;
            return Ok(false);
        };
        // A commit of a side branch changed another version of the file than the one that is followed.
        let is_same = file.blob == new;
        let here: Vec<Range<u32>> = if is_same {
            regions.clone()
        } else {
            let between = self.changes(new, file.blob)?;
            regions.iter().map(|region| to_old(&between, region)).collect()
        };
        let places = self.changes(old, new)?;
        let is_touched =
            places.iter().any(|place| here.iter().any(|it| place.new.start <= it.end && it.start <= place.new.end));
        if is_same {
            file.regions = Some(regions.iter().map(|region| to_old(&places, region)).collect());
            file.blob = old;
        }
        Ok(is_touched)
    }
}

fn around(lines: Range<u32>) -> Range<u32> {
    lines.start.saturating_sub(CONTEXT)..lines.end.saturating_add(CONTEXT)
}

/// Where lines of the new text were in the old one; lines that came with a change count as all that it replaced.
fn to_old(places: &[ChangedLines], lines: &Range<u32>) -> Range<u32> {
    let old = |line: u32, is_end: bool| {
        let mut shift = 0;
        for place in places {
            if line < place.new.start || (is_end && line == place.new.start) {
                break;
            }
            if line < place.new.end {
                return if is_end { place.old.end } else { place.old.start };
            }
            shift = i64::from(place.old.end) - i64::from(place.new.end);
        }
        u32::try_from((i64::from(line) + shift).max(0)).unwrap_or(u32::MAX)
    };
    let start = old(lines.start, false);
    start..old(lines.end, true).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_again_in_an_older_version() {
        let places = [ChangedLines { old: 2..4, new: 2..3 }, ChangedLines { old: 10..10, new: 9..12 }];
        for (new, old) in [(0..2, 0..2), (2..3, 2..4), (5..6, 6..7), (9..11, 10..10), (12..14, 10..12), (0..20, 0..18)]
        {
            assert_eq!(to_old(&places, &new), old, "{new:?}");
        }
        assert_eq!(around(1..2), 0..3);
    }
}
