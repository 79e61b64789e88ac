//! What the formats share: YAML with the place of a fault, findings, and a note with nothing but its words.

use indexmap::IndexMap;
use serde::de::DeserializeOwned;

use crate::config::document::Position;
use crate::config::error::Finding;
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::config::note::model::Note;
use crate::config::note::read::NoteError;
use crate::config::note::text::NoteText;
use crate::domain::ChangeKind;

/// A file that is being read, and what is wrong with it.
pub(super) struct File<'a> {
    text: &'a str,
    location: &'a str,
    findings: Vec<Finding>,
}

impl<'a> File<'a> {
    pub fn new(text: &'a str, location: &'a str) -> Self {
        Self { text, location, findings: Vec::new() }
    }

    /// The file as YAML; the finding where it is none.
    pub fn yaml<T: DeserializeOwned>(&self) -> Result<T, NoteError> {
        serde_saphyr::from_str(self.text.trim_start_matches('\u{feff}')).map_err(|error| {
            let at = error.location();
            let number = |number: u64| usize::try_from(number).unwrap_or(1).max(1);
            let position = at.map_or(Position { line: 1, column: 1 }, |at| Position {
                line: number(at.line()),
                column: number(at.column()),
            });
            let why = error.without_snippet().to_string();
            let why = why.lines().next().unwrap_or_default().to_owned();
            self.refused(vec![self.finding(position, KeyPath::root(), Fault::NotYaml { why })], None)
        })
    }

    /// Reports a fault of a key at the top of the file; of the file itself where it has no such key.
    pub fn report(&mut self, key: &str, fault: Fault) {
        let begins = |line: &str| {
            line.strip_prefix(key)
                .or_else(|| line.strip_prefix(&format!("\"{key}\"")))
                .is_some_and(|rest| rest.starts_with(':'))
        };
        let line = self.text.lines().position(begins).map_or(1, |at| at + 1);
        let finding = self.finding(Position { line, column: 1 }, KeyPath::root().key(key), fault);
        self.findings.push(finding);
    }

    /// Reports that the file says nothing, unless something else is wrong with it.
    pub fn report_wordless(&mut self) {
        if !self.findings.is_empty() {
            return;
        }
        let fault = Fault::Wordless;
        let finding = self.finding(Position { line: 1, column: 1 }, KeyPath::root(), fault);
        self.findings.push(finding);
    }

    /// The note, unless something was reported; then it is what the file says all the same.
    pub fn finish(mut self, note: Note) -> Result<Note, NoteError> {
        if self.findings.is_empty() {
            return Ok(note);
        }
        let mut findings = std::mem::take(&mut self.findings);
        findings.sort_by_key(|finding| finding.position);
        let says_something = !note.text.summary.trim().is_empty();
        Err(self.refused(findings, says_something.then_some(note)))
    }

    fn refused(&self, findings: Vec<Finding>, as_far: Option<Note>) -> NoteError {
        NoteError { location: self.location.to_owned(), findings, as_far: as_far.map(Box::new) }
    }

    fn finding(&self, position: Position, path: KeyPath, fault: Fault) -> Finding {
        Finding { location: self.location.to_owned(), position, path, fault }
    }
}

/// A note that says nothing but this.
pub(super) fn plain(kind: ChangeKind, text: NoteText) -> Note {
    Note {
        kind,
        channels: None,
        scope: None,
        refs: Vec::new(),
        breaking: None,
        announce_on: None,
        backport: Vec::new(),
        not_needed: IndexMap::new(),
        carried_by: Vec::new(),
        decisions: Vec::new(),
        operator: None,
        configuration: Vec::new(),
        migrations: Vec::new(),
        requirements: Vec::new(),
        deprecations: Vec::new(),
        known_issues: Vec::new(),
        security: None,
        errata: Vec::new(),
        text,
    }
}

/// A list in Markdown; one item alone is no list.
pub(super) fn listed_items(items: &[String]) -> String {
    match items {
        [only] => only.clone(),
        several => {
            let items = several.iter().map(|item| {
                let lines = item.lines().enumerate().map(|(at, line)| match (at, line) {
                    (0, line) => format!("- {line}"),
                    (_, "") => String::new(),
                    (_, line) => format!("  {line}"),
                });
                lines.collect::<Vec<_>>().join("\n")
            });
            items.collect::<Vec<_>>().join("\n")
        }
    }
}
