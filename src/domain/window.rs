//! Windows of time that come back every week or stand in the calendar, in a time zone: from Friday 16:00 to Monday 08:00,
//! from 20 December to 3 January.
//!
//! The invariant: a window has a beginning and an end as moments, also where a clock is put forward or back. A time that
//! does not exist becomes the first one after the gap; of one that exists twice a window takes the earlier to begin and
//! the later to end.

use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer};

use super::nearest::nearest;

/// Why a text is no bound of a window, or no time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    #[error(
        "`{0}` is not a bound of a window: write a day of the week or a date, with or without a time, such as `Fri 16:00` or `2026-12-20`"
    )]
    Bound(String),
    #[error("`{name}` is not a time zone{}", .nearest.map(|nearest| format!(", did you mean `{nearest}`?")).unwrap_or_default())]
    Zone { name: String, nearest: Option<&'static str> },
}

/// Where a window begins or ends, as written. Without a time the whole day is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowBound {
    Weekly(Weekday, Option<NaiveTime>),
    Dated(NaiveDate, Option<NaiveTime>),
}

impl FromStr for WindowBound {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        let wrong = || WindowError::Bound(text.to_owned());
        let trimmed = text.trim();
        let (day, time) = trimmed.split_once([' ', 'T']).map_or((trimmed, None), |(day, time)| (day, Some(time)));
        let time = time.map(|time| {
            let time = time.trim();
            NaiveTime::parse_from_str(time, "%H:%M").or_else(|_| NaiveTime::parse_from_str(time, "%H:%M:%S"))
        });
        let time = time.transpose().map_err(|_| wrong())?;
        // A week day of three letters or more.
        if let Ok(day) = day.parse::<NaiveDate>() {
            return Ok(Self::Dated(day, time));
        }
        day.parse::<Weekday>().map(|day| Self::Weekly(day, time)).map_err(|_| wrong())
    }
}

impl fmt::Display for WindowBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = match self {
            Self::Weekly(day, time) => {
                write!(f, "{day}")?;
                time
            }
            Self::Dated(day, time) => {
                write!(f, "{day}")?;
                time
            }
        };
        time.map_or(Ok(()), |time| write!(f, " {}", time.format("%H:%M")))
    }
}

/// The name of a time zone in the IANA database, `Europe/Berlin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeZoneName(Tz);

impl Default for TimeZoneName {
    fn default() -> Self {
        Self(Tz::UTC)
    }
}

impl FromStr for TimeZoneName {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        text.parse::<Tz>().map(Self).map_err(|_| WindowError::Zone {
            name: text.to_owned(),
            nearest: nearest(text, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())),
        })
    }
}

impl<'de> Deserialize<'de> for TimeZoneName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for TimeZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

/// A window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeWindow {
    /// From one moment of the week to the next such end.
    Weekly { from: (Weekday, NaiveTime), to: WeekEnd, zone: TimeZoneName },
    /// Once.
    Dated { from: NaiveDateTime, to: NaiveDateTime, zone: TimeZoneName },
}

/// The end of a weekly window: a time on a day, or the end of that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekEnd {
    day: Weekday,
    time: Option<NaiveTime>,
}

/// Why two bounds make no window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowFault {
    /// One bound comes back every week, the other does not.
    Mixed,
    /// It ends before it begins, or when it begins.
    Order,
}

impl TimeWindow {
    /// The window between two bounds. A day without a time counts whole, also at the end.
    pub fn between(from: WindowBound, to: WindowBound, zone: TimeZoneName) -> Result<Self, WindowFault> {
        match (from, to) {
            (WindowBound::Weekly(first, from), WindowBound::Weekly(last, to)) => {
                let from = (first, from.unwrap_or(NaiveTime::MIN));
                if (last, to) == (from.0, Some(from.1)) {
                    return Err(WindowFault::Order);
                }
                Ok(Self::Weekly { from, to: WeekEnd { day: last, time: to }, zone })
            }
            (WindowBound::Dated(first, from), WindowBound::Dated(last, to)) => {
                let from = first.and_time(from.unwrap_or(NaiveTime::MIN));
                let to = end_of(last, to);
                if to <= from { Err(WindowFault::Order) } else { Ok(Self::Dated { from, to, zone }) }
            }
            _ => Err(WindowFault::Mixed),
        }
    }

