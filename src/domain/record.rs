//! The names of records: statements that people and CI make, each an annotated tag object under a ref of its own that is
//! written once and never moved: `refs/twintrack/<kind>/<subject>/<name>/<id of the object>`.
//!
//! The object's id in the name keeps two records from clashing without a sequence. Much can be answered from names
//! alone: an environment is frozen while one of its freezes is neither over nor thawed.

use super::id::ObjectId;
use super::name::{NameError, RecordLabel, RefName, TagName};

/// Where records and everything else of our own is kept.
pub const RECORDS: &str = "refs/twintrack/";

/// What a record states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordKind {
    /// That a gate of a version is met. Subject: the version; name: the gate.
    SignOff,
    /// That an environment takes no deploys. Subject: the environment; name: any.
    Freeze,
    /// That a freeze is over. Subject: the environment; name: the id of the freeze, so that its name can be used again.
    Thaw,
    /// That a rule does not hold for once. Subject: what it is about; name: the rule.
    Exception,
}

const KINDS: [(&str, RecordKind); 4] = [
    ("sign-off", RecordKind::SignOff),
    ("freeze", RecordKind::Freeze),
    ("thaw", RecordKind::Thaw),
    ("exception", RecordKind::Exception),
];

impl RecordKind {
    /// As written in refs.
    pub fn as_str(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(text, _)| text)
    }
}

/// The parts of a record's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordName {
    pub kind: RecordKind,
    /// May hold slashes.
    pub subject: String,
    pub name: String,
    pub id: ObjectId,
}

impl RecordName {
    /// Reads a full ref name; `None` for anything that is no record.
    pub fn parse(reference: &str) -> Option<Self> {
        let (kind, rest) = reference.strip_prefix(RECORDS)?.split_once('/')?;
        let kind = KINDS.iter().find(|(text, _)| *text == kind)?.1;
        let (rest, id) = rest.rsplit_once('/')?;
        let (subject, name) = rest.rsplit_once('/')?;
        let is_whole = !subject.is_empty() && !name.is_empty();
        is_whole.then_some(())?;
        Some(Self { kind, subject: subject.to_owned(), name: name.to_owned(), id: id.parse().ok()? })
    }

    /// The ref of the record; an error where subject or name hold what git refuses.
    pub fn to_ref(&self) -> Result<RefName, NameError> {
        RefName::new(format!("{RECORDS}{}/{}/{}/{}", self.kind.as_str(), self.subject, self.name, self.id))
    }
}

/// Where a record stands before its object is made: all of its name but the id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordPlace {
    kind: RecordKind,
    subject: String,
    name: RecordLabel,
}

impl RecordPlace {
    /// A place; an error where the subject holds what git refuses in a ref. A subject may hold slashes.
    pub fn new(kind: RecordKind, subject: &str, name: RecordLabel) -> Result<Self, NameError> {
        TagName::new(format!("{}/{subject}/{name}", kind.as_str()))?;
        Ok(Self { kind, subject: subject.to_owned(), name })
    }

    /// What the object calls itself: `freeze/production/year-end`.
    pub fn tag_name(&self) -> TagName {
        let name = format!("{}/{}/{}", self.kind.as_str(), self.subject, self.name);
        TagName::new(name).expect("a place is made of what git accepts")
    }

    /// The name of the record with this object.
    pub fn record(&self, id: ObjectId) -> RecordName {
        RecordName { kind: self.kind, subject: self.subject.clone(), name: self.name.to_string(), id }
    }

    /// The ref of the record with this object.
    pub fn reference(&self, id: ObjectId) -> RefName {
        self.record(id).to_ref().expect("a place and an id are made of what git accepts")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_the_name_without_the_object() {
        let id = ObjectId::from_bytes([0xab; 20]);
        let place = RecordPlace::new(RecordKind::SignOff, "1.9.0-rc.1", RecordLabel::new("qa").unwrap()).unwrap();
        assert_eq!(place.tag_name().as_str(), "sign-off/1.9.0-rc.1/qa");
        assert_eq!(RecordName::parse(place.reference(id).as_str()), Some(place.record(id)));
        let label = RecordLabel::new("x").unwrap();
        assert!(RecordPlace::new(RecordKind::Freeze, "a..b", label.clone()).is_err());
        assert!(RecordPlace::new(RecordKind::Freeze, "", label).is_err());
        assert!(RecordLabel::new("a/b").is_err());
    }

    #[test]
    fn reads_the_names_it_writes() {
        let id = ObjectId::from_bytes([0xab; 20]);
        for (kind, subject, name) in [
            (RecordKind::SignOff, "1.9.0-rc.1", "qa"),
            (RecordKind::Freeze, "production", "year-end"),
            (RecordKind::Exception, "release/1.9", "upstream-first"),
        ] {
            let record = RecordName { kind, subject: subject.into(), name: name.into(), id };
            assert_eq!(RecordName::parse(record.to_ref().unwrap().as_str()), Some(record));
        }
    }

    #[test]
    fn anything_else_is_no_record() {
        let id = "ab".repeat(20);
        for text in [
            format!("refs/twintrack/sign-off/1.9.0/{id}"),
            format!("refs/twintrack/vote/1.9.0/qa/{id}"),
            format!("refs/tags/sign-off/1.9.0/qa/{id}"),
            "refs/twintrack/sign-off/1.9.0/qa/1".to_owned(),
            "refs/twintrack/deploy/production/2026-01-01.1".to_owned(),
        ] {
            assert_eq!(RecordName::parse(&text), None, "{text}");
        }
    }
}
