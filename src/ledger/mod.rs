//! From configuration and refs to channels, lines, releases and deploys.

mod ancestry;
mod branches;
mod configuration;
mod deploys;
mod drafts;
mod freezes;
mod known_tags;
mod lines;
mod lookup;
mod model;
mod names;
mod note_history;
mod note_places;
mod notes;
mod point;
mod read;
mod recognise;
mod records;
mod support;
mod survey;
mod synced;
mod tags;
#[cfg(test)]
mod tests;
mod trunk;
mod trunk_walk;
mod version_file;
mod warnings;

pub use ancestry::TrunkReach;
pub use branches::{Branch, branches};
pub use configuration::{ConfigurationError, find_configuration, overriding_configuration};
pub use deploys::trailer as deploy_trailer;
pub use freezes::{Freeze, freezes};
pub use known_tags::{note_tags, noted_tags};
pub use lookup::{NoRelease, PlacedRelease};
pub use model::{ChannelState, CutFrom, Deploy, DeployKind, Line, Release, ReleaseKind, SupportWindow, Trunk, Warning};
pub use names::{AmbiguousName, KnownNames, LinePattern, TagPattern, TagRole};
pub use note_history::{NoteTree, WrittenNote, notes_if_new, notes_of_chain};
pub use note_places::foreign_notes;
pub use notes::{
    Decided, NoteBook, NoteFile, NoteOfChange, NoteSource, NoteSources, Notes, NotesError, decisions, is_note,
    note_sources_at, note_sources_of_trunk, note_sources_of_work_tree, notes_at, notes_of_trunk,
};
pub use point::{Point, PointError, known_names, lines_named};
pub use read::{ChosenLines, Ledger, LedgerError, LineNames, Sources};
pub use recognise::{
    Ancestry, BranchFact, FoundChannel, FoundLine, FoundVersioning, Layout, LeftAside, MANAGED, Names, SELF_HOSTED,
    TagFact, choose_trunk, recognise,
};
pub use records::{Record, Signer, read_record};
pub use survey::{SurveyError, Surveyor};
pub use synced::{note_synced, synced_at};
pub use tags::{Annotation, RETRACTED};
pub use trunk::{TrunkError, guess};
pub use version_file::{VersionFault, VersionFileError, companions, held_version, with_version};
