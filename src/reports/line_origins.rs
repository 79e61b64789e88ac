//! When lines left what they were cut from.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::ChannelName;
use crate::ledger::Ledger;

/// The beginning of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineOrigin {
    pub channel: ChannelName,
    pub line: String,
    /// The line that it was cut from; `None` for trunk.
    pub from: Option<String>,
    /// When the commit was made at which it left; `None` where that commit is not known.
    pub at: Option<DateTime<Utc>>,
}

/// The beginnings of all lines, in the order of the channels and lines.
pub fn line_origins(ledger: &Ledger) -> Vec<LineOrigin> {
    let lines = ledger.channels.iter().flat_map(|channel| &channel.lines);
    let origin = |line: &crate::ledger::Line| {
        let left = line.from.as_ref().map(|from| from.commit).or(line.base);
        let node = left.and_then(|commit| ledger.graph.node(commit));
        LineOrigin {
            channel: line.channel.clone(),
            line: line.name.clone(),
            from: line.from.as_ref().and_then(|from| from.line.clone()),
            at: node.map(|node| ledger.graph.commit_time(node)),
        }
    };
    lines.map(origin).collect()
}
