//! What documents are made of, and the look-ups that several of them need.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveTime, Utc};
use indexmap::IndexMap;

use crate::config::{Config, DeclaredLine, Versioned};
use crate::domain::{ChannelName, CommitId, LineKind, Stage, Version};
use crate::publish::layout::{DocumentKind, Place, line_folders, page_from, page_of};
use crate::publish::text;
use crate::publish::view::{PlannedView, ProjectView};
use crate::reports::{
    Advisories, Backports, Changelog, ChannelStatus, DeployList, DeployLog, LineOrigin, LineStatus, LineSurface,
    LineUpgrades, ListedRelease, Notices, ReleaseList, ReleaseProof, Status, Tension,
};
use crate::surface::{SurfaceKind, SurfaceSnapshot};

/// Reports of one run and the project's own templates. The clock is the one of the status.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    pub config: &'a Config,
    /// What documents call the project where its configuration gives no name.
    pub fallback_name: &'a str,
    pub status: &'a Status,
    pub releases: &'a ReleaseList,
    /// All of them.
    pub deploys: &'a DeployList,
    /// The whole history of each channel.
    pub changelogs: &'a IndexMap<ChannelName, Changelog>,
    /// Whether documents list what they leave out, one by one.
    pub lists_left_out: bool,
    /// Templates in place of the shipped ones, by name.
    pub templates: &'a BTreeMap<String, Vec<u8>>,
    /// What only the whole tree needs.
    pub tree: &'a TreeReports,
}

/// Reports that only the whole tree of documents needs; empty for a document that stands alone.
#[derive(Debug, Default)]
pub struct TreeReports {
    /// Of each line of a versioned channel, in their order.
    pub surfaces: IndexMap<ChannelName, Vec<LineSurface>>,
    /// Of each channel that we deploy.
    pub deploys: IndexMap<ChannelName, DeployLog>,
    /// What operators see of what is live, by channel.
    pub live: IndexMap<ChannelName, SurfaceSnapshot>,
    /// What notes say of the releases of each versioned channel.
    pub notices: IndexMap<ChannelName, Notices>,
    /// Whether change notes say of something that it will go.
    pub notes_deprecate: bool,
    /// Advisories of each versioned channel, by the path of the note.
    pub advisories: Advisories,
    /// Upgrade notes of each versioned channel, by the line that they lead to.
    pub upgrades: IndexMap<ChannelName, Vec<LineUpgrades>>,
    /// The matrix for the team; `None` where documents for the team are not made.
    pub backports: Option<Backports>,
    /// What only the site needs; `None` where plain documents are made.
    pub site: Option<SiteReports>,
}

/// Reports that only the site needs.
#[derive(Debug)]
pub struct SiteReports {
    pub origins: Vec<LineOrigin>,
    pub proofs: Vec<ReleaseProof>,
    /// For the team; `None` where documents for the team are not made.
    pub tension: Option<Tension>,
}

/// The places of a line's documents.
#[derive(Debug, Clone)]
pub struct LinePlaces {
    pub changelog: Place,
    /// What the line brings since the long-term support before it.
    pub since_lts: Place,
    pub guide: Place,
    pub releases: Place,
    /// Exists where there is an upgrade to the line.
    pub upgrade: Place,
    /// This and those below exist where files are declared for them.
    pub configuration: Place,
    pub migrations: Place,
    pub requirements: Place,
    pub deprecations: Place,
}

impl LinePlaces {
    /// The page of a release; exists in the site alone.
    pub fn release(&self, version: &Version) -> Place {
        self.releases.below(&page_of(version))
    }

    /// The upgrade notes from a version.
    pub fn upgrade_from(&self, from: &Version) -> Place {
        self.upgrade.below(&page_from(from))
    }
}

impl<'a> Inputs<'a> {
    /// The moment for which documents hold.
    pub fn now(&self) -> DateTime<Utc> {
        self.status.now
    }

