//! What becomes of one change in a section: whether it is told, by its change note or by its commits, or left out and why.

use super::model::{ChangelogEntry, LeftOut, LeftOutWhy};
use super::noted::ShippedNote;
use super::reader::ChangelogReader;
use super::sheet::Sheet;
use super::wording::{first_paragraph, further_paragraphs, operator_words};
use crate::config::{Disclosure, Note};
use crate::domain::{ChangeKind, ChannelKind, CommitId};
use crate::graph::Node;
use crate::history::{Change, Elsewhere};
use crate::ledger::ChannelState;

/// Sorts the changes of one channel.
pub(super) struct Sorter<'r> {
    pub reader: &'r ChangelogReader<'r>,
    pub channel: &'r ChannelState,
}

/// What becomes of a change.
pub(super) enum Verdict<'n> {
    /// Its commits say what it is.
    Commit,
    /// These notes say it, at least one.
    Notes(Vec<&'n ShippedNote>),
    LeftOut(LeftOutWhy),
}

impl Sorter<'_> {
    /// `notes` are those that the change brought; upkeep is what only corrects or removes notes of others.
    pub(super) fn verdict<'n>(&self, change: &Change, notes: &'n [ShippedNote], is_upkeep: bool) -> Verdict<'n> {
        let is_internal = change.reading.kind.or_changed() == ChangeKind::Internal && notes.is_empty();
        let why = if change.is_known {
            LeftOutWhy::ShippedBefore
        } else if change.is_reverted {
            LeftOutWhy::Reverted
        } else if is_internal || is_upkeep {
            LeftOutWhy::Internal
        } else if change.is_repair_within {
            LeftOutWhy::IntroducedAndFixed
        } else if notes.is_empty() {
            return self.by_commits(change);
        } else {
            return self.by_notes(change, notes);
        };
        Verdict::LeftOut(why)
    }

    fn by_commits(&self, change: &Change) -> Verdict<'static> {
        let rules = &self.reader.rules;
        let files = rules.files(self.graph(), &change.commits);
        if files.as_ref().is_some_and(|files| rules.are_internal(files)) {
            Verdict::LeftOut(LeftOutWhy::Internal)
        } else if !rules.is_for(&self.channel.name, change.reading.scope.as_deref(), files.as_deref()) {
            Verdict::LeftOut(LeftOutWhy::Audience)
        } else {
            Verdict::Commit
        }
    }

    fn by_notes<'n>(&self, change: &Change, notes: &'n [ShippedNote]) -> Verdict<'n> {
        let all: Vec<Option<LeftOutWhy>> = notes.iter().map(|shipped| self.why_silent(change, &shipped.note)).collect();
        let told: Vec<&ShippedNote> =
            notes.iter().zip(&all).filter(|(_, why)| why.is_none()).map(|(shipped, _)| shipped).collect();
        match all.into_iter().flatten().next() {
            Some(why) if told.is_empty() => Verdict::LeftOut(why),
            _ => Verdict::Notes(told),
        }
    }

    /// Why a note is not told to the readers of the channel.
    fn why_silent(&self, change: &Change, note: &Note) -> Option<LeftOutWhy> {
        let scope = note.scope.as_deref().or(change.reading.scope.as_deref());
        let is_for = match &note.channels {
            Some(channels) => channels.contains(&self.channel.name),
            None => {
                let rules = &self.reader.rules;
                rules.is_for(&self.channel.name, scope, rules.files(self.graph(), &change.commits).as_deref())
            }
        };
        if note.kind == ChangeKind::Internal {
            Some(LeftOutWhy::Internal)
        } else if !is_for {
            Some(LeftOutWhy::Audience)
        } else {
            matches!(self.disclosure(note), Disclosure::Silent { .. }).then_some(LeftOutWhy::NotAnnounced)
        }
    }

    /// Adds an entry for each note, and what was corrected in it since.
    pub(super) fn tell(&self, change: &Change, told: &[&ShippedNote], elsewhere: Elsewhere<'_>, sheet: &mut Sheet) {
        for (number, shipped) in told.iter().enumerate() {
            let mut entry = self.entry(change.clone(), elsewhere);
            if number > 0 {
                entry.commits.clear();
            }
            self.speak(&mut entry, shipped);
            // What has a date was published then.
            if let (Some(published), Some(notes)) = (sheet.release().date, &self.reader.notes) {
                sheet.correct(notes.errata(shipped, entry.id, published));
            }
            sheet.add(shipped.note.kind, entry);
        }
    }

    /// Lets a note speak in the place of the commits, as far as it may.
    fn speak(&self, entry: &mut ChangelogEntry, ShippedNote { path, note }: &ShippedNote) {
        let text = first_paragraph(&note.text.summary);
        if !text.is_empty() {
            entry.text = text;
        }
        entry.details = further_paragraphs(&note.text.summary);
        entry.note = Some(path.clone());
        entry.scope = note.scope.clone().or(entry.scope.take());
        let mut refs: Vec<String> = note.refs.clone();
        refs.extend(note.security.iter().flat_map(|security| security.ids.iter().cloned()));
        refs.append(&mut entry.refs);
        let mut seen = std::collections::BTreeSet::new();
        refs.retain(|reference| seen.insert(reference.clone()));
        entry.refs = refs;
        if let Some(breaking) = &note.breaking {
            entry.breaking = true;
            entry.breaking_text = Some(first_paragraph(breaking)).filter(|text| !text.is_empty());
        }
        entry.operator = operator_words(note).filter(|_| self.channel.kind == ChannelKind::Versioned);
        entry.withhold(self.disclosure(note));
    }

    fn disclosure(&self, note: &Note) -> Disclosure {
        self.reader.notes.as_ref().map_or(Disclosure::Open, |notes| notes.disclosure(note))
    }

    /// What is said of a change that is left out: by its note, as far as that may be told.
    pub(super) fn left_out(
        &self,
        change: &Change,
        notes: &[ShippedNote],
        why: LeftOutWhy,
        shipped_in: Option<String>,
    ) -> LeftOut {
        let of_note = |shipped: &ShippedNote| {
            let stand_in = self.disclosure(&shipped.note).stand_in();
            stand_in.or_else(|| Some(first_paragraph(&shipped.note.text.summary)).filter(|text| !text.is_empty()))
        };
        LeftOut {
            id: self.graph().id(change.lead),
            commits: self.ids(&change.commits),
            text: notes.first().and_then(of_note).unwrap_or_else(|| change.reading.text.clone()),
            why,
            shipped_in,
            disclosure: notes.first().map_or(Disclosure::Open, |shipped| self.disclosure(&shipped.note)),
        }
    }

    /// The entry as commits tell it.
    pub(super) fn entry(&self, change: Change, elsewhere: Elsewhere<'_>) -> ChangelogEntry {
        let is_on_trunk = |node: Node| self.reader.trunkward.is_on_trunk(node);
        let origin = if is_on_trunk(change.lead) {
            Some(change.lead)
        } else {
            change.commits.iter().rev().find_map(|node| elsewhere.origin(*node, is_on_trunk))
        };
        let first_self_hosted = self.reader.self_hosted.of(&change, elsewhere, |_| true).cloned();
        let mut reading = change.reading;
        reading.refs.shrink_to_fit();
        ChangelogEntry {
            id: self.graph().id(change.lead),
            text: reading.text,
            scope: reading.scope,
            breaking: reading.is_breaking,
            breaking_text: reading.breaking_text,
            commits: self.ids(&change.commits),
            origin: origin.map(|node| self.graph().id(node)),
            refs: reading.refs,
            first_self_hosted,
            operator: None,
            details: None,
            note: None,
        }
    }

    fn ids(&self, nodes: &[Node]) -> Vec<CommitId> {
        nodes.iter().map(|node| self.graph().id(*node)).collect()
    }

    fn graph(&self) -> &crate::graph::Graph {
        &self.reader.ledger.graph
    }
}
