//! What stands between two commits and is not undone by going back: migrations and configuration as files show them, and what
//! change notes say.

use serde::Serialize;

use super::identity::{IdentitySources, LedgerIdentities};
use super::known_notes::KnownNotes;
use crate::cache::Cache;
use crate::domain::RollbackClass;
use crate::git::Repository;
use crate::ledger::{Ledger, NoteFile, NotesError};
use crate::surface::{MigrationsDifference, Side, SurfaceDifference, SurfaceError, SurfaceReader};

/// What stands between an older and a newer commit.
#[derive(Debug, Clone)]
pub struct Between {
    /// From the older to the newer, as files and notes tell it.
    pub surface: SurfaceDifference,
    /// What notes alone tell of, by their path.
    pub by_notes: Vec<NoteBar>,
    /// Why nothing is known of what notes say.
    pub notes_unknown: Option<String>,
}

/// What a note says of going back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteBar {
    /// The migration, or the summary of the change.
    pub name: String,
    pub rollback: RollbackClass,
    /// The variant of the migrations that it is for; `None`: all.
    pub variant: Option<String>,
    /// The path of the note.
    pub file: String,
}

impl Between {
    /// What cannot be undone: migrations first, each list in its own order.
    pub fn impossible(&self) -> Vec<String> {
        let migrations = self.surface.migrations.added.iter();
        let shown = migrations.filter(|migration| migration.rollback == Some(RollbackClass::Impossible));
        let told = self.by_notes.iter().filter(|bar| bar.rollback == RollbackClass::Impossible);
        shown.map(|migration| migration.id.clone()).chain(told.map(|bar| bar.name.clone())).collect()
    }
}

/// Reads what stands between; an error is only that nothing is known. Whoever goes back works on the service itself, so that
/// notes are heard before their disclosure day, too.
pub fn between(
    reader: &SurfaceReader<'_>,
    ledger: &Ledger,
    repository: &Repository,
    sides: (&Side, &Side),
) -> Result<Between, SurfaceError> {
    let mut surface = reader.compare(sides.0, sides.1, None)?;
    if !is_whole(ledger, sides) {
        let why = "history is cut here, so that what change notes say of it is not known".to_owned();
        return Ok(Between { surface, by_notes: Vec::new(), notes_unknown: Some(why) });
    }
    let heard = hear(ledger, repository, sides, &mut surface);
    let (by_notes, notes_unknown) = match heard {
        Ok(bars) => (bars, None),
        Err(error) => (Vec::new(), Some(format!("change notes cannot be read: {error}"))),
    };
    Ok(Between { surface, by_notes, notes_unknown })
}

/// Whether history is here from one side to the other.
fn is_whole(ledger: &Ledger, (from, to): (&Side, &Side)) -> bool {
    let graph = &ledger.graph;
    let nodes = graph.node(from.commit).zip(graph.node(to.commit));
    graph.cut().is_empty() || nodes.is_some_and(|(from, to)| graph.is_ancestor(from, to))
}

/// Lets the notes speak of the difference; what they alone tell of. Where no version has notes, nothing more is read.
fn hear(
    ledger: &Ledger,
    repository: &Repository,
    sides: (&Side, &Side),
    surface: &mut SurfaceDifference,
) -> Result<Vec<NoteBar>, NotesError> {
    if !KnownNotes::are_anywhere(ledger, repository)? {
        return Ok(Vec::new());
    }
    let cache = Cache::below(repository.common_dir());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let sources = IdentitySources { repository, cache: &cache, threads, progress: &|_| () };
    let identities = LedgerIdentities::read(ledger, &sources)?;
    let notes = KnownNotes::read(ledger, &identities, repository)?;
    notes.speak(surface, sides, |_| true);
    Ok(bars_between(&notes, sides, surface))
}

/// What notes of the newer side that the older lacks say of going back, beside what the difference shows.
pub(super) fn bars_between(notes: &KnownNotes<'_>, sides: (&Side, &Side), surface: &SurfaceDifference) -> Vec<NoteBar> {
    let numbers = notes.numbers_between(sides.0.commit, sides.1.commit);
    numbers.iter().flat_map(|number| note_bars(&notes.notes[*number].file, &surface.migrations)).collect()
}

/// What a note says of going back and no migration of the files shows.
pub(super) fn note_bars(file: &NoteFile, shown: &MigrationsDifference) -> Vec<NoteBar> {
    let bar = |name: &str, rollback: RollbackClass, variant: Option<String>| NoteBar {
        name: name.to_owned(),
        rollback,
        variant,
        file: file.path.clone(),
    };
    let is_shown = |notice| shown.added.iter().chain(&shown.changed).any(|migration| migration.is_named_by(notice));
    let told = file.note.migrations.iter().filter(|notice| !is_shown(*notice));
    let mut bars: Vec<NoteBar> = told.map(|it| bar(&it.id, it.rollback, it.variant.clone())).collect();
    let class = file.note.operator.as_ref().and_then(|operator| operator.rollback);
    if let Some(class) = class.filter(|class| *class > RollbackClass::Safe && file.note.migrations.is_empty()) {
        bars.push(bar(file.note.text.summary.lines().next().unwrap_or(&file.path), class, None));
    }
    bars
}
