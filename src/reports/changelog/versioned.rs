//! The sections of a versioned channel: one per release, since the release that its reader comes from.
//!
//! Candidates add up to their release: once `1.9.0` is there, its section tells everything since `1.8.5`, and the sections
//! of its candidates are left to those who ask for them by name.

use super::earliest::Earliest;
use super::model::{ChangelogRelease, ChangelogSection, ReleasedAs};
use super::reader::ChangelogReader;
use super::writer::{Ends, SectionWriter};
use crate::domain::{CommitId, LineKind};
use crate::graph::Node;
use crate::history::{Baseline, Trunkward};
use crate::ledger::{ChannelState, Ledger, Line, Release, ReleaseKind};

/// Writes the sections of one versioned channel.
pub(super) struct VersionedChangelog<'r> {
    ledger: &'r Ledger,
    channel: &'r ChannelState,
    trunk: Option<Node>,
    trunkward: &'r Trunkward,
    writer: SectionWriter<'r>,
    baseline: Baseline<'r>,
    shipped: Earliest,
}

/// A release and its place in its line.
#[derive(Clone, Copy)]
pub struct Placed<'r> {
    pub line: &'r Line,
    pub at: usize,
}

impl<'r> Placed<'r> {
    pub fn release(self) -> &'r Release {
        &self.line.releases[self.at]
    }
}

/// All releases of the channel, newest line first, highest version first.
pub fn releases(channel: &ChannelState) -> impl Iterator<Item = Placed<'_>> {
    channel.lines.iter().flat_map(|line| (0..line.releases.len()).rev().map(move |at| Placed { line, at }))
}

/// The release from which a reader of `placed` comes: of its line the last before it that was not retracted - for a
/// release that is no candidate, the last that was none either; else the newest of an older line at that time.
pub(in crate::reports) fn previous<'r>(
    ledger: &Ledger,
    channel: &'r ChannelState,
    placed: Placed<'r>,
) -> Option<&'r Release> {
    let release = placed.release();
    let is_candidate = release.kind == ReleaseKind::Candidate;
    let on_line = placed.line.releases[..placed.at]
        .iter()
        .rev()
        .find(|earlier| !earlier.is_retracted && (is_candidate || earlier.kind != ReleaseKind::Candidate));
    on_line.or_else(|| newest_older(ledger, channel, placed))
}

/// The highest version of the newest older line that was released by then. The order of the lines decides and not that of
/// the versions, since a project may number its lines anew: `2015.1`, later `12.0`. Where dates say that nothing was there,
/// as after an import, the newest release that the commit reaches.
fn newest_older<'r>(ledger: &Ledger, channel: &'r ChannelState, placed: Placed<'r>) -> Option<&'r Release> {
    let release = placed.release();
    let older = || {
        let lines = channel.lines.iter().skip_while(|line| line.name != placed.line.name).skip(1);
        lines.flat_map(|line| line.releases.iter().rev()).filter(|other| is_standing(other))
    };
    older().find(|other| other.date <= release.date).or_else(|| {
        let graph = &ledger.graph;
        let tip = graph.node(release.commit)?;
        older().find(|other| graph.node(other.commit).is_some_and(|node| graph.is_ancestor(node, tip)))
    })
}

/// Whether people can come from it: no candidate, and not withdrawn.
fn is_standing(release: &Release) -> bool {
    release.kind != ReleaseKind::Candidate && !release.is_retracted
}

/// Whether the line has a release of which this one was a candidate.
fn is_superseded(placed: Placed<'_>) -> bool {
    let release = placed.release();
    let goal = release.version.release();
    release.kind == ReleaseKind::Candidate
        && placed.line.releases[placed.at..]
            .iter()
            .any(|later| later.kind != ReleaseKind::Candidate && later.version.numbers() == goal.numbers())
}

