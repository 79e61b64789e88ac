//! The sections of a continuous channel: one per deploy to the last environment, with what went live by it for the first
//! time. Where nothing records deploys, one per managed line.

use chrono::{DateTime, Utc};

use super::earliest::first_with;
use super::model::{ChangelogRelease, ChangelogSection, ReleasedAs};
use super::reader::ChangelogReader;
use super::writer::{Ends, SectionWriter};
use crate::domain::CommitId;
use crate::history::FirstReach;
use crate::ledger::{ChannelState, Deploy, DeployKind, Ledger, Line};
use crate::reports::identity::tips;

/// Writes the sections of one continuous channel.
pub(super) struct ContinuousChangelog<'r> {
    ledger: &'r Ledger,
    writer: SectionWriter<'r>,
    stations: Vec<Station<'r>>,
    live: FirstReach,
}

/// Something that put a commit before customers, in the order in which that happened.
#[derive(Clone, Copy)]
enum Station<'r> {
    Deploy(&'r Deploy),
    Line(&'r Line),
}

impl<'r> Station<'r> {
    fn commit(self) -> CommitId {
        match self {
            Self::Deploy(deploy) => deploy.commit,
            Self::Line(line) => line.tip,
        }
    }

    fn line(self) -> Option<&'r str> {
        match self {
            Self::Deploy(deploy) => deploy.line.as_deref(),
            Self::Line(line) => Some(&line.name),
        }
    }

    fn date(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Deploy(deploy) => deploy.recorded_at,
            Self::Line(_) => None,
        }
    }

    fn name(self) -> Option<String> {
        match self {
            Self::Deploy(deploy) => deploy.tag.as_ref().map(ToString::to_string),
            Self::Line(line) => Some(line.name.clone()),
        }
    }
}

/// The deploys that customers see, oldest first.
pub(super) fn deploys_to_customers(channel: &ChannelState) -> impl DoubleEndedIterator<Item = &Deploy> {
    let last = channel.environments.last();
    channel.deploys.iter().filter(move |deploy| Some(&deploy.environment) == last && !deploy.is_inferred)
}

impl<'r> ContinuousChangelog<'r> {
    pub(super) fn new(reader: &'r ChangelogReader<'r>, channel: &'r ChannelState) -> Self {
        let graph = &reader.ledger.graph;
        let mut stations: Vec<Station<'r>> = deploys_to_customers(channel).map(Station::Deploy).collect();
        if !channel.lines.is_empty() {
            // Names order the deploys of one line; those of lines that are live side by side are ordered by time alone.
            stations.sort_by_key(|station| station.date());
        }
        if stations.is_empty() {
            stations = channel.lines.iter().rev().map(Station::Line).collect();
        }
        let live = FirstReach::new(graph, stations.iter().map(|station| graph.node(station.commit())));
        Self { ledger: reader.ledger, writer: reader.writer(channel), stations, live }
    }

    /// Whether a range reached the end of a shallow clone.
    pub(super) fn is_cut(&self) -> bool {
        self.writer.is_cut
    }

    /// What trunk has and customers do not, then all deploys.
    pub(super) fn history(&mut self) -> Vec<ChangelogSection> {
        self.compare(None);
        let mut sections: Vec<ChangelogSection> = self.waiting(None, self.ledger.trunk.commit).into_iter().collect();
        sections.extend((0..self.stations.len()).rev().map(|at| self.station(at)));
        sections
    }

    /// What a managed line has and customers do not, then its deploys.
    pub(super) fn line(&mut self, line: &Line) -> Vec<ChangelogSection> {
        self.compare(None);
        let mut sections: Vec<ChangelogSection> = self.waiting(Some(line), line.tip).into_iter().collect();
        let own: Vec<usize> =
            (0..self.stations.len()).rev().filter(|at| self.stations[*at].line() == Some(&line.name)).collect();
        sections.extend(own.into_iter().map(|at| self.station(at)));
        sections
    }

    /// The deploy of this tag.
    pub(super) fn deploy(&mut self, tag: &str) -> Option<ChangelogSection> {
        let at = self.stations.iter().position(|station| {
            matches!(station, Station::Deploy(deploy) if deploy.tag.as_ref().is_some_and(|known| known.as_str() == tag))
        })?;
        let (live, tip) = (&self.live, self.ledger.graph.node(self.stations[at].commit()));
        let oldest = self.writer.oldest(tip, |node| live.of(node).is_some_and(|first| first < at));
        self.compare(oldest);
        Some(self.station(at))
    }

    /// Compares the lines that got anything since then: only these can have what was written since.
    fn compare(&mut self, since: Option<DateTime<Utc>>) {
        self.writer.compare(tips(self.ledger, since));
    }

    fn station(&mut self, at: usize) -> ChangelogSection {
        let station = self.stations[at];
        let earlier = &self.stations[..at];
        let previous = earlier
            .iter()
            .rev()
            .find(|earlier| station.line().is_none() || earlier.line() == station.line())
            .or(earlier.last())
            .copied();
        let mut key = key(station.commit(), station.line(), previous);
        match station {
            Station::Line(_) => key.kind = ReleasedAs::Line,
            Station::Deploy(deploy) => {
                key.kind = match deploy.kind {
                    DeployKind::Forward => ReleasedAs::Deploy,
                    DeployKind::Rollback => ReleasedAs::Rollback,
                };
                key.tag.clone_from(&deploy.tag);
                key.date = deploy.recorded_at;
                key.environment = Some(deploy.environment.clone());
                key.replaces.clone_from(&deploy.replaces);
            }
        }
        self.write(key, at)
    }

    /// `None` where nothing waits.
    fn waiting(&mut self, line: Option<&Line>, commit: CommitId) -> Option<ChangelogSection> {
        let name = line.map(|line| line.name.as_str());
        let of_line = self.stations.iter().rev().find(|station| name.is_some() && station.line() == name);
        let previous = of_line.or(self.stations.last()).copied();
        let section = self.write(key(commit, name, previous), self.stations.len());
        (!section.sections.is_empty() || !section.left_out.is_empty()).then_some(section)
    }

    /// What `key.commit` reaches and none of the first `count` stations does.
    fn write(&mut self, key: ChangelogRelease, count: usize) -> ChangelogSection {
        let (live, stations) = (&self.live, &self.stations);
        let tip = self.ledger.graph.node(key.commit);
        let was_live = |node| live.of(node).is_some_and(|first| first < count);
        let ends = Ends { tip, previous: None, by_lines: true };
        self.writer.section(key, ends, was_live, |change, elsewhere| {
            first_with(live, change, elsewhere, was_live).and_then(|at| stations[at].name())
        })
    }
}

fn key(commit: CommitId, line: Option<&str>, previous: Option<Station<'_>>) -> ChangelogRelease {
    ChangelogRelease {
        previous: previous.and_then(Station::name),
        previous_commit: previous.map(Station::commit),
        line: line.map(str::to_owned),
        ..ChangelogRelease::new(ReleasedAs::Unreleased, commit)
    }
}
