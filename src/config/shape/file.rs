//! The file's top level and its small sections.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::audit::AuditShape;
use super::changes::ChangesShape;
use super::channel::ChannelShape;
use super::redaction::RedactionShape;
use super::value::{LimitShape, OneOrMany, ShortOr};
use crate::config::defaults;
use crate::domain::{BranchName, Period};

/// How a project reaches the people who use it: its channels, the names of their branches and tags, and the limits
/// that the team holds itself to.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(title = "release.toml", deny_unknown_fields)]
pub struct ReleaseToml {
    /// The version of this format. Always 1; a file without it is refused, so that a later format is never read as this
    /// one.
    #[schemars(required, with = "u64", range(min = 1, max = 1))]
    pub schema: Option<i64>,
    /// The project as a whole.
    pub project: Option<ProjectShape>,
    /// The channels by name, at least one. A name is made of letters, digits, `-` and `_`, and is what commands take
    /// (`--channel self-hosted`).
    #[schemars(required, with = "IndexMap<String, ChannelShape>")]
    pub channels: Option<IndexMap<String, ChannelShape>>,
    /// How commits become changes that people read of.
    pub changes: Option<ChangesShape>,
    /// Where to look for what an operator can see of a version. A kind without files is not tracked, and documents say
    /// so.
    pub surface: Option<SurfaceShape>,
    /// How far apart the channels may come.
    pub tension: Option<TensionShape>,
    /// How documents are made.
    pub publish: Option<PublishShape>,
    /// What `check` makes of what its rules find.
    pub check: Option<CheckShape>,
    /// What must not appear in documents for people outside.
    pub redaction: Option<RedactionShape>,
    /// How what was published - tags, version files, changelogs - is audited.
    pub audit: Option<AuditShape>,
}

/// What `check` makes of what its rules find.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CheckShape {
    /// What single rules weigh, by their names: `{ gate-open = "fail", frozen = "off" }`. `docs/rules.md` says what each
    /// finds and what it weighs where nothing is said.
    pub rules: Option<IndexMap<String, RuleWord>>,
}

/// What a rule weighs.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuleWord {
    /// It is not looked at.
    Off,
    /// What it finds is told.
    Warn,
    /// What it finds makes the check fail.
    Fail,
}

/// The project as a whole.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct ProjectShape {
    /// What documents call the project. By default the name of the repository.
    pub name: Option<String>,
    /// The branch where changes land first. By default the remote's default branch, or the one of the usual names that
    /// exists.
    pub trunk: Option<BranchName>,
    /// The git remote that everybody shares. By default the one that trunk follows, else `origin`, else the only one.
    pub remote: Option<String>,
    /// The address of the project's page. Links to commits, changes and comparisons derive from it in the form that the
    /// host uses.
    pub url: Option<String>,
    /// Links in another form than the one that derives from `url`.
    pub links: Option<LinksShape>,
}

/// Addresses with a place to fill in.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LinksShape {
    /// The page of a commit, with `{commit}`.
    pub commit: Option<String>,
    /// The page of a pull request, merge request or issue, with `{change}` for its number.
    pub change: Option<String>,
    /// The page that compares two tags, with `{from}` and `{to}`.
    pub compare: Option<String>,
}

/// Where to look for what an operator can see.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SurfaceShape {
    /// Files whose keys and values are the configuration and its defaults, each with the comment that belongs to it. Their
    /// names say the format: TOML, YAML, JSON, a JSON Schema, `.env`, `.properties`, INI (`.ini`, `.cfg`, `.conf`), also
    /// with `.example`, `.sample`, `.template` and the like; of a Markdown page the fenced blocks are read. A project
    /// whose defaults stand in code may let its build write a snapshot: `{"twintrack-surface": 1, "configuration":
    /// [{"key": "…", "default": …, "description": "…", "aliases": ["…"], "deprecated": false}]}`. Globs.
    pub configuration: Option<OneOrMany<String>>,
    /// Database migrations, as globs; or one table per variant where migrations exist for several databases. How one can
    /// go back over a migration is said by a comment in its file (`-- rollback: safe`, `needs-down`, `needs-restore` or
    /// `impossible`), or by a file or section that undoes it.
    pub migrations: Option<OneOrMany<ShortOr<String, MigrationsShape>>>,
    /// Files that declare what an installation needs - databases, operating systems, runtimes - as `postgresql = "14"`, or
    /// as tables with `minimum` and `maximum`. Globs.
    pub requirements: Option<OneOrMany<String>>,
    /// Files that declare what will be removed: lists of tables, or tables by name, with `removed-in`, `announced-in`,
    /// `replacement` and `description`. TOML, YAML or JSON. Globs.
    pub deprecations: Option<OneOrMany<String>>,
}

/// The migrations of one variant.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct MigrationsShape {
    /// What the variant is called, `postgresql`.
    #[schemars(required, with = "String")]
    pub name: Option<String>,
    /// Its migrations. Globs.
    #[schemars(required, with = "OneOrMany<String>")]
    pub paths: Option<OneOrMany<String>>,
}

/// Limits on the distance between what the managed service runs and what others can have. Each is a plain value from
/// which on `check` fails, or a table with `warn` and `fail`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct TensionShape {
    /// The fewest forward deploys a week, counted over four weeks; `warn` is the higher number here.
    #[schemars(with = "Option<ShortOr<u64, LimitShape<u64>>>")]
    pub min_deploys_per_week: Option<ShortOr<i64, LimitShape<i64>>>,
    /// The longest time between two general releases, patches left out: how long ago the last one may be.
    pub max_release_gap: Option<ShortOr<Period, LimitShape<Period>>>,
    /// The most changes that may be on trunk and in no release.
    #[schemars(with = "Option<ShortOr<u64, LimitShape<u64>>>")]
    pub max_waiting_changes: Option<ShortOr<i64, LimitShape<i64>>>,
    /// The most breaking changes that may be on trunk and in no release.
    #[schemars(with = "Option<ShortOr<u64, LimitShape<u64>>>")]
    pub max_waiting_breaking: Option<ShortOr<i64, LimitShape<i64>>>,
    /// How long a change may be on trunk and in no release.
    pub max_waiting_age: Option<ShortOr<Period, LimitShape<Period>>>,
    /// The most fixes on managed lines that no self-hosted line has or refused, of the last two years.
    #[schemars(with = "Option<ShortOr<u64, LimitShape<u64>>>")]
    pub max_unmatched_fixes: Option<ShortOr<i64, LimitShape<i64>>>,
    /// How long after landing on trunk a change may be missing from a line on which it is wanted, by kind of change.
    pub max_backport_lag: Option<IndexMap<String, ShortOr<Period, LimitShape<Period>>>>,
}

/// How documents are made.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PublishShape {
    /// The directory of templates that replace the built-in ones, file by file. It need not exist.
    #[schemars(extend("default" = defaults::TEMPLATES))]
    pub templates: Option<String>,
}
