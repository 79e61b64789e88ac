//! `twintrack status`: the board.

mod command;
mod view;

pub(in crate::cli::commands) use command::board;
pub use command::{Args, run};
