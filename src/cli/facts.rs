//! What documents are made of, gathered from a ledger once.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use indexmap::IndexMap;

use crate::domain::ChannelName;
use crate::git::Repository;
use crate::ledger::Ledger;
use crate::publish::Inputs;
use crate::reports::{self, Changelog, DeployFilter, DeployList, ReleaseList, Status};

/// The reports of one run.
pub(super) struct Facts {
    pub status: Status,
    name: String,
    releases: ReleaseList,
    deploys: DeployList,
    changelogs: IndexMap<ChannelName, Changelog>,
}

impl Facts {
    /// As of `now`, with the changelogs that the documents show.
    pub fn gather(
        ledger: &Ledger,
        repository: &Repository,
        changelogs: impl IntoIterator<Item = Changelog>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            status: reports::status(ledger, now),
            name: repository.directory_name().unwrap_or_else(|| "This project".to_owned()),
            releases: reports::releases(ledger),
            deploys: reports::deploys(ledger, &DeployFilter::default()),
            changelogs: changelogs.into_iter().map(|changelog| (changelog.channel.clone(), changelog)).collect(),
        }
    }

    /// What the documents of `ledger` are made of, by these templates.
    pub fn inputs<'a>(&'a self, ledger: &'a Ledger, templates: &'a BTreeMap<String, Vec<u8>>) -> Inputs<'a> {
        Inputs {
            config: &ledger.config,
            fallback_name: &self.name,
            status: &self.status,
            releases: &self.releases,
            deploys: &self.deploys,
            changelogs: &self.changelogs,
            templates,
        }
    }

    /// The changelog of a channel, where it was gathered.
    pub fn changelog(&self, channel: &ChannelName) -> Option<&Changelog> {
        self.changelogs.get(channel)
    }
}
