//! The commit on trunk that follows a cut: version files opened for the next development version, and what is recorded
//! of the line in release.toml.

use chrono::NaiveDate;
use toml_edit::{Datetime, DocumentMut, Item, Table, value};

use super::error::CutError;
use super::line_name::NewLine;
use crate::config::{Config, ConfigError, Origin, Versioned, Versioning};
use crate::domain::{ChannelName, CommitId, Version};
use crate::git::{FileEdit, FileEdits, ObjectReader};
use crate::operations::version_commit::{edits, held};

/// What is to be committed on trunk.
#[derive(Debug, Default)]
pub(super) struct Opening {
    pub edits: FileEdits,
    /// What the version files then hold; `None` where they stay.
    pub next: Option<String>,
}

/// The next development version, in the manner of what trunk's files hold today. They stay where they are past the line
/// already, and where nothing says what comes next: a calendar and a label do not count.
pub(super) fn open_next(
    reader: &ObjectReader,
    config: &Versioned,
    line: &NewLine,
    trunk: CommitId,
    given: Option<&Version>,
) -> Result<Opening, CutError> {
    let Some(held) = held(reader, config, trunk)? else { return Ok(Opening::default()) };
    let own = line.fields.version_numbers();
    let next = match given {
        Some(version) => version.to_string(),
        None if config.versioning != Versioning::Semver || own.is_empty() => return Ok(Opening::default()),
        None => {
            let mut numbers = own.clone();
            // A line named by its first release, 1.9.0, is followed by 1.10.
            numbers.truncate(2);
            if let Some(last) = numbers.last_mut() {
                *last = last.saturating_add(1);
            }
            if held.version.release().numbers() >= numbers.as_slice() {
                return Ok(Opening::default());
            }
            held.like(&numbers, config.first_patch)
        }
    };
    if next == held.version.as_str() {
        return Ok(Opening::default());
    }
    Ok(Opening { edits: edits(reader, config, trunk, &next)?, next: Some(next) })
}

/// What is recorded of a new line in release.toml, because nothing in git can say it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LinePromise {
    pub is_lts: bool,
    /// Last day of fixes.
    pub active_until: Option<NaiveDate>,
    /// Last day of security fixes.
    pub security_until: Option<NaiveDate>,
}

impl LinePromise {
    /// Whether the channel's own policy says all of it.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Records the promise in release.toml.
pub(super) fn record_promise(
    reader: &ObjectReader,
    config: &Config,
    channel: &ChannelName,
    line: &NewLine,
    promise: LinePromise,
    trunk: CommitId,
) -> Result<(String, FileEdit), CutError> {
    let path = match &config.origin {
        Origin::WorkTree { path } | Origin::Trunk { path, .. } | Origin::Given { path } => path.clone(),
        Origin::Recognised => crate::config::FILE_NAMES[1].to_owned(),
    };
    let bytes = reader.file_at(trunk, &path)?.ok_or_else(|| CutError::NoConfiguration { path: path.clone() })?;
    let failed = |why: String| CutError::Record { line: line.name.clone(), path: path.clone(), why };
    let text = String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8 text".to_owned()))?;
    let edited = with_promise(&text, channel, line, promise).map_err(failed)?;
    let origin = Origin::Given { path: path.clone() };
    let findings = |error: &ConfigError| error.findings().iter().map(ToString::to_string).collect::<Vec<_>>();
    Config::read(&edited, origin).map_err(|error| failed(findings(&error).join("; ")))?;
    Ok((path, FileEdit::Write(edited.into_bytes())))
}

fn with_promise(text: &str, channel: &ChannelName, line: &NewLine, promise: LinePromise) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    let no_table = || format!("`channels.{channel}` is no table there");
    let channel = document.get_mut("channels").and_then(|channels| channels.get_mut(channel.as_str()));
    let channel = channel.and_then(Item::as_table_like_mut).ok_or_else(no_table)?;
    let mut lines = Table::new();
    lines.set_implicit(true);
    let lines = channel.entry("lines").or_insert(Item::Table(lines));
    let lines = lines.as_table_like_mut().ok_or_else(no_table)?;
    let own = lines.entry(&line.name).or_insert(Item::Table(Table::new()));
    let own = own.as_table_like_mut().ok_or_else(no_table)?;
    if promise.is_lts {
        own.insert("kind", value("lts"));
    }
    for (key, day) in [("active-until", promise.active_until), ("security-until", promise.security_until)] {
        if let Some(day) = day.and_then(|day| day.to_string().parse::<Datetime>().ok()) {
            own.insert(key, value(day));
        }
    }
    Ok(document.to_string())
}
