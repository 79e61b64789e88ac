//! The numbers held against the limits of `[tension]`, and what `check` tells of those that are passed.

use chrono::{DateTime, Utc};

use super::drift::lasting;
use super::model::{DivergenceNow, DriftKind, ReleasesNow, ServiceNow, TensionLimit, TensionNow};
use crate::config::{Limit, Tension};
use crate::domain::{ChangeKind, Period, Rule, RuleSeverity};
use crate::reports::backports::Missing;
use crate::reports::check::Found;

/// What limits are held against.
pub(super) struct Held<'a> {
    pub limits: &'a Tension,
    pub max_age: Option<&'a Limit<Period>>,
    pub now: &'a TensionNow,
    /// What is wanted on lines and missing there; `None` where nobody asked.
    pub missing: Option<&'a [Missing]>,
}

/// Whether a limit on a number is set for which changes have to be recognised on all lines.
pub(super) fn needs_changes(limits: &Tension) -> bool {
    !limits.max_waiting_changes.is_unset()
        || !limits.max_waiting_breaking.is_unset()
        || !limits.max_waiting_age.is_unset()
        || !limits.max_unmatched_fixes.is_unset()
}

/// Whether any limit is set.
pub fn tension_is_limited(limits: &Tension) -> bool {
    needs_changes(limits)
        || !limits.min_deploys_per_week.is_unset()
        || !limits.max_release_gap.is_unset()
        || limits.max_backport_lag.values().any(|limit| !limit.is_unset())
}

/// All limits that are set, in the order of the three drifts.
pub(super) fn limits(held: &Held<'_>) -> Vec<TensionLimit> {
    let Tension {
        min_deploys_per_week,
        max_release_gap,
        max_waiting_changes,
        max_waiting_breaking,
        max_waiting_age,
        max_backport_lag,
        max_unmatched_fixes,
    } = held.limits;
    let TensionNow { service, releases, divergence, .. } = held.now;
    let mut found: Vec<Option<TensionLimit>> = service_limits(held, service, min_deploys_per_week);
    found.extend(release_limits(
        releases,
        [max_release_gap, max_waiting_age],
        [max_waiting_changes, max_waiting_breaking],
    ));
    for (kind, limit) in max_backport_lag {
        let missing = held.missing.map(|missing| oldest(missing, *kind, held.now.as_of));
        let value = missing.as_ref().map(|oldest| oldest.as_ref().map_or(0.0, |(age, _)| *age as f64));
        let about = missing.flatten().map(|(_, about)| about);
        let subject = Subject { rule: Rule::BackportLag, drift: DriftKind::ChannelsDiverge, unit: "seconds" };
        let limit = compare(&format!("max-backport-lag.{kind}"), value, &seconds(limit), subject);
        found.push(limit.map(|limit| TensionLimit { about, ..limit }));
    }
    found.push(fixes_limit(divergence, max_unmatched_fixes));
    found.into_iter().flatten().collect()
}

fn service_limits(held: &Held<'_>, service: &ServiceNow, pace: &Limit<u64>) -> Vec<Option<TensionLimit>> {
    let subject = |rule, unit| Subject { rule, drift: DriftKind::ServiceSlows, unit };
    let pace = numbers(pace);
    let is_below = |limit: Option<f64>| Some(service.deploys_per_week? < limit?);
    let state = match (service.deploys_per_week, is_below(pace.fail), is_below(pace.warn)) {
        (None, ..) => "unknown",
        (_, Some(true), _) => "fail",
        (_, _, Some(true)) => "warn",
        _ => "passed",
    };
    let slow =
        stated("min-deploys-per-week", service.deploys_per_week, &pace, subject(Rule::DeployPace, "deploys-per-week"));
    let slow = slow.map(|limit| TensionLimit { passed: state != "fail", state, ..limit });
    let age = held.max_age.map(seconds).unwrap_or_default();
    let old = compare("max-age", service.live_age.map(|age| age as f64), &age, subject(Rule::BinaryAge, "seconds"));
    vec![slow, old]
}

fn release_limits(
    now: &ReleasesNow,
    [gap, age]: [&Limit<Period>; 2],
    [changes, breaking]: [&Limit<u64>; 2],
) -> Vec<Option<TensionLimit>> {
    let subject = |rule, unit| Subject { rule, drift: DriftKind::ReleasesGrow, unit };
    let count = |number: Option<usize>| number.map(|number| number as f64);
    let since = now.since_last.map(|seconds| seconds as f64);
    // Where nothing waits, nothing has waited for long.
    let oldest = now.waiting_changes.map(|_| now.oldest_waiting.unwrap_or(0) as f64);
    let waits = subject(Rule::WaitingChanges, "changes");
    let breaking = compare("max-waiting-breaking", count(now.waiting_breaking), &numbers(breaking), waits);
    let last = now.last.as_ref().map(|version| format!("since {version}"));
    vec![
        compare("max-release-gap", since, &seconds(gap), subject(Rule::ReleaseGap, "seconds"))
            .map(|limit| TensionLimit { about: last, ..limit }),
        compare("max-waiting-changes", count(now.waiting_changes), &numbers(changes), waits),
        breaking,
        compare("max-waiting-age", oldest, &seconds(age), subject(Rule::WaitingChanges, "seconds"))
            .map(|limit| TensionLimit { about: now.oldest_waiting_commit.map(|commit| commit.short()), ..limit }),
    ]
}

