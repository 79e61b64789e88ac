//! Lengths of time as people write them: `7d`, `24h`, `90 days`, `6 months`. Months and years follow the calendar, the
//! rest are exact seconds.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Duration, Months, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    #[error("`{0}` is not a period: write a whole number and a unit, such as `7d`, `24h` or `6 months`")]
    Shape(String),
    #[error("`{0}` is longer than a thousand years")]
    TooLong(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Length {
    Seconds(i64),
    Months(u32),
}

/// A length of time; calendar months are kept as such, so that `6 months` after 31 August is 28 February.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Period {
    length: Length,
    text: String,
}

const LIMIT_MONTHS: u64 = 12_000;

impl Period {
    /// An exact number of days.
    pub fn days(days: u32) -> Self {
        Self { length: Length::Seconds(i64::from(days) * 86_400), text: format!("{days}d") }
    }

    /// The moment this long after `start`; the end of time where that is out of range.
    pub fn after(&self, start: DateTime<Utc>) -> DateTime<Utc> {
        match self.length {
            Length::Seconds(seconds) => start.checked_add_signed(Duration::seconds(seconds)),
            Length::Months(months) => start.checked_add_months(Months::new(months)),
        }
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// The moment this long before `end`; the beginning of time where that is out of range.
    pub fn before(&self, end: DateTime<Utc>) -> DateTime<Utc> {
        match self.length {
            Length::Seconds(seconds) => end.checked_sub_signed(Duration::seconds(seconds)),
            Length::Months(months) => end.checked_sub_months(Months::new(months)),
        }
        .unwrap_or(DateTime::<Utc>::MIN_UTC)
    }

    /// Length in seconds, a month counted as 30 days: for comparing, not for adding to a date.
    pub fn seconds(&self) -> i64 {
        match self.length {
            Length::Seconds(seconds) => seconds,
            Length::Months(months) => i64::from(months) * 30 * 86_400,
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let shape = || PeriodError::Shape(text.to_owned());
        let trimmed = text.trim();
        let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
        let count: u64 = trimmed[..digits].parse().map_err(|_| shape())?;
        let unit = trimmed[digits..].trim().to_ascii_lowercase();
        let seconds_each: u64 = match unit.as_str() {
            "s" | "second" | "seconds" => 1,
            "m" | "min" | "minute" | "minutes" => 60,
            "h" | "hour" | "hours" => 3_600,
            "d" | "day" | "days" => 86_400,
            "w" | "week" | "weeks" => 7 * 86_400,
            "month" | "months" | "mo" => return Self::of_months(count, text),
            "y" | "year" | "years" => return Self::of_months(count.saturating_mul(12), text),
            _ => return Err(shape()),
        };
        let seconds = count.saturating_mul(seconds_each);
        if seconds > LIMIT_MONTHS * 31 * 86_400 {
            return Err(PeriodError::TooLong(text.to_owned()));
        }
        let seconds = i64::try_from(seconds).map_err(|_| PeriodError::TooLong(text.to_owned()))?;
        Ok(Self { length: Length::Seconds(seconds), text: text.to_owned() })
    }
}

impl Period {
    fn of_months(count: u64, text: &str) -> Result<Self, PeriodError> {
        match u32::try_from(count) {
            Ok(months) if count <= LIMIT_MONTHS => Ok(Self { length: Length::Months(months), text: text.to_owned() }),
            _ => Err(PeriodError::TooLong(text.to_owned())),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn months_follow_the_calendar() {
        let half_year: Period = "6 months".parse().unwrap();
        assert_eq!(half_year.after(at("2025-08-31T00:00:00Z")), at("2026-02-28T00:00:00Z"));
        assert_eq!("1y".parse::<Period>().unwrap().after(at("2024-02-29T00:00:00Z")), at("2025-02-28T00:00:00Z"));
    }

    #[test]
    fn reads_short_and_long_units() {
        for (text, seconds) in
            [("7d", 604_800), ("24h", 86_400), ("2 weeks", 1_209_600), ("90 days", 7_776_000), ("5m", 300)]
        {
            assert_eq!(text.parse::<Period>().unwrap().seconds(), seconds, "{text}");
        }
    }

    #[test]
    fn refuses_what_has_no_unit_or_no_end() {
        for text in ["", "7", "d", "-1d", "1.5h", "99999999999999999999d", "9999999 years"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}
