//! Upgrade notes as data: the way from one version to another, what each hop asks of an operator, and what holds for the
//! whole way.
//!
//! The invariant: every section stands there, and one that has nothing says whether that is known.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::domain::{
    Action, ActionTime, ChangeKind, ChannelName, CommitId, LineKind, RollbackClass, Stage, TagName, Version,
};
use crate::surface::SurfaceDifference;

/// What `upgrade` prints.
#[derive(Debug, Clone, Serialize)]
pub struct Upgrade {
    pub channel: ChannelName,
    pub from: Version,
    pub to: Version,
    pub from_release: UpgradePoint,
    pub to_release: UpgradePoint,
    /// The kind of installation that it is for; `None`: all.
    pub installation: Option<String>,
    /// Whether it is for a place without a network.
    pub air_gapped: bool,
    /// The variant of the migrations that is told; `None`: all.
    pub variant: Option<String>,
    /// How far one may step at once; `None` where nobody declares it.
    pub step: Option<DeclaredStep>,
    /// Why this version, where a line was asked for.
    pub advice: Option<Advice>,
    /// The declared stops between the two, also those that do not apply here.
    pub stops: Vec<DeclaredStop>,
    /// Empty where both are one version.
    pub hops: Vec<UpgradeHop>,
    /// What holds for the whole way.
    pub sections: Vec<UpgradeSection>,
    /// At their strictest over the whole way, in the order of their names.
    pub requirements: Vec<StrictRequirement>,
    /// The oldest version that one can surely go back to from `to`; `None` where nothing says it.
    pub rollback_floor: Option<Version>,
    pub rollback: Rollback,
    /// What `from` has and `to` lacks, security first, newest first.
    pub lost: Vec<LostChange>,
    /// What only the line of `from` has, with nothing on trunk that it is a backport of, and that is no security fix; or
    /// whose files `to` does not have. Nobody knows whether it is a loss.
    pub line_only: Vec<LostChange>,
    /// What is not known and why, and what to be careful of, in sentences.
    pub notices: Vec<String>,
}

/// One end of an upgrade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpgradePoint {
    pub version: Version,
    pub tag: TagName,
    pub commit: CommitId,
    pub date: DateTime<Utc>,
    pub line: String,
    pub kind: LineKind,
    pub stage: Stage,
    pub candidate: bool,
    pub retracted: bool,
    /// Until when its line gets fixes, and security fixes.
    pub active_until: Option<DateTime<Utc>>,
    pub security_until: Option<DateTime<Utc>>,
    /// Image digests or checksums of what was built from it.
    pub artifacts: Vec<String>,
}

/// How far one may step at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeclaredStep {
    Any,
    EachMinor,
    EachLine,
}

/// Which version of a line to take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advice {
    pub line: String,
    pub version: Version,
    /// Whether everything that `from` has is in it. Where it is not, no version of the line has everything.
    pub loses_nothing: bool,
    /// Versions of the line that were looked at, lowest first, each with how many changes it lacks.
    pub considered: Vec<Considered>,
}

/// A version that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Considered {
    pub version: Version,
    pub lost: usize,
}

/// A stop that is declared between the two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeclaredStop {
    pub line: String,
    pub from: Version,
    pub reason: Option<String>,
    /// Who has to stop, in words that only a person can judge.
    pub only_if: Option<String>,
    pub if_from_before: Option<Version>,
    pub installations: Vec<String>,
    pub air_gapped_only: bool,
    /// Since when it is declared.
    pub since: Option<NaiveDate>,
    /// Whether this upgrade has to stop.
    pub applies: bool,
    /// Why it does not, in words.
    pub why_not: Option<String>,
    /// The version of the way that meets it.
    pub met_by: Option<Version>,
}

/// One step of the way.
#[derive(Debug, Clone, Serialize)]
pub struct UpgradeHop {
    pub from: Version,
    pub to: Version,
    pub release: UpgradePoint,
    /// Whether it ends at a required stop.
    pub required_stop: bool,
    /// Why the way leads here, in words.
    pub reason: Option<String>,
    pub surface: SurfaceDifference,
    /// Before, during, after; what is required first.
    pub actions: Vec<UpgradeAction>,
    /// In the order in which they are read.
    pub sections: Vec<UpgradeSection>,
    /// How many changes it brings, by kind, in the order of the kinds.
    pub changes: Vec<ChangeCount>,
}

/// How many changes of a kind a hop brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ChangeCount {
    pub kind: ChangeKind,
    pub count: usize,
}

/// Something that an operator has to do or to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpgradeAction {
    pub when: ActionTime,
    pub action: Action,
    /// What it is about, one line.
    pub text: String,
    /// What to do; Markdown. `None` where nothing says it.
    pub instructions: Option<String>,
    /// What breaks.
    pub breaking: Option<String>,
    /// `none`, `restart` or a period.
    pub downtime: Option<String>,
    pub rollback: Option<RollbackClass>,
    /// Which installations it is about, in words.
    pub affected: Option<String>,
    /// Kinds of installation; empty: all.
    pub installations: Vec<String>,
    /// How one sees that all is well.
    pub verify: Option<String>,
    /// An address with more.
    pub more: Option<String>,
    pub refs: Vec<String>,
    /// The change note that says it; `None` where only a commit does.
    pub note: Option<String>,
    pub commits: Vec<CommitId>,
    /// The first release that has the change.
    pub since: Option<Version>,
}

