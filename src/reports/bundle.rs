//! What goes into a bundle of a release beside its artifacts: the releases on the way to it, and the notes for each way.

use serde::Serialize;

use super::line_upgrades::{UpgradeFrom, upgrades_without_network};
use super::upgrade::{UpgradeError, UpgradePoint, UpgradeReader, UpgradeRequest};
use crate::domain::{ChannelName, Version};
use crate::ledger::Ledger;

/// Which bundle is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BundleRequest {
    /// The channel whose versions are meant, where several have the same.
    pub channel: Option<String>,
    /// A release, by version or tag, or a line: then its newest release.
    pub version: String,
    /// The release that is installed, by version or tag, so that every stop on the way from it is in the bundle.
    pub from: Option<String>,
}

/// What a bundle has.
#[derive(Debug, Clone, Serialize)]
pub struct BundleContents {
    pub channel: ChannelName,
    pub release: UpgradePoint,
    /// Releases on the way from the one that is installed, in the order of the way, without the goal.
    pub stops: Vec<UpgradePoint>,
    /// Every release that can be installed, oldest first.
    pub releases: Vec<Version>,
    /// Newest beginning first.
    pub upgrades: Vec<UpgradeFrom>,
}

/// Finds the release and every way to it. An error where the release was retracted, and where no way leads to it from the
/// one that is installed.
pub fn bundle_contents(
    ledger: &Ledger,
    reader: &UpgradeReader<'_>,
    request: &BundleRequest,
) -> Result<BundleContents, UpgradeError> {
    let (name, release) = reader.release(request.channel.as_deref(), &request.version)?;
    let channel = ledger.known_channel(name.as_str())?;
    let mut stops = Vec::new();
    let mut start = None;
    if let Some(from) = &request.from {
        let upgrade = reader.upgrade(&UpgradeRequest {
            channel: Some(name.to_string()),
            from: from.clone(),
            to: release.tag.to_string(),
            air_gapped: true,
            ..UpgradeRequest::default()
        })?;
        stops.extend(upgrade.hops.iter().map(|hop| hop.release.clone()));
        stops.pop();
        start = Some(upgrade.from_release.tag);
    }
    let upgrades = upgrades_without_network(reader, channel, &release.tag, start.as_ref());
    let standing = channel.lines.iter().flat_map(|line| line.releases.iter().filter(|release| release.is_standing()));
    let mut releases: Vec<Version> = standing.map(|release| release.version.clone()).collect();
    releases.sort();
    Ok(BundleContents { channel: name, release, stops, releases, upgrades })
}
