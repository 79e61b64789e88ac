//! What operators of a line see, in words: its configuration reference, migrations, requirements and deprecations. What is
//! not tracked, or could not be read, is said to be so.

use super::inputs::{Inputs, LinePlaces, way};
use super::surface::{
    configuration_changes, migration_changes, not_tracked, requirement_changes, shown_about, shown_value, unread,
};
use crate::domain::RollbackClass;
use crate::publish::layout::Place;
use crate::publish::text;
use crate::publish::view::{
    ConfigurationStepView, ConfigurationView, LineHeadView, LineReleaseView, LinkView, MigrationStepView,
    MigrationsView, NeedView, ReferenceFileView, ReferenceKeyView, RequirementStepView, RequirementsView,
};
use crate::reports::{LineStatus, LineSurface, SurfaceStep};
use crate::surface::{SurfaceDifference, SurfaceKind, UnreadableFile};

/// Releases that a sentence names one by one.
const NAMED: usize = 12;

/// One line and what is known of its surface.
#[derive(Clone, Copy)]
pub struct OfLine<'a> {
    pub inputs: &'a Inputs<'a>,
    pub line: &'a LineStatus,
    pub surface: &'a LineSurface,
    pub places: &'a LinePlaces,
}

impl OfLine<'_> {
    fn head(&self, what: &str, place: &Place, kind: SurfaceKind) -> LineHeadView {
        let of_kind = |file: &&UnreadableFile| file.kind == kind;
        let files = self.surface.snapshot.iter().flat_map(|snapshot| &snapshot.unreadable).filter(of_kind);
        let whole = self.surface.unread.iter().cloned();
        let steps = self.surface.steps.iter().filter_map(|step| {
            let why = step.unread.as_ref()?;
            Some(format!("{}: {why}", step.release.version))
        });
        let mut unread: Vec<String> = whole.chain(unread(files)).chain(steps).collect();
        unread.dedup();
        LineHeadView {
            title: format!("{} {what}", self.inputs.line_title(self.line)),
            project: self.inputs.project(),
            channel: self.inputs.channel_title(&self.line.channel),
            line: self.line.name.clone(),
            release: self.surface.steps.first().map(release),
            guide: LinkView { text: "operator guide".to_owned(), url: Some(way(place, &self.places.guide)) },
            unread,
        }
    }

    /// That there is nothing to list of a kind, where that is so.
    fn nothing(&self, kind: SurfaceKind, is_empty: bool, none: &str) -> Option<String> {
        match &self.surface.snapshot {
            Some(snapshot) if !snapshot.is_tracked(kind) => Some(not_tracked(kind)),
            Some(_) => is_empty.then(|| none.to_owned()),
            None if self.surface.unread.is_some() => Some("What the release has could not be read.".to_owned()),
            None => Some("This line has no release yet.".to_owned()),
        }
    }

    /// Releases in which `differs` finds something, and a sentence about the others.
    fn steps<V>(
        &self,
        kind: SurfaceKind,
        differs: impl Fn(&SurfaceDifference) -> bool,
        view: impl Fn(&SurfaceStep, &SurfaceDifference) -> V,
    ) -> (Vec<V>, Option<String>) {
        let is_tracked = self.surface.snapshot.as_ref().is_none_or(|snapshot| snapshot.is_tracked(kind));
        if !is_tracked {
            return (Vec::new(), None);
        }
        let (mut changed, mut same) = (Vec::new(), Vec::new());
        for step in &self.surface.steps {
            match &step.difference {
                Some(difference) if differs(difference) => changed.push(view(step, difference)),
                Some(difference) if difference.unreadable.iter().any(|file| file.kind == kind) => {}
                Some(_) => same.push(step.release.version.to_string()),
                None => {}
            }
        }
        (changed, unchanged(&same))
    }
}

fn unchanged(releases: &[String]) -> Option<String> {
    let more = releases.len().saturating_sub(NAMED);
    let mut named: Vec<String> = releases.iter().take(NAMED).cloned().collect();
    named.extend((more > 0).then(|| text::counted(more, "older release", "older releases")));
    (!named.is_empty()).then(|| format!("No changes in {}.", text::enumeration(&named)))
}

fn release(step: &SurfaceStep) -> LineReleaseView {
    LineReleaseView {
        version: step.release.version.to_string(),
        date: text::day(step.release.date),
        previous: step.previous.as_ref().map(ToString::to_string),
    }
}

