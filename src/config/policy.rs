//! Limits, gates and windows: the numbers that a team holds itself to.

use chrono::{DateTime, Utc};
use indexmap::IndexMap;

use crate::domain::{
    ChangeKind, EnvironmentName, GateName, LineKind, NamePattern, Period, Rule, RuleSeverity, Stage, TimeWindow,
};

/// A value from which on something is warned of, and one from which on it fails. A bare value in the file is the one
/// that fails. Where both exist, `warn` comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit<T> {
    pub warn: Option<T>,
    pub fail: Option<T>,
}

impl<T> Default for Limit<T> {
    fn default() -> Self {
        Self { warn: None, fail: None }
    }
}

impl<T> Limit<T> {
    /// Whether nothing is limited.
    pub fn is_unset(&self) -> bool {
        self.warn.is_none() && self.fail.is_none()
    }
}

/// How many rollbacks within how long a time close the way for forward deploys that give no reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbackLimit {
    /// At least one.
    pub count: u32,
    pub within: Period,
}

/// A limit on rollbacks that is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbacksReached {
    /// How many rollbacks count.
    pub count: usize,
    /// Until when it is reached by these alone.
    pub until: DateTime<Utc>,
}

impl RollbackLimit {
    /// Whether the limit is reached at `now` by rollbacks at these times, in any order. What is recorded for a time to come
    /// does not count yet.
    pub fn reached(
        &self,
        rollbacks: impl Iterator<Item = DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Option<RollbacksReached> {
        let since = self.within.before(now);
        let mut counted: Vec<DateTime<Utc>> = rollbacks.filter(|at| *at > since && *at <= now).collect();
        counted.sort_unstable();
        let most = usize::try_from(self.count).unwrap_or(usize::MAX);
        let earliest = counted.len().checked_sub(most)?;
        Some(RollbacksReached { count: counted.len(), until: self.within.after(counted[earliest]) })
    }
}

/// A time in which forward deploys need a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreezeWindow {
    pub window: TimeWindow,
    /// At least one.
    pub environments: Vec<EnvironmentName>,
    pub reason: Option<String>,
    /// As written, `Fri 16:00 to Mon 08:00, Europe/Berlin`.
    pub text: String,
}

/// The conditions on a promotion: from candidate to general availability, or into the last environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gates {
    /// How long the commit has to have been live in the last environment without being rolled back.
    pub soak: Option<Period>,
    /// Statements that have to be on record, in the order of the file.
    pub sign_offs: Vec<SignOff>,
    /// Whether each change has to come with a note. Default: optional.
    pub notes: NotesRule,
    /// Whether the line may lack what other lines or trunk have for it. Default: optional.
    pub backports: BackportsRule,
}

impl Gates {
    /// Whether no condition is set.
    pub fn is_empty(&self) -> bool {
        self.soak.is_none()
            && self.sign_offs.is_empty()
            && self.notes == NotesRule::Optional
            && self.backports == BackportsRule::Optional
    }
}

/// What kinds of change a patch may bring to a line, by what the line promises; `None`: of any kind. What is internal
/// may always come along.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedKinds {
    /// To a regular line that gets fixes of all kinds.
    pub regular: Option<Vec<ChangeKind>>,
    /// To an LTS line that gets fixes of all kinds.
    pub lts: Option<Vec<ChangeKind>>,
    /// To any line that gets security fixes only.
    pub security: Option<Vec<ChangeKind>>,
}

impl AllowedKinds {
    /// What may enter a line of this kind and stage, and what such a line is called.
    pub fn of(&self, kind: LineKind, stage: Stage) -> Option<(&'static str, &[ChangeKind])> {
        let (what, allowed) = match (stage, kind) {
            (Stage::Security, _) => ("a line that gets security fixes only", &self.security),
            (_, LineKind::Lts) => ("an LTS line", &self.lts),
            (_, LineKind::Regular) => ("a regular line", &self.regular),
        };
        Some((what, allowed.as_deref()?))
    }
}

/// What `check` makes of what a rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleSetting {
    /// The rule is not looked at.
    Off,
    /// All its findings weigh this much.
    Weighs(RuleSeverity),
}

/// `[check]`: what rules weigh, where that is not their own choice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckRules {
    pub(super) settings: IndexMap<Rule, RuleSetting>,
}

impl CheckRules {
    /// What is said of a rule; `None`: its findings weigh what they usually do.
    pub fn of(&self, rule: Rule) -> Option<RuleSetting> {
        self.settings.get(&rule).copied()
    }
}

/// A sign-off that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOff {
    pub gate: GateName,
    /// E-mail addresses of those who may give it; empty: anybody.
    pub by: Vec<String>,
}

/// Whether a promotion asks for a note with each change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NotesRule {
    #[default]
    Optional,
    Required,
}

/// Whether a release asks for everything that its line should have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BackportsRule {
    #[default]
    Optional,
    /// No security fix that is wanted is missing, nothing that an older line has, and no repair of what is there.
    Required,
}

/// Until when a line gets fixes, counted from its general availability.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Support {
    /// Of regular lines.
    pub regular: Window,
    /// Of LTS lines.
    pub lts: Window,
    /// How long security fixes go on after that.
    pub security_after: Option<Period>,
}

/// How long a line is active.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Window {
    /// Nothing is declared, so that the stage of a line is unknown.
    #[default]
    Undeclared,
    /// From general availability.
    For(Period),
    /// As long as it is among this many newest lines that have a general release. At least one.
    Newest(u32),
}

/// A tag whose name says which stage a line has come to: `"{label}-eol" = "end-of-life"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageTag {
    pub pattern: NamePattern,
    pub stage: Stage,
}

/// `[tension]`: how far apart the channels may come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tension {
    /// Forward deploys a week, over four weeks, below which the service is slow. Where both exist, `warn` is the higher one.
    pub min_deploys_per_week: Limit<u64>,
    /// Between two general releases of the versioned channel that are not patches.
    pub max_release_gap: Limit<Period>,
    /// Changes that are on trunk and in no versioned release.
    pub max_waiting_changes: Limit<u64>,
    /// Of these, changes that break something.
    pub max_waiting_breaking: Limit<u64>,
    /// For how long one of them has waited.
    pub max_waiting_age: Limit<Period>,
    /// Fixes on managed lines that no self-hosted line has or refused.
    pub max_unmatched_fixes: Limit<u64>,
    /// From a change landing on trunk to its backport being on each line where it is wanted, by kind.
    pub max_backport_lag: IndexMap<ChangeKind, Limit<Period>>,
}
