//! From ranges to sections: reads the changes of a range and sorts them into entries and what is left out. Which ranges a
//! channel has is decided in `versioned` and `continuous`.

use std::rc::Rc;

use chrono::{DateTime, Utc};

use super::model::{ChangelogEntry, ChangelogRelease, ChangelogSection, KindSection, LeftOut, LeftOutWhy};
use super::reader::ChangelogReader;
use crate::domain::{ChangeKind, ChannelName, CommitId};
use crate::graph::{Graph, Node};
use crate::history::{Change, Elsewhere, History, Presence, Walker};

/// Writes sections, one range after another.
pub(super) struct SectionWriter<'r> {
    reader: &'r ChangelogReader<'r>,
    graph: &'r Graph,
    channel: &'r ChannelName,
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
    pub(super) fn new(reader: &'r ChangelogReader<'r>, channel: &'r ChannelName) -> Self {
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
        let cut = self.graph.cut();
        self.is_cut |= !cut.is_empty() && range.iter().any(|node| cut.binary_search(&self.graph.id(*node)).is_ok());
        let mut by_kind: Vec<Vec<ChangelogEntry>> = ChangeKind::ALL.iter().map(|_| Vec::new()).collect();
        let mut left_out = Vec::new();
        let held = if range.is_empty() { None } else { self.reader.held(ends.previous, ends.tip) };
        let known = Rc::clone(&self.known);
        let stated = Elsewhere::stated(&self.reader.stated);
        let stated = held.as_deref().map_or(stated, |held| stated.and_held(held));
        let elsewhere = stated.and_known(&known, ends.by_lines);
        for change in self.history.changes(&range, elsewhere, &has) {
            let kind = change.reading.kind.or_changed();
            match self.why_left_out(&change, kind) {
                Some(why) => {
                    let shipped = (why == LeftOutWhy::ShippedBefore).then(|| shipped_in(&change, elsewhere));
                    left_out.push(LeftOut {
                        id: self.graph.id(change.lead),
                        commits: self.ids(&change.commits),
                        text: change.reading.text,
                        why,
                        shipped_in: shipped.flatten(),
                    });
                }
                None => {
                    let at = ChangeKind::ALL.iter().position(|known| *known == kind).unwrap_or(0);
                    by_kind[at].push(self.entry(change, elsewhere));
                }
            }
        }
        // Whole histories hold hundreds of thousands of entries: room that grew and is not used counts.
        left_out.shrink_to_fit();
        let sections = ChangeKind::ALL.into_iter().zip(by_kind).filter(|(_, entries)| !entries.is_empty());
        let sections = sections.map(|(kind, mut entries)| {
            entries.shrink_to_fit();
            KindSection { kind, entries }
        });
        ChangelogSection { release, sections: sections.collect(), left_out }
    }

    /// How many changes of what `tip` reaches and `has` does not hold would be told, by what messages state.
    pub(super) fn count(&mut self, tip: Node, has: impl Fn(Node) -> bool) -> usize {
        let range = self.walker.range(tip, &has);
        let changes = self.history.changes(&range, Elsewhere::stated(&self.reader.stated), &has);
        let is_told = |change: &&Change| self.why_left_out(change, change.reading.kind.or_changed()).is_none();
        changes.iter().filter(is_told).count()
    }

    fn ids(&self, nodes: &[Node]) -> Vec<CommitId> {
        nodes.iter().map(|node| self.graph.id(*node)).collect()
    }

    fn why_left_out(&self, change: &Change, kind: ChangeKind) -> Option<LeftOutWhy> {
        if change.is_known {
            Some(LeftOutWhy::ShippedBefore)
        } else if change.is_reverted {
            Some(LeftOutWhy::Reverted)
        } else if kind == ChangeKind::Internal {
            Some(LeftOutWhy::Internal)
        } else if change.is_repair_within {
            Some(LeftOutWhy::IntroducedAndFixed)
        } else {
            let rules = &self.reader.rules;
            let files = rules.files(self.graph, &change.commits);
            if files.as_ref().is_some_and(|files| rules.are_internal(files)) {
                Some(LeftOutWhy::Internal)
            } else if !rules.is_for(self.channel, change.reading.scope.as_deref(), files.as_deref()) {
                Some(LeftOutWhy::Audience)
            } else {
                None
            }
        }
    }

    fn entry(&self, change: Change, elsewhere: Elsewhere<'_>) -> ChangelogEntry {
        let is_on_trunk = |node: Node| self.reader.trunkward.is_on_trunk(node);
        let origin = if is_on_trunk(change.lead) {
            Some(change.lead)
        } else {
            change.commits.iter().rev().find_map(|node| elsewhere.origin(*node, is_on_trunk))
        };
        let first_self_hosted = self.reader.self_hosted.of(&change, elsewhere, |_| true).cloned();
        let mut reading = change.reading;
        reading.refs.shrink_to_fit();
        ChangelogEntry {
            id: self.graph.id(change.lead),
            text: reading.text,
            scope: reading.scope,
            breaking: reading.is_breaking,
            breaking_text: reading.breaking_text,
            commits: self.ids(&change.commits),
            origin: origin.map(|node| self.graph.id(node)),
            refs: reading.refs,
            first_self_hosted,
            operator: None,
        }
    }
}
