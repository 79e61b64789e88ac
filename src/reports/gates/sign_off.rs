//! Sign-offs as records tell them: who stated what of which commit, and whether it was withdrawn.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::{ObjectId, RecordKind, RefName, SignOffText, Version};
use crate::ledger::Record;

/// A sign-off on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignOffRecord {
    /// Where it stands.
    pub record: RefName,
    /// The candidate or version that it names.
    pub version: String,
    /// The commit that it is of.
    pub commit: ObjectId,
    /// E-mail address; empty where the object names nobody. May hold control characters.
    pub by: String,
    pub at: Option<DateTime<Utc>>,
    pub evidence: Option<String>,
    /// Whether the configuration lets this person give it.
    pub is_allowed: bool,
    pub withdrawn: Option<Withdrawal>,
}

/// That a sign-off no longer holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawal {
    pub by: String,
    pub at: Option<DateTime<Utc>>,
    pub reason: String,
}

impl SignOffRecord {
    /// Whether it counts for what is at `commit`.
    pub fn is_standing_for(&self, commit: ObjectId) -> bool {
        self.is_allowed && self.withdrawn.is_none() && self.commit == commit
    }
}

/// Whether somebody of this address may give a sign-off.
pub fn is_allowed(by: &[String], email: &str) -> bool {
    by.is_empty() || by.iter().any(|allowed| allowed.eq_ignore_ascii_case(email))
}

/// All sign-offs of a gate for these versions, oldest first. A withdrawal counts whoever made it: a gate that is shut by
/// mistake is signed off again, one that stays open by mistake is a release that should not be.
pub fn sign_offs_of(records: &[Record], gate: &str, by: &[String], versions: &[&Version]) -> Vec<SignOffRecord> {
    let is_of = |record: &&Record| {
        let name = &record.name;
        name.kind == RecordKind::SignOff
            && name.name == gate
            && versions.iter().any(|version| version.as_str() == name.subject)
    };
    let (mut given, mut withdrawn) = (Vec::new(), BTreeMap::new());
    for record in records.iter().filter(is_of) {
        let email = record.by.as_ref().map(|signer| signer.email.clone()).unwrap_or_default();
        let text = SignOffText::read(&record.trailers);
        if text.withdraws.is_empty() {
            let Ok(place) = record.name.to_ref() else { continue };
            given.push(SignOffRecord {
                record: place,
                version: record.name.subject.clone(),
                commit: record.target,
                is_allowed: is_allowed(by, &email),
                by: email,
                at: record.at,
                evidence: text.evidence,
                withdrawn: None,
            });
            continue;
        }
        let reason = text.reason.unwrap_or_default();
        for id in text.withdraws {
            withdrawn.insert(id, Withdrawal { by: email.clone(), at: record.at, reason: reason.clone() });
        }
    }
    for sign_off in &mut given {
        let id: Option<ObjectId> = sign_off.record.as_str().rsplit('/').next().and_then(|id| id.parse().ok());
        sign_off.withdrawn = id.and_then(|id| withdrawn.get(&id).cloned());
    }
    given.sort_by(|a, b| (a.at, &a.record).cmp(&(b.at, &b.record)));
    given
}
