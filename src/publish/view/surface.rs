//! What an operator sees change between two versions.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{LinkView, ProjectView};
use crate::publish::template::View;

/// The difference between two versions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SurfaceView {
    pub title: String,
    pub project: ProjectView,
    pub from: String,
    pub from_commit: LinkView,
    pub to: String,
    pub to_commit: LinkView,
    /// The page that compares the two.
    pub compare_url: Option<String>,
    pub changes: SurfaceChangesView,
}

/// What differs, kind by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SurfaceChangesView {
    pub configuration: ConfigurationChangesView,
    pub migrations: MigrationChangesView,
    pub requirements: RequirementChangesView,
    pub deprecations: DeprecationChangesView,
    /// What could not be read, so that nothing is said about it: file, version and reason, in sentences.
    pub unread: Vec<String>,
    /// What may mislead a reader, in sentences.
    pub notices: Vec<String>,
}

/// Configuration keys that differ, by file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConfigurationChangesView {
    /// That nothing differs, or that nothing is known, in a sentence; absent where something differs.
    pub nothing: Option<String>,
    pub files: Vec<ChangedFileView>,
}

/// A file of configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChangedFileView {
    pub name: String,
    /// `new file`, `gone`, or what it was called.
    pub state: Option<String>,
    pub keys: Vec<KeyChangeView>,
}

/// A key that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeyChangeView {
    pub key: String,
    /// `added`, `renamed`, `changed` or `removed`.
    pub change: String,
    /// Its default now.
    pub default: Option<String>,
    /// What it was before: its default, for a renamed one its name.
    pub before: Option<String>,
    pub about: Option<String>,
    /// The first release that has it, where that is known.
    pub since: Option<String>,
}

/// Migrations that differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MigrationChangesView {
    /// As for configuration.
    pub nothing: Option<String>,
    pub migrations: Vec<MigrationChangeView>,
}

/// A migration that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MigrationChangeView {
    pub id: String,
    /// `added`, `removed`, or that it was changed after it shipped.
    pub change: String,
    /// The database that it is for, where there are several.
    pub variant: Option<String>,
    /// How one can go back over it, in words.
    pub way_back: String,
    pub file: String,
}

/// Requirements that differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RequirementChangesView {
    /// As for configuration.
    pub nothing: Option<String>,
    pub requirements: Vec<RequirementChangeView>,
}

/// A requirement that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RequirementChangeView {
    pub name: String,
    /// `none` where there is none any more.
    pub now: String,
    /// `none` where there was none.
    pub before: String,
}

/// Deprecations that are due or announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeprecationChangesView {
    /// As for configuration.
    pub nothing: Option<String>,
    pub deprecations: Vec<DeprecationView>,
}

/// Something that will go, or has gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeprecationView {
    pub name: String,
    /// `due`, `announced` or `pending`.
    pub state: String,
    /// A version; absent where nothing says it.
    pub announced_in: Option<String>,
    /// A version or a day; absent where nothing says it.
    pub removed_in: Option<String>,
    pub replacement: Option<String>,
    pub about: Option<String>,
}

impl View for SurfaceView {
    const TEMPLATE: &'static str = "surface.md.hbs";
}
