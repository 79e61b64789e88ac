//! Dates in shapes of names: a day, perhaps with a time, in the forms that patterns can read and write.

use std::ops::Range;

use super::shape::{Group, Piece};

/// Where a date stands, and the field that reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateSpan {
    pub pieces: Range<usize>,
    pub numbers: Range<usize>,
    format: String,
    /// What joins year, month and day, if anything does.
    pub separator: Option<char>,
}

impl DateSpan {
    /// Whether a time of day is in it.
    pub fn has_time(&self) -> bool {
        self.format.contains("%H")
    }

    /// The field that reads it and writes it alike.
    pub fn field(&self) -> String {
        match self.format.as_str() {
            "%Y-%m-%d" => "{date}".to_owned(),
            format => format!("{{date:{format}}}"),
        }
    }
}

impl Group {
    /// The first place where every name has a date.
    pub fn date(&self) -> Option<DateSpan> {
        let places = self.number_pieces();
        (0..places.len()).find_map(|first| self.date_at(&places, first))
    }

    fn date_at(&self, places: &[usize], first: usize) -> Option<DateSpan> {
        if self.has_width(first, 8) && self.rows().all(|row| is_day_number(row[first])) {
            return Some(self.compact_date(places, first));
        }
        for (width, scale, format) in [(12, 10_000, "%Y%m%d%H%M"), (14, 1_000_000, "%Y%m%d%H%M%S")] {
            if self.has_width(first, width) && self.rows().all(|row| is_day_number(row[first] / scale)) {
                let pieces = places[first]..places[first] + 1;
                return Some(DateSpan {
                    pieces,
                    numbers: first..first + 1,
                    format: format.to_owned(),
                    separator: None,
                });
            }
        }
        let (second, third) = (*places.get(first + 1)?, *places.get(first + 2)?);
        let separator = self.joint(places[first], second)?;
        let is_date = self.joint(second, third) == Some(separator)
            && [4, 2, 2].into_iter().zip(first..).all(|(width, column)| self.has_width(column, width))
            && self.rows().all(|row| is_day(row[first], row[first + 1], row[first + 2]));
        if !is_date {
            return None;
        }
        let span = DateSpan {
            pieces: places[first]..third + 1,
            numbers: first..first + 3,
            format: format!("%Y{separator}%m{separator}%d"),
            separator: Some(separator),
        };
        Some(self.with_time(places, span))
    }

    /// Eight digits, with a time of day where `T1015Z`, or four or six digits and a dash, follow.
    fn compact_date(&self, places: &[usize], first: usize) -> DateSpan {
        let pieces = places[first]..places[first] + 1;
        let format = "%Y%m%d".to_owned();
        self.with_time(places, DateSpan { pieces, numbers: first..first + 1, format, separator: None })
    }

    /// Extends a day by the time of day that follows it in every name: `T101500`, `-101500`, `T10-15-00`.
    fn with_time(&self, places: &[usize], day: DateSpan) -> DateSpan {
        let next = day.numbers.end;
        let Some(place) = places.get(next) else {
            return day;
        };
        let [Piece::Text(joint)] = &self.pieces[day.pieces.end..*place] else {
            return day;
        };
        if !matches!(joint.as_str(), "T" | "-" | "_" | ".") {
            return day;
        }
        let clock = if self.has_width(next, 6) && self.rows().all(|row| is_clock(row[next], 3)) {
            Some(("%H%M%S".to_owned(), 1))
        } else if self.has_width(next, 4) && self.rows().all(|row| is_clock(row[next], 2)) {
            Some(("%H%M".to_owned(), 1))
        } else {
            self.split_clock(places, next)
        };
        let Some((format, count)) = clock else {
            return day;
        };
        let mut end = places[next + count - 1] + 1;
        let zone = match self.pieces.get(end) {
            Some(Piece::Text(text)) if text == "Z" => {
                end += 1;
                "Z"
            }
            _ => "",
        };
        let format = format!("{}{joint}{format}{zone}", day.format);
        DateSpan { pieces: day.pieces.start..end, numbers: day.numbers.start..next + count, format, ..day }
    }

    fn split_clock(&self, places: &[usize], first: usize) -> Option<(String, usize)> {
        let separator = self.joint(*places.get(first)?, *places.get(first + 1)?)?;
        let is_pair = |column: usize, limit: u64| {
            places.get(column).is_some() && self.has_width(column, 2) && self.column(column).all(|value| value < limit)
        };
        if !is_pair(first, 24) || !is_pair(first + 1, 60) {
            return None;
        }
        let has_seconds = is_pair(first + 2, 60) && self.joint(places[first + 1], places[first + 2]) == Some(separator);
        let format = if has_seconds { format!("%H{separator}%M{separator}%S") } else { format!("%H{separator}%M") };
        Some((format, if has_seconds { 3 } else { 2 }))
    }
}

fn is_day(year: u64, month: u64, day: u64) -> bool {
    (1990..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

fn is_day_number(value: u64) -> bool {
    is_day(value / 10_000, value / 100 % 100, value % 100)
}

fn is_clock(value: u64, parts: u32) -> bool {
    let hours = value / 100u64.pow(parts - 1);
    hours < 24 && (0..parts - 1).all(|part| value / 100u64.pow(part) % 100 < 60)
}

#[cfg(test)]
mod tests {
    use super::super::shape;

    #[test]
    fn finds_dates_in_the_forms_people_use() {
        for (name, field) in [
            ("deploy/2026-01-02.3", "{date}"),
            ("prod-20260102", "{date:%Y%m%d}"),
            ("prod-20260102T101500Z", "{date:%Y%m%dT%H%M%SZ}"),
            ("prod-20260102-1015", "{date:%Y%m%d-%H%M}"),
            ("prod-2026-01-02T10-15-00Z", "{date:%Y-%m-%dT%H-%M-%SZ}"),
            ("d_2026_01_02", "{date:%Y_%m_%d}"),
            ("d-20260102101500", "{date:%Y%m%d%H%M%S}"),
        ] {
            assert_eq!(shape::group([(0, name)].into_iter(), |_| None)[0].date().unwrap().field(), field, "{name}");
        }
        for name in ["v2026.13.02", "v2026.1.2", "prod-12345678", "v1.2.3"] {
            assert_eq!(shape::group([(0, name)].into_iter(), |_| None)[0].date(), None, "{name}");
        }
    }
}
