//! Worlds for tests: a directory of their own, an environment without anything from outside, repositories that the
//! common builder makes.

mod browser;
mod fixtures;
mod links;
pub mod workflow;
mod world;

pub use browser::browser;
pub use fixtures::{RELEASE_TOML, two_channels};
pub use links::{doubled_ids, faults, tree};
pub use workflow::{GitHub, GitLab};
pub use world::{Run, World};
