//! Gathers findings and knows where in the file they are.

use crate::config::document::Document;
use crate::config::error::Finding;
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;

/// The findings so far.
pub(in crate::config) struct Collector<'d> {
    document: &'d Document<'d>,
    location: String,
    findings: Vec<Finding>,
    set_aside: Vec<KeyPath>,
}

impl<'d> Collector<'d> {
    /// Nothing found yet in `document`, which people know as `location`.
    pub fn new(document: &'d Document<'d>, location: String) -> Self {
        Self { document, location, findings: Vec::new(), set_aside: Vec::new() }
    }

    /// Adds a finding about the key at `path`.
    pub fn report(&mut self, path: &KeyPath, fault: Fault) {
        let path = path.as_written(&self.set_aside);
        let position = self.document.position(&path);
        self.findings.push(Finding { location: self.location.clone(), position, path, fault });
    }

    /// Adds a finding about the value at `path`, whose place is told rather than that of its key.
    pub fn report_value(&mut self, path: &KeyPath, fault: Fault) {
        let path = path.as_written(&self.set_aside);
        let position = self.document.value_position(&path).unwrap_or_else(|| self.document.position(&path));
        self.findings.push(Finding { location: self.location.clone(), position, path, fault });
    }

    /// Says that a key has to be there, unless it is and was set aside because its value could not be read.
    pub fn require<T>(&mut self, path: &KeyPath, value: Option<T>, example: &'static str) -> Option<T> {
        if value.is_none() && !self.is_written(path) {
            self.report(path, Fault::Missing { example });
        }
        value
    }

    /// The line in which the key at `path` stands, counted from one.
    pub fn line(&self, path: &KeyPath) -> usize {
        self.document.position(&path.as_written(&self.set_aside)).line
    }

    /// Whether the file has the key, readable or not.
    pub fn is_written(&self, path: &KeyPath) -> bool {
        self.document.value_position(&path.as_written(&self.set_aside)).is_some()
    }

    /// Whether the list in the file has items, readable or not.
    pub fn has_items(&self, list: &KeyPath) -> bool {
        self.document.value_position(&list.as_written(&self.set_aside).index(0)).is_some()
    }

    /// Says that the value at `path` could not be read and is left out from now on; later items of a list move up.
    pub fn set_aside(&mut self, path: &KeyPath) {
        let path = path.as_written(&self.set_aside);
        self.set_aside.push(path);
    }

    /// Everything found, in the order of the file.
    pub fn into_findings(mut self) -> Vec<Finding> {
        self.findings
            .sort_by(|left, right| left.position.cmp(&right.position).then_with(|| left.path.cmp(&right.path)));
        self.findings
    }
}
