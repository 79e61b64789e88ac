//! `[audit]` as it is typed.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::file::RuleWord;
use super::value::{Day, OneOrMany};

/// How what was published is audited.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AuditShape {
    /// The published changelogs, as globs of files on trunk or on lines. By default all files that have the names which
    /// changelogs have, and whose versions are tags of a channel.
    pub changelogs: Option<OneOrMany<String>>,
    /// Whether each release's tag has to carry a good signature. By default not.
    pub signed: Option<bool>,
    /// The day before which releases are passed over: what another tool left is often past mending.
    pub since: Option<Day>,
    /// What single rules weigh, by their names: `{ section-date = "off" }`. `docs/rules.md` says what each finds.
    pub rules: Option<IndexMap<String, RuleWord>>,
}
