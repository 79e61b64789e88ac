//! The matrix as data: which change is on which line, and what a person has to decide.
//!
//! Invariant: the same facts stand once per line (`lines`) and once per change (`changes`); the lists between them name
//! what needs a decision and hold nothing that the two do not show.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::{BranchName, ChangeKind, ChannelName, CommitId, Stage};
use crate::history::{Class, Confidence, Evidence, Fit};

/// What `backports` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Backports {
    pub trunk: BackportsTrunk,
    /// In the order of the channels, newest first.
    pub lines: Vec<LineBackports>,
    /// What is wanted on a line and absent: security first, then fixes, then the rest, newest change first.
    pub missing: Vec<Missing>,
    /// In the same order: what an older line has and a newer one of its channel lacks.
    pub holes: Vec<Hole>,
    /// In the same order: fixes on a managed line that a self-hosted one lacks.
    pub hotfixes: Vec<Hole>,
    /// Fixes of lines whose change is not on trunk: overdue ones first.
    pub upstream_first: Vec<UpstreamFirst>,
    /// Repairs and reverts on trunk of changes that a line carries.
    pub follow_up_missing: Vec<FollowUp>,
    /// What people decided that a line does not need.
    pub not_needed: Vec<NotNeeded>,
    /// Commits that may be backports, which nothing counts until a person says so.
    pub suggestions: Vec<Suggestion>,
    /// Every change of trunk that a line carries, wants or lacks, newest first.
    pub changes: Vec<MatrixChange>,
    /// Maintained lines that were not read, since only others were asked for: what they have and those lack is no hole
    /// here.
    pub not_compared: Vec<String>,
    /// What is not known and why, in sentences.
    pub notices: Vec<String>,
}

impl Backports {
    /// Notes what picking a change onto a line that lacks it would come to, wherever that is shown.
    pub fn predict(&mut self, origin: CommitId, channel: &ChannelName, line: &str, prediction: Prediction) {
        let is_it = |known: &Missing| known.origin == origin && known.channel == *channel && known.line == line;
        for missing in self.missing.iter_mut().filter(|known| is_it(known)) {
            missing.prediction = Some(prediction);
        }
        let is_it = |known: &Hole| known.origin == origin && known.channel == *channel && known.missing_from == line;
        for hole in self.holes.iter_mut().chain(&mut self.hotfixes).filter(|known| is_it(known)) {
            hole.prediction = Some(prediction);
        }
        let cells =
            self.changes.iter_mut().filter(|change| change.origin == origin).flat_map(|change| &mut change.cells);
        for cell in cells.filter(|cell| cell.channel == *channel && cell.line == line) {
            cell.prediction = Some(prediction);
        }
    }
}

/// Trunk's tip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackportsTrunk {
    pub branch: BranchName,
    pub commit: CommitId,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineBackports {
    pub name: String,
    pub channel: ChannelName,
    /// `None` where the branch is gone.
    pub branch: Option<BranchName>,
    pub base: Option<CommitId>,
    pub stage: Stage,
    /// Whether decisions are asked for here.
    pub maintained: bool,
    pub counts: Counts,
    /// What the line reaches and trunk does not, newest first.
    pub commits: Vec<LineCommit>,
}

/// How many commits of each class, and how many decisions wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub backport: usize,
    pub line_only: usize,
    pub revert: usize,
    pub merge: usize,
    pub release: usize,
    pub suggestions: usize,
    pub missing: usize,
    pub holes: usize,
    pub hotfixes: usize,
    pub upstream_first: usize,
    pub follow_up_missing: usize,
    pub not_needed: usize,
}

/// One commit of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineCommit {
    pub commit: CommitId,
    pub subject: String,
    pub date: DateTime<Utc>,
    pub class: Class,
    /// The main one first; those of low confidence are suggestions.
    pub origins: Vec<CommitOrigin>,
    pub reverted_by: Option<CommitId>,
    /// What it takes back, or brings back; further ones in `also_reverts`.
    pub reverts: Option<CommitId>,
    pub also_reverts: Vec<CommitId>,
    /// A commit of trunk that makes the same update of a dependency on its own.
    pub twin: Option<CommitId>,
    /// Why a person decided otherwise than was computed, and where that is written.
    pub because: Option<String>,
    /// The first release or deploy of the line that has it.
    pub since: Option<String>,
    /// Whether the change was on the line before it was on trunk.
    pub line_first: bool,
}

/// Where the change of a commit comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommitOrigin {
    pub commit: CommitId,
    pub subject: String,
    /// Strongest first.
    pub evidence: Vec<Evidence>,
    pub confidence: Confidence,
    pub fit: Option<Fit>,
}

/// Why a change is wanted on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WantedBy {
    /// Its change note names the line.
    Note,
    /// Its message names the line, or all stable lines.
    Message,
    /// `backport-policy` has its kind.
    Policy,
}

impl WantedBy {
    /// As written in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Message => "message",
            Self::Policy => "policy",
        }
    }
}

/// What picking a change onto a line would come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prediction {
    Clean,
    /// A person has to merge it, or to see what would be merged.
    Conflict,
    /// It would change nothing: the line probably has it, or never had what it is about.
    Empty,
}

/// A change that is wanted on a line and absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The commit on trunk, or the merge that brought several.
    pub origin: CommitId,
    /// Its commits that are no merges, newest first.
    pub commits: Vec<CommitId>,
    /// As the commit has it; of a merge with several, the title it goes by.
    pub subject: String,
    /// What people read of it.
    pub text: String,
    pub kind: ChangeKind,
    pub channel: ChannelName,
    pub line: String,
    pub why: WantedBy,
    /// `why` in words.
    pub because: String,
    /// When it was committed to trunk.
    pub date: DateTime<Utc>,
    /// How many of its commits the line has.
    pub present: usize,
    /// The commit of the line that took it back.
    pub reverted_by: Option<CommitId>,
    /// A commit of the line that may be it.
    pub maybe: Option<CommitId>,
    /// What picking it would come to; `None`: not tried.
    pub prediction: Option<Prediction>,
}

