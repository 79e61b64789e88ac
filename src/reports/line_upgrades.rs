//! Upgrade notes to the newest release of every supported line, from every version that is supported, and from the newest
//! ones of lines that are not any more: whoever stayed there has to leave.

use serde::Serialize;

use super::upgrade::{Upgrade, UpgradeError, UpgradeReader, UpgradeRequest};
use crate::domain::{Stage, Version};
use crate::ledger::{ChannelState, Line, Release};

/// Lines without a promise of which the newest release is a beginning; where nothing is promised at all, also an end.
const OTHERS: usize = 6;

/// Upgrade notes to the newest release of one line.
#[derive(Debug, Clone, Serialize)]
pub struct LineUpgrades {
    pub line: String,
    pub to: Version,
    /// Newest first.
    pub upgrades: Vec<UpgradeFrom>,
}

/// Upgrade notes from one version.
#[derive(Debug, Clone, Serialize)]
pub struct UpgradeFrom {
    pub line: String,
    pub from: Version,
    /// Whether it is the newest release of its line.
    pub latest: bool,
    /// `None` where there is no way.
    pub upgrade: Option<Upgrade>,
    /// Why there is none.
    pub why_not: Option<String>,
}

/// The upgrade notes of a channel, by the line that they lead to, in the order of the lines.
pub fn line_upgrades(reader: &UpgradeReader<'_>, channel: &ChannelState) -> Vec<LineUpgrades> {
    let released = channel.lines.iter().filter(|line| line.latest().is_some());
    let (promised, mut others): (Vec<&Line>, Vec<&Line>) =
        released.partition(|line| matches!(line.stage, Stage::Active | Stage::Security));
    others.truncate(OTHERS);
    let goals = if promised.is_empty() { &others } else { &promised };
    let all = |line: &'_ Line| -> bool { promised.iter().any(|known| known.name == line.name) };
    let mut starts: Vec<(&Line, &Release)> = Vec::new();
    for line in channel.lines.iter().filter(|line| goals.iter().chain(&others).any(|known| known.name == line.name)) {
        let standing = line.releases.iter().rev().filter(|release| release.is_standing());
        starts.extend(standing.take(if all(line) { usize::MAX } else { 1 }).map(|release| (line, release)));
    }
    let to_line = |line: &&Line| {
        let goal = line.latest()?;
        let upgrades = starts.iter().filter_map(|(own, start)| from_one(reader, channel, (own, start), goal));
        Some(LineUpgrades { line: line.name.clone(), to: goal.version.clone(), upgrades: upgrades.collect() })
    };
    goals.iter().filter_map(to_line).collect()
}

/// `None` where the version is the goal or comes after it.
fn from_one(
    reader: &UpgradeReader<'_>,
    channel: &ChannelState,
    (line, start): (&Line, &Release),
    goal: &Release,
) -> Option<UpgradeFrom> {
    if start.tag == goal.tag {
        return None;
    }
    let request = UpgradeRequest {
        channel: Some(channel.name.to_string()),
        from: start.tag.to_string(),
        to: goal.tag.to_string(),
        ..UpgradeRequest::default()
    };
    let (upgrade, why_not) = match reader.upgrade(&request) {
        Ok(upgrade) => (Some(upgrade), None),
        Err(UpgradeError::Downgrade { .. }) => return None,
        Err(error) => (None, Some(error.to_string())),
    };
    let latest = line.latest().is_some_and(|latest| latest.tag == start.tag);
    Some(UpgradeFrom { line: line.name.clone(), from: start.version.clone(), latest, upgrade, why_not })
}
