//! `twintrack backport`.

mod command;
mod view;

pub use command::{Args, Unsolved, run};