impl UpgradeAction {
    /// What breaks, beyond what `text` says already: a file that holds nothing but prose says both with the same words.
    pub fn breaks(&self) -> Option<&str> {
        let whole = self.breaking.as_deref()?;
        let (first, rest) = whole.split_once("\n\n").unwrap_or((whole, ""));
        let told = if first.split_whitespace().eq(self.text.split_whitespace()) { rest } else { whole };
        Some(told.trim()).filter(|text| !text.is_empty())
    }
}

/// What a section is about. The order is that of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SectionName {
    // Of the whole way.
    Applicability,
    BeforeYouBegin,
    Lost,
    Requirements,
    GoingBack,
    KnownIssues,
    SupportWindow,
    // Of a hop.
    Breaking,
    NewBehaviour,
    Configuration,
    Migrations,
    RequirementChanges,
    Deprecations,
    Downtime,
    Security,
    Errata,
    Steps,
    AirGapped,
    Verify,
}

impl SectionName {
    /// As it stands in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applicability => "applicability",
            Self::BeforeYouBegin => "before-you-begin",
            Self::Lost => "lost",
            Self::Requirements => "requirements",
            Self::GoingBack => "going-back",
            Self::KnownIssues => "known-issues",
            Self::SupportWindow => "support-window",
            Self::Breaking => "breaking",
            Self::NewBehaviour => "new-behaviour",
            Self::Configuration => "configuration",
            Self::Migrations => "migrations",
            Self::RequirementChanges => "requirement-changes",
            Self::Deprecations => "deprecations",
            Self::Downtime => "downtime",
            Self::Security => "security",
            Self::Errata => "errata",
            Self::Steps => "steps",
            Self::AirGapped => "air-gapped",
            Self::Verify => "verify",
        }
    }

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Applicability => "Whom this is for",
            Self::BeforeYouBegin => "Before you begin",
            Self::Lost => "What you lose",
            Self::Requirements => "Requirements",
            Self::GoingBack => "Going back",
            Self::KnownIssues => "Known issues",
            Self::SupportWindow => "Support window",
            Self::Breaking => "Breaking changes",
            Self::NewBehaviour => "New behaviour",
            Self::Configuration => "Configuration",
            Self::Migrations => "Database migrations",
            Self::RequirementChanges => "Changed requirements",
            Self::Deprecations => "Deprecations",
            Self::Downtime => "Downtime and order",
            Self::Security => "Security fixes",
            Self::Errata => "Errata",
            Self::Steps => "Steps",
            Self::AirGapped => "Without a network",
            Self::Verify => "Verify",
        }
    }
}

/// A section: its items, or the sentence that says that there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpgradeSection {
    pub section: SectionName,
    /// A sentence before the items.
    pub about: Option<String>,
    /// What to say where there are no items; `None` where there are some.
    pub nothing: Option<String>,
    pub items: Vec<UpgradeItem>,
}

/// One thing to read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct UpgradeItem {
    /// The word that it begins with: `added`, `high`.
    pub mark: Option<String>,
    /// A key, a file, a name: as it is written.
    pub code: Option<String>,
    /// One line of plain text; may be empty where there is code.
    pub text: String,
    /// More, a sentence each.
    pub details: Vec<String>,
    /// Commands, one a line.
    pub commands: Vec<String>,
    pub refs: Vec<String>,
    /// The change note that says it.
    pub note: Option<String>,
    pub commits: Vec<CommitId>,
    /// The first release that has the change.
    pub since: Option<Version>,
}

/// What an installation needs on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StrictRequirement {
    pub name: String,
    /// The highest of all lower bounds, as it is written, and which version asks for it.
    pub minimum: Option<Bound>,
    /// The lowest of all upper bounds.
    pub maximum: Option<Bound>,
    /// What each version of the way says, where its bounds cannot be read: as it is written.
    pub other: Vec<Bound>,
    /// Whether no value meets both bounds, so that it has to be changed on the way.
    pub conflicting: bool,
}

/// A bound and the version that asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bound {
    pub value: String,
    pub version: Version,
}

/// The way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rollback {
    /// The worst of everything on the way that says it; `None` where nothing does.
    pub class: Option<RollbackClass>,
    /// What only a backup, or nothing, leads back over; what bars the way back to `from`.
    pub blocked_by: Vec<RollbackItem>,
    /// What has to be undone first.
    pub undo: Vec<RollbackItem>,
    /// Migrations of which nothing says it; they count as if they barred the way.
    pub unknown: Vec<RollbackItem>,
    /// By variant of the migrations, where there are several.
    pub variants: Vec<VariantRollback>,
    /// Whether migrations are tracked, so that silence means something.
    pub tracked: bool,
}

/// The way back for one variant of the migrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VariantRollback {
    pub variant: String,
    pub floor: Option<Version>,
    pub class: Option<RollbackClass>,
}

/// A migration or a change, and how one goes back over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RollbackItem {
    /// The migration, or the first line of the change note.
    pub name: String,
    pub class: Option<RollbackClass>,
    pub variant: Option<String>,
    /// The hop's end that brings it.
    pub hop: Version,
    /// The file of the migration, or the note.
    pub file: String,
}

/// A change that one version has and another lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostChange {
    /// The commit of trunk; `None` where only the line has it.
    pub origin: Option<CommitId>,
    /// What people read of it.
    pub subject: String,
    pub kind: ChangeKind,
    /// The version that has it, and the commit by which.
    pub r#in: Version,
    pub commits: Vec<CommitId>,
    pub missing_from: Version,
    pub refs: Vec<String>,
    /// Since which release it is there.
    pub since: Option<Version>,
    /// The first later release of the goal's line that has it.
    pub fixed_in: Option<Version>,
    /// A commit of `missing_from` that may be it.
    pub maybe: Option<CommitId>,
    /// Why it is not counted as a loss, in words.
    pub why: Option<String>,
}
