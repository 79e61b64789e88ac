//! What one message says of its change: the sentence people read, its kind, scope, references, whether it breaks
//! something. A message in no agreed form is never lost: its sentence is kept and its kind is what can be inferred soberly.

use git_conventional::Commit;

use super::infer::infer;
use super::mention::Mention;
use super::notes::BodyNotes;
use super::revert::Quoted;
use super::subject::{Subject, add_ref, shown, skips_builds};
use crate::config::Changes;
use crate::domain::ChangeKind;

/// How a kind is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatedKind {
    /// The message, a key or the configuration says so.
    Stated(ChangeKind),
    /// The first words of the sentence suggest it.
    Inferred(ChangeKind),
    /// Nothing says so.
    Unknown,
}

impl StatedKind {
    /// The kind to show; a change whose kind is unknown is `changed`.
    pub fn or_changed(self) -> ChangeKind {
        match self {
            Self::Stated(kind) | Self::Inferred(kind) => kind,
            Self::Unknown => ChangeKind::Changed,
        }
    }
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// One line of plain text, not escaped.
    pub text: String,
    pub kind: StatedKind,
    /// The scope of a Conventional Commit.
    pub scope: Option<String>,
    pub is_breaking: bool,
    /// What breaks, where the message says more than that something does.
    pub breaking_text: Option<String>,
    /// Pull requests, issues and security ids as written: `#12`, `KEY-12`, `CVE-2026-1234`.
    pub refs: Vec<String>,
    /// Commits whose fault is repaired, as written in `Fixes: <sha>`: hex digits, seven or more.
    pub repairs: Vec<String>,
}

/// Reads messages as the project's configuration says.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'c> {
    changes: &'c Changes,
}

/// Scopes that dependency bots use.
const DEPENDENCY_SCOPES: [&str; 4] = ["deps", "deps-dev", "dependencies", "vendor"];

/// Scopes of what people outside never see.
const INTERNAL_SCOPES: [&str; 13] =
    ["build", "cd", "ci", "doc", "docs", "gha", "lint", "readme", "release", "test", "testing", "tests", "website"];

/// A subject in the form of Conventional Commits whose type is known.
struct Conventional<'a> {
    kind: Option<ChangeKind>,
    scope: Option<&'a str>,
    is_breaking: bool,
    description: &'a str,
}

impl<'c> Reader<'c> {
    /// A reader that follows `[changes]`.
    pub fn new(changes: &'c Changes) -> Self {
        Self { changes }
    }

    /// Reads a message; `author` is name and e-mail address.
    pub fn read(&self, subject: &str, body: &str, author: (&str, &str)) -> Reading {
        let parts = Subject::parse(subject);
        let notes = if body.is_empty() { BodyNotes::default() } else { BodyNotes::parse(body) };
        let mut reading = self.read_sentence(parts.sentence);
        if parts.is_key_only() {
            reading.text = if parts.is_security { "Security fix".to_owned() } else { shown(parts.sentence) };
        }
        reading.refs = parts.refs;
        reading.repairs = notes.repaired.iter().map(|sha| (*sha).to_owned()).collect();
        for reference in notes.refs {
            add_ref(&mut reading.refs, reference);
        }
        let names_weakness =
            reading.kind.or_changed() != ChangeKind::Internal && weakness_ids(parts.sentence, &mut reading.refs);
        if names_weakness && !reading.text.starts_with("Revert \"")
            || parts.is_security
            || notes.is_security
            || subject.contains("[SECURITY]")
        {
            reading.kind = StatedKind::Stated(ChangeKind::Security);
        } else if is_dependency_update(&reading, author) || is_out_of_sight(&reading) || skips_builds(subject) {
            reading.kind = StatedKind::Stated(ChangeKind::Internal);
        }
        if let Some(note) = notes.release_note {
            reading.text = shown(&note);
            if !matches!(reading.kind, StatedKind::Stated(kind) if kind != ChangeKind::Internal) {
                reading.kind = infer(&note).0.map_or(StatedKind::Stated(ChangeKind::Changed), StatedKind::Inferred);
            }
        }
        reading.is_breaking |= notes.breaking.is_some();
        reading.breaking_text = notes.breaking.map(|text| shown(&text));
        if reading.is_breaking && reading.kind.or_changed() == ChangeKind::Internal {
            reading.kind = StatedKind::Stated(ChangeKind::Changed);
        }
        if self.is_declared_internal(&reading, subject, author) || notes.is_opted_out {
            reading.kind = StatedKind::Stated(ChangeKind::Internal);
        }
        if let Some(kind) = notes.kind {
            reading.kind = StatedKind::Stated(kind);
        }
        reading
    }

    /// Whether the subject is in the form of Conventional Commits, with a type that is known.
    pub fn is_conventional(&self, subject: &str) -> bool {
        self.conventional(Subject::parse(subject).sentence).is_some()
    }

