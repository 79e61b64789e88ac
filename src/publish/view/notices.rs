//! What is known to be wrong with releases, and which weaknesses were repaired in which.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{LinkView, ProjectView, ProseView};
use super::upgrade::LineView;
use crate::publish::template::View;

/// Known issues over all releases of a channel.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KnownIssuesView {
    pub title: String,
    pub project: ProjectView,
    pub channel: String,
    /// The day for which it holds.
    pub as_of: String,
    /// Those that some line still has.
    pub open: Vec<IssueView>,
    /// Those that every line has a release without.
    pub fixed: Vec<IssueView>,
    /// Notes that cannot be read, so that nothing is said of them.
    pub unread: Vec<String>,
}

/// Something that is known to be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IssueView {
    pub about: LineView,
    /// Who meets it.
    pub condition: Option<LineView>,
    pub workaround: Option<LineView>,
    pub refs: Vec<LinkView>,
    pub lines: Vec<IssueLineView>,
}

/// A line that has or had it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IssueLineView {
    pub line: String,
    pub found_in: String,
    /// Absent where no release is without it yet.
    pub fixed_in: Option<String>,
}

/// Weaknesses that were repaired.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SecurityView {
    pub title: String,
    pub project: ProjectView,
    pub channel: String,
    pub as_of: String,
    /// Newest first.
    pub fixes: Vec<SecurityFixView>,
    pub unread: Vec<String>,
}

/// One weakness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SecurityFixView {
    /// Its first identifier, or what it is in a word.
    pub title: String,
    /// What it is; vague before its day.
    pub text: Vec<ProseView>,
    pub severity: Option<String>,
    /// Identifiers and references.
    pub links: Vec<LinkView>,
    pub affected: Option<String>,
    /// The file that tells programs the same, in the Open Source Vulnerability format.
    pub advisory: Option<String>,
    pub introduced_in: Option<String>,
    /// The day on which more is told.
    pub undisclosed_until: Option<String>,
    pub lines: Vec<FixLineView>,
}

/// What a line has of the fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FixLineView {
    pub line: String,
    /// The first release with it, or that there is none yet, or that all have it.
    pub fixed_in: String,
    pub date: Option<String>,
    pub is_missing: bool,
}

impl View for KnownIssuesView {
    const TEMPLATE: &'static str = "versioned/known-issues.md.hbs";
}

impl View for SecurityView {
    const TEMPLATE: &'static str = "versioned/security.md.hbs";
}
