//! What documents are made of, gathered from a ledger once.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use indexmap::IndexMap;

use super::args::Format;
use super::commands::publish::overrides;
use super::context::Context;
use crate::cache::Cache;
use crate::domain::{ChannelKind, ChannelName};
use crate::git::Repository;
use crate::ledger::Ledger;
use crate::publish::{DocumentKind, Inputs, PublishError, SiteReports, TreeReports, check_document};
use crate::reports::{
    self, Backports, Changelog, DeployFilter, DeployList, KnownNotes, LedgerIdentities, RedactionLeak, ReleaseList,
    Status, SurfaceSources, UpgradeReader, UpgradeSources,
};
use crate::surface::{Side, SurfaceReader};

impl Format {
    /// The form of a document; `None` where the result is not wanted as one.
    pub const fn document(self) -> Option<DocumentKind> {
        match self {
            Self::Text | Self::Json => None,
            Self::Markdown => Some(DocumentKind::Markdown),
            Self::Html => Some(DocumentKind::Html),
        }
    }
}

/// One report as a document of its own, by the project's templates.
pub(super) fn document(
    context: &Context,
    ledger: &Ledger,
    repository: &Repository,
    render: impl FnOnce(&Inputs<'_>) -> Result<Vec<u8>, PublishError>,
) -> anyhow::Result<Vec<u8>> {
    let templates = overrides(&ledger.config, repository, None)?;
    let facts = Facts::gather(ledger, repository, [], context.now());
    Ok(render(&facts.inputs(ledger, &templates))?)
}

/// The same for people outside, refused where it would show what `[redaction]` keeps back. `known` are the texts of changes
/// that patterns fit.
pub(super) fn document_for(
    readers: Readers<'_>,
    context: &Context,
    ledger: &Ledger,
    repository: &Repository,
    render: impl FnOnce(&Inputs<'_>) -> Result<Vec<u8>, PublishError>,
) -> anyhow::Result<Vec<u8>> {
    let bytes = document(context, ledger, repository, render)?;
    let Readers { channel, known, name, kind } = readers;
    let name = format!("{name}{}", kind.extension());
    check_document(&name, &bytes, channel, &ledger.config.redaction, known)?;
    Ok(bytes)
}

/// Who gets a document, and what it is called where something is wrong with it.
pub(super) struct Readers<'r> {
    /// `None`: everybody.
    pub channel: Option<&'r ChannelName>,
    pub known: &'r [RedactionLeak],
    pub name: &'r str,
    pub kind: DocumentKind,
}

/// The reports of one run.
pub(super) struct Facts {
    pub status: Status,
    name: String,
    releases: ReleaseList,
    deploys: DeployList,
    changelogs: IndexMap<ChannelName, Changelog>,
    tree: TreeReports,
    lists_left_out: bool,
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
            tree: TreeReports::default(),
            lists_left_out: false,
        }
    }

    /// With what only the whole tree of documents needs: what operators see of every line and of what is live.
    /// `backports` is there where documents for the team are made.
    pub fn with_tree(
        mut self,
        ledger: &Ledger,
        repository: &Repository,
        identities: &LedgerIdentities,
        backports: Option<Backports>,
    ) -> anyhow::Result<Self> {
        let reader = SurfaceReader::open(repository, &ledger.config.surface)?;
        let notes = KnownNotes::read(ledger, identities, repository)?;
        let (now, cache) = (self.status.now, Cache::below(repository.common_dir()));
        let sources = SurfaceSources { ledger, reader: &reader, notes: &notes, today: now.date_naive() };
        let upgrades =
            UpgradeReader::open(UpgradeSources { ledger, identities, notes: &notes, repository, cache: &cache, now })?;
        for channel in &ledger.channels {
            let name = || channel.name.clone();
            match channel.kind {
                ChannelKind::Versioned => {
                    self.tree.surfaces.insert(name(), reports::line_surfaces(sources, channel));
                    let notices = reports::notices(ledger, &notes, channel, sources.today);
                    self.tree.notices.insert(name(), notices);
                    self.tree.upgrades.insert(name(), reports::line_upgrades(&upgrades, channel));
                }
                ChannelKind::Continuous => {
                    if let Some(changelog) = self.changelogs.get(&channel.name) {
                        self.tree.deploys.insert(name(), reports::deploy_log(sources, channel, changelog));
                    }
                    let live = channel.environments.last().map(|environment| channel.live(environment));
                    if let Some(live) = live.iter().flatten().next() {
                        let side = Side { name: live.commit.short(), commit: live.commit, version: None };
                        // What a clone lacks is told where it is missing.
                        if let Ok(mut snapshot) = reader.snapshot(&side) {
                            notes.tell_of(&mut snapshot, &side, now.date_naive());
                            self.tree.live.insert(name(), snapshot);
                        }
                    }
                }
            }
        }
        let sources = (ledger, identities, repository);
        self.tree.advisories = reports::advisories(sources, &notes, &self.name, now.date_naive())?;
        self.tree.notes_deprecate = notes.announce_deprecations(now.date_naive());
        self.tree.backports = backports;
        Ok(self)
    }

    /// With what the site needs beside.
    #[must_use]
    pub fn with_site(mut self, site: SiteReports) -> Self {
        self.tree.site = Some(site);
        self
    }

    /// The same, and documents list what they leave out.
    #[must_use]
    pub fn listing_left_out(self) -> Self {
        Self { lists_left_out: true, ..self }
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
            lists_left_out: self.lists_left_out,
            templates,
            tree: &self.tree,
        }
    }

    /// The changelog of a channel, where it was gathered.
    pub fn changelog(&self, channel: &ChannelName) -> Option<&Changelog> {
        self.changelogs.get(channel)
    }
}
