//! Recording a deploy. The same run again, or what is live already, is found and not recorded twice.

use std::rc::Rc;

use chrono::{DateTime, Utc};

use super::error::DeployError;
use super::hold::{self, Hold};
use super::known::{Known, KnownDeploy, Said, holder};
use super::naming;
use super::there::{Question, There};
use crate::config::{Channel, Continuous};
use crate::domain::{ChannelName, CommitId, EnvironmentName, TagName, Trailer, format_trailers};
use crate::git::{Scratch, TagDraft};
use crate::ledger::{ChannelState, Record, deploy_trailer, freezes};
use crate::operations::Situation;
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
    /// Why it goes ahead in spite of what holds it.
    pub overriding: Option<String>,
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
    /// Rules that were overridden, as the tag names them.
    pub overrides: Vec<String>,
    pub plan: Plan,
}

/// Plans the record of a deploy. A commit that this clone lacks is fetched from the remote, alone and not into the clone,
/// and the record is then on the remote only.
pub fn record(situation: &Situation<'_>, request: &DeployRequest) -> Result<PlannedDeploy, DeployError> {
    let place = Place::find(situation, request.channel.as_deref(), request.environment.as_deref())?;
    if request.overriding.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
        return Err(DeployError::NoReason);
    }
    let seen = place.look(situation, request)?;
    let known = place.known(situation, &seen.there, &place.environment);
    let said = Said {
        built_at: request.built_at,
        artifact: request.artifact.clone(),
        run: Some(request.run.clone().unwrap_or_else(|| situation.run.to_owned())),
        replaces: None,
    };
    if let Some(same) = recorded_before(&known, request.commit, &said) {
        return place.again(situation, &seen, same);
    }
    let holds = place.holds(situation, &seen, &known, request.commit);
    if !holds.is_empty() && request.overriding.is_none() {
        return Err(DeployError::Held { environment: place.environment, holds });
    }
    let version = place.version(situation, request.commit);
    let new = NewDeploy {
        commit: request.commit,
        title: format!("Deploy {version} to {}", place.environment),
        said,
        reason: request.overriding.as_deref(),
        overrides: holds.iter().map(Hold::rule).collect(),
        tag: request.tag.as_ref(),
    };
    place.plan(situation, &seen, version, new)
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
    pub overrides: Vec<String>,
    pub tag: Option<&'a TagName>,
}

/// What was seen beyond this clone's own records.
pub(super) struct Seen {
    pub there: There,
    /// Holds the commit where this clone lacks it.
    pub through: Option<Rc<Scratch>>,
}

impl Seen {
    /// Nothing: no remote is asked.
    fn of_clone() -> Self {
        Self { there: There::default(), through: None }
    }
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

    /// Looks at the commit and, where the plan is pushed, at what the remote has.
    fn look(&self, situation: &Situation<'_>, request: &DeployRequest) -> Result<Seen, DeployError> {
        let here = situation.repository.reader()?;
        let is_here = here.has(request.commit.object());
        let Some(remote) = situation.push_to else { return Ok(Seen::of_clone()) };
        let scratch = Rc::new(Scratch::of(situation.repository)?);
        let commit = if is_here {
            here.commit(request.commit)?
        } else {
            scratch.fetch_object(remote, request.commit.object())?;
            scratch.repository().reader()?.commit(request.commit)?
        };
        let mut since = commit.committer.at();
        if let Some(limit) = &self.config.rollback_limit {
            since = since.min(limit.within.before(situation.now));
        }
        let question = Question {
            config: self.config,
            environments: self.before().into_iter().chain([&self.environment]).cloned().collect(),
            // A name that somebody chose may be of any day.
            since: request.tag.is_none().then_some(since),
            commit: Some(request.commit),
        };
        let there = There::ask(situation, remote, &scratch, &question)?;
        Ok(Seen { there, through: (!is_here).then_some(scratch) })
    }

    /// Looks at everything that the remote has.
    pub fn look_at_all(&self, situation: &Situation<'_>) -> Result<Seen, DeployError> {
        let Some(remote) = situation.push_to else { return Ok(Seen::of_clone()) };
        let scratch = Rc::new(Scratch::of(situation.repository)?);
        let environments = vec![self.environment.clone()];
        let question = Question { config: self.config, environments, since: None, commit: None };
        Ok(Seen { there: There::ask(situation, remote, &scratch, &question)?, through: Some(scratch) })
    }

