//! A part of history: down to where trunk and some lines meet. Most questions about a line need nothing older, and reading
//! everything is most of what a first run costs.
//!
//! The invariant: of every commit here that only one side reaches, all that it reaches on that side alone is here, too.

use std::collections::BinaryHeap;

use super::load::{GraphError, Source};
use super::node::Graph;
use crate::domain::CommitId;

/// The walk goes on until all that is open is older by so many seconds than what only one side reaches. A clock that was
/// further off than this may make a commit which both sides reach look like one that only one of them does.
const MARGIN: i64 = 30 * 24 * 60 * 60;

const TRUNK: u8 = 1;
const SIDE: u8 = 2;
const BOTH: u8 = TRUNK | SIDE;

/// What is to be read.
#[derive(Debug, Default)]
pub struct Around<'t> {
    pub trunk: &'t [CommitId],
    /// Tips and tags of the lines in question; where there is none, trunk is one of those alone.
    pub sides: &'t [CommitId],
    /// Commits of which the facts are wanted and nothing else.
    pub alone: &'t [CommitId],
}

/// The state of the walk; places are those of the columns.
struct Walk<'s> {
    source: Source<'s>,
    /// Which sides reach each commit, as far as is known.
    reached: Vec<u8>,
    /// Which sides its parents were told of; 0 while they were not read.
    told: Vec<u8>,
    /// The newest first.
    open: BinaryHeap<(i64, usize)>,
    /// How many of `open` are waiting to pass on that one side alone reaches them.
    single: usize,
    oldest_single: i64,
}

impl Around<'_> {
    pub(super) fn load(&self, source: Source<'_>) -> Result<Graph, GraphError> {
        let open = BinaryHeap::new();
        let mut walk = Walk { source, reached: Vec::new(), told: Vec::new(), open, single: 0, oldest_single: i64::MAX };
        if !self.sides.is_empty() {
            self.trunk.iter().try_for_each(|tip| walk.reach(*tip, TRUNK))?;
            self.sides.iter().try_for_each(|tip| walk.reach(*tip, SIDE))?;
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
            if self.single == 0 && time < self.oldest_single.saturating_sub(MARGIN) {
                break;
            }
            if reached != BOTH {
                self.single -= 1;
                self.oldest_single = self.oldest_single.min(time);
            }
            self.told[at] = reached;
            for parent in self.source.columns.parents_of(at).to_vec() {
                self.reach(parent, reached)?;
            }
        }
        Ok(())
    }

    /// Takes the commits alone that reverts on one side take back and that are older than all that one side reaches.
    fn follow_reverts(&mut self) -> Result<(), GraphError> {
        for at in 0..self.reached.len() {
            if self.reached[at] != BOTH {
                for id in self.source.taken_back(at, self.oldest_single) {
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

    fn reach(&mut self, id: CommitId, sides: u8) -> Result<(), GraphError> {
        let Some(at) = self.place(id)? else { return Ok(()) };
        let before = self.reached[at];
        let after = before | sides;
        if after == before {
            return Ok(());
        }
        self.reached[at] = after;
        let was_waiting = before != 0 && self.told[at] != before;
        // What waits as a single one and is found to be reached by both is no single one any more.
        self.single -= usize::from(was_waiting && before != BOTH);
        self.single += usize::from(after != BOTH);
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
