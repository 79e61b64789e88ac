//! The tension as data: numbers of today, the same numbers over time, limits, and which way the project drifts.
//!
//! Invariant: a number that cannot be known is absent, and `unknown` says why.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::periods::Every;
use crate::domain::{ChangeKind, ChannelName, CommitId, Rule, Version};

/// What `tension` prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tension {
    pub now: TensionNow,
    pub every: Every,
    /// Oldest first; the last one still runs.
    pub series: Vec<TensionPoint>,
    /// The limits that are set, in the order of the file.
    pub limits: Vec<TensionLimit>,
    /// The three ways in which serving two audiences goes wrong, always in the same order.
    pub drifts: Vec<Drift>,
    /// Numbers that are absent, and why.
    pub unknown: Vec<Unknown>,
    /// What may mislead, in sentences.
    pub notices: Vec<String>,
}

/// The numbers of today.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TensionNow {
    pub as_of: DateTime<Utc>,
    /// The channel that is deployed; `None` where there is none.
    pub managed: Option<ChannelName>,
    /// The channel that others install; `None` where there is none.
    pub self_hosted: Option<ChannelName>,
    pub service: ServiceNow,
    pub releases: ReleasesNow,
    pub divergence: DivergenceNow,
}

/// How the times of deploys are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Times {
    /// Tags record them.
    Recorded,
    /// Nothing does: each managed line counts as live from the commit at which it left trunk, which is too early.
    Inferred,
}

/// The managed service today.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ServiceNow {
    pub times: Option<Times>,
    /// Forward deploys of the last 28 days, by the week.
    pub deploys_per_week: Option<f64>,
    /// Seconds since the live build was built, or since it was deployed.
    pub live_age: Option<i64>,
    /// Share of the deploys of the periods shown that were of a commit which a release tag names.
    pub from_release_tags: Option<f64>,
    /// Seconds from landing on trunk to being live, the middle of the changes of the last complete period that has any.
    pub lead_time: Option<i64>,
}

/// Self-hosted releases today.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ReleasesNow {
    /// The newest general release that is no patch.
    pub last: Option<Version>,
    /// Seconds since then.
    pub since_last: Option<i64>,
    /// Seconds between it and the one before.
    pub last_gap: Option<i64>,
    /// The middle of the gaps that ended in the periods shown.
    pub typical_gap: Option<i64>,
    /// The middle of how many changes the releases of the periods shown brought.
    pub typical_changes: Option<f64>,
    /// Changes on trunk that no release has.
    pub waiting_changes: Option<usize>,
    /// Of these, those that break something.
    pub waiting_breaking: Option<usize>,
    /// Of these, repaired weaknesses.
    pub waiting_security: Option<usize>,
    /// Seconds since the oldest of these landed.
    pub oldest_waiting: Option<i64>,
    pub oldest_waiting_commit: Option<CommitId>,
}

/// How far the two are apart today.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DivergenceNow {
    /// Changes that are live and in no self-hosted release.
    pub managed_only: Option<usize>,
    /// Changes that a self-hosted release has and the service does not.
    pub self_hosted_only: Option<usize>,
    /// Backports of the periods shown.
    pub backports: Option<BackportCounts>,
    /// From trunk to each line by kind of change, over the periods shown; lines newest first.
    pub lag: Vec<LineLag>,
    /// Fixes on managed lines that no self-hosted line has or refused, made in the periods shown, newest first.
    pub hotfixes: Option<Vec<Hotfix>>,
}

/// How backports arrived.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct BackportCounts {
    pub clean: usize,
    pub adapted: usize,
    pub partial: usize,
    /// Their contents are not in this clone.
    pub unknown: usize,
    /// Of all these, those that were on the line before they were on trunk.
    pub line_first: usize,
}

impl BackportCounts {
    /// All of them.
    pub const fn total(&self) -> usize {
        self.clean + self.adapted + self.partial + self.unknown
    }

    /// Share of those that had to be altered among those of which it is known.
    pub fn altered_share(&self) -> Option<f64> {
        let known = self.clean + self.adapted + self.partial;
        (known > 0).then(|| round((self.adapted + self.partial) as f64 / known as f64))
    }
}

/// Hundredths are as exact as anybody reads them.
pub(super) fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// Seconds from trunk to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Lag {
    /// Backports that were counted: those that were on trunk first.
    pub count: usize,
    pub median: i64,
    pub worst: i64,
}

/// From trunk to one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineLag {
    pub channel: ChannelName,
    pub line: String,
    pub kind: ChangeKind,
    #[serde(flatten)]
    pub lag: Lag,
}

