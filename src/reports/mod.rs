//! Answers as plain, ordered data that text, JSON, Markdown and HTML all render from. A report reads; it plans nothing
//! and formats nothing.

mod advisories;
mod affected;
mod audience;
mod audit;
mod backports;
mod between;
mod bundle;
mod changelog;
mod check;
mod customers;
mod deploy_log;
mod deploys;
mod describe;
mod disclosure;
mod gates;
mod identity;
mod known_notes;
mod line_origins;
mod line_surface;
mod line_upgrades;
mod notes;
mod notices;
mod redaction;
mod release_proofs;
mod releases;
mod signatures;
mod soak;
mod sources;
mod status;
mod tension;
mod upgrade;

pub use advisories::{Advisories, advisories};
pub use affected::{
    Affected, AffectedCommit, AffectedDeploy, AffectedError, AffectedLine, AffectedReader, AffectedRelease,
    AffectedTrunk, AffectedVersion, Carried, Has, LineSummary, Maybe, NoteSummary, OsvDocument, Question,
    ReleaseSummary, Whole, osv,
};
pub use audit::{AuditError, AuditFinding, AuditReport, AuditSources, AuditedFile, KnownTags, audit};
pub use backports::{
    Backports, BackportsError, BackportsRequest, BackportsTrunk, CellState, CommitOrigin, Counts, FollowUp,
    FollowUpKind, Hole, LineBackports, LineCommit, MatrixCell, MatrixChange, Missing, NotNeeded, Prediction,
    Suggestion, UpstreamFirst, UpstreamState, WantedBy, backports, lines_to_read,
};
pub use between::{Between, NoteBar, between};
pub use bundle::{BundleContents, BundleRequest, bundle_contents};
pub use changelog::{
    Changelog, ChangelogEntry, ChangelogErratum, ChangelogError, ChangelogReader, ChangelogRelease, ChangelogSection,
    ChangelogSpan, ContentsError, KindSection, LeftOut, LeftOutWhy, ReleasedAs,
};
pub use check::{CheckInputs, CheckReport, Finding, asks_for_backports, check};
pub use customers::{CustomerNews, CustomerState, customer_news};
pub use deploy_log::{DeployLog, DeployRisk, LoggedDeploy, WayBack, deploy_log};
pub use deploys::{DeployFilter, DeployList, ListedDeploy, deploys};
pub use describe::{Describer, Description};
pub use gates::{
    Gate, GateReport, NoteFinder, Promotion, PromotionError, SignOffRecord, backport_gates, backports_asked,
    gate_report, gates, gates_of_backports, is_allowed, newest_candidate, sign_offs_of, untested_artifacts,
};
pub use identity::{IdentitySources, LedgerIdentities};
pub use known_notes::KnownNotes;
pub use line_origins::{LineOrigin, line_origins};
pub use line_surface::{LineSurface, SurfaceRelease, SurfaceSources, SurfaceStep, line_surfaces};
pub use line_upgrades::{LineUpgrades, UpgradeFrom, line_upgrades};
pub use notes::{
    ChangeLint, ChangeLintError, ChangeQuestion, ChangedNote, FlagFinding, LintedCommit, NoteFinding, NoteLint,
    NoteNeed, action_flags, lint_change, lint_notes,
};
pub use notices::{FixOnLine, IssueNotice, IssueOnLine, Notices, SecurityFix, notices};
pub use redaction::{RedactionLeak, redaction_leaks, section_leaks, upgrade_leaks};
pub use release_proofs::{GateSignOff, ReleaseProof, release_proofs};
pub use releases::{ListedRelease, ReleaseList, releases};
pub use signatures::{Signatures, SignaturesError, TagSignature, signatures};
pub use soak::{NotSoaked, SoakError, SoakState, Soaked, Soaking, WhyNotSoaked};
pub use sources::HistorySources;
pub use status::{
    AgeLimit, ChannelStatus, EnvironmentStatus, FreezeStatus, FromStatus, LineStatus, Live, RecordsStatus,
    ReleaseStatus, RollbackTarget, Status, SupportStatus, TrunkStatus, status,
};
pub use tension::{
    BackportCounts, DivergenceNow, DivergencePoint, Drift, DriftKind, DriftState, Every, Hotfix, KindLag, Lag, LineLag,
    ReleasesNow, ReleasesPoint, ServiceNow, ServicePoint, SidesError, Tension, TensionError, TensionLimit,
    TensionLimits, TensionNow, TensionPoint, TensionRequest, Times, Unknown, tension, tension_is_limited,
    tension_limits,
};
pub use upgrade::{
    Advice, Bound, ChangeCount, Considered, DeclaredStep, DeclaredStop, LostChange, Rollback, RollbackItem,
    SectionName, StrictRequirement, Upgrade, UpgradeAction, UpgradeError, UpgradeFault, UpgradeHop, UpgradeItem,
    UpgradePoint, UpgradeReader, UpgradeRequest, UpgradeSection, UpgradeSources, VariantRollback,
};