    pub fn project(&self) -> ProjectView {
        ProjectView { name: self.project_name().to_owned(), url: self.config.project.links.url.clone() }
    }

    pub fn project_name(&self) -> &'a str {
        self.config.project.name.as_deref().unwrap_or(self.fallback_name)
    }

    /// What documents call a channel.
    pub fn channel_title(&self, channel: &ChannelName) -> String {
        let declared = self.config.channels.get(channel).and_then(|channel| channel.title());
        declared.map_or_else(|| text::title(channel.as_str()), str::to_owned)
    }

    /// What a sentence calls a channel.
    pub fn channel_words(&self, channel: &ChannelName) -> String {
        let declared = self.config.channels.get(channel).and_then(|channel| channel.title());
        declared.unwrap_or(channel.as_str()).to_owned()
    }

    /// The title of a document about a channel; a channel's own title often begins with the project's name.
    pub fn document_title(&self, channel: &ChannelName, what: &str) -> String {
        let (name, words) = (self.project_name(), self.channel_words(channel));
        if words.starts_with(name) { format!("{words} {what}") } else { format!("{name} {words} {what}") }
    }

    /// What documents call a line: the project alone where releases come from trunk, which has no name for people.
    pub fn line_title(&self, line: &LineStatus) -> String {
        let is_trunk = line.branch.as_ref() == Some(&self.status.trunk.branch);
        if is_trunk { self.project_name().to_owned() } else { format!("{} {}", self.project_name(), line.name) }
    }

    /// Whether the channel's changelog may lack its oldest changes.
    pub fn is_cut(&self, channel: &ChannelName) -> bool {
        self.changelogs.get(channel).is_some_and(|changelog| changelog.cut)
    }

    /// The page of a commit, where the project says how to link to one.
    pub fn commit_url(&self, commit: CommitId) -> Option<String> {
        self.config.project.links.commit(&commit.to_string())
    }

    pub fn compare_url(&self, from: &str, to: &str) -> Option<String> {
        self.config.project.links.compare(from, to)
    }

    /// The policy of a channel that others install.
    pub fn versioned(&self, channel: &ChannelName) -> Option<&'a Versioned> {
        self.config.channels.get(channel)?.as_versioned()
    }

    /// What the configuration says of a line.
    pub fn declared(&self, line: &LineStatus) -> Option<&'a DeclaredLine> {
        self.config.channels.get(&line.channel)?.declared_lines().get(line.name.as_str())
    }

    /// Releases of a line, highest version first.
    pub fn releases_of(&self, line: &LineStatus) -> impl Iterator<Item = &'a ListedRelease> {
        let (channel, name) = (line.channel.clone(), line.name.clone());
        self.releases.releases.iter().filter(move |release| release.channel == channel && release.line == name)
    }

    /// The day of general availability.
    pub fn released(&self, line: &LineStatus) -> Option<DateTime<Utc>> {
        let declared = self.declared(line).and_then(|declared| declared.released);
        let day = declared.map(|day| day.and_time(NaiveTime::MIN).and_utc());
        day.or_else(|| self.releases_of(line).filter(|release| !release.candidate).last().map(|release| release.date))
    }

    /// Where the documents of a channel's lines stand, in the order of the lines.
    pub fn line_places(&self, channel: &ChannelStatus) -> Vec<LinePlaces> {
        let folders = line_folders(channel.lines.iter().map(|line| line.name.as_str()));
        let places = |folder: &String| {
            let place = |name: &str| Place::in_line(channel.name.as_str(), folder, name);
            LinePlaces {
                changelog: place("changelog"),
                since_lts: place("since-lts"),
                guide: place("guide"),
                releases: place("releases"),
                upgrade: place("upgrade"),
                configuration: place("configuration"),
                migrations: place("migrations"),
                requirements: place("requirements"),
                deprecations: place("deprecations"),
            }
        };
        folders.iter().map(places).collect()
    }

    /// Where the documents of one line stand.
    pub fn own_places(&self, channel: &ChannelStatus, line: &LineStatus) -> Option<LinePlaces> {
        let at = channel.lines.iter().position(|other| other.name == line.name)?;
        self.line_places(channel).into_iter().nth(at)
    }

    /// Whether files are declared for what operators see of a kind, so that there is something to say of it.
    pub fn tracks(&self, kind: SurfaceKind) -> bool {
        let declared = &self.config.surface;
        match kind {
            SurfaceKind::Configuration => !declared.configuration.is_empty(),
            SurfaceKind::Migrations => !declared.migrations.is_empty(),
            SurfaceKind::Requirements => !declared.requirements.is_empty(),
            // Keys say of themselves that they will go.
            SurfaceKind::Deprecations => {
                self.tree.notes_deprecate || !declared.deprecations.is_empty() || !declared.configuration.is_empty()
            }
        }
    }

    /// The upgrade notes to a line; `None` where there are none.
    pub fn upgrades_to(&self, line: &LineStatus) -> Option<&'a LineUpgrades> {
        let all = self.tree.upgrades.get(&line.channel)?;
        all.iter().find(|upgrades| upgrades.line == line.name)
    }

    /// Whether documents for the team are made, too.
    pub fn is_for_team(&self) -> bool {
        self.tree.backports.is_some()
    }

    /// Whether the pages are those of the site.
    pub fn is_site(&self) -> bool {
        self.tree.site.is_some()
    }

    /// The folder of the documents for the team: beside those of the channels, whatever they are called.
    pub fn team_folder(&self) -> String {
        let mut folder = "team".to_owned();
        while self.config.channels.keys().any(|channel| channel.as_str().eq_ignore_ascii_case(&folder)) {
            folder.push('-');
        }
        folder
    }

    /// The place of a document about a channel for the team.
    pub fn team_place(&self, channel: &ChannelName, name: &str) -> Place {
        Place::in_line(&self.team_folder(), channel.as_str(), name)
    }

    /// Announced releases that are still to come, by date.
    pub fn planned<'l>(&self, lines: impl IntoIterator<Item = &'l LineStatus>) -> Vec<PlannedView> {
        let today = self.now().date_naive();
        let mut planned: Vec<_> = lines
            .into_iter()
            .filter_map(|line| Some((line, self.declared(line)?)))
            .flat_map(|(line, declared)| declared.planned.iter().map(move |planned| (line, planned)))
            .filter(|(_, planned)| planned.on >= today)
            .collect();
        planned.sort_by_key(|(_, planned)| planned.on);
        let view = |(line, planned): (&LineStatus, &crate::config::Planned)| PlannedView {
            line: line.name.clone(),
            version: planned.version.to_string(),
            date: planned.on.to_string(),
            about: planned.about.clone(),
        };
        planned.into_iter().map(view).collect()
    }
}

/// The Markdown form of a document, as seen from another.
pub fn way(from: &Place, to: &Place) -> String {
    from.way_to(to, DocumentKind::Markdown)
}

/// The last whole day of a window whose end is the first moment after it.
pub fn last_day(end: DateTime<Utc>) -> String {
    text::day(end - Duration::seconds(1))
}

/// A kind of line in a table; empty for the usual one.
pub const fn kind_mark(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Regular => "",
        LineKind::Lts => "LTS",
    }
}

/// A stage in a table.
pub const fn stage_words(stage: Stage) -> &'static str {
    match stage {
        Stage::Active => "active",
        Stage::Security => "security fixes only",
        Stage::Unmaintained => "unmaintained",
        Stage::EndOfLife => "end of life",
        Stage::Unknown => "not declared",
    }
}

/// Whether fixes are promised, which an unknown stage does not say.
pub const fn is_promised(stage: Stage) -> bool {
    matches!(stage, Stage::Active | Stage::Security)
}
