//! A commit as people write one down: the beginning of its id, seven hex digits or more.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use super::id::CommitId;

/// Why a text is no beginning of an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the id of a commit: write seven to forty of its hex digits")]
pub struct CommitPrefixError(String);

/// The beginning of a commit's id, seven to forty hex digits in lower case. It may fit several commits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CommitPrefix(String);

impl CommitPrefix {
    /// The one constructor; digits of either case are read.
    pub fn new(text: &str) -> Result<Self, CommitPrefixError> {
        let is_prefix = (7..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_prefix { Ok(Self(text.to_ascii_lowercase())) } else { Err(CommitPrefixError(text.to_owned())) }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the id begins with it.
    pub fn fits(&self, commit: CommitId) -> bool {
        commit.to_string().starts_with(&self.0)
    }
}

impl From<CommitId> for CommitPrefix {
    fn from(commit: CommitId) -> Self {
        Self(commit.to_string())
    }
}

impl fmt::Display for CommitPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CommitPrefix {
    type Err = CommitPrefixError;

    fn from_str(text: &str) -> Result<Self, CommitPrefixError> {
        Self::new(text)
    }
}

impl<'de> Deserialize<'de> for CommitPrefix {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_seven_to_forty_hex_digits_of_either_case() {
        let whole = "00ff10a0deadbeef0123456789abcdef01234567";
        for text in [&whole[..7], &whole[..12].to_uppercase(), whole] {
            assert!(CommitPrefix::new(text).unwrap().fits(whole.parse().unwrap()), "{text}");
        }
        for text in ["", "00ff10", "00ff10g", &format!("{whole}0"), "HEAD~12"] {
            assert!(CommitPrefix::new(text).is_err(), "{text}");
        }
        assert!(!CommitPrefix::new("10ff10a").unwrap().fits(whole.parse().unwrap()));
    }
}
