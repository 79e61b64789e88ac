//! The gates of a release: it is refused while one is open, unless somebody says why it is made all the same.

use super::error::ReleaseError;
use super::place::Place;
use super::request::ReleaseRequest;
use crate::domain::{CommitId, GateOverride, RecordKind, Version};
use crate::ledger::{Record, ReleaseKind};
use crate::operations::Situation;
use crate::operations::statement::known_records;
use crate::reports::{ChangelogSection, Gate, NoteFinder, Promotion, gates, gates_of_backports};

/// Refuses a release while a gate is open. With a reason it is made, and what was open goes on record with it. `exact` says
/// that what is released is the newest candidate; otherwise sign-offs have to be of the line's tip itself.
pub(super) fn must_be_open(
    situation: &Situation<'_>,
    place: Place<'_>,
    version: &Version,
    tip: CommitId,
    exact: bool,
    section: &ChangelogSection,
    request: &ReleaseRequest,
) -> Result<Option<GateOverride>, ReleaseError> {
    let Place { channel, config, line } = place;
    let promotion = Promotion::of_line(channel, config, line, version.clone());
    let promotion = if exact { promotion } else { promotion.of_commit(tip) };
    let found = all(situation, &promotion, section)?;
    let open: Vec<Gate> = found.into_iter().filter(|gate| !gate.passed).collect();
    match (&request.override_reason, open.is_empty()) {
        (_, true) => Ok(None),
        (Some(reason), false) if !reason.trim().is_empty() => {
            let gates = open.into_iter().map(|gate| gate.name).collect();
            Ok(Some(GateOverride { reason: reason.clone(), gates }))
        }
        _ => Err(ReleaseError::GatesOpen { subject: promotion.subject().clone(), version: version.clone(), open }),
    }
}

fn all(
    situation: &Situation<'_>,
    promotion: &Promotion<'_>,
    section: &ChangelogSection,
) -> Result<Vec<Gate>, ReleaseError> {
    let ledger = situation.ledger;
    let mut records: Vec<Record> = Vec::new();
    if !promotion.config.gates.sign_offs.is_empty() && promotion.kind != ReleaseKind::Candidate {
        let mut subjects = vec![promotion.subject().as_str(), promotion.version.as_str()];
        subjects.dedup();
        for subject in subjects {
            records.extend(known_records(situation, &[RecordKind::SignOff], subject)?);
        }
    }
    let exceptions = ledger.records.iter().filter(|record| record.name.kind == RecordKind::Exception);
    records.extend(exceptions.cloned());
    let notes = NoteFinder::open(situation.repository, ledger)?;
    let mut found = gates(ledger, promotion, section, &notes, &records, situation.now);
    found.extend(gates_of_backports(promotion, ledger, situation.repository, situation.now)?);
    Ok(found)
}