/// The configuration reference.
pub fn configuration(of: OfLine<'_>) -> ConfigurationView {
    let files: Vec<ReferenceFileView> = of
        .surface
        .snapshot
        .iter()
        .flat_map(|snapshot| &snapshot.configuration)
        .map(|file| ReferenceFileView {
            name: file.file.clone(),
            keys: file
                .keys
                .iter()
                .map(|key| ReferenceKeyView {
                    key: key.key.clone(),
                    default: shown_value(&key.value),
                    is_commented: key.commented,
                    is_deprecated: key.deprecated,
                    since: key.since.clone(),
                    about: shown_about(key.description.as_ref()),
                })
                .collect(),
        })
        .collect();
    let keys = files.iter().map(|file| file.keys.len()).sum();
    let (changes, unchanged) = of.steps(
        SurfaceKind::Configuration,
        |difference| !difference.configuration.is_empty(),
        |step, difference| ConfigurationStepView { release: release(step), changes: configuration_changes(difference) },
    );
    ConfigurationView {
        head: of.head("configuration reference", &of.places.configuration, SurfaceKind::Configuration),
        nothing: of.nothing(SurfaceKind::Configuration, keys == 0, "This release declares no configuration keys."),
        keys,
        files,
        changes,
        unchanged,
    }
}

/// The migrations, by the release that brought them.
pub fn migrations(of: OfLine<'_>) -> MigrationsView {
    let count = of.surface.snapshot.as_ref().map_or(0, |snapshot| snapshot.migrations.len());
    let (changes, unchanged) = of.steps(
        SurfaceKind::Migrations,
        |difference| !difference.migrations.is_empty(),
        |step, difference| MigrationStepView {
            release: release(step),
            changes: migration_changes(difference),
            way_back: way_back_sentence(difference, step),
        },
    );
    MigrationsView {
        head: of.head("database migrations", &of.places.migrations, SurfaceKind::Migrations),
        nothing: of.nothing(SurfaceKind::Migrations, count == 0, "This release has no database migrations."),
        migrations: count,
        changes,
        unchanged,
    }
}

/// How one goes back from a release, by the migration that is hardest to go back over.
fn way_back_sentence(difference: &SurfaceDifference, step: &SurfaceStep) -> String {
    let to = step.previous.as_ref().map_or_else(|| "what was before".to_owned(), ToString::to_string);
    let added = &difference.migrations.added;
    let silent = added.iter().filter(|migration| migration.rollback.is_none()).count();
    let hardest = added.iter().filter_map(|migration| migration.rollback).max();
    let unsaid = match silent {
        0 => String::new(),
        _ if silent == added.len() => {
            return format!("Nothing says how to go back to {to}: make a backup before the upgrade.");
        }
        silent => format!(" Of {} nothing says it.", text::counted(silent, "migration", "migrations")),
    };
    let sentence = match hardest {
        None => return format!("It brings none of its own, so that nothing of this kind stands between it and {to}."),
        Some(RollbackClass::Safe) => format!("The release before, {to}, runs on as it is."),
        Some(RollbackClass::NeedsDown) => format!("To go back to {to}, undo the migrations first."),
        Some(RollbackClass::NeedsRestore) => format!("Only a backup from before leads back to {to}."),
        Some(RollbackClass::Impossible) => format!("There is no way back to {to}."),
    };
    format!("{sentence}{unsaid}")
}

/// What an installation needs.
pub fn requirements(of: OfLine<'_>) -> RequirementsView {
    let (changes, unchanged) = of.steps(
        SurfaceKind::Requirements,
        |difference| !difference.requirements.is_empty(),
        |step, difference| RequirementStepView { release: release(step), changes: requirement_changes(difference) },
    );
    let requirements = needs(of.surface);
    let declared: Vec<NeedView> = of
        .inputs
        .declared(of.line)
        .iter()
        .flat_map(|declared| &declared.requires)
        .map(|(name, value)| NeedView { name: name.clone(), bound: value.clone(), since: None })
        .collect();
    let is_empty = requirements.is_empty() && declared.is_empty();
    RequirementsView {
        head: of.head("requirements", &of.places.requirements, SurfaceKind::Requirements),
        nothing: of
            .nothing(SurfaceKind::Requirements, is_empty, "This release declares no requirements.")
            .filter(|_| declared.is_empty()),
        requirements,
        declared,
        changes,
        unchanged,
    }
}

/// The requirements of the newest release of a line, with the release of the line that set each.
pub fn needs(surface: &LineSurface) -> Vec<NeedView> {
    let since = |name: &str| {
        let sets = |step: &&SurfaceStep| {
            step.difference.iter().flat_map(|difference| &difference.requirements).any(|change| change.name == name)
        };
        surface.steps.iter().find(sets).map(|step| step.release.version.to_string())
    };
    let all = surface.snapshot.iter().flat_map(|snapshot| &snapshot.requirements);
    all.map(|need| NeedView { name: need.name.clone(), bound: need.bound.clone(), since: since(&need.name) }).collect()
}
