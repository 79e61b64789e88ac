//! Recording what was put live, forward and back, and what is not to be put live for now.

mod between;
mod error;
mod freeze;
mod hold;
mod known;
mod naming;
mod record;
mod rollback;
mod there;

pub use between::PlannedRollback;
pub use error::DeployError;
pub use freeze::{FreezeError, FreezeRequest, PlannedFreeze, ThawRequest, freeze, thaw};
pub use hold::Hold;
pub use record::{DeployRequest, PlannedDeploy, record};
pub use rollback::{RollbackRequest, roll_back};

#[cfg(test)]
mod tests;
