//! The names of records: statements that people and CI make, each an annotated tag object under a ref of its own that is
//! written once and never moved: `refs/twintrack/<kind>/<subject>/<name>/<id of the object>`.
//!
//! The object's id in the name keeps two records from clashing without a sequence. Much can be answered from names
//! alone: an environment is frozen while a freeze has no thaw of its name.

use super::id::ObjectId;
use super::name::{NameError, RefName};

/// Where records and everything else of our own is kept.
pub const RECORDS: &str = "refs/twintrack/";

/// What a record states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordKind {
    /// That a gate of a version is met. Subject: the version; name: the gate.
    SignOff,
    /// That an environment takes no deploys. Subject: the environment; name: any.
    Freeze,
    /// That a freeze is over. Subject and name are the freeze's.
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

#[cfg(test)]
mod tests {
    use super::*;

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
