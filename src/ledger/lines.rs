//! The lines of a channel with their base, origin and releases.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::ancestry::{Chain, TrunkReach, cut_from};
use super::drafts::Draft;
use super::model::{Line, Release, ReleaseKind};
use super::names::TagRole;
use super::tags::{Annotation, Annotations, KnownTag};
use crate::domain::{ChannelName, Field, GateOverride, LineKind, Stage, Version, artifacts};
use crate::graph::{Graph, Node};

/// A line and the stage its closing tag gives it.
pub struct Built {
    pub line: Line,
    pub closed: Option<Stage>,
    /// Places of its tags in the channel's tags.
    pub tags: Vec<usize>,
    order: Order,
}

type Order = (Reverse<Vec<u64>>, Reverse<Option<u64>>, Reverse<DateTime<Utc>>, String);

/// What building needs beside the drafts.
pub struct Builder<'a, 'r> {
    pub channel: &'a ChannelName,
    pub graph: &'a Graph,
    pub trunk: &'a TrunkReach,
    pub tags: &'a [KnownTag],
    pub annotations: &'a mut Annotations<'r>,
    /// Whether what the tags of a line say is asked for. Of the other lines only the tag of the first release is read, which
    /// decides how long they are supported.
    pub is_asked: &'a dyn Fn(&str) -> bool,
    /// Names of tags that a `retracted/` tag withdraws.
    pub retracted: &'a BTreeSet<String>,
}

impl Builder<'_, '_> {
    /// Turns drafts into lines, newest first; where they were cut is left open. A draft without any commit is dropped.
    pub fn build(&mut self, drafts: Vec<Draft>) -> Vec<Built> {
        // A label says nothing of its place among the others, so that where lines left trunk orders all of them.
        let by_time = drafts.iter().any(Draft::is_labelled);
        let mut built: Vec<Built> = drafts.into_iter().filter_map(|draft| self.line(draft, by_time)).collect();
        built.sort_by(|left, right| left.order.cmp(&right.order));
        built
    }

    fn line(&mut self, draft: Draft, by_time: bool) -> Option<Built> {
        let releases = self.releases(&draft);
        let tip = self.tip(&draft, &releases)?;
        let base = self.trunk.base(self.graph, tip);
        let numbers = if by_time { Vec::new() } else { draft.numbers() };
        let build = draft.fields.number(Field::Build).filter(|_| !by_time);
        let time = self.graph.commit_time(base.unwrap_or(tip));
        let order = (Reverse(numbers), Reverse(build), Reverse(time), draft.name.clone());
        let line = Line {
            name: draft.name,
            channel: self.channel.clone(),
            branch: draft.branch.map(|branch| branch.name),
            tip: self.graph.id(tip),
            base: base.map(|base| self.graph.id(base)),
            from: None,
            kind: LineKind::Regular,
            stage: Stage::Unknown,
            support: Default::default(),
            releases,
        };
        Some(Built { line, closed: draft.closed.map(|(_, stage)| stage), tags: draft.tags, order })
    }

    /// The branch's tip, else the closing tag's commit, else that of the newest tag.
    fn tip(&self, draft: &Draft, releases: &[Release]) -> Option<Node> {
        if let Some(tip) = draft.branch.as_ref().and_then(|branch| branch.tip(self.graph)) {
            return self.graph.node(tip);
        }
        if let Some((at, _)) = draft.closed {
            return self.graph.node(self.tags[at].commit);
        }
        let newest = releases.iter().rev().find_map(|release| self.graph.node(release.commit));
        newest.or_else(|| draft.tags.iter().filter_map(|at| self.graph.node(self.tags[*at].commit)).min())
    }

