//! The one door to git: the only code that names git2 or runs git. Reads refs into a snapshot and objects raw; runs
//! the user's `git` where libgit2 is no match for it. What branches, tags and messages mean is decided above.
//!
//! The invariant: nothing here panics or guesses, whatever a repository holds; an absent object is an error of its own.

mod address;
mod command;
mod object;
mod open;
mod packed;
mod raw;
mod reader;
mod refs;
mod repository;
mod revision;
mod settings;
mod tree;

#[cfg(test)]
mod tests;

pub use address::RemoteAddress;
pub use command::{GitCommand, GitCommandError};
pub use object::{ObjectKind, RawCommit, Signature, SignatureKind, TagObject};
pub use open::OpenError;
pub use reader::{ObjectReader, ReadError};
pub use refs::{RefEntry, RefSnapshot, RefsError, SkipReason, SkippedRef};
pub use repository::{Head, HeadError, Repository};
pub use revision::RevisionError;
pub use settings::Settings;
pub use tree::{TreeEntry, TreeEntryKind};
