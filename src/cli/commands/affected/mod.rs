//! `twintrack affected`: who has a change and who lacks it.

mod command;
mod customers_view;
mod release_view;
mod view;

pub use command::{Args, run};
