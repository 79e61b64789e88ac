//! Rules about what people are led to: names that promise the newest release, and releases that were retracted.

use super::report::Found;
use crate::config::Versioned;
use crate::domain::{Rule, Version};
use crate::ledger::{ChannelState, Ledger, Line, Release, ReleaseKind};

/// Names that promise the newest release.
const NEWEST: [&str; 2] = ["latest", "stable"];

/// What is wrong with where people are led, channel by channel.
pub(super) fn found(ledger: &Ledger) -> Vec<Found> {
    let mut found = Vec::new();
    for (name, config) in ledger.config.versioned() {
        let Some(channel) = ledger.channel(name.as_str()) else { continue };
        found.extend(NEWEST.iter().flat_map(|name| newest_names(ledger, channel, name)));
        for line in &channel.lines {
            found.extend(stops(config, line));
            found.extend(nothing_left(line));
        }
    }
    found
}

/// A tag or branch of this name that stands at a release which is not the highest.
fn newest_names(ledger: &Ledger, channel: &ChannelState, name: &str) -> Vec<Found> {
    let all = || channel.lines.iter().flat_map(|line| &line.releases).filter(|r| r.kind != ReleaseKind::Candidate);
    let Some(highest) = all().filter(|release| !release.is_retracted).max_by(|a, b| a.version.cmp(&b.version)) else {
        return Vec::new();
    };
    let reader = |reference: &str| ledger.snapshot.find(reference).map(|entry| entry.peeled.unwrap_or(entry.target));
    let places = ["refs/tags/", "refs/heads/", "refs/remotes/origin/"].map(|prefix| format!("{prefix}{name}"));
    let mut found = Vec::new();
    for place in places {
        let Some(target) = reader(&place) else { continue };
        // Two versions may stand on one commit; the highest of them counts.
        let at = all().filter(|release| release.commit.object() == target);
        let Some(release) = at.max_by(|a, b| a.version.cmp(&b.version)) else { continue };
        if release.is_retracted {
            let message = format!("leads to {}, which was retracted", release.version);
            found.push(
                Found::new(Rule::RetractedNotUsed, place, message).hint(format!("move it to {}", highest.version)),
            );
        } else if release.version < highest.version {
            let message = format!("leads to {}, while {} is the highest release", release.version, highest.version);
            found.push(
                Found::new(Rule::LatestProtected, place, message).hint(format!("move it to {}", highest.version)),
            );
        }
    }
    found
}

/// Required stops that only a retracted release would satisfy.
fn stops(config: &Versioned, line: &Line) -> Vec<Found> {
    let declared = config.lines.iter().find(|(name, _)| name.as_str() == line.name);
    let stops = declared.into_iter().flat_map(|(_, declared)| &declared.required_stops);
    let stops = stops.filter(|stop| {
        let mut satisfying = general(line).filter(|release| release.version >= stop.from).peekable();
        satisfying.peek().is_some() && satisfying.all(|release| release.is_retracted)
    });
    let told = stops.map(|stop| {
        let message = format!("upgrades must stop at {} or later, and every such release was retracted", stop.from);
        Found::new(Rule::RetractedNotUsed, line.name.as_str(), message)
            .hint("release a patch that can be stopped at, or take the stop out of release.toml")
    });
    told.collect()
}

/// A maintained line whose releases were all retracted.
fn nothing_left(line: &Line) -> Option<Found> {
    let newest: &Version = &general(line).next_back()?.version;
    let is_left = general(line).any(|release| !release.is_retracted);
    if is_left || !line.stage.is_maintained() {
        return None;
    }
    let message = format!("every release up to {newest} was retracted, so that nothing can be installed");
    Some(Found::new(Rule::RetractedNotUsed, line.name.as_str(), message).hint("release a patch"))
}

fn general(line: &Line) -> impl DoubleEndedIterator<Item = &Release> {
    line.releases.iter().filter(|release| release.kind != ReleaseKind::Candidate)
}
