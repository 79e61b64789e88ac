//! Which lines are meant.

use super::error::BackportError;
use crate::domain::{Stage, nearest};
use crate::ledger::{ChannelState, Line, lines_named};

/// The lines that are named, by name or branch, each once: newest first within its channel, channels in their order.
pub(super) fn lines<'l>(channels: &'l [ChannelState], named: &[String]) -> Result<Vec<&'l Line>, BackportError> {
    let mut found: Vec<&Line> = Vec::new();
    for name in named {
        let line = line(channels, name)?;
        if line.stage == Stage::EndOfLife {
            return Err(BackportError::EndOfLife { line: line.name.clone() });
        }
        if line.branch.is_none() {
            let newest = line.releases.last().map(|release| release.tag.clone());
            return Err(BackportError::NoBranch { line: line.name.clone(), newest });
        }
        found.push(line);
    }
    let is_named = |line: &&Line| found.iter().any(|known| known.name == line.name && known.channel == line.channel);
    Ok(channels.iter().flat_map(|channel| &channel.lines).filter(is_named).collect())
}

fn line<'l>(channels: &'l [ChannelState], name: &str) -> Result<&'l Line, BackportError> {
    let all = || channels.iter().flat_map(|channel| &channel.lines);
    let has_branch = |line: &&Line| line.branch.as_ref().is_some_and(|branch| branch.as_str() == name);
    if let Some(line) = all().find(has_branch) {
        return Ok(line);
    }
    match lines_named(all(), |line| *line, name).as_slice() {
        [only] => Ok(only),
        [] => {
            let alive = all().filter(|line| line.branch.is_some() && line.stage != Stage::EndOfLife);
            let known: Vec<String> = alive.map(|line| line.name.clone()).take(12).collect();
            let nearest = nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
            Err(BackportError::UnknownLine { name: name.to_owned(), known, nearest })
        }
        several => {
            let branches = several.iter().filter_map(|line| line.branch.as_ref()).map(ToString::to_string).collect();
            Err(BackportError::WhichLine { name: name.to_owned(), branches })
        }
    }
}
