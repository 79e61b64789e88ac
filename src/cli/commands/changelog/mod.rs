//! `twintrack changelog`: what each release or deploy of a channel brought to its readers.

mod command;
mod view;

pub use command::{Args, run};