impl<'r> VersionedChangelog<'r> {
    pub(super) fn new(reader: &'r ChangelogReader<'r>, channel: &'r ChannelState) -> Self {
        let ledger = reader.ledger;
        let trunkward: &'r Trunkward = &reader.trunkward;
        Self {
            ledger,
            channel,
            trunk: reader.trunk,
            trunkward,
            writer: reader.writer(channel),
            baseline: Baseline::new(&ledger.graph, trunkward),
            shipped: Earliest::new(&ledger.graph, channel.lines.iter().flat_map(|line| &line.releases)),
        }
    }

    /// Whether a range reached the end of a shallow clone.
    pub(super) fn is_cut(&self) -> bool {
        self.writer.is_cut
    }

    /// From now on also tells where the changes of these commits come from, and who else has them.
    pub(super) fn compare(&mut self, commits: impl IntoIterator<Item = CommitId>) {
        let graph = &self.ledger.graph;
        let nodes = commits.into_iter().filter_map(|commit| graph.node(commit));
        let mut tips: Vec<Node> = nodes.filter(|node| !self.trunkward.is_on_trunk(*node)).collect();
        tips.sort_unstable();
        tips.dedup();
        self.writer.compare(tips);
    }

    /// Trunk's unreleased changes, then all releases.
    pub(super) fn history(&mut self) -> Vec<ChangelogSection> {
        let shown: Vec<Placed<'r>> = releases(self.channel).filter(|placed| !is_superseded(*placed)).collect();
        let newest = shown.iter().map(|placed| placed.release()).find(|release| !release.is_retracted);
        let mut sections: Vec<ChangelogSection> =
            self.unreleased(None, self.ledger.trunk.commit, newest).into_iter().collect();
        sections.extend(self.sections(&shown));
        sections
    }

    /// A line's unreleased changes, then its releases.
    pub(super) fn line(&mut self, line: &'r Line) -> Vec<ChangelogSection> {
        let all = (0..line.releases.len()).rev().map(|at| Placed { line, at });
        let shown: Vec<Placed<'r>> = all.filter(|placed| !is_superseded(*placed)).collect();
        let mut sections: Vec<ChangelogSection> = self.waiting(line).into_iter().collect();
        sections.extend(self.sections(&shown));
        sections
    }

    /// The whole history, and after it what waits on each line that is maintained.
    pub(super) fn every_line(&mut self) -> Vec<ChangelogSection> {
        let mut sections = self.history();
        for line in self.channel.lines.iter().filter(|line| line.stage.is_maintained()) {
            sections.extend(self.waiting(line));
        }
        sections
    }

    /// What the newest release of a line with long-term support brings to whoever comes from the line of that kind before it,
    /// at its newest release by then; `None` where one of the two has none.
    pub(super) fn since_lts(&mut self, line: &'r Line) -> Option<ChangelogSection> {
        let at = line.releases.iter().rposition(is_standing).filter(|_| line.kind == LineKind::Lts)?;
        let release = &line.releases[at];
        let older = self.channel.lines.iter().skip_while(|other| other.name != line.name).skip(1);
        let of_kind = older.filter(|other| other.kind == LineKind::Lts).flat_map(|other| other.releases.iter().rev());
        let previous = of_kind.filter(|other| is_standing(other)).find(|other| other.date <= release.date)?;
        let mut key = self.key(Placed { line, at }, Some(previous));
        key.kind = ReleasedAs::Range;
        key.candidates.clear();
        Some(self.write(key, Some(previous)))
    }

    /// All pages since the long-term support before, newest line first.
    pub(super) fn all_since_lts(&mut self) -> Vec<ChangelogSection> {
        self.channel.lines.iter().filter_map(|line| self.since_lts(line)).collect()
    }

    /// What a line's branch has and no release of it. Trunk as a line is told with the whole history.
    fn waiting(&mut self, line: &'r Line) -> Option<ChangelogSection> {
        line.branch.as_ref()?;
        let newest = line.releases.iter().rev().find(|release| !release.is_retracted);
        let previous = newest.or_else(|| self.newest_before_first(line));
        self.unreleased(Some(line), line.tip, previous)
    }

