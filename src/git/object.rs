//! Commits and tag objects as git stores them, nothing interpreted: whose words a message holds, and what they mean,
//! is decided elsewhere.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::{CommitId, ObjectId};

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    Commit,
    Tree,
    Blob,
    Tag,
}

impl ObjectKind {
    /// git's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }

    /// What git's word stands for.
    pub(super) fn from_word(word: &[u8]) -> Option<Self> {
        [Self::Commit, Self::Tree, Self::Blob, Self::Tag].into_iter().find(|kind| kind.as_str().as_bytes() == word)
    }
}

impl std::fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who did something when. Old and converted histories have lines without an address, a name or a time: what is
/// missing is empty, or the epoch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signature {
    /// Decoded; may hold control characters.
    pub name: String,
    pub email: String,
    /// Seconds since the epoch, never outside the years 1 to 9999.
    pub time: i64,
    /// Minutes east of UTC, as written.
    pub offset: i16,
}

impl Signature {
    /// The time as a value.
    pub fn at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.time, 0).unwrap_or_default()
    }
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawCommit {
    pub tree: ObjectId,
    /// As written in the object; at a shallow boundary they are absent all the same.
    pub parents: Vec<CommitId>,
    pub author: Signature,
    pub committer: Signature,
    /// The declared encoding of the message; git means UTF-8 where there is none.
    pub encoding: Option<String>,
    /// Undecoded.
    pub message: Vec<u8>,
}

/// How an object is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SignatureKind {
    OpenPgp,
    Ssh,
    X509,
}

impl std::fmt::Display for SignatureKind {
    /// As in `gpg.format`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::OpenPgp => "openpgp",
            Self::Ssh => "ssh",
            Self::X509 => "x509",
        })
    }
}

/// An annotated tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagObject {
    pub target: ObjectId,
    pub target_kind: ObjectKind,
    /// The name written in the object, which may differ from the ref's.
    pub name: String,
    /// `None` in tags older than git 0.99.
    pub tagger: Option<Signature>,
    /// Decoded, without the signature.
    pub message: String,
    pub signature: Option<SignatureKind>,
}