    /// When the window that `now` is in ends; `None` where `now` is in none.
    pub fn ends_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match *self {
            Self::Dated { from, to, zone } => {
                let (start, end) = (zone.first_of(from), zone.last_of(to));
                (start <= now && now < end).then_some(end)
            }
            Self::Weekly { from: (first, time), to, zone } => {
                let today = now.with_timezone(&zone.0).date_naive();
                // A window lasts at most a week: it began in the last seven days, or today.
                let begun = (0..=7).filter_map(|days| today.checked_sub_days(Days::new(days)));
                let begun = begun.filter(|day| day.weekday() == first);
                let spans = begun.map(|day| {
                    let from = day.and_time(time);
                    (zone.first_of(from), zone.last_of(to.next_after(from)))
                });
                spans.filter(|(start, end)| *start <= now && now < *end).map(|(_, end)| end).max()
            }
        }
    }
}

impl WeekEnd {
    /// The first end after a beginning.
    fn next_after(self, from: NaiveDateTime) -> NaiveDateTime {
        let days = (0..=7).filter_map(|days| from.date().checked_add_days(Days::new(days)));
        let mut ends = days.filter(|day| day.weekday() == self.day).map(|day| end_of(day, self.time));
        ends.find(|end| *end > from).unwrap_or(from)
    }
}

/// The time on a day, or the midnight after it.
fn end_of(day: NaiveDate, time: Option<NaiveTime>) -> NaiveDateTime {
    match time {
        Some(time) => day.and_time(time),
        None => day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX).and_time(NaiveTime::MIN),
    }
}

impl TimeZoneName {
    fn first_of(self, local: NaiveDateTime) -> DateTime<Utc> {
        self.moment(local, LocalResult::earliest)
    }

    fn last_of(self, local: NaiveDateTime) -> DateTime<Utc> {
        self.moment(local, LocalResult::latest)
    }

    /// The moment of a local time; the first one after it that exists, where a clock is put forward over it.
    fn moment(
        self,
        local: NaiveDateTime,
        choose: fn(LocalResult<DateTime<Tz>>) -> Option<DateTime<Tz>>,
    ) -> DateTime<Utc> {
        // No gap is longer than a day, nor does one end between two quarters of an hour.
        let quarters = (0..=96).filter_map(|quarter| local.checked_add_signed(TimeDelta::minutes(15 * quarter)));
        let found = quarters.map(|local| choose(self.0.from_local_datetime(&local))).find_map(|found| found);
        found.map_or(DateTime::<Utc>::MAX_UTC, |found| found.with_timezone(&Utc))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: &str, to: &str, zone: &str) -> TimeWindow {
        TimeWindow::between(from.parse().unwrap(), to.parse().unwrap(), zone.parse().unwrap()).unwrap()
    }

    fn end(window: &TimeWindow, now: &str) -> Option<String> {
        let end = window.ends_after(now.parse().unwrap())?;
        Some(end.format("%Y-%m-%dT%H:%MZ").to_string())
    }

    #[test]
    fn a_weekend_begins_and_ends_by_the_clock_of_its_zone() {
        let weekend = window("Fri 16:00", "Monday 08:00", "Europe/Berlin");
        // Winter: one hour ahead of UTC.
        assert_eq!(end(&weekend, "2026-01-09T14:59:00Z"), None);
        assert_eq!(end(&weekend, "2026-01-09T15:00:00Z").as_deref(), Some("2026-01-12T07:00Z"));
        assert_eq!(end(&weekend, "2026-01-12T06:59:59Z").as_deref(), Some("2026-01-12T07:00Z"));
        assert_eq!(end(&weekend, "2026-01-12T07:00:00Z"), None);
        // The night in which the clock is put forward.
        assert_eq!(end(&weekend, "2026-03-27T15:30:00Z").as_deref(), Some("2026-03-30T06:00Z"));
    }

