//! Facts and reports become plans: recording deploys, cutting lines, releasing, retracting. An operation decides and
//! builds the plan; it writes nothing and never looks at the clock.

pub mod deploy;
mod next_version;
mod situation;
mod version_file;

pub use next_version::{Bump, Counting, NextVersion, NextVersionError, Step, line_fields};
pub use situation::Situation;
pub use version_file::{VersionFault, VersionFileError, companions, held_version, with_version};
