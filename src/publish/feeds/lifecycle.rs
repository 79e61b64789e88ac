//! The lines of a channel as endoflife.date lists the cycles of a product: what its interface gave as
//! `/api/<product>.json`, which its pages and many inventories read.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::{LineKind, Stage};
use crate::publish::compose::Inputs;
use crate::publish::text;
use crate::reports::{ChannelStatus, LineStatus};

/// One line.
#[derive(Serialize)]
struct Cycle {
    cycle: String,
    #[serde(rename = "releaseDate")]
    release_date: String,
    /// The last day of any support; `false`: no end is declared; `true`: it is over, and nobody said when.
    eol: Until,
    /// The last day on which anything but weaknesses is repaired.
    #[serde(skip_serializing_if = "Option::is_none")]
    support: Option<Until>,
    lts: bool,
    latest: String,
    #[serde(rename = "latestReleaseDate")]
    latest_release_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Until {
    Day(String),
    Is(bool),
}

/// Lines that were released, newest first.
pub(super) fn of_channel(inputs: &Inputs<'_>, channel: &ChannelStatus) -> Vec<u8> {
    let cycles: Vec<Cycle> = channel.lines.iter().filter_map(|line| cycle(inputs, line)).collect();
    let mut bytes = serde_json::to_vec_pretty(&cycles).expect("texts and truths are JSON");
    bytes.push(b'\n');
    bytes
}

fn cycle(inputs: &Inputs<'_>, line: &LineStatus) -> Option<Cycle> {
    let latest = line.latest.as_ref()?;
    let day = |time: DateTime<Utc>| Until::Day(text::day(time));
    let support = line.support;
    let is_over = matches!(line.stage, Stage::EndOfLife | Stage::Unmaintained);
    let eol = support.security_until.or(support.active_until);
    Some(Cycle {
        cycle: line.name.clone(),
        release_date: text::day(inputs.released(line)?),
        eol: eol.map_or(Until::Is(is_over), day),
        support: support.active_until.filter(|_| support.security_until.is_some()).map(day),
        lts: line.kind == LineKind::Lts,
        latest: latest.version.to_string(),
        latest_release_date: text::day(latest.date),
        link: inputs.commit_url(latest.commit),
    })
}