/// A change that one line has and another lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hole {
    pub origin: CommitId,
    /// Its commits that are no merges, newest first.
    pub commits: Vec<CommitId>,
    /// As the commit has it; of a merge with several, the title it goes by.
    pub subject: String,
    /// What people read of it.
    pub text: String,
    pub kind: ChangeKind,
    /// When it was committed to trunk.
    pub date: DateTime<Utc>,
    /// The channel of `missing_from`.
    pub channel: ChannelName,
    pub in_line: String,
    /// The commit of `in_line` that carries it.
    pub carried_by: CommitId,
    /// The first release or deploy of `in_line` that has it.
    pub since: Option<String>,
    pub missing_from: String,
    /// How many of its commits `missing_from` has.
    pub present: usize,
    /// The commit of `missing_from` that took it back.
    pub reverted_by: Option<CommitId>,
    /// A commit of `missing_from` that may be it.
    pub maybe: Option<CommitId>,
    /// What picking it would come to; `None`: not tried.
    pub prediction: Option<Prediction>,
}

/// How urgent a fix is that trunk lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UpstreamState {
    /// A release or deploy has it, and the grace is over.
    Overdue,
    /// A release or deploy has it, and the grace still runs.
    Grace,
    /// Nothing that was released or deployed has it yet.
    Unreleased,
}

/// A fix of a line whose change is not on trunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpstreamFirst {
    pub commit: CommitId,
    /// As the commit has it; of a merge with several, the title it goes by.
    pub subject: String,
    /// What people read of it.
    pub text: String,
    pub kind: ChangeKind,
    pub channel: ChannelName,
    /// The newest line that has it.
    pub line: String,
    /// All lines that have it, newest first.
    pub lines: Vec<String>,
    pub date: DateTime<Utc>,
    pub state: UpstreamState,
    /// The first release or deploy that has it.
    pub since: Option<String>,
    /// When the grace ends.
    pub due: Option<DateTime<Utc>>,
    /// What it may be instead: `line-only` where trunk has none of its files any more.
    pub suggestion: Option<Class>,
    /// The trunk commit that may be its origin.
    pub maybe: Option<CommitId>,
}

/// How a change is followed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FollowUpKind {
    /// A later commit says that it repairs it.
    Repair,
    /// A later commit takes it back.
    Revert,
}

impl FollowUpKind {
    /// As written in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Repair => "repair",
            Self::Revert => "revert",
        }
    }
}

/// What trunk did about a change after a line took it, and the line lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FollowUp {
    /// The repair or revert on trunk.
    pub origin: CommitId,
    /// As the commit has it; of a merge with several, the title it goes by.
    pub subject: String,
    /// What people read of it.
    pub text: String,
    pub follow_up: FollowUpKind,
    /// When it was committed to trunk.
    pub date: DateTime<Utc>,
    /// The change on trunk that it is about.
    pub of: CommitId,
    pub of_subject: String,
    pub channel: ChannelName,
    pub line: String,
    /// The commit of the line that carries the change.
    pub carried_by: CommitId,
    /// The first release or deploy of the line that has the change.
    pub since: Option<String>,
    /// A commit of the line that may be the follow-up.
    pub maybe: Option<CommitId>,
}

/// A change that a line does not need, by somebody's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotNeeded {
    pub origin: CommitId,
    /// As the commit has it; of a merge with several, the title it goes by.
    pub subject: String,
    /// What people read of it.
    pub text: String,
    /// When it was committed to trunk.
    pub date: DateTime<Utc>,
    pub channel: ChannelName,
    pub line: String,
    pub because: String,
    /// The file, and the line where it is known.
    pub place: String,
}

/// A commit that may be a backport.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    pub commit: CommitId,
    pub subject: String,
    pub date: DateTime<Utc>,
    pub channel: ChannelName,
    pub line: String,
    pub origin: CommitId,
    pub origin_subject: String,
    pub evidence: Vec<Evidence>,
}

/// One change of trunk on every line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatrixChange {
    pub origin: CommitId,
    /// Its commits that are no merges, newest first.
    pub commits: Vec<CommitId>,
    /// As the commit has it; of a merge with several, the title it goes by.
    pub subject: String,
    /// What people read of it.
    pub text: String,
    pub kind: ChangeKind,
    pub date: DateTime<Utc>,
    /// Whether trunk took it back.
    pub reverted: bool,
    /// One for every line of the report, in its order.
    pub cells: Vec<MatrixCell>,
}

/// Whether a line has a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellState {
    /// The line was cut after it, or merged trunk since.
    Inherited,
    /// A commit of the line carries it.
    Present,
    /// Some of its commits are there.
    Partial,
    /// It was there and a commit of the line takes it back.
    Reverted,
    /// Wanted, and absent.
    Missing,
    /// An older line has it.
    Hole,
    /// Absent, and somebody said that this is right.
    NotNeeded,
    /// Absent, and nothing asks for it.
    Absent,
}

/// One change on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatrixCell {
    pub channel: ChannelName,
    pub line: String,
    pub state: CellState,
    /// The newest commit of the line that carries it.
    pub commit: Option<CommitId>,
    pub fit: Option<Fit>,
    /// The first release or deploy of the line that has all of it.
    pub since: Option<String>,
    /// How many of its commits are there.
    pub present: usize,
    /// Where it is missing: what picking it would come to; `None`: not tried.
    pub prediction: Option<Prediction>,
}
