//! The guide for whoever operates an installation of one line.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{PlannedView, ProjectView};
use super::upgrade::LineView;
use crate::publish::template::View;

/// The guide of a line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GuideView {
    pub title: String,
    pub project: ProjectView,
    pub channel: String,
    pub line: String,
    /// Project and line, `Acme 1.8`.
    pub subject: String,
    /// What people call the line beside its name.
    pub nickname: Option<String>,
    /// The day for which stage and dates hold.
    pub as_of: String,
    pub is_maintained: bool,
    pub is_end_of_life: bool,
    /// What is promised, in a sentence.
    pub promise: String,
    /// Rows of the support table.
    pub support: Vec<SupportRowView>,
    /// The newest line of the channel that is maintained, where it is another one.
    pub newer_line: Option<String>,
    pub newer_guide: Option<String>,
    /// Absent where the line has no release yet.
    pub latest: Option<LatestView>,
    /// What the newest release declares, then what the configuration of the project declares of the line.
    pub requirements: Vec<RequirementView>,
    /// Whether anything says how far one may step in one upgrade, and what.
    pub step: Option<String>,
    /// Stops that an upgrade to or past this line must make.
    pub stops: Vec<StopView>,
    pub upgrades: Vec<UpgradeRowView>,
    /// Where the upgrade notes are; absent where there is nothing to upgrade from.
    pub upgrade_notes: Option<String>,
    /// What the project declares of every upgrade.
    pub policy: ProceduresView,
    /// Where known issues are told; absent where notes are not read.
    pub known_issues: Option<String>,
    /// Where security fixes are told.
    pub security: Option<String>,
    /// What an installation may go back to.
    pub rollback: Option<RollbackStepView>,
    /// The oldest version that one can surely go back to, as migrations and notes say; absent where nothing says it.
    pub rollback_floor: Option<String>,
    pub planned: Vec<PlannedView>,
    pub changelog: String,
    pub support_page: String,
    /// Every release with its checksums.
    pub releases: String,
    /// What operators see of the newest release, and where each kind is told; in order.
    pub reference: Vec<ReferenceView>,
    /// Commands that fetch what has to be carried to a place without a network.
    pub carry: Option<String>,
    /// Commands that unpack it there.
    pub unpack: Option<String>,
}

/// A row of the support table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SupportRowView {
    pub what: String,
    pub value: String,
}

/// The newest release of the line that was not retracted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LatestView {
    pub version: String,
    pub tag: String,
    pub commit: String,
    pub commit_url: Option<String>,
    pub date: String,
    /// Commands that show tag, signature and commit.
    pub verify: String,
    /// The commit that the second of them must print.
    pub full_commit: String,
}

/// What an installation needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RequirementView {
    pub name: String,
    pub value: String,
}

/// What the project declares of upgrades; empty where it declares nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProceduresView {
    /// What to do and to see to before any upgrade.
    pub before: Vec<LineView>,
    /// How one sees afterwards that all is well.
    pub verify: Vec<LineView>,
    /// The parts of an installation in the order in which they are upgraded.
    pub components: Vec<String>,
    /// For how long and how far parts of two versions may run side by side.
    pub mixed_versions: Option<LineView>,
    /// Commands by kind of installation, those of which nothing is declared left out.
    pub backup: Vec<ProcedureView>,
    pub upgrade: Vec<ProcedureView>,
    pub check: Vec<ProcedureView>,
    pub rollback: Vec<ProcedureView>,
    /// What to carry to a place without a network, beside the release itself.
    pub carry: Vec<ProcedureView>,
}

/// Commands for one kind of installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProcedureView {
    pub title: String,
    pub commands: String,
}

/// A kind of what operators see, and the document about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReferenceView {
    pub title: String,
    /// How much there is, or that it is not tracked, in a sentence.
    pub about: String,
    /// Absent where it is not tracked.
    pub url: Option<String>,
}

/// A version that an upgrade must pass through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StopView {
    pub line: String,
    pub from: String,
    pub reason: Option<String>,
}

/// From where to where an upgrade leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UpgradeRowView {
    pub from: String,
    pub to: String,
    /// `directly`, or through which stops.
    pub way: String,
}

/// What to go back to within the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RollbackStepView {
    /// The newest release of the line.
    pub from: String,
    pub version: String,
    pub tag: String,
    pub date: String,
    pub compare_url: Option<String>,
}

impl View for GuideView {
    const TEMPLATE: &'static str = "versioned/guide.md.hbs";
}
