//! From ranges to sections: reads the changes of a range and sorts them into entries and what is left out. Which ranges a
//! channel has is decided in `changelog_versioned` and `changelog_continuous`.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::audience::Rules;
use super::changelog::{ChangelogEntry, ChangelogRelease, ChangelogSection, KindSection, LeftOut, LeftOutWhy};
use crate::cache::Cache;
use crate::domain::{ChangeKind, ChannelKind, ChannelName, CommitId, Version};
use crate::git::{ReadError, Repository};
use crate::graph::{Graph, Node};
use crate::history::{Change, FirstReach, History, Presence, Trunkward, Walker};
use crate::ledger::{Ledger, Release, ReleaseKind};

/// What is read once for all changelogs of a repository.
pub struct ChangelogReader<'l> {
    pub(super) ledger: &'l Ledger,
    pub(super) trunkward: Trunkward,
    pub(super) trunk: Option<Node>,
    presence: Presence,
    self_hosted: Earliest,
    rules: Rules<'l>,
}

/// For every commit, the earliest of the releases that people can have.
#[derive(Debug)]
pub(super) struct Earliest {
    versions: Vec<Arc<Version>>,
    reach: FirstReach,
}

impl Earliest {
    /// Candidates and retracted releases do not count; the rest in the order of their dates.
    pub(super) fn new<'r>(graph: &Graph, releases: impl Iterator<Item = &'r Release>) -> Self {
        let mut counted: Vec<(DateTime<Utc>, &Version, CommitId)> = releases
            .filter(|release| release.kind != ReleaseKind::Candidate && !release.is_retracted)
            .map(|release| (release.date, &release.version, release.commit))
            .collect();
        counted.sort_unstable();
        let reach = FirstReach::new(graph, counted.iter().map(|(_, _, commit)| graph.node(*commit)));
        Self { versions: counted.into_iter().map(|(_, version, _)| Arc::new(version.clone())).collect(), reach }
    }

    /// The earliest release that has all commits of a change, each on a commit that carries it and counts.
    pub(super) fn of(
        &self,
        change: &Change,
        presence: &Presence,
        counts: impl Fn(Node) -> bool,
    ) -> Option<&Arc<Version>> {
        first_with(&self.reach, change, presence, counts).map(|at| &self.versions[at])
    }
}

/// Number of the first tip that has all commits of a change, each on a commit that carries it and counts.
pub(super) fn first_with(
    reach: &FirstReach,
    change: &Change,
    presence: &Presence,
    counts: impl Fn(Node) -> bool,
) -> Option<usize> {
    let carriers = |node| presence.carriers(node).filter(|carrier| counts(*carrier));
    let first = |node| carriers(node).filter_map(|carrier| reach.of(carrier)).min();
    let mut last = Some(0);
    for node in &change.commits {
        last = last.zip(first(*node)).map(|(last, first)| last.max(first));
    }
    // A merge picked as a whole is another commit of the merge, not of its commits.
    let whole = presence.is_shared(change.lead).then(|| first(change.lead)).flatten();
    last.into_iter().chain(whole).min()
}

impl<'l> ChangelogReader<'l> {
    /// A few passes over the graph.
    pub fn new(ledger: &'l Ledger) -> Self {
        let graph = &ledger.graph;
        let trunk = graph.node(ledger.trunk.commit);
        let versioned = ledger.channels.iter().filter(|channel| channel.kind == ChannelKind::Versioned);
        let releases = versioned.flat_map(|channel| &channel.lines).flat_map(|line| &line.releases);
        let trunkward = Trunkward::new(graph, trunk);
        Self {
            ledger,
            trunk,
            presence: Presence::new(graph, &trunkward),
            trunkward,
            self_hosted: Earliest::new(graph, releases),
            rules: Rules::new(&ledger.config.changes),
        }
    }

    /// Applies the rules by path, too, where there are any; that needs the trees of the commits that are told.
    pub fn with_files(mut self, repository: &'l Repository, cache: &Cache) -> Result<Self, ReadError> {
        self.rules.open_files(repository, cache)?;
        Ok(self)
    }

    /// What rules by path could not be applied to, as a sentence.
    pub(super) fn path_notice(&self) -> Option<String> {
        self.rules.notice()
    }

    /// A writer of sections for one channel.
    pub(super) fn writer<'r>(&'r self, channel: &'r ChannelName) -> SectionWriter<'r> {
        let graph = &self.ledger.graph;
        let lines = self.ledger.channels.iter().flat_map(|channel| &channel.lines);
        let tips: Vec<Node> = lines.filter_map(|line| graph.node(line.tip)).collect();
        SectionWriter {
            reader: self,
            graph,
            channel,
            history: History::new(graph, &self.ledger.config.changes, &self.trunkward, self.trunk, &tips),
            walker: Walker::new(graph),
            is_cut: false,
        }
    }
}

/// Writes sections, one range after another.
pub(super) struct SectionWriter<'r> {
    reader: &'r ChangelogReader<'r>,
    graph: &'r Graph,
    channel: &'r ChannelName,
    history: History<'r>,
    walker: Walker<'r>,
    /// Whether a range so far reaches commits at which a shallow clone cuts history.
    pub is_cut: bool,
}

impl SectionWriter<'_> {
    /// The section of what `tip` reaches and `has` does not hold; `has` must be closed under parents. `shipped_in` says
    /// where a change was that the reader has already.
    pub(super) fn section(
        &mut self,
        release: ChangelogRelease,
        tip: Option<Node>,
        has: impl Fn(Node) -> bool,
        shipped_in: impl Fn(&Change, &Presence) -> Option<String>,
    ) -> ChangelogSection {
        let range = tip.map(|tip| self.walker.range(tip, &has)).unwrap_or_default();
        let cut = self.graph.cut();
        self.is_cut |= !cut.is_empty() && range.iter().any(|node| cut.binary_search(&self.graph.id(*node)).is_ok());
        let mut by_kind: Vec<Vec<ChangelogEntry>> = ChangeKind::ALL.iter().map(|_| Vec::new()).collect();
        let mut left_out = Vec::new();
        for change in self.history.changes(&range, &self.reader.presence, &has) {
            let kind = change.reading.kind.or_changed();
            match self.why_left_out(&change, kind) {
                Some(why) => {
                    let shipped =
                        (why == LeftOutWhy::ShippedBefore).then(|| shipped_in(&change, &self.reader.presence));
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
                    by_kind[at].push(self.entry(change));
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

    fn entry(&self, change: Change) -> ChangelogEntry {
        let presence = &self.reader.presence;
        let is_on_trunk = |node: Node| self.reader.trunkward.is_on_trunk(node);
        let origin = if is_on_trunk(change.lead) {
            Some(change.lead)
        } else {
            change.commits.iter().rev().find_map(|node| presence.origin(*node, is_on_trunk))
        };
        let first_self_hosted = self.reader.self_hosted.of(&change, presence, |_| true).cloned();
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
