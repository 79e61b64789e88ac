//! The changelog as data: what each release or deploy of a channel brought to its readers, and what was left out and why.
//!
//! Invariant: every commit of a section's range that is no merge stands in exactly one entry or left-out item.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::config::Disclosure;
use crate::domain::{ChangeKind, ChannelKind, ChannelName, CommitId, EnvironmentName, GateOverride, TagName, Version};

/// What `changelog` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changelog {
    pub channel: ChannelName,
    pub kind: ChannelKind,
    /// The line that was asked for; `None` for anything else.
    pub line: Option<String>,
    /// What people see of the unreleased first, then newest releases or deploys first.
    pub sections_of: Vec<ChangelogSection>,
    /// For each line with long-term support, newest first, what its newest release brings to whoever comes from the line of
    /// that kind before it; told with a line, and with all that is published.
    pub since_lts: Vec<ChangelogSection>,
    /// Whether a channel is versioned, so that each entry can say since when its releases have it.
    #[serde(skip)]
    pub has_self_hosted: bool,
    /// Whether history is cut, as in a shallow clone, so that the oldest section may lack changes.
    pub cut: bool,
    /// What is not known and why, in sentences.
    pub notices: Vec<String>,
}

/// What one release or deploy brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangelogSection {
    pub release: ChangelogRelease,
    /// In the order of the kinds; none is empty.
    pub sections: Vec<KindSection>,
    /// Newest first.
    pub left_out: Vec<LeftOut>,
    /// What was corrected since it was published, the earliest correction first.
    pub errata: Vec<ChangelogErratum>,
}

/// A correction of what a published section says. The section itself stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangelogErratum {
    /// The day of the correction.
    pub on: NaiveDate,
    /// The entry that is corrected.
    pub id: CommitId,
    /// The path of its change note.
    pub note: String,
    /// One line of plain text.
    pub text: String,
}

/// What a section is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangelogRelease {
    /// `None` for what is unreleased, for deploys and for ranges that end in no release.
    pub version: Option<Version>,
    pub tag: Option<TagName>,
    /// When it was released or went live; `None` where that is not known or has not happened.
    pub date: Option<DateTime<Utc>>,
    /// Version, tag or, for a range, what was asked for. `None`: everything from the beginning.
    pub previous: Option<String>,
    pub kind: ReleasedAs,
    pub commit: CommitId,
    pub previous_commit: Option<CommitId>,
    /// The line it is on; `None` for trunk.
    pub line: Option<String>,
    /// Candidates whose changes are counted here, oldest first.
    pub candidates: Vec<Version>,
    pub retracted: bool,
    /// Image digests or checksums of what was built from a release.
    pub artifacts: Vec<String>,
    /// That it was released although gates were open.
    pub overridden: Option<GateOverride>,
    /// Of a deploy.
    pub environment: Option<EnvironmentName>,
    /// Of a rollback: the deploy that it took back.
    pub replaces: Option<TagName>,
}

impl ChangelogRelease {
    /// What is known of any section: how its changes reached people, and up to which commit.
    pub fn new(kind: ReleasedAs, commit: CommitId) -> Self {
        Self {
            version: None,
            tag: None,
            date: None,
            previous: None,
            kind,
            commit,
            previous_commit: None,
            line: None,
            candidates: Vec::new(),
            retracted: false,
            artifacts: Vec::new(),
            overridden: None,
            environment: None,
            replaces: None,
        }
    }
}

/// How the changes of a section reached people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleasedAs {
    Unreleased,
    Candidate,
    /// The first release of a line that is no candidate.
    GeneralAvailability,
    Patch,
    Deploy,
    Rollback,
    /// A managed line without tags: live by inference.
    Line,
    /// Any two points that somebody named, and a line's newest release since the long-term support before it.
    Range,
}

/// The entries of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KindSection {
    pub kind: ChangeKind,
    /// Newest first.
    pub entries: Vec<ChangelogEntry>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangelogEntry {
    /// The merge or commit that the change is named after.
    pub id: CommitId,
    /// One line of plain text, not escaped for any format.
    pub text: String,
    pub scope: Option<String>,
    pub breaking: bool,
    /// What breaks, where the message says more than that something does.
    pub breaking_text: Option<String>,
    /// Its commits that are no merges, newest first. Where one change has several notes, the first entry has them all.
    pub commits: Vec<CommitId>,
    /// The commit on trunk; `None` where the change is on a line only, or not known to be elsewhere.
    pub origin: Option<CommitId>,
    /// Pull requests, issues and security ids as written.
    pub refs: Vec<String>,
    /// The earliest self-hosted release that has it, candidates and retracted ones not counted; `None`: none yet.
    pub first_self_hosted: Option<Arc<Version>>,
    /// What whoever operates an installation must do; `None` where nothing declares it, and for a channel that we operate.
    pub operator: Option<String>,
    /// What its change note says beyond the text, as Markdown; `None` without a note.
    pub details: Option<String>,
    /// The path of its change note; `None` without one, and where it may not be told yet.
    pub note: Option<String>,
}

impl ChangelogEntry {
    /// What breaks, where that is not what `text` says already.
    pub fn breaks(&self) -> Option<&str> {
        let is_more = |words: &&str| !words.split_whitespace().eq(self.text.split_whitespace());
        self.breaking_text.as_deref().filter(is_more)
    }
}

/// A change that is no news in this section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    pub id: CommitId,
    pub text: String,
    /// Its commits that are no merges, newest first.
    pub commits: Vec<CommitId>,
    pub why: LeftOutWhy,
    /// Version or tag that had it first, where it was shipped before.
    pub shipped_in: Option<String>,
    /// How much of it may be told; `text` says no more.
    #[serde(skip)]
    pub disclosure: Disclosure,
}

/// Why a change is no news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeftOutWhy {
    /// The reader has it from an earlier release, on another commit.
    ShippedBefore,
    /// It and its revert cancel each other.
    Reverted,
    /// It repairs only what came within the same range: nobody met the fault.
    IntroducedAndFixed,
    /// It matters to other channels only.
    Audience,
    /// It is no news for anybody outside.
    Internal,
    /// Its change note says that it is announced later.
    NotAnnounced,
}

impl LeftOut {
    /// Why it is no news, in words: `shipped in 1.8.5`.
    pub fn reason(&self) -> String {
        match (self.why, &self.shipped_in) {
            (LeftOutWhy::ShippedBefore, Some(name)) => return format!("shipped in {name}"),
            (LeftOutWhy::ShippedBefore, None) => "shipped before",
            (LeftOutWhy::Reverted, _) => "taken back at once",
            (LeftOutWhy::IntroducedAndFixed, _) => "repairs what came with it",
            (LeftOutWhy::Audience, _) => "for other channels",
            (LeftOutWhy::Internal, _) => "internal",
            (LeftOutWhy::NotAnnounced, _) => "announced later",
        }
        .to_owned()
    }
}

impl ChangelogSection {
    /// How many entries there are.
    pub fn entry_count(&self) -> usize {
        self.sections.iter().map(|section| section.entries.len()).sum()
    }

    /// All entries, in the order of the kinds.
    pub fn entries(&self) -> impl Iterator<Item = (ChangeKind, &ChangelogEntry)> {
        self.sections.iter().flat_map(|section| section.entries.iter().map(|entry| (section.kind, entry)))
    }
}
