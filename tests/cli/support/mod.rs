//! Worlds for tests: a directory of their own, an environment without anything from outside, repositories with fixed
//! ids.

mod history;
mod world;

pub use history::History;
pub use world::World;
