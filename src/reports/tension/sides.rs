//! The two sides that are compared: the channel that is deployed with what went live when, and the channel that others
//! install with what was released when.

use chrono::{DateTime, Utc};
use rustc_hash::FxHashSet;

use super::model::Times;
use crate::domain::{ChannelKind, CommitId, listed};
use crate::ledger::{ChannelState, Deploy, DeployKind, Ledger, Line, Release, ReleaseKind};

/// Why two sides cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SidesError {
    #[error("there is no channel `{name}`")]
    UnknownChannel { name: String, known: Vec<String> },
    #[error("`{first}` and `{second}` are both channels of kind {kind}, and one of that kind is compared")]
    SameKind { first: String, second: String, kind: &'static str },
}

impl SidesError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownChannel { known, .. } => format!("known are {}", listed(known)),
            Self::SameKind { .. } => "name one channel of each kind".to_owned(),
        }
    }
}

/// Something that put a commit before the customers of the service.
#[derive(Debug, Clone, Copy)]
pub(super) struct GoingLive {
    pub commit: CommitId,
    pub at: DateTime<Utc>,
    /// When it was built, where that is known.
    pub built_at: Option<DateTime<Utc>>,
    pub is_rollback: bool,
    /// Whether a later rollback took it back.
    pub is_bad: bool,
    pub is_release: bool,
}

/// A release that stands and is no candidate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Released<'l> {
    pub release: &'l Release,
    /// Whether it is more than a patch.
    pub is_general: bool,
}

/// Both sides.
pub(super) struct Sides<'l> {
    pub managed: Option<&'l ChannelState>,
    pub self_hosted: Option<&'l ChannelState>,
    /// How the times of `live` are known; `None` where nothing is live.
    pub times: Option<Times>,
    /// Oldest first.
    pub live: Vec<GoingLive>,
    /// Oldest first.
    pub released: Vec<Released<'l>>,
}

impl<'l> Sides<'l> {
    /// The first channel of each kind, or those that are named.
    pub fn new(ledger: &'l Ledger, named: &[String], now: DateTime<Utc>) -> Result<Self, SidesError> {
        let managed = side(ledger, named, ChannelKind::Continuous)?;
        let self_hosted = side(ledger, named, ChannelKind::Versioned)?;
        let mut released: Vec<Released<'l>> =
            self_hosted.into_iter().flat_map(|c| &c.lines).flat_map(|line| of_line(ledger, line)).collect();
        released.retain(|released| released.release.date <= now);
        released.sort_by(|one, other| {
            (one.release.date, &one.release.version).cmp(&(other.release.date, &other.release.version))
        });
        let mut live: Vec<GoingLive> = managed.map(|channel| recorded(ledger, channel)).unwrap_or_default();
        let mut times = (!live.is_empty()).then_some(Times::Recorded);
        if let Some(channel) = managed.filter(|_| live.is_empty()) {
            live = inferred(ledger, channel);
            times = (!live.is_empty()).then_some(Times::Inferred);
        }
        live.retain(|live| live.at <= now);
        live.sort_by_key(|live| live.at);
        Ok(Self { managed, self_hosted, times, live, released })
    }

    /// Releases that are more than patches, oldest first.
    pub fn general(&self) -> impl DoubleEndedIterator<Item = &Released<'l>> {
        self.released.iter().filter(|released| released.is_general)
    }
}

fn side<'l>(ledger: &'l Ledger, named: &[String], kind: ChannelKind) -> Result<Option<&'l ChannelState>, SidesError> {
    for name in named {
        if ledger.channel(name).is_none() {
            let known = ledger.channels.iter().map(|channel| channel.name.to_string()).collect();
            return Err(SidesError::UnknownChannel { name: name.clone(), known });
        }
    }
    let of_kind = || ledger.channels.iter().filter(|channel| channel.kind == kind);
    let mut chosen = of_kind().filter(|channel| named.iter().any(|name| name == channel.name.as_str()));
    match (chosen.next(), chosen.next()) {
        (Some(first), Some(second)) => Err(SidesError::SameKind {
            first: first.name.to_string(),
            second: second.name.to_string(),
            kind: kind.as_str(),
        }),
        (Some(only), None) => Ok(Some(only)),
        _ => Ok(of_kind().next()),
    }
}

