//! What change notes say of the changes of a section: in their own words as they were when the section was published, and
//! what was corrected on trunk since.
//!
//! Invariant: a section that was published says for ever what it said; whatever comes later stands below it as an erratum.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use chrono::{DateTime, NaiveDate, Utc};
use rustc_hash::FxHashMap;

use super::model::ChangelogErratum;
use super::wording::{first_paragraph, operator_words};
use crate::config::{Disclosure, Note};
use crate::domain::{CommitId, ObjectId};
use crate::git::ObjectReader;
use crate::graph::{Graph, Node};
use crate::history::{Change, NoteTouch, NoteTouches};
use crate::ledger::Ledger;

/// Reads the notes of sections.
pub(super) struct NoteReader<'l> {
    ledger: &'l Ledger,
    touches: NoteTouches<'l>,
    objects: ObjectReader,
    today: NaiveDate,
    edits: OnceCell<BTreeMap<String, Vec<Edit>>>,
    parsed: RefCell<FxHashMap<ObjectId, Option<Rc<Note>>>>,
    /// Notes with which something is wrong, by path, and whether nothing of them can be told.
    unread: RefCell<BTreeMap<String, bool>>,
}

/// A change of a note on trunk's own chain.
#[derive(Debug, Clone, Copy)]
struct Edit {
    at: DateTime<Utc>,
    blob: ObjectId,
}

/// A note as it was published with a section.
#[derive(Debug, Clone)]
pub(super) struct ShippedNote {
    pub path: String,
    pub note: Rc<Note>,
}

/// The notes of one section, by the number of the change.
#[derive(Debug, Default)]
pub(super) struct SectionNotes {
    /// By path.
    notes: BTreeMap<usize, Vec<ShippedNote>>,
    /// Changes that only reword the notes of another one, and the number of that.
    rewords: BTreeMap<usize, usize>,
    /// Changes that touch nothing but notes, of which none is theirs.
    only_notes: BTreeSet<usize>,
}

impl SectionNotes {
    /// The notes that a change brought.
    pub(super) fn of(&self, change: usize) -> &[ShippedNote] {
        self.notes.get(&change).map_or(&[], Vec::as_slice)
    }

    /// Changes that only reword a note, each with the change that the note is of.
    pub(super) fn rewordings(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.rewords.iter().map(|(change, owner)| (*change, *owner))
    }

    /// Whether the change only rewords the notes of another one.
    pub(super) fn is_rewording(&self, change: usize) -> bool {
        self.rewords.contains_key(&change)
    }

    /// Whether the change only corrects or removes notes of other sections.
    pub(super) fn is_upkeep(&self, change: usize) -> bool {
        self.only_notes.contains(&change)
    }
}

impl<'l> NoteReader<'l> {
    pub(super) fn new(ledger: &'l Ledger, touches: NoteTouches<'l>, objects: ObjectReader, today: NaiveDate) -> Self {
        Self {
            ledger,
            touches,
            objects,
            today,
            edits: OnceCell::new(),
            parsed: RefCell::default(),
            unread: RefCell::default(),
        }
    }

