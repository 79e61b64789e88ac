//! Answers a request: finds the channel, line, release or points that it names and has their sections written.

use super::changelog::{Changelog, ChangelogRelease, ChangelogSection, ReleasedAs};
use super::changelog_continuous::{ContinuousChangelog, deploys_to_customers};
use super::changelog_request::{ChangelogError, ChangelogSpan};
use super::changelog_versioned::{Placed, VersionedChangelog, releases};
use super::changelog_writer::ChangelogReader;
use crate::domain::{ChannelKind, CommitId};
use crate::graph::Node;
use crate::history::Baseline;
use crate::ledger::{ChannelState, Ledger, Line};

const NO_SELF_HOSTED: &str =
    "no channel is versioned, so that nothing says since which self-hosted release a change is there";
const NO_TIMES: &str = "no tags record deploys: what went live is inferred from the lines, and when is not known";
const CUT: &str = "history is cut, the clone is shallow: the oldest section may lack changes";

/// A point in history that somebody named.
struct Point<'l> {
    name: String,
    commit: CommitId,
    release: Option<Placed<'l>>,
}

impl<'l> ChangelogReader<'l> {
    /// The changelog of a channel.
    pub fn changelog(&self, channel: &str, span: &ChangelogSpan) -> Result<Changelog, ChangelogError> {
        let channel = find_channel(self.ledger, channel)?;
        let mut line = None;
        let (sections_of, is_cut) = match span {
            ChangelogSpan::Between { from, to } => self.between(channel, from, to.as_deref())?,
            _ if channel.kind == ChannelKind::Versioned => {
                let mut changelog = VersionedChangelog::new(self, channel);
                let sections = match span {
                    ChangelogSpan::Line(name) => changelog.line(line.insert(find_line(channel, name)?)),
                    ChangelogSpan::EveryLine => changelog.every_line(),
                    ChangelogSpan::Release(name) => vec![changelog.release(find_release(channel, name)?)],
                    _ => changelog.history(),
                };
                (sections, changelog.is_cut())
            }
            _ => {
                let mut changelog = ContinuousChangelog::new(self, channel);
                let sections = match span {
                    ChangelogSpan::Line(name) => changelog.line(line.insert(find_line(channel, name)?)),
                    ChangelogSpan::Release(name) => {
                        vec![changelog.deploy(name).ok_or_else(|| unknown_deploy(channel, name))?]
                    }
                    _ => changelog.history(),
                };
                (sections, changelog.is_cut())
            }
        };
        Ok(Changelog {
            channel: channel.name.clone(),
            kind: channel.kind,
            line: line.map(|line| line.name.clone()),
            sections_of,
            cut: is_cut,
            notices: self.notices(channel, is_cut),
        })
    }

    /// What a release brings that is not made yet: `line` is its line as it will be, with the release at `at`. Also whether
    /// history was cut before its end, so that it may lack changes.
    pub fn of_planned(&self, channel: &ChannelState, line: &Line, at: usize) -> (ChangelogSection, bool) {
        let mut changelog = VersionedChangelog::new(self, channel);
        let section = changelog.release(Placed { line, at });
        let is_cut = changelog.is_cut();
        (section, is_cut)
    }

    fn notices(&self, channel: &ChannelState, is_cut: bool) -> Vec<String> {
        let has_versioned = self.ledger.channels.iter().any(|channel| channel.kind == ChannelKind::Versioned);
        let is_inferred = channel.kind == ChannelKind::Continuous
            && deploys_to_customers(channel).next().is_none()
            && !channel.lines.is_empty();
        let known = [(!has_versioned, NO_SELF_HOSTED), (is_inferred, NO_TIMES), (is_cut, CUT)];
        let told = known.into_iter().filter(|(holds, _)| *holds).map(|(_, text)| text.to_owned());
        told.chain(self.path_notice()).collect()
    }

    /// One section for everything between two points.
    fn between(
        &self,
        channel: &ChannelState,
        from: &str,
        to: Option<&str>,
    ) -> Result<(Vec<ChangelogSection>, bool), ChangelogError> {
        let from = self.point(channel, from)?;
        let to = match to {
            Some(to) => self.point(channel, to)?,
            None => self.point(channel, self.ledger.trunk.branch.as_str())?,
        };
        let graph = &self.ledger.graph;
        let release = to.release.map(Placed::release);
        let key = ChangelogRelease {
            version: release.map(|release| release.version.clone()),
            tag: release.map(|release| release.tag.clone()),
            date: release.map(|release| release.date),
            previous: Some(from.release.map_or(from.name, |placed| placed.release().version.to_string())),
            kind: ReleasedAs::Range,
            commit: to.commit,
            previous_commit: Some(from.commit),
            line: to.release.map(|placed| placed.line.name.clone()),
            candidates: Vec::new(),
            retracted: release.is_some_and(|release| release.is_retracted),
            environment: None,
            replaces: None,
        };
        let mut baseline = Baseline::new(graph, &self.trunkward);
        baseline.move_to(graph.node(from.commit));
        let mut writer = self.writer(&channel.name);
        let fallback = key.previous.clone();
        let section =
            writer.section(key, graph.node(to.commit), |node| baseline.contains(node), |_, _| fallback.clone());
        Ok((vec![section], writer.is_cut))
    }

