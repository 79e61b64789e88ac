//! The one door to git: the only code that names git2 or gix-odb or runs git. Reads refs into a snapshot and objects raw,
//! makes objects and sets refs; runs the user's `git` where libgit2 is no match for it. What branches, tags and messages mean
//! is decided above.
//!
//! The invariant: nothing here panics or guesses, whatever a repository holds; an absent object is an error of its own.

mod address;
mod between;
mod changed;
mod changed_lines;
mod checkout;
mod command;
mod create;
mod follow;
mod identity;
mod lock_file;
mod many;
mod new_object;
mod object;
mod open;
mod packed;
mod raw;
mod reader;
mod ref_edit;
mod refs;
mod remote;
mod repository;
mod revision;
mod scratch;
mod settings;
mod signing;
mod stretches;
mod tree;
mod tree_edit;
mod workbench;

#[cfg(test)]
mod tests;

pub use address::RemoteAddress;
pub use between::{Between, BetweenError};
pub use changed::ChangedFile;
pub use changed_lines::{ChangedLines, changed_lines};
pub use checkout::{Checkout, Operation};
pub use command::{GitCommand, GitCommandError};
pub use create::CreateError;
pub use identity::{Identity, IdentityError};
pub use lock_file::{Behind, LockFile};
pub use many::Objects;
pub use new_object::{CommitDraft, NewObjectError, NewObjects, TagDraft, WriteObjectError};
pub use object::{ObjectKind, RawCommit, Signature, SignatureKind, TagObject};
pub use open::OpenError;
pub use reader::{ObjectReader, ReadError};
pub use ref_edit::{PreparedRefs, RefEdit};
pub use refs::{RefEntry, RefSnapshot, RefsError, SkipReason, SkippedRef};
pub use remote::{PushAnswer, PushEdit, RemoteError, RemoteRef, RemoteRefs};
pub use repository::{Head, HeadError, Repository};
pub use revision::RevisionError;
pub use scratch::{Scratch, ScratchError};
pub use settings::Settings;
pub use signing::{SignatureState, SignedIds, Signing, SigningError, SigningWish, UnsignedObject, VerifiedSignature};
pub use stretches::in_stretches;
pub use tree::{TreeEntry, TreeEntryKind};
pub use tree_edit::{FileEdit, FileEdits};
pub use workbench::{Conflict, ConflictKind, Merged, Workbench, WorkbenchError, is_binary};
