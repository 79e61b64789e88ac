//! What a mutation will do, as a value, and doing it: journal, apply, push, recover. What is to be done is decided above.
//!
//! The invariant: a plan is applied whole or not at all, and applying it again changes nothing. Whatever moment the
//! process is killed at, the next run completes what the remote or a branch already shows and undoes the rest.

mod apply;
mod checks;
mod error;
mod journal;
mod lock;
mod push;
mod recover;
mod sign;
mod text;
mod value;

#[cfg(test)]
mod tests;

pub use apply::{Applied, apply};
pub use error::{ApplyError, ErrorClass, LockError, MovedRef, Obstacle, Place, PushError, RecoverError};
pub use journal::JournalError;
pub use recover::{Outcome, Recovery, has_unfinished, recover};
pub use sign::{PlannedSigning, SignError};
pub use value::{
    FileChange, Plan, PlanError, PlannedCommit, PlannedFile, PlannedPush, PlannedRef, Push, RecordDraft, RefState,
    WorkTreeMove,
};
