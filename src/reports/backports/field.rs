//! Everything the matrix is made from, and the one question that all of its parts ask: is this change on that line?
//!
//! Invariant: a change is on a line when all of its commits are, each reached or carried and not taken back there.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::decided::{Carriers, Verdicts};
use super::findings::urgency;
use super::lines::LineReach;
use crate::config::Note;
use crate::domain::{ChangeKind, ChannelName, CommitId};
use crate::graph::{Graph, Node, Prefixes};
use crate::history::{Change, Fit, Identities, Standing, Trunkward};
use crate::ledger::{Ledger, WrittenNote};
use crate::reports::audience::Rules;

/// Reverts of reverts are followed this far.
const LONGEST_CHAIN: usize = 16;

/// A change of trunk since the oldest line left it.
pub(super) struct TrunkChange {
    /// The commit, or the merge that brought several.
    pub origin: Node,
    /// Newest first.
    pub commits: Vec<Node>,
    /// Of the commit; of a merge with several, the title it goes by.
    pub subject: String,
    /// What people read of it.
    pub text: String,
    /// As its notes say, the most urgent where they differ; as its message says where it has none.
    pub kind: ChangeKind,
    pub scope: Option<String>,
    /// The channels that its notes name; `None`: as the rules of the project say.
    pub channels: Option<Vec<ChannelName>>,
    /// Commits that it says it repairs.
    pub repairs: Vec<Node>,
    /// Whether it takes something back or brings it back.
    pub is_turn: bool,
    /// Whether trunk took it back.
    pub is_reverted: bool,
}

/// What a line has of a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Held {
    /// How many commits of it are there.
    pub present: usize,
    pub is_whole: bool,
    /// The newest commit of the line that carries one of them; `None` where the line reaches all it has.
    pub carrier: Option<Node>,
    pub fit: Option<Fit>,
    /// The last of the first releases that have a commit of it.
    pub since: Option<usize>,
    pub reverted_by: Option<Node>,
    /// A commit of the line that may carry one of the absent ones.
    pub maybe: Option<Node>,
}

/// The facts of one report.
pub(super) struct Field<'l> {
    pub ledger: &'l Ledger,
    pub graph: &'l Graph,
    pub trunkward: &'l Trunkward,
    /// In the order of the report.
    pub lines: Vec<LineReach<'l>>,
    /// Newest first.
    pub changes: Vec<TrunkChange>,
    pub verdicts: Verdicts,
    pub rules: Rules<'l>,
    standings: FxHashMap<Node, Standing>,
    carriers: Carriers,
    /// By commit: those that take it back, whether or not they were taken back.
    turned_by: FxHashMap<Node, Vec<Node>>,
    /// By commit: what it takes back or brings back.
    turns: FxHashMap<Node, Vec<Node>>,
    change_of: FxHashMap<Node, usize>,
}

/// What a field is made from.
pub(super) struct Ground<'l, 'i> {
    pub ledger: &'l Ledger,
    pub trunkward: &'l Trunkward,
    pub lines: Vec<LineReach<'l>>,
    pub changes: Vec<Change>,
    pub identities: &'i Identities,
    pub verdicts: Verdicts,
    pub rules: Rules<'l>,
    pub prefixes: &'i Prefixes,
    pub notes: &'i [WrittenNote],
}

impl<'l> Field<'l> {
    pub(super) fn new(ground: Ground<'l, '_>) -> Self {
        let Ground { ledger, trunkward, lines, changes, identities, verdicts, rules, prefixes, notes } = ground;
        let graph = &ledger.graph;
        let standings: FxHashMap<Node, Standing> =
            identities.all().into_iter().map(|standing| (standing.node, verdicts.apply(standing))).collect();
        let mut turned_by: FxHashMap<Node, Vec<Node>> = FxHashMap::default();
        let mut turns: FxHashMap<Node, Vec<Node>> = FxHashMap::default();
        for node in graph.nodes() {
            let targets = identities.taken_back_by(node);
            for target in targets {
                turned_by.entry(*target).or_default().push(node);
            }
            if !targets.is_empty() {
                turns.insert(node, targets.to_vec());
            }
        }
        let mut field = Self {
            ledger,
            graph,
            trunkward,
            lines,
            changes: Vec::new(),
            verdicts,
            rules,
            carriers: Carriers::new(standings.values()),
            standings,
            turned_by,
            turns,
            change_of: FxHashMap::default(),
        };
        field.changes = changes.into_iter().map(|change| field.trunk_change(change, prefixes)).collect();
        for (at, change) in field.changes.iter().enumerate() {
            field.change_of.extend(change.commits.iter().map(|node| (*node, at)));
            field.change_of.insert(change.origin, at);
        }
        field.hear(notes);
        field
    }

    /// Lets the notes of changes say what kind they are, of what part, and whom they matter to.
    fn hear(&mut self, notes: &[WrittenNote]) {
        let mut told: BTreeMap<usize, Vec<&Note>> = BTreeMap::new();
        for written in notes.iter().filter(|written| written.file.note.is_about_a_change()) {
            if let Some(at) = self.change_of.get(&written.added_by) {
                told.entry(*at).or_default().push(&written.file.note);
            }
        }
        for (at, notes) in told {
            let change = &mut self.changes[at];
            change.kind = notes.iter().map(|note| note.kind).min_by_key(|kind| urgency(*kind)).unwrap_or(change.kind);
            change.channels =
                notes.iter().map(|note| note.channels.clone()).collect::<Option<Vec<_>>>().map(|named| named.concat());
            if let [Note { scope: Some(scope), .. }] = notes.as_slice() {
                change.scope = Some(scope.clone());
            }
        }
    }

