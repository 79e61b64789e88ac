//! The audit as data.

use serde::Serialize;

use crate::domain::{AuditRule, ChannelName, CommitId, RuleSeverity};

/// What `audit` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// In the order of the rules, then of what they are about.
    pub findings: Vec<AuditFinding>,
    /// Whether none of them fails.
    pub passed: bool,
    /// Rules that the configuration switches off, in the order of the rules.
    pub off: Vec<AuditRule>,
    /// The changelogs that were read, in the order of their paths.
    pub changelogs: Vec<AuditedFile>,
    /// How many releases were looked at, candidates among them.
    pub releases: usize,
    /// What is not known and why, in sentences.
    pub notices: Vec<String>,
}

/// Something that a rule found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AuditFinding {
    pub rule: AuditRule,
    pub severity: RuleSeverity,
    /// What it is about: a tag, or a file with the line. May hold control characters, as all texts here.
    pub subject: String,
    /// A fragment.
    pub message: String,
    pub hint: Option<String>,
}

/// A changelog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditedFile {
    pub path: String,
    /// The commit from which it was read.
    pub commit: CommitId,
    /// The line whose tip that is; `None` for trunk.
    pub line: Option<String>,
    pub channel: ChannelName,
    /// How many versions it has sections of.
    pub versions: usize,
}

/// What a rule found, before it is weighed.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub rule: AuditRule,
    /// Where it is not the rule's own.
    pub severity: Option<RuleSeverity>,
    pub subject: String,
    pub message: String,
    pub hint: Option<&'static str>,
}

impl Found {
    pub fn new(rule: AuditRule, subject: impl Into<String>, message: String) -> Self {
        Self { rule, severity: None, subject: subject.into(), message, hint: None }
    }

    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    pub fn at(self, severity: RuleSeverity) -> Self {
        Self { severity: Some(severity), ..self }
    }
}
