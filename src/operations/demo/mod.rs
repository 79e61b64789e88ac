//! A sample repository, built through the operations that users have: every cut, release, deploy and rollback in it was
//! planned and applied as theirs are.

mod build;
mod error;
mod files;
mod story;
mod workshop;

pub use build::{Demo, build, moment};
pub use error::DemoError;
