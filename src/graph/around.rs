//! A part of history: down to where trunk and some lines meet. Most questions about a line need nothing older, and reading
//! everything is most of what a first run costs.
//!
//! The invariant: everything is here that trunk or a line reaches and not all of them do.

use std::collections::BinaryHeap;

use super::load::{GraphError, Source};
use super::node::Graph;
use crate::domain::CommitId;

/// The walk goes on until all that is open is older by so many seconds than what not all sides reach. A clock that was
/// further off than this may make a commit which all sides reach look like one that only some of them do.
const MARGIN: i64 = 30 * 24 * 60 * 60;

/// So many lines can be told apart, beside trunk.
pub const MOST_LINES: usize = 63;

/// One bit for trunk and one for each line.
type Sides = u64;
const TRUNK: Sides = 1;

/// What is to be read.
#[derive(Debug, Default)]
pub struct Around<'t> {
    pub trunk: &'t [CommitId],
    /// Tips and tags of each line in question, [`MOST_LINES`] at most; where there is none, trunk is one of those alone.
    pub lines: &'t [Vec<CommitId>],
    /// Commits of which the facts are wanted and nothing else.
    pub alone: &'t [CommitId],
}

/// The state of the walk; places are those of the columns.
struct Walk<'s> {
    source: Source<'s>,
    /// Which sides reach each commit, as far as is known.
    reached: Vec<Sides>,
    /// Which sides its parents were told of; 0 while they were not read.
    told: Vec<Sides>,
    all: Sides,
    /// The newest first.
    open: BinaryHeap<(i64, usize)>,
    /// How many of `open` wait to pass on that not all sides reach them.
    partial: usize,
    oldest_partial: i64,
}

impl Around<'_> {
    pub(super) fn load(&self, source: Source<'_>) -> Result<Graph, GraphError> {
        let (reached, told, open) = (Vec::new(), Vec::new(), BinaryHeap::new());
        let all = (TRUNK << self.lines.len().min(MOST_LINES) << 1).wrapping_sub(1);
        let mut walk = Walk { source, reached, told, all, open, partial: 0, oldest_partial: i64::MAX };
        if !self.lines.is_empty() {
            self.trunk.iter().try_for_each(|tip| walk.reach(*tip, TRUNK))?;
            for (at, tips) in self.lines.iter().enumerate() {
                tips.iter().try_for_each(|tip| walk.reach(*tip, TRUNK << at.min(MOST_LINES - 1) << 1))?;
            }
            walk.run()?;
            walk.follow_reverts()?;
        }
        for id in self.trunk.iter().chain(self.alone) {
            walk.place(*id)?;
        }
        Ok(walk.finish())
    }
}

impl Walk<'_> {
    fn run(&mut self) -> Result<(), GraphError> {
        while let Some((time, at)) = self.open.pop() {
            let reached = self.reached[at];
            if self.told[at] == reached {
                continue;
            }
            if self.partial == 0 && time < self.oldest_partial.saturating_sub(MARGIN) {
                break;
            }
            if reached != self.all {
                self.partial -= 1;
                self.oldest_partial = self.oldest_partial.min(time);
            }
            self.told[at] = reached;
            for parent in self.source.columns.parents_of(at).to_vec() {
                self.reach(parent, reached)?;
            }
        }
        Ok(())
    }

    /// Takes the commits alone that reverts take back and that are older than all that not every side reaches.
    fn follow_reverts(&mut self) -> Result<(), GraphError> {
        for at in 0..self.reached.len() {
            if self.reached[at] != self.all {
                for id in self.source.taken_back(at, self.oldest_partial) {
                    self.place(id)?;
                }
            }
        }
        Ok(())
    }

    /// The place of a commit, read where it is new; `None` where it is absent.
    fn place(&mut self, id: CommitId) -> Result<Option<usize>, GraphError> {
        if let Some(at) = self.source.columns.index.get(&id) {
            return Ok(Some(*at as usize));
        }
        let Some(at) = self.source.take(id)? else { return Ok(None) };
        self.reached.push(0);
        self.told.push(0);
        Ok(Some(at))
    }

    fn reach(&mut self, id: CommitId, sides: Sides) -> Result<(), GraphError> {
        let Some(at) = self.place(id)? else { return Ok(()) };
        let before = self.reached[at];
        let after = before | sides;
        if after == before {
            return Ok(());
        }
        self.reached[at] = after;
        let was_waiting = before != 0 && self.told[at] != before;
        // It is counted once, and not at all any more once all sides reach it.
        self.partial -= usize::from(was_waiting && before != self.all);
        self.partial += usize::from(after != self.all);
        self.open.push((self.source.columns.commit_times[at], at));
        Ok(())
    }

    fn finish(self) -> Graph {
        let columns = &self.source.columns;
        let is_end = |at: &usize| self.told[*at] == 0 && !columns.parents_of(*at).is_empty();
        let ends = (0..self.told.len()).filter(is_end).map(|at| columns.ids[at]).collect();
        self.source.finish(ends)
    }
}