    #[test]
    fn days_count_whole() {
        let weekend = window("sat", "sun", "UTC");
        assert_eq!(end(&weekend, "2026-01-10T00:00:00Z").as_deref(), Some("2026-01-12T00:00Z"));
        assert_eq!(end(&weekend, "2026-01-11T23:59:59Z").as_deref(), Some("2026-01-12T00:00Z"));
        assert_eq!(end(&weekend, "2026-01-12T00:00:00Z"), None);
        let one = window("sun", "sun", "UTC");
        assert_eq!(end(&one, "2026-01-11T12:00:00Z").as_deref(), Some("2026-01-12T00:00Z"));
        let year_end = window("2026-12-20", "2027-01-03", "America/New_York");
        assert_eq!(end(&year_end, "2026-12-20T04:59:00Z"), None);
        assert_eq!(end(&year_end, "2026-12-20T05:00:00Z").as_deref(), Some("2027-01-04T05:00Z"));
    }

    #[test]
    fn a_window_within_one_day_may_also_leave_out_one_hour_of_the_week() {
        let nearly_all = window("mon 10:00", "mon 09:00", "UTC");
        assert_eq!(end(&nearly_all, "2026-01-05T09:30:00Z"), None);
        assert_eq!(end(&nearly_all, "2026-01-05T10:00:00Z").as_deref(), Some("2026-01-12T09:00Z"));
        assert_eq!(end(&nearly_all, "2026-01-12T08:59:00Z").as_deref(), Some("2026-01-12T09:00Z"));
    }

    #[test]
    fn times_that_exist_twice_or_not_at_all_have_a_moment() {
        // The clock goes from 02:00 to 03:00 on 29 March, and from 03:00 back to 02:00 on 25 October.
        let gap = window("2026-03-29 02:30", "2026-03-29 02:45", "Europe/Berlin");
        assert_eq!(end(&gap, "2026-03-29T00:59:00Z"), None);
        let twice = window("2026-10-25 02:30", "2026-10-25 02:45", "Europe/Berlin");
        assert_eq!(end(&twice, "2026-10-25T00:30:00Z").as_deref(), Some("2026-10-25T01:45Z"));
    }

    #[test]
    fn bounds_and_zones_are_read_as_people_write_them() {
        let noon = NaiveTime::from_hms_opt(12, 0, 0);
        assert_eq!("friday 12:00".parse(), Ok(WindowBound::Weekly(Weekday::Fri, noon)));
        let day = NaiveDate::from_ymd_opt(2026, 12, 20).unwrap();
        assert_eq!("2026-12-20T12:00:00".parse(), Ok(WindowBound::Dated(day, noon)));
        for text in ["", "someday", "fri 25:00", "2026-13-01", "fri noon"] {
            assert!(text.parse::<WindowBound>().is_err(), "{text}");
        }
        let error = "Europe/Berln".parse::<TimeZoneName>().unwrap_err();
        assert_eq!(error.to_string(), "`Europe/Berln` is not a time zone, did you mean `Europe/Berlin`?");
        let bound = |text: &str| text.parse::<WindowBound>().unwrap();
        let between = |from, to| TimeWindow::between(bound(from), bound(to), TimeZoneName::default());
        assert_eq!(between("fri", "2026-12-20"), Err(WindowFault::Mixed));
        assert_eq!(between("2026-12-20", "2026-12-19"), Err(WindowFault::Order));
        assert_eq!(between("fri 10:00", "fri 10:00"), Err(WindowFault::Order));
    }
}
