//! `twintrack surface`: what an operator sees change between two versions.

mod command;
mod heard;
mod view;

pub use command::{Args, run};
pub(super) use view::{between, way_back};
