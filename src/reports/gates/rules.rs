//! The single gates.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::promotion::Promotion;
use super::sign_off::{SignOffRecord, sign_offs_of};
use crate::cache::Cache;
use crate::config::{Changes, NotesRule, SignOff};
use crate::domain::{ChangeKind, CommitId, ObjectId, Period, RecordKind, Stage, Version, listed};
use crate::git::Repository;
use crate::graph::Graph;
use crate::history::Files;
use crate::ledger::{Ledger, NoteBook, NoteOfChange, NotesError, Record, ReleaseKind};
use crate::reports::changelog::{ChangelogEntry, ChangelogSection};
use crate::reports::soak::{SoakState, Soaking};

/// Name of the gate that is open once a line has come to its end.
pub(in crate::reports) const END_OF_LIFE: &str = "end-of-life";

/// How many things a sentence names before it counts the rest.
const NAMED: usize = 3;

/// A condition on a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gate {
    pub name: String,
    pub passed: bool,
    /// A fragment for people; may hold control characters.
    pub why: String,
    /// Whether somebody has to state it.
    pub is_sign_off: bool,
    /// What is on record of it, oldest first; empty for what is no sign-off.
    pub sign_offs: Vec<SignOffRecord>,
}

impl Gate {
    pub(super) fn new(name: &str, passed: bool, why: String) -> Self {
        Self { name: name.to_owned(), passed, why, is_sign_off: false, sign_offs: Vec::new() }
    }
}

/// Finds out whether changes come with notes, and whether these say what they have to.
pub struct NoteFinder<'r> {
    graph: &'r Graph,
    files: Files,
    changes: &'r Changes,
    book: NoteBook<'r>,
}

/// What there is of the note of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
enum NoteState {
    Complete,
    /// It cannot be read, or lacks something; where it stands and what.
    Incomplete(String),
    Missing,
    /// The files of its commits cannot be known.
    Unknown,
}

impl<'r> NoteFinder<'r> {
    /// Opens the objects, and reads the notes that count now.
    pub fn open(repository: &'r Repository, ledger: &'r Ledger) -> Result<Self, NotesError> {
        let trunk = ledger.trunk.commit;
        let files = Files::open(repository, &Cache::below(repository.common_dir()))
            .map_err(|source| NotesError::Commit { commit: trunk, source })?;
        let book = NoteBook::open(repository, &ledger.config, trunk)?;
        Ok(Self { graph: &ledger.graph, files, changes: &ledger.config.changes, book })
    }

    /// Whether the change is known to come without a note that says what it has to.
    pub(in crate::reports) fn lacks_note(&self, entry: &ChangelogEntry) -> bool {
        matches!(self.of(entry), NoteState::Missing | NoteState::Incomplete(_))
    }

    /// The best of what the change's commits bring.
    fn of(&self, entry: &ChangelogEntry) -> NoteState {
        let commits = entry.commits.iter().chain(&entry.origin).chain([&entry.id]);
        let mut state = NoteState::Missing;
        for commit in commits {
            let Some(node) = self.graph.node(*commit) else { continue };
            let Some(paths) = self.files.changed(self.graph, node) else {
                if state == NoteState::Missing {
                    state = NoteState::Unknown;
                }
                continue;
            };
            for path in paths.iter().filter(|path| self.changes.is_note(path)) {
                match self.book.of_change(path, *commit) {
                    Ok(NoteOfChange::Sound(file)) if file.note.is_about_a_change() => return NoteState::Complete,
                    Ok(NoteOfChange::Invalid(error)) => {
                        let what = error.findings.first().map(ToString::to_string).unwrap_or(error.location);
                        state = NoteState::Incomplete(what);
                    }
                    Ok(NoteOfChange::Sound(_) | NoteOfChange::Absent) => {}
                    Err(_) if state == NoteState::Missing => state = NoteState::Unknown,
                    Err(_) => {}
                }
            }
        }
        state
    }
}

/// All gates of a promotion, in the order in which they are configured; of a candidate only that its line still lives. `section` is what the release brings, `commit` what
/// sign-offs have to be of, where that is not the promotion's own.
///
/// A patch that never was a candidate is no promotion: nobody tested it as it is, so soaking and sign-offs say nothing of
/// it, and what it brings is looked at alone.
pub fn gates(
    ledger: &Ledger,
    promotion: &Promotion<'_>,
    section: &ChangelogSection,
    notes: &NoteFinder<'_>,
    records: &[Record],
    now: DateTime<Utc>,
) -> Vec<Gate> {
    let config = &promotion.config.gates;
    let mut found: Vec<Gate> = end_of_life(promotion).into_iter().collect();
    if promotion.kind == ReleaseKind::Candidate {
        return found;
    }
    if promotion.kind != ReleaseKind::Patch || promotion.candidate.is_some() {
        found.extend(config.soak.as_ref().map(|soak| soaked(ledger, promotion, soak, records, now)));
        found.extend(config.sign_offs.iter().map(|sign_off| signed_off(promotion, sign_off, records)));
    }
    found.extend((config.notes == NotesRule::Required).then(|| noted(section, notes)));
    found.extend(kinds_allowed(promotion, section));
    found
}

fn end_of_life(promotion: &Promotion<'_>) -> Option<Gate> {
    let line = promotion.line;
    (line.stage == Stage::EndOfLife)
        .then(|| Gate::new(END_OF_LIFE, false, format!("line {} has come to its end of life", line.name)))
}

