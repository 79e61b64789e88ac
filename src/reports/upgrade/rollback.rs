//! The way back: what bars it, and the oldest version that one can surely go back to.
//!
//! A version can be gone back to where it has everything that cannot be undone: then nothing of that happened after it. What
//! nobody says anything about counts as if it could not be undone, so that the floor is never too low.

use std::rc::Rc;

use super::hop::HopFacts;
use super::model::{Rollback, RollbackItem, VariantRollback};
use super::path::pair;
use super::route::Map;
use crate::domain::{CommitId, RollbackClass, Version};
use crate::ledger::Release;
use crate::reports::between::{NoteBar, note_bars};
use crate::reports::known_notes::KnownNotes;
use crate::surface::{Migration, Side, SurfaceError, SurfaceKind, SurfaceReader};

/// What is asked to find the floor.
pub(super) struct WayBack<'a, 'l> {
    pub map: &'a Map<'l>,
    pub surface: &'a SurfaceReader<'l>,
    pub notes: &'a KnownNotes<'l>,
    pub from: usize,
    pub to: usize,
}

/// Something that stands between two versions.
#[derive(Clone, Copy)]
enum Bar<'f> {
    Migration(&'f Migration),
    /// Number of the note.
    Note(usize),
}

/// A bar with what is told of it.
struct Found<'f> {
    bar: Bar<'f>,
    item: RollbackItem,
}

impl WayBack<'_, '_> {
    /// The way back over all hops, and the floor.
    pub fn find(&self, hops: &[Rc<HopFacts>]) -> Result<(Rollback, Option<Version>), SurfaceError> {
        let tracked = hops.iter().all(|hop| hop.surface.is_tracked(SurfaceKind::Migrations)) && !hops.is_empty();
        let found: Vec<Found<'_>> = hops.iter().flat_map(|hop| self.found(hop)).collect();
        let all: Vec<&Found<'_>> = found.iter().collect();
        let floor = self.floor(&all, tracked)?;
        let mut names: Vec<&str> = found.iter().filter_map(|found| found.item.variant.as_deref()).collect();
        names.sort_unstable();
        names.dedup();
        let mut variants = Vec::new();
        for name in names {
            let is_of = |item: &RollbackItem| item.variant.as_deref().is_none_or(|variant| variant == name);
            let of: Vec<&Found<'_>> = found.iter().filter(|found| is_of(&found.item)).collect();
            variants.push(VariantRollback {
                variant: name.to_owned(),
                floor: self.floor(&of, tracked)?,
                class: of.iter().filter_map(|found| found.item.class).max(),
            });
        }
        let pick = |fits: &dyn Fn(Option<RollbackClass>) -> bool| -> Vec<RollbackItem> {
            found.iter().map(|found| &found.item).filter(|item| fits(item.class)).cloned().collect()
        };
        let rollback = Rollback {
            class: found.iter().filter_map(|found| found.item.class).max(),
            blocked_by: pick(&|class| class.is_some_and(|class| class >= RollbackClass::NeedsRestore)),
            undo: pick(&|class| class == Some(RollbackClass::NeedsDown)),
            unknown: pick(&|class| class.is_none()),
            variants,
            tracked,
        };
        Ok((rollback, floor))
    }

    fn found<'f>(&self, hop: &'f HopFacts) -> Vec<Found<'f>> {
        let of = &hop.surface.migrations;
        let migrations = of.added.iter().map(|migration| Found {
            bar: Bar::Migration(migration),
            item: RollbackItem {
                name: migration.id.clone(),
                class: migration.rollback,
                variant: migration.variant.clone(),
                hop: hop.to.clone(),
                file: migration.file.clone(),
            },
        });
        let mut found: Vec<Found<'f>> = migrations.collect();
        for number in &hop.notes {
            let bars = note_bars(&self.notes.notes[*number].file, of);
            let told = bars.into_iter().filter(|bar| hop.is_variant(bar.variant.as_deref()));
            found.extend(told.map(|NoteBar { name, rollback, variant, file }| Found {
                bar: Bar::Note(*number),
                item: RollbackItem { name, class: Some(rollback), variant, hop: hop.to.clone(), file },
            }));
        }
        found
    }

    /// The oldest version from which on everything stays that cannot be undone.
    fn floor(&self, found: &[&Found<'_>], tracked: bool) -> Result<Option<Version>, SurfaceError> {
        let bars: Vec<Bar<'_>> = found
            .iter()
            .filter(|found| found.item.class.is_none_or(|class| class >= RollbackClass::NeedsRestore))
            .map(|found| found.bar)
            .collect();
        if bars.is_empty() && !tracked {
            return Ok(None);
        }
        let goal = &self.map.stations[self.to];
        let mut floor = self.to;
        for at in (self.from..self.to).rev() {
            let station = &self.map.stations[at];
            if !station.is_usable && at != self.from {
                continue;
            }
            let declared = pair(&self.map.policy.upgrade.pairs, station, goal).and_then(|pair| pair.rollback);
            let can_go = match declared {
                Some(class) => class < RollbackClass::NeedsRestore,
                None => self.has_all(self.map.releases[at].1, &bars)?,
            };
            if !can_go {
                break;
            }
            floor = at;
        }
        Ok(Some(self.map.version(floor).clone()))
    }

    fn has_all(&self, release: &Release, bars: &[Bar<'_>]) -> Result<bool, SurfaceError> {
        let notes = |commit: CommitId| self.notes.held(commit);
        let held = notes(release.commit);
        let has_notes = bars.iter().all(|bar| match bar {
            Bar::Note(number) => held[*number],
            Bar::Migration(_) => true,
        });
        if !has_notes {
            return Ok(false);
        }
        let migrations: Vec<&Migration> = bars
            .iter()
            .filter_map(|bar| match bar {
                Bar::Migration(migration) => Some(*migration),
                Bar::Note(_) => None,
            })
            .collect();
        let side =
            Side { name: release.version.to_string(), commit: release.commit, version: Some(release.version.clone()) };
        self.surface.has_migrations(&side, &migrations)
    }
}
