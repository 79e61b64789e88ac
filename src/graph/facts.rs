//! What is kept of a commit, and its bytes in the cache.
//!
//! The bytes hold the parents as the commit names them; where history is cut, the reader leaves them out. Change the
//! encoding only together with [`NAMESPACE_VERSION`].

use crate::domain::{CommitId, Message, ObjectId};

/// Version of the encoding and of [`Message::condense`], which decides what a body holds.
pub(super) const NAMESPACE_VERSION: u32 = 7;

/// One commit, borrowed from a cache record or from the object just read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Facts<'a> {
    pub tree: ObjectId,
    pub parents: Parents<'a>,
    /// Seconds since 1970, UTC.
    pub author_time: i64,
    pub commit_time: i64,
    pub author_name: &'a str,
    pub author_email: &'a str,
    pub subject: &'a str,
    pub body: &'a str,
}

/// Parent ids, still as bytes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parents<'a>(&'a [u8]);

impl<'a> Parents<'a> {
    pub fn iter(self) -> impl Iterator<Item = CommitId> + 'a {
        self.0.chunks_exact(20).filter_map(ObjectId::from_slice).map(CommitId::new)
    }
}

/// Appends a length as four little-endian bytes, then the bytes.
fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    let len = u32::try_from(bytes.len()).unwrap_or(0);
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(&bytes[..len as usize]);
}

/// What is encoded of a commit that has just been read.
pub(super) struct Fresh<'a> {
    pub tree: ObjectId,
    pub parents: &'a [CommitId],
    pub author_time: i64,
    pub commit_time: i64,
    pub author_name: &'a str,
    pub author_email: &'a str,
    pub message: &'a Message,
}

/// The bytes of a commit's facts.
pub(super) fn encode(fresh: &Fresh<'_>, out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(&fresh.author_time.to_le_bytes());
    out.extend_from_slice(&fresh.commit_time.to_le_bytes());
    out.extend_from_slice(fresh.tree.as_bytes());
    let count = u32::try_from(fresh.parents.len() * 20).unwrap_or(0);
    out.extend_from_slice(&count.to_le_bytes());
    for parent in fresh.parents {
        out.extend_from_slice(parent.object().as_bytes());
    }
    for text in [fresh.author_name, fresh.author_email, &fresh.message.subject, &fresh.message.body] {
        put(out, text.as_bytes());
    }
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(len)?;
        self.0 = tail;
        Some(head)
    }

    fn number(&mut self) -> Option<i64> {
        Some(i64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = u32::from_le_bytes(self.take(4)?.try_into().ok()?);
        self.take(len as usize)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }
}

/// Reads what [`encode`] wrote; `None` for anything else.
pub(super) fn decode(bytes: &[u8]) -> Option<Facts<'_>> {
    let mut cursor = Cursor(bytes);
    let (author_time, commit_time) = (cursor.number()?, cursor.number()?);
    let tree = ObjectId::from_slice(cursor.take(20)?)?;
    let parents = cursor.bytes()?;
    let facts = Facts {
        tree,
        parents: Parents(parents),
        author_time,
        commit_time,
        author_name: cursor.text()?,
        author_email: cursor.text()?,
        subject: cursor.text()?,
        body: cursor.text()?,
    };
    (cursor.0.is_empty() && parents.len().is_multiple_of(20)).then_some(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        let parents = [CommitId::new(ObjectId::from_bytes([7; 20])), CommitId::new(ObjectId::from_bytes([9; 20]))];
        let message = Message { subject: "fix: ä".into(), body: "Refs: #1".into() };
        let tree = ObjectId::from_bytes([5; 20]);
        let fresh = Fresh {
            tree,
            parents: &parents,
            author_time: -1,
            commit_time: 2,
            author_name: "A",
            author_email: "a@b",
            message: &message,
        };
        let mut bytes = Vec::new();
        encode(&fresh, &mut bytes);
        let facts = decode(&bytes).unwrap();
        assert_eq!((facts.tree, facts.parents.iter().collect::<Vec<_>>()), (tree, parents.to_vec()));
        assert_eq!((facts.author_time, facts.commit_time, facts.subject, facts.body), (-1, 2, "fix: ä", "Refs: #1"));
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end]).is_none(), "cut at {end}");
        }
        bytes.push(0);
        assert!(decode(&bytes).is_none());
    }
}
