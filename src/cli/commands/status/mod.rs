//! `twintrack status`: the board.

mod command;
mod view;

pub use command::{Args, run};
