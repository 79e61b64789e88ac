//! The HTML page around every document.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::ProjectView;
use crate::publish::template::{Markup, View};

/// A whole page.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PageView {
    pub title: String,
    pub project: ProjectView,
    /// The way back to the first page.
    pub home: String,
    pub navigation: Vec<NavGroupView>,
    /// Sections of the page; empty where there are too few to need a list.
    pub contents: Vec<TocView>,
    /// The same document as Markdown, relative to the page; absent for what only a site has.
    pub markdown: Option<String>,
    /// The feed that tells of news of the same, relative to the page.
    pub feed: Option<String>,
    /// What the page may load and run, as a Content-Security-Policy: nothing of others, and no script but its own.
    pub policy: String,
    /// The style sheet as an element: the sheet itself, so that the page needs no other file; in a site the way to the one
    /// that all its pages share.
    pub style: Markup,
    pub body: Markup,
    /// The page's script as an element, where it has one.
    pub script: Option<Markup>,
}

/// Documents that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NavGroupView {
    /// Absent for documents that belong to all.
    pub title: Option<String>,
    pub items: Vec<NavItemView>,
}

/// A document in the navigation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NavItemView {
    pub title: String,
    /// Relative to the page.
    pub path: String,
    pub is_current: bool,
}

/// A section of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TocView {
    pub title: String,
    pub id: String,
}

impl View for PageView {
    const TEMPLATE: &'static str = "page.html.hbs";
}
