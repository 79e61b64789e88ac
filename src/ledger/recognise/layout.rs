//! What recognising finds: channels with their patterns, lines and releases, and what is left aside. A plain value from
//! which `init` prints its answer and writes the configuration.

use serde::Serialize;

use crate::domain::{ChannelKind, Stage};

/// The name of the channel that is deployed.
pub const MANAGED: &str = "managed";
/// The name of the channel that is installed.
pub const SELF_HOSTED: &str = "self-hosted";

/// A recognised layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub trunk: String,
    /// The managed channel first; at most one of each kind. Empty where neither deploys nor versions are found.
    pub channels: Vec<FoundChannel>,
    pub unrecognised: LeftAside,
}

/// A channel as the names of the repository show it. Patterns parse as name patterns; the first of each list is what the
/// project makes now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundChannel {
    pub name: &'static str,
    pub kind: ChannelKind,
    pub line: Vec<String>,
    /// Deploys or releases, candidates left out. Empty only for a managed channel that has lines.
    pub tag: Vec<String>,
    pub candidate: Vec<String>,
    pub also_tag: Vec<String>,
    /// In promotion order; empty for a versioned channel.
    pub environments: Vec<String>,
    pub stage_tags: Vec<(String, Stage)>,
    /// Labels of lines that closing tags name.
    pub closed: Vec<String>,
    pub versioning: FoundVersioning,
    /// What candidates are counted from, where the project shows it.
    pub first_candidate: Option<u64>,
    /// The last number of a line's first general release, where the project shows it.
    pub first_patch: Option<u64>,
    /// Newest first.
    pub lines: Vec<FoundLine>,
    /// How many tags are deploys or releases of the channel, candidates included.
    pub releases: usize,
}

impl FoundChannel {
    /// A channel with no patterns yet.
    pub(super) fn new(name: &'static str, kind: ChannelKind) -> Self {
        Self {
            name,
            kind,
            line: Vec::new(),
            tag: Vec::new(),
            candidate: Vec::new(),
            also_tag: Vec::new(),
            environments: Vec::new(),
            stage_tags: Vec::new(),
            closed: Vec::new(),
            versioning: FoundVersioning::default(),
            first_candidate: None,
            first_patch: None,
            lines: Vec::new(),
            releases: 0,
        }
    }
}

/// What the numbers of a channel's versions mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FoundVersioning {
    #[default]
    Semver,
    Calver,
    Label,
}

/// A line: a branch, or what tags have left of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundLine {
    pub name: String,
    /// `None` where only tags are left.
    pub branch: Option<String>,
}

/// What belongs to no channel, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LeftAside {
    pub branches: Vec<String>,
    pub tags: Vec<String>,
}