/// What the line was cut from has to have soaked, and still counts as soaked today.
fn soaked(ledger: &Ledger, promotion: &Promotion<'_>, soak: &Period, records: &[Record], now: DateTime<Utc>) -> Gate {
    let managed = ledger.config.continuous().next();
    let Some((channel, config)) = managed.and_then(|(name, config)| Some((ledger.channel(name.as_str())?, config)))
    else {
        return Gate::new("soak", false, "nothing is deployed by any channel, so that nothing can soak".to_owned());
    };
    let commit: CommitId = match (&promotion.line.from, promotion.line.base) {
        (Some(from), _) => from.commit,
        (None, Some(base)) => base,
        (None, None) => promotion.commit,
    };
    let environment = config.last_environment();
    let branch = promotion.line.branch.as_ref().map(|branch| branch.as_str());
    let excepted = records.iter().find(|record| {
        let name = &record.name;
        name.kind == RecordKind::Exception && name.name == "soak" && Some(name.subject.as_str()) == branch
    });
    let excepted =
        excepted.and_then(|record| record.trailer("Reason")).map(|reason| format!("; cut all the same: {reason}"));
    match Soaking::new(&ledger.graph, channel, config, Some(soak), now).of_part(commit) {
        SoakState::Soaked { since } => {
            let since = since.map(|since| format!(" since {}", since.format("%Y-%m-%d"))).unwrap_or_default();
            Gate::new("soak", true, format!("{} has been live in {environment}{since}", commit.short()))
        }
        SoakState::Not(why) => {
            let why = format!("{} in {environment}: {why}{}", commit.short(), excepted.unwrap_or_default());
            Gate::new("soak", false, why)
        }
    }
}

fn signed_off(promotion: &Promotion<'_>, sign_off: &SignOff, records: &[Record]) -> Gate {
    let versions: [&Version; 2] = [promotion.subject(), &promotion.version];
    let given = sign_offs_of(records, sign_off.gate.as_str(), &sign_off.by, &versions);
    let commit = promotion.commit.object();
    let standing = given.iter().rev().find(|given| given.is_standing_for(commit));
    let (passed, why) = match (standing, given.last()) {
        (Some(good), _) => {
            let evidence = good.evidence.as_ref().map(|evidence| format!(", {evidence}")).unwrap_or_default();
            (true, format!("signed off by {}{}{evidence}", good.by, on(good.at)))
        }
        (None, None) if sign_off.by.is_empty() => (false, "nobody has signed it off".to_owned()),
        (None, None) => (false, format!("nobody has signed it off; {} may", sign_off.by.join(", "))),
        (None, Some(last)) => (false, why_not(last, commit)),
    };
    Gate { is_sign_off: true, sign_offs: given, ..Gate::new(sign_off.gate.as_str(), passed, why) }
}

fn why_not(last: &SignOffRecord, commit: ObjectId) -> String {
    match &last.withdrawn {
        Some(withdrawal) => format!("withdrawn by {}{}: {}", withdrawal.by, on(withdrawal.at), withdrawal.reason),
        None if !last.is_allowed => format!("signed off by {}, who may not", last.by),
        None if last.commit != commit => {
            format!("signed off was {} at {}, which is not what is released", last.version, last.commit.short())
        }
        None => "it does not count".to_owned(),
    }
}

fn on(time: Option<DateTime<Utc>>) -> String {
    time.map(|time| format!(" on {}", time.format("%Y-%m-%d"))).unwrap_or_default()
}

/// Every change that is news for somebody has a note, and the note says what it has to.
fn noted(section: &ChangelogSection, notes: &NoteFinder<'_>) -> Gate {
    let changes = section.entries().filter(|(kind, _)| *kind != ChangeKind::Internal).map(|(_, entry)| entry);
    let (mut missing, mut incomplete, mut unknown) = (Vec::new(), Vec::new(), 0);
    for entry in changes {
        match notes.of(entry) {
            NoteState::Complete => {}
            NoteState::Incomplete(what) => incomplete.push(what),
            NoteState::Missing => missing.push(entry.text.as_str()),
            NoteState::Unknown => unknown += 1,
        }
    }
    let mut open = Vec::new();
    if !missing.is_empty() {
        open.push(format!("{} without a note: {}", counted(missing.len(), "change"), some(&missing)));
    }
    if !incomplete.is_empty() {
        let first = incomplete.first().map(String::as_str).unwrap_or_default();
        open.push(format!("{} that cannot be taken as it is: {first}", counted(incomplete.len(), "note")));
    }
    if unknown > 0 {
        open.push(format!("the files of {} are absent here", counted(unknown, "change")));
    }
    match open.as_slice() {
        [] => Gate::new("notes", true, "every change has its note".to_owned()),
        open => Gate::new("notes", false, open.join("; ")),
    }
}

/// A patch brings what its line takes, and nothing else.
fn kinds_allowed(promotion: &Promotion<'_>, section: &ChangelogSection) -> Option<Gate> {
    let line = promotion.line;
    let (what, allowed) = promotion.config.allowed_kinds.of(line.kind, line.stage)?;
    let is_allowed = |kind: ChangeKind| kind == ChangeKind::Internal || allowed.contains(&kind);
    if promotion.kind != ReleaseKind::Patch {
        return None;
    }
    let foreign: Vec<String> = section
        .entries()
        .filter(|(kind, _)| !is_allowed(*kind))
        .map(|(kind, entry)| format!("{} ({kind})", entry.text))
        .collect();
    let foreign: Vec<&str> = foreign.iter().map(String::as_str).collect();
    Some(match foreign.as_slice() {
        [] => Gate::new("patch-kind-allowed", true, format!("only what {what} takes: {}", listed(allowed))),
        some_of => Gate::new(
            "patch-kind-allowed",
            false,
            format!("{} that {what} does not take: {}", counted(some_of.len(), "change"), some(some_of)),
        ),
    })
}

/// A number with its noun.
pub(in crate::reports) fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// The first of the names, and how many more there are.
pub(in crate::reports) fn some(names: &[&str]) -> String {
    let named: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
