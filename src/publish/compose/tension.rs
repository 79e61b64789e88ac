//! The tension in words: each way of going wrong with its numbers over time, then limits, the way to each line, and what is
//! not known.

use super::inputs::Inputs;
use crate::publish::text;
use crate::publish::view::{
    HotfixView, LagView, LinkView, TensionDriftView, TensionLimitView, TensionRowView, TensionView,
};
use crate::reports::{Drift, DriftKind, DriftState, Tension, TensionLimit, TensionPoint};

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Count,
    /// A number with one digit after the point.
    Rate,
    Seconds,
    Share,
}

/// One number over time.
struct Row {
    name: &'static str,
    unit: Unit,
    of: fn(&TensionPoint) -> Option<f64>,
    current: fn(&Tension) -> Option<f64>,
}

fn count(number: Option<usize>) -> Option<f64> {
    number.map(|number| number as f64)
}

fn seconds(number: Option<i64>) -> Option<f64> {
    number.map(|number| number as f64)
}

const SERVICE: [Row; 6] = [
    Row {
        name: "deploys a week",
        unit: Unit::Rate,
        of: |point| point.service.deploys_per_week,
        current: |tension| tension.now.service.deploys_per_week,
    },
    Row { name: "rollbacks", unit: Unit::Count, of: |point| count(point.service.rollbacks), current: |_| None },
    Row { name: "managed lines cut", unit: Unit::Count, of: |point| count(point.service.lines_cut), current: |_| None },
    Row {
        name: "oldest live build",
        unit: Unit::Seconds,
        of: |point| seconds(point.service.oldest_live),
        current: |tension| seconds(tension.now.service.live_age),
    },
    Row {
        name: "from release tags",
        unit: Unit::Share,
        of: |point| point.service.from_release_tags,
        current: |tension| tension.now.service.from_release_tags,
    },
    Row {
        name: "from trunk to live",
        unit: Unit::Seconds,
        of: |point| seconds(point.service.lead_time),
        current: |tension| seconds(tension.now.service.lead_time),
    },
];

const RELEASES: [Row; 7] = [
    Row { name: "general releases", unit: Unit::Count, of: |point| count(point.releases.releases), current: |_| None },
    Row { name: "patches", unit: Unit::Count, of: |point| count(point.releases.patches), current: |_| None },
    Row {
        name: "between releases",
        unit: Unit::Seconds,
        of: |point| seconds(point.releases.longest_gap),
        current: |tension| seconds(tension.now.releases.since_last),
    },
    Row {
        name: "changes per release",
        unit: Unit::Count,
        of: |point| point.releases.changes_per_release,
        current: |tension| tension.now.releases.typical_changes,
    },
    Row {
        name: "changes waiting",
        unit: Unit::Count,
        of: |point| count(point.releases.waiting_changes),
        current: |tension| count(tension.now.releases.waiting_changes),
    },
    Row {
        name: "breaking ones waiting",
        unit: Unit::Count,
        of: |point| count(point.releases.waiting_breaking),
        current: |tension| count(tension.now.releases.waiting_breaking),
    },
    Row {
        name: "oldest one waiting",
        unit: Unit::Seconds,
        of: |point| seconds(point.releases.oldest_waiting),
        current: |tension| seconds(tension.now.releases.oldest_waiting),
    },
];

