//! The words of Twintrack as types: identifiers, versions, name patterns, messages and their trailers, periods,
//! channels. Pure: no input or output, no clock, no git.

mod audit_rule;
mod change;
mod channel;
mod commit_prefix;
mod freeze;
mod id;
mod message;
mod name;
mod nearest;
mod operator;
mod pattern;
mod period;
mod promotion;
mod record;
mod rule;
mod schema;
mod trailer;
mod version;
mod window;

pub use audit_rule::AuditRule;
pub use change::{ChangeKind, ChangeKindError};
pub use channel::{ChannelKind, LineKind, Stage};
pub use commit_prefix::{CommitPrefix, CommitPrefixError};
pub use freeze::{FreezeName, is_thaw_of};
pub use id::{CommitId, IdError, ObjectId};
pub use message::{Message, PullRequestTitle, decode};
pub use name::{
    BranchName, ChannelName, EnvironmentName, GateName, LineName, NameError, RecordLabel, RefName, TagName,
};
pub use nearest::{listed, nearest};
pub use operator::{Action, ActionTime, MigrationPhase, RollbackClass, Severity};
pub use pattern::{Field, Fields, NamePattern, PatternError, ProduceError, Specificity};
pub use period::{Period, PeriodError};
pub use promotion::{ARTIFACT, GateOverride, SignOffText, artifacts};
pub use record::{RECORDS, RecordKind, RecordName, RecordPlace};
pub use rule::{Rule, RuleError, RuleSeverity};
pub use trailer::{Trailer, format_trailers, parse_trailers, pick_notices, with_pick_notice};
pub use version::{PreRelease, Version, VersionError};
pub use window::{TimeWindow, TimeZoneName, WindowBound, WindowError, WindowFault};
