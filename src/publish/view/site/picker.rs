//! The choice of an upgrade.

use schemars::JsonSchema;
use serde::Serialize;

use crate::publish::template::{Markup, View};

/// From where and to where; a script shows the page for both.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PickerView {
    /// Versions that are installed, newest first.
    pub from: Vec<PickerOptionView>,
    /// Versions that one can go to, newest first.
    pub to: Vec<PickerOptionView>,
    /// For the script, as JSON: by version that is installed and version to go to the page and what it says in short.
    pub pages: Markup,
}

/// A version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PickerOptionView {
    pub version: String,
    pub line: String,
}

impl View for PickerView {
    const TEMPLATE: &'static str = "site/picker.html.hbs";
}
