//! The answer as an advisory in the Open Source Vulnerability format, version 1.7.
//!
//! Each line that has the fault gets one range of its own: versions of SemVer where the channel has them, else commits,
//! else versions in the order of the channel. A line that was never repaired ends with its newest release unless it is the
//! newest line, since an open end would reach into newer lines that were.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::error::AffectedError;
use super::report::{Affected, AffectedLine, AffectedRelease};
use crate::config::{Config, Versioning};
use crate::domain::{ChannelKind, ChannelName};

const SCHEMA: &str = "1.7.5";

/// Names of databases that give the ids by which the world knows a weakness, best first.
const KNOWN: [&str; 2] = ["CVE-", "GHSA-"];

/// An OSV document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OsvDocument {
    schema_version: &'static str,
    id: String,
    modified: String,
    aliases: Vec<String>,
    summary: String,
    details: String,
    affected: Vec<OsvAffected>,
    references: Vec<OsvReference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database_specific: Option<OsvSpecific>,
}

impl OsvDocument {
    /// The id that the world knows, else one of our own.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// One versioned channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct OsvAffected {
    ranges: Vec<OsvRange>,
    versions: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct OsvRange {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    repo: Option<String>,
    events: Vec<OsvEvent>,
    database_specific: OsvLine,
}

/// Which line a range is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct OsvLine {
    line: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum OsvEvent {
    Introduced(String),
    Fixed(String),
    LastAffected(String),
    Limit(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct OsvReference {
    #[serde(rename = "type")]
    kind: &'static str,
    url: String,
}

/// What has no place of its own in the format: a word for how bad it is. The format's `severity` takes vectors only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct OsvSpecific {
    severity: String,
}

/// Writes the answer about a change down. `fallback_name` is what the project is called where nothing declares it.
pub fn osv(
    answer: &Affected,
    config: &Config,
    fallback_name: &str,
    now: DateTime<Utc>,
) -> Result<OsvDocument, AffectedError> {
    let channels: Vec<&ChannelName> = config
        .channels
        .iter()
        .filter(|(_, channel)| channel.kind() == ChannelKind::Versioned)
        .map(|(name, _)| name)
        .collect();
    if channels.is_empty() {
        return Err(AffectedError::NothingInstalled);
    }
    let (id, aliases) = names(answer, config.project.name.as_deref().unwrap_or(fallback_name));
    let summary = answer.subject.clone().unwrap_or_else(|| id.clone());
    let text = answer.note.as_ref().map(|note| note.text.clone()).filter(|text| !text.is_empty());
    Ok(OsvDocument {
        schema_version: SCHEMA,
        id,
        modified: now.to_rfc3339_opts(SecondsFormat::Secs, true),
        aliases,
        details: text.unwrap_or_else(|| summary.clone()),
        summary,
        affected: channels.into_iter().filter_map(|channel| of_channel(answer, config, channel)).collect(),
        references: references(answer, config),
        database_specific: answer
            .note
            .as_ref()
            .and_then(|note| note.severity)
            .map(|severity| OsvSpecific { severity: severity.as_str().to_ascii_uppercase() }),
    })
}

/// The id that the world knows, and its other ones; else one of our own, as the format has it for private use.
fn names(answer: &Affected, project: &str) -> (String, Vec<String>) {
    let is_known = |text: &&String| KNOWN.iter().any(|start| text.starts_with(start));
    let mut known: Vec<String> = answer.refs.iter().filter(is_known).cloned().collect();
    // The one that was asked for comes first among its kind.
    known.sort_by_key(|id| KNOWN.iter().position(|start| id.starts_with(start)));
    if !known.is_empty() {
        let id = known.remove(0);
        return (id, known);
    }
    let slug: String =
        project.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let key = answer.refs.iter().find(|text| text.starts_with("SECURITY-")).cloned();
    let commit = || answer.commits.first().map(|commit| commit.commit.short());
    (format!("x_{}-{}", slug.trim_matches('-'), key.or_else(commit).unwrap_or_default()), Vec::new())
}

fn references(answer: &Affected, config: &Config) -> Vec<OsvReference> {
    // Each of them shows the change itself.
    if answer.undisclosed_until.is_some() {
        return Vec::new();
    }
    let links = &config.project.links;
    let commits = answer.commits.iter().filter_map(|commit| links.commit(&commit.commit.to_string()));
    let fixes = commits.map(|url| OsvReference { kind: "FIX", url });
    let introduced = answer.introduced.iter().filter_map(|commit| links.commit(&commit.to_string()));
    let introduced = introduced.map(|url| OsvReference { kind: "INTRODUCED", url });
    let numbers = answer.refs.iter().filter_map(|text| links.change(text.strip_prefix(['#', '!'])?));
    let requests = numbers.map(|url| OsvReference { kind: "WEB", url });
    let mut all: Vec<OsvReference> = fixes.chain(introduced).chain(requests).collect();
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|reference| seen.insert(reference.url.clone()));
    all
}

/// `None` where nothing of the channel is affected.
fn of_channel(answer: &Affected, config: &Config, channel: &ChannelName) -> Option<OsvAffected> {
    let releases = || answer.releases.iter().filter(|release| release.channel == *channel);
    let is_label = config.channels.get(channel)?.as_versioned()?.versioning != Versioning::Semver;
    let is_semver = |release: &AffectedRelease| semver::Version::parse(release.version.as_str()).is_ok();
    let is_semver = !is_label && releases().filter(|release| !release.candidate).all(is_semver);
    let lines: Vec<&AffectedLine> = answer.lines.iter().filter(|line| line.channel == *channel).collect();
    let with_releases = |line: &&&AffectedLine| releases().any(|release| release.line == line.name);
    let newest = lines.iter().find(with_releases).map(|line| &line.name);
    let oldest = lines.iter().rev().find(with_releases).map(|line| &line.name);
    let mut ranges = Vec::new();
    for line in &lines {
        let mut own: Vec<&AffectedRelease> =
            releases().filter(|release| release.line == line.name && !release.retracted).collect();
        own.reverse();
        if is_semver {
            own.retain(|release| semver::Version::parse(release.version.as_str()).is_ok());
        } else if let Some(url) = &config.project.links.url {
            ranges.extend(of_commits(answer, line, &own, url));
            continue;
        }
        let is_first = Some(&line.name) == oldest && answer.introduced.is_empty() && !is_bounded(answer);
        let kind = if is_semver { "SEMVER" } else { "ECOSYSTEM" };
        for events in of_versions(&own, is_first, Some(&line.name) == newest) {
            ranges.push(OsvRange { kind, repo: None, events, database_specific: OsvLine { line: line.name.clone() } });
        }
    }
    let versions: Vec<String> =
        releases().filter(|release| release.whole.affected).map(|release| release.version.to_string()).collect();
    (!ranges.is_empty() || !versions.is_empty()).then_some(OsvAffected { ranges, versions })
}

fn is_bounded(answer: &Affected) -> bool {
    answer.note.as_ref().is_some_and(|note| note.introduced_in.is_some())
}

/// From each release that came to have the fault to the one that no longer has it. One list, and a second one where the
/// line was repaired and then lost the repair for good: the format forbids `fixed` beside `last_affected`.
fn of_versions(own: &[&AffectedRelease], is_first: bool, is_newest: bool) -> Vec<Vec<OsvEvent>> {
    let mut events = Vec::new();
    let mut open: Option<String> = None;
    for (at, release) in own.iter().enumerate() {
        match (release.whole.affected, &open) {
            (true, None) => {
                let is_from_the_beginning = at == 0 && is_first;
                open = Some(if is_from_the_beginning { "0".to_owned() } else { release.version.to_string() });
            }
            (false, Some(from)) => {
                events.push(OsvEvent::Introduced(from.clone()));
                events.push(OsvEvent::Fixed(release.version.to_string()));
                open = None;
            }
            _ => {}
        }
    }
    let mut lists = Vec::new();
    if let Some(from) = open {
        let introduced = OsvEvent::Introduced(from);
        match own.last().filter(|_| !is_newest) {
            Some(last) => lists.push(vec![introduced, OsvEvent::LastAffected(last.version.to_string())]),
            None => events.push(introduced),
        }
    }
    if !events.is_empty() {
        lists.insert(0, events);
    }
    lists
}

/// A line by its commits: up to the one that repaired it, and no further than the line; where none did, from the line's
/// first own commit on.
fn of_commits(answer: &Affected, line: &AffectedLine, own: &[&AffectedRelease], url: &str) -> Option<OsvRange> {
    let was_affected = own.iter().any(|release| release.whole.affected);
    let introduced = || line.introduced_by.map_or_else(|| "0".to_owned(), |commit| commit.to_string());
    let events = match line.commit.filter(|_| line.whole.has) {
        Some(commit) if was_affected => vec![
            OsvEvent::Introduced(introduced()),
            OsvEvent::Fixed(commit.to_string()),
            OsvEvent::Limit(commit.to_string()),
        ],
        None if line.whole.affected => {
            let fixed = answer.origin.map(|origin| OsvEvent::Fixed(origin.to_string()));
            std::iter::once(OsvEvent::Introduced(line.own.to_string())).chain(fixed).collect()
        }
        _ => return None,
    };
    let repo = Some(url.to_owned());
    Some(OsvRange { kind: "GIT", repo, events, database_specific: OsvLine { line: line.name.clone() } })
}
