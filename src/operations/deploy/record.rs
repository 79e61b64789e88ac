//! Recording a deploy. The same run again, or what is live already, is found and not recorded twice.

use chrono::{DateTime, Utc};

use super::error::DeployError;
use super::known::{Known, KnownDeploy, Said};
use super::naming;
use crate::config::{Channel, Continuous};
use crate::domain::{ChannelName, CommitId, EnvironmentName, TagName, Trailer, format_trailers};
use crate::git::TagDraft;
use crate::ledger::{ChannelState, DeployKind, deploy_trailer};
use crate::operations::Situation;
use crate::operations::statement::REASON;
use crate::plan::{Plan, RefState};
use crate::reports::Describer;

/// What was put live.
#[derive(Debug, Clone)]
pub struct DeployRequest {
    /// The channel; needed where several are deployed.
    pub channel: Option<String>,
    /// The environment; needed where the channel has several.
    pub environment: Option<String>,
    pub commit: CommitId,
    pub built_at: Option<DateTime<Utc>>,
    /// Image digest or checksum of what was deployed.
    pub artifact: Option<String>,
    /// The run that deployed it; the run that records it where nothing is said.
    pub run: Option<String>,
    /// Why it goes ahead in spite of many rollbacks.
    pub reason: Option<String>,
    /// The tag's name, where the pattern does not say it.
    pub tag: Option<TagName>,
}

/// A deploy and the plan that records it.
#[derive(Debug, Clone)]
pub struct PlannedDeploy {
    pub channel: ChannelName,
    pub tag: TagName,
    pub environment: EnvironmentName,
    pub commit: CommitId,
    /// What the commit is called.
    pub version: String,
    /// The number in the tag's name; `None` where it has none.
    pub sequence: Option<u64>,
    /// Whether the plan makes the tag; `false` where it was recorded before.
    pub is_created: bool,
    /// For a rollback, the deploy that it replaces.
    pub replaces: Option<TagName>,
    pub plan: Plan,
}

/// Plans the record of a deploy. The commit must be in the ledger's graph for its version to be told.
pub fn record(situation: &Situation<'_>, request: &DeployRequest) -> Result<PlannedDeploy, DeployError> {
    let place = Place::find(situation, request.channel.as_deref(), request.environment.as_deref())?;
    let mut known = place.known(situation)?;
    known.read_tags_of(situation, request.commit)?;
    let said = Said {
        built_at: request.built_at,
        artifact: request.artifact.clone(),
        run: Some(request.run.clone().unwrap_or_else(|| situation.run.to_owned())),
        replaces: None,
    };
    if let Some(same) = recorded_before(&known, request.commit, &said) {
        return Ok(place.again(situation, &known, same));
    }
    place.check_rollbacks(situation, request.reason.as_deref())?;
    let version = place.version(situation, request.commit);
    let new = NewDeploy {
        commit: request.commit,
        title: format!("Deploy {version} to {}", place.environment),
        said,
        reason: request.reason.as_deref(),
        tag: request.tag.as_ref(),
    };
    place.plan(situation, &known, version, new)
}

/// The deploy that already says all this: the last one, or one of the same run.
fn recorded_before<'k>(known: &'k Known, commit: CommitId, said: &Said) -> Option<&'k KnownDeploy> {
    let live = known.live().map(|deploy| &deploy.tag);
    known.deploys.iter().rev().find(|deploy| {
        let Some(theirs) = &deploy.said else { return false };
        let is_live_or_same_run = live == Some(&deploy.tag) || theirs.run == said.run;
        let is_same_build = theirs.built_at == said.built_at && theirs.artifact == said.artifact;
        deploy.commit == commit && is_live_or_same_run && is_same_build
    })
}

/// The channel and environment that something is deployed to.
pub(super) struct Place<'a> {
    pub channel: &'a ChannelState,
    pub config: &'a Continuous,
    pub environment: EnvironmentName,
}

/// What a new tag is to say.
pub(super) struct NewDeploy<'a> {
    pub commit: CommitId,
    pub title: String,
    pub said: Said,
    pub reason: Option<&'a str>,
    pub tag: Option<&'a TagName>,
}

impl<'a> Place<'a> {
    /// What is meant, where names may be left out because there is one only.
    pub fn find(
        situation: &Situation<'a>,
        channel: Option<&str>,
        environment: Option<&str>,
    ) -> Result<Self, DeployError> {
        let ledger = situation.ledger;
        let deployed = ledger.channels.iter().filter_map(|state| {
            let config = ledger.config.channels.get(&state.name).and_then(Channel::as_continuous)?;
            Some((state, config))
        });
        let deployed: Vec<_> = deployed.collect();
        let known = || deployed.iter().map(|(state, _)| state.name.to_string()).collect::<Vec<_>>();
        let (state, config) = match (channel, deployed.as_slice()) {
            (_, []) => return Err(DeployError::NoChannel),
            (Some(name), all) => match all.iter().find(|(state, _)| state.name.as_str() == name) {
                Some(found) => *found,
                None => return Err(DeployError::UnknownChannel { name: name.to_owned(), known: known() }),
            },
            (None, [only]) => *only,
            (None, _) => return Err(DeployError::WhichChannel { known: known() }),
        };
        if config.tag.is_empty() {
            return Err(DeployError::NoTags { channel: state.name.to_string() });
        }
        let known = || config.environments.iter().map(ToString::to_string).collect::<Vec<_>>();
        let environment = match (environment, config.environments.as_slice()) {
            (Some(name), all) => match all.iter().find(|environment| environment.as_str() == name) {
                Some(found) => found.clone(),
                None => {
                    let (name, channel) = (name.to_owned(), state.name.to_string());
                    return Err(DeployError::UnknownEnvironment { name, channel, known: known() });
                }
            },
            (None, [only]) => only.clone(),
            (None, _) => return Err(DeployError::WhichEnvironment { known: known() }),
        };
        Ok(Self { channel: state, config, environment })
    }

