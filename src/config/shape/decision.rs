//! A decision as typed: the same table in `release.toml` and in a change note.

use schemars::JsonSchema;
use serde::Deserialize;

use super::value::OneOrMany;
use crate::domain::{CommitPrefix, LineName};

/// What a person decided about where a change stands. Exactly one of `origin`, `line-only` and `not-needed` says what.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct DecisionShape {
    /// The commit that the decision is about: a commit of a line; with `not-needed` the commit on trunk.
    #[schemars(required, with = "CommitPrefix")]
    pub commit: Option<CommitPrefix>,
    /// The commit is a backport of this commit of trunk, or of these.
    pub origin: Option<OneOrMany<CommitPrefix>>,
    /// True: only its own line needs the commit. Needs `because`.
    pub line_only: Option<bool>,
    /// Lines, by name or branch, that do not need the change. Needs `because`.
    pub not_needed: Option<OneOrMany<LineName>>,
    /// Why, for people.
    pub because: Option<String>,
}
