//! Synchronising records: what each side has and the other lacks. Records are written once and never moved, so that there
//! is nothing to merge; a ref that differs all the same is a conflict that a person must look at.
//!
//! The invariant: nothing is deleted or moved, on either side.

use crate::domain::{RECORDS, RefName};
use crate::git::{RefSnapshot, RemoteError, Repository};
use crate::plan::{Plan, RefState};

/// Our own refs that are no records: what can be computed again.
const CACHES: &str = "refs/twintrack/cache/";

/// What is to be done.
#[derive(Debug)]
pub struct PlannedSync {
    /// What the remote has and this clone lacks, ordered by name. The plan sets these refs; their objects are fetched
    /// before it is applied.
    pub fetch: Vec<RefName>,
    /// What this clone has and the remote lacks, ordered by name; the plan pushes it.
    pub send: Vec<RefName>,
    pub plan: Plan,
}

/// Why records are not synchronised.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error("`{name}` differs here and on the remote `{remote}`")]
    Differs { name: RefName, remote: String },
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

impl SyncError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Differs { name, remote } => Some(format!(
                "see which is right (`git ls-remote {remote} {name}`), and delete the other one with `git update-ref -d {name}`"
            )),
            Self::Remote(error) => error.hint(),
        }
    }
}

/// Compares the records of this clone with those of the remote.
pub fn plan_sync(repository: &Repository, snapshot: &RefSnapshot, remote: &str) -> Result<PlannedSync, SyncError> {
    let there = repository.remote_refs(remote, &[format!("{RECORDS}*")])?;
    let is_record = |name: &RefName| !name.as_str().starts_with(CACHES);
    let mut plan = Plan::new(format!("Synchronise records with `{remote}`"));
    let mut fetch = Vec::new();
    for (name, found) in there.iter().filter(|(name, _)| is_record(name)) {
        match snapshot.find(name.as_str()) {
            None => {
                plan.create(name.clone(), RefState::At(found.target), "a record of the remote");
                fetch.push(name.clone());
            }
            Some(entry) if entry.target == found.target => {}
            Some(_) => return Err(SyncError::Differs { name: name.clone(), remote: remote.to_owned() }),
        }
    }
    let mut send = Vec::new();
    for (_, entry) in snapshot.under(RECORDS).filter(|(_, entry)| is_record(&entry.name)) {
        if !there.contains_key(&entry.name) {
            plan.push_ref(remote, entry.name.clone(), RefState::Absent, RefState::At(entry.target));
            send.push(entry.name.clone());
        }
    }
    Ok(PlannedSync { fetch, send, plan })
}
