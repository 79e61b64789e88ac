//! The difference between what an operator sees of two versions, as plain ordered data.
//!
//! Lists are ordered by file and, within one, in the order of the file. What could not be read stands in `unreadable` and
//! nowhere else: nothing is claimed about it.

use serde::Serialize;
use serde_json::Value;

use crate::domain::{CommitId, RollbackClass};

/// A kind of thing that an operator sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SurfaceKind {
    Configuration,
    Migrations,
    Requirements,
    Deprecations,
}

impl SurfaceKind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Configuration, Self::Migrations, Self::Requirements, Self::Deprecations];

    /// As it is called in `release.toml` and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Migrations => "migrations",
            Self::Requirements => "requirements",
            Self::Deprecations => "deprecations",
        }
    }
}

/// What an operator sees change from one version to another.
#[derive(Debug, Clone, Serialize)]
pub struct SurfaceDifference {
    /// As people call it: a version, or what was asked for.
    pub from: String,
    pub to: String,
    pub from_commit: CommitId,
    pub to_commit: CommitId,
    pub configuration: ConfigurationDifference,
    pub migrations: MigrationsDifference,
    /// Only those that differ, in the order of their names.
    pub requirements: Vec<RequirementChange>,
    /// Those that `to` declares and those that came due in between.
    pub deprecations: Vec<Deprecation>,
    /// Kinds for which no files are declared, so that nothing is known of them.
    pub not_tracked: Vec<SurfaceKind>,
    /// Files, or blocks of them, of which nothing is known at one of the versions.
    pub unreadable: Vec<UnreadableFile>,
    /// What may mislead a reader, in sentences.
    pub notices: Vec<String>,
}

impl SurfaceDifference {
    /// Whether files are declared for a kind.
    pub fn is_tracked(&self, kind: SurfaceKind) -> bool {
        !self.not_tracked.contains(&kind)
    }
}

/// Configuration keys that differ.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ConfigurationDifference {
    pub added: Vec<KeyAt>,
    pub removed: Vec<KeyAt>,
    /// Keys whose default differs.
    pub changed: Vec<KeyChange>,
    pub renamed: Vec<KeyRename>,
    /// Keys that both versions have and of which only `to` says that they will go; told among the deprecations.
    #[serde(skip)]
    pub newly_deprecated: Vec<KeyAt>,
    /// Files that only `to` has, `from` has, or has under another name.
    pub added_files: Vec<String>,
    pub removed_files: Vec<String>,
    pub moved_files: Vec<MovedFile>,
    /// How many files were compared, those that are equal included.
    pub compared_files: usize,
}

impl ConfigurationDifference {
    /// Whether no key differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty() && self.renamed.is_empty()
    }
}

/// A file that is the same under another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MovedFile {
    pub from: String,
    pub to: String,
}

/// A key at one of the versions.
#[derive(Debug, Clone, Serialize)]
pub struct KeyAt {
    pub key: String,
    /// Its default; `null` where the file says none.
    pub value: Value,
    pub file: String,
    pub description: Option<String>,
    /// Whether the file only shows it in a comment.
    pub commented: bool,
    pub deprecated: bool,
    /// The first release that has it, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

/// A key whose default differs.
#[derive(Debug, Clone, Serialize)]
pub struct KeyChange {
    pub key: String,
    pub from: Value,
    pub to: Value,
    /// Where `to` has it.
    pub file: String,
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

/// A key that goes by another name.
#[derive(Debug, Clone, Serialize)]
pub struct KeyRename {
    pub from: String,
    pub to: String,
    pub file: String,
    pub from_value: Value,
    pub to_value: Value,
    pub evidence: RenameEvidence,
    pub description: Option<String>,
}

/// Why two names are taken for one key, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RenameEvidence {
    /// A change note says so.
    Note,
    /// The new key names the old one.
    Declared,
    /// The same name in another spelling: `max_size` and `maxSize`.
    Spelling,
    /// A whole section goes by another name, and this key is part of it.
    Section,
    /// A similar name and the same value, which no other key has.
    Value,
    /// A similar name and the same words about it.
    Description,
}

impl RenameEvidence {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Note => "a change note says so",
            Self::Declared => "the file says so",
            Self::Spelling => "the same name in another spelling",
            Self::Section => "its section goes by another name",
            Self::Value => "a similar name and the same value",
            Self::Description => "a similar name and the same description",
        }
    }
}

/// Migrations that differ.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MigrationsDifference {
    pub added: Vec<Migration>,
    pub removed: Vec<Migration>,
    /// Shipped with `from`, and other than they were then.
    pub changed: Vec<Migration>,
}

impl MigrationsDifference {
    /// Whether no migration differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// A migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Migration {
    /// The name of its file without what says its direction; with the directory where several have the same.
    pub id: String,
    pub file: String,
    /// `null` where the project has only one database.
    pub variant: Option<String>,
    /// `null` where nothing says it.
    pub rollback: Option<RollbackClass>,
    /// What says it.
    pub rollback_by: Option<RollbackSource>,
    /// The file that undoes it.
    pub down_file: Option<String>,
}

/// What says how one can go back over a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RollbackSource {
    /// A line in the file: `-- rollback: impossible`.
    Annotation,
    /// A change note.
    Note,
    /// A file that undoes it.
    DownFile,
    /// A part of the file that undoes it, or says that nothing does.
    DownSection,
}

/// A requirement whose bound differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequirementChange {
    pub name: String,
    /// `null` where there was none.
    pub from: Option<String>,
    /// `null` where there is none any more.
    pub to: Option<String>,
    pub file: String,
}

/// Something that will go, or has gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deprecation {
    /// What it is about.
    pub name: String,
    pub file: String,
    pub state: DeprecationState,
    /// As written: a version.
    pub announced_in: Option<String>,
    /// As written: a version or a day.
    pub removed_in: Option<String>,
    pub replacement: Option<String>,
    pub description: Option<String>,
}

/// How a deprecation stands to the two versions, what is most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeprecationState {
    /// It was to be removed by `to`, and not yet by `from`.
    Due,
    /// `from` did not say so yet.
    Announced,
    /// `from` said so already.
    Pending,
}

/// A file of which nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct UnreadableFile {
    pub kind: SurfaceKind,
    pub file: String,
    /// The version at which it cannot be read.
    pub at: String,
    /// Counted from 1, where it is known.
    pub line: Option<usize>,
    pub why: String,
    /// The keys that it hides, those that begin so; `null` where it hides the whole file.
    pub scope: Option<String>,
    /// Whether it is only missing from this clone.
    pub absent: bool,
}
