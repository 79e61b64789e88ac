//! The releases of a line with what was built from them.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{LinkView, ProjectView};
use crate::publish::template::View;

/// Releases and checksums of one line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReleasesView {
    pub title: String,
    pub project: ProjectView,
    pub channel: String,
    pub line: String,
    pub guide: LinkView,
    /// Newest first, candidates and retracted ones included.
    pub releases: Vec<ListedReleaseView>,
    /// Those of them with artifacts on record.
    pub built: Vec<BuiltReleaseView>,
}

/// One release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListedReleaseView {
    /// With the way to its own page, in a site.
    pub version: LinkView,
    pub date: String,
    /// `release`, `candidate`, or that it was retracted.
    pub what: String,
    pub is_retracted: bool,
    pub tag: String,
    pub commit: LinkView,
    /// The full id, to compare with.
    pub full_commit: String,
    /// How many artifacts are on record.
    pub artifacts: usize,
    /// That it was released although gates were open, and why.
    pub overridden: Option<String>,
}

/// What was built from a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BuiltReleaseView {
    pub version: String,
    /// Image digests or checksums.
    pub artifacts: Vec<String>,
}

impl View for ReleasesView {
    const TEMPLATE: &'static str = "versioned/releases.md.hbs";
}
