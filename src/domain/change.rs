//! What kinds of change there are: the kind decides the section of a changelog, the lines a change is wanted on, and
//! how soon it has to be there.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};

/// The kind of a change, in the order in which a changelog shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// A repaired weakness that somebody could use.
    Security,
    /// Something new.
    Added,
    /// Something that works differently.
    Changed,
    /// Something that will go.
    Deprecated,
    /// Something that is gone.
    Removed,
    /// A repaired fault.
    Fixed,
    /// The same, faster or smaller.
    Performance,
    /// No news for anybody outside: tests, builds, refactoring.
    Internal,
}

/// What people write for a kind beside its name.
const SHORT_FORMS: [(&str, ChangeKind); 7] = [
    ("feature", ChangeKind::Added),
    ("feat", ChangeKind::Added),
    ("change", ChangeKind::Changed),
    ("deprecation", ChangeKind::Deprecated),
    ("removal", ChangeKind::Removed),
    ("fix", ChangeKind::Fixed),
    ("perf", ChangeKind::Performance),
];

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

    /// Every word that is read as a kind, the names before the short forms.
    pub fn words() -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().map(Self::as_str).chain(SHORT_FORMS.iter().map(|(short, _)| *short))
    }

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

/// By hand, because a derived schema leaves out the short forms.
impl JsonSchema for ChangeKind {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ChangeKind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<&str> = Self::words().collect();
        json_schema!({ "type": "string", "enum": words, "title": "kind of change" })
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
        let short = SHORT_FORMS.iter().find(|(short, _)| *short == text).map(|(_, kind)| *kind);
        short
            .or_else(|| Self::ALL.into_iter().find(|kind| kind.as_str() == text))
            .ok_or_else(|| ChangeKindError(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for ChangeKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
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
