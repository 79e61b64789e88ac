//! `[channels.X.upgrade]` and `[channels.X.installations]` as typed.

use schemars::JsonSchema;
use serde::Deserialize;

use super::value::OneOrMany;
use crate::domain::RollbackClass;

/// What every upgrade of the channel needs.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct UpgradeShape {
    /// What to do and to see to before any upgrade: a backup, a health check, room on the disk, a licence.
    pub before: Option<OneOrMany<String>>,
    /// How one sees after any upgrade that all is well.
    pub verify: Option<OneOrMany<String>>,
    /// The parts of an installation in the order in which they are upgraded.
    pub components: Option<OneOrMany<String>>,
    /// For how long, and how far, parts of two versions may run side by side.
    pub mixed_versions: Option<String>,
    /// Pairs of versions for which another rule holds.
    pub pairs: Option<Vec<SpecialPairShape>>,
}

/// Two versions between which another rule holds. At least one of `upgrade` and `rollback` is there.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SpecialPairShape {
    /// A version, or a line for all its versions.
    #[schemars(required, with = "String")]
    pub from: Option<String>,
    /// A version, or a line for all its versions.
    #[schemars(required, with = "String")]
    pub to: Option<String>,
    /// Whether one step may lead from one to the other, whatever `upgrade-step` says.
    pub upgrade: Option<PairWord>,
    /// Whether one can go back from the second to the first, whatever their migrations say.
    pub rollback: Option<RollbackClass>,
    /// Why, for people.
    pub reason: Option<String>,
}

/// Whether one step may lead from one version of a pair to the other.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PairWord {
    /// One step may lead over what `upgrade-step` asks to go through. Required stops stay.
    Allowed,
    /// No step leads directly from one to the other.
    Forbidden,
}

/// A kind of installation, and the commands for it. In each command `{version}` stands for the version to install, `{tag}`
/// for its tag, `{from}` for the version before it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct InstallationShape {
    /// What documents call it. By default its name.
    pub title: Option<String>,
    /// Commands that make a backup.
    pub backup: Option<OneOrMany<String>>,
    /// Commands that upgrade.
    pub upgrade: Option<OneOrMany<String>>,
    /// Commands that show that all is well.
    pub verify: Option<OneOrMany<String>>,
    /// Commands that go back to `{from}`.
    pub rollback: Option<OneOrMany<String>>,
    /// What to carry to a place without a network beside the release itself: images, packages, charts.
    pub carry: Option<OneOrMany<String>>,
}
