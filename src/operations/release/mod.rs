//! Releasing a version of a line: the commit that lets the version files hold it, and the tags with its notes.

mod error;
mod gates;
mod merged;
mod notes;
mod place;
mod request;

pub use error::ReleaseError;
pub use request::{PlannedRelease, ReleaseRequest, ReleaseState, release};
