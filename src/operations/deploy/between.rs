//! What stands between two deploys, which going back does not undo.
//!
//! Where trees are not in this clone, as in a shallow checkout, nothing is known and that is said: a rollback that took
//! place is recorded all the same.

use super::error::DeployError;
use super::record::PlannedDeploy;
use crate::domain::{CommitId, TagName};
use crate::git::ReadError;
use crate::operations::Situation;
use crate::reports::{Between, between};
use crate::surface::{Side, SurfaceError, SurfaceReader};

/// A rollback that is planned, and what stands between the deploy that is live again and the one that it replaces; `None`
/// where nothing is replaced.
#[derive(Debug)]
pub struct PlannedRollback {
    pub deploy: PlannedDeploy,
    pub between: Option<Result<Between, SurfaceError>>,
}

/// What the record that exists already led over.
pub(super) fn recorded(situation: &Situation<'_>, deploy: PlannedDeploy) -> Result<PlannedRollback, DeployError> {
    let channels = situation.ledger.channels.iter().filter(|channel| channel.name == deploy.channel);
    let mut deploys = channels.flat_map(|channel| &channel.deploys);
    let between = deploy.replaces.as_ref().and_then(|replaced| {
        let live = deploys.find(|known| known.tag.as_ref() == Some(replaced))?;
        Some(stands_between(situation, (&deploy.version, deploy.commit), (replaced, live.commit)))
    });
    Ok(PlannedRollback { deploy, between: between.transpose()? })
}

/// What changed from the deploy that is live again to the one that it replaces.
pub(super) fn stands_between(
    situation: &Situation<'_>,
    (target, target_commit): (&str, CommitId),
    (live, live_commit): (&TagName, CommitId),
) -> Result<Result<Between, SurfaceError>, ReadError> {
    let reader = SurfaceReader::open(situation.repository, &situation.ledger.config.surface)?;
    let side = |name: &str, commit| Side { name: name.to_owned(), commit, version: None };
    let sides = (&side(target, target_commit), &side(live.as_str(), live_commit));
    Ok(between(&reader, situation.ledger, situation.repository, sides))
}

/// Refuses to go back over what cannot be undone, unless somebody says why. What cannot be known here stops nobody; it is
/// said beside the record.
pub(super) fn check_way_back(
    target: &TagName,
    between: &Result<Between, SurfaceError>,
    reason: Option<&str>,
) -> Result<(), DeployError> {
    let impossible = between.as_ref().map(Between::impossible).unwrap_or_default();
    if impossible.is_empty() || reason.is_some_and(|reason| !reason.trim().is_empty()) {
        return Ok(());
    }
    Err(DeployError::CannotBeUndone { target: target.clone(), over: impossible })
}
