//! Channels: how the code reaches an audience, and by which names of branches and tags that can be seen.

use indexmap::IndexMap;
use regex::Regex;

use super::line::DeclaredLine;
use super::policy::{AllowedKinds, FreezeWindow, Gates, Limit, RollbackLimit, StageTag, Support};
use super::upgrade::UpgradePolicy;
use crate::domain::{ChannelKind, EnvironmentName, LineName, NamePattern, Period};

/// `[channels.X]`.
#[derive(Debug, Clone)]
pub enum Channel {
    Continuous(Continuous),
    Versioned(Versioned),
}

impl Channel {
    /// Which of the two it is.
    pub fn kind(&self) -> ChannelKind {
        match self {
            Self::Continuous(_) => ChannelKind::Continuous,
            Self::Versioned(_) => ChannelKind::Versioned,
        }
    }

    /// The channel as one we deploy.
    pub fn as_continuous(&self) -> Option<&Continuous> {
        match self {
            Self::Continuous(channel) => Some(channel),
            Self::Versioned(_) => None,
        }
    }

    /// The channel as one they install.
    pub fn as_versioned(&self) -> Option<&Versioned> {
        match self {
            Self::Versioned(channel) => Some(channel),
            Self::Continuous(_) => None,
        }
    }

    /// What documents call the channel. `None`: they use its key.
    pub fn title(&self) -> Option<&str> {
        match self {
            Self::Continuous(channel) => channel.title.as_deref(),
            Self::Versioned(channel) => channel.title.as_deref(),
        }
    }

    /// How the branches of its lines are named: all are recognised, the first is produced. Empty: it lives on trunk.
    pub fn line_patterns(&self) -> &[NamePattern] {
        match self {
            Self::Continuous(channel) => &channel.line,
            Self::Versioned(channel) => &channel.line,
        }
    }

    /// How its deploys or releases are tagged, candidates and further tags left out: all are recognised, the first is
    /// produced. Empty only for a continuous channel, whose deploys are then inferred from its lines.
    pub fn tag_patterns(&self) -> &[NamePattern] {
        match self {
            Self::Continuous(channel) => &channel.tag,
            Self::Versioned(channel) => &channel.tag,
        }
    }

    /// Tags that say which stage a line has come to.
    pub fn stage_tags(&self) -> &[StageTag] {
        match self {
            Self::Continuous(channel) => &channel.stage_tags,
            Self::Versioned(channel) => &channel.stage_tags,
        }
    }

    /// The lines that the file declares something about, by name, in the order of the file.
    pub fn declared_lines(&self) -> &IndexMap<LineName, DeclaredLine> {
        match self {
            Self::Continuous(channel) => &channel.lines,
            Self::Versioned(channel) => &channel.lines,
        }
    }
}

/// A channel that we deploy. At least one of `line` and `tag` is not empty.
#[derive(Debug, Clone)]
pub struct Continuous {
    /// What documents call the channel.
    pub title: Option<String>,
    /// Branches of the channel's own lines; empty: it is deployed from trunk.
    pub line: Vec<NamePattern>,
    /// Deploy tags; a pattern may begin with `refs/`. Empty: what is live is inferred from the lines.
    pub tag: Vec<NamePattern>,
    /// In promotion order, at least one, the last is what customers see. Default: `production` alone.
    pub environments: Vec<EnvironmentName>,
    /// Age of the build that is live. Default: no limit.
    pub max_age: Limit<Period>,
    /// Default: none.
    pub rollback_limit: Option<RollbackLimit>,
    /// Whether a commit has to have been live in an environment before it goes to the next. Default: it has not.
    pub promote_in_order: bool,
    /// Times in which forward deploys need a reason, in the order of the file.
    pub freeze_windows: Vec<FreezeWindow>,
    /// Conditions on a deploy into the last environment.
    pub gates: Gates,
    pub stage_tags: Vec<StageTag>,
    pub lines: IndexMap<LineName, DeclaredLine>,
}

impl Continuous {
    /// The environment that customers see, which is also the one of tags that name none.
    pub fn last_environment(&self) -> &EnvironmentName {
        self.environments.last().expect("a checked channel has an environment")
    }
}

/// A channel that others install.
#[derive(Debug, Clone)]
pub struct Versioned {
    /// What documents call the channel.
    pub title: Option<String>,
    /// Branches of its lines; empty: it is released from trunk.
    pub line: Vec<NamePattern>,
    /// Tags of releases, never empty.
    pub tag: Vec<NamePattern>,
    /// Tags of candidates; each has `{pre}` or `{seq}`. Empty: the channel has no candidates.
    pub candidate: Vec<NamePattern>,
    /// Further tags of the same release, all of which are produced.
    pub also_tag: Vec<NamePattern>,
    /// Default: SemVer.
    pub versioning: Versioning,
    /// `None`: nobody has said how far one may step, and the upgrade notes say so.
    pub upgrade_step: Option<UpgradeStep>,
    /// What else is known of upgrades.
    pub upgrade: Box<UpgradePolicy>,
    /// The number of a line's first candidate. Default: 1.
    pub first_candidate: u64,
    /// The last number of a line's first general release. Default: 0.
    pub first_patch: u64,
    /// Files that hold the version.
    pub version_files: Vec<VersionFile>,
    /// Default: soaked where there is a continuous channel, else trunk.
    pub cut_from: CutFrom,
    /// Conditions on a candidate becoming a general release.
    pub gates: Gates,
    /// What a patch may bring.
    pub allowed_kinds: AllowedKinds,
    pub support: Support,
    pub stage_tags: Vec<StageTag>,
    pub lines: IndexMap<LineName, DeclaredLine>,
}

/// What the numbers of a version mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Versioning {
    /// Compatibility: what breaks raises the first number.
    #[default]
    Semver,
    /// The calendar.
    Calver,
    /// Nothing; lines are known by a label.
    Label,
}

/// How far an installation may be upgraded in one step, required stops aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpgradeStep {
    /// From any older version to any newer one.
    Any,
    /// Through each minor version.
    EachMinor,
    /// Through each line.
    EachLine,
}

/// Where a new line is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutFrom {
    /// At a commit that has been live for as long as the gates ask.
    Soaked,
    /// At trunk's tip.
    Trunk,
}

/// A file that holds the version.
#[derive(Debug, Clone)]
pub struct VersionFile {
    /// Relative to the repository's root, with forward slashes.
    pub path: String,
    pub place: VersionPlace,
}

/// Where in a file the version stands.
#[derive(Debug, Clone)]
pub enum VersionPlace {
    /// Where the format of a file of this name has it: `package.version` of `Cargo.toml`, `version` of `package.json` or
    /// `Chart.yaml`, the only line of a plain file.
    Usual,
    /// At a key of a TOML, JSON or YAML file, its parts from the outermost inwards.
    Key(Vec<String>),
    /// What the first group of an expression holds; it must match exactly once.
    Expression(Regex),
}
