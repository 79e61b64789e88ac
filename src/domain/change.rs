//! What kinds of change there are: the kind decides the section of a changelog, the lines a change is wanted on, and
//! how soon it has to be there.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind of a change, in the order in which a changelog shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// A repaired weakness that somebody could use.
    Security,
    /// Something new.
    #[serde(alias = "feature", alias = "feat")]
    Added,
    /// Something that works differently.
    #[serde(alias = "change")]
    Changed,
    /// Something that will go.
    #[serde(alias = "deprecation")]
    Deprecated,
    /// Something that is gone.
    #[serde(alias = "removal")]
    Removed,
    /// A repaired fault.
    #[serde(alias = "fix")]
    Fixed,
    /// The same, faster or smaller.
    #[serde(alias = "perf")]
    Performance,
    /// No news for anybody outside: tests, builds, refactoring.
    Internal,
}

/// Why a text is no kind of change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a kind of change; known are added, changed, deprecated, removed, fixed, security, performance, internal"
)]
pub struct ChangeKindError(String);

impl ChangeKind {
    /// Every kind, in the order of a changelog.
    pub const ALL: [Self; 8] = [
        Self::Security,
        Self::Added,
        Self::Changed,
        Self::Deprecated,
        Self::Removed,
        Self::Fixed,
        Self::Performance,
        Self::Internal,
    ];

    /// As written in change notes, in `release.toml` and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Deprecated => "deprecated",
            Self::Removed => "removed",
            Self::Fixed => "fixed",
            Self::Performance => "performance",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ChangeKind {
    type Err = ChangeKindError;

    /// Reads the names and, as people write them, `fix`, `feature`, `feat`, `change`, `deprecation`, `removal`, `perf`.
    fn from_str(text: &str) -> Result<Self, ChangeKindError> {
        let plain = match text {
            "fix" => "fixed",
            "feature" | "feat" => "added",
            "change" => "changed",
            "deprecation" => "deprecated",
            "removal" => "removed",
            "perf" => "performance",
            other => other,
        };
        Self::ALL.into_iter().find(|kind| kind.as_str() == plain).ok_or_else(|| ChangeKindError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_kind_and_its_short_forms_alike_in_both_readers() {
        for text in ["fix", "fixed", "feat", "feature", "added", "perf", "deprecation", "internal", "security"] {
            let parsed: ChangeKind = text.parse().unwrap();
            let read: ChangeKind = serde_json::from_value(serde_json::Value::from(text)).unwrap();
            assert_eq!(parsed, read, "{text}");
        }
        assert!("fixes".parse::<ChangeKind>().is_err());
    }
}
