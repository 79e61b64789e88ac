//! Time cut into months, quarters or years of the calendar, UTC. The last period is the one that still runs.

use std::fmt;

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::Serialize;

/// How long one period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    Month,
    Quarter,
    Year,
}

/// From a moment to the one at which the next period begins, or to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub from: DateTime<Utc>,
    /// Not a part of it.
    pub until: DateTime<Utc>,
    /// Whether it is over.
    pub is_complete: bool,
}

/// More periods than anybody reads.
const LIMIT: usize = 240;

impl Every {
    const fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }

    /// As written in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// What people call the period that begins then: `2026-03`, `2026 Q1`, `2026`.
    pub fn name(self, from: DateTime<Utc>) -> String {
        match self {
            Self::Month => from.format("%Y-%m").to_string(),
            Self::Quarter => format!("{} Q{}", from.year(), from.month0() / 3 + 1),
            Self::Year => from.year().to_string(),
        }
    }

    /// The beginning of the period that `time` is in.
    pub(super) fn begin(self, time: DateTime<Utc>) -> DateTime<Utc> {
        let month = time.month0() - time.month0() % self.months().min(12) + 1;
        let day = NaiveDate::from_ymd_opt(time.year(), month, 1).unwrap_or_default();
        day.and_time(NaiveTime::MIN).and_utc()
    }

    /// The periods from the one that `since` is in to the one that `now` is in, oldest first; the newest of them where
    /// they are too many.
    pub(super) fn spans(self, since: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut until = self.begin(now);
        let mut from = until;
        spans.push(Span { from, until: now, is_complete: false });
        while from > since && spans.len() < LIMIT {
            let Some(earlier) = from.checked_sub_months(Months::new(self.months())) else { break };
            (from, until) = (earlier, from);
            spans.push(Span { from, until, is_complete: true });
        }
        spans.reverse();
        spans
    }

    /// How far back one looks where nobody says.
    pub(super) fn usual_since(self, now: DateTime<Utc>) -> DateTime<Utc> {
        let months = match self {
            Self::Month => 12,
            Self::Quarter => 24,
            Self::Year => 96,
        };
        now.checked_sub_months(Months::new(months)).unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Span {
    /// Whether the moment is in it.
    pub fn holds(&self, time: DateTime<Utc>) -> bool {
        self.from <= time && time < self.until
    }

    /// The last moment of it.
    pub fn last(&self) -> DateTime<Utc> {
        if self.is_complete { self.until - TimeDelta::seconds(1) } else { self.until }
    }

    /// How many weeks it has lasted, never quite none.
    pub fn weeks(&self) -> f64 {
        let days = (self.until - self.from).num_seconds() as f64 / 86_400.0;
        days.max(1.0) / 7.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn drawn(every: Every, since: &str, now: &str) -> Vec<String> {
        let spans = every.spans(time(since), time(now));
        spans.iter().map(|span| format!("{} {}", every.name(span.from), span.until.format("%m-%d"))).collect()
    }

    #[test]
    fn periods_follow_the_calendar_and_the_last_one_still_runs() {
        let now = "2025-05-10T12:00:00Z";
        assert_eq!(
            drawn(Every::Month, "2025-03-31T00:00:00Z", now),
            ["2025-03 04-01", "2025-04 05-01", "2025-05 05-10"]
        );
        assert_eq!(
            drawn(Every::Quarter, "2024-12-01T00:00:00Z", now),
            ["2024 Q4 01-01", "2025 Q1 04-01", "2025 Q2 05-10"]
        );
        assert_eq!(drawn(Every::Year, "2024-01-01T00:00:00Z", now), ["2024 01-01", "2025 05-10"]);
        assert_eq!(drawn(Every::Quarter, "2026-01-01T00:00:00Z", now), ["2025 Q2 05-10"]);
    }

    #[test]
    fn there_is_an_end_to_periods() {
        assert_eq!(Every::Month.spans(DateTime::<Utc>::MIN_UTC, time("2025-05-10T12:00:00Z")).len(), LIMIT);
    }
}
