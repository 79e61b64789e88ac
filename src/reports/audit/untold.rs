//! Releases that no changelog tells of.
//!
//! A release on the commit of another one that is told of is the same release by another name, as the tags of a library
//! are that is released with what is built from it. What has one reason is one finding: a changelog that ended, lines of
//! which nothing is told at all.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::books::{Book, Shelves, is_same, numbers};
use super::model::Found;
use crate::domain::{AuditRule, CommitId, Version};
use crate::git::ReadError;
use crate::ledger::{ChannelState, Line, Release, ReleaseKind};

/// So many releases after the last that is told of, and the changelog is held to have ended.
const ENDED: usize = 5;

/// What releases are held against.
pub(super) struct Untold<'a> {
    pub shelves: &'a Shelves<'a>,
    pub channel: &'a ChannelState,
    pub books: &'a [Book],
    /// Only what was released since then.
    pub since: Option<NaiveDate>,
}

/// A release and the line it is on.
type OnLine<'a> = (&'a Line, &'a Release);

impl<'a> Untold<'a> {
    /// All findings about releases without a section.
    pub fn found(&self) -> Result<Vec<Found>, ReadError> {
        let (untold, told) = self.parted()?;
        let Some(last) = told.iter().map(|(_, release)| release).max_by_key(|release| release.date) else {
            return Ok(untold.into_iter().map(alone).collect());
        };
        let (later, rest): (Vec<_>, Vec<_>) = untold.into_iter().partition(|(_, release)| release.date > last.date);
        let mut found = Vec::new();
        let rest = if later.len() >= ENDED {
            found.extend(self.ended(last, &later));
            rest
        } else {
            later.into_iter().chain(rest).collect()
        };
        let lines: BTreeSet<&str> = told.iter().map(|(line, _)| line.name.as_str()).collect();
        let (of_told, of_untold): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|(line, _)| lines.contains(line.name.as_str()));
        found.extend(whole_lines(of_untold));
        found.extend(of_told.into_iter().map(alone));
        Ok(found)
    }

    /// Releases without and with a section, in the order of the lines.
    fn parted(&self) -> Result<(Vec<OnLine<'a>>, Vec<OnLine<'a>>), ReadError> {
        let sections = self.books.iter().flat_map(|book| &book.changelog.sections);
        let versions: Vec<&Version> = sections.filter_map(|section| section.version.as_ref()).collect();
        let Some(oldest) = versions.iter().map(|version| numbers(version)).min() else {
            return Ok((Vec::new(), Vec::new()));
        };
        let paths: BTreeSet<&str> = self.books.iter().map(|book| book.path.as_str()).collect();
        let has_section = |release: &Release| versions.iter().any(|known| is_same(known, &release.version));
        let all =
            || self.channel.lines.iter().flat_map(|line| line.releases.iter().map(move |release| (line, release)));
        let commits: BTreeSet<CommitId> =
            all().filter(|(_, release)| has_section(release)).map(|(_, release)| release.commit).collect();
        let (mut untold, mut told) = (Vec::new(), Vec::new());
        for (line, release) in all() {
            let is_counted = release.kind != ReleaseKind::Candidate
                && !release.is_retracted
                && numbers(&release.version) >= oldest
                && self.since.is_none_or(|since| release.date.date_naive() >= since);
            if !is_counted {
                continue;
            }
            let is_told = has_section(release) || self.tells_at_tag(release, &paths)?;
            if is_told {
                told.push((line, release));
            } else if !commits.contains(&release.commit) {
                untold.push((line, release));
            }
        }
        Ok((untold, told))
    }

    /// A changelog that nobody goes on with.
    fn ended(&self, last: &Release, later: &[OnLine<'_>]) -> Option<Found> {
        let newest = newest(later)?;
        let book = self.books.iter().find(|book| {
            book.changelog
                .sections
                .iter()
                .filter_map(|section| section.version.as_ref())
                .any(|known| is_same(known, &last.version))
        });
        let subject = book.or(self.books.first())?.path.as_str();
        let message = format!(
            "it ends at {} of {}, and {} releases came since, the newest {}",
            last.version,
            day(last.date),
            later.len(),
            newest.version
        );
        Some(Found::new(AuditRule::TagWithoutSection, subject, message).released_on(newest.date.date_naive()).hint(
            "go on with it, or say in it where news are now; `changelogs` under `[audit]` names the files that count",
        ))
    }

    /// Whether the changelog that the tag itself holds has a section of it: many projects write on the line, and the line's
    /// branch may be gone.
    fn tells_at_tag(&self, release: &Release, paths: &BTreeSet<&str>) -> Result<bool, ReadError> {
        for path in paths {
            let entry = match self.shelves.reader.entry_at(release.commit, path) {
                Err(error) if error.is_absent() => return Ok(true),
                found => found?,
            };
            let Some(entry) = entry else { continue };
            match self.shelves.reader.blob(entry.id) {
                // What is not here may tell of it.
                Err(error) if error.is_absent() => return Ok(true),
                _ => {}
            }
            let changelog = self.shelves.read(entry.id)?;
            let mut sections = changelog.iter().flat_map(|changelog| &changelog.sections);
            if sections.any(|section| section.version.as_ref().is_some_and(|known| is_same(known, &release.version))) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn newest<'a>(releases: &[OnLine<'a>]) -> Option<&'a Release> {
    releases.iter().map(|(_, release)| *release).max_by_key(|release| release.date)
}

fn day(at: DateTime<Utc>) -> NaiveDate {
    at.date_naive()
}

/// Releases of lines of which nothing is told: one finding where there are several such lines.
fn whole_lines(untold: Vec<OnLine<'_>>) -> Vec<Found> {
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for (line, _) in &untold {
        *lines.entry(line.name.as_str()).or_default() += 1;
    }
    let Some(newest) = newest(&untold).filter(|_| lines.len() > 1) else {
        return untold.into_iter().map(alone).collect();
    };
    let of_newest =
        untold.iter().find(|(_, release)| release.tag == newest.tag).map_or("", |(line, _)| line.name.as_str());
    let message = format!(
        "no changelog has a section of any release of line {of_newest} and {} more, {} releases in all",
        lines.len() - 1,
        untold.len()
    );
    vec![
        Found::new(AuditRule::TagWithoutSection, newest.tag.as_str(), message)
            .released_on(day(newest.date))
            .hint("write the sections; if the tags are of something else than this channel, narrow its `tag` pattern"),
    ]
}

fn alone((line, release): OnLine<'_>) -> Found {
    let message = format!("no changelog has a section of it; line {}", line.name);
    Found::new(AuditRule::TagWithoutSection, release.tag.as_str(), message)
        .released_on(day(release.date))
        .hint("write the section, or withdraw the release with `twintrack retract`")
}
