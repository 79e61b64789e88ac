//! Whether change notes are as they should be: each by itself, and those of one change for what the change does.
//!
//! The invariant: `note lint`, `check` and the notes gate take what they say of a note from here.

mod change;
mod flags;
mod lint;

pub use change::{ChangeLint, ChangeLintError, ChangeQuestion, ChangedNote, LintedCommit, NoteNeed, lint_change};
pub use flags::{FlagFinding, action_flags};
pub use lint::{NoteFinding, NoteLint, lint_notes};
