//! What is recorded of an environment, here and on the remote: CI checkouts often have no tags at all, so that an empty
//! list here is no "never deployed".
//!
//! The remote is asked for names and ids only. A tag object is fetched where it may already be the deploy that is to be
//! recorded; its commit is in this clone then, so nothing but the object comes.

use chrono::{DateTime, Utc};

use super::error::DeployError;
use crate::config::Continuous;
use crate::domain::{CommitId, EnvironmentName, Field, Fields, ObjectId, RefName, TagName, parse_trailers};
use crate::git::{RemoteRef, RemoteRefs};
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
    /// `None` where only the remote has the tag and it was not fetched.
    pub said: Option<Said>,
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

    fn parse(message: &str) -> Self {
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
    /// The tags of the remote; empty where nothing is pushed.
    pub there: RemoteRefs,
}

impl Known {
    /// Gathers what this clone has and, where the plan is pushed, what the remote has.
    pub fn gather(
        situation: &Situation<'_>,
        config: &Continuous,
        channel: &ChannelState,
        environment: &EnvironmentName,
    ) -> Result<Self, DeployError> {
        let there = match situation.push_to {
            Some(remote) => situation.repository.remote_refs(remote, &places(config))?,
            None => RemoteRefs::new(),
        };
        let here = channel.deploys_to(environment).filter_map(|deploy| {
            let (object, commit, said) = (deploy.object, deploy.commit, Some(Said::of(deploy)));
            Some(KnownDeploy { tag: deploy.tag.clone()?, object, commit, is_here: true, said })
        });
        let here: Vec<KnownDeploy> = here.collect();
        let only_there = |name: &RefName| situation.ledger.snapshot.find(name.as_str()).is_none();
        let only_there = there.iter().filter(|(name, _)| only_there(name)).filter_map(|(name, found)| {
            let RemoteRef { target: object, peeled } = *found;
            let (tag, commit) = (TagName::from_ref(name), CommitId::new(peeled));
            is_deploy_to(config, environment, &tag).then_some(KnownDeploy {
                tag,
                object,
                commit,
                is_here: false,
                said: None,
            })
        });
        let deploys = merged(config, here, only_there.collect());
        Ok(Self { deploys, there })
    }

    /// The last deploy.
    pub fn live(&self) -> Option<&KnownDeploy> {
        self.deploys.last()
    }

    /// The commit for which the name is taken, here or on the remote.
    pub fn holder(&self, situation: &Situation<'_>, tag: &TagName) -> Result<Option<CommitId>, DeployError> {
        let name = tag.to_ref();
        if let Some(entry) = situation.ledger.snapshot.find(name.as_str()) {
            return Ok(Some(situation.repository.reader()?.commit_of(entry)?));
        }
        Ok(self.there.get(&name).map(|found| CommitId::new(found.peeled)))
    }

    /// Reads what the remote's tags of `commit` say.
    pub fn read_tags_of(&mut self, situation: &Situation<'_>, commit: CommitId) -> Result<(), DeployError> {
        let unread = |deploy: &KnownDeploy| deploy.said.is_none() && deploy.commit == commit;
        let wanted: Vec<String> =
            self.deploys.iter().filter(|d| unread(d)).map(|d| d.tag.to_ref().to_string()).collect();
        let Some(remote) = situation.push_to.filter(|_| !wanted.is_empty()) else { return Ok(()) };
        situation.repository.fetch_refs(remote, &wanted)?;
        let reader = situation.repository.reader()?;
        for deploy in self.deploys.iter_mut().filter(|deploy| unread(deploy)) {
            // A lightweight tag says nothing.
            let message = reader.tag(deploy.object).map(|tag| tag.message).unwrap_or_default();
            deploy.said = Some(Said::parse(&message));
        }
        Ok(())
    }
}

/// Where the channel's tags are, as patterns to ask a remote for.
fn places(config: &Continuous) -> Vec<String> {
    let place = |prefix: &str| match prefix.strip_prefix("refs/") {
        Some(_) => format!("{prefix}*"),
        None => format!("refs/tags/{prefix}*"),
    };
    config.tag.iter().map(|pattern| place(pattern.prefix())).collect()
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
fn order(config: &Continuous, tag: &TagName) -> impl Ord + use<> {
    let fields = recognised(config, tag).unwrap_or_default();
    (fields.date(), fields.version_numbers(), fields.number(Field::Build), fields.number(Field::Seq), tag.clone())
}
