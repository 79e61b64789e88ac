//! A part of history: down to where trunk and some lines meet. Most questions about a line need nothing older, and reading
//! everything is most of what a first run costs.
//!
//! The invariant: everything is here that trunk or a line reaches and not all of them do.

use std::collections::{BinaryHeap, VecDeque};

use super::load::{GraphError, Source};
use super::node::Graph;
use crate::domain::CommitId;

/// The walk goes on until all that is open is older by so many seconds than what not all sides reach. A clock that was
/// further off than this may make a commit which all sides reach look like one that only some of them do.
const MARGIN: i64 = 30 * 24 * 60 * 60;

/// So many lines can be told apart, beside trunk, those that may be left out included.
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
    /// The same of lines that are read where that costs little.
    pub others: &'t [Vec<CommitId>],
    /// So many commits of `others` that trunk does not reach are little, each counted once for each of them that reaches it.
    pub most: usize,
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
    /// The sides that are read.
    all: Sides,
    /// Those of them that may be left out.
    others: Sides,
    /// Commits beside trunk that may count as commits of those, in the order in which they were met.
    uncounted: VecDeque<usize>,
    counted: usize,
    most: usize,
    /// The newest first.
    open: BinaryHeap<(i64, usize)>,
    /// How many of `open` wait to pass on that not all sides reach them.
    partial: usize,
    oldest_partial: i64,
}

impl Around<'_> {
    /// The graph, and whether `others` are in it.
    pub(super) fn load(&self, source: Source<'_>) -> Result<(Graph, bool), GraphError> {
        let all = first_sides(1 + self.lines.len() + self.others.len());
        let mut walk = Walk {
            source,
            reached: Vec::new(),
            told: Vec::new(),
            all,
            others: all & !first_sides(1 + self.lines.len()),
            uncounted: VecDeque::new(),
            counted: 0,
            most: self.most,
            open: BinaryHeap::new(),
            partial: 0,
            oldest_partial: i64::MAX,
        };
        if !self.lines.is_empty() {
            self.trunk.iter().try_for_each(|tip| walk.reach(*tip, TRUNK))?;
            for (at, tips) in self.lines.iter().chain(self.others).enumerate() {
                tips.iter().try_for_each(|tip| walk.reach(*tip, TRUNK << at.min(MOST_LINES - 1) << 1))?;
            }
            walk.run()?;
            walk.follow_reverts()?;
        }
        for id in self.trunk.iter().chain(self.alone) {
            walk.place(*id)?;
        }
        let has_others = walk.others != 0 || self.others.is_empty();
        Ok((walk.finish(), has_others))
    }
}

/// The bits of so many sides, one at least.
fn first_sides(count: usize) -> Sides {
    Sides::MAX >> (MOST_LINES + 1).saturating_sub(count)
}

impl Walk<'_> {
    fn run(&mut self) -> Result<(), GraphError> {
        while let Some((time, at)) = self.open.pop() {
            self.count(time.saturating_add(MARGIN));
            let reached = self.reached[at] & self.all;
            if self.told[at] == self.reached[at] || reached == 0 {
                continue;
            }
            if self.partial == 0 && time < self.oldest_partial.saturating_sub(MARGIN) {
                break;
            }
            if self.is_partial(reached) {
                self.partial -= 1;
                self.oldest_partial = self.oldest_partial.min(time);
            }
            if self.told[at] == 0 && reached & TRUNK == 0 {
                self.uncounted.push_back(at);
            }
            self.told[at] = self.reached[at];
            for parent in self.source.columns.parents_of(at).to_vec() {
                self.reach(parent, reached)?;
            }
        }
        Ok(())
    }

    /// Whether some of the sides that are read reach what has these, and not all.
    fn is_partial(&self, reached: Sides) -> bool {
        reached & self.all != 0 && reached & self.all != self.all
    }

    /// Counts the commits of the lines that may be left out, as far as no more is to be learnt of them, and leaves these
    /// lines out once it is too many.
    fn count(&mut self, since: i64) {
        while let Some(at) = self.uncounted.front().copied()
            && self.source.columns.commit_times[at] > since
        {
            self.uncounted.pop_front();
            if self.reached[at] & TRUNK == 0 {
                self.counted += (self.reached[at] & self.others).count_ones() as usize;
            }
        }
        if self.counted > self.most && self.others != 0 {
            self.leave_others();
        }
    }

    fn leave_others(&mut self) {
        self.all &= !self.others;
        self.others = 0;
        let places = || 0..self.reached.len();
        let waits = |at: &usize| self.reached[*at] != 0 && self.told[*at] != self.reached[*at];
        self.partial = places().filter(waits).filter(|at| self.is_partial(self.reached[*at])).count();
        let told = places().filter(|at| self.is_partial(self.told[*at]));
        self.oldest_partial = told.map(|at| self.source.columns.commit_times[at]).min().unwrap_or(i64::MAX);
    }

    /// Takes the commits alone that reverts take back and that are older than all that not every side reaches.
    fn follow_reverts(&mut self) -> Result<(), GraphError> {
        for at in 0..self.reached.len() {
            if self.is_partial(self.reached[at]) {
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
        self.partial -= usize::from(was_waiting && self.is_partial(before));
        self.partial += usize::from(self.is_partial(after));
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
