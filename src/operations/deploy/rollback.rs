//! Recording a rollback: an older deploy is live again, and the one it replaces is named.

use super::between::check_way_back;
use super::error::DeployError;
use super::known::{Known, KnownDeploy, Said};
use super::record::{NewDeploy, Place, PlannedDeploy};
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
    /// Needed where a migration that cannot be undone stands between.
    pub reason: Option<String>,
    /// The new tag's name, where the pattern does not say it.
    pub tag: Option<TagName>,
}

/// Plans the record of a rollback. Build time and artifact are those of the deploy that is live again.
pub fn roll_back(situation: &Situation<'_>, request: &RollbackRequest) -> Result<PlannedDeploy, DeployError> {
    let place = Place::find(situation, request.channel.as_deref(), request.environment.as_deref())?;
    let seen = place.look_at_all(situation)?;
    let known = place.known(situation, &seen.there, &place.environment);
    let environment = || place.environment.clone();
    let live = known.live().ok_or_else(|| DeployError::NothingLive { environment: environment() })?;
    if let (false, Some(remote)) = (live.is_here, situation.push_to) {
        let (tag, remote) = (live.tag.clone(), remote.to_owned());
        return Err(DeployError::Behind { environment: environment(), tag, remote });
    }
    let run = request.run.clone().unwrap_or_else(|| situation.run.to_owned());
    let is_rollback = live.said.as_ref().is_some_and(|said| said.replaces.is_some());
    let is_same_run = live.said.as_ref().is_some_and(|said| said.run.as_ref() == Some(&run));
    let target = match &request.to {
        Some(tag) => find(&known, tag)
            .ok_or_else(|| DeployError::UnknownDeploy { tag: tag.clone(), environment: environment() })?,
        None if is_rollback && is_same_run => return place.again(situation, &seen, live),
        None if is_rollback => {
            return Err(DeployError::RolledBack { environment: environment(), tag: live.tag.clone() });
        }
        None => {
            let target = place.channel.rollback_target(&place.environment).and_then(|deploy| deploy.tag.as_ref());
            let target = target.and_then(|tag| find(&known, tag));
            target.ok_or_else(|| DeployError::NothingToGoBackTo { environment: environment() })?
        }
    };
    if target.commit == live.commit {
        return place.again(situation, &seen, live);
    }
    check_way_back(situation, (&target.tag, target.commit), (&live.tag, live.commit), request.reason.as_deref())?;
    let version = place.version(situation, target.commit);
    let old = target.said.clone().unwrap_or_default();
    let new = NewDeploy {
        commit: target.commit,
        title: format!("Roll {} back to {version}", place.environment),
        said: Said { replaces: Some(live.tag.clone()), run: Some(run), ..old },
        reason: request.reason.as_deref(),
        overrides: Vec::new(),
        tag: request.tag.as_ref(),
    };
    place.plan(situation, &seen, version, new)
}

fn find<'k>(known: &'k Known, tag: &TagName) -> Option<&'k KnownDeploy> {
    known.deploys.iter().find(|deploy| deploy.tag == *tag && deploy.is_here)
}
