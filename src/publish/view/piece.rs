//! Parts that several documents share.

use schemars::JsonSchema;
use serde::Serialize;

/// The project that a document is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProjectView {
    pub name: String,
    /// The project's page.
    pub url: Option<String>,
}

/// A text and where it leads; text alone where it leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LinkView {
    pub text: String,
    pub url: Option<String>,
}

/// A piece of a line: text, code, or a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SpanView {
    pub text: String,
    pub is_code: bool,
    pub url: Option<String>,
    /// Whether a blank stands before it.
    pub is_apart: bool,
}

/// A block of what somebody wrote in a change note: code, an item of a list or a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProseView {
    /// Lines of code; the other fields say nothing then.
    pub listing: Option<String>,
    pub is_item: bool,
    pub spans: Vec<SpanView>,
}

/// One change in a changelog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EntryView {
    pub text: Vec<SpanView>,
    pub scope: Option<String>,
    pub is_breaking: bool,
    /// What breaks, where more is known than that something does.
    pub breaking_text: Vec<SpanView>,
    /// What the change refers to, then its commit.
    pub links: Vec<LinkView>,
    /// Whether and since when the other audience has it, in words; absent where there is no other audience.
    pub availability: Option<String>,
    /// That it was taken back by a rollback, and when.
    pub withdrawn: Option<String>,
    /// What whoever operates an installation must do.
    pub action: Vec<SpanView>,
    /// What the change note says beyond the text.
    pub details: Vec<ProseView>,
}

/// A correction of a published section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ErratumView {
    /// `2026-03-04`.
    pub date: String,
    pub text: Vec<SpanView>,
}

/// A change that is not listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftOutView {
    pub text: Vec<SpanView>,
    /// `shipped in 1.8.5`.
    pub reason: String,
    pub commit: LinkView,
}

/// The changes of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SectionView {
    pub title: String,
    /// At least one.
    pub entries: Vec<EntryView>,
}

/// Entries that a page has no room for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MoreView {
    /// `34,288 more changes`.
    pub count: String,
    /// What prints all of them.
    pub command: String,
}

/// One release with what changed in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReleaseView {
    pub version: String,
    /// `2026-03-04`; absent for what is not released yet.
    pub date: Option<String>,
    /// Absent for what is not released yet.
    pub tag: Option<String>,
    pub is_retracted: bool,
    pub is_candidate: bool,
    /// Image digests or checksums of what was built from it.
    pub artifacts: Vec<String>,
    /// That it was released although gates were open, and why: `qa and soak: the fix cannot wait`.
    pub overridden: Option<String>,
    /// The version that these changes are counted from.
    pub previous: Option<String>,
    /// The page that compares the two.
    pub compare_url: Option<String>,
    /// Without those that are empty.
    pub sections: Vec<SectionView>,
    pub more: Option<MoreView>,
    /// Counts of what is in the release and not listed, by reason: `2 internal changes and 1 change that …`.
    pub left_out: Option<String>,
    /// What is not listed, one by one; only where somebody asked for it.
    pub left_out_items: Vec<LeftOutView>,
    /// What was corrected since, the earliest first.
    pub errata: Vec<ErratumView>,
}

/// A release that is announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlannedView {
    pub line: String,
    pub version: String,
    /// `2026-12-03`.
    pub date: String,
    pub about: Option<String>,
}
