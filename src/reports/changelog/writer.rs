//! From ranges to sections: reads the changes of a range and has each of them told or left out. Which ranges a channel has is
//! decided in `versioned` and `continuous`, what becomes of one change in `sorter`.

use std::rc::Rc;

use chrono::{DateTime, Utc};

use super::model::{ChangelogRelease, ChangelogSection, LeftOutWhy};
use super::noted::SectionNotes;
use super::reader::ChangelogReader;
use super::sheet::Sheet;
use super::sorter::{Sorter, Verdict};
use crate::graph::{Graph, Node};
use crate::history::{Change, Elsewhere, History, Presence, Walker};
use crate::ledger::ChannelState;

/// Writes sections, one range after another.
pub(super) struct SectionWriter<'r> {
    reader: &'r ChangelogReader<'r>,
    graph: &'r Graph,
    channel: &'r ChannelState,
    history: History<'r>,
    walker: Walker<'r>,
    known: Rc<Presence>,
    /// Whether a range so far reaches commits at which a shallow clone cuts history.
    pub is_cut: bool,
}

/// The two ends of a section.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends {
    pub tip: Option<Node>,
    /// What its reader comes from, where that is one commit and worth comparing with the tip.
    pub previous: Option<Node>,
    /// Whether a reader has whatever the lines that were compared have of what he reaches.
    pub by_lines: bool,
}

impl<'r> SectionWriter<'r> {
    pub(super) fn new(reader: &'r ChangelogReader<'r>, channel: &'r ChannelState) -> Self {
        let graph = &reader.ledger.graph;
        let lines = reader.ledger.channels.iter().flat_map(|channel| &channel.lines);
        let tips: Vec<Node> = lines.filter_map(|line| graph.node(line.tip)).collect();
        Self {
            reader,
            graph,
            channel,
            history: History::new(graph, &reader.ledger.config.changes, &reader.trunkward, reader.trunk, &tips),
            walker: Walker::new(graph),
            known: Rc::clone(&reader.stated),
            is_cut: false,
        }
    }

    /// From now on also tells what comparing these tips with trunk finds: where a change comes from, and who else has it.
    pub(super) fn compare(&mut self, tips: Vec<Node>) {
        self.known = self.reader.joined(tips);
    }

    /// When the oldest commit of a range was written.
    pub(super) fn oldest(&mut self, tip: Option<Node>, has: impl Fn(Node) -> bool) -> Option<DateTime<Utc>> {
        let range = tip.map(|tip| self.walker.range(tip, has)).unwrap_or_default();
        range.into_iter().map(|node| self.graph.author_time(node)).min()
    }

    /// The section of what the tip reaches and `has` does not hold; `has` must be closed under parents. `shipped_in` says
    /// where a change was that the reader has already.
    pub(super) fn section(
        &mut self,
        release: ChangelogRelease,
        ends: Ends,
        has: impl Fn(Node) -> bool,
        shipped_in: impl Fn(&Change, Elsewhere<'_>) -> Option<String>,
    ) -> ChangelogSection {
        let range = ends.tip.map(|tip| self.walker.range(tip, &has)).unwrap_or_default();
        self.note_cut(&range);
        let held = if range.is_empty() { None } else { self.reader.held(ends.previous, ends.tip) };
        let known = Rc::clone(&self.known);
        let stated = Elsewhere::stated(&self.reader.stated);
        let stated = held.as_deref().map_or(stated, |held| stated.and_held(held));
        let elsewhere = stated.and_known(&known, ends.by_lines);
        let mut changes = self.history.changes(&range, elsewhere, &has);
        let notes = self.reader.notes.as_ref().map(|notes| notes.section(self.graph, &changes)).unwrap_or_default();
        gather_rewordings(&mut changes, &notes);
        let mut sheet = Sheet::new(release);
        let sorter = Sorter { reader: self.reader, channel: self.channel };
        for (at, change) in changes.into_iter().enumerate().filter(|(at, _)| !notes.is_rewording(*at)) {
            match sorter.verdict(&change, notes.of(at), notes.is_upkeep(at)) {
                Verdict::LeftOut(why) => {
                    let shipped = (why == LeftOutWhy::ShippedBefore).then(|| shipped_in(&change, elsewhere));
                    sheet.leave_out(sorter.left_out(&change, notes.of(at), why, shipped.flatten()));
                }
                Verdict::Commit => sheet.add(change.reading.kind.or_changed(), sorter.entry(change, elsewhere)),
                Verdict::Notes(told) => sorter.tell(&change, &told, elsewhere, &mut sheet),
            }
        }
        sheet.finish()
    }

    /// How many changes of what `tip` reaches and `has` does not hold would be told, by what messages state.
    pub(super) fn count(&mut self, tip: Node, has: impl Fn(Node) -> bool) -> usize {
        let range = self.walker.range(tip, &has);
        let changes = self.history.changes(&range, Elsewhere::stated(&self.reader.stated), &has);
        let sorter = Sorter { reader: self.reader, channel: self.channel };
        changes.iter().filter(|change| matches!(sorter.verdict(change, &[], false), Verdict::Commit)).count()
    }

    /// Whether a section of the range would reach commits at which history is cut.
    fn note_cut(&mut self, range: &[Node]) {
        let cut = self.graph.cut();
        self.is_cut |= !cut.is_empty() && range.iter().any(|node| cut.binary_search(&self.graph.id(*node)).is_ok());
    }
}

/// Gives the commits that only reword a note to the change that the note is of.
fn gather_rewordings(changes: &mut [Change], notes: &SectionNotes) {
    for (at, owner) in notes.rewordings() {
        let commits = std::mem::take(&mut changes[at].commits);
        changes[owner].commits.extend(commits);
        changes[owner].commits.sort_unstable();
    }
}
