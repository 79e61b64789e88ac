//! The changes of a range as people read of them: each group of commits with what its messages say, and whether it was
//! taken back within the range. Whether a change is news for a reader is decided in the reports.

use std::borrow::Cow;

use super::cancel::{Candidate, cancelled};
use super::elsewhere::Elsewhere;
use super::grouping::{Group, Grouping};
use super::habit::Habits;
use super::presence::Presence;
use super::range::Trunkward;
use super::reading::{Reader, Reading, StatedKind};
use super::subject::add_ref;
use super::titles::MergeTitle;
use crate::config::Changes;
use crate::domain::{ChangeKind, CommitId};
use crate::graph::{Graph, Node};

/// One change of a range.
#[derive(Debug, Clone)]
pub struct Change {
    /// The merge or commit that the change is named after.
    pub lead: Node,
    /// Its commits that are no merges, newest first; never empty.
    pub commits: Vec<Node>,
    pub reading: Reading,
    /// Whether the reader has it already, on another commit.
    pub is_known: bool,
    /// Whether it and its revert cancel each other within the range.
    pub is_reverted: bool,
    /// Whether it only repairs what came within the same range.
    pub is_repair_within: bool,
}

/// Reads ranges of one graph.
#[derive(Debug)]
pub struct History<'g> {
    graph: &'g Graph,
    reader: Reader<'g>,
    grouping: Grouping<'g>,
}

/// A group with what it says.
struct Told<'g> {
    group: Group,
    title: Cow<'g, str>,
    reading: Reading,
}

impl<'g> History<'g> {
    /// `chains` are the tips of trunk, first, and of all lines.
    pub fn new(
        graph: &'g Graph,
        changes: &'g Changes,
        trunkward: &'g Trunkward,
        trunk: Option<Node>,
        lines: &[Node],
    ) -> Self {
        let reader = Reader::new(changes);
        let habits = Habits::detect(graph, trunkward, trunk, reader);
        let chains: Vec<Node> = trunk.into_iter().chain(lines.iter().copied()).collect();
        let grouping = Grouping::new(graph, trunkward, habits, changes.entries, &chains);
        Self { graph, reader, grouping }
    }

    /// The changes of a range, newest first; `has` says which commits the reader has. The range is newest first and holds,
    /// with each commit, every path to it from the range's tip.
    pub fn changes(&mut self, range: &[Node], elsewhere: Elsewhere<'_>, has: impl Fn(Node) -> bool) -> Vec<Change> {
        let groups = self.grouping.groups(range, elsewhere.presence());
        let told: Vec<Told<'_>> = groups.into_iter().map(|group| self.tell(group)).collect();
        let is_known = |group: &Group| {
            elsewhere.is_shared(group.lead) && elsewhere.is_present(group.lead, &has)
                || group.members.iter().all(|node| elsewhere.is_present(*node, &has))
        };
        let known: Vec<bool> = told.iter().map(|told| is_known(&told.group)).collect();
        let candidates: Vec<Candidate<'_>> = told
            .iter()
            .zip(&known)
            .map(|(told, is_known)| Candidate {
                group: &told.group,
                title: &told.title,
                refs: &told.reading.refs,
                is_known: *is_known,
            })
            .collect();
        let reverted = cancelled(self.graph, elsewhere.presence(), &candidates);
        drop(candidates);
        let repairs = repairs_within(self.graph, elsewhere.presence(), &told, &known);
        told.into_iter()
            .zip(known)
            .zip(reverted.into_iter().zip(repairs))
            .map(|((told, is_known), (is_reverted, is_repair_within))| Change {
                lead: told.group.lead,
                commits: told.group.members,
                reading: told.reading,
                is_known,
                is_reverted,
                is_repair_within,
            })
            .collect()
    }

    fn read(&self, node: Node, subject: &str) -> Reading {
        let author = self.graph.author(node);
        self.reader.read(subject, self.graph.body(node), (author.name, author.email))
    }

    fn tell(&self, mut group: Group) -> Told<'g> {
        let lead = group.lead;
        if !self.graph.is_merge(lead) {
            let subject = self.graph.subject(lead);
            if subject.starts_with("Merge ")
                && let Some(MergeTitle { title: Some(title), number }) = MergeTitle::of(&self.graph.message(lead))
            {
                let mut reading = self.read(lead, &title);
                put_first(&mut reading.refs, number);
                return Told { title: Cow::Borrowed(subject), reading, group };
            }
            let mut reading = self.read(lead, subject);
            if reading.text.is_empty() {
                reading.text = format!("Commit {} has no message", self.graph.id(lead).short());
            }
            return Told { title: Cow::Borrowed(subject), reading, group };
        }
        let first = group.members.last().copied().unwrap_or(lead);
        let (title, number) = group.title.take().map_or((None, None), |merge| (merge.title, merge.number));
        let title = title.map_or_else(|| Cow::Borrowed(self.graph.subject(first)), Cow::Owned);
        let mut reading = self.read(lead, &title);
        let spoken: Vec<Reading> =
            group.members.iter().rev().map(|node| self.read(*node, self.graph.subject(*node))).collect();
        complete(&mut reading, &spoken);
        put_first(&mut reading.refs, number);
        Told { title, reading, group }
    }
}

