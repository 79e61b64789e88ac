//! Who has a change, and what a release has.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{LinkView, ProjectView};
use crate::publish::template::View;

/// Which lines, releases and deploys have a change and which lack it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AffectedView {
    pub title: String,
    pub project: ProjectView,
    pub as_of: String,
    /// Pull requests, issues and security ids.
    pub refs: Vec<LinkView>,
    /// How bad the weakness is that the change repairs, where its note says so.
    pub severity: Option<String>,
    /// Until when documents must stay vague, where that day is still to come.
    pub embargo: Option<String>,
    /// What trunk has of it, in a sentence.
    pub trunk: Option<String>,
    pub commits: Vec<AffectedCommitView>,
    /// How many commits are not shown.
    pub more_commits: usize,
    /// In the order of the configuration.
    pub channels: Vec<AffectedChannelView>,
    pub deploys: Vec<AffectedDeployView>,
    /// Commits that may be the change and were not counted.
    pub maybe: Vec<AffectedMaybeView>,
    pub more_maybe: usize,
    /// What is not known and why, in sentences.
    pub notices: Vec<String>,
}

/// A commit on which the change stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AffectedCommitView {
    pub commit: LinkView,
    /// Its line, or `trunk`.
    pub place: String,
    /// How it fits the commit of trunk, or that it was taken back; empty where neither is to be said.
    pub state: String,
    pub subject: String,
}

/// One channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AffectedChannelView {
    pub title: String,
    pub lines: Vec<AffectedLineView>,
    /// What `affected` means here: `affected`, or `lacking it` where it is not known what brought the fault.
    pub affected_words: String,
    /// Spans of versions: `1.8.0–1.8.3`.
    pub affected: Option<String>,
    pub having: Option<String>,
    /// Absent where it is not known what brought the fault.
    pub unaffected: Option<String>,
}

/// One line, or several that say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AffectedLineView {
    pub name: String,
    pub standing: String,
    pub is_bad: bool,
    /// The first release that has it, in words.
    pub first: String,
    pub by: Option<LinkView>,
}

/// One environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AffectedDeployView {
    pub environment: String,
    /// The first deploy that had it, in words.
    pub first: String,
    pub when: String,
    /// Whether what is live has it, in words.
    pub live: String,
}

/// A commit that may be the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AffectedMaybeView {
    pub commit: LinkView,
    pub place: String,
    pub subject: String,
    pub why: String,
}

/// What a release brought, and which other lines lack that.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CarriedView {
    pub title: String,
    pub project: ProjectView,
    pub as_of: String,
    pub version: String,
    pub line: String,
    pub date: String,
    pub is_retracted: bool,
    /// The release that it is compared with; absent for the beginning of everything.
    pub previous: Option<String>,
    /// Without those that are empty.
    pub sections: Vec<CarriedSectionView>,
    /// How many of the changes a newer line lacks, so that they are lost by upgrading there.
    pub lost: usize,
}

/// The changes of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CarriedSectionView {
    pub title: String,
    pub changes: Vec<CarriedChangeView>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CarriedChangeView {
    pub text: String,
    /// What the change refers to, then its commit.
    pub links: Vec<LinkView>,
    /// Whether only this line has it.
    pub is_line_only: bool,
    /// Newer lines that lack it.
    pub newer_without: Option<String>,
    /// Older lines that lack it.
    pub older_without: Option<String>,
}

impl View for AffectedView {
    const TEMPLATE: &'static str = "affected.md.hbs";
}

impl View for CarriedView {
    const TEMPLATE: &'static str = "carried.md.hbs";
}
