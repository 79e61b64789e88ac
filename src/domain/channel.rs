//! What kinds of channels and lines there are, and the stages of a line's life.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the code of a channel reaches its audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChannelKind {
    /// We deploy.
    Continuous,
    /// They install.
    Versioned,
}

impl ChannelKind {
    /// As written in `release.toml` and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Continuous => "continuous",
            Self::Versioned => "versioned",
        }
    }
}

/// The promise a line makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    #[default]
    Regular,
    Lts,
}

impl LineKind {
    /// As written in `release.toml` and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Lts => "lts",
        }
    }
}

/// Where a line stands in its life, earliest first. `Unknown` where nothing declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    Active,
    Security,
    Unmaintained,
    EndOfLife,
    #[default]
    Unknown,
}

impl Stage {
    /// As written in `release.toml` and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Security => "security",
            Self::Unmaintained => "unmaintained",
            Self::EndOfLife => "end-of-life",
            Self::Unknown => "unknown",
        }
    }

    /// Whether fixes of any kind are still promised, or nothing says that they are not.
    pub const fn is_maintained(self) -> bool {
        matches!(self, Self::Active | Self::Security | Self::Unknown)
    }
}
