//! Whether tags are signed by somebody who is trusted here.
//!
//! A signature says nothing of the ref that leads to it: a tag that was moved to another name is told apart.

use std::path::Path;

use serde::Serialize;

use crate::domain::{ObjectId, RefName, nearest};
use crate::git::{GitCommandError, ObjectKind, ReadError, RefSnapshot, Repository, VerifiedSignature};

/// What `verify` prints of tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signatures {
    /// In the order in which they were asked for.
    pub signatures: Vec<TagSignature>,
    /// Whether all of them are good.
    pub passed: bool,
}

/// A tag and its signature. For a lightweight tag that of its commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagSignature {
    pub name: RefName,
    pub object: ObjectId,
    pub is_lightweight: bool,
    /// The name that is written in the object, where the ref has another one.
    pub other_name: Option<String>,
    #[serde(flatten)]
    pub signature: VerifiedSignature,
}

impl TagSignature {
    /// Whether the tag can be trusted.
    pub fn is_good(&self) -> bool {
        self.signature.is_good() && self.other_name.is_none()
    }
}

/// Why signatures cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum SignaturesError {
    #[error("there is no tag `{name}`")]
    Unknown { name: String, nearest: Option<String> },
    #[error("cannot read the tag `{name}`")]
    Read {
        name: RefName,
        #[source]
        source: ReadError,
    },
    #[error("cannot let git check signatures")]
    Git(#[from] GitCommandError),
}

impl SignaturesError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::Unknown { nearest: None, .. } => Some("fetch the tags: `git fetch --tags`".to_owned()),
            Self::Read { .. } => None,
            Self::Git(error) => error.hint(),
        }
    }
}

/// Checks the tags, given by their names or as whole refs. `allowed` is a file of allowed ssh signers in place of the
/// configured one.
pub fn signatures(
    repository: &Repository,
    snapshot: &RefSnapshot,
    names: &[String],
    allowed: Option<&Path>,
) -> Result<Signatures, SignaturesError> {
    let mut found = Vec::new();
    for name in names {
        let entry = snapshot.find(&format!("refs/tags/{name}")).or_else(|| snapshot.find(name));
        let entry = entry.ok_or_else(|| {
            let known = snapshot.under("refs/tags/").map(|(tag, _)| tag);
            SignaturesError::Unknown { name: name.clone(), nearest: nearest(name, known).map(str::to_owned) }
        })?;
        let failed = |source| SignaturesError::Read { name: entry.name.clone(), source };
        let reader = repository.reader().map_err(failed)?;
        let kind = reader.kind(entry.target).map_err(failed)?;
        let is_lightweight = kind != ObjectKind::Tag;
        let written = if is_lightweight { None } else { Some(reader.tag(entry.target).map_err(failed)?.name) };
        let short = entry.name.as_str().strip_prefix("refs/tags/");
        found.push(TagSignature {
            name: entry.name.clone(),
            object: entry.target,
            is_lightweight,
            other_name: written.filter(|written| short.is_some_and(|short| short != written)),
            signature: repository.verify(entry.target, kind, allowed)?,
        });
    }
    let passed = found.iter().all(TagSignature::is_good);
    Ok(Signatures { signatures: found, passed })
}
