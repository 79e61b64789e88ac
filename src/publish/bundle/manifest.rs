//! What a bundle says of itself.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The file that holds it.
pub const MANIFEST: &str = "manifest.json";
/// The checksums of all files beside this one and its signature, as `sha256sum` prints them.
pub(super) const SUMS: &str = "SHA256SUMS";
/// The signature of the checksums, as `ssh-keygen -Y sign` makes it.
pub(super) const SIGNATURE: &str = "SHA256SUMS.sig";
/// What the signature is for: one that was made for anything else does not count here, nor this one there.
pub const NAMESPACE: &str = "twintrack-bundle";
/// The manifest of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleManifest {
    pub schema_version: u32,
    pub project: String,
    pub version: String,
    pub channel: String,
    pub line: String,
    pub tag: String,
    pub commit: String,
    pub released: DateTime<Utc>,
    /// Releases that are here too because the way from an older version stops there, in the order of the way.
    pub stops: Vec<BundleStop>,
    /// All versions that could be installed when the bundle was made, oldest first.
    pub releases: Vec<String>,
    /// Upgrade notes, newest beginning first.
    pub upgrades: Vec<BundledUpgrade>,
    /// In the order of their paths; without the manifest, the checksums and their signature.
    pub files: Vec<BundleFile>,
}

impl BundleManifest {
    /// Raised with any change that an older reader would misread.
    pub const SCHEMA_VERSION: u32 = 1;
}

/// A release on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleStop {
    pub version: String,
    pub tag: String,
    pub commit: String,
}

/// Upgrade notes from one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundledUpgrade {
    pub from: String,
    /// The page, by its path in the bundle.
    pub page: String,
    /// Versions at which the way stops, in order, without its end.
    pub stops: Vec<String>,
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleFile {
    /// Relative to the bundle's own folder, with forward slashes.
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// In 64 hexadecimal digits.
    pub sha256: String,
    pub role: BundleRole,
    /// The version that it belongs to, where it belongs to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// What a file is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BundleRole {
    /// What is installed.
    Artifact,
    /// The bill of materials.
    Sbom,
    /// The tag of a release: its message and signature.
    Tag,
    /// What the bundle is and how to check it.
    About,
    /// Upgrade notes.
    Upgrade,
    /// The other documents.
    Document,
}
