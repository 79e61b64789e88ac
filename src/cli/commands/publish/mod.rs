//! `twintrack publish`: all documents of both channels, written into a directory.

mod command;
mod key;
mod overrides;

pub(in crate::cli::commands) use command::publish_into;
pub use command::{Args, run};
pub use overrides::overrides;
