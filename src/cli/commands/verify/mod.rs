//! `twintrack verify`: whether tags are signed by somebody who is trusted here, or whether a bundle is whole and signed.

mod bundle;
mod command;
mod tags;

pub use command::{Args, run};
