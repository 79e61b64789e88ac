//! Tags held against each other and against their lines.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use regex::Regex;

use super::habit::told_once;
use super::model::Found;
use super::report::KnownTags;
use crate::config::Versioned;
use crate::domain::{AuditRule, CommitId, Field, NamePattern, ObjectId, RuleSeverity, Version};
use crate::git::{ObjectReader, ReadError};
use crate::ledger::{ChannelState, KnownNames, Ledger, Line, Release, ReleaseKind};

/// What tags are held against.
pub(super) struct Tags<'a> {
    pub ledger: &'a Ledger,
    pub reader: &'a ObjectReader,
    pub channel: &'a ChannelState,
    pub config: &'a Versioned,
    pub known: &'a KnownTags,
    pub since: Option<NaiveDate>,
}

static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[vV]?\d+(?:\.\d+){1,3}(?:[-.]?(?:rc|alpha|beta|pre)[-.]?\d*)?$").expect("a pattern that was tried")
});

impl Tags<'_> {
    /// All findings about tags of releases.
    pub fn found(&self) -> Result<Vec<Found>, ReadError> {
        let mut found = Vec::new();
        let (mut lightweight, mut beside, mut asked) = (Vec::new(), Vec::new(), 0);
        for line in &self.channel.lines {
            for release in line.releases.iter().filter(|release| self.is_asked(release.date)) {
                asked += 1;
                found.extend(self.moved(release));
                if release.object == release.commit.object() {
                    lightweight.push(is_lightweight(release));
                } else {
                    found.extend(self.misnamed(release)?);
                }
                found.extend(self.further(line, release));
                found.extend(dead(line, release));
            }
            beside.extend(self.off_line(line));
            found.extend(self.out_of_order(line));
        }
        found.extend(told_once(lightweight, asked));
        found.extend(told_once(beside, asked));
        Ok(found)
    }

    fn is_asked(&self, date: DateTime<Utc>) -> bool {
        self.since.is_none_or(|since| date.date_naive() >= since)
    }

    /// A tag that was another object before, or is another one elsewhere.
    fn moved(&self, release: &Release) -> Option<Found> {
        let name = release.tag.as_str();
        let other =
            |known: &BTreeMap<String, ObjectId>| known.get(name).copied().filter(|known| *known != release.object);
        let message = match (other(&self.known.seen), other(&self.known.remote)) {
            (Some(seen), _) => {
                format!("it was {} when it was last audited here, and is {}", short(seen), short(release.object))
            }
            (None, Some(there)) => format!("it is {} at the remote, and {} here", short(there), short(release.object)),
            (None, None) => return None,
        };
        let hint = "a release that people have never changes: release a new version, put the old tag back, or accept it with `--accept-moved`";
        Some(about(AuditRule::TagMoved, release, message).hint(hint))
    }

    /// A tag whose object carries another name.
    fn misnamed(&self, release: &Release) -> Result<Option<Found>, ReadError> {
        let name = release.tag.as_str();
        let object = match self.reader.tag(release.object) {
            Err(error) if error.is_absent() => return Ok(None),
            found => found?,
        };
        let short = name.strip_prefix("refs/tags/").unwrap_or(name);
        Ok((object.name != short).then(|| {
            let message = format!("its object says that it is `{}`", object.name);
            about(AuditRule::TagName, release, message)
                .hint("somebody moved or copied a tag: see `git cat-file tag` and who made it")
        }))
    }

    /// The tags that others of its line have beside the release's own.
    fn further(&self, line: &Line, release: &Release) -> Vec<Found> {
        let mut found = Vec::new();
        for pattern in &self.config.also_tag {
            let Some(name) = further_name(pattern, release) else { continue };
            let at = |name: &str| self.commit_of(name);
            let is_habit = || {
                let others = line.releases.iter().filter(|other| other.tag != release.tag);
                others.filter_map(|other| further_name(pattern, other)).any(|name| at(&name).is_some())
            };
            let message = match at(&name) {
                Some(commit) if commit == release.commit => continue,
                Some(commit) => format!("`{name}` is at {}, not at {}", commit.short(), release.commit.short()),
                None if is_habit() => format!("there is no tag `{name}`"),
                None => continue,
            };
            found.push(about(AuditRule::FurtherTag, release, message));
        }
        found
    }

    fn commit_of(&self, tag: &str) -> Option<CommitId> {
        let entry = self.ledger.snapshot.find(&format!("refs/tags/{tag}"))?;
        self.reader.commit_of(entry).ok()
    }

    /// Releases that the line's branch does not reach.
    fn off_line(&self, line: &Line) -> Vec<Found> {
        let graph = &self.ledger.graph;
        let Some(tip) = graph.node(line.tip).filter(|_| line.branch.is_some()) else { return Vec::new() };
        let asked: Vec<&Release> = line.releases.iter().filter(|release| self.is_asked(release.date)).collect();
        if asked.is_empty() {
            return Vec::new();
        }
        let reached = graph.reach(&[tip]);
        let is_beside = |release: &&&Release| graph.node(release.commit).is_some_and(|node| !reached.contains(node));
        let branch = line.branch.as_ref().map_or("", |branch| branch.as_str());
        let told = asked.iter().filter(is_beside).map(|release| {
            let message = format!("branch {branch} does not reach its commit {}", release.commit.short());
            about(AuditRule::TagOffLine, release, message)
                .hint("merge it into the line, so that what was released is what the line goes on from")
        });
        told.collect()
    }

    /// Higher versions that stand on a commit which a lower one holds.
    fn out_of_order(&self, line: &Line) -> Vec<Found> {
        let graph = &self.ledger.graph;
        let standing: Vec<&Release> = line
            .releases
            .iter()
            .filter(|release| release.kind != ReleaseKind::Candidate && !release.is_retracted)
            .collect();
        let mut found = Vec::new();
        for pair in standing.windows(2).filter(|pair| self.is_asked(pair[1].date)) {
            let (lower, higher) = (pair[0], pair[1]);
            let (Some(low), Some(high)) = (graph.node(lower.commit), graph.node(higher.commit)) else { continue };
            let finding = |message| about(AuditRule::TagOrder, higher, message);
            if low == high {
                let message = format!("it is the same commit as {}", lower.version);
                found.push(finding(message).at(RuleSeverity::Warn));
            } else if graph.is_ancestor(high, low) {
                let message = format!("{} holds its commit already, so that it takes changes away", lower.version);
                found.push(finding(message).hint("see whether the two tags were mixed up"));
            }
        }
        found
    }

    /// Tags that are nothing but a version and that nothing recognises.
    pub fn strays(ledger: &Ledger, since: Option<NaiveDate>, reader: &ObjectReader) -> Vec<Found> {
        let known = KnownNames::of(&ledger.config);
        let tags = ledger.snapshot.under("refs/tags/");
        let stray = tags.filter(|(tag, _)| PLAIN.is_match(tag) && matches!(known.tag(tag), Ok(None)));
        let recent = stray.filter(|(_, entry)| {
            let Some(since) = since else { return true };
            let commit = reader.commit_of(entry).and_then(|commit| reader.commit(commit));
            commit.is_ok_and(|commit| commit.committer.at().date_naive() >= since)
        });
        let told = recent.map(|(tag, _)| {
            let message = "it reads as a version and fits no pattern of a channel".to_owned();
            Found::new(AuditRule::StrayTag, tag, message)
                .hint("add a pattern to `tag` or `candidate` of its channel, or delete the tag")
        });
        told.collect()
    }
}

