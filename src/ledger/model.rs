//! What the ledger holds once it has read a repository: channels, their lines, releases and deploys, as plain values.
//!
//! Everything here is derived from refs, tag objects and the configuration; nothing is stored. Lists are ordered as
//! their field says.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::domain::{
    BranchName, ChannelKind, ChannelName, CommitId, EnvironmentName, GateOverride, LineKind, ObjectId, Stage, TagName,
    Version,
};

/// The branch where changes land first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trunk {
    pub branch: BranchName,
    /// Its tip.
    pub commit: CommitId,
}

/// A channel as the repository shows it.
#[derive(Debug, Clone)]
pub struct ChannelState {
    pub name: ChannelName,
    pub kind: ChannelKind,
    /// In promotion order; the last one is what customers see. Empty for a versioned channel.
    pub environments: Vec<EnvironmentName>,
    /// Newest first. A continuous channel may have lines, too.
    pub lines: Vec<Line>,
    /// Deploys of a continuous channel in the order in which they were recorded, oldest first.
    pub deploys: Vec<Deploy>,
}

/// A version branch, or what its tags have left of it.
#[derive(Debug, Clone)]
pub struct Line {
    /// Text from the pattern's first field to its last: `1.8`. Unique within the channel.
    pub name: String,
    pub channel: ChannelName,
    /// `None` where the branch is gone and only tags are left.
    pub branch: Option<BranchName>,
    /// The branch's tip; where the branch is gone, the commit of its closing tag or newest release.
    pub tip: CommitId,
    /// Newest commit of the line's first-parent chain that is on trunk; `None` where the two have none in common or
    /// history is cut before it.
    pub base: Option<CommitId>,
    /// Where the line was cut.
    pub from: Option<CutFrom>,
    pub kind: LineKind,
    pub stage: Stage,
    pub support: SupportWindow,
    /// All releases of the line, candidates and retracted ones included, lowest version first.
    pub releases: Vec<Release>,
}

/// The commit at which a line was cut, and the line that commit was on; `line` is `None` for trunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutFrom {
    pub line: Option<String>,
    pub commit: CommitId,
}

/// Until when a line gets fixes, and until when security fixes only; `None` where nothing declares it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SupportWindow {
    pub active_until: Option<DateTime<Utc>>,
    pub security_until: Option<DateTime<Utc>>,
}

/// What a release is to its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReleaseKind {
    Candidate,
    /// The line's lowest version that is no candidate.
    GeneralAvailability,
    Patch,
}

/// An immutable version on a line.
#[derive(Debug, Clone)]
pub struct Release {
    pub version: Version,
    pub tag: TagName,
    /// The tag object, or the commit itself for a lightweight tag.
    pub object: ObjectId,
    pub commit: CommitId,
    pub kind: ReleaseKind,
    /// The tagger's date; the committer's for a lightweight tag.
    pub date: DateTime<Utc>,
    /// Whether a tag `retracted/<tag>` withdraws it.
    pub is_retracted: bool,
    /// Image digests or checksums of what was built from it, as its tag names them.
    pub artifacts: Vec<String>,
    /// That it was released although gates were open.
    pub overridden: Option<GateOverride>,
}

/// Whether a deploy went forward or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeployKind {
    Forward,
    Rollback,
}

/// A commit put live in one environment at one time.
#[derive(Debug, Clone)]
pub struct Deploy {
    /// `None` where it is inferred from a branch.
    pub tag: Option<TagName>,
    /// The tag object, or the commit itself for a lightweight tag.
    pub object: ObjectId,
    pub environment: EnvironmentName,
    pub commit: CommitId,
    pub kind: DeployKind,
    /// For a rollback, the deploy that it replaced.
    pub replaces: Option<TagName>,
    /// The tagger's date; the committer's for a lightweight tag. `None` where neither is known.
    pub recorded_at: Option<DateTime<Utc>>,
    /// When the build was made, where the tag says so.
    pub built_at: Option<DateTime<Utc>>,
    /// The run that recorded it, where the tag says so.
    pub run: Option<String>,
    /// Image digest or checksum of what was deployed, where the tag says so.
    pub artifact: Option<String>,
    /// Why it went ahead or back, where the tag says so.
    pub reason: Option<String>,
    /// Rules that were overridden for it, in the order of the tag.
    pub overrides: Vec<String>,
    /// The managed line that the deploy is on, where the channel has lines.
    pub line: Option<String>,
    /// The version that the tag's name holds, `2.578` or `1.31.0-150.2`, where its pattern has version numbers.
    pub version: Option<String>,
    /// Live by inference from a branch tip, with no tag that says so.
    pub is_inferred: bool,
}

