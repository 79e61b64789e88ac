//! The answer as data.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::config::Disclosure;
use crate::domain::{
    BranchName, ChangeKind, ChannelKind, ChannelName, CommitId, EnvironmentName, Severity, Stage, TagName, Version,
};
use crate::history::{Confidence, Evidence, Fit};

/// What `affected` prints.
#[derive(Debug, Clone, Serialize)]
pub struct Affected {
    /// What was asked about, as it was written.
    pub asked: String,
    /// The newest commit on trunk that the change consists of; `None` where trunk does not have it, or a release was asked
    /// about.
    pub origin: Option<CommitId>,
    /// All commits on trunk that only together are the change, newest first.
    pub origins: Vec<CommitId>,
    /// The sentence of the change.
    pub subject: Option<String>,
    /// Pull requests, issues and security ids as written.
    pub refs: Vec<String>,
    /// What its change note says.
    pub note: Option<NoteSummary>,
    /// Commits that brought the fault which the change repairs, newest first. Empty where nobody named one: then everything
    /// that lacks the change counts as affected.
    pub introduced: Vec<CommitId>,
    /// On trunk first, then newest first.
    pub commits: Vec<AffectedCommit>,
    /// Trunk's tip; `None` where a release was asked about.
    pub trunk: Option<AffectedTrunk>,
    /// In the order of the channels, newest line first.
    pub lines: Vec<AffectedLine>,
    /// In the order of the channels, newest line and highest version first.
    pub releases: Vec<AffectedRelease>,
    /// In the order of the channels and their environments.
    pub deploys: Vec<AffectedDeploy>,
    /// Commits of lines that may be the change and were not counted, newest first.
    pub maybe: Vec<Maybe>,
    /// The release that was asked about.
    pub version: Option<AffectedVersion>,
    /// What it brought.
    pub changes: Vec<Carried>,
    /// The day before which nothing says what the change is: neither words, references nor the path of its note are here.
    pub undisclosed_until: Option<NaiveDate>,
    /// What is not known and why, in sentences.
    pub notices: Vec<String>,
}

/// How much of a change something has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Has {
    Yes,
    /// Some of its commits.
    Partial,
    /// It had it, and it was taken back.
    Reverted,
    No,
}

impl Has {
    /// Whether it has all of it.
    pub fn is_whole(self) -> bool {
        self == Self::Yes
    }
}

/// What is said of a place as a whole; flattened into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Whole {
    /// Whether it has the whole change, and not taken back.
    pub has: bool,
    pub standing: Has,
    /// Whether it lacks the change though it has the fault: see [`Affected::introduced`].
    pub affected: bool,
}

/// A commit on which the change stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AffectedCommit {
    pub commit: CommitId,
    /// `None` for trunk, and for a commit that no line and no release reaches.
    pub line: Option<String>,
    pub channel: Option<ChannelName>,
    pub subject: String,
    /// The commit on trunk that it carries; `None` for one on trunk, and where trunk has none.
    pub origin: Option<CommitId>,
    pub confidence: Option<Confidence>,
    pub fit: Option<Fit>,
    /// Strongest first.
    pub evidence: Vec<Evidence>,
    /// Commits that take it back, newest first; some may have been taken back in turn.
    pub reverted_by: Vec<CommitId>,
}

/// What trunk has of the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AffectedTrunk {
    pub branch: BranchName,
    pub commit: CommitId,
    #[serde(flatten)]
    pub whole: Whole,
}

/// What a line has of the change, at its tip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AffectedLine {
    pub name: String,
    pub channel: ChannelName,
    pub kind: ChannelKind,
    /// `None` where the branch is gone.
    pub branch: Option<BranchName>,
    pub stage: Stage,
    #[serde(flatten)]
    pub whole: Whole,
    /// The commit by which the line has it.
    pub commit: Option<CommitId>,
    /// The line's lowest version that has it, candidates and retracted ones not counted.
    pub first_release: Option<Version>,
    /// A candidate that had it before.
    pub first_candidate: Option<Version>,
    /// The newest release of the line that is no candidate and was not retracted.
    pub latest: Option<Version>,
    /// The commit by which the line has the fault.
    pub introduced_by: Option<CommitId>,
    /// The oldest commit that is the line's own, else its tip.
    #[serde(skip)]
    pub own: CommitId,
}

/// What a release has of the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AffectedRelease {
    pub version: Version,
    pub tag: TagName,
    pub channel: ChannelName,
    pub line: String,
    pub date: DateTime<Utc>,
    pub candidate: bool,
    pub retracted: bool,
    #[serde(flatten)]
    pub whole: Whole,
}

/// Since when an environment has the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AffectedDeploy {
    pub channel: ChannelName,
    pub environment: EnvironmentName,
    /// Tag of the first deploy that had it; `None` where none did, or what is live is only inferred.
    pub first: Option<TagName>,
    pub commit: Option<CommitId>,
    pub recorded_at: Option<DateTime<Utc>>,
    /// Whether everything that is live now has it; `None` where nothing is live.
    pub live: Option<bool>,
}

/// A commit that may be the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Maybe {
    pub commit: CommitId,
    pub line: Option<String>,
    pub channel: Option<ChannelName>,
    pub subject: String,
    /// Why it is shown.
    pub evidence: Vec<Evidence>,
    /// Why it is not counted.
    pub why: &'static str,
}

/// What a change note says of the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteSummary {
    /// `None` where it may not be told yet: the name of the file says what it is about.
    pub path: Option<String>,
    /// Markdown.
    pub text: String,
    pub severity: Option<Severity>,
    /// Security ids.
    pub ids: Vec<String>,
    /// Versions before this one do not have the weakness.
    pub introduced_in: Option<Version>,
    /// The day before which documents stay vague.
    pub disclose_on: Option<NaiveDate>,
    /// How much of the change may be told.
    #[serde(skip)]
    pub disclosure: Disclosure,
}

/// The release that was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AffectedVersion {
    pub version: Version,
    pub tag: TagName,
    pub commit: CommitId,
    pub channel: ChannelName,
    pub line: String,
    pub date: DateTime<Utc>,
    pub retracted: bool,
    /// The release that it is compared with; `None`: everything from the beginning.
    pub previous: Option<String>,
}

/// A change that the release brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Carried {
    /// The commit of trunk; `None` where only the line has it.
    pub origin: Option<CommitId>,
    /// Its commits in the release, newest first.
    pub commits: Vec<CommitId>,
    pub text: String,
    pub kind: ChangeKind,
    pub refs: Vec<String>,
    /// Newer lines of the channel whose tip lacks it, newest first: it is lost by upgrading there.
    pub newer_without: Vec<String>,
    /// Older lines of the channel whose tip lacks it, newest first; lines that are over are left out.
    pub older_without: Vec<String>,
}
