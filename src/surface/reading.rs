//! Reading declared files of one commit; what cannot be read is noted and the rest answers.

use serde_json::Value;

use super::compare::Side;
use super::model::{SurfaceKind, UnreadableFile};
use super::parse::{FileFault, ParsedFile, parse_file, parse_value};
use crate::domain::ObjectId;
use crate::git::{ObjectReader, ReadError};

/// Reads files of one kind.
pub(super) struct Reading<'r> {
    objects: &'r ObjectReader,
    kind: SurfaceKind,
    unreadable: &'r mut Vec<UnreadableFile>,
}

impl<'r> Reading<'r> {
    pub fn new(objects: &'r ObjectReader, kind: SurfaceKind, unreadable: &'r mut Vec<UnreadableFile>) -> Self {
        Self { objects, kind, unreadable }
    }

    /// The bytes of a file; `None` where they are not here.
    pub fn bytes(&mut self, side: &Side, path: &str, blob: ObjectId) -> Option<Vec<u8>> {
        self.objects.blob(blob).map_err(|error| self.note_error(side, path, &error)).ok()
    }

    /// The keys of a file; `None` where nothing is known of any.
    pub fn keys(&mut self, side: &Side, path: &str, blob: ObjectId) -> Option<ParsedFile> {
        let bytes = self.bytes(side, path, blob)?;
        let parsed = parse_file(path, &bytes);
        for fault in &parsed.faults {
            self.note(side, path, fault);
        }
        let is_known = parsed.faults.iter().all(|fault| !fault.scope.is_empty()) || !parsed.keys.is_empty();
        is_known.then_some(parsed)
    }

    /// A file of a structured format as one value; `None` where nothing is known of it.
    pub fn value(&mut self, side: &Side, path: &str, blob: ObjectId) -> Option<Value> {
        let bytes = self.bytes(side, path, blob)?;
        parse_value(path, &bytes).map_err(|fault| self.note(side, path, &fault)).ok()
    }

    fn note(&mut self, side: &Side, path: &str, fault: &FileFault) {
        self.unreadable.push(UnreadableFile {
            kind: self.kind,
            file: path.to_owned(),
            at: side.name.clone(),
            line: fault.line,
            why: fault.why.clone(),
            scope: Some(fault.scope.clone()).filter(|scope| !scope.is_empty()),
            absent: false,
        });
    }

    fn note_error(&mut self, side: &Side, path: &str, error: &ReadError) {
        let why = if error.is_absent() { "it is not in this clone".to_owned() } else { error.to_string() };
        self.unreadable.push(UnreadableFile {
            kind: self.kind,
            file: path.to_owned(),
            at: side.name.clone(),
            line: None,
            why,
            scope: None,
            absent: error.is_absent(),
        });
    }
}
