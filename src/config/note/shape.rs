//! What was typed into a change note, before anybody asks whether it makes sense. Everything may be absent here.

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::blocks::{Downtime, Due};
use crate::config::shape::{Day, DecisionShape, OneOrMany};
use crate::domain::{
    Action, ActionTime, ChangeKind, ChannelName, CommitPrefix, LineName, MigrationPhase, Period, RollbackClass,
    Severity, Version,
};

/// The front matter of a change note: what machines need to know of a change.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(title = "change note", deny_unknown_fields)]
pub(super) struct NoteShape {
    /// What kind of change it is. Needed, unless the note only records decisions.
    pub kind: Option<ChangeKind>,
    /// The channels that the change matters to. By default as `[[changes.audience]]` of `release.toml` says.
    pub channels: Option<OneOrMany<ChannelName>>,
    /// The part of the product.
    pub scope: Option<String>,
    /// What it refers to: `#4312`, `CVE-2026-1234`, `KEY-12`.
    pub refs: Option<OneOrMany<String>>,
    /// What stops working, and for whom.
    pub breaking: Option<String>,
    /// The day before which documents say nothing of the change.
    pub announce_on: Option<Day>,
    /// The lines that are to get the change, by name or branch.
    pub backport: Option<OneOrMany<LineName>>,
    /// The lines that do not need the change, by name or branch, and why.
    pub not_needed: Option<IndexMap<LineName, String>>,
    /// Commits that are this change on other branches, where nothing else shows it.
    pub carried_by: Option<OneOrMany<CommitPrefix>>,
    /// What a person decided about where other commits stand.
    pub decision: Option<Vec<DecisionShape>>,
    /// What whoever operates an installation must do because of the change.
    pub operator: Option<OperatorShape>,
    /// Configuration keys that the change adds, removes, renames, or lets mean something else.
    pub configuration: Option<Vec<ConfigurationShape>>,
    /// Database migrations that come with the change.
    pub migration: Option<Vec<MigrationShape>>,
    /// What an installation needs, where the change raises, lowers or drops it.
    pub requirement: Option<Vec<RequirementShape>>,
    /// What will go.
    pub deprecation: Option<Vec<DeprecationShape>>,
    /// What is known to be wrong with the change.
    pub known_issue: Option<Vec<KnownIssueShape>>,
    /// The weakness that the change repairs; only for `kind = "security"`.
    pub security: Option<SecurityShape>,
    /// Corrections made after a release shipped.
    pub erratum: Option<Vec<ErratumShape>>,
}

/// What whoever operates an installation must do.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(super) struct OperatorShape {
    /// Whether there is something to do. What it is stands in the note below the heading `## Operators`.
    #[schemars(required, with = "Action")]
    pub action: Option<Action>,
    /// When to do it, seen from the upgrade. Required where there is something to do.
    pub when: Option<ActionTime>,
    /// For how long nothing is served: `none`, `restart`, or a period.
    pub downtime: Option<Downtime>,
    /// Whether one can go back afterwards.
    pub rollback: Option<RollbackClass>,
    /// Which installations it is about, where it is not all.
    pub affected: Option<String>,
    /// The kinds of installation it is about, such as `helm`. By default all.
    pub installations: Option<OneOrMany<String>>,
    /// How one sees afterwards that all is well.
    pub verify: Option<String>,
    /// An address with more.
    pub more: Option<String>,
}

/// What becomes of one configuration key.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(super) struct ConfigurationShape {
    /// The key.
    #[schemars(required, with = "String")]
    pub key: Option<String>,
    /// What becomes of it.
    #[schemars(required, with = "ConfigurationWord")]
    pub change: Option<ConfigurationWord>,
    /// The default before.
    pub from: Option<String>,
    /// The default, the new name, or what takes its place.
    pub to: Option<String>,
    /// Whether it counts only after a restart.
    pub restart: Option<bool>,
    /// When the program refuses to start because of it.
    pub fails_if: Option<String>,
    /// More, for people.
    pub about: Option<String>,
}

/// What becomes of a configuration key.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ConfigurationWord {
    /// It is new; `to` is its default.
    Added,
    /// It is gone; `to` is what takes its place.
    Removed,
    /// It is called `to` now.
    Renamed,
    /// Its default is `to` now, and was `from`.
    Default,
    /// The same value has another effect.
    Meaning,
}

