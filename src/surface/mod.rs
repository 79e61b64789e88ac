//! What an operator can see of a version - configuration keys and their defaults, database migrations, requirements,
//! deprecations - read from the trees of commits, and how it differs between two of them. What changes mean to people is
//! told by `history`, which stands apart.
//!
//! The invariant: what is not declared is not tracked, what cannot be read is said to be unreadable, and neither is ever
//! "no changes".

mod compare;
mod configuration;
mod deprecations;
mod error;
mod migrations;
mod model;
mod natural;
mod parse;
mod reading;
mod rename;
mod requirements;
mod since;
mod snapshot;
#[cfg(test)]
mod tests;
mod told;
mod tree;
mod value_text;

pub use compare::{Side, SurfaceReader};
pub use error::SurfaceError;
pub use model::{
    ConfigurationDifference, Deprecation, DeprecationState, KeyAt, KeyChange, KeyRename, Migration,
    MigrationsDifference, MovedFile, RenameEvidence, RequirementChange, RollbackSource, SurfaceDifference, SurfaceKind,
    UnreadableFile,
};
pub use since::Since;
pub use snapshot::{ConfigurationFile, Requirement, SurfaceSnapshot};
pub use told::NoteWord;
pub use value_text::{different_texts, value_text};
