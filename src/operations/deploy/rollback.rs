//! Recording a rollback: an older deploy is live again, and the one it replaces is named.

use super::between::{PlannedRollback, check_way_back, recorded, stands_between};
use super::error::DeployError;
use super::known::{Known, KnownDeploy, Said};
use super::record::{NewDeploy, Place};
use crate::domain::TagName;
use crate::operations::Situation;

/// What is gone back to.
#[derive(Debug, Clone, Default)]
pub struct RollbackRequest {
    /// The channel; needed where several are deployed.
    pub channel: Option<String>,
    /// The environment; needed where the channel has several.
    pub environment: Option<String>,
    /// The deploy to go back to; the last good one of another commit where nothing is said.
    pub to: Option<TagName>,
    /// The run that rolls back; the run that records it where nothing is said.
    pub run: Option<String>,
    /// Needed where something that cannot be undone stands between.
    pub reason: Option<String>,
    /// The new tag's name, where the pattern does not say it.
    pub tag: Option<TagName>,
}

/// Plans the record of a rollback. Build time and artifact are those of the deploy that is live again.
pub fn roll_back(situation: &Situation<'_>, request: &RollbackRequest) -> Result<PlannedRollback, DeployError> {
    let place = Place::find(situation, request.channel.as_deref(), request.environment.as_deref())?;
    let mut seen = place.look_at_all(situation)?;
    let known = place.known(situation, &seen.there, &place.environment);
    let here = situation.repository.reader()?;
    let environment = || place.environment.clone();
    let live = known.live().ok_or_else(|| DeployError::NothingLive { environment: environment() })?;
    let run = request.run.clone().unwrap_or_else(|| situation.run.to_owned());
    let is_of_run = |deploy: &&KnownDeploy| deploy.said.as_ref().is_some_and(|said| said.run.as_ref() == Some(&run));
    let same_run = known.deploys.iter().rev().filter(|deploy| deploy.is_rollback()).find(is_of_run);
    // Whatever was deployed since: the same run goes back once.
    if let (None, Some(same)) = (&request.to, same_run) {
        seen.through = seen.through.filter(|_| !here.has(same.commit.object()));
        return recorded(situation, place.again(situation, &seen, same)?);
    }
    let target = match &request.to {
        Some(tag) => find(&known, tag)
            .ok_or_else(|| DeployError::UnknownDeploy { tag: tag.clone(), environment: environment() })?,
        None if live.is_rollback() => {
            return Err(DeployError::RolledBack { environment: environment(), tag: live.tag.clone() });
        }
        None => {
            let target = known.rollback_target();
            target.ok_or_else(|| DeployError::NothingToGoBackTo { environment: environment() })?
        }
    };
    if target.commit == live.commit {
        seen.through = seen.through.filter(|_| !here.has(live.commit.object()));
        return recorded(situation, place.again(situation, &seen, live)?);
    }
    // A clone that lacks the commit records it through the scratch repository, which got it with its tag.
    seen.through = seen.through.filter(|_| !here.has(target.commit.object()));
    let version = place.version(situation, target.commit);
    let between = stands_between(situation, (&version, target.commit), (&live.tag, live.commit))?;
    check_way_back(&target.tag, &between, request.reason.as_deref())?;
    let old = target.said.clone().unwrap_or_default();
    let new = NewDeploy {
        commit: target.commit,
        title: format!("Roll {} back to {version}", place.environment),
        said: Said { replaces: Some(live.tag.clone()), run: Some(run), ..old },
        reason: request.reason.as_deref(),
        overrides: Vec::new(),
        tag: request.tag.as_ref(),
    };
    let deploy = place.plan(situation, &seen, version, new)?;
    Ok(PlannedRollback { deploy, between: Some(between) })
}

fn find<'k>(known: &'k Known, tag: &TagName) -> Option<&'k KnownDeploy> {
    known.deploys.iter().find(|deploy| deploy.tag == *tag)
}
