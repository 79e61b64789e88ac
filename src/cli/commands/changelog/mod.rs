//! `twintrack changelog`: what each release or deploy of a channel brought to its readers.

mod command;
mod step;
mod view;

pub use command::{Args, run};
pub(super) use step::changelog_of_release;
