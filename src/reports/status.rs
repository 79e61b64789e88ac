//! The board: what is live, where each line stands, what waits.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::backports::{Backports, LineBackports};
use super::deploys::version;
use super::describe::Describer;
use crate::config::{Channel, Continuous, Origin};
use crate::domain::{
    BranchName, ChannelKind, ChannelName, CommitId, EnvironmentName, GateOverride, LineKind, Period, Stage, TagName,
    Version,
};
use crate::graph::{Graph, NodeSet};
use crate::ledger::{ChannelState, Deploy, Ledger, Line, ReleaseKind, Trunk, freezes};

/// What `status` prints.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    pub now: DateTime<Utc>,
    /// Which configuration was used.
    pub configuration: Origin,
    /// The project's name in documents; `None` where nothing declares one.
    pub project: Option<String>,
    pub trunk: TrunkStatus,
    pub records: RecordsStatus,
    pub channels: Vec<ChannelStatus>,
}

/// Trunk's tip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrunkStatus {
    pub branch: BranchName,
    pub commit: CommitId,
    /// What a build of it is called.
    pub version: String,
    pub committed_at: Option<DateTime<Utc>>,
}

/// When the records used were last synchronised with the remote; `None`: never.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RecordsStatus {
    pub synced_at: Option<DateTime<Utc>>,
}

/// One channel.
#[derive(Debug, Clone, Serialize)]
pub struct ChannelStatus {
    pub name: ChannelName,
    pub kind: ChannelKind,
    /// In promotion order; empty for a versioned channel.
    pub environments: Vec<EnvironmentStatus>,
    /// Newest first.
    pub lines: Vec<LineStatus>,
}

/// What is live in one environment.
#[derive(Debug, Clone, Serialize)]
pub struct EnvironmentStatus {
    pub name: EnvironmentName,
    /// Newest first; several where several managed lines are live, none where nothing was ever recorded.
    pub live: Vec<Live>,
    /// Commits that trunk has and the newest live build lacks, merges not counted. `None` where nothing is live.
    pub behind_trunk: Option<usize>,
    /// Changes among these: what people would read of. `None`: not counted.
    pub changes_waiting: Option<usize>,
    /// Freezes in force, by record and by the windows of the configuration.
    pub freezes: Vec<FreezeStatus>,
    /// The limit on the age of the newest live build, where one is declared and the age is known.
    pub max_age: Option<AgeLimit>,
    /// Deploys recorded in the last 30 days, rollbacks included, divided by 30; `None` where nothing was ever recorded.
    pub deploys_per_day: Option<f64>,
    /// What a rollback would go back to; `None` where nothing good was recorded before.
    pub rollback_to: Option<RollbackTarget>,
}

/// Why an environment takes no forward deploys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FreezeStatus {
    /// The name it was recorded under, or the window as it is written.
    pub name: String,
    /// `record` or `window`.
    pub kind: &'static str,
    pub reason: Option<String>,
    /// `None`: until somebody thaws it.
    pub until: Option<DateTime<Utc>>,
    pub by: Option<String>,
    pub since: Option<DateTime<Utc>>,
}

/// How old a live build may be, in seconds, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgeLimit {
    pub warn: Option<i64>,
    pub fail: Option<i64>,
    /// `passed`, `warn` or `fail`.
    pub state: &'static str,
}

/// A build that is live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Live {
    /// `None` where it is inferred from a branch.
    pub tag: Option<TagName>,
    pub commit: CommitId,
    pub line: Option<String>,
    pub version: String,
    pub recorded_at: Option<DateTime<Utc>>,
    pub built_at: Option<DateTime<Utc>>,
    /// Seconds since it was built, or recorded where that is unknown; `None` where neither is known.
    pub age: Option<i64>,
    pub artifact: Option<String>,
    pub inferred: bool,
}

/// The deploy that a rollback would make live again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RollbackTarget {
    pub tag: TagName,
    pub commit: CommitId,
    pub version: String,
    pub recorded_at: Option<DateTime<Utc>>,
}

/// One line.
#[derive(Debug, Clone, Serialize)]
pub struct LineStatus {
    pub name: String,
    pub channel: ChannelName,
    /// `None` where the branch is gone.
    pub branch: Option<BranchName>,
    pub base: Option<CommitId>,
    pub from: Option<FromStatus>,
    pub kind: LineKind,
    pub stage: Stage,
    /// The newest release that is no candidate and was not retracted.
    pub latest: Option<ReleaseStatus>,
    /// The newest candidate, where it is newer than `latest`.
    pub candidate: Option<ReleaseStatus>,
    /// Commits since the newest release, merges not counted; since the base where there is none.
    pub unreleased: usize,
    /// Changes among these: what people would read of. `None`: not counted, or the line is not maintained.
    pub changes_waiting: Option<usize>,
    /// How many releases the line has that are no candidates.
    pub releases: usize,
    /// Changes that are wanted here and absent. `None`: not computed, or the line is not maintained.
    pub missing_backports: Option<usize>,
    /// Changes that an older maintained line has and this one lacks. `None`: likewise.
    pub holes: Option<usize>,
    pub support: SupportStatus,
}

