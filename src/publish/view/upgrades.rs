//! Which upgrade notes there are for the newest release of a line.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{LinkView, ProjectView};
use crate::publish::template::View;

/// The list of upgrade notes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UpgradesView {
    pub title: String,
    pub project: ProjectView,
    pub channel: String,
    pub line: String,
    /// The newest release of the line.
    pub to: String,
    pub guide: LinkView,
    /// Newest first.
    pub upgrades: Vec<UpgradeFromView>,
}

/// One page of upgrade notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UpgradeFromView {
    pub line: String,
    pub from: LinkView,
    /// How many steps it takes; absent where there is no way.
    pub steps: Option<usize>,
    /// How many actions are required.
    pub required: usize,
    /// How many changes are lost by it.
    pub lost: usize,
    /// The oldest version that one can go back to from there, or that it is not known.
    pub floor: String,
    /// Why there is no way.
    pub why_not: Option<String>,
}

impl View for UpgradesView {
    const TEMPLATE: &'static str = "versioned/upgrades.md.hbs";
}
