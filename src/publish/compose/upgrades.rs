//! How to come from one line to another, from what is declared: how far one may step, and where one has to stop. What
//! nothing declares is said to be so.

use super::inputs::Inputs;
use crate::config::UpgradeStep;
use crate::domain::Version;
use crate::publish::view::UpgradeRowView;
use crate::reports::{ChannelStatus, LineStatus};

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

/// The way from the newest release of one line to that of a newer one; `None` where either has
/// no release, or where nothing is declared that would be worth telling.
pub fn way(inputs: &Inputs<'_>, channel: &ChannelStatus, from: &LineStatus, to: &LineStatus) -> Option<UpgradeRowView> {
    let (start, end) = (from.latest.as_ref()?, to.latest.as_ref()?);
    let step = inputs.versioned(&channel.name)?.upgrade_step;
    let required: Vec<Stop> = stops(inputs, channel);
    if start.version >= end.version || (step.is_none() && required.is_empty()) {
        return None;
    }
    let mut hops = Vec::new();
    let mut between: Vec<&LineStatus> = channel
        .lines
        .iter()
        .filter(|line| line.latest.as_ref().is_some_and(|l| l.version > start.version && l.version < end.version))
        .collect();
    between.sort_by(|a, b| version_of(a).cmp(&version_of(b)));
    for line in between {
        let is_stop = |stop: &Stop| stop.line == line.name && stop.from > start.version;
        let stop = required.iter().find(|stop| is_stop(stop));
        let is_each = matches!(step, Some(UpgradeStep::EachMinor | UpgradeStep::EachLine));
        match (stop, &line.latest) {
            // A stop that nothing released satisfies yet is told as what it asks for.
            (Some(stop), Some(latest)) if latest.version < stop.from => hops.push(format!("{} or later", stop.from)),
            (Some(_), Some(latest)) => hops.push(latest.version.to_string()),
            (None, Some(latest)) if is_each => hops.push(latest.version.to_string()),
            _ => {}
        }
    }
    let way = match (hops.is_empty(), step) {
        (true, Some(_)) => "directly".to_owned(),
        (true, None) => "no stop is declared".to_owned(),
        (false, _) => format!("through {}", hops.join(", then ")),
    };
    Some(UpgradeRowView { from: start.version.to_string(), to: end.version.to_string(), way })
}

fn version_of(line: &LineStatus) -> Option<&Version> {
    line.latest.as_ref().map(|latest| &latest.version)
}
