//! What a mutation will do, as a value, and doing it: journal, apply, push, recover. What is to be done is decided above.
//!
//! The invariant: a plan is applied whole or not at all, and applying it again changes nothing. Whatever moment the
//! process is killed at, the next run completes what the remote or a branch already shows and undoes the rest.

mod apply;
mod checks;
mod error;
mod fetch;
mod journal;
mod late;
mod lock;
mod locks;
mod push;
mod recover;
mod sign;
mod text;
mod value;

#[cfg(test)]
mod tests;

pub use apply::{Applied, apply};
#[cfg(test)]
pub(crate) use apply::{Step, apply_observed};
pub use error::{ApplyError, ErrorClass, LockError, MovedRef, Obstacle, Place, PushError, RecoverError};
pub use fetch::{FetchError, fetch_branch};
pub use journal::JournalError;
pub use late::recover_landed;
pub use recover::{Outcome, Recovery, has_unfinished, recover};
pub use sign::{PlannedSigning, SignError};
pub use value::{
    FileChange, Plan, PlanError, PlannedCommit, PlannedFile, PlannedPush, PlannedRef, Push, RecordDraft, RefState,
    WorkTreeMove,
};
