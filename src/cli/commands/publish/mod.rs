//! `twintrack publish`: all documents of both channels, written into a directory.

mod command;
mod key;
mod overrides;

pub use command::{Args, run};
pub(in crate::cli::commands) use command::{public_edition, publish_into};
pub use overrides::overrides;