/// Something that was passed over or may mislead, said once per run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    #[error("tag `{tag}` leads to object `{object}`, which is absent; it was passed over")]
    TagTargetAbsent { tag: TagName, object: ObjectId },
    #[error("tag `{tag}` leads to no commit and was passed over: {why}")]
    TagWithoutCommit { tag: TagName, why: String },
    #[error(
        "history is cut at {count} commit{}, the clone is shallow: what lies before is not counted",
        if *.count == 1 { "" } else { "s" }
    )]
    Shallow { count: usize },
    #[error("{count} commits are absent though nothing says that history is cut, the first is `{first}`")]
    Absent { count: usize, first: CommitId },
    #[error(
        "`refs/replace/` or `info/grafts` holds replacements, which are not followed: git itself shows other history"
    )]
    Replacements,
    #[error("{count} refs were passed over because git could not read or name them, the first is `{first}`")]
    SkippedRefs { count: usize, first: String },
    #[error("no branch and no tag of this repository fits a pattern of channel `{channel}`")]
    ChannelWithoutMatch { channel: ChannelName },
    #[error("pattern `{pattern}` of channel `{channel}` recognises nothing in this repository")]
    PatternWithoutMatch { channel: ChannelName, pattern: String },
    #[error(
        "tag `{tag}` names the environment `{environment}`, which channel `{channel}` does not list; {count} such tags were passed over"
    )]
    UnknownEnvironment { channel: ChannelName, environment: EnvironmentName, tag: TagName, count: usize },
    #[error(
        "branches `{first}` and `{second}` of channel `{channel}` both give line `{line}`; the second goes by its branch name"
    )]
    SameLineName { channel: ChannelName, line: String, first: BranchName, second: BranchName },
    #[error("line `{line}` of channel `{channel}` is declared in the configuration, but no branch and no tag shows it")]
    DeclaredLineAbsent { channel: ChannelName, line: String },
}

impl Warning {
    /// Whether it is that names of the configuration fit nothing here. A checkout of one branch has few names, and a project
    /// that begins has none.
    pub const fn is_about_names(&self) -> bool {
        matches!(self, Self::ChannelWithoutMatch { .. } | Self::PatternWithoutMatch { .. })
    }

    /// What to do about it, where there is something.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Shallow { .. } => Some("run `git fetch --unshallow --tags` for the whole history"),
            Self::TagTargetAbsent { .. } => Some("fetch the tag and its history again"),
            Self::Absent { .. } => Some("run `git fsck`, or `git fetch --refetch`"),
            Self::ChannelWithoutMatch { .. } | Self::PatternWithoutMatch { .. } => {
                Some("fetch the branches and tags (`git fetch --tags`), or correct the pattern")
            }
            Self::UnknownEnvironment { .. } => Some("add the environment to `environments` of the channel"),
            Self::Replacements => Some("`git replace --delete` and deleting `info/grafts` remove them"),
            _ => None,
        }
    }
}

impl ChannelState {
    /// Tags of deploys that a later rollback replaced.
    pub fn rolled_back(&self) -> BTreeSet<&TagName> {
        self.deploys.iter().filter_map(|deploy| deploy.replaces.as_ref()).collect()
    }

    /// Deploys into `environment`, oldest first.
    pub fn deploys_to<'s>(&'s self, environment: &'s EnvironmentName) -> impl DoubleEndedIterator<Item = &'s Deploy> {
        self.deploys.iter().filter(move |deploy| deploy.environment == *environment)
    }

    /// What is live in `environment`, newest first: the last deploy, and where the channel has lines also the last one
    /// of each earlier line that was deployed to after the newest line was.
    pub fn live<'s>(&'s self, environment: &'s EnvironmentName) -> Vec<&'s Deploy> {
        let Some(newest) = self.deploys_to(environment).next_back() else { return Vec::new() };
        if newest.is_inferred {
            return self.deploys_to(environment).rev().collect();
        }
        let mut live = vec![newest];
        let on_newest = |deploy: &&Deploy| deploy.line == newest.line;
        let since = self.deploys_to(environment).find(on_newest).and_then(|deploy| deploy.recorded_at);
        if newest.line.is_none() || newest.kind == DeployKind::Rollback {
            return live;
        }
        for deploy in self.deploys_to(environment).rev() {
            let is_known = live.iter().any(|known| known.line == deploy.line);
            if !is_known && deploy.line.is_some() && since.is_some() && deploy.recorded_at > since {
                live.push(deploy);
            }
        }
        live
    }

    /// What to go back to from the last deploy into `environment`: the newest one before it of another commit that no
    /// rollback replaced. `None` where nothing is recorded or nothing good came before.
    pub fn rollback_target<'s>(&'s self, environment: &'s EnvironmentName) -> Option<&'s Deploy> {
        let bad = self.rolled_back();
        let mut newest_first = self.deploys_to(environment).rev().filter(|deploy| !deploy.is_inferred);
        let live = newest_first.next()?;
        newest_first.find(|deploy| {
            deploy.commit != live.commit
                && deploy.kind == DeployKind::Forward
                && deploy.tag.as_ref().is_some_and(|tag| !bad.contains(tag))
        })
    }
}

impl Release {
    /// Whether people may be sent to it: no candidate, and not retracted.
    pub fn is_standing(&self) -> bool {
        self.kind != ReleaseKind::Candidate && !self.is_retracted
    }
}

impl Line {
    /// The newest release that is no candidate and was not retracted.
    pub fn latest(&self) -> Option<&Release> {
        self.releases.iter().rev().find(|release| release.is_standing())
    }

    /// The release that made the line generally available.
    pub fn general_availability(&self) -> Option<&Release> {
        self.releases.iter().find(|release| release.kind == ReleaseKind::GeneralAvailability)
    }
}
