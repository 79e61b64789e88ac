//! Files for other programs: Atom feeds of channels and lines, the life of lines as endoflife.date has it, and a calendar of
//! what is planned and when support ends.
//!
//! Same reports, same bytes: no feed holds the time at which it was written. Each stands in the folder of its channel, by which
//! it is known what it must not show.

mod atom;
mod calendar;
mod lifecycle;
mod xml;

use super::compose::Inputs;
use super::layout::line_folders;
use crate::domain::ChannelKind;
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
    feeds
}
