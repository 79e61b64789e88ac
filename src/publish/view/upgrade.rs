//! Upgrade notes from one version to another.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{LinkView, ProjectView, ProseView, SpanView};
use crate::publish::template::View;

/// A page of upgrade notes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UpgradeView {
    pub title: String,
    pub project: ProjectView,
    pub as_of: String,
    pub channel: String,
    pub from: String,
    pub to: String,
    /// Whether both are one version, so that there is nothing to do.
    pub is_same: bool,
    /// Where the way leads, the goal included.
    pub way: Vec<WayView>,
    /// How far one may step at once, in a sentence; absent where nobody declares it.
    pub step: Option<String>,
    /// Why this version, where a line was asked for.
    pub advice: Option<String>,
    /// The stops that are declared between the two, also those that do not apply.
    pub stops: Vec<UpgradeStopView>,
    /// What to be careful of, and what is not known, in sentences.
    pub notices: Vec<LineView>,
    /// Sections to read before the first step.
    pub first: Vec<UpgradeSectionView>,
    /// One for each step.
    pub hops: Vec<HopView>,
    /// Sections that hold for the whole way, to read after its steps.
    pub last: Vec<UpgradeSectionView>,
}

/// A version that the way leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WayView {
    /// Counted from one.
    pub number: usize,
    pub version: String,
    pub date: String,
    pub is_required: bool,
    /// Why the way leads here; absent for the goal.
    pub reason: Option<String>,
}

/// A required stop between the two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UpgradeStopView {
    pub line: String,
    pub from: String,
    pub reason: String,
    /// Who has to stop there.
    pub who: String,
    /// `2026-03-04`; empty where it is not said.
    pub since: String,
    /// The version of the way that meets it, or why it does not apply.
    pub state: String,
}

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HopView {
    /// `Step 1 of 2: 1.6.2 to 1.7.9`.
    pub title: String,
    pub from: String,
    pub to: String,
    pub tag: String,
    pub commit: LinkView,
    pub date: String,
    pub is_required: bool,
    pub reason: Option<String>,
    /// What to do before, during and after, in this order; all three are there.
    pub actions: Vec<ActionsView>,
    pub sections: Vec<UpgradeSectionView>,
}

/// What to do at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ActionsView {
    /// `Before the upgrade`.
    pub title: String,
    /// What is required first.
    pub actions: Vec<ActionView>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ActionView {
    pub is_required: bool,
    pub spans: Vec<SpanView>,
    /// What it refers to, then its commit.
    pub links: Vec<LinkView>,
    /// What breaks.
    pub breaking: Vec<SpanView>,
    /// What to do; empty where nothing says it.
    pub instructions: Vec<ProseView>,
    /// More, a sentence each.
    pub facts: Vec<LineView>,
}

/// A section: items, or the sentence that says that there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UpgradeSectionView {
    /// The word for it in JSON, such as `known-issues`.
    pub name: String,
    pub title: String,
    /// A sentence before the items.
    pub about: Vec<SpanView>,
    /// What to say where there are no items.
    pub nothing: Vec<SpanView>,
    pub items: Vec<ItemView>,
}

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ItemView {
    /// The word that it begins with: `added`, `high`.
    pub mark: Option<String>,
    /// A key, a file, a name.
    pub name: Option<String>,
    /// Whether the text is the value of what is named.
    pub is_value: bool,
    pub spans: Vec<SpanView>,
    /// What it refers to, then its commit.
    pub links: Vec<LinkView>,
    /// The first release that has it.
    pub since: Option<String>,
    /// More, a sentence each.
    pub details: Vec<LineView>,
    /// Commands, one a line.
    pub commands: Option<String>,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineView {
    pub spans: Vec<SpanView>,
}

impl View for UpgradeView {
    const TEMPLATE: &'static str = "versioned/upgrade.md.hbs";
}
