//! How the notes of a history are told to one audience at one time: which are, which only vaguely, and since when their
//! change is there.
//!
//! The invariant: what is not announced yet is told nowhere, and of a weakness that is not disclosed yet nothing but that
//! there is one.

use std::rc::Rc;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::model::UpgradeItem;
use crate::config::{Disclosure, Note};
use crate::domain::{ChannelName, CommitId, Version};
use crate::graph::{Graph, Node};
use crate::history::FirstReach;
use crate::ledger::{ChannelState, Ledger, Release};
use crate::reports::audience::Rules;
use crate::reports::identity::LedgerIdentities;
use crate::reports::known_notes::{KnownNote, KnownNotes};

/// What is told of notes.
pub(super) struct Told<'l> {
    notes: &'l KnownNotes<'l>,
    graph: &'l Graph,
    identities: &'l LedgerIdentities,
    rules: Rules<'l>,
    today: NaiveDate,
    /// By commit on which a note's change stands: the number of the note.
    of_commit: FxHashMap<CommitId, usize>,
    channel: ChannelName,
    firsts: FirstReach,
    versions: Vec<Version>,
}

impl<'l> Told<'l> {
    pub fn new(
        ledger: &'l Ledger,
        identities: &'l LedgerIdentities,
        notes: &'l KnownNotes<'l>,
        channel: &ChannelState,
        today: NaiveDate,
    ) -> Rc<Self> {
        let graph = &ledger.graph;
        let mut of_commit = FxHashMap::default();
        for (number, known) in notes.notes.iter().enumerate() {
            for node in carriers(identities, known) {
                of_commit.insert(graph.id(node), number);
            }
        }
        let mut standing: Vec<&Release> =
            channel.lines.iter().flat_map(|line| &line.releases).filter(|release| release.is_standing()).collect();
        standing.sort_by(|a, b| a.date.cmp(&b.date).then_with(|| a.version.cmp(&b.version)));
        Rc::new(Self {
            notes,
            graph,
            identities,
            rules: Rules::new(&ledger.config.changes),
            today,
            of_commit,
            channel: channel.name.clone(),
            firsts: FirstReach::new(graph, standing.iter().map(|release| graph.node(release.commit))),
            versions: standing.into_iter().map(|release| release.version.clone()).collect(),
        })
    }

    /// The note of a number.
    pub fn known(&self, number: usize) -> &'l KnownNote {
        &self.notes.notes[number]
    }

    pub fn note(&self, number: usize) -> &'l Note {
        &self.known(number).file.note
    }

    /// The note whose change a commit is.
    pub fn note_of(&self, commit: CommitId) -> Option<usize> {
        self.of_commit.get(&commit).copied()
    }

    /// Whether this audience reads it today. A note that only records decisions is read by nobody.
    pub fn is_told(&self, number: usize) -> bool {
        let note = self.note(number);
        let is_for = match &note.channels {
            Some(channels) => channels.contains(&self.channel),
            None => self.rules.is_for(&self.channel, note.scope.as_deref(), None),
        };
        is_for && !self.is_silent(number) && note.is_about_a_change()
    }

    /// Whether nothing may be said of it yet.
    pub fn is_silent(&self, number: usize) -> bool {
        matches!(self.note(number).disclosure(self.today), Disclosure::Silent { .. })
    }

    /// What stands in the place of its words where it may not be told yet.
    pub fn embargo(&self, number: usize) -> Option<String> {
        self.note(number).disclosure(self.today).stand_in()
    }

    /// The first release that has the change of a note.
    pub fn since(&self, number: usize) -> Option<Version> {
        let first = carriers(self.identities, self.known(number)).filter_map(|node| self.firsts.of(node)).min()?;
        self.versions.get(first).cloned()
    }

    /// What a changelog would say of it, in one line; vague where it is not disclosed yet.
    pub fn title(&self, number: usize) -> String {
        self.embargo(number).unwrap_or_else(|| paragraph(&self.note(number).text.summary))
    }

    /// An item about the note as a whole.
    pub fn item(&self, number: usize) -> UpgradeItem {
        let known = self.known(number);
        let is_open = self.embargo(number).is_none();
        UpgradeItem {
            text: self.title(number),
            refs: if is_open { known.file.note.refs.clone() } else { Vec::new() },
            note: is_open.then(|| known.file.path.clone()),
            commits: if is_open { self.commits(number) } else { Vec::new() },
            since: self.since(number),
            ..UpgradeItem::default()
        }
    }

    /// The commit of trunk, or the first of a line.
    pub fn commits(&self, number: usize) -> Vec<CommitId> {
        self.known(number).sought.all().take(1).map(|node| self.graph.id(node)).collect()
    }
}

/// The commits on which the change of a note stands.
fn carriers<'i>(identities: &'i LedgerIdentities, known: &'i KnownNote) -> impl Iterator<Item = Node> + 'i {
    known
        .sought
        .all()
        .chain(known.sought.parts.iter().flat_map(move |part| identities.identities.carriers(*part).iter().copied()))
}

/// The first paragraph of a text on one line.
pub(super) fn paragraph(text: &str) -> String {
    let lines = text.lines().map(str::trim).take_while(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}
