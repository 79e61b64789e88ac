//! Which line is meant.

use super::error::ReleaseError;
use crate::config::Versioned;
use crate::domain::nearest;
use crate::ledger::{ChannelState, Line, lines_named};
use crate::operations::Situation;

/// A line with its channel.
#[derive(Clone, Copy)]
pub(super) struct Place<'s> {
    pub channel: &'s ChannelState,
    pub config: &'s Versioned,
    pub line: &'s Line,
}

/// Finds a line by its name or branch, in the channel that is named or in all.
pub(super) fn place<'s>(
    situation: &Situation<'s>,
    channel: Option<&str>,
    name: &str,
) -> Result<Place<'s>, ReleaseError> {
    let ledger = situation.ledger;
    let all = ledger.config.versioned().filter_map(|(name, config)| Some((ledger.channel(name.as_str())?, config)));
    let mut channels: Vec<(&ChannelState, &Versioned)> = all.collect();
    if let Some(wanted) = channel {
        let known = channels.iter().map(|(channel, _)| channel.name.to_string()).collect();
        channels.retain(|(channel, _)| channel.name.as_str() == wanted);
        if channels.is_empty() {
            return Err(ReleaseError::UnknownChannel { name: wanted.to_owned(), known });
        }
    }
    let is_meant =
        |line: &Line| line.name == name || line.branch.as_ref().is_some_and(|branch| branch.as_str() == name);
    let of = |(channel, config): &(&'s ChannelState, &'s Versioned)| {
        let (channel, config) = (*channel, *config);
        channel.lines.iter().map(move |line| Place { channel, config, line })
    };
    let mut found: Vec<Place<'s>> = channels.iter().flat_map(of).filter(|place| is_meant(place.line)).collect();
    if found.is_empty() {
        found = lines_named(channels.iter().flat_map(of), |place| place.line, name);
    }
    match found.as_slice() {
        [only] => Ok(*only),
        [] => {
            let lines = channels.iter().flat_map(|(channel, _)| &channel.lines);
            let known: Vec<String> = lines.map(|line| line.name.clone()).take(12).collect();
            let nearest = nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
            Err(ReleaseError::UnknownLine { name: name.to_owned(), known, nearest })
        }
        several => {
            let known = several.iter().map(|place| place.channel.name.to_string()).collect();
            Err(ReleaseError::WhichChannel { name: name.to_owned(), known })
        }
    }
}
