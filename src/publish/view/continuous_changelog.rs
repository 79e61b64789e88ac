//! The changelog of a channel that we deploy: by day of deploy, newest first, for its customers.

use schemars::JsonSchema;
use serde::Serialize;

use super::piece::{ErratumView, LeftOutView, LinkView, MoreView, ProjectView, SectionView};
use crate::publish::template::View;

/// The changelog, or one year of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ContinuousChangelogView {
    pub title: String,
    pub project: ProjectView,
    pub channel: String,
    /// The environment that customers see.
    pub environment: Option<String>,
    /// The year, `2026`, or the part, where this is a page for one.
    pub part: Option<String>,
    /// Whether history is cut, as in a shallow clone, so that the oldest changes may be missing.
    pub is_cut: bool,
    /// Newest first.
    pub days: Vec<DayView>,
    /// Pages of years or parts, newest first; empty where everything stands on this page.
    pub parts: Vec<LinkView>,
    /// Whether no times are known, so that what went live is told line by line.
    pub is_undated: bool,
    /// Whether another channel exists for which each entry says since when it has the change.
    pub tells_availability: bool,
    /// The name of that channel.
    pub other_channel: Option<String>,
}

/// What went live on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DayView {
    /// `2026-03-04`, also the anchor of the day; the line where no time is known.
    pub heading: String,
    pub is_undated: bool,
    /// `Deployed at 09:12 and 14:02 UTC`; absent where no deploy is on record.
    pub deploys: Option<String>,
    /// What was deployed, newest first.
    pub versions: Vec<LinkView>,
    pub rollbacks: Vec<RollbackView>,
    /// Without those that are empty.
    pub sections: Vec<SectionView>,
    pub more: Option<MoreView>,
    /// Counts of what went live and is not listed, by reason.
    pub left_out: Option<String>,
    /// What is not listed, one by one; only where somebody asked for it.
    pub left_out_items: Vec<LeftOutView>,
    /// What was corrected since, the earliest first.
    pub errata: Vec<ErratumView>,
}

/// A return to an older version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RollbackView {
    /// `14:02 UTC`.
    pub time: Option<String>,
    /// What is live since.
    pub to: String,
    /// What was live before.
    pub from: Option<String>,
}

impl View for ContinuousChangelogView {
    const TEMPLATE: &'static str = "continuous/changelog.md.hbs";
}
