//! Trunk, lines, releases and deploys, drawn to time.

use schemars::JsonSchema;
use serde::Serialize;

use crate::publish::template::View;

/// The board.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BoardView {
    /// What it shows, for those who do not see it.
    pub label: String,
    pub width: i64,
    pub height: i64,
    /// Where lines begin and end, from left to right.
    pub left: i64,
    pub right: i64,
    pub ticks: Vec<TickView>,
    /// The present, and how high its label stands.
    pub now: i64,
    pub trunk: String,
    pub trunk_y: i64,
    /// Deploys, oldest first.
    pub deploys: Vec<MarkView>,
    /// In the order in which they are drawn, from trunk downwards.
    pub lines: Vec<BoardLineView>,
    pub legend: Vec<LegendView>,
    /// How many older lines are not drawn.
    pub more: usize,
}

/// A point in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TickView {
    pub x: i64,
    pub label: String,
}

/// A release or a deploy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MarkView {
    pub x: i64,
    pub y: i64,
    /// `release`, `candidate`, `retracted`, `deploy`, `rollback` or `live`.
    pub kind: String,
    /// What it is, as a sentence.
    pub title: String,
    pub url: Option<String>,
    /// What stands beside it.
    pub text: Option<String>,
}

/// A stretch of time in the life of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StretchView {
    pub x: i64,
    pub width: i64,
    /// `active`, `security`, `ended` or `unknown`.
    pub kind: String,
    /// Whether it lies in the future.
    pub is_coming: bool,
    pub title: String,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BoardLineView {
    pub name: String,
    /// Its guide, where it has one.
    pub url: Option<String>,
    pub y: i64,
    /// The way from where it was cut, as the data of an SVG path; absent where that was before the picture begins.
    pub branch: Option<String>,
    pub spans: Vec<StretchView>,
    pub marks: Vec<MarkView>,
    /// Until when it gets fixes of any kind, where that is declared and in the picture.
    pub end: Option<MarkView>,
}

/// What a mark means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LegendView {
    pub kind: String,
    pub text: String,
}

impl View for BoardView {
    const TEMPLATE: &'static str = "site/board.html.hbs";
}
