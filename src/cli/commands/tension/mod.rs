//! `twintrack tension`: how far the channels are apart.

mod command;
mod view;

pub use command::{Args, run};
pub(in crate::cli::commands) use command::{tension, tension_limits};
