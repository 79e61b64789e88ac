//! Backports: commits of trunk applied onto lines, in memory, with everything that can be said beforehand.

mod by_hand;
mod commits;
mod error;
mod lines;
mod notes;
mod pick;
mod picking;
mod prerequisites;
mod recorded;
mod request;
mod review;
#[cfg(test)]
mod tests;

pub use commits::Wanted;
pub use error::BackportError;
pub use pick::{Obstacle, Pick, PickResult, Prerequisite};
pub use request::{BackportRequest, PlannedBackport, backport};
