//! Until when lines are supported, drawn to time.

use schemars::JsonSchema;
use serde::Serialize;

use super::board::{StretchView, TickView};
use crate::publish::template::View;

/// The support of the lines of one channel.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TimelineView {
    pub label: String,
    pub width: i64,
    pub height: i64,
    pub ticks: Vec<TickView>,
    pub now: i64,
    /// Newest first.
    pub lines: Vec<TimelineLineView>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TimelineLineView {
    pub name: String,
    pub url: Option<String>,
    pub y: i64,
    pub spans: Vec<StretchView>,
}

impl View for TimelineView {
    const TEMPLATE: &'static str = "site/timeline.html.hbs";
}
