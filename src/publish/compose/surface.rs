//! What an operator sees change between two versions, in words. A kind that has nothing says so, and says whether that is
//! known.

use std::collections::BTreeSet;

use super::inputs::Inputs;
use crate::domain::RollbackClass;
use crate::publish::text;
use crate::publish::view::{
    ChangedFileView, ConfigurationChangesView, DeprecationChangesView, DeprecationView, KeyChangeView, LinkView,
    MigrationChangeView, MigrationChangesView, RequirementChangeView, RequirementChangesView, SurfaceChangesView,
    SurfaceView,
};
use crate::surface::{
    ConfigurationDifference, Deprecation, DeprecationState, Migration, SurfaceDifference, SurfaceKind, UnreadableFile,
    different_texts, value_text,
};

/// Letters of a default that a table shows; a longer one is cut.
const VALUE_LETTERS: usize = 200;
/// Letters of a description that a table shows.
const ABOUT_LETTERS: usize = 400;

/// The difference as a document.
pub fn surface(inputs: &Inputs<'_>, difference: &SurfaceDifference) -> SurfaceView {
    let link = |commit: crate::domain::CommitId| LinkView { text: commit.short(), url: inputs.commit_url(commit) };
    SurfaceView {
        title: format!(
            "{}: what changes for operators from {} to {}",
            inputs.project_name(),
            difference.from,
            difference.to
        ),
        project: inputs.project(),
        from: difference.from.clone(),
        from_commit: link(difference.from_commit),
        to: difference.to.clone(),
        to_commit: link(difference.to_commit),
        compare_url: inputs.compare_url(&difference.from_commit.to_string(), &difference.to_commit.to_string()),
        changes: surface_changes(difference),
    }
}

/// The difference as a part of a document.
fn surface_changes(difference: &SurfaceDifference) -> SurfaceChangesView {
    SurfaceChangesView {
        configuration: configuration_changes(difference),
        migrations: migration_changes(difference),
        requirements: requirement_changes(difference),
        deprecations: DeprecationChangesView {
            nothing: nothing(difference, SurfaceKind::Deprecations, difference.deprecations.is_empty()),
            deprecations: difference.deprecations.iter().map(deprecation).collect(),
        },
        unread: unread(difference.unreadable.iter()),
        notices: difference.notices.clone(),
    }
}

/// Configuration keys that differ.
pub fn configuration_changes(difference: &SurfaceDifference) -> ConfigurationChangesView {
    let files = changed_files(&difference.configuration);
    ConfigurationChangesView { nothing: nothing(difference, SurfaceKind::Configuration, files.is_empty()), files }
}

/// Migrations that differ.
pub fn migration_changes(difference: &SurfaceDifference) -> MigrationChangesView {
    MigrationChangesView {
        nothing: nothing(difference, SurfaceKind::Migrations, difference.migrations.is_empty()),
        migrations: migrations(difference),
    }
}

/// Requirements that differ.
pub fn requirement_changes(difference: &SurfaceDifference) -> RequirementChangesView {
    RequirementChangesView {
        nothing: nothing(difference, SurfaceKind::Requirements, difference.requirements.is_empty()),
        requirements: difference.requirements.iter().map(requirement).collect(),
    }
}

/// What is said of a kind of which nothing is listed.
fn nothing(difference: &SurfaceDifference, kind: SurfaceKind, is_empty: bool) -> Option<String> {
    if !is_empty {
        return None;
    }
    let is_read = difference.unreadable.iter().all(|file| file.kind != kind);
    let what = match kind {
        SurfaceKind::Configuration => "configuration changes",
        SurfaceKind::Migrations => "database migrations",
        SurfaceKind::Requirements => "changed requirements",
        SurfaceKind::Deprecations => "deprecations",
    };
    Some(match (difference.is_tracked(kind), is_read) {
        (false, _) => not_tracked(kind),
        (true, true) => format!("No {what}."),
        (true, false) => format!("No {what} in what could be read."),
    })
}

/// That nothing is known of a kind.
pub fn not_tracked(kind: SurfaceKind) -> String {
    let (title, are, them) = match kind {
        SurfaceKind::Configuration => ("Configuration", "is", "it"),
        SurfaceKind::Migrations => ("Database migrations", "are", "them"),
        SurfaceKind::Requirements => ("Requirements", "are", "them"),
        SurfaceKind::Deprecations => ("Deprecations", "are", "them"),
    };
    format!("{title} {are} not tracked: no files are declared for {them}, so that nothing is known.")
}

/// Files that could not be read, each in a sentence.
pub fn unread<'f>(files: impl Iterator<Item = &'f UnreadableFile>) -> Vec<String> {
    files
        .map(|file| {
            let line = file.line.map(|line| format!(", line {line}")).unwrap_or_default();
            let scope = file.scope.as_ref().map(|scope| format!(" below {scope}")).unwrap_or_default();
            format!("{}{line}{scope}, at {}: {}", file.file, file.at, file.why)
        })
        .collect()
}

