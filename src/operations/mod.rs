//! Facts and reports become plans: recording deploys, cutting lines, releasing, retracting. An operation decides and
//! builds the plan; it writes nothing and never looks at the clock.

mod backport;
mod branch_tip;
mod cut;
pub mod demo;
pub mod deploy;
mod next_version;
pub mod note;
mod release;
mod retract;
mod sign_off;
mod situation;
mod statement;
mod sync;
mod version_commit;

pub use backport::{
    BackportError, BackportRequest, Obstacle, Pick, PickResult, PlannedBackport, Prerequisite, Wanted, backport,
};
pub use branch_tip::BranchTipError;
pub use cut::{CutError, CutRequest, LinePromise, PlannedCut, cut};
pub use next_version::{Bump, Counting, NextVersion, NextVersionError, Step};
pub use release::{PlannedRelease, ReleaseError, ReleaseRequest, ReleaseState, release};
pub use retract::{PlannedRetraction, RetractError, RetractRequest, retract};
pub use sign_off::{PlannedSignOff, SignOffError, SignOffRequest, sign_off};
pub use situation::Situation;
pub use statement::{Statement, StatementError, known_records};
pub use sync::{PlannedSync, SyncError, plan_sync};
pub use version_commit::VersionCommitError;

#[cfg(test)]
mod tests;