    fn releases(&mut self, draft: &Draft) -> Vec<Release> {
        let mut found: Vec<(Version, usize)> = draft
            .tags
            .iter()
            .filter(|at| matches!(self.tags[**at].role, TagRole::Release | TagRole::Candidate))
            .filter_map(|at| Some((self.tags[*at].version.clone()?, *at)))
            .collect();
        found.sort();
        found.dedup_by(|later, first| later.0 == first.0);
        let first_general = found.iter().position(|(version, _)| !version.is_candidate());
        let is_asked = (self.is_asked)(&draft.name);
        found
            .into_iter()
            .enumerate()
            .map(|(place, (version, at))| {
                let tag = &self.tags[at];
                let is_read = is_asked || first_general == Some(place);
                let annotation = if is_read { self.annotations.of(tag) } else { Annotation::default() };
                let committed = self.graph.node(tag.commit).map(|node| self.graph.commit_time(node));
                Release {
                    kind: match first_general {
                        _ if version.is_candidate() => ReleaseKind::Candidate,
                        Some(first) if first == place => ReleaseKind::GeneralAvailability,
                        _ => ReleaseKind::Patch,
                    },
                    version,
                    tag: tag.name.clone(),
                    object: tag.object,
                    commit: tag.commit,
                    date: annotation.tagged_at.or(committed).unwrap_or_default(),
                    is_retracted: self.retracted.contains(tag.name.as_str()),
                    artifacts: artifacts(&annotation.trailers),
                    overridden: GateOverride::read(&annotation.trailers),
                }
            })
            .collect()
    }
}

/// Says of every line where it was cut. `groups` are the channels, continuous ones first, since a self-hosted line may
/// be cut from a managed one; each holds its lines newest first.
pub fn settle_origins(graph: &Graph, groups: &mut [&mut Vec<Built>]) {
    let chain = |line: &Line| {
        let tip = graph.node(line.tip)?;
        Some(Chain { name: line.name.clone(), tip, base: line.base.and_then(|base| graph.node(base)) })
    };
    let mut lines: Vec<&mut Line> =
        groups.iter_mut().flat_map(|group| group.iter_mut().rev()).map(|built| &mut built.line).collect();
    let chains: Vec<Chain> = lines.iter().filter_map(|line| chain(line)).collect();
    for (line, from) in lines.iter_mut().zip(cut_from(graph, &chains)) {
        line.from = from;
    }
}

/// Gives tags whose name does not say their line to the line whose branch or closing tag reaches them and whose base's
/// proper ancestors do not; of several, to the one that left trunk first. A candidate on trunk then goes to the line
/// that has its release's first number. Returns what is left.
pub fn assign_by_reach(
    graph: &Graph,
    trunk: &TrunkReach,
    tags: &[KnownTag],
    drafts: &mut [Draft],
    unnamed: Vec<usize>,
) -> Vec<usize> {
    let mut labelled: Vec<(Node, Node, usize)> = drafts
        .iter()
        .enumerate()
        .filter(|(_, draft)| draft.is_labelled())
        .filter_map(|(at, draft)| {
            let branch = draft.branch.as_ref().and_then(|branch| branch.tip(graph));
            let tip = graph.node(branch.or_else(|| Some(tags[draft.closed?.0].commit))?)?;
            Some((trunk.base(graph, tip).unwrap_or(tip), tip, at))
        })
        .collect();
    // Nodes count down towards the root, so that the oldest base comes first.
    labelled.sort_by_key(|(base, tip, _)| (Reverse(*base), Reverse(*tip)));
    let mut left = unnamed;
    for (base, tip, at) in labelled {
        let before = graph.reach(graph.parents(base));
        let own: rustc_hash::FxHashSet<Node> = graph.range(&[tip], &before).into_iter().collect();
        left.retain(|tag| {
            let is_own = graph.node(tags[*tag].commit).is_some_and(|node| own.contains(&node));
            if is_own {
                drafts[at].tags.push(*tag);
            }
            !is_own
        });
    }
    assign_candidates(tags, drafts, left)
}

/// Candidates made on trunk before their line's base: known by the first number of the line's other releases.
fn assign_candidates(tags: &[KnownTag], drafts: &mut [Draft], left: Vec<usize>) -> Vec<usize> {
    let first = |at: &usize| tags[*at].fields.version_numbers().first().copied();
    let mut owners: std::collections::BTreeMap<u64, Option<usize>> = Default::default();
    for (at, draft) in drafts.iter().enumerate() {
        let firsts: BTreeSet<u64> = draft.tags.iter().filter_map(first).collect();
        for number in firsts {
            owners.entry(number).and_modify(|owner| *owner = None).or_insert(Some(at));
        }
    }
    left.into_iter()
        .filter(|at| {
            let owner = first(at).and_then(|number| owners.get(&number).copied().flatten());
            if let Some(owner) = owner {
                drafts[owner].tags.push(*at);
            }
            owner.is_none()
        })
        .collect()
}
