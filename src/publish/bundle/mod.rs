//! Bundles: one archive with everything that people without a network need for an upgrade, signed as a whole.
//!
//! The signature covers the list of checksums, the list covers every other file, so that a bundle is checked from its first
//! byte on with nothing read that was not signed.

mod check;
mod manifest;
mod name;
mod next;
mod pack;
mod signers;
mod sums;
#[cfg(test)]
mod tests;

pub use check::{BundleCheck, BundleProblem, CheckedBundle, ProblemKind, check_bundle};
pub use manifest::{BundleFile, BundleManifest, BundleRole, BundleStop, BundledUpgrade, NAMESPACE};
pub use name::slug;
pub use next::{NextPage, NextStep, NextStop};
pub use pack::{BundleError, BundleSource, Compression, Content, Packing};
pub use signers::{BundleSigner, Signers, SignersError};
pub use sums::sum_of;
