//! Notes in the formats of other tools - reno, towncrier, chloggen - read as they are into the same [`Note`], so that a
//! project keeps what it has. Each format says which paths are notes and what a file means; where a note leaves open what
//! the blocks of our own notes demand, nothing is made up.
//!
//! Which of them a project uses, and with which settings, is found out in `ledger`; nothing here reads a file.

mod chloggen;
mod file;
mod format;
mod reno;
mod rst;
#[cfg(test)]
mod tests;
mod towncrier;
mod words;

pub use chloggen::ChloggenNotes;
pub(in crate::config::note) use format::Surroundings;
pub use format::{ForeignNotes, NoteFormat};
pub use reno::RenoNotes;
pub use towncrier::{FragmentType, TowncrierNotes};
