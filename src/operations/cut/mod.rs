//! Cutting a line: a version branch from a commit that soaked, and trunk opened for what comes after it.

mod error;
mod line_name;
mod opening;
mod request;

pub use error::CutError;
pub use opening::LinePromise;
pub use request::{CutRequest, PlannedCut, cut};
