//! Upgrade notes to the newest release of every supported line, from every version that is supported, and from the newest
//! ones of lines that are not any more: whoever stayed there has to leave.

use serde::Serialize;

use super::upgrade::{Upgrade, UpgradeError, UpgradeReader, UpgradeRequest};
use crate::domain::{Stage, TagName, Version};
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

impl UpgradeFrom {
    /// The versions at which the way stops, without its end; `None` where there is no way.
    pub fn stops(&self) -> Option<Vec<Version>> {
        let hops = &self.upgrade.as_ref()?.hops;
        Some(hops.iter().take(hops.len().saturating_sub(1)).map(|hop| hop.to.clone()).collect())
    }
}

/// The upgrade notes of a channel, by the line that they lead to, in the order of the lines.
pub fn line_upgrades(reader: &UpgradeReader<'_>, channel: &ChannelState) -> Vec<LineUpgrades> {
    let Ends { goals, starts } = Ends::of(channel);
    let to_line = |line: &&Line| {
        let goal = line.latest()?;
        let ask = Ask { reader, channel, goal: &goal.tag, air_gapped: false };
        let upgrades = starts.iter().filter_map(|start| ask.from(*start)).collect();
        Some(LineUpgrades { line: line.name.clone(), to: goal.version.clone(), upgrades })
    };
    goals.iter().filter_map(to_line).collect()
}

/// The upgrade notes to one release for people without a network, newest beginning first: from every version that
/// [`line_upgrades`] begins at and that comes before it, and from `also`, whatever its age.
pub(super) fn upgrades_without_network(
    reader: &UpgradeReader<'_>,
    channel: &ChannelState,
    goal: &TagName,
    also: Option<&TagName>,
) -> Vec<UpgradeFrom> {
    let mut starts = Ends::of(channel).starts;
    let is_there = |tag: &TagName| starts.iter().any(|(_, start)| start.tag == *tag);
    if let Some(tag) = also.filter(|tag| !is_there(tag)) {
        let placed = channel.find_release(tag.as_str());
        starts.extend(placed.map(|(line, at)| (line, &line.releases[at])));
    }
    let ask = Ask { reader, channel, goal, air_gapped: true };
    starts.into_iter().filter_map(|start| ask.from(start)).collect()
}

/// Where upgrades begin and end.
struct Ends<'l> {
    goals: Vec<&'l Line>,
    /// Newest line first, newest release first.
    starts: Vec<(&'l Line, &'l Release)>,
}

impl<'l> Ends<'l> {
    fn of(channel: &'l ChannelState) -> Self {
        let released = channel.lines.iter().filter(|line| line.latest().is_some());
        let (promised, mut others): (Vec<&Line>, Vec<&Line>) =
            released.partition(|line| matches!(line.stage, Stage::Active | Stage::Security));
        others.truncate(OTHERS);
        let is_promised = |line: &Line| promised.iter().any(|known| known.name == line.name);
        let is_start = |line: &&Line| is_promised(line) || others.iter().any(|known| known.name == line.name);
        let mut starts = Vec::new();
        for line in channel.lines.iter().filter(is_start) {
            let standing = line.releases.iter().rev().filter(|release| release.is_standing());
            let count = if is_promised(line) { usize::MAX } else { 1 };
            starts.extend(standing.take(count).map(|release| (line, release)));
        }
        Self { goals: if promised.is_empty() { others } else { promised }, starts }
    }
}

/// Upgrades to one release.
struct Ask<'a, 'l> {
    reader: &'a UpgradeReader<'l>,
    channel: &'a ChannelState,
    goal: &'a TagName,
    air_gapped: bool,
}

impl Ask<'_, '_> {
    /// `None` where the version is the goal or comes after it.
    fn from(&self, (line, start): (&Line, &Release)) -> Option<UpgradeFrom> {
        if start.tag == *self.goal {
            return None;
        }
        let request = UpgradeRequest {
            channel: Some(self.channel.name.to_string()),
            from: start.tag.to_string(),
            to: self.goal.to_string(),
            air_gapped: self.air_gapped,
            ..UpgradeRequest::default()
        };
        let (upgrade, why_not) = match self.reader.upgrade(&request) {
            Ok(upgrade) => (Some(upgrade), None),
            Err(UpgradeError::Downgrade { .. }) => return None,
            Err(error) => (None, Some(error.to_string())),
        };
        let latest = line.latest().is_some_and(|latest| latest.tag == start.tag);
        Some(UpgradeFrom { line: line.name.clone(), from: start.version.clone(), latest, upgrade, why_not })
    }
}