/// Where a line was cut; `line` is `None` for trunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FromStatus {
    pub line: Option<String>,
    pub commit: CommitId,
}

/// A release in one line of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReleaseStatus {
    pub version: Version,
    pub tag: TagName,
    pub commit: CommitId,
    pub date: DateTime<Utc>,
    /// Image digests or checksums of what was built from it.
    pub artifacts: Vec<String>,
    /// That it was released although gates were open.
    pub overridden: Option<GateOverride>,
}

/// Until when a line is supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SupportStatus {
    pub active_until: Option<DateTime<Utc>>,
    pub security_until: Option<DateTime<Utc>>,
}

/// Days over which deploys are counted.
const CADENCE_DAYS: u32 = 30;

/// The board as of `now`.
pub fn status(ledger: &Ledger, now: DateTime<Utc>) -> Status {
    let describer = Describer::new(ledger);
    Status {
        now,
        configuration: ledger.config.origin.clone(),
        project: ledger.config.project.name.clone(),
        trunk: trunk(ledger, &describer, &ledger.trunk),
        records: RecordsStatus { synced_at: ledger.synced_at },
        channels: ledger.channels.iter().map(|channel| channel_status(ledger, &describer, channel, now)).collect(),
    }
}

impl Status {
    /// Says of every maintained line how many changes are missing and how many holes it has.
    pub fn count_backports(&mut self, backports: &Backports) {
        for line in self.channels.iter_mut().flat_map(|channel| &mut channel.lines) {
            let is_it = |known: &&LineBackports| known.name == line.name && known.channel == line.channel;
            if let Some(known) = backports.lines.iter().find(is_it).filter(|known| known.maintained) {
                line.missing_backports = Some(known.counts.missing);
                line.holes = Some(known.counts.holes);
            }
        }
    }
}

fn trunk(ledger: &Ledger, describer: &Describer<'_>, trunk: &Trunk) -> TrunkStatus {
    let node = ledger.graph.node(trunk.commit);
    TrunkStatus {
        branch: trunk.branch.clone(),
        commit: trunk.commit,
        version: node.map_or_else(|| trunk.commit.short(), |node| describer.describe(node).version),
        committed_at: node.map(|node| ledger.graph.commit_time(node)),
    }
}

fn channel_status(
    ledger: &Ledger,
    describer: &Describer<'_>,
    channel: &ChannelState,
    now: DateTime<Utc>,
) -> ChannelStatus {
    let config = ledger.config.channels.get(&channel.name).and_then(Channel::as_continuous);
    let environment = |name: &EnvironmentName| {
        let live = channel.live(name);
        EnvironmentStatus {
            behind_trunk: live.first().and_then(|deploy| behind_trunk(ledger, deploy.commit)),
            changes_waiting: None,
            live: live.into_iter().map(|deploy| live_build(ledger, describer, deploy, now)).collect(),
            rollback_to: channel.rollback_target(name).and_then(|deploy| {
                Some(RollbackTarget {
                    tag: deploy.tag.clone()?,
                    commit: deploy.commit,
                    version: version(ledger, describer, deploy),
                    recorded_at: deploy.recorded_at,
                })
            }),
            freezes: frozen(ledger, config, name, now),
            max_age: max_age(config, channel, name, now),
            deploys_per_day: deploys_per_day(channel, name, now),
            name: name.clone(),
        }
    };
    ChannelStatus {
        name: channel.name.clone(),
        kind: channel.kind,
        environments: channel.environments.iter().map(environment).collect(),
        lines: channel.lines.iter().map(|line| line_status(ledger, channel, line)).collect(),
    }
}

fn live_build(ledger: &Ledger, describer: &Describer<'_>, deploy: &Deploy, now: DateTime<Utc>) -> Live {
    Live {
        tag: deploy.tag.clone(),
        commit: deploy.commit,
        line: deploy.line.clone(),
        version: version(ledger, describer, deploy),
        recorded_at: deploy.recorded_at,
        built_at: deploy.built_at,
        age: deploy.built_at.or(deploy.recorded_at).map(|since| (now - since).num_seconds()),
        artifact: deploy.artifact.clone(),
        inferred: deploy.is_inferred,
    }
}

fn frozen(
    ledger: &Ledger,
    config: Option<&Continuous>,
    environment: &EnvironmentName,
    now: DateTime<Utc>,
) -> Vec<FreezeStatus> {
    let in_force = freezes(&ledger.records, config, environment, now).into_iter();
    let told = in_force.map(|freeze| FreezeStatus {
        kind: if freeze.record.is_some() { "record" } else { "window" },
        name: freeze.name,
        reason: freeze.reason,
        until: freeze.until,
        by: freeze.by,
        since: freeze.since,
    });
    told.collect()
}

