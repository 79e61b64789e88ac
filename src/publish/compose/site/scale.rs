//! From moments to places in a picture.

use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, NaiveTime, Utc};

use crate::publish::view::TickView;

/// Labels closer than this run into each other.
const LABEL: i64 = 44;

/// A stretch of time over a stretch of a picture.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub left: i64,
    pub right: i64,
}

impl Scale {
    /// A stretch of one day at least.
    pub fn new(from: DateTime<Utc>, to: DateTime<Utc>, left: i64, right: i64) -> Self {
        Self { from, to: to.max(from + Duration::days(1)), left, right }
    }

    /// Where a moment is; one outside at the nearer end.
    pub fn x(&self, at: DateTime<Utc>) -> i64 {
        let share = (at - self.from).num_seconds() as f64 / (self.to - self.from).num_seconds() as f64;
        self.left + (share.clamp(0.0, 1.0) * (self.right - self.left) as f64).round() as i64
    }

    /// Whether a moment lies before the picture.
    pub fn is_before(&self, at: DateTime<Utc>) -> bool {
        at < self.from
    }

    /// The beginnings of months, quarters or years, as many as have room beside the label of the present.
    pub fn ticks(&self, now: DateTime<Utc>) -> Vec<TickView> {
        let room = ((self.right - self.left) / LABEL).max(1);
        let months = (self.to - self.from).num_days() / 30;
        let step = [1, 3, 6, 12, 24, 60, 120].into_iter().find(|step| months / step < room).unwrap_or(120);
        let mut ticks = Vec::new();
        let years = i32::try_from(step / 12).unwrap_or(1).max(1);
        let mut day = NaiveDate::from_ymd_opt(self.from.year() - self.from.year().rem_euclid(years), 1, 1);
        while let Some(at) = day.map(|day| day.and_time(NaiveTime::MIN).and_utc()).filter(|at| *at <= self.to) {
            if !self.is_before(at) && (self.x(at) - self.x(now)).abs() >= LABEL * 2 / 3 {
                let label = if at.month() == 1 { at.format("%Y") } else { at.format("%b") };
                ticks.push(TickView { x: self.x(at), label: label.to_string() });
            }
            day = day.and_then(|day| day.checked_add_months(Months::new(u32::try_from(step).unwrap_or(12))));
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}T00:00:00Z").parse().unwrap()
    }

    #[test]
    fn a_moment_has_one_place() {
        let scale = Scale::new(at("2025-01-01"), at("2025-01-11"), 100, 200);
        for (day, x) in
            [("2025-01-01", 100), ("2025-01-06", 150), ("2025-01-11", 200), ("2024-01-01", 100), ("2026-01-01", 200)]
        {
            assert_eq!(scale.x(at(day)), x, "{day}");
        }
        assert_eq!(Scale::new(at("2025-01-01"), at("2025-01-01"), 0, 10).x(at("2025-01-01")), 0);
    }

    #[test]
    fn labels_have_room() {
        for (from, to, first, second) in [
            ("2025-01-01", "2025-06-01", "2025", "Feb"),
            ("2023-02-01", "2026-06-01", "Apr", "Jul"),
            ("1999-12-01", "2026-01-01", "2000", "2002"),
        ] {
            let ticks = Scale::new(at(from), at(to), 0, 900).ticks(at("2030-01-01"));
            assert_eq!((ticks[0].label.as_str(), ticks[1].label.as_str()), (first, second));
            assert!(ticks.windows(2).all(|pair| pair[1].x - pair[0].x >= LABEL - 4), "{ticks:?}");
        }
    }
}
