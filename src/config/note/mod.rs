//! Change notes: from the text of `changes/<slug>.md` and a word on where it came from to a checked value. TOML between
//! two `+++` lines says what machines need, the Markdown below what people read; every fault of a note is gathered
//! before it is refused, with its line and key, as for `release.toml`.
//!
//! Notes that a project has in the formats of other tools are read into the same type (`foreign`).
//!
//! Which notes are read - of the work tree, of a commit - is decided in `ledger`; nothing here reads a file.

mod blocks;
mod check;
mod check_blocks;
mod disclosure;
mod foreign;
mod front;
mod model;
mod place;
mod read;
mod shape;
mod text;

pub use blocks::{
    ConfigurationChange, ConfigurationEffect, DeprecationNotice, Downtime, Due, Erratum, KnownIssue, Measured,
    MigrationNotice, OperatorAction, RequirementChange, SecurityNotice,
};
pub use disclosure::Disclosure;
pub use foreign::{ChloggenNotes, ForeignNotes, FragmentType, NoteFormat, RenoNotes, TowncrierNotes};
pub use model::Note;
pub use read::{NoteError, note_schema};
pub use text::{NoteSection, NoteText};

#[cfg(test)]
mod tests;