fn is_lightweight(release: &Release) -> Found {
    about(AuditRule::TagLightweight, release, "the tag is lightweight".to_owned())
        .hint("tag with `git tag --annotate`, or let `twintrack release` do it")
}

fn about(rule: AuditRule, release: &Release, message: String) -> Found {
    Found::new(rule, release.tag.as_str(), message).released_on(release.date.date_naive())
}

fn short(id: ObjectId) -> String {
    CommitId::new(id).short()
}

/// The further tag of a release; `None` for a candidate that the pattern cannot name.
fn further_name(pattern: &NamePattern, release: &Release) -> Option<String> {
    let is_nameable = !release.version.is_candidate() || pattern.has(Field::Pre);
    let version: &Version = &release.version;
    is_nameable.then(|| pattern.produce(&crate::domain::Fields::default().with_version(version)).ok()).flatten()
}

/// A release after the end of its line's support.
fn dead(line: &Line, release: &Release) -> Option<Found> {
    let end = line.support.security_until.or(line.support.active_until)?;
    (release.date > end && release.kind != ReleaseKind::Candidate).then(|| {
        let message = format!(
            "released on {}, while support of line {} ended on {}",
            release.date.format("%Y-%m-%d"),
            line.name,
            end.format("%Y-%m-%d")
        );
        about(AuditRule::DeadLine, release, message)
            .hint("correct `support` of the channel or the dates of the line, if the line lives on")
    })
}
