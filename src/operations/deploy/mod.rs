//! Recording what was put live: forward, and back.

mod error;
mod known;
mod naming;
mod record;
mod rollback;

pub use error::DeployError;
pub use record::{DeployRequest, PlannedDeploy, record};
pub use rollback::{RollbackRequest, roll_back};

#[cfg(test)]
mod tests;
