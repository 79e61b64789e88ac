//! Changelogs of a channel that others install: of all its lines, and of one.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{LinkView, PlannedView, ProjectView, ReleaseView};
use crate::publish::template::View;

/// All lines: the newest releases in full, the others by name.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VersionedChangelogView {
    pub title: String,
    pub project: ProjectView,
    pub channel: String,
    /// Newest first.
    pub lines: Vec<LineRowView>,
    /// Whether history is cut, as in a shallow clone, so that the oldest changes may be missing.
    pub is_cut: bool,
    /// By day, newest first.
    pub releases: Vec<ReleaseView>,
    /// Releases that stand in the changelogs of their lines only.
    pub more_releases: usize,
}

/// A line in a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineRowView {
    pub name: String,
    pub kind: String,
    pub stage: String,
    pub latest: Option<String>,
    pub latest_date: Option<String>,
    /// Releases that were not retracted, candidates left out.
    pub releases: usize,
    pub changelog: String,
}

/// One line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LineChangelogView {
    pub title: String,
    pub project: ProjectView,
    pub channel: String,
    pub line: String,
    /// What the line is, in a sentence.
    pub about: String,
    pub guide: LinkView,
    /// Of a line with long-term support: everything since the one before it.
    pub since_lts: Option<LinkView>,
    /// Whether history is cut, as in a shallow clone, so that the oldest changes may be missing.
    pub is_cut: bool,
    /// What the line's branch has and no release of it.
    pub unreleased: Option<ReleaseView>,
    /// Newest first.
    pub releases: Vec<ReleaseView>,
    pub planned: Vec<PlannedView>,
    /// The year, where this is a page for one.
    pub part: Option<String>,
    /// Pages of years, newest first; empty where everything stands on this page.
    pub parts: Vec<LinkView>,
}

/// The newest release of a line with long-term support, for whoever comes from the one before.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SinceLtsView {
    pub title: String,
    pub project: ProjectView,
    pub line: String,
    /// The version that these changes are counted from.
    pub previous: String,
    /// Whether history is cut, as in a shallow clone, so that changes may be missing.
    pub is_cut: bool,
    pub release: ReleaseView,
}

impl View for SinceLtsView {
    const TEMPLATE: &'static str = "versioned/since-lts.md.hbs";
}

impl View for VersionedChangelogView {
    const TEMPLATE: &'static str = "versioned/changelog.md.hbs";
}

impl View for LineChangelogView {
    const TEMPLATE: &'static str = "versioned/line.md.hbs";
}