fn fixes_limit(now: &DivergenceNow, limit: &Limit<u64>) -> Option<TensionLimit> {
    let value = now.hotfixes.as_ref().map(|hotfixes| hotfixes.len() as f64);
    let subject = Subject { rule: Rule::UnmatchedFixes, drift: DriftKind::ChannelsDiverge, unit: "fixes" };
    compare("max-unmatched-fixes", value, &numbers(limit), subject)
}

/// The longest that a change of this kind has been missing where it is wanted, in seconds, and what it is.
fn oldest(missing: &[Missing], kind: ChangeKind, now: DateTime<Utc>) -> Option<(i64, String)> {
    let oldest = missing.iter().filter(|missing| missing.kind == kind).min_by_key(|missing| missing.date)?;
    let about = format!("{} on {}", oldest.origin.short(), oldest.line);
    Some(((now - oldest.date).num_seconds().max(0), about))
}

/// What a limit is on.
#[derive(Clone, Copy)]
struct Subject {
    rule: Rule,
    drift: DriftKind,
    unit: &'static str,
}

fn seconds(limit: &Limit<Period>) -> Limit<f64> {
    let seconds = |period: &Option<Period>| period.as_ref().map(|period| period.seconds() as f64);
    Limit { warn: seconds(&limit.warn), fail: seconds(&limit.fail) }
}

fn numbers(limit: &Limit<u64>) -> Limit<f64> {
    Limit { warn: limit.warn.map(|number| number as f64), fail: limit.fail.map(|number| number as f64) }
}

/// An upper limit; `None` where nothing is limited.
fn compare(name: &str, value: Option<f64>, limit: &Limit<f64>, subject: Subject) -> Option<TensionLimit> {
    let is_past = |limit: Option<f64>| Some(value? > limit?);
    let state = match (value, is_past(limit.fail), is_past(limit.warn)) {
        (None, ..) => "unknown",
        (_, Some(true), _) => "fail",
        (_, _, Some(true)) => "warn",
        _ => "passed",
    };
    let stated = stated(name, value, limit, subject)?;
    Some(TensionLimit { passed: state != "fail", state, ..stated })
}

fn stated(name: &str, value: Option<f64>, limit: &Limit<f64>, subject: Subject) -> Option<TensionLimit> {
    Some(TensionLimit {
        name: name.to_owned(),
        value,
        limit: limit.fail.or(limit.warn)?,
        passed: true,
        warn: limit.warn,
        fail: limit.fail,
        state: "unknown",
        unit: subject.unit,
        drift: subject.drift,
        rule: subject.rule,
        about: None,
    })
}

impl TensionLimit {
    /// The value that is passed: the one that fails, else the one that warns.
    fn passed_value(&self) -> Option<f64> {
        match self.state {
            "fail" => self.fail,
            "warn" => self.warn,
            _ => None,
        }
    }

    /// The number and the limit that it is past, in words; `None` where it is past none.
    pub fn words(&self) -> Option<String> {
        let (value, limit) = (self.value?, self.passed_value()?);
        let about = self.about.as_ref().map(|about| format!(" ({about})")).unwrap_or_default();
        Some(match self.name.as_str() {
            "min-deploys-per-week" => format!("{value} deploys a week over four weeks, fewer than {limit}"),
            "max-age" => format!("what is live is {} old, past {}", in_days(value), in_days(limit)),
            "max-release-gap" => {
                format!("no general release for {}{about}, past {}", in_days(value), in_days(limit))
            }
            "max-waiting-changes" => format!("{value} changes wait for a self-hosted release, past {limit}"),
            "max-waiting-breaking" => format!("{value} breaking changes wait for a self-hosted release, past {limit}"),
            "max-waiting-age" => {
                format!(
                    "a change has waited {} for a self-hosted release{about}, past {}",
                    in_days(value),
                    in_days(limit)
                )
            }
            "max-unmatched-fixes" => {
                format!("{value} fixes of managed lines that no self-hosted line has or refused, past {limit}")
            }
            name => {
                let kind = name.rsplit('.').next().unwrap_or(name);
                format!("a {kind} change is missing for {}{about}, past {}", in_days(value), in_days(limit))
            }
        })
    }
}

fn in_days(seconds: f64) -> String {
    lasting(seconds as i64)
}

/// Limits that are passed, as the rules of `check` tell them. The age of what is live has a rule of its own there.
pub fn tension_found(limits: &[TensionLimit]) -> Vec<Found> {
    let told = limits.iter().filter(|limit| limit.rule != Rule::BinaryAge).filter_map(|limit| {
        let severity = if limit.state == "fail" { RuleSeverity::Fail } else { RuleSeverity::Warn };
        let hint = match limit.rule {
            Rule::DeployPace => "see `twintrack tension`; deploy smaller steps more often",
            Rule::ReleaseGap | Rule::WaitingChanges => {
                "cut a line from what has soaked: `twintrack cut`; `twintrack tension` has the numbers"
            }
            Rule::BackportLag => "see `twintrack backports --missing`; pick it, or say in a note that it is not needed",
            _ => "pick them onto a self-hosted line, or say in a note that they are not needed there",
        };
        Some(Found::new(limit.rule, limit.name.as_str(), limit.words()?).at(severity).hint(hint))
    });
    told.collect()
}