/// Puts the number of the pull request before what it refers to.
fn put_first(refs: &mut Vec<String>, number: Option<String>) {
    if let Some(number) = number {
        refs.retain(|reference| *reference != number);
        refs.insert(0, number);
    }
}

/// For each change, whether it is a fix and names what it repairs, all of which is new in the range, too: nobody met the
/// fault.
fn repairs_within(graph: &Graph, presence: &Presence, told: &[Told<'_>], known: &[bool]) -> Vec<bool> {
    if told.iter().all(|told| told.reading.repairs.is_empty()) {
        return vec![false; told.len()];
    }
    let mut ids: Vec<(String, usize)> = Vec::new();
    for (at, told) in told.iter().enumerate() {
        ids.extend(told.group.members.iter().map(|node| (graph.id(*node).to_string(), at)));
    }
    ids.sort_unstable();
    let find = |sha: &String| {
        let lower = sha.to_ascii_lowercase();
        let from = ids.partition_point(|(id, _)| *id < lower);
        let here = ids.get(from).filter(|(id, _)| id.starts_with(&lower)).map(|(_, at)| *at);
        here.or_else(|| {
            // On a line the commit on trunk is named, and its pick is meant.
            let named = lower.parse::<CommitId>().ok().and_then(|id| graph.node(id))?;
            let picks = presence.carriers(named).map(|node| graph.id(node).to_string());
            picks.filter_map(|pick| ids.binary_search_by(|(id, _)| id.cmp(&pick)).ok()).map(|at| ids[at].1).next()
        })
    };
    let is_within = |at: usize, told: &Told<'_>| {
        let repairs = &told.reading.repairs;
        told.reading.kind.or_changed() == ChangeKind::Fixed
            && !repairs.is_empty()
            && repairs.iter().all(|sha| find(sha).is_some_and(|target| target > at && !known[target]))
    };
    told.iter().enumerate().map(|(at, told)| is_within(at, told)).collect()
}

/// Adds to what the title of a merge says what only its commits say.
fn complete(reading: &mut Reading, members: &[Reading]) {
    if reading.text.is_empty() {
        reading.text = members.first().map(|member| member.text.clone()).unwrap_or_default();
    }
    if !matches!(reading.kind, StatedKind::Stated(_)) {
        reading.kind = kind_of_members(reading.kind, members);
    }
    if reading.scope.is_none()
        && let Some((first, rest)) = members.split_first()
        && rest.iter().all(|member| member.scope == first.scope)
    {
        reading.scope.clone_from(&first.scope);
    }
    for member in members {
        reading.is_breaking |= member.is_breaking;
        if reading.breaking_text.is_none() {
            reading.breaking_text.clone_from(&member.breaking_text);
        }
        for sha in &member.repairs {
            add_ref(&mut reading.repairs, sha.clone());
        }
        for reference in member.refs.iter().filter(|reference| !reference.starts_with(['#', '!'])) {
            add_ref(&mut reading.refs, reference.clone());
        }
    }
    if reading.is_breaking && reading.kind.or_changed() == ChangeKind::Internal {
        reading.kind = StatedKind::Stated(ChangeKind::Changed);
    }
}

/// The kind of a merge whose title does not state one: internal where all its commits are; what one of its commits states,
/// in the order of a changelog; else what the title suggests; else what its one commit suggests.
fn kind_of_members(title: StatedKind, members: &[Reading]) -> StatedKind {
    if members.iter().all(|member| member.kind.or_changed() == ChangeKind::Internal) {
        return StatedKind::Stated(ChangeKind::Internal);
    }
    let stated = members.iter().filter_map(|member| match member.kind {
        StatedKind::Stated(kind) if kind != ChangeKind::Internal => Some(kind),
        _ => None,
    });
    match (stated.min(), title, members) {
        (Some(kind), _, _) => StatedKind::Stated(kind),
        (None, StatedKind::Unknown, [only]) => only.kind,
        (None, title, _) => title,
    }
}
