//! The version string of any build.
//!
//! A tagged commit has the version of its tag. Any other stands between versions: after a release of its line it is on
//! the way to the next patch (`1.8.5-dev.3`), after a candidate it follows that candidate (`1.9.0-rc.1.dev.3`), on trunk
//! it is on the way to the line after the newest one cut before it (`1.10.0-dev.123`). Where trunk is a line itself, which
//! has no branch and releases on trunk, it is called as a build of that line. The number counts commits, so that later builds of one branch sort after earlier ones; `+g` and the commit make it unique.

use std::cell::RefCell;

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::domain::{ChannelKind, CommitId, TagName, Version};
use crate::graph::{Node, NodeSet};
use crate::ledger::{Ledger, Line, Release, ReleaseKind};

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

/// The version that a tag gives a commit.
struct Tagged<'l> {
    version: &'l str,
    tag: &'l TagName,
    line: Option<&'l str>,
}

/// Describes commits of one ledger. What is costly is looked up once, so that describing a hundred thousand deploys
/// costs little more than the commits between them.
pub struct Describer<'l> {
    ledger: &'l Ledger,
    /// Lines of versioned channels that left trunk, with their base; newest first.
    lines: Vec<(Node, &'l Line)>,
    /// Releases of lines that trunk is itself, newest first.
    own: Vec<(Node, &'l Release)>,
    /// Deploys on trunk whose tags hold a version, newest first.
    deploys: Vec<(Node, &'l str)>,
    tagged: FxHashMap<CommitId, Tagged<'l>>,
    /// What the starting points of counting reach.
    reached: RefCell<FxHashMap<Node, NodeSet>>,
}

impl<'l> Describer<'l> {
    /// Looks up tags and the bases of lines.
    pub fn new(ledger: &'l Ledger) -> Self {
        let versioned = ledger.channels.iter().filter(|channel| channel.kind == ChannelKind::Versioned);
        let mut chain = ledger.graph.empty_set();
        for node in ledger.graph.node(ledger.trunk.commit).into_iter().flat_map(|tip| ledger.graph.first_parents(tip)) {
            chain.insert(node);
        }
        let on_chain = |release: &'l Release| {
            let node = ledger.graph.node(release.commit).filter(|node| chain.contains(*node))?;
            Some((node, release)).filter(|_| !release.is_retracted)
        };
        let (mut lines, mut own) = (Vec::new(), Vec::new());
        for line in versioned.flat_map(|channel| &channel.lines) {
            let released: Vec<(Node, &Release)> = line.releases.iter().filter_map(on_chain).collect();
            if is_of_trunk(line, &released) {
                own.extend(released);
            } else if line.branch.as_ref() != Some(&ledger.trunk.branch) {
                lines.extend(line.base.and_then(|base| ledger.graph.node(base)).map(|base| (base, line)));
            }
        }
        own.sort_unstable_by_key(|(node, _)| *node);
        let all = ledger.channels.iter().flat_map(|channel| channel.deploys.iter().rev());
        let deploys = all
            .filter_map(|deploy| Some((ledger.graph.node(deploy.commit)?, deploy.version.as_deref()?)))
            .filter(|(node, _)| ledger.trunk_reach.all.contains(*node))
            .collect();
        Self { ledger, lines, own, deploys, tagged: tagged(ledger), reached: RefCell::default() }
    }

    /// What `node` is called.
    pub fn describe(&self, node: Node) -> Description {
        let commit = self.ledger.graph.id(node);
        if let Some(tagged) = self.tagged.get(&commit) {
            return Description {
                version: tagged.version.to_owned(),
                commit,
                tag: Some(tagged.tag.clone()),
                line: tagged.line.map(str::to_owned),
                distance: 0,
            };
        }
        let (prefix, distance, line) = match self.line_of(node) {
            Some(line) => self.on_line(node, line),
            None => self.on_trunk(node),
        };
        let version = format!("{prefix}.{distance}+g{}", commit.short());
        Description { version, commit, tag: None, line, distance }
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
        (after_tag(release), distance, name)
    }

    /// Counts from the newest line cut before the commit, from the newest release of a line that trunk is itself or from
    /// the newest deploy whose tag is a version, whichever is nearest, else from the newest release that it reaches, else
    /// from the root on the way to the first line.
    fn on_trunk(&self, node: Node) -> (String, usize, Option<String>) {
        let graph = &self.ledger.graph;
        let own = self.own.iter().find(|(tag, _)| graph.is_ancestor(*tag, node));
        // A line's base itself was built on the way to that line and is part of it.
        let cut = self.lines.iter().find(|(base, _)| *base != node && graph.is_ancestor(*base, node));
        let deploy = self.deploys.iter().find(|(deploy, _)| graph.is_ancestor(*deploy, node));
        let starts = [
            own.map(|(tag, release)| (*tag, after_tag(release))),
            cut.map(|(base, line)| (*base, after_line(line))),
            deploy.map(|(deploy, version)| (*deploy, after(version))),
        ];
        match starts.into_iter().flatten().min_by_key(|(start, _)| *start) {
            Some((start, prefix)) => (prefix, self.distance(node, start), None),
            None => self.after_release(node),
        }
    }

    fn after_release(&self, node: Node) -> (String, usize, Option<String>) {
        let graph = &self.ledger.graph;
        let lines = self.ledger.channels.iter().flat_map(|channel| &channel.lines);
        let reached = lines
            .flat_map(|line| &line.releases)
            .filter(|release| release.kind != ReleaseKind::Candidate && !release.is_retracted)
            .filter_map(|release| Some((graph.node(release.commit)?, release)))
            .filter(|(tag, _)| graph.is_ancestor(*tag, node))
            .max_by_key(|(_, release)| &release.version);
        match reached {
            Some((tag, release)) => {
                (format!("{}-dev", next(release.version.numbers())), self.distance(node, tag), None)
            }
            None => {
                let first = self.lines.last().map(|(_, line)| numbers(line));
                let (numbers, width) = first.unwrap_or((vec![0], 3));
                let version = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
                (format!("{}-dev", padded(&version, width)), graph.reach(&[node]).len(), None)
            }
        }
    }

    /// Commits that `node` reaches and `start` does not.
    fn distance(&self, node: Node, start: Node) -> usize {
        let mut reached = self.reached.borrow_mut();
        let start = reached.entry(start).or_insert_with(|| self.ledger.graph.reach(&[start]));
        self.ledger.graph.range(&[node], start).len()
    }
}

/// The version of each commit that has one by a tag: a release before a candidate, either before a deploy's.
fn tagged(ledger: &Ledger) -> FxHashMap<CommitId, Tagged<'_>> {
    let mut found = FxHashMap::default();
    for deploy in ledger.channels.iter().flat_map(|channel| &channel.deploys) {
        if let (Some(version), Some(tag)) = (&deploy.version, &deploy.tag) {
            found.insert(deploy.commit, Tagged { version, tag, line: deploy.line.as_deref() });
        }
    }
    let lines = ledger.channels.iter().flat_map(|channel| &channel.lines);
    let mut releases: Vec<(&Release, &Line)> =
        lines.flat_map(|line| line.releases.iter().map(move |release| (release, line))).collect();
    releases.sort_by_key(|(release, _)| (!release.is_retracted, &release.version));
    for (release, line) in releases {
        let is_trunk = line.branch.as_ref() == Some(&ledger.trunk.branch);
        let line = (!is_trunk).then_some(line.name.as_str());
        found.insert(release.commit, Tagged { version: release.version.as_str(), tag: &release.tag, line });
    }
    found
}

