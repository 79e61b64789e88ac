//! The deploy log of a channel.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{LinkView, ProjectView};
use crate::publish::template::View;

/// What was put before customers, and what made it risky.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DeploysView {
    pub title: String,
    pub project: ProjectView,
    pub channel: String,
    /// Absent where nothing is deployed.
    pub environment: Option<String>,
    /// Newest first.
    pub deploys: Vec<LoggedDeployView>,
    /// How many older ones are not shown.
    pub more: usize,
    /// Kinds that are not tracked, so that nothing marks them, in sentences.
    pub not_tracked: Vec<String>,
}

/// One deploy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LoggedDeployView {
    /// `2026-03-04 14:02 UTC`, or that it is not known.
    pub when: String,
    pub version: String,
    pub commit: LinkView,
    pub tag: Option<String>,
    /// Compared with the deploy before.
    pub compare_url: Option<String>,
    /// How many changes customers had not had.
    pub changes: usize,
    /// `3 days`; absent for the first one.
    pub since_last: Option<String>,
    pub is_rollback: bool,
    pub was_rolled_back: bool,
    /// The version that a rollback replaced.
    pub replaces: Option<String>,
    /// What made it risky, the heaviest first: `2 migrations, hardest to undo: from a backup`.
    pub risks: Vec<String>,
    /// What breaks.
    pub breaking: Vec<String>,
    pub migrations: Vec<DeployedMigrationView>,
    /// Keys that differ: `queue.size renamed to queue.capacity`.
    pub keys: Vec<String>,
    /// How many more keys differ.
    pub more_keys: usize,
    /// Why it could not be compared.
    pub unread: Option<String>,
}

/// A migration that came with a deploy, or that a rollback left behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeployedMigrationView {
    pub id: String,
    /// `added`, `changed after it shipped`, or `left behind` by a rollback.
    pub change: String,
    pub variant: Option<String>,
    /// How one can go back over it, in words.
    pub way_back: String,
}

impl View for DeploysView {
    const TEMPLATE: &'static str = "continuous/deploys.md.hbs";
}