    /// One release, a candidate among them.
    pub(super) fn release(&mut self, placed: Placed<'r>) -> ChangelogSection {
        let previous = previous(self.ledger, self.channel, placed);
        let key = self.key(placed, previous);
        self.write(key, previous)
    }

    fn key(&self, placed: Placed<'r>, previous: Option<&Release>) -> ChangelogRelease {
        let release = placed.release();
        let kind = match release.kind {
            ReleaseKind::Candidate => ReleasedAs::Candidate,
            ReleaseKind::GeneralAvailability => ReleasedAs::GeneralAvailability,
            ReleaseKind::Patch => ReleasedAs::Patch,
        };
        let counted = placed.line.releases[..placed.at].iter().filter(|earlier| {
            kind != ReleasedAs::Candidate
                && earlier.kind == ReleaseKind::Candidate
                && earlier.version.release().numbers() == release.version.numbers()
        });
        ChangelogRelease {
            version: Some(release.version.clone()),
            tag: Some(release.tag.clone()),
            date: Some(release.date),
            previous: previous.map(|previous| previous.version.to_string()),
            previous_commit: previous.map(|previous| previous.commit),
            line: Some(placed.line.name.clone()),
            candidates: counted.map(|candidate| candidate.version.clone()).collect(),
            retracted: release.is_retracted,
            artifacts: release.artifacts.clone(),
            overridden: release.overridden.clone(),
            ..ChangelogRelease::new(kind, release.commit)
        }
    }

    /// What `commit` reaches and `previous` does not; `None` where that is nothing at all.
    fn unreleased(
        &mut self,
        line: Option<&Line>,
        commit: CommitId,
        previous: Option<&Release>,
    ) -> Option<ChangelogSection> {
        let key = ChangelogRelease {
            previous: previous.map(|previous| previous.version.to_string()),
            previous_commit: previous.map(|previous| previous.commit),
            line: line.map(|line| line.name.clone()),
            ..ChangelogRelease::new(ReleasedAs::Unreleased, commit)
        };
        let section = self.write(key, previous);
        (!section.sections.is_empty() || !section.left_out.is_empty()).then_some(section)
    }

    /// For a line without a release: the newest release of any line whose base the line has.
    fn newest_before_first(&self, line: &Line) -> Option<&'r Release> {
        let graph = &self.ledger.graph;
        let older = self.channel.lines.iter().skip_while(|other| other.name != line.name).skip(1);
        let tip = graph.node(line.tip).or(self.trunk)?;
        older.filter_map(Line::latest).find(|release| {
            let at = graph.node(release.commit);
            at.is_some_and(|node| graph.commit_time(node) <= graph.commit_time(tip))
        })
    }

    /// Sections in the order given. They are read in the opposite order, so that the baseline of a line is continued.
    fn sections(&mut self, shown: &[Placed<'r>]) -> Vec<ChangelogSection> {
        let mut sections: Vec<ChangelogSection> = shown.iter().rev().map(|placed| self.release(*placed)).collect();
        sections.reverse();
        sections
    }

    fn write(&mut self, key: ChangelogRelease, previous: Option<&Release>) -> ChangelogSection {
        let graph = &self.ledger.graph;
        let previous = previous.and_then(|previous| graph.node(previous.commit));
        self.baseline.move_to(previous);
        let ends = Ends { tip: graph.node(key.commit), previous, by_lines: false };
        let (baseline, shipped) = (&self.baseline, &self.shipped);
        let fallback = key.previous.clone();
        self.writer.section(
            key,
            ends,
            |node| baseline.contains(node),
            |change, elsewhere| {
                shipped
                    .of(change, elsewhere, |node| baseline.contains(node))
                    .map(ToString::to_string)
                    .or_else(|| fallback.clone())
            },
        )
    }
}