/// Whether trunk is the line itself: it has no branch, and trunk has its newest release and went on within it, or is on
/// the way to its first one. `released` are its releases on trunk's chain.
fn is_of_trunk(line: &Line, released: &[(Node, &Release)]) -> bool {
    let Some((newest, release)) = released.last() else { return false };
    let is_newest = line.releases.last().is_some_and(|last| last.tag == release.tag);
    let goes_on = release.version.is_candidate() || released.iter().any(|(node, _)| node != newest);
    line.branch.is_none() && is_newest && goes_on
}

/// The version after a release of the same line.
fn after_tag(release: &Release) -> String {
    if release.version.is_candidate() {
        format!("{}.dev", release.version)
    } else {
        format!("{}-dev", next(release.version.numbers()))
    }
}

/// The first version of the line after this one.
fn after_line(line: &Line) -> String {
    let (prefix, width) = numbers(line);
    format!("{}-dev", padded(&next(&prefix), width))
}

/// The version after one that a deploy's tag holds: its last number raised.
fn after(version: &str) -> String {
    match version.parse::<Version>() {
        Ok(version) => format!("{}-dev", next(version.numbers())),
        Err(_) => format!("{version}.dev"),
    }
}

/// The numbers by which trunk's next version follows from a line, and how many numbers its versions have. A line known
/// by a label goes by the first number of its releases.
fn numbers(line: &Line) -> (Vec<u64>, usize) {
    let newest = line.releases.last().map(|release| release.version.numbers());
    let width = newest.map_or(3, <[u64]>::len);
    let named: Result<Vec<u64>, _> = line.name.split(['.', '-', '_']).map(str::parse).collect();
    match (named, newest) {
        (Ok(named), None) => (named, width),
        (Ok(named), Some(newest)) if newest.starts_with(&named) => (named, width),
        (_, Some(newest)) => (newest[..1].to_vec(), width),
        (Err(_), None) => (vec![0], width),
    }
}

/// The numbers with the last one raised by one.
fn next(numbers: &[u64]) -> String {
    let mut raised = numbers.to_vec();
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
