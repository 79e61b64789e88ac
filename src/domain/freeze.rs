//! The names of freezes: an environment takes no deploys while there is a freeze whose time is not over and which no thaw
//! names. Whether it does can be read from names of refs alone; the objects say why.

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};

use super::id::ObjectId;
use super::name::{EnvironmentName, NameError, RecordLabel};
use super::record::{RecordKind, RecordName, RecordPlace};

/// What stands between a freeze's own name and its end.
const UNTIL: &str = ".until-";

/// How the end is written, in UTC.
const END: &str = "%Y%m%dT%H%M%SZ";

/// What the name of a freeze says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreezeName {
    pub environment: String,
    /// `year-end`.
    pub label: String,
    /// `None`: until a thaw.
    pub until: Option<DateTime<Utc>>,
    pub id: ObjectId,
}

impl FreezeName {
    /// Reads the name of a record; `None` where it is no freeze.
    pub fn read(record: &RecordName) -> Option<Self> {
        if record.kind != RecordKind::Freeze {
            return None;
        }
        let until = record
            .name
            .rsplit_once(UNTIL)
            .and_then(|(label, end)| Some((label, NaiveDateTime::parse_from_str(end, END).ok()?.and_utc())));
        let (label, until) = until.map_or((record.name.as_str(), None), |(label, until)| (label, Some(until)));
        Some(Self { environment: record.subject.clone(), label: label.to_owned(), until, id: record.id })
    }

    /// Where a freeze of this name stands.
    pub fn place(
        environment: &EnvironmentName,
        label: &RecordLabel,
        until: Option<DateTime<Utc>>,
    ) -> Result<RecordPlace, NameError> {
        let name = match until {
            Some(until) => RecordLabel::new(format!("{label}{UNTIL}{}", until.trunc_subsecs(0).format(END)))?,
            None => label.clone(),
        };
        RecordPlace::new(RecordKind::Freeze, environment.as_str(), name)
    }

    /// Where a thaw of this freeze stands.
    pub fn thaw(&self) -> Result<RecordPlace, NameError> {
        RecordPlace::new(RecordKind::Thaw, &self.environment, RecordLabel::new(self.id.to_string())?)
    }

    /// Whether the time of the freeze is not over.
    pub fn holds_at(&self, now: DateTime<Utc>) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// Whether the name is that of a thaw of the freeze with this object.
pub fn is_thaw_of(record: &RecordName, freeze: &FreezeName) -> bool {
    record.kind == RecordKind::Thaw
        && record.subject == freeze.environment
        && record.name.parse::<ObjectId>().is_ok_and(|id| id == freeze.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_where_and_until_when() {
        let (environment, label) = (EnvironmentName::new("production").unwrap(), RecordLabel::new("year-end").unwrap());
        let id = ObjectId::from_bytes([0xab; 20]);
        let until: DateTime<Utc> = "2027-01-03T06:00:00Z".parse().unwrap();
        let place = FreezeName::place(&environment, &label, Some(until)).unwrap();
        assert_eq!(place.tag_name().as_str(), "freeze/production/year-end.until-20270103T060000Z");
        let name = FreezeName::read(&place.record(id)).unwrap();
        assert_eq!((name.label.as_str(), name.until), ("year-end", Some(until)));
        assert!(name.holds_at("2027-01-03T05:59:59Z".parse().unwrap()) && !name.holds_at(until));
        let open = FreezeName::place(&environment, &label, None).unwrap();
        assert_eq!(FreezeName::read(&open.record(id)).unwrap().until, None);
        let other = FreezeName { id: ObjectId::from_bytes([1; 20]), ..name.clone() };
        let thaw = name.thaw().unwrap().record(id);
        assert!(is_thaw_of(&thaw, &name) && !is_thaw_of(&thaw, &other));
        assert_eq!(FreezeName::read(&thaw), None);
    }
}
