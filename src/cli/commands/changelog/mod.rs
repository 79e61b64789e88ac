//! `twintrack changelog`: what each release or deploy of a channel brought to its readers.

mod command;
mod forge;
mod step;
mod view;

pub use command::{Args, run};
pub(super) use forge::changelog_of_release;
