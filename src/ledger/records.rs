//! Records: what people and CI have stated, read from refs of our own and the tag objects they name.

use chrono::{DateTime, Utc};

use crate::domain::{ObjectId, RECORDS, RecordName, Trailer, parse_trailers};
use crate::git::{ObjectReader, RefSnapshot};

/// A statement and who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub name: RecordName,
    /// What the statement is about; a commit, for a sign-off that of the candidate.
    pub target: ObjectId,
    /// `None` where the object names nobody.
    pub by: Option<Signer>,
    pub at: Option<DateTime<Utc>>,
    /// The sentence for people.
    pub message: String,
    pub trailers: Vec<Trailer>,
}

/// Who made a statement, as the tag object says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    pub name: String,
    pub email: String,
}

/// All records of the snapshot in the order of their names. A ref whose object is no tag, or not the one its name says,
/// is no record.
pub fn records(snapshot: &RefSnapshot, reader: &ObjectReader) -> Vec<Record> {
    let named = snapshot.under(RECORDS).filter_map(|(_, entry)| {
        let name = RecordName::parse(entry.name.as_str())?;
        (name.id == entry.target).then_some(name)
    });
    named.filter_map(|name| read_record(name, reader)).collect()
}

/// The record of this name; `None` where its object is absent or no tag.
pub fn read_record(name: RecordName, reader: &ObjectReader) -> Option<Record> {
    let tag = reader.tag(name.id).ok()?;
    Some(Record {
        target: tag.target,
        at: tag.tagger.as_ref().map(crate::git::Signature::at),
        by: tag.tagger.map(|tagger| Signer { name: tagger.name, email: tagger.email }),
        trailers: parse_trailers(&tag.message),
        message: tag.message,
        name,
    })
}

impl Record {
    /// The value of the first trailer of this key.
    pub fn trailer(&self, key: &str) -> Option<&str> {
        self.trailers.iter().find(|trailer| trailer.is_key(key)).map(|trailer| trailer.value.as_str())
    }
}
