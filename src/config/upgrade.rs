//! How installations of a versioned channel are upgraded, so far as git cannot say it: what every upgrade needs, the kinds
//! of installation with their steps, and pairs of versions that are not as the rest.

use indexmap::IndexMap;

use crate::domain::RollbackClass;

/// `[channels.X.upgrade]` and `[channels.X.installations]`. Everything may be empty; documents say then that it is not
/// declared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpgradePolicy {
    /// What to do and to see to before any upgrade, in sentences.
    pub before: Vec<String>,
    /// How one sees after any upgrade that all is well, in sentences.
    pub verify: Vec<String>,
    /// The parts of an installation in the order in which they are upgraded.
    pub components: Vec<String>,
    /// For how long and how far parts of two versions may run side by side.
    pub mixed_versions: Option<String>,
    /// In the order of the file.
    pub pairs: Vec<SpecialPair>,
    /// Kinds of installation by name, in the order of the file.
    pub installations: IndexMap<String, Installation>,
}

/// A kind of installation, and the commands for it. In each `{version}`, `{tag}` and `{from}` stand for the version that is
/// installed, its tag, and the version before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Installation {
    /// What documents call it. `None`: its name.
    pub title: Option<String>,
    pub backup: Vec<String>,
    pub upgrade: Vec<String>,
    pub verify: Vec<String>,
    pub rollback: Vec<String>,
    /// What to carry to a place without a network, beside the release itself.
    pub carry: Vec<String>,
}

/// Two versions between which another rule holds. At least one of `upgrade` and `rollback` says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecialPair {
    /// A version, or a line for all versions of it.
    pub from: String,
    pub to: String,
    pub upgrade: Option<PairRule>,
    /// Whether one can go back from `to` to `from`, whatever migrations say.
    pub rollback: Option<RollbackClass>,
    /// Why, for people.
    pub reason: Option<String>,
}

/// Whether one step may lead from one version of a pair to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairRule {
    /// Although the step is longer than the channel's rule allows. Required stops stay.
    Allowed,
    /// Although the channel's rule would allow it.
    Forbidden,
}
