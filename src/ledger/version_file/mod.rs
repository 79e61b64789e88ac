//! The version that a project's own files hold: found and replaced in the bytes of a file, everything else kept.

mod companion;
mod edit;
mod error;
mod json;
mod plain;
mod toml;
mod yaml;

#[cfg(test)]
mod tests;

pub use companion::companions;
pub use edit::{held_version, with_version};
pub use error::{VersionFault, VersionFileError};
