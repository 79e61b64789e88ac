//! The links at the end of a Markdown document; pages have theirs at the top.

use schemars::JsonSchema;
use serde::Serialize;

use super::page::NavGroupView;
use crate::publish::template::View;

/// The way from one document to the others.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NavigationView {
    pub navigation: Vec<NavGroupView>,
}

impl View for NavigationView {
    const TEMPLATE: &'static str = "navigation.md.hbs";
}
