//! `twintrack surface`: what an operator sees change between two versions.

mod command;
mod view;

pub use command::{Args, run};
