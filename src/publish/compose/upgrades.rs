//! How to come from one line to another, from what is declared: how far one may step, and where one has to stop. What
//! nothing declares is said to be so.

use super::inputs::{Inputs, LinePlaces};
use crate::config::UpgradeStep;
use crate::domain::{Action, Version};
use crate::publish::view::{LinkView, UpgradeFromView, UpgradeRowView, UpgradesView};
use crate::reports::{ChannelStatus, LineStatus, LineUpgrades, Upgrade, UpgradeFrom, UpgradeHop};

/// A version that an upgrade must pass through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    pub line: String,
    pub from: Version,
    pub reason: Option<String>,
}

/// The required stops of a channel, lowest version first.
pub fn stops(inputs: &Inputs<'_>, channel: &ChannelStatus) -> Vec<Stop> {
    let mut stops: Vec<Stop> = channel
        .lines
        .iter()
        .filter_map(|line| Some((line, inputs.declared(line)?)))
        .flat_map(|(line, declared)| {
            declared.required_stops.iter().map(|stop| Stop {
                line: line.name.clone(),
                from: stop.from.clone(),
                reason: stop.reason.clone(),
            })
        })
        .collect();
    stops.sort_by(|a, b| a.from.cmp(&b.from));
    stops
}

/// How far one may step in one upgrade, in a sentence; `None` where nothing declares it.
pub fn step_sentence(inputs: &Inputs<'_>, channel: &ChannelStatus) -> Option<String> {
    let sentence = match inputs.versioned(&channel.name)?.upgrade_step? {
        UpgradeStep::Any => "One upgrade may lead from any older version to any newer one, required stops aside.",
        UpgradeStep::EachMinor => "Upgrade through each minor version, one after the other.",
        UpgradeStep::EachLine => "Upgrade through each line, one after the other.",
    };
    Some(sentence.to_owned())
}

/// The list of upgrade notes to a line.
pub fn upgrades(inputs: &Inputs<'_>, line: &LineStatus, places: &LinePlaces, all: &LineUpgrades) -> UpgradesView {
    let row = |from: &UpgradeFrom| {
        let upgrade = from.upgrade.as_ref();
        let url = upgrade.map(|_| super::inputs::way(&places.upgrade, &places.upgrade_from(&from.from)));
        let hops = || upgrade.iter().flat_map(|upgrade| &upgrade.hops);
        let required = |hop: &UpgradeHop| hop.actions.iter().filter(|a| a.action == Action::Required).count();
        UpgradeFromView {
            line: from.line.clone(),
            from: LinkView { text: from.from.to_string(), url },
            steps: upgrade.map(|upgrade| upgrade.hops.len()),
            required: hops().map(required).sum(),
            lost: upgrade.map_or(0, |upgrade| upgrade.lost.len()),
            floor: upgrade
                .and_then(|upgrade| upgrade.rollback_floor.as_ref())
                .map_or_else(|| "not known".to_owned(), ToString::to_string),
            why_not: from.why_not.clone(),
        }
    };
    UpgradesView {
        title: format!("{} upgrade notes", inputs.line_title(line)),
        project: inputs.project(),
        channel: inputs.channel_title(&line.channel),
        line: line.name.clone(),
        to: all.to.to_string(),
        guide: LinkView {
            text: "operator guide".to_owned(),
            url: Some(super::inputs::way(&places.upgrade, &places.guide)),
        },
        upgrades: all.upgrades.iter().map(row).collect(),
    }
}

/// Ways to a line from the newest releases of others.
pub fn ways(inputs: &Inputs<'_>, line: &LineStatus) -> Vec<UpgradeRowView> {
    let all = inputs.upgrades_to(line).into_iter().flat_map(|all| &all.upgrades);
    let row = |from: &UpgradeFrom| {
        let way = match (&from.upgrade, &from.why_not) {
            (Some(upgrade), _) => way(upgrade),
            (None, why_not) => format!("none: {}", why_not.as_deref().unwrap_or("it is not known why")),
        };
        let to = line.latest.as_ref().map(|latest| latest.version.to_string()).unwrap_or_default();
        UpgradeRowView { from: from.from.to_string(), to, way }
    };
    all.filter(|from| from.latest && from.line != line.name).map(row).collect()
}

fn way(upgrade: &Upgrade) -> String {
    let (_, between) = upgrade.hops.split_last().map_or((None, &[][..]), |(last, between)| (Some(last), between));
    let between: Vec<String> = between.iter().map(|hop| hop.to.to_string()).collect();
    if between.is_empty() { "directly".to_owned() } else { format!("through {}", between.join(", then ")) }
}
