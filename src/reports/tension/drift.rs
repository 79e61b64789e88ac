//! Which way the project drifts, in words, with the numbers that say so and what would help.
//!
//! A number is a sign when a limit is passed, or when the last complete periods are clearly worse than those before them.
//! What is worse by less than half, or counted from a handful, is noise and no sign.

use super::measure::Measures;
use super::model::{
    Drift, DriftKind, DriftState, ServicePoint, TensionLimit, TensionNow, TensionPoint, Times, Unknown,
};
use super::upkeep::median;

/// Periods that count as recent.
const RECENT: usize = 2;
/// Periods before them that are needed for a comparison.
const BEFORE: usize = 2;
/// So much worse is a sign.
const WORSE: f64 = 1.5;
const DAY: i64 = 86_400;
/// Backports from which on a share of them says something.
const ENOUGH_BACKPORTS: usize = 10;

/// A length of time as a sentence has it: `45 minutes`, `31 hours`, `12 days`.
pub(super) fn lasting(seconds: i64) -> String {
    let (count, unit) = match seconds.max(0) {
        seconds if seconds < 2 * 3_600 => (seconds / 60, "minute"),
        seconds if seconds < 2 * DAY => (seconds / 3_600, "hour"),
        seconds => (seconds / DAY, "day"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// Signs of one drift with what helps against each.
#[derive(Default)]
struct Signs {
    found: Vec<String>,
    helps: Vec<String>,
    /// Numbers that say that all is well.
    steady: Vec<String>,
}

impl Signs {
    fn add(&mut self, sign: String, help: &str) {
        self.found.push(sign);
        if !self.helps.iter().any(|known| known == help) {
            self.helps.push(help.to_owned());
        }
    }

    fn limits(&mut self, limits: &[TensionLimit], drift: DriftKind, help: &str) {
        for words in limits.iter().filter(|limit| limit.drift == drift).filter_map(TensionLimit::words) {
            self.add(format!("{words}, the limit that is set"), help);
        }
    }

    fn drift(self, drift: DriftKind, unknown: &[Unknown], what: &str) -> Drift {
        let why = unknown.iter().find(|unknown| unknown.what == what).map(|unknown| unknown.why.clone());
        match (self.found.is_empty(), why) {
            (false, _) => Drift { drift, state: DriftState::Drifting, signs: self.found, helps: self.helps },
            (true, Some(why)) => Drift { drift, state: DriftState::Unknown, signs: vec![why], helps: Vec::new() },
            (true, None) if self.steady.is_empty() => Drift {
                drift,
                state: DriftState::Unknown,
                signs: vec!["Nothing has happened yet that could be measured.".to_owned()],
                helps: Vec::new(),
            },
            (true, None) => Drift { drift, state: DriftState::Steady, signs: self.steady, helps: Vec::new() },
        }
    }
}

/// Numbers of the last complete periods, and of those before them.
struct Course {
    recent: f64,
    before: f64,
}

/// `None` where there are too few to compare.
fn course<'p>(series: &'p [TensionPoint], number: impl Fn(&'p TensionPoint) -> Option<f64>) -> Option<Course> {
    let known: Vec<f64> = series.iter().filter(|point| point.complete).filter_map(number).collect();
    let (before, recent) = known.split_at(known.len().checked_sub(RECENT)?);
    let recent = recent.iter().sum::<f64>() / RECENT as f64;
    (before.len() >= BEFORE).then(|| median(before.to_vec())).flatten().map(|before| Course { recent, before })
}

/// What signs are read from.
pub(super) struct Signals<'a> {
    pub measures: &'a Measures<'a>,
    pub now: &'a TensionNow,
    pub series: &'a [TensionPoint],
    pub limits: &'a [TensionLimit],
    pub unknown: &'a [Unknown],
    /// What a period is called.
    pub period: &'static str,
}

/// The three drifts.
pub(super) fn drifts(signals: &Signals<'_>) -> Vec<Drift> {
    vec![
        service(signals).drift(DriftKind::ServiceSlows, signals.unknown, "service"),
        releases(signals).drift(DriftKind::ReleasesGrow, signals.unknown, "releases"),
        divergence(signals).drift(DriftKind::ChannelsDiverge, signals.unknown, "divergence"),
    ]
}

impl Signals<'_> {
    fn last_periods(&self) -> String {
        format!("the last {RECENT} {}s", self.period)
    }
}

const DEPLOY_TRUNK: &str = "Deploy trunk as it lands, in small steps, and let releases be cut from what has soaked rather than the other way \
                            round.";

fn service(signals: &Signals<'_>) -> Signs {
    let (now, series) = (&signals.now.service, signals.series);
    let mut signs = Signs::default();
    signs.limits(signals.limits, DriftKind::ServiceSlows, DEPLOY_TRUNK);
    let of = |number: fn(&ServicePoint) -> Option<f64>| course(series, move |point| number(&point.service));
    if let Some(Course { recent, before }) = of(|point| point.deploys_per_week)
        && recent * WORSE < before
        && before >= 0.25
    {
        let period = signals.last_periods();
        signs.add(format!("{recent:.1} deploys a week in {period}, {before:.1} before."), DEPLOY_TRUNK);
    }
    if let Some(Course { recent, before }) = of(|point| point.lines_cut.map(|count| count as f64))
        && now.times == Some(Times::Inferred)
        && recent * WORSE < before
    {
        let words =
            format!("{recent:.0} managed lines were cut in each of {}, {before:.0} before.", signals.last_periods());
        signs.add(words, DEPLOY_TRUNK);
    }
    if let Some(Course { recent, before }) = of(|point| point.oldest_live.map(|age| age as f64))
        && recent > before * WORSE
        && recent > 7.0 * DAY as f64
    {
        let (recent, before) = (lasting(recent as i64), lasting(before as i64));
        signs.add(
            format!("A live build came to be {recent} old in {}, {before} before.", signals.last_periods()),
            DEPLOY_TRUNK,
        );
    }
    if let Some(Course { recent, .. }) = of(|point| point.from_release_tags)
        && recent >= 0.5
    {
        signs.add(
            format!(
                "{} of the deploys are of commits that a release tag names: the service waits for releases.",
                percent(recent)
            ),
            "Deploy commits of trunk; a release tag belongs on what the service has run for a while.",
        );
    }
    steady_service(signals, &mut signs);
    signs
}

fn steady_service(signals: &Signals<'_>, signs: &mut Signs) {
    let now = &signals.now.service;
    if let Some(pace) = now.deploys_per_week {
        signs.steady.push(format!("{pace:.1} deploys a week over the last four weeks."));
    }
    if let Some(age) = now.live_age {
        signs.steady.push(match now.times {
            Some(Times::Inferred) => format!("The newest managed line left trunk {} ago.", lasting(age)),
            _ => format!("What is live is {} old.", lasting(age)),
        });
    }
    if let Some(share) = now.from_release_tags.filter(|share| *share < 0.5) {
        signs.steady.push(format!("{} of the deploys are of commits that a release tag names.", percent(share)));
    }
}

const CUT: &str = "Cut a line from what has soaked (`twintrack cut`) and release it, even where it brings less than was planned: small \
                   releases are the ones that people install.";

fn releases(signals: &Signals<'_>) -> Signs {
    let now = &signals.now.releases;
    let mut signs = Signs::default();
    signs.limits(signals.limits, DriftKind::ReleasesGrow, CUT);
    if let (Some(since), Some(typical)) = (now.since_last, now.typical_gap)
        && since as f64 > typical as f64 * WORSE
        && since > 14 * DAY
    {
        let last = now.last.as_ref().map(|version| format!(" after {version}")).unwrap_or_default();
        let (since, typical) = (lasting(since), lasting(typical));
        signs.add(format!("No general release for {since}{last}; {typical} lie between them as a rule."), CUT);
    }
    let gap = course(signals.series, |point| point.releases.longest_gap.map(|gap| gap as f64));
    if let Some(Course { recent, before }) = gap
        && recent > before * WORSE
    {
        let (recent, before) = (lasting(recent as i64), lasting(before as i64));
        signs.add(format!("{recent} between general releases lately, {before} before."), CUT);
    }
    if let (Some(waiting), Some(typical)) = (now.waiting_changes, now.typical_changes)
        && waiting as f64 > typical * WORSE
        && waiting >= 20
    {
        signs.add(
            format!("{waiting} changes wait for a self-hosted release; a release brings {typical:.0} as a rule."),
            CUT,
        );
    }
    let size = course(signals.series, |point| point.releases.changes_per_release);
    if let Some(Course { recent, before }) = size
        && recent > before * WORSE
        && recent >= 20.0
    {
        signs.add(format!("The last releases brought {recent:.0} changes each, {before:.0} before."), CUT);
    }
    if let (Some(last), Some(since)) = (&now.last, now.since_last) {
        let typical = now.typical_gap.map(|gap| format!("; {} between releases as a rule", lasting(gap)));
        signs.steady.push(format!("{last} is {} old{}.", lasting(since), typical.unwrap_or_default()));
    }
    if let Some(waiting) = now.waiting_changes {
        let oldest = now.oldest_waiting.map(|age| format!(", the oldest for {}", lasting(age))).unwrap_or_default();
        let verb = if waiting == 1 { "waits" } else { "wait" };
        signs.steady.push(format!("{} {verb} for a self-hosted release{oldest}.", counted(waiting, "change")));
    }
    signs
}

const UPSTREAM: &str =
    "Fix on trunk first and pick from there (`twintrack backport`); what is picked soon is picked clean.";
const DECIDE: &str =
    "Pick them onto a self-hosted line, or say in a change note that it does not need them (`not-needed`).";
const SHORTER: &str =
    "Maintain fewer lines, or cut them more often: the further a line is from trunk, the more a pick must be altered.";

fn divergence(signals: &Signals<'_>) -> Signs {
    let now = &signals.now.divergence;
    let mut signs = Signs::default();
    signs.limits(signals.limits, DriftKind::ChannelsDiverge, UPSTREAM);
    if let Some(hotfixes) = now.hotfixes.as_ref().filter(|hotfixes| !hotfixes.is_empty()) {
        let (is, no) = if hotfixes.len() == 1 { ("is", "it") } else { ("are", "them") };
        let words = format!(
            "{} {is} on managed lines, and no self-hosted line has or refused {no}.",
            counted(hotfixes.len(), "fix").replace("fixs", "fixes")
        );
        signs.add(words, DECIDE);
    }
    let complete = |point: &&TensionPoint| point.complete;
    let recent: usize = (signals.series.iter().filter(complete).rev().take(RECENT))
        .filter_map(|point| point.divergence.backports.map(|counts| counts.total()))
        .sum();
    let altered = course(signals.series, |point| point.divergence.altered_share);
    if let Some(Course { recent: share, before }) = altered
        && recent >= ENOUGH_BACKPORTS
        && (share > before * WORSE && share > 0.1 || share >= 0.5)
    {
        let words = format!(
            "{} of the backports had to be altered in {}, {} before.",
            percent(share),
            signals.last_periods(),
            percent(before)
        );
        signs.add(words, SHORTER);
    }
    let lag = course(signals.series, |point| point.divergence.lag.map(|lag| lag.median as f64));
    if let Some(Course { recent: late, before }) = lag
        && recent >= ENOUGH_BACKPORTS
        && late > before * WORSE
        && late > 3.0 * DAY as f64
    {
        let (late, before) = (lasting(late as i64), lasting(before as i64));
        signs.add(
            format!("From trunk to a line it takes {late} in {}, {before} before.", signals.last_periods()),
            UPSTREAM,
        );
    }
    let own = course(signals.series, |point| {
        let point = &point.divergence;
        Some((point.line_only_managed? + point.line_only_self_hosted?) as f64)
    });
    if let Some(Course { recent, before }) = own
        && recent > before * WORSE
        && recent >= 10.0
    {
        let words = format!("{recent:.0} commits a {} that only lines have, {before:.0} before.", signals.period);
        signs.add(words, UPSTREAM);
    }
    steady_divergence(signals, &mut signs);
    signs
}

fn steady_divergence(signals: &Signals<'_>, signs: &mut Signs) {
    let now = &signals.now.divergence;
    if let Some(counts) = now.backports.filter(|counts| counts.total() > 0) {
        let share = counts.altered_share().map(|share| format!(", {} of them altered", percent(share)));
        signs.steady.push(format!("{}{}.", counted(counts.total(), "backport"), share.unwrap_or_default()));
    } else if signals.measures.changes.is_some() {
        signs.steady.push("No backports.".to_owned());
    }
    if now.hotfixes.as_ref().is_some_and(Vec::is_empty) {
        signs.steady.push("Every fix of a managed line is on a self-hosted one, or refused.".to_owned());
    }
    if let Some(count) = now.self_hosted_only.filter(|count| *count > 0) {
        signs
            .steady
            .push(format!("{} in self-hosted releases that the service does not run.", counted(count, "change")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_words() {
        for (seconds, words) in
            [(-1, "0 minutes"), (60, "1 minute"), (7_200, "2 hours"), (2 * DAY, "2 days"), (800 * DAY, "800 days")]
        {
            assert_eq!(lasting(seconds), words);
        }
    }
}
