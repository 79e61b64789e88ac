//! The audit as data.

use chrono::NaiveDate;
use serde::Serialize;

use super::books::Book;
use crate::domain::{AuditRule, ChannelName, CommitId, RuleSeverity};

/// What `audit` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// What fails before what warns, then in the order of the rules; of one rule the newest first.
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
    /// When what it is about was released, as far as that is known.
    pub released_on: Option<NaiveDate>,
    /// Further lines whose copies of the file say the same, in the order of the lines.
    pub also_on: Vec<String>,
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
    pub released_on: Option<NaiveDate>,
    /// Where it is about a file of which lines have copies.
    pub copy: Option<FileCopy>,
}

/// A finding in one copy of a file.
#[derive(Debug, Clone)]
pub(super) struct FileCopy {
    pub path: String,
    /// The line whose copy it is; `None` for trunk's.
    pub line: Option<String>,
    /// What the finding shares with the same one in another copy.
    pub shared: String,
}

impl Found {
    pub fn new(rule: AuditRule, subject: impl Into<String>, message: String) -> Self {
        Self { rule, severity: None, subject: subject.into(), message, hint: None, released_on: None, copy: None }
    }

    /// About a line of a changelog, counted from one.
    pub fn in_book(rule: AuditRule, book: &Book, line: usize, message: String) -> Self {
        let of_line = book.line.as_ref().map(|name| format!(" on {name}")).unwrap_or_default();
        let copy = FileCopy { path: book.path.clone(), line: book.line.clone(), shared: message.clone() };
        Self { copy: Some(copy), ..Self::new(rule, format!("{}:{line}{of_line}", book.path), message) }
    }

    /// What makes it the same finding in another copy of the file, where the message holds more than that.
    pub fn shared(mut self, shared: String) -> Self {
        if let Some(copy) = &mut self.copy {
            copy.shared = shared;
        }
        self
    }

    pub fn released_on(self, day: impl Into<Option<NaiveDate>>) -> Self {
        Self { released_on: day.into(), ..self }
    }

    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    pub fn at(self, severity: RuleSeverity) -> Self {
        Self { severity: Some(severity), ..self }
    }
}
