//! Version files held against tags. Where the project names none, the usual files count that agree with most of its tags:
//! habit tells which file is meant to hold the version.

use chrono::NaiveDate;

use super::books::is_same;
use super::model::Found;
use crate::config::{VersionFile, VersionPlace, Versioned};
use crate::domain::{AuditRule, Version};
use crate::git::{ObjectReader, ReadError};
use crate::ledger::{ChannelState, Release, held_version};

/// Files that hold a version in many projects.
const USUAL: [&str; 6] = ["VERSION", "version.txt", "Cargo.toml", "package.json", "pyproject.toml", "Chart.yaml"];

/// Tags with which a file has to agree to be taken for a version file.
const HABIT: usize = 5;

/// What a file holds at a tag.
enum Held {
    /// Another version.
    Other(String),
    Same,
    /// It is absent, holds no version, or is not in this clone.
    Unknown,
}

/// Releases whose files hold another version.
pub(super) fn found(
    reader: &ObjectReader,
    channel: &ChannelState,
    config: &Versioned,
    since: Option<NaiveDate>,
) -> Result<Vec<Found>, ReadError> {
    let releases: Vec<&Release> = channel.lines.iter().flat_map(|line| &line.releases).collect();
    let is_declared = !config.version_files.is_empty();
    let usual = || USUAL.iter().map(|path| VersionFile { path: (*path).to_owned(), place: VersionPlace::Usual });
    let files: Vec<VersionFile> = if is_declared { config.version_files.clone() } else { usual().collect() };
    let mut found = Vec::new();
    for file in &files {
        let mut held = Vec::new();
        for release in &releases {
            held.push(held_at(reader, file, release)?);
        }
        let same = held.iter().filter(|held| matches!(held, Held::Same)).count();
        let other = held.iter().filter(|held| matches!(held, Held::Other(_))).count();
        if !is_declared && (same < HABIT || same < other * 4) {
            continue;
        }
        for (release, held) in releases.iter().zip(&held) {
            let Held::Other(version) = held else { continue };
            if since.is_none_or(|since| release.date.date_naive() >= since) {
                let message = format!("`{}` holds {version} at the tag of {}", file.path, release.version);
                found.push(Found::new(AuditRule::VersionFile, release.tag.as_str(), message).released_on(release.date.date_naive()).hint(
                    "what was built from this tag says another version than its name; release a new version whose files agree",
                ));
            }
        }
    }
    Ok(found)
}

fn held_at(reader: &ObjectReader, file: &VersionFile, release: &Release) -> Result<Held, ReadError> {
    let bytes = match reader.file_at(release.commit, &file.path) {
        Err(error) if error.is_absent() => return Ok(Held::Unknown),
        found => found?,
    };
    let Some(held) = bytes.and_then(|bytes| held_version(file, &bytes).ok()) else { return Ok(Held::Unknown) };
    let Ok(version) = held.parse::<Version>() else { return Ok(Held::Unknown) };
    // The version of a candidate without what makes it one is what many files hold.
    let is_right = is_same(&version, &release.version) || is_same(&version, &release.version.release());
    Ok(if is_right { Held::Same } else { Held::Other(held) })
}
