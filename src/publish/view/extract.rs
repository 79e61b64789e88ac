//! A changelog that stands alone.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{ProjectView, ReleaseView};
use crate::publish::template::View;

/// The releases that somebody asked for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ExtractView {
    pub title: String,
    pub project: ProjectView,
    /// In the order of the report, what is unreleased first.
    pub releases: Vec<ReleaseView>,
}

impl View for ExtractView {
    const TEMPLATE: &'static str = "versioned/extract.md.hbs";
}
