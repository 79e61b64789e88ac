//! What stands between two deploys: migrations, which going back does not undo, and configuration.
//!
//! Where trees are not in this clone, as in a shallow checkout, nothing is known and that is said: a rollback that took
//! place is recorded all the same.

use super::error::DeployError;
use super::record::PlannedDeploy;
use crate::domain::{CommitId, RollbackClass, TagName};
use crate::operations::Situation;
use crate::surface::{Side, SurfaceDifference, SurfaceError, SurfaceReader};

/// What changed from the deploy that is live again to the one that it replaces; `None` where nothing is replaced.
pub fn stands_between(
    situation: &Situation<'_>,
    planned: &PlannedDeploy,
) -> Result<Option<Result<SurfaceDifference, SurfaceError>>, DeployError> {
    let Some(replaced) = &planned.replaces else { return Ok(None) };
    let channels = situation.ledger.channels.iter().filter(|channel| channel.name == planned.channel);
    let recorded = channels.flat_map(|channel| &channel.deploys).find(|deploy| deploy.tag.as_ref() == Some(replaced));
    let Some(live) = planned.replaced.or_else(|| recorded.map(|deploy| deploy.commit)) else { return Ok(None) };
    let reader = SurfaceReader::open(situation.repository, &situation.ledger.config.surface)?;
    Ok(Some(reader.compare(&side(planned.version.clone(), planned.commit), &side(replaced.to_string(), live), None)))
}

/// Refuses to go back over a migration that cannot be undone, unless somebody says why.
pub(super) fn check_way_back(
    situation: &Situation<'_>,
    (target, target_commit): (&TagName, CommitId),
    (live, live_commit): (&TagName, CommitId),
    reason: Option<&str>,
) -> Result<(), DeployError> {
    if reason.is_some_and(|reason| !reason.trim().is_empty()) {
        return Ok(());
    }
    let reader = SurfaceReader::open(situation.repository, &situation.ledger.config.surface)?;
    let sides = (side(target.to_string(), target_commit), side(live.to_string(), live_commit));
    // What cannot be known here stops nobody; it is said beside the record.
    let Ok(between) = reader.compare(&sides.0, &sides.1, None) else { return Ok(()) };
    let impossible = between.migrations.added.into_iter().filter(|m| m.rollback == Some(RollbackClass::Impossible));
    let migrations: Vec<String> = impossible.map(|migration| migration.id).collect();
    if migrations.is_empty() {
        return Ok(());
    }
    Err(DeployError::CannotBeUndone { target: target.clone(), migrations })
}

fn side(name: String, commit: CommitId) -> Side {
    Side { name, commit, version: None }
}
