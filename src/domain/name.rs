//! Names of refs, branches, tags, channels and environments, each a type of its own so that they cannot be mixed up.
//! The rules for refs are those of `git check-ref-format`; a value that exists is a name git accepts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

/// Why a text is no name of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a {what}: {why}")]
pub struct NameError {
    what: &'static str,
    text: String,
    why: &'static str,
}

/// Whether a name is so ordinary that no rule can object: one pass, since snapshots check 100,000 names.
fn is_ordinary_path(text: &str) -> bool {
    let mut last = b'/';
    for byte in text.bytes() {
        let fits = match byte {
            b'.' | b'/' => !matches!(last, b'.' | b'/'),
            _ => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+'),
        };
        if !fits {
            return false;
        }
        last = byte;
    }
    !matches!(last, b'.' | b'/') && !text.contains(".lock")
}

/// Checks the rules of `git check-ref-format` for everything below `refs/`.
fn ref_path_fault(text: &str) -> Option<&'static str> {
    if is_ordinary_path(text) { None } else { broken_ref_rule(text) }
}

fn broken_ref_rule(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is empty");
    }
    if text.starts_with('/') || text.ends_with('/') || text.contains("//") {
        return Some("it has an empty part between slashes");
    }
    if text.split('/').any(|part| part.starts_with('.')) {
        return Some("a part of it begins with a dot");
    }
    if text.split('/').any(|part| part.ends_with(".lock")) {
        return Some("a part of it ends in `.lock`");
    }
    if text.ends_with('.') || text.contains("..") || text.contains("@{") || text == "@" {
        return Some("it holds `..`, `@{` or ends in a dot");
    }
    if text.chars().any(|c| c.is_ascii_control() || " ~^:?*[\\".contains(c)) {
        return Some("it holds a blank, a control character or one of ~^:?*[\\");
    }
    None
}

/// Channels and environments: what fits into a TOML key, a tag and a file name alike.
fn word_fault(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is empty");
    }
    if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Some("it must begin with a letter or digit");
    }
    if text.chars().any(|c| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')) {
        return Some("only letters, digits, `-` and `_` are allowed");
    }
    None
}

fn branch_fault(text: &str) -> Option<&'static str> {
    if text.starts_with('-') {
        return Some("it begins with a dash");
    }
    if text == "HEAD" {
        return Some("that name is git's own");
    }
    ref_path_fault(text)
}

fn full_ref_fault(text: &str) -> Option<&'static str> {
    match text.strip_prefix("refs/") {
        Some(rest) => ref_path_fault(rest),
        None => Some("it must begin with `refs/`"),
    }
}

/// The last part of a record's name before its id.
fn label_fault(text: &str) -> Option<&'static str> {
    if text.contains('/') { Some("it holds a slash") } else { ref_path_fault(text) }
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $what:literal, $fault:path) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The one constructor; every reader goes through it.
            pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
                let text = text.into();
                match $fault(&text) {
                    None => Ok(Self(text)),
                    Some(why) => Err(NameError { what: $what, text, why }),
                }
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.0)
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

name_type!(
    /// A full ref name, `refs/heads/main`.
    RefName,
    "ref name",
    full_ref_fault
);
name_type!(
    /// A branch without `refs/heads/` or the remote's prefix, `release/1.8`.
    BranchName,
    "branch name",
    branch_fault
);
name_type!(
    /// A tag without `refs/tags/`, `v1.8.2`; a tag kept elsewhere keeps its whole name, `refs/twintrack/deploy/…`.
    TagName,
    "tag name",
    ref_path_fault
);
name_type!(
    /// The key of a channel in `release.toml`, `self-hosted`.
    ChannelName,
    "channel name",
    word_fault
);
name_type!(
    /// An environment of a continuous channel, `production`.
    EnvironmentName,
    "environment name",
    word_fault
);

name_type!(
    /// A line within its channel, `1.8`: the text that its pattern's fields have in the branch name.
    LineName,
    "line name",
    ref_path_fault
);
name_type!(
    /// A condition on a promotion that somebody signs off, `upgrade-test`.
    GateName,
    "gate name",
    word_fault
);
name_type!(
    /// What tells records of one kind and subject apart, `year-end`: one part of a ref name.
    RecordLabel,
    "record name",
    label_fault
);

impl BranchName {
    /// `refs/heads/<branch>`.
    pub fn to_ref(&self) -> RefName {
        RefName(format!("refs/heads/{}", self.0))
    }
}

impl TagName {
    /// `refs/tags/<tag>`, or the name itself where it already is a full ref.
    pub fn to_ref(&self) -> RefName {
        if self.0.starts_with("refs/") { RefName(self.0.clone()) } else { RefName(format!("refs/tags/{}", self.0)) }
    }

    /// The tag that the ref stands for: `refs/tags/` is left out, any other place is kept whole.
    pub fn from_ref(name: &RefName) -> Self {
        Self(name.0.strip_prefix("refs/tags/").unwrap_or(&name.0).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_rule_objects_to_an_ordinary_name(text in "[a-c./@{ +-]{0,8}(\\.lock)?[/a.]{0,3}") {
            prop_assert!(!is_ordinary_path(&text) || broken_ref_rule(&text).is_none(), "{text}");
        }
    }

    #[test]
    fn accepts_what_git_accepts() {
        for text in ["main", "release/1.8", "v1.0+build", "a@b", "cloud/v1.31.0-150", "@a"] {
            assert!(BranchName::new(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn refuses_what_git_refuses() {
        for text in [
            "", "a..b", "a b", "/a", "a/", "a//b", ".a", "a/.b", "a.lock", "a.lock/b", "a.", "a@{b", "@", "a~1",
            "a\u{7}",
        ] {
            assert!(TagName::new(text).is_err(), "{text:?}");
        }
        assert!(BranchName::new("-a").is_err());
        assert!(RefName::new("heads/main").is_err());
    }

    #[test]
    fn a_tag_and_its_ref_are_two_ways_to_say_the_same() {
        let tag = TagName::new("v1").unwrap();
        assert_eq!(tag.to_ref().as_str(), "refs/tags/v1");
        assert_eq!(TagName::from_ref(&tag.to_ref()), tag);
        let hidden = TagName::new("refs/twintrack/deploy/production/2026-01-01.1").unwrap();
        assert_eq!(TagName::from_ref(&hidden.to_ref()), hidden);
    }
}
