//! What has soaked: been live in the last environment for as long as the gates ask, without being rolled back.
//!
//! Being live is being reached by what is live: the next deploy of trunk holds what the one before it had. A rollback to
//! something older ends that, and whatever it took back has not soaked. Where several managed lines are live side by side,
//! a deploy of an older one ends nothing of a newer one.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::config::Continuous;
use crate::domain::{CommitId, EnvironmentName, Period, TagName};
use crate::graph::{Graph, Node};
use crate::ledger::{ChannelState, Deploy, DeployKind};

/// Why no commit has soaked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SoakError {
    #[error("nothing is recorded as live in `{environment}`")]
    NothingLive { environment: EnvironmentName },
    #[error("when `{environment}` was deployed to is not known, so that nothing says what has soaked for {soak}")]
    NoTimes { environment: EnvironmentName, soak: Period },
    #[error("no commit has been live in `{environment}` for {soak} without being rolled back{}", .first.map(|time| format!("; the first will have on {}", time.format("%Y-%m-%d %H:%M"))).unwrap_or_default())]
    NotYet { environment: EnvironmentName, soak: Period, first: Option<DateTime<Utc>> },
}

impl SoakError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(
            "choose the commit yourself with `--at COMMIT` and `--reason TEXT`, or set `cut-from = \"trunk\"` for the channel"
                .to_owned(),
        )
    }
}

/// The newest commit that has soaked, and why newer ones have not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Soaked {
    pub commit: CommitId,
    /// The deploy with which its time began; `None` where it is inferred from a branch.
    pub tag: Option<TagName>,
    pub since: Option<DateTime<Utc>>,
    /// Newest deploy first, each commit once.
    pub not_taken: Vec<NotSoaked>,
}

/// A commit that was deployed and has not soaked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotSoaked {
    pub commit: CommitId,
    pub tag: Option<TagName>,
    #[serde(flatten)]
    pub why: WhyNotSoaked,
}

/// Why a commit has not soaked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum WhyNotSoaked {
    /// It is live, and not long enough.
    TooYoung { since: DateTime<Utc>, ready_at: DateTime<Utc> },
    /// By the deploy of this name.
    RolledBack { by: Option<TagName> },
    /// Something that does not hold it went live before its time was over.
    Superseded { since: DateTime<Utc>, until: DateTime<Utc> },
    /// No time is known for it.
    UnknownTime,
    /// It was never live in the last environment.
    NeverLive,
}

/// A commit's time in the last environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SoakState {
    /// Live since then for long enough; `None` where no time is asked for or known.
    Soaked {
        since: Option<DateTime<Utc>>,
    },
    Not(WhyNotSoaked),
}

/// Deploys into the last environment of one channel, with what decides over them.
pub struct Soaking<'a> {
    graph: &'a Graph,
    channel: &'a ChannelState,
    environment: &'a EnvironmentName,
    /// In the order in which they were recorded.
    deploys: Vec<&'a Deploy>,
    soak: Option<&'a Period>,
    now: DateTime<Utc>,
}

impl<'a> Soaking<'a> {
    /// Reads the deploys. Without `soak` it is enough to have been live and not rolled back.
    pub fn new(
        graph: &'a Graph,
        channel: &'a ChannelState,
        config: &'a Continuous,
        soak: Option<&'a Period>,
        now: DateTime<Utc>,
    ) -> Self {
        let environment = config.last_environment();
        let deploys = channel.deploys_to(environment).collect();
        Self { graph, channel, environment, deploys, soak, now }
    }

    /// The newest soaked commit: of the newest line that has one, where the channel has lines.
    pub fn newest(&self) -> Result<Soaked, SoakError> {
        let environment = self.environment.clone();
        let live = self.channel.live(self.environment).first().copied();
        let live = live.ok_or_else(|| SoakError::NothingLive { environment: environment.clone() })?;
        let Some(soak) = self.soak else { return Ok(self.taken(live, live.recorded_at)) };
        if self.deploys.iter().all(|deploy| deploy.recorded_at.is_none()) {
            return Err(SoakError::NoTimes { environment, soak: soak.clone() });
        }
        let mut first = None;
        for at in self.newest_first() {
            let deploy = self.deploys[at];
            match self.since(at, deploy.commit) {
                SoakState::Soaked { since } => return Ok(self.taken(deploy, since)),
                SoakState::Not(WhyNotSoaked::TooYoung { ready_at, .. }) => first = Some(ready_at),
                SoakState::Not(_) => {}
            }
        }
        Err(SoakError::NotYet { environment, soak: soak.clone(), first })
    }

