//! How the names of some days begin: what to ask a remote for that has a hundred thousand names.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Field, Fields, NamePattern, Piece};

/// The forms in which a day is written where the pattern says none, as [`Field::Date`] recognises them.
const FORMS: [&str; 3] = ["%Y-%m-%d", "%Y.%m.%d", "%Y%m%d"];

impl NamePattern {
    /// The beginnings of all names of the days from `first` to `last` that have the `known` fields, in order. `None` where the pattern has no date, or unknown fields before it.
    pub fn beginnings(&self, known: &Fields, first: NaiveDate, last: NaiveDate) -> Option<Vec<String>> {
        let mut start = String::new();
        let date = self.pieces.iter().find_map(|piece| match piece {
            Piece::Literal(text) => {
                start.push_str(text);
                None
            }
            Piece::Field(Field::Date) => Some(true),
            Piece::Field(field) => match known.text(*field) {
                Some(value) => {
                    start.push_str(value);
                    None
                }
                None => Some(false),
            },
        });
        let own = self.date_format.as_deref().map(day_of);
        let forms = own.map_or_else(|| FORMS.to_vec(), |own| vec![own]);
        let texts = forms
            .iter()
            .flat_map(|form| first.iter_days().take_while(|day| *day <= last).map(|day| day.format(form).to_string()));
        let texts: BTreeSet<String> = texts.collect();
        (date == Some(true)).then(|| texts.into_iter().map(|text| format!("{start}{text}")).collect())
    }
}

/// A format up to the day; every format writes year, month and day first, in that order.
fn day_of(format: &str) -> &str {
    format.find("%d").map_or(format, |at| &format[..at + 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beginnings(pattern: &str, first: &str, last: &str) -> Option<Vec<String>> {
        let known = Fields::new().with(Field::Environment, "production");
        let pattern: NamePattern = pattern.parse().unwrap();
        pattern.beginnings(&known, first.parse().unwrap(), last.parse().unwrap())
    }

    #[test]
    fn a_day_begins_in_every_form_that_is_recognised() {
        let names = beginnings("deploy/{environment}/{date}.{seq}", "2026-03-01", "2026-03-01").unwrap();
        let [dashes, dots, none] =
            ["2026-03-01", "2026.03.01", "20260301"].map(|day| format!("deploy/production/{day}"));
        assert_eq!(names, [dashes, dots, none]);
    }

    #[test]
    fn a_form_of_its_own_is_cut_behind_the_day() {
        let moments = beginnings("d-{date:%Y%m%dT%H%M}", "2026-02-28", "2026-03-01").unwrap();
        assert_eq!(moments, ["d-20260228", "d-20260301"]);
    }

    #[test]
    fn what_stands_before_the_date_must_be_known() {
        assert_eq!(beginnings("v{version}-{date}", "2026-03-01", "2026-03-01"), None);
        assert_eq!(beginnings("app-{major}.{minor}", "2026-03-01", "2026-03-01"), None);
    }
}
