//! Finding a release by what people call it: its tag, or its version with or without `v`.

use super::model::{ChannelState, Line, Release};
use super::read::Ledger;
use crate::domain::nearest;

/// A release with its line and channel.
#[derive(Debug, Clone, Copy)]
pub struct PlacedRelease<'l> {
    pub channel: &'l ChannelState,
    pub line: &'l Line,
    /// Its place among the releases of the line.
    pub at: usize,
}

impl<'l> PlacedRelease<'l> {
    /// The release itself.
    pub fn release(self) -> &'l Release {
        &self.line.releases[self.at]
    }
}

/// Why a name is no one release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoRelease {
    /// None is called so; one that nearly is.
    Unknown { nearest: Option<String> },
    /// Several channels have it, under these tags.
    Ambiguous { tags: Vec<String> },
}

impl Ledger {
    /// The release of this tag or version, in the channel that is named or in all.
    pub fn find_release(&self, channel: Option<&str>, text: &str) -> Result<PlacedRelease<'_>, NoRelease> {
        let plain = text.strip_prefix('v').unwrap_or(text);
        let channels = self.channels.iter().filter(|state| channel.is_none_or(|name| state.name.as_str() == name));
        let all: Vec<PlacedRelease<'_>> = channels
            .flat_map(|channel| channel.lines.iter().map(move |line| (channel, line)))
            .flat_map(|(channel, line)| (0..line.releases.len()).map(move |at| PlacedRelease { channel, line, at }))
            .collect();
        if let Some(found) = all.iter().find(|placed| placed.release().tag.as_str() == text) {
            return Ok(*found);
        }
        let mut fitting = all.iter().filter(|placed| placed.release().version.as_str() == plain);
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Ok(*only),
            (Some(first), Some(second)) => {
                let several = [first, second].into_iter().chain(fitting);
                Err(NoRelease::Ambiguous { tags: several.map(|placed| placed.release().tag.to_string()).collect() })
            }
            (None, _) => {
                let known = all.iter().map(|placed| placed.release().version.as_str());
                Err(NoRelease::Unknown { nearest: nearest(plain, known).map(str::to_owned) })
            }
        }
    }
}
