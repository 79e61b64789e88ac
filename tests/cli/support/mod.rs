//! Worlds for tests: a directory of their own, and an environment without anything from outside.

mod world;

pub use world::World;
