//! Every policy rule held against the repository, in one report for CI.
//!
//! A rule finds, and the configuration says what its findings weigh; nothing here changes anything.

mod deploys;
mod lines;
mod matrix;
mod named;
mod notes;
mod report;

pub use matrix::asks_for_backports;
pub(super) use report::Found;
pub use report::{CheckInputs, CheckReport, Finding, check};
