//! The version string of any build.
//!
//! A tagged commit has the version of its tag. Any other stands between versions: after a release of its line it is on
//! the way to the next patch (`1.8.5-dev.3`), after a candidate it follows that candidate (`1.9.0-rc.1.dev.3`), on trunk
//! it is on the way to the line after the newest one cut before it (`1.10.0-dev.123`). The number counts commits, so that
//! later builds of one branch sort after earlier ones; `+g` and the commit make it unique.

use serde::Serialize;

use crate::domain::{ChannelKind, CommitId, TagName, Version};
use crate::graph::{Graph, Node};
use crate::ledger::{Ledger, Line, Release};

/// What a commit is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Description {
    /// `1.10.0-dev.123+gabc123456`, or the version of a tag.
    pub version: String,
    pub commit: CommitId,
    /// The tag that gives the version; `None` where it is computed.
    pub tag: Option<TagName>,
    /// The line that the commit is on; `None` for trunk.
    pub line: Option<String>,
    /// Commits since the version's starting point; 0 for a tagged commit.
    pub distance: usize,
}

/// Describes commits of one ledger.
pub struct Describer<'l> {
    ledger: &'l Ledger,
    /// Lines of versioned channels that left trunk, with their base; the newest version first.
    lines: Vec<(Node, &'l Line)>,
}

impl<'l> Describer<'l> {
    /// Looks up the bases of the lines once.
    pub fn new(ledger: &'l Ledger) -> Self {
        let is_versioned = |kind| kind == ChannelKind::Versioned;
        let lines = ledger
            .channels
            .iter()
            .filter(|channel| is_versioned(channel.kind))
            .flat_map(|channel| &channel.lines)
            .filter(|line| line.branch.as_ref() != Some(&ledger.trunk.branch))
            .filter_map(|line| Some((ledger.graph.node(line.base?)?, line)))
            .collect();
        Self { ledger, lines }
    }

    /// What `node` is called.
    pub fn describe(&self, node: Node) -> Description {
        let commit = self.ledger.graph.id(node);
        if let Some((version, tag, line)) = self.tagged(commit) {
            return Description { version, commit, tag: Some(tag), line, distance: 0 };
        }
        let (prefix, distance, line) = match self.line_of(node) {
            Some(line) => self.on_line(node, line),
            None => self.on_trunk(node),
        };
        let version = format!("{prefix}.{distance}+g{}", commit.short());
        Description { version, commit, tag: None, line, distance }
    }

    /// The version of the commit's own tags: a release before a candidate, either before a deploy's.
    fn tagged(&self, commit: CommitId) -> Option<(String, TagName, Option<String>)> {
        let lines = self.ledger.channels.iter().flat_map(|channel| &channel.lines);
        let release = lines
            .flat_map(|line| line.releases.iter().map(move |release| (release, line)))
            .filter(|(release, _)| release.commit == commit)
            .max_by_key(|(release, _)| (!release.is_retracted, &release.version));
        if let Some((release, line)) = release {
            return Some((release.version.to_string(), release.tag.clone(), self.name_of(line)));
        }
        let deploys = self.ledger.channels.iter().flat_map(|channel| &channel.deploys);
        let deploy = deploys.filter(|deploy| deploy.commit == commit).find(|deploy| deploy.version.is_some())?;
        Some((deploy.version.clone()?, deploy.tag.clone()?, deploy.line.clone()))
    }

    fn name_of(&self, line: &Line) -> Option<String> {
        (line.branch.as_ref() != Some(&self.ledger.trunk.branch)).then(|| line.name.clone())
    }

