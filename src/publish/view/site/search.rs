//! The search over all changelogs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::publish::template::{Markup, View};

/// A field to type into; a script shows what fits.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SearchView {
    /// How many changes can be found.
    pub count: String,
    /// For the script, as JSON: places, and changes each with its text, kind and the number of its place.
    pub data: Markup,
}

impl View for SearchView {
    const TEMPLATE: &'static str = "site/search.html.hbs";
}