/// How the age of the newest live build stands against the limit of its channel.
fn max_age(
    config: Option<&Continuous>,
    channel: &ChannelState,
    environment: &EnvironmentName,
    now: DateTime<Utc>,
) -> Option<AgeLimit> {
    let limit = config.map(|config| &config.max_age).filter(|limit| !limit.is_unset())?;
    let live = channel.live(environment);
    let since = live.first().and_then(|deploy| deploy.built_at.or(deploy.recorded_at))?;
    let is_past = |period: &Option<Period>| period.as_ref().is_some_and(|period| period.after(since) < now);
    let state = match (is_past(&limit.fail), is_past(&limit.warn)) {
        (true, _) => "fail",
        (false, true) => "warn",
        (false, false) => "passed",
    };
    let seconds = |period: &Option<Period>| period.as_ref().map(Period::seconds);
    Some(AgeLimit { warn: seconds(&limit.warn), fail: seconds(&limit.fail), state })
}

fn deploys_per_day(channel: &ChannelState, environment: &EnvironmentName, now: DateTime<Utc>) -> Option<f64> {
    let mut recorded = channel.deploys_to(environment).filter_map(|deploy| deploy.recorded_at).peekable();
    recorded.peek()?;
    let since = Period::days(CADENCE_DAYS).before(now);
    let count = recorded.filter(|at| *at > since && *at <= now).count();
    // Hundredths are as exact as anybody reads them.
    Some((count as f64 / f64::from(CADENCE_DAYS) * 100.0).round() / 100.0)
}

fn behind_trunk(ledger: &Ledger, live: CommitId) -> Option<usize> {
    let graph = &ledger.graph;
    let (trunk, live) = (graph.node(ledger.trunk.commit)?, graph.node(live)?);
    Some(graph.range(&[trunk], &graph.reach(&[live])).into_iter().filter(|node| !graph.is_merge(*node)).count())
}

fn line_status(ledger: &Ledger, channel: &ChannelState, line: &Line) -> LineStatus {
    let candidate = line.releases.last().filter(|release| release.kind == ReleaseKind::Candidate);
    let summary = |release: &crate::ledger::Release| ReleaseStatus {
        version: release.version.clone(),
        tag: release.tag.clone(),
        commit: release.commit,
        date: release.date,
        artifacts: release.artifacts.clone(),
        overridden: release.overridden.clone(),
    };
    LineStatus {
        name: line.name.clone(),
        channel: line.channel.clone(),
        branch: line.branch.clone(),
        base: line.base,
        from: line.from.as_ref().map(|from| FromStatus { line: from.line.clone(), commit: from.commit }),
        kind: line.kind,
        stage: line.stage,
        latest: line.latest().map(summary),
        candidate: candidate.filter(|release| !release.is_retracted).map(summary),
        unreleased: unreleased(ledger, channel, line),
        changes_waiting: None,
        releases: line.releases.iter().filter(|release| release.kind != ReleaseKind::Candidate).count(),
        missing_backports: None,
        holes: None,
        support: SupportStatus { active_until: line.support.active_until, security_until: line.support.security_until },
    }
}

/// The commit that is released of a line, or deployed of a managed one, and from which on the rest waits. A line without
/// either counts from its base, trunk as a line from its root.
pub(super) fn unreleased_start(ledger: &Ledger, channel: &ChannelState, line: &Line) -> Option<CommitId> {
    let is_trunk = line.branch.as_ref() == Some(&ledger.trunk.branch);
    let mut deploys = channel.deploys.iter().rev().filter(|deploy| deploy.line.as_ref() == Some(&line.name));
    line.latest()
        .map(|release| release.commit)
        .or_else(|| deploys.next().map(|deploy| deploy.commit))
        .or_else(|| line.base.filter(|_| !is_trunk))
}

/// What the commit reaches; nothing where there is none.
pub(super) fn released_of(graph: &Graph, start: Option<CommitId>) -> NodeSet {
    start.and_then(|commit| graph.node(commit)).map(|node| graph.reach(&[node])).unwrap_or_default()
}

/// Commits that no release of the line, or no deploy of a managed line, holds yet.
fn unreleased(ledger: &Ledger, channel: &ChannelState, line: &Line) -> usize {
    let graph = &ledger.graph;
    let start = unreleased_start(ledger, channel, line);
    let Some(tip) = graph.node(line.tip) else { return 0 };
    if start == Some(line.tip) {
        return 0;
    }
    let released = released_of(graph, start);
    graph.range(&[tip], &released).into_iter().filter(|node| !graph.is_merge(*node)).count()
}