    /// Which commits touch which notes.
    pub(super) fn touches(&self) -> &NoteTouches<'l> {
        &self.touches
    }

    /// How much of a note may be told.
    pub(super) fn disclosure(&self, note: &Note) -> Disclosure {
        note.disclosure(self.today)
    }

    /// What was passed over, in sentences.
    pub(super) fn notices(&self) -> Vec<String> {
        let unread = self.unread.borrow();
        let told = |is_whole: bool, one: &str, many: &str| {
            let paths: Vec<&String> =
                unread.iter().filter(|(_, whole)| **whole == is_whole).map(|(path, _)| path).collect();
            let first = paths.first()?;
            Some(match paths.len() {
                1 => format!("the change note `{first}` {one}"),
                count => format!("{count} change notes {many}; the first is `{first}`"),
            })
        };
        [
            told(
                true,
                "cannot be read, so that its commit speaks for it",
                "cannot be read, so that commits speak for them",
            ),
            told(
                false,
                "is not sound: what is not known of it was passed over",
                "are not sound: what is not known of them was passed over",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The notes of the changes of one range, as the range leaves them.
    pub(super) fn section(&self, graph: &Graph, changes: &[Change]) -> SectionNotes {
        let mut section = SectionNotes::default();
        if !self.touches.has_any() {
            return section;
        }
        let mut touched: Vec<(Node, usize, NoteTouch)> = Vec::new();
        for (at, change) in changes.iter().enumerate() {
            for node in &change.commits {
                touched.extend(self.touches.of(graph, *node).into_iter().map(|touch| (*node, at, touch)));
            }
        }
        // Newest first; the sort keeps the order of paths within a commit.
        touched.sort_by_key(|(node, ..)| *node);
        let mut texts: BTreeMap<&str, ObjectId> = BTreeMap::new();
        let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, at, touch) in &touched {
            if let Some(blob) = touch.blob {
                texts.entry(&touch.path).or_insert(blob);
            }
            if touch.is_new {
                owners.insert(&touch.path, *at);
            }
        }
        for (path, owner) in &owners {
            let note = texts.get(path).and_then(|blob| self.note(path, *blob));
            if let Some(note) = note.filter(|note| note.is_about_a_change()) {
                let shipped = ShippedNote { path: (*path).to_owned(), note };
                section.notes.entry(*owner).or_default().push(shipped);
            }
        }
        let own: BTreeSet<usize> = owners.values().copied().collect();
        for (_, at, touch) in touched.iter().filter(|(_, at, _)| !own.contains(at)) {
            if section.rewords.contains_key(at) || !self.is_about_notes(graph, &changes[*at]) {
                continue;
            }
            match owners.get(touch.path.as_str()) {
                Some(owner) if touch.blob.is_some() => _ = section.rewords.insert(*at, *owner),
                _ => _ = section.only_notes.insert(*at),
            }
        }
        section.only_notes.retain(|at| !section.rewords.contains_key(at));
        section
    }

    fn is_about_notes(&self, graph: &Graph, change: &Change) -> bool {
        change.commits.iter().all(|node| self.touches.touches_only_notes(graph, *node))
    }

    /// What was corrected on trunk after `published`, the earliest correction first.
    pub(super) fn errata(
        &self,
        shipped: &ShippedNote,
        id: CommitId,
        published: DateTime<Utc>,
    ) -> Vec<ChangelogErratum> {
        let mut errata = Vec::new();
        let mut before = Rc::clone(&shipped.note);
        let edits = self.edits().get(&shipped.path).map_or(&[] as &[Edit], Vec::as_slice);
        for edit in edits.iter().filter(|edit| edit.at > published) {
            let Some(after) = self.note(&shipped.path, edit.blob) else { continue };
            if self.disclosure(&after) == Disclosure::Open {
                let say = |on: NaiveDate, text: &str| ChangelogErratum {
                    on,
                    id,
                    note: shipped.path.clone(),
                    text: first_paragraph(text),
                };
                let told = after.errata.iter().filter(|erratum| !before.errata.contains(erratum));
                let told: Vec<ChangelogErratum> = told.map(|erratum| say(erratum.on, &erratum.text)).collect();
                match correction(&before, &after) {
                    Some(text) if told.is_empty() => errata.push(say(edit.at.date_naive(), &text)),
                    _ => errata.extend(told),
                }
            }
            before = after;
        }
        errata
    }

    /// What trunk's own chain changed in notes that were there, by path, oldest first.
    fn edits(&self) -> &BTreeMap<String, Vec<Edit>> {
        self.edits.get_or_init(|| {
            let graph = &self.ledger.graph;
            let mut edits: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
            let Some(tip) = graph.node(self.ledger.trunk.commit) else { return edits };
            for node in graph.first_parents(tip) {
                for touch in self.touches.of(graph, node).into_iter().filter(|touch| !touch.is_new) {
                    if let Some(blob) = touch.blob {
                        edits.entry(touch.path).or_default().insert(0, Edit { at: graph.commit_time(node), blob });
                    }
                }
            }
            edits
        })
    }

    fn note(&self, path: &str, blob: ObjectId) -> Option<Rc<Note>> {
        if let Some(known) = self.parsed.borrow().get(&blob) {
            return known.clone();
        }
        let read = |bytes: Vec<u8>| self.ledger.config.changes.note_to_tell(path, &bytes);
        let (note, is_faulty) = self.objects.blob(blob).map_or((None, true), read);
        let note = note.map(Rc::new);
        if is_faulty {
            self.unread.borrow_mut().insert(path.to_owned(), note.is_none());
        }
        self.parsed.borrow_mut().insert(blob, note.clone());
        note
    }
}

/// What a note says that it did not say before; `None` where nobody who reads changelogs would see a difference.
fn correction(before: &Note, after: &Note) -> Option<String> {
    let mut said = Vec::new();
    if first_paragraph(&before.text.summary) != first_paragraph(&after.text.summary) {
        said.push(first_paragraph(&after.text.summary));
    } else if before.text.summary != after.text.summary {
        said.push(after.text.summary.replace("\n\n", " "));
    }
    if before.breaking != after.breaking {
        said.push(match &after.breaking {
            Some(text) => format!("It breaks: {}", first_paragraph(text)),
            None => "It breaks nothing.".to_owned(),
        });
    }
    if operator_words(before) != operator_words(after) {
        said.push(match operator_words(after) {
            Some(words) => format!("Operators: {words}"),
            None => "Operators have nothing to do.".to_owned(),
        });
    }
    if before.kind != after.kind {
        said.push(format!("It is of kind {}.", after.kind));
    }
    said.retain(|text| !text.is_empty());
    (!said.is_empty()).then(|| said.join(" "))
}