    /// The environment that a commit has to have been through.
    fn before(&self) -> Option<&'a EnvironmentName> {
        let at = self.config.environments.iter().position(|name| *name == self.environment)?;
        self.config.environments[..at].last().filter(|_| self.config.promote_in_order)
    }

    /// What is recorded of an environment.
    pub fn known(&self, situation: &Situation<'_>, there: &There, environment: &EnvironmentName) -> Known {
        Known::gather(situation, self.config, self.channel, environment, there)
    }

    /// Everything that holds a forward deploy of the commit.
    fn holds(&self, situation: &Situation<'_>, seen: &Seen, known: &Known, commit: CommitId) -> Vec<Hold> {
        let mut records: Vec<Record> = situation.ledger.records.clone();
        for record in &seen.there.records {
            if !records.iter().any(|here| here.name == record.name) {
                records.push(record.clone());
            }
        }
        let frozen = freezes(&records, Some(self.config), &self.environment, situation.now);
        let mut holds: Vec<Hold> = frozen.into_iter().map(Hold::Frozen).collect();
        holds.extend(hold::rollbacks(self.config, known, situation.now));
        if let Some(before) = self.before() {
            holds.extend(hold::order(before, &self.known(situation, &seen.there, before), commit));
        }
        holds
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

    /// The plan where everything is recorded already: the tag comes to where it is missing.
    pub fn again(
        &self,
        situation: &Situation<'_>,
        seen: &Seen,
        same: &KnownDeploy,
    ) -> Result<PlannedDeploy, DeployError> {
        let mut plan = Plan::new(format!("`{}` records it already", same.tag));
        let name = same.tag.to_ref();
        if let (false, None, Some(remote)) = (same.is_here, &seen.through, situation.push_to) {
            situation.repository.fetch_refs(remote, &[name.to_string()])?;
            plan.create(name.clone(), RefState::At(same.object), "recorded by another run");
        }
        if let Some(remote) = situation.push_to.filter(|_| !seen.there.refs.contains_key(&name)) {
            plan.push_ref(remote, name, RefState::Absent, RefState::At(same.object));
        }
        Ok(PlannedDeploy {
            channel: self.channel.name.clone(),
            tag: same.tag.clone(),
            environment: self.environment.clone(),
            commit: same.commit,
            version: self.version(situation, same.commit),
            sequence: naming::chosen(self.config, self.channel, &self.environment, &same.tag).ok().flatten(),
            is_created: false,
            replaces: same.said.as_ref().and_then(|said| said.replaces.clone()),
            overrides: Vec::new(),
            plan,
        })
    }

    /// The plan that makes the tag.
    pub fn plan(
        &self,
        situation: &Situation<'_>,
        seen: &Seen,
        version: String,
        new: NewDeploy<'_>,
    ) -> Result<PlannedDeploy, DeployError> {
        let NewDeploy { commit, title, said, reason, overrides, tag } = new;
        let (tag, sequence) = match tag {
            Some(tag) => (tag.clone(), naming::chosen(self.config, self.channel, &self.environment, tag)?),
            None => {
                let here = self.channel.deploys.iter().filter_map(|deploy| deploy.tag.as_ref()).cloned();
                let names: Vec<TagName> = here.chain(seen.there.refs.keys().map(TagName::from_ref)).collect();
                let names = names.iter().map(TagName::as_str);
                naming::next_name(situation, self.config, self.channel, &self.environment, commit, names)?
            }
        };
        if let Some(commit) = holder(situation, &seen.there, &tag)? {
            return Err(DeployError::Taken { tag, commit });
        }
        let mut plan = Plan::new(title.clone());
        let message = format_trailers(&title, &trailers(&said, reason, &overrides));
        let tagger = situation.signature();
        let draft = TagDraft { name: tag.clone(), target: commit.object(), tagger, message };
        match (&seen.through, situation.push_to) {
            (Some(scratch), Some(remote)) => plan.tag_elsewhere(scratch, &draft, remote)?,
            (_, push_to) => {
                plan.tag(&situation.repository.reader()?, &draft, "the record of the deploy")?;
                if let Some(remote) = push_to {
                    plan.push_planned(remote, &tag.to_ref(), RefState::Absent);
                }
            }
        }
        plan.trust_what_was_read();
        Ok(PlannedDeploy {
            channel: self.channel.name.clone(),
            tag,
            environment: self.environment.clone(),
            commit,
            version,
            sequence,
            is_created: true,
            replaces: said.replaces,
            overrides,
            plan,
        })
    }
}

/// What the tag says beside its sentence, in the order in which the ledger's keys are listed.
fn trailers(said: &Said, reason: Option<&str>, overrides: &[String]) -> Vec<Trailer> {
    let replaces = said.replaces.as_ref().map(TagName::as_str);
    let built_at = said.built_at.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    let single = |key, value: Option<&str>| value.map(|value| Trailer::new(key, value));
    let mut all: Vec<Trailer> = Vec::new();
    all.extend(single(deploy_trailer::REPLACES, replaces));
    all.extend(single(deploy_trailer::BUILT_AT, built_at.as_deref()));
    all.extend(single(deploy_trailer::ARTIFACT, said.artifact.as_deref()));
    all.extend(overrides.iter().map(|rule| Trailer::new(deploy_trailer::OVERRIDES, rule)));
    all.extend(single(deploy_trailer::REASON, reason));
    all.extend(single(deploy_trailer::RUN, said.run.as_deref()));
    all
}