/// One database migration.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(super) struct MigrationShape {
    /// Its number or file name.
    #[schemars(required, with = "String")]
    pub id: Option<String>,
    /// The variant of `[surface]` that it is for. By default all.
    pub variant: Option<String>,
    /// When it runs, seen from the deploy of the code.
    #[schemars(required, with = "MigrationPhase")]
    pub phase: Option<MigrationPhase>,
    /// Whether one can go back over it.
    #[schemars(required, with = "RollbackClass")]
    pub rollback: Option<RollbackClass>,
    /// What it locks: `none`, or the tables and how.
    pub lock: Option<String>,
    /// For how long it locks.
    pub lock_for: Option<Period>,
    /// Whether the service goes on while it runs.
    pub online: Option<bool>,
    /// Whether the time it takes grows with what is stored.
    pub grows_with_rows: Option<bool>,
    /// How long it took, once.
    pub measured: Option<MeasuredShape>,
    /// Whether the binary before it still works on what it leaves.
    pub works_with_older: Option<bool>,
    /// More, for people.
    pub about: Option<String>,
}

/// How long a migration took.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct MeasuredShape {
    /// The time.
    #[schemars(required, with = "Period")]
    pub time: Option<Period>,
    /// On how much: `10 million rows`.
    #[schemars(required, with = "String")]
    pub on: Option<String>,
}

/// What an installation needs. At least one of `minimum`, `maximum` and `dropped` is there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(super) struct RequirementShape {
    /// What is needed: `postgresql`, `kernel`.
    #[schemars(required, with = "String")]
    pub name: Option<String>,
    /// The lowest version that will do.
    pub minimum: Option<String>,
    /// The highest version that will do.
    pub maximum: Option<String>,
    /// The minimum before.
    pub previously: Option<String>,
    /// True: it is not needed any more.
    pub dropped: Option<bool>,
    /// More, for people.
    pub about: Option<String>,
}

/// Something that will go. At least one of `supported-until` and `removed-in` is there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(super) struct DeprecationShape {
    /// What it is.
    #[schemars(required, with = "String")]
    pub what: Option<String>,
    /// The version that says so first. By default the first release that has the change.
    pub announced_in: Option<Version>,
    /// The last day, or the last version, with help.
    pub supported_until: Option<Due>,
    /// The version that does not have it any more.
    pub removed_in: Option<Version>,
    /// What takes its place.
    pub replacement: Option<String>,
}

/// Something that is known to be wrong.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(super) struct KnownIssueShape {
    /// What goes wrong.
    #[schemars(required, with = "String")]
    pub about: Option<String>,
    /// The first version with it. By default the first release that has the change.
    pub found_in: Option<Version>,
    /// The version without it.
    pub fixed_in: Option<Version>,
    /// Who meets it.
    pub condition: Option<String>,
    /// What to do meanwhile.
    pub workaround: Option<String>,
}

/// A weakness that is repaired.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(super) struct SecurityShape {
    /// How bad it is.
    #[schemars(required, with = "Severity")]
    pub severity: Option<Severity>,
    /// Its identifiers: `CVE-2026-1234`, `GHSA-…`.
    pub ids: Option<OneOrMany<String>>,
    /// Which configurations are affected, where it is not all.
    pub affected: Option<String>,
    /// The first version that has the weakness.
    pub introduced_in: Option<Version>,
    /// The day before which documents stay vague.
    pub disclose_on: Option<Day>,
}

/// A correction made after a release shipped.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct ErratumShape {
    /// The day of the correction.
    #[schemars(required, with = "Day")]
    pub on: Option<Day>,
    /// What is corrected.
    #[schemars(required, with = "String")]
    pub text: Option<String>,
}

impl<'de> Deserialize<'de> for Downtime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.as_str() {
            "none" => Ok(Self::None),
            "restart" => Ok(Self::Restart),
            period => period.parse().map(Self::For).map_err(|_| {
                Error::custom(format!("`{text}` is neither `none` nor `restart` nor a period such as `10 minutes`"))
            }),
        }
    }
}

impl<'de> Deserialize<'de> for Due {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => text,
            toml::Value::Datetime(moment) if moment.time.is_none() => moment.to_string(),
            other => return Err(Error::custom(format!("expected a day or a version, found {}", other.type_str()))),
        };
        let day = text.parse().map(Self::On);
        day.or_else(|_| text.parse().map(Self::With))
            .map_err(|_| Error::custom(format!("`{text}` is neither a day such as 2026-12-03 nor a version")))
    }
}

macro_rules! text_schema {
    ($($name:ident: $what:literal),* $(,)?) => {$(
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "minLength": 1, "title": $what })
            }
        }
    )*};
}

text_schema! {
    Downtime: "`none`, `restart` or a period",
    Due: "day or version",
}
