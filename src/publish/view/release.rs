//! The page of one release, and the ways to it.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{LinkView, ProjectView, ReleaseView};
use crate::publish::template::View;

/// One release: its notes, and what vouches for it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReleasePageView {
    pub title: String,
    pub project: ProjectView,
    /// What it is, in a sentence.
    pub about: String,
    /// Its section of the changelog; none where it is not told of there.
    pub notes: Vec<ReleaseView>,
    pub full_commit: String,
    pub commit: LinkView,
    /// Its tag, who made it and how it is signed, in a sentence.
    pub tag_words: String,
    pub is_signed: bool,
    /// By gate, oldest first; people and evidence are for the team.
    pub sign_offs: Vec<GateSignOffView>,
    pub links: Vec<LinkView>,
}

/// A sign-off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GateSignOffView {
    pub gate: String,
    pub date: String,
    /// The candidate or release that it names.
    pub version: String,
    /// An address; for the team alone.
    pub by: Option<String>,
    pub evidence: Option<LinkView>,
    /// That it was withdrawn, and why.
    pub withdrawn: Option<String>,
}

impl View for ReleasePageView {
    const TEMPLATE: &'static str = "versioned/release.md.hbs";
}

/// All upgrade notes of a channel.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UpgradingView {
    pub title: String,
    pub project: ProjectView,
    /// Newest line first.
    pub goals: Vec<UpgradeGoalView>,
}

/// The upgrades to one release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UpgradeGoalView {
    pub version: String,
    pub line: String,
    /// Newest first.
    pub from: Vec<UpgradeBeginView>,
}

/// Where an upgrade begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UpgradeBeginView {
    pub version: String,
    pub line: String,
    pub notes: Option<LinkView>,
    /// Why there are none.
    pub why_not: Option<String>,
}

impl View for UpgradingView {
    const TEMPLATE: &'static str = "versioned/upgrading.md.hbs";
}

/// The page that the search stands on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SearchPageView {
    pub title: String,
    pub project: ProjectView,
    pub changelogs: Vec<LinkView>,
}

impl View for SearchPageView {
    const TEMPLATE: &'static str = "search.md.hbs";
}
