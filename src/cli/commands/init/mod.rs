//! `twintrack init`: recognise how a repository works, and write it down.

mod command;
mod place;
mod release_toml;
mod report;
mod view;

pub use command::{Args, configuration, run};
