//! `[audit]`: where changelogs are published, what is demanded of tags, and what rules weigh.

use chrono::NaiveDate;
use indexmap::IndexMap;

use super::path_set::PathSet;
use super::policy::RuleSetting;
use crate::domain::AuditRule;

/// What `audit` is told.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    /// Empty: wherever files have the names that changelogs have.
    pub changelogs: PathSet,
    /// Whether each release's tag has to carry a good signature.
    pub is_signed: bool,
    /// What was released before is passed over.
    pub since: Option<NaiveDate>,
    pub(super) settings: IndexMap<AuditRule, RuleSetting>,
}

impl Audit {
    /// What is said of a rule; `None`: its findings weigh what they usually do.
    pub fn of(&self, rule: AuditRule) -> Option<RuleSetting> {
        self.settings.get(&rule).copied()
    }
}