const DIVERGENCE: [Row; 10] = [
    Row {
        name: "only in the service",
        unit: Unit::Count,
        of: |point| count(point.divergence.managed_only),
        current: |tension| count(tension.now.divergence.managed_only),
    },
    Row {
        name: "only in releases",
        unit: Unit::Count,
        of: |point| count(point.divergence.self_hosted_only),
        current: |tension| count(tension.now.divergence.self_hosted_only),
    },
    Row {
        name: "only on managed lines",
        unit: Unit::Count,
        of: |point| count(point.divergence.line_only_managed),
        current: |_| None,
    },
    Row {
        name: "only on release lines",
        unit: Unit::Count,
        of: |point| count(point.divergence.line_only_self_hosted),
        current: |_| None,
    },
    Row {
        name: "backports",
        unit: Unit::Count,
        of: |point| count(point.divergence.backports.map(|counts| counts.total())),
        current: |tension| count(tension.now.divergence.backports.map(|counts| counts.total())),
    },
    Row {
        name: "of them altered",
        unit: Unit::Share,
        of: |point| point.divergence.altered_share,
        current: |tension| tension.now.divergence.backports.and_then(|counts| counts.altered_share()),
    },
    Row {
        name: "trunk to line, median",
        unit: Unit::Seconds,
        of: |point| seconds(point.divergence.lag.map(|lag| lag.median)),
        current: |_| None,
    },
    Row {
        name: "trunk to line, worst",
        unit: Unit::Seconds,
        of: |point| seconds(point.divergence.lag.map(|lag| lag.worst)),
        current: |_| None,
    },
    Row {
        name: "fixes on managed lines",
        unit: Unit::Count,
        of: |point| count(point.divergence.hotfixes),
        current: |_| None,
    },
    Row {
        name: "of them unmatched",
        unit: Unit::Count,
        of: |point| count(point.divergence.hotfixes_unmatched),
        current: |tension| count(tension.now.divergence.hotfixes.as_ref().map(Vec::len)),
    },
];

/// All of it, for a document and for a terminal.
pub fn tension(inputs: &Inputs<'_>, report: &Tension) -> TensionView {
    let reasons = report.unknown.iter().map(|unknown| format!("{}: {}", words_of(unknown.what), unknown.why));
    TensionView {
        title: format!("{}: the distance between the channels", inputs.project_name()),
        project: inputs.project(),
        as_of: text::moment(report.now.as_of),
        compared: compared(inputs, report),
        period: report.every.to_string(),
        columns: report.series.iter().map(|point| point.name.clone()).collect(),
        drifts: report.drifts.iter().map(|drift| drift_view(report, drift)).collect(),
        limits: report.limits.iter().map(limit_view).collect(),
        lag: report
            .now
            .divergence
            .lag
            .iter()
            .map(|lag| LagView {
                line: lag.line.clone(),
                kind: lag.kind.to_string(),
                count: lag.lag.count,
                median: text::span(lag.lag.median),
                worst: text::span(lag.lag.worst),
            })
            .collect(),
        hotfixes: hotfixes(inputs, report),
        unknown: reasons.chain(report.notices.iter().map(|notice| text::sentence(notice))).collect(),
    }
}

fn compared(inputs: &Inputs<'_>, report: &Tension) -> String {
    let title = |name: &Option<_>| name.as_ref().map(|name| inputs.channel_title(name));
    let every = report.every;
    let span = report.series.first().map(|first| format!(", by {every} since {}", first.name)).unwrap_or_default();
    match (title(&report.now.managed), title(&report.now.self_hosted)) {
        (Some(managed), Some(other)) => format!("{managed} is what is deployed, {other} what others install{span}."),
        (Some(managed), None) => format!("{managed} is what is deployed; nothing is released to others{span}."),
        (None, Some(other)) => format!("{other} is what others install; what is deployed is not known{span}."),
        (None, None) => format!("No channel is configured{span}."),
    }
}

fn hotfixes(inputs: &Inputs<'_>, report: &Tension) -> Vec<HotfixView> {
    let all = report.now.divergence.hotfixes.iter().flatten();
    let told = all.map(|hotfix| HotfixView {
        text: hotfix.subject.clone(),
        kind: hotfix.kind.to_string(),
        line: hotfix.line.clone(),
        date: text::day(hotfix.date),
        commit: LinkView { text: hotfix.commit.short(), url: inputs.commit_url(hotfix.commit) },
        is_on_trunk: hotfix.origin.is_some(),
    });
    told.collect()
}

/// A path of the report as words: `divergence.hotfixes`.
fn words_of(what: &str) -> &'static str {
    match what {
        "service" => "The service",
        "service.deploys_per_week" => "Deploys a week",
        "service.from_release_tags" => "Deploys from release tags",
        "releases" => "Releases",
        "divergence.managed_only" => "What only the service has",
        "divergence.self_hosted_only" => "What only releases have",
        "divergence.hotfixes" => "Fixes of managed lines",
        _ => "The rest",
    }
}

/// A number over time, for a plot.
#[derive(Debug, Clone, PartialEq)]
pub struct TensionSeries {
    pub name: &'static str,
    /// Today, in words.
    pub current: String,
    /// Oldest first; the last one still runs.
    pub points: Vec<SeriesPoint>,
}

