//! Worlds for tests: a directory of their own, an environment without anything from outside, repositories that the
//! common builder makes.

mod fixtures;
mod world;

pub use fixtures::{RELEASE_TOML, two_channels};
pub use world::{Run, World};
