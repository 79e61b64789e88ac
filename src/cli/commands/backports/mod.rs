//! `twintrack backports`: which change is on which line, and what is missing where.

mod command;
mod decisions;
mod predict;
mod view;

pub(in crate::cli::commands) use command::matrix;
pub use command::{Args, run};