    /// Kind, scope and text of a sentence; a revert is read by what it quotes.
    fn read_sentence(&self, sentence: &str) -> Reading {
        let plain = |text: String, kind| Reading {
            text,
            kind,
            scope: None,
            is_breaking: false,
            breaking_text: None,
            refs: Vec::new(),
            repairs: Vec::new(),
        };
        if let Some(quoted) = Quoted::parse(sentence) {
            let inner = self.read_sentence(quoted.title);
            if quoted.is_reapplied() {
                return Reading { text: format!("Reapply \"{}\"", inner.text), ..inner };
            }
            let is_internal = inner.kind.or_changed() == ChangeKind::Internal;
            let kind = if is_internal { ChangeKind::Internal } else { ChangeKind::Changed };
            return Reading { text: format!("Revert \"{}\"", inner.text), kind: StatedKind::Stated(kind), ..inner };
        }
        let Some(commit) = self.conventional(sentence) else {
            let (kind, text) = infer(sentence);
            return plain(shown(text), kind.map_or(StatedKind::Unknown, StatedKind::Inferred));
        };
        let inner = if commit.kind.is_none() {
            Quoted::of_revert_type(commit.description)
        } else {
            Quoted::parse(commit.description)
        };
        let mut reading = match inner {
            Some(quoted) if !quoted.title.is_empty() => {
                let said = self.read_sentence(quoted.title);
                let word = if quoted.is_reapplied() { "Reapply" } else { "Revert" };
                plain(
                    format!("{word} \"{}\"", said.text),
                    StatedKind::Stated(commit.kind.unwrap_or_else(|| revert_kind(said.kind))),
                )
            }
            _ => plain(shown(commit.description), StatedKind::Stated(commit.kind.unwrap_or(ChangeKind::Changed))),
        };
        reading.scope = commit.scope.map(str::to_owned);
        reading.is_breaking = commit.is_breaking;
        reading
    }

    /// The parts of `type(scope)!: description`; the kind is `None` for `revert`.
    fn conventional<'a>(&self, sentence: &'a str) -> Option<Conventional<'a>> {
        let colon = sentence.find(':').filter(|at| *at < 100)?;
        let word_end = sentence[..colon].find(|c: char| !(c.is_ascii_alphabetic() || c == '-')).unwrap_or(colon);
        if !self.changes.conventional_commits || word_end == 0 {
            return None;
        }
        let type_name = sentence[..word_end].to_ascii_lowercase();
        let kind = match self.changes.kinds.get(&type_name) {
            Some(kind) if type_name != "revert" => Some(*kind),
            _ if type_name == "revert" => None,
            _ => return None,
        };
        let commit = Commit::parse(sentence).ok()?;
        Some(Conventional {
            kind,
            scope: commit.scope().map(|scope| scope.as_str()),
            is_breaking: commit.breaking(),
            description: commit.description(),
        })
    }

    fn is_declared_internal(&self, reading: &Reading, subject: &str, author: (&str, &str)) -> bool {
        let rules = &self.changes.internal;
        !rules.authors.is_empty() && rules.has_author(author.0, author.1)
            || reading.scope.as_deref().is_some_and(|scope| rules.has_scope(scope))
            || !rules.subjects.is_empty() && rules.has_subject(subject)
    }
}

/// The kind of a revert of what reached people, unless what it takes back was no news either.
fn revert_kind(reverted: StatedKind) -> ChangeKind {
    if reverted.or_changed() == ChangeKind::Internal { ChangeKind::Internal } else { ChangeKind::Changed }
}

/// Adds the ids of weaknesses within a sentence, `CVE-2026-1234` and `GHSA-…`; whether there are any.
fn weakness_ids(sentence: &str, refs: &mut Vec<String>) -> bool {
    let mut found = false;
    for start in ["CVE-", "GHSA-"] {
        for (at, _) in sentence.match_indices(start) {
            let tail = &sentence[at..];
            let end = tail.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(tail.len());
            let id = tail[..end].trim_end_matches('-');
            let dashes = if start == "CVE-" { 2 } else { 3 };
            if id.matches('-').count() == dashes && Mention::parse(id).is_some() {
                found = true;
                add_ref(refs, id.to_owned());
            }
        }
    }
    found
}

/// Whether the scope is one that people outside never see.
fn is_out_of_sight(reading: &Reading) -> bool {
    reading.scope.as_deref().is_some_and(|scope| INTERNAL_SCOPES.contains(&scope))
}

/// Whether a change that is not about security only moves a dependency.
fn is_dependency_update(reading: &Reading, author: (&str, &str)) -> bool {
    let by_scope = reading.scope.as_deref().is_some_and(|scope| DEPENDENCY_SCOPES.contains(&scope));
    let is_bot = [author.0, author.1]
        .iter()
        .any(|text| ["renovate", "dependabot", "Renovate", "Dependabot"].iter().any(|bot| text.contains(bot)));
    by_scope || is_bot
}
