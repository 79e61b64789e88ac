//! Releases as a list, by channel and line.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::{ChannelName, CommitId, GateOverride, TagName, Version};
use crate::ledger::{Ledger, ReleaseKind};

/// Every release of every versioned line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReleaseList {
    /// In the order of the channels, lines newest first, versions highest first.
    pub releases: Vec<ListedRelease>,
}

/// One release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedRelease {
    pub channel: ChannelName,
    pub line: String,
    pub version: Version,
    pub tag: TagName,
    pub commit: CommitId,
    pub date: DateTime<Utc>,
    pub candidate: bool,
    pub retracted: bool,
    /// Image digests or checksums of what was built from it.
    pub artifacts: Vec<String>,
    /// That it was released although gates were open.
    pub overridden: Option<GateOverride>,
}

/// Lists the releases of all channels.
pub fn releases(ledger: &Ledger) -> ReleaseList {
    let lines = ledger.channels.iter().flat_map(|channel| &channel.lines);
    let releases = lines.flat_map(|line| {
        line.releases.iter().rev().map(|release| ListedRelease {
            channel: line.channel.clone(),
            line: line.name.clone(),
            version: release.version.clone(),
            tag: release.tag.clone(),
            commit: release.commit,
            date: release.date,
            candidate: release.kind == ReleaseKind::Candidate,
            retracted: release.is_retracted,
            artifacts: release.artifacts.clone(),
            overridden: release.overridden.clone(),
        })
    });
    ReleaseList { releases: releases.collect() }
}
