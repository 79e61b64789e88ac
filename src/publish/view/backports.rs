//! The matrix of changes and lines.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{LinkView, ProjectView};
use crate::publish::template::View;

/// Which change is on which line, and what is missing where.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BackportsView {
    pub title: String,
    pub project: ProjectView,
    pub as_of: String,
    /// Trunk and its commit.
    pub trunk: String,
    /// Whether anything needs a decision.
    pub waits: bool,
    /// The lists of what needs a decision, the most urgent first; none is empty.
    pub decisions: Vec<DecisionsView>,
    /// Lines that are asked about first.
    pub lines: Vec<BackportLineView>,
    /// The lines of the matrix.
    pub columns: Vec<String>,
    /// Newest first.
    pub changes: Vec<MatrixRowView>,
    pub not_needed: Vec<NotNeededView>,
    /// What is not known and why, in sentences.
    pub notices: Vec<String>,
}

/// Decisions of one sort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DecisionsView {
    pub title: String,
    /// What belongs here, in a sentence.
    pub about: String,
    pub items: Vec<DecisionView>,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DecisionView {
    /// The kind of the change, or its line.
    pub mark: String,
    pub text: String,
    pub commit: LinkView,
    /// What to know for it, one sentence each.
    pub details: Vec<String>,
}

/// One line in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BackportLineView {
    pub name: String,
    pub stage: String,
    /// Empty, as the three after it, where the line is not asked about.
    pub missing: String,
    pub holes: String,
    pub upstream_first: String,
    pub follow_ups: String,
    pub backports: usize,
    pub line_only: usize,
    pub suggestions: usize,
    pub reverts: usize,
    pub releases: usize,
}

/// One change on every line of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MatrixRowView {
    pub text: String,
    pub commit: LinkView,
    /// Whether trunk took it back.
    pub is_reverted: bool,
    /// In words, one for every column: `since 1.8.3`, `missing`.
    pub cells: Vec<String>,
}

/// A change that a line does not need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotNeededView {
    pub text: String,
    pub line: String,
    pub because: String,
    /// Where that is written.
    pub place: String,
}

impl View for BackportsView {
    const TEMPLATE: &'static str = "backports.md.hbs";
}
