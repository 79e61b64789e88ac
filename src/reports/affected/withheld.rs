//! Answers about a change that may not be told yet: where it stands is told, and what it is is not.

use super::report::Affected;

impl Affected {
    /// Takes everything out that says what the change is, where its note asks for that. Ids of commits stay: whoever has the
    /// repository has them.
    pub(super) fn withhold(&mut self) {
        let Some(note) = &mut self.note else { return };
        let (Some(text), Some(until)) = (note.disclosure.stand_in(), note.disclosure.until()) else { return };
        note.path = None;
        note.text.clone_from(&text);
        note.severity = None;
        note.ids.clear();
        let subjects = self.commits.iter_mut().map(|commit| &mut commit.subject);
        for subject in subjects.chain(self.maybe.iter_mut().map(|maybe| &mut maybe.subject)) {
            subject.clone_from(&text);
        }
        self.subject = Some(text);
        self.refs.clear();
        self.undisclosed_until = Some(until);
    }
}