    /// The commit that is taken, and what was deployed since and is not a part of it.
    fn taken(&self, deploy: &Deploy, since: Option<DateTime<Utc>>) -> Soaked {
        let rank = self.rank(deploy);
        let first = self.deploys.iter().position(|other| other.commit == deploy.commit).unwrap_or_default();
        let is_newer = |at: usize| {
            let other = self.graph.node(self.deploys[at].commit);
            (at > first || self.rank(self.deploys[at]) < rank) && !other.is_some_and(|node| self.holds(deploy, node))
        };
        let mut seen = BTreeSet::new();
        let mut not_taken = Vec::new();
        for at in (0..self.deploys.len()).rev().filter(|at| is_newer(*at)) {
            let other = self.deploys[at];
            if seen.insert(other.commit)
                && let SoakState::Not(why) = self.of_deploy(other.commit)
            {
                not_taken.push(NotSoaked { commit: other.commit, tag: other.tag.clone(), why });
            }
        }
        Soaked { commit: deploy.commit, tag: deploy.tag.clone(), since, not_taken }
    }

    /// Whether a deploy of exactly this commit has soaked.
    pub fn of_deploy(&self, commit: CommitId) -> SoakState {
        self.best(commit, |deploy| deploy.commit == commit)
    }

    /// Whether this commit has soaked as a part of what was deployed.
    pub fn of_part(&self, commit: CommitId) -> SoakState {
        let Some(node) = self.graph.node(commit) else { return SoakState::Not(WhyNotSoaked::NeverLive) };
        self.best(commit, |deploy| self.holds(deploy, node))
    }

    /// Its newest time that was long enough, from the first deploy of that time on; else why the newest was not.
    fn best(&self, commit: CommitId, is_of: impl Fn(&Deploy) -> bool) -> SoakState {
        let mut found = None;
        let mut soaked = None;
        for at in (0..self.deploys.len()).rev().filter(|at| is_of(self.deploys[*at])) {
            match self.since(at, commit) {
                SoakState::Not(_) if soaked.is_some() => break,
                SoakState::Not(why) => _ = found.get_or_insert(why),
                state @ SoakState::Soaked { .. } => soaked = Some(state),
            }
        }
        soaked.unwrap_or_else(|| SoakState::Not(found.unwrap_or(WhyNotSoaked::NeverLive)))
    }

    /// Places of deploys, newest first; those of a newer line before those of an older one.
    fn newest_first(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.deploys.len()).rev().collect();
        places.sort_by_key(|at| self.rank(self.deploys[*at]));
        places
    }

    /// The place of the deploy's line among the lines, newest first; that of trunk is before all.
    fn rank(&self, deploy: &Deploy) -> usize {
        let Some(line) = &deploy.line else { return 0 };
        self.channel.lines.iter().position(|known| known.name == *line).map_or(0, |at| at + 1)
    }

    fn holds(&self, deploy: &Deploy, node: Node) -> bool {
        self.graph.node(deploy.commit).is_some_and(|other| self.graph.is_ancestor(node, other))
    }

    /// How it went with `commit` from the deploy at a place on.
    fn since(&self, at: usize, commit: CommitId) -> SoakState {
        let deploy = self.deploys[at];
        let Some(node) = self.graph.node(commit) else { return SoakState::Not(WhyNotSoaked::UnknownTime) };
        let rank = self.rank(deploy);
        let ended = self.deploys[at + 1..].iter().find(|later| {
            let is_of_older_line = later.kind == DeployKind::Forward && self.rank(later) > rank;
            !is_of_older_line && !self.holds(later, node)
        });
        if let Some(later) = ended.filter(|later| later.kind == DeployKind::Rollback) {
            return SoakState::Not(WhyNotSoaked::RolledBack { by: later.tag.clone() });
        }
        let Some(soak) = self.soak else { return SoakState::Soaked { since: deploy.recorded_at } };
        let Some(since) = deploy.recorded_at else { return SoakState::Not(WhyNotSoaked::UnknownTime) };
        let ready_at = soak.after(since);
        match ended.map(|later| later.recorded_at) {
            None if ready_at <= self.now => SoakState::Soaked { since: Some(since) },
            None => SoakState::Not(WhyNotSoaked::TooYoung { since, ready_at }),
            Some(Some(until)) if ready_at <= until => SoakState::Soaked { since: Some(since) },
            Some(Some(until)) => SoakState::Not(WhyNotSoaked::Superseded { since, until }),
            Some(None) => SoakState::Not(WhyNotSoaked::UnknownTime),
        }
    }
}

impl std::fmt::Display for WhyNotSoaked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let day = |time: &DateTime<Utc>| time.format("%Y-%m-%d %H:%M").to_string();
        match self {
            Self::TooYoung { since, ready_at } => {
                write!(f, "live since {} only, soaked on {}", day(since), day(ready_at))
            }
            Self::RolledBack { by: Some(tag) } => write!(f, "rolled back by `{tag}`"),
            Self::RolledBack { by: None } => f.write_str("rolled back"),
            Self::Superseded { since, until } => {
                write!(f, "live from {} to {} only", day(since), day(until))
            }
            Self::UnknownTime => f.write_str("when it was live is not known"),
            Self::NeverLive => f.write_str("never live in the last environment"),
        }
    }
}

#[cfg(test)]
mod tests;
