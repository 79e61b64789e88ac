//! How far the channels are apart.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{LinkView, ProjectView};
use crate::publish::template::View;

/// The numbers of today and over time, against the limits, and which way the project drifts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TensionView {
    pub title: String,
    pub project: ProjectView,
    pub as_of: String,
    /// Which channels are compared, in a sentence.
    pub compared: String,
    /// What one period is called: `quarter`.
    pub period: String,
    /// Names of the periods, oldest first; the last one still runs.
    pub columns: Vec<String>,
    /// The three ways in which serving two audiences goes wrong.
    pub drifts: Vec<TensionDriftView>,
    pub limits: Vec<TensionLimitView>,
    /// From trunk to each line by kind of change, lines newest first.
    pub lag: Vec<LagView>,
    /// Fixes on managed lines that no self-hosted line has or refused, newest first.
    pub hotfixes: Vec<HotfixView>,
    /// What is not known and why, one sentence each.
    pub unknown: Vec<String>,
}

/// One of the three ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TensionDriftView {
    pub title: String,
    /// Whether numbers say that the project drifts this way.
    pub is_drifting: bool,
    /// The same in words.
    pub verdict: String,
    /// Numbers that say so, one sentence each.
    pub signs: Vec<String>,
    /// What would help, one sentence each.
    pub helps: Vec<String>,
    /// Numbers over time; those that are never known are left out.
    pub rows: Vec<TensionRowView>,
}

/// One number over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TensionRowView {
    pub name: String,
    /// Bars of eight heights, one for each period; a dot where nothing is known.
    pub plot: String,
    /// Today.
    pub current: String,
    /// In words, one for each period; empty where it is not known.
    pub cells: Vec<String>,
}

/// One limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TensionLimitView {
    /// As it is written in `release.toml`.
    pub name: String,
    pub value: String,
    /// What the value is of, where that is one thing.
    pub about: Option<String>,
    pub limit: String,
    /// `passed`, `warn`, `fail` or `unknown`.
    pub state: String,
}

/// From trunk to one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LagView {
    pub line: String,
    pub kind: String,
    pub count: usize,
    pub median: String,
    pub worst: String,
}

/// A fix that only a managed line has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HotfixView {
    pub text: String,
    pub kind: String,
    pub line: String,
    pub date: String,
    pub commit: LinkView,
    /// Whether trunk has it.
    pub is_on_trunk: bool,
}

impl View for TensionView {
    const TEMPLATE: &'static str = "tension.md.hbs";
}
