//! The support matrix of a channel that others install.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{PlannedView, ProjectView};
use crate::publish::template::View;

/// Which lines are supported until when, and how to come from one to another.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SupportView {
    pub title: String,
    pub project: ProjectView,
    pub channel: String,
    /// The day for which stages hold.
    pub as_of: String,
    /// Newest first; those without a release are marked.
    pub maintained: Vec<SupportLineView>,
    /// Newest first.
    pub ended: Vec<SupportLineView>,
    /// Newest first; lines whose support nothing declares.
    pub undeclared: Vec<SupportLineView>,
    /// How far one may step in one upgrade, in a sentence, where it is declared.
    pub step: Option<String>,
    /// Required stops, lowest first.
    pub stops: Vec<StopRowView>,
    /// From each supported line to the newest.
    pub paths: Vec<super::guide::UpgradeRowView>,
    pub planned: Vec<PlannedView>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SupportLineView {
    pub name: String,
    pub kind: String,
    pub stage: String,
    /// The day of its general availability.
    pub released: String,
    pub active_until: String,
    pub security_until: String,
    pub latest: String,
    pub latest_date: String,
    pub changelog: String,
    pub guide: String,
}

/// A version that an upgrade must pass through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StopRowView {
    pub line: String,
    pub from: String,
    pub reason: String,
}

impl View for SupportView {
    const TEMPLATE: &'static str = "versioned/support.md.hbs";
}
