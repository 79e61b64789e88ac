//! What a release has: the changes that it brought its readers, and which other lines of its channel lack them.
//!
//! A reader of the line comes from its previous release - for the line's first one from the newest release of an older
//! line at that time - and what that one has on other commits is no news, as in the changelog.

use std::cell::RefCell;

use super::error::AffectedError;
use super::places::Sought;
use super::question::Question;
use super::reader::AffectedReader;
use super::report::{Affected, AffectedVersion, Carried};
use crate::cache::Cache;
use crate::config::Disclosure;
use crate::domain::{ChangeKind, CommitId, Stage};
use crate::graph::Node;
use crate::history::{Baseline, Class, Reader};
use crate::ledger::{ChannelState, Line};
use crate::reports::changelog::Placed;
use crate::reports::{ChangelogReader, ChangelogSpan, LeftOutWhy};

impl AffectedReader<'_> {
    /// What the release brought.
    pub(super) fn carried(&self, question: &Question<'_>, placed: Placed<'_>) -> Result<Affected, AffectedError> {
        let mut answer = self.empty(question);
        let release = placed.release();
        let Some(channel) = self.ledger.channel(placed.line.channel.as_str()) else { return Ok(answer) };
        let span = ChangelogSpan::Release(release.tag.to_string());
        let repository = self.notes.repository;
        let cache = Cache::below(repository.common_dir());
        let reader = ChangelogReader::new(self.ledger).with_contents(repository, &cache, self.notes.today)?;
        let changelog = reader.changelog(channel.name.as_str(), &span);
        // The release was found in this ledger, so that its changelog is there.
        let section = changelog.ok().and_then(|changelog| changelog.sections_of.into_iter().next());
        answer.version = Some(AffectedVersion {
            version: release.version.clone(),
            tag: release.tag.clone(),
            commit: release.commit,
            channel: channel.name.clone(),
            line: placed.line.name.clone(),
            date: release.date,
            retracted: release.is_retracted,
            previous: section.as_ref().and_then(|section| section.release.previous.clone()),
        });
        let Some(section) = section else { return Ok(answer) };
        for (kind, entry) in section.entries() {
            answer.changes.push(self.entry(&entry.commits, entry.text.clone(), kind, entry.refs.clone()));
        }
        let is_silent = |why| matches!(why, LeftOutWhy::Audience | LeftOutWhy::Internal);
        for item in section.left_out.iter().filter(|item| is_silent(item.why) && !self.is_release(&item.commits)) {
            let (kind, mut refs) = self.reading(item.id);
            if item.disclosure != Disclosure::Open {
                refs.clear();
            }
            answer.changes.push(self.entry(&item.commits, item.text.clone(), kind, refs));
        }
        self.ask_lines(&mut answer, channel, placed.line);
        Ok(answer)
    }

    /// Whether all that the commits do is to make a release.
    fn is_release(&self, commits: &[CommitId]) -> bool {
        commits.iter().all(|commit| {
            let node = self.ledger.graph.node(*commit);
            let standing = node.and_then(|node| self.identities.identities.of(node));
            standing.is_some_and(|standing| standing.class == Class::Release)
        })
    }

    fn reading(&self, commit: CommitId) -> (ChangeKind, Vec<String>) {
        let graph = &self.ledger.graph;
        let Some(node) = graph.node(commit) else { return (ChangeKind::Internal, Vec::new()) };
        let author = graph.author(node);
        let reader = Reader::new(&self.ledger.config.changes);
        let reading = reader.read(graph.subject(node), graph.body(node), (author.name, author.email));
        (reading.kind.or_changed(), reading.refs)
    }

    fn entry(&self, commits: &[CommitId], text: String, kind: ChangeKind, refs: Vec<String>) -> Carried {
        let origin = self.of_commits(commits).parts.first().map(|node| self.ledger.graph.id(*node));
        Carried {
            origin,
            commits: commits.to_vec(),
            text,
            kind,
            refs,
            newer_without: Vec::new(),
            older_without: Vec::new(),
        }
    }

    /// The commits of trunk behind those of a release; those that trunk lacks stand for themselves.
    fn of_commits(&self, commits: &[CommitId]) -> Sought {
        let nodes: Vec<Node> = commits.iter().filter_map(|commit| self.ledger.graph.node(*commit)).collect();
        let mut sought = Sought::default();
        for node in &nodes {
            if self.identities.trunkward.is_on_trunk(*node) {
                sought.parts.push(*node);
            } else if let Some(standing) = self.identities.identities.of(*node) {
                sought.parts.extend(standing.counted().map(|origin| origin.node));
            }
        }
        sought.parts.sort_unstable();
        sought.parts.dedup();
        if sought.parts.is_empty() && !nodes.is_empty() {
            sought.beside.push(nodes);
        }
        sought
    }

    /// Asks each other line of the channel for all changes at once. A line that is over takes no change any more.
    fn ask_lines(&self, answer: &mut Affected, channel: &ChannelState, own: &Line) {
        let sought: Vec<Sought> = answer.changes.iter().map(|change| self.of_commits(&change.commits)).collect();
        let graph = &self.ledger.graph;
        let baseline = RefCell::new(Baseline::new(graph, &self.identities.trunkward));
        let mut is_newer = true;
        for line in &channel.lines {
            if line.name == own.name {
                is_newer = false;
                continue;
            }
            if !is_newer && line.stage == Stage::EndOfLife {
                continue;
            }
            baseline.borrow_mut().move_to(graph.node(line.tip));
            let baseline = baseline.borrow();
            for (change, sought) in answer.changes.iter_mut().zip(&sought) {
                // What only this line needs is nobody's loss.
                let is_line_only = sought.parts.is_empty();
                if !is_line_only && !self.places.has(sought, &|node| baseline.contains(node)).0.is_whole() {
                    let list = if is_newer { &mut change.newer_without } else { &mut change.older_without };
                    list.push(line.name.clone());
                }
            }
        }
    }
}
