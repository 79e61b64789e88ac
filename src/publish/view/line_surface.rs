//! What operators of a line see: its configuration, migrations, requirements and deprecations, each a document.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{LinkView, ProjectView};
use super::surface::{ConfigurationChangesView, DeprecationView, MigrationChangesView, RequirementChangesView};
use crate::publish::template::View;

/// What the documents of one line begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineHeadView {
    pub title: String,
    pub project: ProjectView,
    pub channel: String,
    pub line: String,
    /// The release that the document is of; absent where the line has none.
    pub release: Option<LineReleaseView>,
    pub guide: LinkView,
    /// What could not be read, so that nothing is said about it.
    pub unread: Vec<String>,
}

/// A release of the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineReleaseView {
    pub version: String,
    pub date: String,
    /// The release that operators come from; absent for the first one.
    pub previous: Option<String>,
}

/// The configuration reference of a line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConfigurationView {
    pub head: LineHeadView,
    /// That there is nothing to list, or that nothing is known, in a sentence.
    pub nothing: Option<String>,
    /// How many keys there are.
    pub keys: usize,
    /// By path.
    pub files: Vec<ReferenceFileView>,
    /// Releases of the line that changed configuration, newest first.
    pub changes: Vec<ConfigurationStepView>,
    /// The releases that changed nothing, in a sentence.
    pub unchanged: Option<String>,
}

/// A file of configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReferenceFileView {
    pub name: String,
    /// In the order of the file.
    pub keys: Vec<ReferenceKeyView>,
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReferenceKeyView {
    pub key: String,
    /// Absent where the file says none.
    pub default: Option<String>,
    /// Whether the file only shows it in a comment.
    pub is_commented: bool,
    pub is_deprecated: bool,
    /// The first release that has it; absent where that is not known.
    pub since: Option<String>,
    pub about: Option<String>,
}

/// What one release changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConfigurationStepView {
    pub release: LineReleaseView,
    pub changes: ConfigurationChangesView,
}

/// The migrations of a line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MigrationsView {
    pub head: LineHeadView,
    /// As for configuration.
    pub nothing: Option<String>,
    /// How many the release has, those that earlier lines brought included.
    pub migrations: usize,
    /// Releases of the line that brought or changed migrations, newest first.
    pub changes: Vec<MigrationStepView>,
    /// The releases that have none of their own, in a sentence.
    pub unchanged: Option<String>,
}

/// What one release brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MigrationStepView {
    pub release: LineReleaseView,
    pub changes: MigrationChangesView,
    /// How one goes back from it, by the migration that is hardest to go back over, in a sentence.
    pub way_back: String,
}

/// The requirements of a line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RequirementsView {
    pub head: LineHeadView,
    /// As for configuration.
    pub nothing: Option<String>,
    /// By name.
    pub requirements: Vec<NeedView>,
    /// What the configuration of the project declares of the line, by name.
    pub declared: Vec<NeedView>,
    /// Releases of the line that changed requirements, newest first.
    pub changes: Vec<RequirementStepView>,
    pub unchanged: Option<String>,
}

/// What an installation needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NeedView {
    pub name: String,
    pub bound: String,
    /// The release of the line that set this bound; absent for what earlier lines had.
    pub since: Option<String>,
}

/// What one release changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RequirementStepView {
    pub release: LineReleaseView,
    pub changes: RequirementChangesView,
}

/// What will go.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DeprecationsView {
    pub title: String,
    pub project: ProjectView,
    pub channel: String,
    /// What the document is of: a release, or what is live; absent where there is neither.
    pub of: Option<String>,
    /// The day for which it holds.
    pub as_of: String,
    /// As for configuration.
    pub nothing: Option<String>,
    /// What is due first.
    pub deprecations: Vec<DatedDeprecationView>,
    pub unread: Vec<String>,
}

/// Something that will go, with the days that are known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DatedDeprecationView {
    pub item: DeprecationView,
    /// The day on which the release came out that announced it; absent where that is not known.
    pub announced_on: Option<String>,
    /// The day from which it may be gone: a day that is declared, or that of the release that takes it away.
    pub removed_on: Option<String>,
    /// Whether that day has come.
    pub is_due: bool,
}

impl View for ConfigurationView {
    const TEMPLATE: &'static str = "versioned/configuration.md.hbs";
}

impl View for MigrationsView {
    const TEMPLATE: &'static str = "versioned/migrations.md.hbs";
}

impl View for RequirementsView {
    const TEMPLATE: &'static str = "versioned/requirements.md.hbs";
}

impl View for DeprecationsView {
    const TEMPLATE: &'static str = "deprecations.md.hbs";
}