/// From trunk to all lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct KindLag {
    pub kind: ChangeKind,
    #[serde(flatten)]
    pub lag: Lag,
}

/// A fix on a managed line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hotfix {
    pub commit: CommitId,
    pub subject: String,
    pub kind: ChangeKind,
    pub line: String,
    pub date: DateTime<Utc>,
    /// The commit on trunk; `None`: trunk lacks it, too.
    pub origin: Option<CommitId>,
}

/// The numbers of one period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TensionPoint {
    /// When it began.
    pub date: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// Whether it is over.
    pub complete: bool,
    /// `2026-03`, `2026 Q1`, `2026`.
    pub name: String,
    pub service: ServicePoint,
    pub releases: ReleasesPoint,
    pub divergence: DivergencePoint,
}

/// The managed service in one period.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ServicePoint {
    /// Forward deploys to the environment that customers see.
    pub deploys: Option<usize>,
    pub deploys_per_week: Option<f64>,
    pub rollbacks: Option<usize>,
    /// Managed lines that left trunk; `None` where the channel has no lines.
    pub lines_cut: Option<usize>,
    /// Seconds: the oldest that a live build became.
    pub oldest_live: Option<i64>,
    /// Share of the deploys that were of a commit which a release tag names.
    pub from_release_tags: Option<f64>,
    /// Seconds from landing on trunk to being live, the middle of the changes that went live.
    pub lead_time: Option<i64>,
}

/// Self-hosted releases in one period.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ReleasesPoint {
    /// General releases that are no patches.
    pub releases: Option<usize>,
    pub patches: Option<usize>,
    /// Seconds: the longest time between one of these releases and the one before it.
    pub longest_gap: Option<i64>,
    /// The middle of how many changes these releases brought that none before had.
    pub changes_per_release: Option<f64>,
    /// At the end of the period.
    pub waiting_changes: Option<usize>,
    pub waiting_breaking: Option<usize>,
    /// Seconds, at the end of the period.
    pub oldest_waiting: Option<i64>,
}

/// How far the two were apart in one period.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DivergencePoint {
    /// At the end of the period.
    pub managed_only: Option<usize>,
    /// At the end of the period.
    pub self_hosted_only: Option<usize>,
    /// Commits of managed lines with no counterpart on trunk.
    pub line_only_managed: Option<usize>,
    /// Commits of self-hosted lines with no counterpart on trunk.
    pub line_only_self_hosted: Option<usize>,
    pub backports: Option<BackportCounts>,
    pub altered_share: Option<f64>,
    /// Of all kinds together; `None` where nothing was backported.
    pub lag: Option<Lag>,
    /// In the order of the kinds.
    pub lag_by_kind: Vec<KindLag>,
    /// Fixes that were put on managed lines.
    pub hotfixes: Option<usize>,
    /// Of these, those that no self-hosted line has or refused as of today.
    pub hotfixes_unmatched: Option<usize>,
}

/// How a number stands against a limit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TensionLimit {
    /// The key under `[tension]`, `max-backport-lag.security`; of the channel's own limit `max-age`.
    pub name: String,
    /// `None` where it is not known.
    pub value: Option<f64>,
    /// The value from which on it fails, or warns where it never fails.
    pub limit: f64,
    /// False where it fails.
    pub passed: bool,
    pub warn: Option<f64>,
    pub fail: Option<f64>,
    /// `passed`, `warn`, `fail` or `unknown`.
    pub state: &'static str,
    /// `seconds`, `changes`, `deploys-per-week` or `fixes`.
    pub unit: &'static str,
    pub drift: DriftKind,
    /// The rule of `check` that tells of it.
    pub rule: Rule,
    /// What the value is of: a change that waits, a line.
    pub about: Option<String>,
}

/// The three ways in which serving two audiences goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriftKind {
    /// The managed service slows down to the release cycle.
    ServiceSlows,
    /// Releases become rare and huge.
    ReleasesGrow,
    /// The two become separate products.
    ChannelsDiverge,
}

/// Whether a project drifts that way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriftState {
    /// No number says so.
    Steady,
    /// At least one number says so.
    Drifting,
    /// The numbers are absent.
    Unknown,
}

/// One of the three ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drift {
    pub drift: DriftKind,
    pub state: DriftState,
    /// The numbers that say so, one sentence each; of what is steady the numbers that say that; of what is unknown why.
    pub signs: Vec<String>,
    /// What would help, one sentence each; none where nothing drifts.
    pub helps: Vec<String>,
}

/// Why numbers are absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// `service`, or one number of it: `service.deploys_per_week`.
    pub what: &'static str,
    /// A sentence.
    pub why: String,
}
