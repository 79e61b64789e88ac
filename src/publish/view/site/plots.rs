//! The tension over time as plots.

use schemars::JsonSchema;
use serde::Serialize;

use crate::publish::template::View;

/// A group of plots for each drift.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlotsView {
    pub width: i64,
    pub height: i64,
    pub groups: Vec<PlotGroupView>,
}

/// The plots of one drift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlotGroupView {
    pub title: String,
    pub is_drifting: bool,
    pub plots: Vec<PlotView>,
}

/// One number over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlotView {
    pub name: String,
    /// Today.
    pub current: String,
    /// The largest of all, in words.
    pub largest: String,
    /// The first and the last period.
    pub first: String,
    pub last: String,
    pub bars: Vec<BarView>,
}

/// One period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BarView {
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub height: i64,
    pub title: String,
    /// Whether nothing is known of it.
    pub is_unknown: bool,
    /// Whether it still runs.
    pub is_open: bool,
}

impl View for PlotsView {
    const TEMPLATE: &'static str = "site/plots.html.hbs";
}
