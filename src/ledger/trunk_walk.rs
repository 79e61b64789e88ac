//! Trunk's history read from the tip downwards, as far as questions go and no further: whether trunk reaches a commit is
//! known once the walk is older than the commit. For questions about recent commits that is a few hundred objects of a
//! history of any length. The walk believes committer dates to within a month.

use std::collections::BinaryHeap;

use rustc_hash::FxHashSet;

use crate::domain::CommitId;
use crate::git::ObjectReader;

/// How far dates may be out of order, in seconds.
const SLACK: i64 = 31 * 24 * 3600;

/// Commits that are looked at on one side branch; behind so many it is no branch of trunk's.
const SIDE_LIMIT: usize = 20_000;

/// What trunk reaches, as far as it has been walked.
pub(super) struct TrunkWalk<'a> {
    reader: &'a ObjectReader,
    progress: &'a dyn Fn(usize),
    reached: FxHashSet<CommitId>,
    /// Reached commits whose parents are not, newest first.
    open: BinaryHeap<Open>,
}

/// A commit by its time, and its parents.
type Open = (i64, CommitId, Vec<CommitId>);

impl<'a> TrunkWalk<'a> {
    /// Begins at trunk's tip. `progress` is called now and then with the number of commits read.
    pub fn new(reader: &'a ObjectReader, tip: Option<CommitId>, progress: &'a dyn Fn(usize)) -> Self {
        let mut walk = Self { reader, progress, reached: FxHashSet::default(), open: BinaryHeap::new() };
        if let Some(tip) = tip {
            walk.reach(tip);
        }
        walk
    }

    /// The committer's time; `None` where the commit is absent or none.
    pub fn time(&self, commit: CommitId) -> Option<i64> {
        self.read(commit).map(|(time, ..)| time)
    }

    fn read(&self, id: CommitId) -> Option<Open> {
        self.reader.commit(id).ok().map(|commit| (commit.committer.time, id, commit.parents))
    }

    /// Whether trunk reaches the commit. False where it is absent.
    pub fn has(&mut self, commit: CommitId) -> bool {
        self.reached.contains(&commit) || self.time(commit).is_some_and(|time| self.has_at(commit, time))
    }

    /// The commits that `tip` reaches and trunk does not, newest first. An absent commit ends the walk there; what lies
    /// behind it is unknown.
    pub fn beyond(&mut self, tip: CommitId) -> Vec<CommitId> {
        let mut found = Vec::new();
        let mut seen: FxHashSet<CommitId> = FxHashSet::from_iter([tip]);
        let mut open: BinaryHeap<Open> = self.read(tip).into_iter().collect();
        while let Some((time, commit, parents)) = open.pop() {
            if self.has_at(commit, time) || found.len() >= SIDE_LIMIT {
                continue;
            }
            found.push(commit);
            open.extend(
                parents.into_iter().filter(|parent| seen.insert(*parent)).filter_map(|parent| self.read(parent)),
            );
        }
        found
    }

    fn has_at(&mut self, commit: CommitId, time: i64) -> bool {
        while !self.reached.contains(&commit) {
            match self.open.peek() {
                Some((newest, ..)) if *newest >= time.saturating_sub(SLACK) => self.step(),
                _ => return false,
            }
        }
        true
    }

    fn step(&mut self) {
        let parents = self.open.pop().map(|(.., parents)| parents).unwrap_or_default();
        parents.into_iter().for_each(|parent| self.reach(parent));
    }

    fn reach(&mut self, commit: CommitId) {
        if !self.reached.insert(commit) {
            return;
        }
        self.open.extend(self.read(commit));
        if self.reached.len().is_multiple_of(1_000) {
            (self.progress)(self.reached.len());
        }
    }
}