    fn trunk_change(&self, change: Change, prefixes: &Prefixes) -> TrunkChange {
        let trunk = |node: Node| self.trunkward.is_on_trunk(node);
        let is_gone = |node: &Node| self.gone(*node, &trunk, LONGEST_CHAIN).is_some();
        // Within the range a change and its revert cancel each other; the revert itself stands.
        let is_turn = change.commits.iter().any(|node| !self.turned(*node).is_empty());
        let (origin, subject) = match change.commits.as_slice() {
            [only] => (*only, self.graph.subject(*only).to_owned()),
            _ => (change.lead, change.reading.text.clone()),
        };
        TrunkChange {
            origin,
            is_reverted: change.is_reverted && !is_turn || is_gone(&change.lead) || change.commits.iter().all(is_gone),
            is_turn,
            subject,
            text: change.reading.text,
            kind: change.reading.kind.or_changed(),
            scope: change.reading.scope,
            channels: None,
            repairs: change.reading.repairs.iter().filter_map(|text| prefixes.find(text)).collect(),
            commits: change.commits,
        }
    }

    pub(super) fn id(&self, node: Node) -> CommitId {
        self.graph.id(node)
    }

    pub(super) fn ids(&self, nodes: &[Node]) -> Vec<CommitId> {
        nodes.iter().map(|node| self.graph.id(*node)).collect()
    }

    pub(super) fn standing(&self, node: Node) -> Option<&Standing> {
        self.standings.get(&node)
    }

    /// What a commit takes back or brings back.
    pub(super) fn turned(&self, node: Node) -> &[Node] {
        self.turns.get(&node).map_or(&[], Vec::as_slice)
    }

    /// The change that a commit of trunk belongs to; `None` for one that is older than all lines.
    pub(super) fn change_of(&self, node: Node) -> Option<&TrunkChange> {
        self.change_of.get(&node).map(|at| &self.changes[*at])
    }

    /// The newest commit that takes `node` back where `holds` is true and was not taken back there.
    fn gone(&self, node: Node, holds: &dyn Fn(Node) -> bool, depth: usize) -> Option<Node> {
        if depth == 0 {
            return None;
        }
        let turns = self.turned_by.get(&node)?;
        turns.iter().copied().find(|turn| holds(*turn) && self.gone(*turn, holds, depth - 1).is_none())
    }

    /// The commit of a line that takes another one back and stands.
    pub(super) fn gone_on(&self, line: &LineReach<'_>, node: Node) -> Option<Node> {
        self.gone(node, &|node| line.holds(self.trunkward, node), LONGEST_CHAIN)
    }

    /// Commits of a line that carry a commit of trunk, newest first.
    pub(super) fn carriers_on(&self, line: &LineReach<'_>, origin: Node) -> impl Iterator<Item = Node> {
        self.carriers.of(origin).iter().map(|(node, _)| *node).filter(|node| line.holds(self.trunkward, *node))
    }

    /// What a line has of a change.
    pub(super) fn held(&self, line: &LineReach<'_>, change: &TrunkChange) -> Held {
        let mut held = Held::default();
        let mut since = Some(0);
        for node in &change.commits {
            let first = self.hold_one(line, *node, &mut held);
            since = since.zip(first.flatten()).map(|(last, first)| usize::max(last, first));
        }
        if held.present < change.commits.len() && change.origin != change.commits[0] {
            // A merge that was picked as a whole stands for its commits.
            let mut whole = Held::default();
            if let Some(first) = self.hold_one(line, change.origin, &mut whole) {
                return Held { present: change.commits.len(), is_whole: true, since: first, ..whole };
            }
        }
        held.is_whole = held.present == change.commits.len();
        held.since = since.filter(|_| held.is_whole);
        held
    }

    /// Adds one commit to what is held. `None` where it is absent, else the number of the first release that has it.
    fn hold_one(&self, line: &LineReach<'_>, origin: Node, held: &mut Held) -> Option<Option<usize>> {
        let first = |node: Node| line.since(node).map(|since| since.number);
        if line.holds(self.trunkward, origin) {
            match self.gone_on(line, origin) {
                None => {
                    held.present += 1;
                    return Some(first(origin));
                }
                turn => held.reverted_by = held.reverted_by.or(turn),
            }
        }
        // A revert on the line may name the commit on trunk although the line has only its pick.
        let named = if line.holds(self.trunkward, origin) { None } else { self.gone_on(line, origin) };
        for (carrier, from) in self.carriers.of(origin) {
            if !line.holds(self.trunkward, *carrier) {
                continue;
            }
            // A pick after the revert stands.
            match self.gone_on(line, *carrier).or(named.filter(|turn| *turn < *carrier)) {
                None => {
                    held.present += 1;
                    held.fit = held.fit.max(from.fit);
                    held.carrier = Some(held.carrier.map_or(*carrier, |known| known.min(*carrier)));
                    return Some(first(*carrier));
                }
                turn => held.reverted_by = held.reverted_by.or(turn),
            }
        }
        let suggested = self.carriers.suggested(origin).iter().copied();
        held.maybe = held.maybe.or(suggested.filter(|node| line.holds(self.trunkward, *node)).min());
        None
    }
}
