//! What holds a forward deploy: a freeze, too many rollbacks, an environment that it has not been through. Each can be
//! overridden with a reason, which the tag then says. A rollback is never held: the way back stays open.

use chrono::{DateTime, Utc};

use super::known::Known;
use crate::config::{Continuous, RollbacksReached};
use crate::domain::{CommitId, EnvironmentName, Period};
use crate::ledger::Freeze;

/// Why a forward deploy does not go ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    Frozen(Freeze),
    /// The limit on rollbacks is reached, until the earliest of those that count is long enough ago.
    Rollbacks {
        count: usize,
        within: Period,
        until: DateTime<Utc>,
    },
    /// The commit was not live in the environment before, or was taken back there.
    Order {
        before: EnvironmentName,
        commit: CommitId,
        is_rolled_back: bool,
    },
}

impl Hold {
    /// The rule as the tag names it where it was overridden.
    pub fn rule(&self) -> String {
        match self {
            Self::Frozen(freeze) if freeze.record.is_some() => format!("freeze {}", freeze.name),
            Self::Frozen(freeze) => format!("freeze-windows {}", freeze.name),
            Self::Rollbacks { .. } => "rollback-limit".to_owned(),
            Self::Order { .. } => "promote-in-order".to_owned(),
        }
    }

    /// What to do about it, beside overriding it.
    pub fn hint(&self, environment: &EnvironmentName) -> Option<String> {
        match self {
            Self::Frozen(Freeze { record: Some(_), name, .. }) => {
                Some(format!("once it is over, run `twintrack deploy thaw --environment {environment} {name} --push`"))
            }
            Self::Frozen(_) | Self::Rollbacks { .. } => None,
            Self::Order { before, commit, .. } => {
                Some(format!("run `twintrack deploy record --environment {before} --commit {commit} --push` first"))
            }
        }
    }
}

impl std::fmt::Display for Hold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Frozen(freeze) => {
                match freeze.until {
                    Some(until) => write!(f, "it is frozen until {}", minute(until))?,
                    None => f.write_str("it is frozen until somebody thaws it")?,
                }
                match (&freeze.record, &freeze.by) {
                    (None, _) => write!(f, ", by the window `{}`", freeze.name)?,
                    (Some(_), Some(by)) => write!(f, ", by the freeze `{}` of {by}", freeze.name)?,
                    (Some(_), None) => write!(f, ", by the freeze `{}`", freeze.name)?,
                }
                freeze.reason.as_ref().map_or(Ok(()), |reason| write!(f, ": {reason}"))
            }
            Self::Rollbacks { count, within, until } => {
                let times = if *count == 1 { "once".to_owned() } else { format!("{count} times") };
                write!(f, "it was rolled back {times} within {within}, which is the limit until {}", minute(*until))
            }
            Self::Order { before, is_rolled_back: true, .. } => {
                write!(f, "the commit was rolled back in `{before}`, which comes before it")
            }
            Self::Order { before, .. } => write!(f, "the commit was not yet live in `{before}`, which comes before it"),
        }
    }
}

fn minute(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// The circuit breaker: too many rollbacks in a short time.
pub(super) fn rollbacks(config: &Continuous, known: &Known, now: DateTime<Utc>) -> Option<Hold> {
    let limit = config.rollback_limit.as_ref()?;
    let RollbacksReached { count, until } = limit.reached(known.rollbacks(), now)?;
    Some(Hold::Rollbacks { count, within: limit.within.clone(), until })
}

/// Whether the commit has been through the environment before. `known` is what is recorded of that one.
pub(super) fn order(before: &EnvironmentName, known: &Known, commit: CommitId) -> Option<Hold> {
    let mut is_rolled_back = false;
    for deploy in known.deploys.iter().filter(|deploy| deploy.commit == commit) {
        if !known.is_rolled_back(&deploy.tag) {
            return None;
        }
        is_rolled_back = true;
    }
    Some(Hold::Order { before: before.clone(), commit, is_rolled_back })
}
