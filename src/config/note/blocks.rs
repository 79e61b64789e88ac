//! The blocks of a note: what operators, and those who write for them, have to know in a form that can be checked and
//! sorted. A field that is `None` was not written; documents say so rather than leave it out.

use chrono::NaiveDate;

use crate::domain::{Action, ActionTime, MigrationPhase, Period, RollbackClass, Severity, Version};

/// `[operator]`: what whoever operates an installation must do. Where the action is not `none`, `when` is there and the
/// note's section for operators says what is to be done; only where it is `required` are `downtime` and `rollback` there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorAction {
    pub action: Action,
    pub when: Option<ActionTime>,
    pub downtime: Option<Downtime>,
    pub rollback: Option<RollbackClass>,
    /// Which installations it is about, where it is not all.
    pub affected: Option<String>,
    /// Kinds of installation it is about: `helm`, `packages`; empty: all.
    pub installations: Vec<String>,
    /// How one sees afterwards that all is well.
    pub verify: Option<String>,
    /// An address with more.
    pub more: Option<String>,
}

/// For how long nothing, or not everything, is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Downtime {
    None,
    /// As long as a restart takes.
    Restart,
    For(Period),
}

/// One `[[configuration]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigurationChange {
    pub key: String,
    pub effect: ConfigurationEffect,
    /// Whether it counts only after a restart.
    pub needs_restart: Option<bool>,
    /// When the program refuses to start because of it.
    pub fails_if: Option<String>,
    pub about: Option<String>,
}

/// What became of a configuration key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigurationEffect {
    Added {
        default: Option<String>,
    },
    Removed {
        replacement: Option<String>,
    },
    Renamed {
        to: String,
    },
    /// It has another default.
    Default {
        from: Option<String>,
        to: String,
    },
    /// The same value has another effect.
    Meaning,
}

/// One `[[migration]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationNotice {
    /// As the migrations of the project are known: a number, a file name.
    pub id: String,
    /// The variant of `[surface]` that it is for; `None`: all.
    pub variant: Option<String>,
    pub phase: MigrationPhase,
    pub rollback: RollbackClass,
    /// What is locked; `None` where nobody says.
    pub lock: Option<String>,
    pub lock_for: Option<Period>,
    /// Whether the service goes on while it runs.
    pub is_online: Option<bool>,
    /// Whether the time it takes grows with what is stored.
    pub grows_with_rows: Option<bool>,
    pub measured: Option<Measured>,
    /// Whether the binary before it still works on what it leaves.
    pub works_with_older: Option<bool>,
    pub about: Option<String>,
}

/// How long a migration took, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    pub time: Period,
    /// On how much: `10 million rows`.
    pub on: String,
}

/// One `[[requirement]]`. At least one of the three says something: `minimum`, `maximum`, `is_dropped`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequirementChange {
    /// `postgresql`, `kernel`, `client`.
    pub name: String,
    pub minimum: Option<String>,
    pub maximum: Option<String>,
    /// What was the minimum before.
    pub previously: Option<String>,
    /// Whether it is not needed any more.
    pub is_dropped: bool,
    pub about: Option<String>,
}

/// One `[[deprecation]]`. At least one of `supported_until` and `removed_in` is there, unless the note is another tool's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeprecationNotice {
    pub what: String,
    /// `None`: in the first release that has the change.
    pub announced_in: Option<Version>,
    pub supported_until: Option<Due>,
    pub removed_in: Option<Version>,
    pub replacement: Option<String>,
}

/// A day, or the version that it comes with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    On(NaiveDate),
    With(Version),
}

/// One `[[known-issue]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownIssue {
    pub about: String,
    /// `None`: in the first release that has the change.
    pub found_in: Option<Version>,
    pub fixed_in: Option<Version>,
    /// Who meets it.
    pub condition: Option<String>,
    pub workaround: Option<String>,
}

/// `[security]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityNotice {
    pub severity: Severity,
    /// `CVE-2026-1234`, `GHSA-…`; empty until one is given.
    pub ids: Vec<String>,
    /// Which configurations are affected, where it is not all.
    pub affected: Option<String>,
    /// Versions before this one do not have the weakness.
    pub introduced_in: Option<Version>,
    /// The day before which documents stay vague; `None`: it is no secret.
    pub disclose_on: Option<NaiveDate>,
}

/// One `[[erratum]]`: a correction made after a release shipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erratum {
    pub on: NaiveDate,
    pub text: String,
}
