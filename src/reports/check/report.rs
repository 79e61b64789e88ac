//! The report: all rules in their order, and what their findings weigh.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{deploys, lines, matrix, named, notes};
use crate::config::{CheckRules, RuleSetting};
use crate::domain::{Rule, RuleSeverity};
use crate::ledger::{Ledger, NoteSources};
use crate::reports::backports::Backports;
use crate::reports::changelog::ChangelogReader;
use crate::reports::gates::NoteFinder;
use crate::reports::status::{RecordsStatus, Status, status};
use crate::reports::tension::{TensionLimit, tension_found};

/// What `check` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// In the order of the rules, then of what they are about.
    pub findings: Vec<Finding>,
    /// Whether none of them fails.
    pub passed: bool,
    /// Rules that the configuration switches off, in the order of the rules.
    pub off: Vec<Rule>,
    /// Rules that say nothing since nobody asks for them, likewise.
    pub not_asked: Vec<Rule>,
    /// Whether history is cut here, as in a shallow clone: nothing before that was looked at.
    pub cut: bool,
    pub records: RecordsStatus,
}

/// Something that a rule found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub rule: Rule,
    pub severity: RuleSeverity,
    /// What it is about: an environment, a line, a release, a ref. May hold control characters, as all texts here.
    pub subject: String,
    /// A fragment.
    pub message: String,
    pub hint: Option<String>,
}

/// What the rules are held against.
pub struct CheckInputs<'a> {
    pub ledger: &'a Ledger,
    pub changelogs: &'a ChangelogReader<'a>,
    pub notes: &'a NoteFinder<'a>,
    /// The limits of `[tension]`; none where nobody set one.
    pub tension: &'a [TensionLimit],
    /// The matrix of all lines; `None` where no rule asks for it.
    pub backports: Option<&'a Backports>,
    /// Those that count now, as they stand in their files.
    pub note_sources: &'a NoteSources,
    pub now: DateTime<Utc>,
}

/// What a rule found, before it is weighed.
pub(in crate::reports) struct Found {
    pub rule: Rule,
    /// Of the limit that is passed; otherwise the rule's own.
    pub severity: Option<RuleSeverity>,
    pub subject: String,
    pub message: String,
    pub hint: Option<String>,
}

impl Found {
    pub fn new(rule: Rule, subject: impl Into<String>, message: String) -> Self {
        Self { rule, severity: None, subject: subject.into(), message, hint: None }
    }

    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub fn at(self, severity: RuleSeverity) -> Self {
        Self { severity: Some(severity), ..self }
    }
}

/// Holds every rule that is not switched off against the repository.
pub fn check(inputs: &CheckInputs<'_>) -> CheckReport {
    let rules = &inputs.ledger.config.check;
    let board: Status = status(inputs.ledger, inputs.now);
    let mut found = Vec::new();
    found.extend(deploys::found(inputs, &board));
    found.extend(lines::found(inputs));
    found.extend(notes::found(inputs));
    found.extend(named::found(inputs.ledger));
    found.extend(tension_found(inputs.tension));
    found.extend(inputs.backports.into_iter().flat_map(|backports| matrix::found(&inputs.ledger.config, backports)));
    let mut findings: Vec<Finding> = found.into_iter().filter_map(|found| weighed(rules, found)).collect();
    findings.sort_by_key(|finding| finding.rule);
    CheckReport {
        passed: findings.iter().all(|finding| finding.severity != RuleSeverity::Fail),
        findings,
        off: Rule::all().filter(|rule| rules.of(*rule) == Some(RuleSetting::Off)).collect(),
        not_asked: Rule::all()
            .filter(|rule| rule.is_only_on_demand() && rules.of(*rule) != Some(RuleSetting::Off))
            .filter(|rule| !matrix::is_asked(&inputs.ledger.config, *rule))
            .collect(),
        cut: !inputs.ledger.graph.cut().is_empty(),
        records: board.records,
    }
}

fn weighed(rules: &CheckRules, found: Found) -> Option<Finding> {
    let Found { rule, severity, subject, message, hint } = found;
    let severity = match rules.of(rule) {
        Some(RuleSetting::Off) => return None,
        Some(RuleSetting::Weighs(severity)) => severity,
        None => severity.or(rule.usual_severity()).unwrap_or(RuleSeverity::Fail),
    };
    Some(Finding { rule, severity, subject, message, hint })
}
