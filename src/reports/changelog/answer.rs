//! Answers a request: finds the channel, line, release or points that it names and has their sections written.

use chrono::{DateTime, Utc};

use super::continuous::{ContinuousChangelog, deploys_to_customers};
use super::model::{Changelog, ChangelogRelease, ChangelogSection, ReleasedAs};
use super::reader::ChangelogReader;
use super::request::{ChangelogError, ChangelogSpan};
use super::versioned::{Placed, VersionedChangelog};
use super::writer::Ends;
use crate::domain::{ChannelKind, CommitId, LineKind, TagName, Version};
use crate::history::Baseline;
use crate::ledger::{ChannelState, Line, Release, ReleaseKind};
use crate::reports::identity::tips;

const NO_SELF_HOSTED: &str =
    "no channel is versioned, so that nothing says since which self-hosted release a change is there";
const NO_TIMES: &str = "no tags record deploys: what went live is inferred from the lines, and when is not known";
const CUT: &str = "history is cut, the clone is shallow: the oldest section may lack changes";

impl<'l> ChangelogReader<'l> {
    /// The changelog of a channel.
    pub fn changelog(&self, channel: &str, span: &ChangelogSpan) -> Result<Changelog, ChangelogError> {
        let channel = self.ledger.known_channel(channel)?;
        let mut line = None;
        let mut since_lts = Vec::new();
        let (sections_of, is_cut) = match span {
            ChangelogSpan::Between { from, to } => self.between(channel, from, to.as_deref())?,
            _ if channel.kind == ChannelKind::Versioned => {
                let mut changelog = VersionedChangelog::new(self, channel);
                let sections = match span {
                    ChangelogSpan::Line(name) => {
                        let line: &Line = line.insert(find_line(channel, name)?);
                        let releases = line.releases.iter().map(|release| release.commit);
                        changelog.compare(releases.chain([line.tip]));
                        since_lts.extend(changelog.since_lts(line));
                        changelog.line(line)
                    }
                    ChangelogSpan::SinceLts(name) => {
                        let line: &Line = line.insert(find_line(channel, name)?);
                        changelog.compare(line.releases.iter().map(|release| release.commit));
                        vec![changelog.since_lts(line).ok_or_else(|| no_lts_before(channel, line))?]
                    }
                    ChangelogSpan::EveryLine => {
                        since_lts = changelog.all_since_lts();
                        changelog.every_line()
                    }
                    ChangelogSpan::Release(name) => {
                        let placed = find_release(channel, name)?;
                        changelog.compare([placed.release().commit]);
                        vec![changelog.release(placed)]
                    }
                    _ => changelog.history(),
                };
                (sections, changelog.is_cut())
            }
            _ => {
                let mut changelog = ContinuousChangelog::new(self, channel);
                let sections = match span {
                    ChangelogSpan::Line(name) => changelog.line(line.insert(find_line(channel, name)?)),
                    ChangelogSpan::SinceLts(name) => {
                        return Err(no_lts_before(channel, find_line(channel, name)?));
                    }
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
            since_lts,
            has_self_hosted: self.ledger.channels.iter().any(|channel| channel.kind == ChannelKind::Versioned),
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

    /// What a release brings that is not made yet, at `commit` and as of `now`. Also whether history was cut, as above.
    pub fn of_coming(
        &self,
        channel: &ChannelState,
        line: &Line,
        (version, tag): (&Version, TagName),
        commit: CommitId,
        now: DateTime<Utc>,
    ) -> (ChangelogSection, bool) {
        let mut line = line.clone();
        let is_first = line.releases.iter().all(|release| release.kind == ReleaseKind::Candidate);
        let coming = Release {
            version: version.clone(),
            tag,
            object: commit.object(),
            commit,
            kind: match version.is_candidate() {
                true => ReleaseKind::Candidate,
                false if is_first => ReleaseKind::GeneralAvailability,
                false => ReleaseKind::Patch,
            },
            date: now,
            is_retracted: false,
            artifacts: Vec::new(),
            overridden: None,
        };
        let at = line.releases.partition_point(|known| known.version < *version);
        line.releases.insert(at, coming);
        self.of_planned(channel, &line, at)
    }

    fn notices(&self, channel: &ChannelState, is_cut: bool) -> Vec<String> {
        let has_versioned = self.ledger.channels.iter().any(|channel| channel.kind == ChannelKind::Versioned);
        let is_inferred = channel.kind == ChannelKind::Continuous
            && deploys_to_customers(channel).next().is_none()
            && !channel.lines.is_empty();
        let known = [(!has_versioned, NO_SELF_HOSTED), (is_inferred, NO_TIMES), (is_cut, CUT)];
        let told = known.into_iter().filter(|(holds, _)| *holds).map(|(_, text)| text.to_owned());
        told.chain(self.content_notices()).collect()
    }

    /// One section for everything between two points.
    fn between(
        &self,
        channel: &ChannelState,
        from: &str,
        to: Option<&str>,
    ) -> Result<(Vec<ChangelogSection>, bool), ChangelogError> {
        let from = self.ledger.point(Some(channel), from)?;
        let to = self.ledger.point(Some(channel), to.unwrap_or(self.ledger.trunk.branch.as_str()))?;
        let graph = &self.ledger.graph;
        let release = to.release;
        let key = ChangelogRelease {
            version: release.map(|release| release.version.clone()),
            tag: release.map(|release| release.tag.clone()),
            date: release.map(|release| release.date),
            previous: Some(from.name),
            previous_commit: Some(from.commit),
            line: to.line.filter(|_| to.release.is_some()).map(|line| line.name.clone()),
            retracted: release.is_some_and(|release| release.is_retracted),
            ..ChangelogRelease::new(ReleasedAs::Range, to.commit)
        };
        let mut baseline = Baseline::new(graph, &self.trunkward);
        let (previous, tip) = (graph.node(from.commit), graph.node(to.commit));
        baseline.move_to(previous);
        let mut writer = self.writer(channel);
        let ends = Ends { tip, previous, by_lines: false };
        if channel.kind == ChannelKind::Continuous {
            let oldest = writer.oldest(tip, |node| baseline.contains(node));
            writer.compare(tips(self.ledger, oldest));
        } else {
            writer.compare(tip.into_iter().filter(|tip| !self.trunkward.is_on_trunk(*tip)).collect());
        }
        let fallback = key.previous.clone();
        let section = writer.section(key, ends, |node| baseline.contains(node), |_, _| fallback.clone());
        Ok((vec![section], writer.is_cut))
    }
}

fn no_lts_before(channel: &ChannelState, line: &Line) -> ChangelogError {
    let of_kind = channel.lines.iter().filter(|line| line.kind == LineKind::Lts);
    ChangelogError::NoLtsBefore {
        channel: channel.name.to_string(),
        line: line.name.clone(),
        known: of_kind.map(|line| line.name.clone()).collect(),
    }
}

fn find_line<'l>(channel: &'l ChannelState, name: &str) -> Result<&'l Line, ChangelogError> {
    channel.find_line(name).ok_or_else(|| ChangelogError::UnknownLine {
        channel: channel.name.to_string(),
        name: name.to_owned(),
        known: channel.lines.iter().map(|line| line.name.clone()).collect(),
    })
}

fn find_release<'l>(channel: &'l ChannelState, name: &str) -> Result<Placed<'l>, ChangelogError> {
    let found = channel.find_release(name).map(|(line, at)| Placed { line, at });
    found.ok_or_else(|| ChangelogError::UnknownRelease {
        channel: channel.name.to_string(),
        name: name.to_owned(),
        known: channel.versions().collect(),
    })
}

fn unknown_deploy(channel: &ChannelState, name: &str) -> ChangelogError {
    let tags = deploys_to_customers(channel).rev().filter_map(|deploy| deploy.tag.as_ref());
    ChangelogError::UnknownDeploy {
        channel: channel.name.to_string(),
        name: name.to_owned(),
        known: tags.map(ToString::to_string).collect(),
    }
}
