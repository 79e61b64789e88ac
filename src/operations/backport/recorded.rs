//! What a person wrote down about a commit and a line beforehand: that the line does not need it.

use super::commits::Source;
use crate::config::Verdict;
use crate::git::{ObjectReader, ReadError};
use crate::ledger::{Decided, Line, Notes, decisions, notes_of_trunk};
use crate::operations::Situation;

use super::error::BackportError;
use super::notes::notes_added;

/// Decisions and notes as they count for this run.
#[derive(Debug)]
pub(super) struct Recorded {
    decisions: Vec<Decided>,
    notes: Notes,
}

impl Recorded {
    /// Reads them from where policy is read.
    pub fn read(situation: &Situation<'_>) -> Result<Self, BackportError> {
        let ledger = situation.ledger;
        let notes = notes_of_trunk(situation.repository, &ledger.config, ledger.trunk.commit)?;
        Ok(Self { decisions: decisions(&ledger.config, &notes), notes })
    }

    /// Why the line does not need the commit; `None` where nobody said so.
    pub fn not_needed(
        &self,
        situation: &Situation<'_>,
        reader: &ObjectReader,
        source: &Source,
        line: &Line,
    ) -> Result<Option<String>, ReadError> {
        let is_line =
            |name: &str| name == line.name || line.branch.as_ref().is_some_and(|branch| branch.as_str() == name);
        let decided = self.decisions.iter().map(|decided| &decided.decision).find(|decision| {
            let is_about = |lines: &[crate::domain::LineName]| lines.iter().any(|name| is_line(name.as_str()));
            decision.commit.fits(source.commit)
                && matches!(&decision.verdict, Verdict::NotNeeded(lines) if is_about(lines))
        });
        if let Some(decision) = decided {
            return Ok(decision.because.clone());
        }
        let changes = &situation.ledger.config.changes;
        for (path, _) in notes_added(reader, changes, source.parent, source.commit)? {
            let refusals = self.notes.note(&path).into_iter().flat_map(|file| &file.note.not_needed);
            if let Some((_, why)) = refusals.into_iter().find(|(name, _)| is_line(name.as_str())) {
                return Ok(Some(why.clone()));
            }
        }
        Ok(None)
    }
}