    /// What is recorded of the environment.
    pub fn known(&self, situation: &Situation<'_>) -> Result<Known, DeployError> {
        Known::gather(situation, self.config, self.channel, &self.environment)
    }

    /// What people call the commit. A version that is counted cannot be told where a shallow clone cuts the history that
    /// it counts: what stands in a tag stays there, so the commit is named instead.
    pub fn version(&self, situation: &Situation<'_>, commit: CommitId) -> String {
        let graph = &situation.ledger.graph;
        let Some(node) = graph.node(commit) else { return commit.short() };
        let description = Describer::new(situation.ledger).describe(node);
        let mut cuts = graph.cut().iter().filter_map(|cut| graph.node(*cut));
        if description.tag.is_none() && cuts.any(|cut| graph.is_ancestor(cut, node)) {
            return commit.short();
        }
        description.version
    }

    /// The circuit breaker: after too many rollbacks in a short time a forward deploy needs a reason.
    fn check_rollbacks(&self, situation: &Situation<'_>, reason: Option<&str>) -> Result<(), DeployError> {
        let (Some(limit), None) = (&self.config.rollback_limit, reason) else { return Ok(()) };
        let since = limit.within.before(situation.now);
        let rollbacks = self
            .channel
            .deploys_to(&self.environment)
            .filter(|deploy| deploy.kind == DeployKind::Rollback && deploy.recorded_at.is_some_and(|at| at > since));
        let count = rollbacks.count();
        if u32::try_from(count).is_ok_and(|count| count < limit.count) {
            return Ok(());
        }
        let (environment, within) = (self.environment.clone(), limit.within.clone());
        Err(DeployError::TooManyRollbacks { environment, count, within })
    }

    /// The plan where everything is recorded already: the tag comes to where it is missing.
    pub fn again(&self, situation: &Situation<'_>, known: &Known, same: &KnownDeploy) -> PlannedDeploy {
        let mut plan = Plan::new(format!("`{}` records it already", same.tag));
        let name = same.tag.to_ref();
        if !same.is_here {
            plan.create(name.clone(), RefState::At(same.object), "recorded by another run");
        }
        if let Some(remote) = situation.push_to.filter(|_| !known.there.contains_key(&name)) {
            plan.push_ref(remote, name, RefState::Absent, RefState::At(same.object));
        }
        PlannedDeploy {
            channel: self.channel.name.clone(),
            tag: same.tag.clone(),
            environment: self.environment.clone(),
            commit: same.commit,
            version: self.version(situation, same.commit),
            sequence: naming::chosen(self.config, self.channel, &self.environment, &same.tag).ok().flatten(),
            is_created: false,
            replaces: same.said.as_ref().and_then(|said| said.replaces.clone()),
            plan,
        }
    }

    /// The plan that makes the tag.
    pub fn plan(
        &self,
        situation: &Situation<'_>,
        known: &Known,
        version: String,
        new: NewDeploy<'_>,
    ) -> Result<PlannedDeploy, DeployError> {
        let NewDeploy { commit, title, said, reason, tag } = new;
        let (tag, sequence) = match tag {
            Some(tag) => (tag.clone(), naming::chosen(self.config, self.channel, &self.environment, tag)?),
            None => {
                let here = self.channel.deploys.iter().filter_map(|deploy| deploy.tag.as_ref()).cloned();
                let names: Vec<TagName> = here.chain(known.there.keys().map(TagName::from_ref)).collect();
                let names = names.iter().map(TagName::as_str);
                naming::next_name(situation, self.config, self.channel, &self.environment, commit, names)?
            }
        };
        if let Some(commit) = known.holder(situation, &tag)? {
            return Err(DeployError::Taken { tag, commit });
        }
        let mut plan = Plan::new(title.clone());
        let message = format_trailers(&title, &trailers(&said, reason));
        let tagger = situation.signature();
        let draft = TagDraft { name: tag.clone(), target: commit.object(), tagger, message };
        plan.tag(&situation.repository.reader()?, &draft, "the record of the deploy")?;
        if let Some(remote) = situation.push_to {
            plan.push_planned(remote, &tag.to_ref(), RefState::Absent);
        }
        Ok(PlannedDeploy {
            channel: self.channel.name.clone(),
            tag,
            environment: self.environment.clone(),
            commit,
            version,
            sequence,
            is_created: true,
            replaces: said.replaces,
            plan,
        })
    }
}

/// What the tag says beside its sentence, in the order in which the ledger's keys are listed.
fn trailers(said: &Said, reason: Option<&str>) -> Vec<Trailer> {
    let replaces = said.replaces.as_ref().map(TagName::as_str);
    let built_at = said.built_at.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    let values = [
        (deploy_trailer::REPLACES, replaces),
        (deploy_trailer::BUILT_AT, built_at.as_deref()),
        (deploy_trailer::ARTIFACT, said.artifact.as_deref()),
        (REASON, reason),
        (deploy_trailer::RUN, said.run.as_deref()),
    ];
    values.into_iter().filter_map(|(key, value)| Some(Trailer::new(key, value?))).collect()
}
