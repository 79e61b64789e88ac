//! The whole file as a checked value.

use indexmap::IndexMap;

use super::audit::Audit;
use super::changes::Changes;
use super::channel::{Channel, Continuous, Versioned};
use super::origin::Origin;
use super::path_set::PathSet;
use super::policy::{CheckRules, Tension};
use super::project::Project;
use super::redaction::Redaction;
use crate::domain::ChannelName;

/// A checked `release.toml`. At least one channel exists, and no two patterns of the same weight recognise one name.
#[derive(Debug, Clone)]
pub struct Config {
    pub origin: Origin,
    pub project: Project,
    /// In the order of the file.
    pub channels: IndexMap<ChannelName, Channel>,
    pub changes: Changes,
    pub surface: Surface,
    pub tension: Tension,
    pub documents: Documents,
    pub check: CheckRules,
    /// What documents for people outside must not show.
    pub redaction: Redaction,
    pub audit: Audit,
}

impl Config {
    /// The channels that we deploy, in the order of the file.
    pub fn continuous(&self) -> impl Iterator<Item = (&ChannelName, &Continuous)> {
        self.channels.iter().filter_map(|(name, channel)| Some((name, channel.as_continuous()?)))
    }

    /// The channels that others install, in the order of the file.
    pub fn versioned(&self) -> impl Iterator<Item = (&ChannelName, &Versioned)> {
        self.channels.iter().filter_map(|(name, channel)| Some((name, channel.as_versioned()?)))
    }
}

/// `[surface]`: where to look for what an operator can see. A set that is empty is a kind that is not tracked.
#[derive(Debug, Clone, Default)]
pub struct Surface {
    /// Files whose keys and values are the configuration and its defaults.
    pub configuration: PathSet,
    /// One variant where the project has one database, several where it ships migrations for each.
    pub migrations: Vec<MigrationVariant>,
    /// Files that declare requirements.
    pub requirements: PathSet,
    /// Files that declare deprecations.
    pub deprecations: PathSet,
}

/// The migrations for one database.
#[derive(Debug, Clone)]
pub struct MigrationVariant {
    /// `None` where there is only one.
    pub name: Option<String>,
    pub paths: PathSet,
}

/// `[publish]`: how documents are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documents {
    /// The directory of templates that replace the built-in ones, file by file, without a slash at its end. Default:
    /// `templates/twintrack`; it need not exist.
    pub templates: String,
}
