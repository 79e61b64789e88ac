//! `twintrack bundle`: everything that an upgrade without a network needs, in one signed archive.

mod command;
mod contents;
mod fault;

pub use command::{Args, run};
pub(in crate::cli) use fault::BundleFault;
