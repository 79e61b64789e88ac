//! Moments and lengths of time as people read them in a table, UTC, to the minute, and ages in one unit; and as they
//! type them.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::error::UsageError;
use crate::domain::Period;

/// `2026-03-01 12:00`, in UTC.
pub(super) fn minute(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M").to_string()
}

/// `2026-03-01`, in UTC.
pub(super) fn day(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d").to_string()
}

/// An age in seconds in the unit that says most: `45m`, `31h`, `12d`, `3.2y`; `0m` for what lies in the future.
pub(super) fn age(seconds: i64) -> String {
    const HOUR: i64 = 3_600;
    const DAY: i64 = 24 * HOUR;
    match seconds.max(0) {
        seconds if seconds < 2 * HOUR => format!("{}m", seconds / 60),
        seconds if seconds < 2 * DAY => format!("{}h", seconds / HOUR),
        seconds if seconds < 1_000 * DAY => format!("{}d", seconds / DAY),
        seconds => format!("{:.1}y", seconds as f64 / (365.25 * DAY as f64)),
    }
}

/// What `--since` gives: a day, a moment, or a period up to now.
pub(super) fn parse_since(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, UsageError> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(day.and_time(NaiveTime::MIN).and_utc());
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.with_timezone(&Utc));
    }
    text.parse::<Period>().map(|period| period.before(now)).map_err(|_| UsageError::Value {
        option: "--since",
        value: text.to_owned(),
        wanted: "a day such as `2026-03-01`, a moment or a period such as `7d`".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_one_unit() {
        for (seconds, text) in
            [(-5, "0m"), (59, "0m"), (7_199, "119m"), (7_200, "2h"), (172_800, "2d"), (100_000_000, "3.2y")]
        {
            assert_eq!(age(seconds), text);
        }
    }
}