    /// Finds a release of this channel, one of another, a deploy, a line, a tag or branch, a commit, in this order.
    fn point(&self, channel: &'l ChannelState, name: &str) -> Result<Point<'l>, ChangelogError> {
        let at = |commit: CommitId, release| Point { name: name.to_owned(), commit, release };
        let others = self.ledger.channels.iter().filter(|other| other.name != channel.name);
        for known in std::iter::once(channel).chain(others) {
            if let Ok(placed) = find_release(known, name) {
                return Ok(at(placed.release().commit, Some(placed)));
            }
            let is_named = |tag: &crate::domain::TagName| tag.as_str() == name;
            if let Some(deploy) = known.deploys.iter().find(|deploy| deploy.tag.as_ref().is_some_and(is_named)) {
                return Ok(at(deploy.commit, None));
            }
            if let Ok(line) = find_line(known, name) {
                return Ok(at(line.tip, None));
            }
        }
        if name == self.ledger.trunk.branch.as_str() {
            return Ok(at(self.ledger.trunk.commit, None));
        }
        if let Some(commit) = self.named_by_ref(name) {
            let is_read = self.ledger.graph.node(commit).is_some();
            return if is_read {
                Ok(at(commit, None))
            } else {
                Err(ChangelogError::OutsideHistory { name: name.to_owned() })
            };
        }
        self.commit(name).map(|commit| at(commit, None)).map_err(|error| match error {
            ChangelogError::UnknownPoint { name, .. } => {
                ChangelogError::UnknownPoint { name, known: known_releases(channel) }
            }
            other => other,
        })
    }

    fn named_by_ref(&self, name: &str) -> Option<CommitId> {
        ["refs/tags/", "refs/heads/", "refs/remotes/", "refs/remotes/origin/", ""]
            .iter()
            .find_map(|prefix| self.ledger.snapshot.find(&format!("{prefix}{name}")))
            .map(|entry| CommitId::new(entry.peeled.unwrap_or(entry.target)))
    }

    /// A commit by its id, of which seven digits are enough where they fit only one.
    fn commit(&self, name: &str) -> Result<CommitId, ChangelogError> {
        let graph = &self.ledger.graph;
        let lower = name.to_ascii_lowercase();
        if let Ok(id) = lower.parse::<CommitId>() {
            let node: Option<Node> = graph.node(id);
            return node.map(|_| id).ok_or_else(|| ChangelogError::OutsideHistory { name: name.to_owned() });
        }
        let is_hex = (7..40).contains(&lower.len()) && lower.bytes().all(|byte| byte.is_ascii_hexdigit());
        let fitting: Vec<CommitId> = if is_hex {
            graph.nodes().map(|node| graph.id(node)).filter(|id| id.to_string().starts_with(&lower)).collect()
        } else {
            Vec::new()
        };
        match fitting.as_slice() {
            [] => Err(ChangelogError::UnknownPoint { name: name.to_owned(), known: Vec::new() }),
            [only] => Ok(*only),
            several => Err(ChangelogError::AmbiguousCommit { name: name.to_owned(), count: several.len() }),
        }
    }
}

fn find_channel<'l>(ledger: &'l Ledger, name: &str) -> Result<&'l ChannelState, ChangelogError> {
    ledger.channel(name).ok_or_else(|| ChangelogError::UnknownChannel {
        name: name.to_owned(),
        known: ledger.channels.iter().map(|channel| channel.name.to_string()).collect(),
    })
}

/// By name, by the branch, or by the name with other marks between its numbers: `7.2` for `7-2`.
fn find_line<'l>(channel: &'l ChannelState, name: &str) -> Result<&'l Line, ChangelogError> {
    let by_name = channel.lines.iter().find(|line| line.name == name);
    let by_branch =
        || channel.lines.iter().find(|line| line.branch.as_ref().is_some_and(|branch| branch.as_str() == name));
    let plain = |text: &str| text.replace(['-', '_'], ".");
    let by_numbers = || channel.lines.iter().find(|line| plain(&line.name) == plain(name));
    by_name.or_else(by_branch).or_else(by_numbers).ok_or_else(|| ChangelogError::UnknownLine {
        channel: channel.name.to_string(),
        name: name.to_owned(),
        known: channel.lines.iter().map(|line| line.name.clone()).collect(),
    })
}

/// By tag, or by version with or without a `v`.
fn find_release<'l>(channel: &'l ChannelState, name: &str) -> Result<Placed<'l>, ChangelogError> {
    let plain = name.strip_prefix('v').unwrap_or(name);
    releases(channel)
        .find(|placed| placed.release().tag.as_str() == name)
        .or_else(|| releases(channel).find(|placed| placed.release().version.as_str() == plain))
        .ok_or_else(|| ChangelogError::UnknownRelease {
            channel: channel.name.to_string(),
            name: name.to_owned(),
            known: known_releases(channel),
        })
}

fn known_releases(channel: &ChannelState) -> Vec<String> {
    releases(channel).map(|placed| placed.release().version.to_string()).collect()
}

fn unknown_deploy(channel: &ChannelState, name: &str) -> ChangelogError {
    let tags = deploys_to_customers(channel).rev().filter_map(|deploy| deploy.tag.as_ref());
    ChangelogError::UnknownDeploy {
        channel: channel.name.to_string(),
        name: name.to_owned(),
        known: tags.map(ToString::to_string).collect(),
    }
}
