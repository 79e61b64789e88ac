//! Signatures of commits and tags: made as the user's git configuration says, by the programs that git itself would run,
//! and checked by git.
//!
//! The invariant: what is signed are the exact bytes that git would sign, so that git and every forge verify it; and
//! signing writes nothing into the repository.

mod how;
mod objects;
mod program;
mod verify;

#[cfg(test)]
mod tests;

pub use how::{Signing, SigningError, SigningWish};
pub use objects::{SignedIds, UnsignedObject};
pub use verify::{SignatureState, VerifiedSignature};
