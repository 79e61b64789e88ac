//! `twintrack upgrade`: what an operator must read and do to come from one version to another, hop by hop.

mod command;
mod view;

pub use command::{Args, run};
