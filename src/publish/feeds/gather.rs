//! Which feeds there are, and where each stands.

use super::{atom, calendar, lifecycle};
use crate::domain::ChannelKind;
use crate::publish::compose::Inputs;
use crate::publish::layout::{advisory_file, line_folders};
use crate::reports::ChannelStatus;

/// A file by its path within the published tree.
pub type Feed = (String, Vec<u8>);

/// All feeds of all channels, in the order of the channels.
pub fn feeds(inputs: &Inputs<'_>) -> Vec<Feed> {
    let mut feeds = Vec::new();
    for channel in &inputs.status.channels {
        feeds.push((format!("{}/feed.atom", channel.name), atom::of_channel(inputs, channel)));
        if channel.kind == ChannelKind::Versioned {
            feeds.extend(of_versioned(inputs, channel));
        }
    }
    feeds
}

fn of_versioned(inputs: &Inputs<'_>, channel: &ChannelStatus) -> Vec<Feed> {
    let folders = line_folders(channel.lines.iter().map(|line| line.name.as_str()));
    let lines = channel.lines.iter().zip(&folders);
    let mut feeds: Vec<Feed> = lines
        .map(|(line, folder)| (format!("{}/{folder}/feed.atom", channel.name), atom::of_line(inputs, channel, line)))
        .collect();
    feeds.push((format!("{}/endoflife.json", channel.name), lifecycle::of_channel(inputs, channel)));
    feeds.push((format!("{}/calendar.ics", channel.name), calendar::of_channel(inputs, channel)));
    let advisories = inputs.tree.advisories.get(&channel.name).into_iter().flat_map(|all| all.values());
    feeds.extend(advisories.map(|advisory| {
        let mut text = serde_json::to_vec_pretty(advisory).unwrap_or_default();
        text.push(b'\n');
        (format!("{}/{}", channel.name, advisory_file(advisory.id())), text)
    }));
    feeds
}
