//! Advisories on the weaknesses that notes tell of, for programs that look for them.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::affected::{AffectedError, AffectedReader, OsvDocument, osv};
use super::audience::Rules;
use super::identity::LedgerIdentities;
use super::known_notes::KnownNotes;
use super::notices::is_for;
use crate::config::Disclosure;
use crate::domain::{ChannelKind, ChannelName};
use crate::git::Repository;
use crate::ledger::Ledger;

/// The advisories of each versioned channel, by the path of the note. A weakness that is not disclosed on the day has none.
pub type Advisories = BTreeMap<ChannelName, BTreeMap<String, OsvDocument>>;

/// Writes them. `fallback_name` is what the project is called where nothing declares it.
pub fn advisories(
    (ledger, identities, repository): (&Ledger, &LedgerIdentities, &Repository),
    notes: &KnownNotes<'_>,
    fallback_name: &str,
    today: NaiveDate,
) -> Result<Advisories, AffectedError> {
    let rules = Rules::new(&ledger.config.changes);
    let reader = AffectedReader::new(ledger, identities, repository, today);
    let mut found = Advisories::new();
    for known in &notes.notes {
        let (path, note) = (&known.file.path, &known.file.note);
        let Some(notice) = note.security.as_ref().filter(|_| note.disclosure(today) == Disclosure::Open) else {
            continue;
        };
        let told = ledger.channels.iter().filter(|channel| channel.kind == ChannelKind::Versioned);
        let told: Vec<&ChannelName> =
            told.map(|channel| &channel.name).filter(|channel| is_for(&rules, channel, note)).collect();
        if told.is_empty() {
            continue;
        }
        let question = reader.of_note(notice.ids.first().unwrap_or(path), &known.sought);
        let answer = reader.answer(&question, None)?;
        // As old as the newest thing that it says, so that it stays the same until that changes.
        let Some(newest) = answer.releases.iter().map(|release| release.date).max() else { continue };
        let document = osv(&answer, &ledger.config, fallback_name, newest)?;
        for channel in told {
            found.entry(channel.clone()).or_default().insert(path.clone(), document.clone());
        }
    }
    Ok(found)
}