/// A default as a table shows it.
pub fn shown_value(value: &serde_json::Value) -> Option<String> {
    (!value.is_null()).then(|| text::shortened(&value_text(value), VALUE_LETTERS))
}

/// A description as a table shows it.
pub fn shown_about(about: Option<&String>) -> Option<String> {
    about.map(|about| text::shortened(about, ABOUT_LETTERS))
}

/// How one goes back over a migration.
pub fn way_back(rollback: Option<RollbackClass>) -> String {
    rollback.map_or("not said", RollbackClass::way_back).to_owned()
}

fn changed_files(of: &ConfigurationDifference) -> Vec<ChangedFileView> {
    let keys = of.added.iter().chain(&of.removed).map(|key| &key.file);
    let keys = keys.chain(of.changed.iter().map(|key| &key.file)).chain(of.renamed.iter().map(|key| &key.file));
    let whole = of.added_files.iter().chain(&of.removed_files).chain(of.moved_files.iter().map(|file| &file.to));
    let names: BTreeSet<&String> = keys.chain(whole).collect();
    let file = |name: &String| ChangedFileView {
        name: name.clone(),
        state: match of.moved_files.iter().find(|file| file.to == *name) {
            Some(file) => Some(format!("was {}", file.from)),
            None if of.added_files.contains(name) => Some("new file".to_owned()),
            None if of.removed_files.contains(name) => Some("gone".to_owned()),
            None => None,
        },
        keys: changed_keys(of, name),
    };
    names.into_iter().map(file).collect()
}

fn changed_keys(of: &ConfigurationDifference, file: &str) -> Vec<KeyChangeView> {
    let added = of.added.iter().filter(|key| key.file == file).map(|key| KeyChangeView {
        key: key.key.clone(),
        change: if key.commented { "added, not set" } else { "added" }.to_owned(),
        default: shown_value(&key.value),
        before: None,
        about: shown_about(key.description.as_ref()),
        since: key.since.clone(),
    });
    let renamed = of.renamed.iter().filter(|key| key.file == file).map(|key| {
        let (from, to) = different_texts(&key.from_value, &key.to_value);
        let is_same = key.from_value == key.to_value;
        let default = if is_same { String::new() } else { format!(" = {from}") };
        KeyChangeView {
            key: key.to.clone(),
            change: format!("renamed ({})", key.evidence.words()),
            default: (!key.to_value.is_null()).then(|| text::shortened(&to, VALUE_LETTERS)),
            before: Some(text::shortened(&format!("{}{default}", key.from), VALUE_LETTERS)),
            about: shown_about(key.description.as_ref()),
            since: None,
        }
    });
    let changed = of.changed.iter().filter(|key| key.file == file).map(|key| {
        let (from, to) = different_texts(&key.from, &key.to);
        KeyChangeView {
            key: key.key.clone(),
            change: "new default".to_owned(),
            default: Some(text::shortened(&to, VALUE_LETTERS)),
            before: Some(text::shortened(&from, VALUE_LETTERS)),
            about: shown_about(key.description.as_ref()),
            since: key.since.clone(),
        }
    });
    let removed = of.removed.iter().filter(|key| key.file == file).map(|key| KeyChangeView {
        key: key.key.clone(),
        change: "removed".to_owned(),
        default: None,
        before: shown_value(&key.value),
        about: shown_about(key.description.as_ref()),
        since: None,
    });
    removed.chain(renamed).chain(changed).chain(added).collect()
}

fn migrations(difference: &SurfaceDifference) -> Vec<MigrationChangeView> {
    let of = &difference.migrations;
    let lists = [("added", &of.added), ("removed", &of.removed), ("changed after it shipped", &of.changed)];
    let row = |change: &str, migration: &Migration| MigrationChangeView {
        id: migration.id.clone(),
        change: change.to_owned(),
        variant: migration.variant.clone(),
        way_back: way_back(migration.rollback),
        file: migration.file.clone(),
    };
    lists.into_iter().flat_map(|(change, list)| list.iter().map(move |migration| row(change, migration))).collect()
}

fn requirement(change: &crate::surface::RequirementChange) -> RequirementChangeView {
    let bound = |bound: &Option<String>| bound.clone().unwrap_or_else(|| "none".to_owned());
    RequirementChangeView { name: change.name.clone(), now: bound(&change.to), before: bound(&change.from) }
}

/// A deprecation as a row.
pub fn deprecation(item: &Deprecation) -> DeprecationView {
    DeprecationView {
        name: item.name.clone(),
        state: match item.state {
            DeprecationState::Due => "due",
            DeprecationState::Announced => "announced",
            DeprecationState::Pending => "pending",
        }
        .to_owned(),
        announced_in: item.announced_in.clone(),
        removed_in: item.removed_in.clone(),
        replacement: item.replacement.clone(),
        about: shown_about(item.description.as_ref()),
    }
}
