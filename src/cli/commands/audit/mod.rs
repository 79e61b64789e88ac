//! `twintrack audit`: whether what was published agrees with itself.

mod command;
mod view;

pub use command::{Args, run};
