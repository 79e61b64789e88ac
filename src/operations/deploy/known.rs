//! What is recorded of an environment, here and on the remote, in one order.

use chrono::{DateTime, Utc};

use super::error::DeployError;
use super::there::There;
use crate::config::Continuous;
use crate::domain::{CommitId, EnvironmentName, Field, Fields, ObjectId, RefName, TagName, parse_trailers};
use crate::git::RemoteRef;
use crate::ledger::{ChannelState, Deploy, deploy_trailer};
use crate::operations::Situation;

/// A deploy as far as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KnownDeploy {
    pub tag: TagName,
    /// The tag object, or the commit itself for a lightweight tag.
    pub object: ObjectId,
    pub commit: CommitId,
    /// Whether the tag is in this clone.
    pub is_here: bool,
    /// `None` where only the remote has the tag and it was not read.
    pub said: Option<Said>,
    pub recorded_at: Option<DateTime<Utc>>,
}

/// What the tag of a deploy says beyond its commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub built_at: Option<DateTime<Utc>>,
    pub artifact: Option<String>,
    pub run: Option<String>,
    pub replaces: Option<TagName>,
}

impl Said {
    fn of(deploy: &Deploy) -> Self {
        Self {
            built_at: deploy.built_at,
            artifact: deploy.artifact.clone(),
            run: deploy.run.clone(),
            replaces: deploy.replaces.clone(),
        }
    }

    pub fn parse(message: &str) -> Self {
        let trailers = parse_trailers(message);
        let text = |key: &str| trailers.iter().find(|trailer| trailer.is_key(key)).map(|trailer| trailer.value.clone());
        Self {
            built_at: text(deploy_trailer::BUILT_AT).and_then(|time| time.parse().ok()),
            artifact: text(deploy_trailer::ARTIFACT),
            run: text(deploy_trailer::RUN),
            replaces: text(deploy_trailer::REPLACES).and_then(|name| TagName::new(name).ok()),
        }
    }
}

/// All deploys to one environment.
pub(super) struct Known {
    /// Oldest first, as far as names tell.
    pub deploys: Vec<KnownDeploy>,
}

impl Known {
    /// Gathers what this clone has and what the remote was found to have.
    pub fn gather(
        situation: &Situation<'_>,
        config: &Continuous,
        channel: &ChannelState,
        environment: &EnvironmentName,
        there: &There,
    ) -> Self {
        let here = channel.deploys_to(environment).filter_map(|deploy| {
            Some(KnownDeploy {
                tag: deploy.tag.clone()?,
                object: deploy.object,
                commit: deploy.commit,
                is_here: true,
                said: Some(Said::of(deploy)),
                recorded_at: deploy.recorded_at,
            })
        });
        let only_there = |name: &RefName| situation.ledger.snapshot.find(name.as_str()).is_none();
        let only_there = there.refs.iter().filter(|(name, _)| only_there(name)).filter_map(|(name, found)| {
            let RemoteRef { target: object, peeled } = *found;
            let (tag, commit) = (TagName::from_ref(name), CommitId::new(peeled));
            let told = there.told.get(&object);
            is_deploy_to(config, environment, &tag).then(|| KnownDeploy {
                tag,
                object,
                commit,
                is_here: false,
                said: told.map(|told| told.said.clone()),
                recorded_at: told.and_then(|told| told.recorded_at),
            })
        });
        Self { deploys: merged(config, here.collect(), only_there.collect()) }
    }

    /// The last deploy.
    pub fn live(&self) -> Option<&KnownDeploy> {
        self.deploys.last()
    }

    /// Whether a rollback took the deploy back.
    pub fn is_rolled_back(&self, tag: &TagName) -> bool {
        self.deploys.iter().any(|deploy| deploy.said.as_ref().and_then(|said| said.replaces.as_ref()) == Some(tag))
    }

    /// When rollbacks were recorded.
    pub fn rollbacks(&self) -> impl Iterator<Item = DateTime<Utc>> + '_ {
        self.deploys.iter().filter(|deploy| deploy.is_rollback()).filter_map(|deploy| deploy.recorded_at)
    }

    /// What to go back to from the last deploy: the newest one before it of another commit that is no rollback and that no
    /// rollback replaced. What only the remote has counts as far as it was read.
    pub fn rollback_target(&self) -> Option<&KnownDeploy> {
        let live = self.live()?;
        self.deploys.iter().rev().skip(1).find(|deploy| {
            deploy.commit != live.commit
                && deploy.said.is_some()
                && !deploy.is_rollback()
                && !self.is_rolled_back(&deploy.tag)
        })
    }
}

impl KnownDeploy {
    /// Whether it put an older build live again, as far as it was read.
    pub fn is_rollback(&self) -> bool {
        self.said.as_ref().is_some_and(|said| said.replaces.is_some())
    }
}

/// The commit for which the name is taken, here or on the remote.
pub(super) fn holder(situation: &Situation<'_>, there: &There, tag: &TagName) -> Result<Option<CommitId>, DeployError> {
    let name = tag.to_ref();
    if let Some(entry) = situation.ledger.snapshot.find(name.as_str()) {
        return Ok(Some(situation.repository.reader()?.commit_of(entry)?));
    }
    Ok(there.refs.get(&name).map(|found| CommitId::new(found.peeled)))
}

fn recognised(config: &Continuous, tag: &TagName) -> Option<Fields> {
    config.tag.iter().find_map(|pattern| pattern.recognise(tag.as_str()))
}

fn is_deploy_to(config: &Continuous, environment: &EnvironmentName, tag: &TagName) -> bool {
    recognised(config, tag).is_some_and(|fields| match fields.text(Field::Environment) {
        Some(named) => named == environment.as_str(),
        None => environment == config.last_environment(),
    })
}

/// Both in one order. Those of this clone keep theirs, in which a rollback comes after what it replaces whatever its
/// name is.
fn merged(config: &Continuous, here: Vec<KnownDeploy>, mut there: Vec<KnownDeploy>) -> Vec<KnownDeploy> {
    if there.is_empty() {
        return here;
    }
    there.sort_by_cached_key(|deploy| order(config, &deploy.tag));
    let mut all = Vec::with_capacity(here.len() + there.len());
    let mut there = there.into_iter().peekable();
    for deploy in here {
        let own = order(config, &deploy.tag);
        while let Some(other) = there.next_if(|other| order(config, &other.tag) < own) {
            all.push(other);
        }
        all.push(deploy);
    }
    all.extend(there);
    all
}

/// The order in which deploys were recorded, as far as names tell.
pub(super) fn order(config: &Continuous, tag: &TagName) -> impl Ord + use<> {
    let fields = recognised(config, tag).unwrap_or_default();
    (fields.date(), fields.version_numbers(), fields.number(Field::Build), fields.number(Field::Seq), tag.clone())
}
