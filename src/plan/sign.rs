//! Signing what a plan makes. Ids of signed objects are known only afterwards, and two signatures over the same bytes may
//! differ: a plan is decided and shown unsigned, and signed as a whole just before it is applied.
//!
//! The invariant: signing writes nothing; where one object cannot be signed there is no plan, and nothing was done.

use serde::Serialize;

use super::value::{Plan, RefState};
use crate::git::{ObjectKind, SignatureKind, SignedIds, Signing, SigningError, UnsignedObject};

/// How what a plan makes is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedSigning {
    pub format: SignatureKind,
    /// The key, for people.
    pub key: String,
    /// How many commits.
    pub commits: usize,
    /// How many tags, records among them.
    pub tags: usize,
    /// `false` where the plan is only shown: then its ids are those before signing.
    pub signed: bool,
}

/// What could not be signed.
#[derive(Debug, thiserror::Error)]
#[error("cannot sign {what}; nothing was changed")]
pub struct SignError {
    what: String,
    #[source]
    source: SigningError,
}

impl SignError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        self.source.hint()
    }
}

impl Plan {
    /// Notes what would be signed, for a plan that is only shown.
    pub fn announce_signing(&mut self, signing: &Signing) {
        let (commits, tags) = self.objects.to_sign(signing);
        self.signing = (commits + tags > 0).then(|| PlannedSigning {
            format: signing.format,
            key: signing.key().to_owned(),
            commits,
            tags,
            signed: false,
        });
    }

    /// Signs what the plan makes, and lets everything in it name the signed objects. The ids that changed are returned.
    pub fn sign(&mut self, signing: &Signing) -> Result<SignedIds, SignError> {
        self.announce_signing(signing);
        let Some(note) = &mut self.signing else { return Ok(SignedIds::default()) };
        note.signed = true;
        let (objects, ids) = match self.objects.signed(signing) {
            Ok(signed) => signed,
            Err(UnsignedObject { id, kind, source }) => {
                let pushed = self.push.iter().flat_map(|push| &push.refs).map(|pushed| (&pushed.name, pushed.new));
                let mut names = self.refs.iter().map(|planned| (&planned.name, planned.new)).chain(pushed);
                let name = names.find(|(_, new)| *new == RefState::At(id)).map(|(name, _)| name);
                let subject = self.commits.iter().find(|planned| planned.id.object() == id);
                let what = match (kind, name, subject) {
                    (ObjectKind::Tag, Some(name), _) => format!("`{name}`"),
                    (_, _, Some(commit)) => format!("the commit `{}`", commit.subject),
                    _ => format!("the {kind} `{}`", id.short()),
                };
                return Err(SignError { what, source });
            }
        };
        self.objects = objects;
        self.rename(&ids);
        Ok(ids)
    }

    fn rename(&mut self, ids: &SignedIds) {
        let state = |state: &mut RefState| {
            if let RefState::At(id) = state {
                *id = ids.now(*id);
            }
        };
        for planned in &mut self.refs {
            planned.name = ids.record_now(&planned.name);
            state(&mut planned.expected);
            state(&mut planned.new);
        }
        for pushed in self.push.iter_mut().flat_map(|push| &mut push.refs) {
            pushed.name = ids.record_now(&pushed.name);
            state(&mut pushed.expected);
            state(&mut pushed.new);
        }
        for commit in &mut self.commits {
            commit.id = ids.commit_now(commit.id);
            commit.parents.iter_mut().for_each(|parent| *parent = ids.commit_now(*parent));
        }
        for file in &mut self.files {
            file.commit = ids.commit_now(file.commit);
        }
    }
}
