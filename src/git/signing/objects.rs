//! Signing objects that are not written yet. A signature changes an object's id, and with it the objects that name it:
//! they are made anew in order, those that others name first.

use std::collections::BTreeMap;

use super::how::{Signing, SigningError};
use crate::domain::{CommitId, ObjectId, RefName};
use crate::git::new_object::NewObjects;
use crate::git::object::ObjectKind;

/// Ids of objects before they were signed, and what they are since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignedIds(BTreeMap<ObjectId, ObjectId>);

impl SignedIds {
    /// The object's id by now.
    pub fn now(&self, id: ObjectId) -> ObjectId {
        self.0.get(&id).copied().unwrap_or(id)
    }

    /// The name of a record by now: it ends in the id of its own object.
    pub fn record_now(&self, name: &RefName) -> RefName {
        let renamed = || {
            let (start, id) = name.as_str().rsplit_once('/')?;
            let new = self.0.get(&id.parse().ok()?)?;
            RefName::new(format!("{start}/{new}")).ok()
        };
        renamed().unwrap_or_else(|| name.clone())
    }

    /// The commit's id by now.
    pub fn commit_now(&self, id: CommitId) -> CommitId {
        CommitId::new(self.now(id.object()))
    }
}

/// The object that could not be signed.
#[derive(Debug)]
pub struct UnsignedObject {
    pub id: ObjectId,
    pub kind: ObjectKind,
    pub source: SigningError,
}

impl NewObjects {
    /// How many commits and tags `signing` would sign.
    pub fn to_sign(&self, signing: &Signing) -> (usize, usize) {
        let count = |kind| match signing.is_for(kind) {
            true => self.objects.values().filter(|(its_kind, _)| *its_kind == kind).count(),
            false => 0,
        };
        (count(ObjectKind::Commit), count(ObjectKind::Tag))
    }

    /// The same objects, signed. Every mention of an id that changes is changed as well: parents, targets, and what a
    /// message says, since the unsigned objects will never exist.
    pub fn signed(&self, signing: &Signing) -> Result<(Self, SignedIds), UnsignedObject> {
        let mut signed = Self::new();
        let mut ids = SignedIds::default();
        for (old, (kind, bytes)) in &self.objects {
            let mut bytes = match kind {
                ObjectKind::Commit | ObjectKind::Tag => renamed(bytes, &ids),
                ObjectKind::Tree | ObjectKind::Blob => bytes.clone(),
            };
            if signing.is_for(*kind) {
                let failed = |source| UnsignedObject { id: *old, kind: *kind, source };
                let armour = signing.sign(&bytes).map_err(failed)?;
                bytes = with_signature(*kind, bytes, &armour);
            }
            let failed = |error| UnsignedObject { id: *old, kind: *kind, source: SigningError::Object(error) };
            let new = signed.add(*kind, bytes).map_err(failed)?;
            if new != *old {
                ids.0.insert(*old, new);
            }
        }
        Ok((signed, ids))
    }
}

/// The bytes with every id that changed replaced. Ids are of one length.
fn renamed(bytes: &[u8], ids: &SignedIds) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (old, new) in &ids.0 {
        let (old, new) = (old.to_string(), new.to_string());
        let mut from = 0;
        while let Some(at) = bytes[from..].windows(old.len()).position(|window| window == old.as_bytes()) {
            bytes[from + at..from + at + old.len()].copy_from_slice(new.as_bytes());
            from += at + old.len();
        }
    }
    bytes
}

/// A tag's signature stands below its message, a commit's in the last of its headers.
fn with_signature(kind: ObjectKind, mut bytes: Vec<u8>, armour: &str) -> Vec<u8> {
    if kind == ObjectKind::Tag {
        bytes.extend_from_slice(armour.as_bytes());
        return bytes;
    }
    let end = bytes.windows(2).position(|pair| pair == b"\n\n").map_or(bytes.len(), |at| at + 1);
    let header = format!("gpgsig {}\n", armour.trim_end().replace('\n', "\n "));
    bytes.splice(end..end, header.into_bytes());
    bytes
}
