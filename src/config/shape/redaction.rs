//! `[redaction]` as typed.

use schemars::JsonSchema;
use serde::Deserialize;

use super::value::OneOrMany;

/// What must not appear in documents for people outside.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RedactionShape {
    /// Patterns, each with a name. What fits one is a finding of `check` and keeps `publish` from writing anything.
    pub patterns: Option<Vec<RedactionPatternShape>>,
}

/// Something that must not appear.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RedactionPatternShape {
    /// What it is, for people: `incident`, `internal host`.
    #[schemars(required, with = "String")]
    pub name: Option<String>,
    /// A regular expression that is searched for in each line: `INC-[0-9]+`. `(?i)` at its beginning ignores the case.
    #[schemars(required, with = "String")]
    pub regex: Option<String>,
    /// The channels whose documents must not have it. By default every versioned channel.
    pub channels: Option<OneOrMany<String>>,
}