    /// The versioned line that reaches the commit where trunk does not; of several the one with the oldest base.
    fn line_of(&self, node: Node) -> Option<&'l Line> {
        if self.ledger.trunk_reach.all.contains(node) {
            return None;
        }
        let graph = &self.ledger.graph;
        let reaches = |line: &Line| graph.node(line.tip).is_some_and(|tip| graph.is_ancestor(node, tip));
        self.lines.iter().filter(|(_, line)| reaches(line)).max_by_key(|(base, _)| *base).map(|(_, line)| *line)
    }

    fn on_line(&self, node: Node, line: &'l Line) -> (String, usize, Option<String>) {
        let name = Some(line.name.clone());
        let graph = &self.ledger.graph;
        let before = |release: &&Release| {
            !release.is_retracted && graph.node(release.commit).is_some_and(|tag| graph.is_ancestor(tag, node))
        };
        let Some(release) = line.releases.iter().rev().find(before) else {
            let (prefix, distance, _) = self.on_trunk(node);
            return (prefix, distance, name);
        };
        let distance = graph.node(release.commit).map_or(0, |tag| self.distance(node, tag));
        let prefix = if release.version.is_candidate() {
            format!("{}.dev", release.version)
        } else {
            format!("{}-dev", next(release.version.numbers(), release.version.numbers().len()))
        };
        (prefix, distance, name)
    }

    /// Counts from the newest line cut before the commit, else from the newest release that it reaches.
    fn on_trunk(&self, node: Node) -> (String, usize, Option<String>) {
        let graph = &self.ledger.graph;
        let cut = self.lines.iter().find(|(base, line)| graph.is_ancestor(*base, node) && numbers(line).is_some());
        if let Some((base, line)) = cut
            && let Some((prefix, width)) = numbers(line)
        {
            return (format!("{}-dev", padded(&next(&prefix, prefix.len()), width)), self.distance(node, *base), None);
        }
        let channels = self.ledger.channels.iter().flat_map(|channel| &channel.lines);
        let reached = channels
            .flat_map(|line| &line.releases)
            .filter(|release| release.kind != crate::ledger::ReleaseKind::Candidate && !release.is_retracted)
            .filter_map(|release| Some((graph.node(release.commit)?, release)))
            .filter(|(tag, _)| graph.is_ancestor(*tag, node))
            .max_by_key(|(_, release)| &release.version);
        match reached {
            Some((tag, release)) => {
                let numbers = release.version.numbers();
                (format!("{}-dev", next(numbers, numbers.len())), self.distance(node, tag), None)
            }
            None => ("0.0.0-dev".to_owned(), graph.reach(&[node]).len(), None),
        }
    }

    fn distance(&self, node: Node, start: Node) -> usize {
        count_between(&self.ledger.graph, node, start)
    }
}

/// Commits that `node` reaches and `start` does not.
fn count_between(graph: &Graph, node: Node, start: Node) -> usize {
    graph.range(&[node], &graph.reach(&[start])).len()
}

/// The numbers that name a line, and how many its releases have. A line known by a label has those of its releases
/// but for the last.
fn numbers(line: &Line) -> Option<(Vec<u64>, usize)> {
    let width = line.releases.first().map_or(3, |release| release.version.numbers().len());
    let named: Result<Vec<u64>, _> = line.name.split(['.', '-']).map(str::parse).collect();
    let first: &Version = match line.releases.first() {
        None => return named.ok().map(|numbers| (numbers, width)),
        Some(release) => &release.version,
    };
    match named {
        Ok(numbers) if first.has_prefix(&numbers) => Some((numbers, width)),
        _ => Some((first.numbers()[..width.saturating_sub(1).max(1)].to_vec(), width)),
    }
}

/// The numbers with the one at `len - 1` raised by one.
fn next(numbers: &[u64], len: usize) -> String {
    let mut raised = numbers[..len].to_vec();
    if let Some(last) = raised.last_mut() {
        *last = last.saturating_add(1);
    }
    raised.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

/// The version filled up with zeros to `width` numbers.
fn padded(version: &str, width: usize) -> String {
    let missing = width.saturating_sub(version.split('.').count());
    format!("{version}{}", ".0".repeat(missing))
}
