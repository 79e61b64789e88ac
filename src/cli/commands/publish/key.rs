//! What the documents of a run depend on, as one short word: where nothing of it has changed, they need not be made again.
//!
//! The invariant: whatever can change a document is part of it. What cannot be told cheaply has no word.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::command::Edition;
use crate::config::Origin;
use crate::git::Repository;
use crate::ledger::{Ledger, notes_of_trunk};
use crate::publish::template::BUILTINS;
use crate::publish::{Digest, Made};
use crate::reports;

/// What documents are made from at `now`; `None` in a partial clone, where objects may come that were not there.
pub fn key(
    ledger: &Ledger,
    repository: &Repository,
    overrides: &BTreeMap<String, Vec<u8>>,
    edition: Edition,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<Made>> {
    if repository.is_partial() {
        return Ok(None);
    }
    let mut facts = Digest::default();
    facts.add_part(env!("CARGO_PKG_VERSION").as_bytes());
    for builtin in BUILTINS {
        facts.add_part(builtin.source.as_bytes());
    }
    for (name, bytes) in overrides {
        facts.add_part(name.as_bytes());
        facts.add_part(bytes);
    }
    facts.add_part(&[u8::from(edition.is_public), u8::from(edition.is_site)]);
    if ledger.config.project.name.is_none() {
        facts.add_part(repository.directory_name().unwrap_or_default().as_bytes());
    }
    write!(facts, "{:?}{:?}{:?}", ledger.config, ledger.trunk, ledger.channels)?;
    write!(facts, "{:?}{:?}", ledger.records, repository.shallow_roots())?;
    if matches!(ledger.config.origin, Origin::WorkTree { .. }) {
        write!(facts, "{:?}", notes_of_trunk(repository, &ledger.config, ledger.trunk.commit)?)?;
    }
    // What time alone has changed since, but for ages: stages, freezes, limits that were passed.
    let mut status = serde_json::to_value(reports::status(ledger, now))?;
    forget_ages(&mut status);
    facts.add_part(status.to_string().as_bytes());
    Ok(Some(Made { facts: facts.to_string(), on: now.date_naive() }))
}

/// Takes out what differs from one second to the next.
fn forget_ages(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for name in ["now", "age", "deploys_per_day", "configuration"] {
                fields.shift_remove(name);
            }
            fields.values_mut().for_each(forget_ages);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_ages),
        _ => {}
    }
}
