//! The operations page of a channel that we deploy, for whoever is on call.

use schemars::JsonSchema;
use serde::Serialize;

use super::deploys::DeployedMigrationView;
use super::piece::{LinkView, ProjectView};
use crate::publish::template::View;

/// What is live where, and what to go back to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OperationsView {
    pub title: String,
    pub project: ProjectView,
    pub channel: String,
    /// The moment for which ages hold.
    pub as_of: String,
    pub trunk: String,
    /// Last in promotion order first: what customers see.
    pub environments: Vec<EnvironmentView>,
    /// Deploys of all environments, newest first.
    pub deploys: Vec<DeployRowView>,
    /// How many older ones are not shown.
    pub more_deploys: usize,
    /// Where what each deploy brought is told; absent where there is no such document.
    pub deploy_log: Option<LinkView>,
    /// The channel's own lines that still count, newest first; empty where it has none.
    pub lines: Vec<ManagedLineView>,
    pub more_lines: usize,
    /// Whether what is live is inferred from branches, as no tags record it.
    pub is_inferred: bool,
}

/// One environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EnvironmentView {
    pub name: String,
    /// Whether customers see it.
    pub is_last: bool,
    /// Several where several managed lines are live; empty where nothing is known to be.
    pub live: Vec<LiveView>,
    /// What keeps it from going forward now: `until 2026-03-04 14:02 UTC (year-end): nobody is here`.
    pub frozen: Vec<String>,
    /// `14 commits behind trunk`.
    pub behind_trunk: Option<String>,
    pub rollback: Option<RollbackTargetView>,
    /// Why there is nothing to go back to.
    pub no_rollback: Option<String>,
}

/// A build that is live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LiveView {
    pub version: String,
    pub tag: Option<String>,
    pub commit: String,
    pub commit_url: Option<String>,
    pub line: Option<String>,
    /// `2026-03-04 14:02 UTC`, or that it is not known.
    pub since: String,
    /// `2 days`, or that it is not known.
    pub age: String,
    /// The limit that the age is past.
    pub limit: Option<String>,
    pub built: Option<String>,
    /// Image digest or checksum of what is live.
    pub artifact: Option<String>,
    pub is_inferred: bool,
    /// Whether it got there by a rollback.
    pub is_rollback: bool,
}

/// What to go back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RollbackTargetView {
    pub version: String,
    pub tag: String,
    pub commit: String,
    pub commit_url: Option<String>,
    /// When it was last put live.
    pub recorded: String,
    pub command: String,
    /// What it would undo, compared.
    pub compare_url: Option<String>,
    /// Whether migrations stand between the two, in a sentence.
    pub between: String,
    /// Those that do.
    pub migrations: Vec<DeployedMigrationView>,
    /// What change notes alone say of going back.
    pub by_notes: Vec<ToldBarView>,
}

/// What a change note says of going back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ToldBarView {
    /// The migration, or the summary of the change.
    pub name: String,
    /// The variant of the migrations that it is for.
    pub variant: Option<String>,
    pub way_back: String,
    /// The path of the note.
    pub file: String,
}

/// One deploy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeployRowView {
    pub when: String,
    pub environment: String,
    pub version: String,
    pub tag: Option<String>,
    pub commit: String,
    pub commit_url: Option<String>,
    pub is_rollback: bool,
    /// For a rollback, the version that it replaced.
    pub replaces: Option<String>,
    /// Replaced by a later rollback.
    pub was_rolled_back: bool,
    pub is_live: bool,
    pub run: Option<String>,
    /// What it went ahead in spite of, and why: `freeze year-end: a security fix`.
    pub overrides: Option<String>,
}

/// A managed line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ManagedLineView {
    pub name: String,
    pub branch: Option<String>,
    pub stage: String,
    pub is_live: bool,
    /// `2026-03-04 14:02 UTC`; absent where none is on record.
    pub last_deploy: Option<String>,
}

impl View for OperationsView {
    const TEMPLATE: &'static str = "continuous/operations.md.hbs";
}
