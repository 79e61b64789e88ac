//! A change note as a whole.

use chrono::NaiveDate;
use indexmap::IndexMap;

use super::blocks::{
    ConfigurationChange, DeprecationNotice, Erratum, KnownIssue, MigrationNotice, OperatorAction, RequirementChange,
    SecurityNotice,
};
use super::text::NoteText;
use crate::config::decision::Decision;
use crate::domain::{ChangeKind, ChannelName, CommitPrefix, LineName};

/// What a change means to people. Lists are in the order of the file unless their field says otherwise. The path under
/// which a note was first added is the change's identity and stands with whoever read the note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub kind: ChangeKind,
    /// The channels it matters to; `None`: as the rules of `[[changes.audience]]` say. Empty: nobody outside.
    pub channels: Option<Vec<ChannelName>>,
    /// The part of the product.
    pub scope: Option<String>,
    /// `#4312`, `CVE-2026-1234`, `KEY-12`.
    pub refs: Vec<String>,
    /// What stops working, and for whom; `None` where nothing does.
    pub breaking: Option<String>,
    /// The day before which documents say nothing of it.
    pub announce_on: Option<NaiveDate>,
    /// Lines that are to get it, by name or branch.
    pub backport: Vec<LineName>,
    /// Lines that do not need it, by name or branch, and why. None of them is in `backport`.
    pub not_needed: IndexMap<LineName, String>,
    /// Commits that are this change on other branches, where nothing else shows it.
    pub carried_by: Vec<CommitPrefix>,
    /// What a person decided about other commits.
    pub decisions: Vec<Decision>,
    pub operator: Option<OperatorAction>,
    pub configuration: Vec<ConfigurationChange>,
    pub migrations: Vec<MigrationNotice>,
    pub requirements: Vec<RequirementChange>,
    pub deprecations: Vec<DeprecationNotice>,
    pub known_issues: Vec<KnownIssue>,
    /// Only where `kind` is security.
    pub security: Option<SecurityNotice>,
    /// By day, the earliest first.
    pub errata: Vec<Erratum>,
    pub text: NoteText,
}

impl Note {
    /// Whether the note says anything about a change, and is not only the record of decisions.
    pub fn is_about_a_change(&self) -> bool {
        !self.text.is_empty() || self.kind != ChangeKind::Internal
    }
}
