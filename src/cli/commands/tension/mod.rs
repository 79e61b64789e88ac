//! `twintrack tension`: how far the channels are apart.

mod command;
mod view;

pub(in crate::cli::commands) use command::tension_limits;
pub use command::{Args, run};
