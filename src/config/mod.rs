//! `release.toml`, `customers.toml` and change notes: from text and a word on where the text came from to a checked value. What was typed
//! (`shape`) is kept apart from what is meant (`Config`, `Note`), and every fault of a file is gathered before it is refused.
//!
//! Which file is read - the work tree's, trunk's, the one that was named - is decided above this layer; nothing here
//! reads a file, a ref or the clock. A [`Config`] that exists is free of contradictions.

mod audit;
mod changes;
mod channel;
mod check;
mod customers;
mod decision;
mod defaults;
mod document;
mod error;
mod fault;
mod key_path;
mod line;
mod note;
mod origin;
mod path_set;
mod policy;
mod project;
mod read;
mod redaction;
mod release_toml;
mod schema;
mod shape;
mod upgrade;

pub use audit::Audit;
pub use changes::{AudienceRule, Changes, CommitRules, EntriesFrom, WantedOn, Wildcard, WildcardError};
pub use channel::{Channel, Continuous, CutFrom, UpgradeStep, VersionFile, VersionPlace, Versioned, Versioning};
pub use customers::{Customer, Customers, CustomersError};
pub use decision::{Decision, Verdict};
pub use document::Position;
pub use error::{ConfigError, Finding};
pub use fault::Fault;
pub use key_path::{KeyPath, Step};
pub use line::{DeclaredLine, Planned, RequiredStop};
pub use note::{
    ChloggenNotes, ConfigurationChange, ConfigurationEffect, DeprecationNotice, Disclosure, Downtime, Due, Erratum,
    ForeignNotes, FragmentType, KnownIssue, Measured, MigrationNotice, Note, NoteError, NoteFormat, NoteSection,
    NoteText, OperatorAction, RenoNotes, RequirementChange, SecurityNotice, TowncrierNotes, note_schema,
};
pub use origin::{FILE_NAMES, Origin};
pub use path_set::PathSet;
pub use policy::{
    AllowedKinds, BackportsRule, CheckRules, FreezeWindow, Gates, Limit, NotesRule, RollbackLimit, RollbacksReached,
    RuleSetting, SignOff, StageTag, Support, Tension, Window,
};
pub use project::{Links, Project};
pub use read::is_cargo_release;
pub use redaction::{Redaction, RedactionPattern};
pub use release_toml::{Config, Documents, MigrationVariant, Surface};
pub use schema::schema;
pub use upgrade::{Installation, PairRule, SpecialPair, UpgradePolicy};

#[cfg(test)]
mod tests;