/// Deploys to the environment that customers see, with times.
fn recorded(ledger: &Ledger, channel: &ChannelState) -> Vec<GoingLive> {
    let versioned = ledger.channels.iter().filter(|channel| channel.kind == ChannelKind::Versioned);
    let releases: FxHashSet<CommitId> = versioned
        .flat_map(|channel| &channel.lines)
        .flat_map(|line| &line.releases)
        .map(|release| release.commit)
        .collect();
    let bad = channel.rolled_back();
    let last = channel.environments.last();
    let to_customers = channel.deploys.iter().filter(|deploy| Some(&deploy.environment) == last && !deploy.is_inferred);
    let known = to_customers.filter_map(|deploy: &Deploy| {
        Some(GoingLive {
            commit: deploy.commit,
            at: deploy.recorded_at?,
            built_at: deploy.built_at,
            is_rollback: deploy.kind == DeployKind::Rollback,
            is_bad: deploy.tag.as_ref().is_some_and(|tag| bad.contains(tag)),
            is_release: releases.contains(&deploy.commit),
        })
    });
    known.collect()
}

/// Managed lines as if each had gone live when it left trunk.
fn inferred(ledger: &Ledger, channel: &ChannelState) -> Vec<GoingLive> {
    let graph = &ledger.graph;
    let cuts = channel.lines.iter().filter_map(|line| {
        let base = line.base.and_then(|base| graph.node(base))?;
        Some(GoingLive {
            commit: line.tip,
            at: graph.commit_time(base),
            built_at: None,
            is_rollback: false,
            is_bad: false,
            is_release: false,
        })
    });
    cuts.collect()
}

/// The releases of a line that stand and are no candidates. More than a patch is what made the line generally available;
/// where a line holds several of what people call releases also each that raises one of the first two numbers.
fn of_line<'l>(ledger: &Ledger, line: &'l Line) -> Vec<Released<'l>> {
    let is_wide = line.branch.as_ref() == Some(&ledger.trunk.branch) || is_named_by_major(line);
    let mut last: Option<(u64, u64)> = None;
    let mut found = Vec::new();
    for release in line.releases.iter().filter(|release| release.kind != ReleaseKind::Candidate) {
        let numbers = (release.version.major(), release.version.minor());
        let is_raised = last.replace(numbers) != Some(numbers);
        if !release.is_retracted {
            let is_general = release.kind == ReleaseKind::GeneralAvailability || is_wide && is_raised;
            found.push(Released { release, is_general });
        }
    }
    found
}

/// `8`, `8.x` or `32-x-y` with releases of that first number. A label such as `2025.1` or `yoga` names no number, and what
/// is released on it are patches.
fn is_named_by_major(line: &Line) -> bool {
    let mut parts = line.name.split(['.', '-', '_']);
    let Some(major) = parts.next().and_then(|first| first.parse::<u64>().ok()) else { return false };
    parts.all(|part| matches!(part, "x" | "y" | "z")) && line.releases.iter().all(|r| r.version.major() == major)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{BranchName, ChannelName, LineKind, ObjectId, Stage, TagName};
    use crate::ledger::SupportWindow;

    fn line(name: &str, versions: &[&str]) -> Line {
        let commit = CommitId::new(ObjectId::from_bytes([1; 20]));
        let release = |(at, version): (usize, &&str)| Release {
            version: version.parse().unwrap(),
            tag: TagName::new(*version).unwrap(),
            object: commit.object(),
            commit,
            kind: if at == 0 { ReleaseKind::GeneralAvailability } else { ReleaseKind::Patch },
            date: DateTime::UNIX_EPOCH,
            is_retracted: false,
            artifacts: Vec::new(),
            overridden: None,
        };
        Line {
            name: name.to_owned(),
            channel: ChannelName::new("self-hosted").unwrap(),
            branch: Some(BranchName::new(name).unwrap()),
            tip: commit,
            base: None,
            from: None,
            kind: LineKind::Regular,
            stage: Stage::Unknown,
            support: SupportWindow::default(),
            releases: versions.iter().enumerate().map(release).collect(),
        }
    }

    #[test]
    fn what_is_more_than_a_patch_depends_on_what_the_line_is_named_by() {
        for (name, is_named) in
            [("8", true), ("8.x", true), ("8-x-y", true), ("8.1", false), ("yoga", false), ("2025.1", false)]
        {
            assert_eq!(is_named_by_major(&line(name, &["8.0.0", "8.1.0"])), is_named, "{name}");
        }
        assert!(!is_named_by_major(&line("2025", &["31.0.0"])));
    }
}
