//! Entries of changes that may not be told yet: everything that says what they are is taken out of them, so that neither
//! text nor JSON of a document has it.

use super::changelog::ChangelogEntry;
use crate::config::Disclosure;

impl ChangelogEntry {
    /// Takes out what may not be told. What stays is that there is a change, and where it stands.
    pub fn withhold(&mut self, disclosure: Disclosure) {
        let Some(text) = disclosure.stand_in() else { return };
        self.text = text;
        self.scope = None;
        self.breaking_text = None;
        self.refs = Vec::new();
        self.operator = None;
        self.details = None;
        // The name of the file says what it is about.
        self.note = None;
    }
}
