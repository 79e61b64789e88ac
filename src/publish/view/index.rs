//! The first page: what is live, which lines are maintained, and where everything else stands.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{LinkView, ProjectView};
use crate::publish::template::View;

/// The first page.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct IndexView {
    pub project: ProjectView,
    /// The day for which it holds.
    pub as_of: String,
    /// In the order of the configuration.
    pub channels: Vec<IndexChannelView>,
    /// Documents for the team; empty where they are not made.
    pub team: Vec<LinkView>,
    /// What documents are missing and why, one sentence each.
    pub absent: Vec<String>,
}

/// One channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IndexChannelView {
    pub title: String,
    /// Whether we deploy it; otherwise others install it.
    pub is_continuous: bool,
    pub documents: Vec<LinkView>,
    /// What customers see; empty where nothing is known to be live, and for what others install.
    pub live: Vec<IndexLiveView>,
    pub environment: Option<String>,
    /// Lines that get fixes, newest first.
    pub maintained: Vec<IndexLineView>,
    /// Whether nothing declares until when some of the lines are supported.
    pub is_undeclared: bool,
    /// The other lines: those that nothing is declared of, then those that ended, newest first.
    pub others: Vec<IndexLineView>,
    /// How many of them are not shown.
    pub more_others: usize,
}

/// A build that is live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IndexLiveView {
    pub version: String,
    /// In words; says so where it is not known.
    pub since: String,
}

/// A line and its documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IndexLineView {
    pub name: String,
    pub kind: String,
    pub stage: String,
    pub latest: Option<String>,
    pub latest_date: Option<String>,
    pub changelog: String,
    pub guide: String,
}

impl View for IndexView {
    const TEMPLATE: &'static str = "index.md.hbs";
}
