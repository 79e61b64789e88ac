//! Releases held against their candidates: what people got is what was tested.

use chrono::NaiveDate;

use super::habit::told_once;
use super::model::Found;
use crate::config::{Config, Versioned};
use crate::domain::AuditRule;
use crate::git::{ObjectReader, ReadError};
use crate::ledger::{ChannelState, Ledger, Line, Release, ReleaseKind};
use crate::reports::gates::newest_candidate;

/// Files that releasing changes: they hold the version, tell of the release or lock what is built from.
const BY_RELEASING: [&str; 12] = [
    "changelog",
    "changes",
    "news",
    "release",
    "version",
    "cargo.toml",
    "cargo.lock",
    "package.json",
    "package-lock.json",
    "pyproject.toml",
    "chart.yaml",
    "history",
];

/// Releases that hold what none of their candidates held.
pub(super) fn found(
    ledger: &Ledger,
    reader: &ObjectReader,
    channel: &ChannelState,
    config: &Versioned,
    since: Option<NaiveDate>,
) -> Result<Vec<Found>, ReadError> {
    let (mut found, mut asked) = (Vec::new(), 0);
    for line in &channel.lines {
        for release in &line.releases {
            let is_asked = since.is_none_or(|since| release.date.date_naive() >= since);
            if release.kind != ReleaseKind::Candidate && is_asked && !release.is_retracted {
                asked += usize::from(newest_candidate(line, &release.version).is_some());
                found.extend(untested(ledger, reader, config, line, release)?);
            }
        }
    }
    Ok(told_once(found, asked))
}

fn untested(
    ledger: &Ledger,
    reader: &ObjectReader,
    config: &Versioned,
    line: &Line,
    release: &Release,
) -> Result<Option<Found>, ReadError> {
    let graph = &ledger.graph;
    let Some(candidate) = newest_candidate(line, &release.version) else { return Ok(None) };
    let (Some(tested), Some(made)) = (graph.node(candidate.commit), graph.node(release.commit)) else {
        return Ok(None);
    };
    if tested == made {
        return Ok(None);
    }
    let trees = (reader.commit(candidate.commit), reader.commit(release.commit));
    let (Ok(old), Ok(new)) = trees else { return Ok(None) };
    let changed = match reader.changed_paths(Some(old.tree), new.tree) {
        Err(error) if error.is_absent() => return Ok(None),
        found => found?,
    };
    let untested: Vec<&String> = changed.iter().filter(|path| !is_by_releasing(&ledger.config, config, path)).collect();
    let Some(first) = untested.first() else { return Ok(None) };
    let files = if untested.len() == 1 { "1 file".to_owned() } else { format!("{} files", untested.len()) };
    let way = if graph.is_ancestor(tested, made) { "changed since" } else { "differ from" };
    let message = format!("{files} {way} {}, the last candidate, such as `{first}`", candidate.version);
    let found =
        Found::new(AuditRule::UntestedPromotion, release.tag.as_str(), message).released_on(release.date.date_naive());
    Ok(Some(found.hint("make a further candidate of what is to be released, and promote that")))
}

fn is_by_releasing(config: &Config, channel: &Versioned, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    channel.version_files.iter().any(|file| file.path == path)
        || config.changes.is_note(path)
        || BY_RELEASING.iter().any(|word| name.starts_with(word))
        || name.contains("version")
        || path.to_ascii_lowercase().contains("changelog")
}
