//! The page that a bundle opens with.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{LinkView, ProjectView};
use crate::publish::template::View;

/// What a bundle is, how to check it, and where to go on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BundleView {
    pub title: String,
    pub project: ProjectView,
    pub version: String,
    pub line: String,
    pub date: String,
    pub tag: String,
    /// The full id.
    pub commit: String,
    /// The command that checks the archive.
    pub check: String,
    /// Commands that do the same without twintrack.
    pub check_by_hand: String,
    /// Newest beginning first.
    pub upgrades: Vec<BundleUpgradeView>,
    /// From which versions no way leads here, and why, one sentence each.
    pub unreachable: Vec<String>,
    /// What is installed, also on the way.
    pub artifacts: Vec<BundleArtifactView>,
    /// Bills of materials.
    pub parts: Vec<BundleFileView>,
    /// Tags with their messages and signatures.
    pub tags: Vec<BundleTagView>,
    /// The way to the first page of the documents.
    pub documents: String,
}

/// Upgrade notes from one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BundleUpgradeView {
    pub from: String,
    pub notes: LinkView,
    /// Versions at which the way stops; absent where there is none.
    pub stops: Option<String>,
}

/// An artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BundleArtifactView {
    pub path: String,
    pub url: Option<String>,
    pub version: String,
}

/// Another file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BundleFileView {
    pub path: String,
    pub url: Option<String>,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BundleTagView {
    pub path: String,
    pub url: Option<String>,
    pub name: String,
}

impl View for BundleView {
    const TEMPLATE: &'static str = "versioned/bundle.md.hbs";
}
