//! Recognising a layout that nobody has declared: from names and few questions about ancestry to channels, their
//! patterns, lines and releases.

mod agree;
mod assemble;
mod branches;
mod cadence;
mod claims;
mod dates;
mod deploys;
mod family;
mod input;
mod labels;
mod layout;
mod managed;
mod patterns;
mod shape;
mod tags;
mod trunk;
mod words;

pub use assemble::recognise;
pub use input::{Ancestry, BranchFact, Names, TagFact};
pub use layout::{FoundChannel, FoundLine, FoundVersioning, Layout, LeftAside, MANAGED, SELF_HOSTED};
pub use trunk::choose_trunk;

#[cfg(test)]
mod tests;