/// A number in one period.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesPoint {
    pub period: String,
    pub number: Option<f64>,
    /// Empty where it is not known.
    pub words: String,
}

/// The numbers of each drift that are ever known, under its title, and whether the project drifts that way.
pub fn series(report: &Tension) -> Vec<(&'static str, bool, Vec<TensionSeries>)> {
    let of = |row: &Row| {
        let view = row_view(report, row)?;
        let points = report.series.iter().zip(view.cells).map(|(point, words)| SeriesPoint {
            period: point.name.clone(),
            number: (row.of)(point),
            words,
        });
        Some(TensionSeries { name: row.name, current: view.current, points: points.collect() })
    };
    let group = |drift: &Drift| {
        let about = About::of(drift.drift);
        (about.title, drift.state == DriftState::Drifting, about.rows.iter().filter_map(of).collect())
    };
    report.drifts.iter().map(group).collect()
}

/// A drift in words, with its numbers.
struct About {
    title: &'static str,
    rows: &'static [Row],
    drifting: &'static str,
    steady: &'static str,
}

impl About {
    fn of(drift: DriftKind) -> Self {
        match drift {
            DriftKind::ServiceSlows => Self {
                title: "The service",
                rows: &SERVICE,
                drifting: "The service slows down to the release cycle.",
                steady: "The service keeps a pace of its own.",
            },
            DriftKind::ReleasesGrow => Self {
                title: "Releases",
                rows: &RELEASES,
                drifting: "Releases become rare and huge.",
                steady: "Releases come as they used to.",
            },
            DriftKind::ChannelsDiverge => Self {
                title: "Between the two",
                rows: &DIVERGENCE,
                drifting: "The two become separate products.",
                steady: "Both are one product.",
            },
        }
    }
}

fn drift_view(report: &Tension, drift: &Drift) -> TensionDriftView {
    let About { title, rows, drifting, steady } = About::of(drift.drift);
    TensionDriftView {
        title: title.to_owned(),
        is_drifting: drift.state == DriftState::Drifting,
        verdict: match drift.state {
            DriftState::Drifting => drifting,
            DriftState::Steady => steady,
            DriftState::Unknown => "Not known.",
        }
        .to_owned(),
        signs: drift.signs.iter().map(|sign| text::sentence(sign)).collect(),
        helps: drift.helps.clone(),
        rows: rows.iter().filter_map(|row| row_view(report, row)).collect(),
    }
}

fn row_view(report: &Tension, row: &Row) -> Option<TensionRowView> {
    let numbers: Vec<Option<f64>> = report.series.iter().map(row.of).collect();
    let current = (row.current)(report);
    if numbers.iter().chain([&current]).all(Option::is_none) {
        return None;
    }
    let words = |number: Option<f64>| number.map(|number| written(number, row.unit)).unwrap_or_default();
    Some(TensionRowView {
        name: row.name.to_owned(),
        plot: text::plot(&numbers),
        current: words(current),
        cells: numbers.iter().map(|number| words(*number)).collect(),
    })
}

fn written(number: f64, unit: Unit) -> String {
    match unit {
        Unit::Count => text::grouped(number.max(0.0).round() as usize),
        Unit::Rate => format!("{number:.1}"),
        Unit::Share => format!("{:.0} %", number * 100.0),
        Unit::Seconds => text::short_span(number as i64),
    }
}

fn limit_view(limit: &TensionLimit) -> TensionLimitView {
    let unit = if limit.unit == "seconds" { Unit::Seconds } else { Unit::Count };
    let words = |number: f64| match limit.unit {
        "deploys-per-week" => format!("{number} a week"),
        _ => written(number, unit),
    };
    let both = [("warns", limit.warn), ("fails", limit.fail)];
    let both: Vec<String> = both.into_iter().filter_map(|(what, at)| Some(format!("{what} {}", words(at?)))).collect();
    TensionLimitView {
        name: limit.name.clone(),
        value: limit.value.map_or_else(|| "not known".to_owned(), words),
        about: limit.about.clone(),
        limit: both.join(", "),
        state: limit.state.to_owned(),
    }
}
