//! Keyed, immutable byte segments below the common git directory: facts that cost something to find and never change.
//! What keys and values mean is the caller's; a change of their meaning is a new version of the namespace.
//!
//! The invariant: everything here may be missing, cut off, corrupt or unwritable at any time, and the only effect is
//! that a fact is not found. Absence is never stored.

mod block;
mod compaction;
mod store;

pub use store::{Cache, CacheError, Facts, Namespace, Writer};
