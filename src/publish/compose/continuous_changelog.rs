//! The changelog of a channel that we deploy, by day.
//!
//! One page holds everything while that can be read. Beyond, the first page has the newest days, and further pages have
//! all of them: one for each year, where the anchors of its days stay, and where no times are known one for so many lines,
//! counted from the oldest so that a page once full stays as it is.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Datelike, Utc};
use indexmap::IndexMap;

use super::entries::{Availability, command, entry_view, errata, heading, left_out, left_out_items, omitted};
use super::inputs::Inputs;
use super::paging::{ENTRIES_OF_ITEM, ENTRIES_OF_PAGE, links, pages};
use crate::domain::{ChangeKind, ChannelKind, ChannelName, TagName};
use crate::publish::layout::Place;
use crate::publish::text;
use crate::publish::view::{ContinuousChangelogView, DayView, EntryView, LinkView, RollbackView, SectionView};
use crate::reports::{ChangelogSection, ChannelStatus, LeftOut, ReleasedAs};

/// When something went live: on a day, or, where that is not known, with a line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum When {
    Day(chrono::NaiveDate),
    Line(String),
}

/// What went live at once.
struct Day<'r> {
    when: When,
    changes: Vec<&'r ChangelogSection>,
}

/// The changelog, first the page that readers begin with, then the further ones, each made when it is asked for.
pub fn changelog<'i>(
    inputs: &'i Inputs<'_>,
    channel: &ChannelStatus,
) -> impl Iterator<Item = (Place, ContinuousChangelogView)> + 'i {
    let days = days(inputs, channel);
    let frame = Frame::new(inputs, channel);
    let builds = Builds::new(inputs);
    let sizes: Vec<usize> = days.iter().map(Day::entries).collect();
    let main = Place::in_channel(channel.name.as_str(), "changelog");
    let folder = |part: &str| Place::in_line(channel.name.as_str(), "changelog", part);
    let pages = pages(&main, folder, &sizes, &part_names(&days, &sizes));
    pages.clone().into_iter().map(move |page| {
        let shown = page.items.iter().map(|at| days[*at].view(&frame, &builds, ENTRIES_OF_ITEM)).collect();
        let links = links(&page.place, &pages);
        (page.place, frame.page(page.part, shown, links))
    })
}

/// The page of each day, by the day: the one where its anchor stays.
pub(super) fn page_of(inputs: &Inputs<'_>, channel: &ChannelStatus) -> IndexMap<String, Place> {
    let days = days(inputs, channel);
    let sizes: Vec<usize> = days.iter().map(Day::entries).collect();
    let main = Place::in_channel(channel.name.as_str(), "changelog");
    let folder = |part: &str| Place::in_line(channel.name.as_str(), "changelog", part);
    let mut places = IndexMap::new();
    // Further pages come last, and have all days where there are any.
    for page in pages(&main, folder, &sizes, &part_names(&days, &sizes)) {
        places.extend(page.items.iter().map(|at| (days[*at].heading(), page.place.clone())));
    }
    places
}

/// Everything on one page, however long.
pub(super) fn whole(inputs: &Inputs<'_>, channel: &ChannelStatus) -> ContinuousChangelogView {
    let frame = Frame::new(inputs, channel);
    let builds = Builds::new(inputs);
    let days = days(inputs, channel);
    frame.page(None, days.iter().map(|day| day.view(&frame, &builds, usize::MAX)).collect(), Vec::new())
}

/// The further page of each day: its year, or the part that its line falls into.
fn part_names(days: &[Day<'_>], sizes: &[usize]) -> Vec<String> {
    let (mut part, mut taken) = (1, 0);
    let mut names = Vec::with_capacity(days.len());
    for (day, size) in days.iter().zip(sizes).rev() {
        names.push(match &day.when {
            When::Day(date) => date.year().to_string(),
            When::Line(_) => {
                if taken > 0 && taken + size > ENTRIES_OF_PAGE {
                    (part, taken) = (part + 1, 0);
                }
                taken += size;
                format!("part-{part}")
            }
        });
    }
    names.reverse();
    names
}

/// What all pages of one changelog share.
struct Frame<'i> {
    inputs: &'i Inputs<'i>,
    channel: ChannelName,
    title: String,
    document: String,
    environment: Option<String>,
    availability: Availability,
    other_channel: Option<String>,
}

impl<'i> Frame<'i> {
    fn new(inputs: &'i Inputs<'_>, channel: &ChannelStatus) -> Self {
        let other = inputs.status.channels.iter().find(|other| other.kind == ChannelKind::Versioned);
        Self {
            inputs,
            channel: channel.name.clone(),
            title: inputs.channel_title(&channel.name),
            document: inputs.document_title(&channel.name, "changelog"),
            environment: channel.environments.last().map(|environment| environment.name.to_string()),
            availability: if other.is_some() { Availability::Told } else { Availability::Untold },
            other_channel: other.map(|other| inputs.channel_words(&other.name)),
        }
    }

    fn page(&self, part: Option<String>, days: Vec<DayView>, parts: Vec<LinkView>) -> ContinuousChangelogView {
        ContinuousChangelogView {
            title: match &part {
                None => self.document.clone(),
                Some(part) => format!("{}, {part}", self.document),
            },
            project: self.inputs.project(),
            channel: self.title.clone(),
            environment: self.environment.clone(),
            part,
            is_cut: self.inputs.is_cut(&self.channel),
            is_undated: days.iter().all(|day| day.is_undated) && !days.is_empty(),
            days,
            parts,
            tells_availability: self.availability == Availability::Told,
            other_channel: self.other_channel.clone(),
        }
    }
}

/// Newest first, as the report has them; what is not live yet is no news for customers.
fn days<'r>(inputs: &Inputs<'r>, channel: &ChannelStatus) -> Vec<Day<'r>> {
    let mut days: IndexMap<When, Vec<&'r ChangelogSection>> = IndexMap::new();
    for changes in inputs.changelogs.get(&channel.name).into_iter().flat_map(|report| &report.sections_of) {
        let release = &changes.release;
        let when = match (release.kind, release.date) {
            (ReleasedAs::Unreleased, _) => continue,
            (_, Some(date)) => When::Day(date.date_naive()),
            (_, None) => {
                let name = release.line.clone().or_else(|| release.tag.as_ref().map(ToString::to_string));
                When::Line(name.unwrap_or_else(|| release.commit.short()))
            }
        };
        days.entry(when).or_default().push(changes);
    }
    days.into_iter().map(|(when, changes)| Day { when, changes }).collect()
}

impl Day<'_> {
    fn heading(&self) -> String {
        match &self.when {
            When::Day(date) => date.to_string(),
            When::Line(name) => name.clone(),
        }
    }

    fn entries(&self) -> usize {
        self.changes.iter().map(|changes| changes.entry_count()).sum()
    }

    fn view(&self, frame: &Frame<'_>, builds: &Builds<'_>, most: usize) -> DayView {
        let inputs = frame.inputs;
        let mut room = most;
        let mut sections: BTreeMap<ChangeKind, Vec<EntryView>> = BTreeMap::new();
        for changes in &self.changes {
            let withdrawn = changes.release.tag.as_ref().and_then(|tag| builds.withdrawn.get(tag));
            for section in &changes.sections {
                let shown = room.min(section.entries.len());
                room -= shown;
                let entries = section.entries.iter().take(shown).map(|entry| EntryView {
                    withdrawn: withdrawn.map(|when| format!("taken back by the rollback of {when}")),
                    ..entry_view(inputs, entry, frame.availability)
                });
                sections.entry(section.kind).or_default().extend(entries);
            }
        }
        let section = |(kind, entries)| SectionView { title: heading(kind).to_owned(), entries };
        let left: Vec<&LeftOut> = self.changes.iter().flat_map(|changes| &changes.left_out).collect();
        DayView {
            heading: self.heading(),
            is_undated: matches!(self.when, When::Line(_)),
            deploys: self.deploys(),
            versions: self.versions(inputs, builds),
            rollbacks: self.of_kind(ReleasedAs::Rollback).map(|changes| rollback(changes, builds)).collect(),
            sections: sections.into_iter().filter(|(_, entries)| !entries.is_empty()).map(section).collect(),
            left_out_items: left_out_items(inputs, left.iter().copied()),
            left_out: left_out(left),
            errata: errata(self.changes.iter().flat_map(|changes| &changes.errata)),
            more: omitted(self.entries(), most, &self.command(frame)),
        }
    }

    /// What prints the day on the command line.
    fn command(&self, frame: &Frame<'_>) -> String {
        let tag = self.changes.first().and_then(|changes| changes.release.tag.as_ref());
        command(&frame.channel, tag.map(TagName::as_str))
    }

    fn of_kind(&self, kind: ReleasedAs) -> impl Iterator<Item = &ChangelogSection> {
        self.changes.iter().copied().filter(move |changes| changes.release.kind == kind)
    }

    /// `2 deploys, at 09:12 and 14:02 UTC`; nothing where no deploy is on record.
    fn deploys(&self) -> Option<String> {
        let mut times: Vec<DateTime<Utc>> =
            self.of_kind(ReleasedAs::Deploy).filter_map(|changes| changes.release.date).collect();
        times.sort_unstable();
        let clocks: Vec<String> = times.into_iter().map(text::clock).collect();
        match clocks.as_slice() {
            [] => None,
            [only] => Some(format!("Deployed at {only} UTC")),
            [first, .., last] if clocks.len() > 6 => {
                Some(format!("{}, from {first} to {last} UTC", text::counted(clocks.len(), "deploy", "deploys")))
            }
            several => Some(format!("Deployed at {} UTC", text::enumeration(several))),
        }
    }

    /// The versions that were deployed, newest first, each with the page that compares it with the one before.
    fn versions(&self, inputs: &Inputs<'_>, builds: &Builds<'_>) -> Vec<LinkView> {
        let link = |changes: &ChangelogSection| {
            let release = &changes.release;
            let from = release.previous_commit.map(|commit| commit.to_string());
            LinkView {
                text: builds.version_of(changes),
                url: from.and_then(|from| inputs.compare_url(&from, &release.commit.to_string())),
            }
        };
        self.of_kind(ReleasedAs::Deploy).map(link).collect()
    }
}

fn rollback(changes: &ChangelogSection, builds: &Builds<'_>) -> RollbackView {
    let replaced = changes.release.replaces.as_ref();
    RollbackView {
        time: changes.release.date.map(|time| format!("{} UTC", text::clock(time))),
        to: builds.version_of(changes),
        from: replaced
            .map(|tag| builds.versions.get(tag).map_or_else(|| tag.to_string(), |version| (*version).to_owned())),
    }
}

/// What is known of the builds that were put live, by tag.
struct Builds<'r> {
    versions: HashMap<&'r TagName, &'r str>,
    /// When a rollback replaced it.
    withdrawn: HashMap<&'r TagName, String>,
}

impl<'r> Builds<'r> {
    fn new(inputs: &Inputs<'r>) -> Self {
        let deploys = || inputs.deploys.deploys.iter();
        Self {
            versions: deploys().filter_map(|deploy| Some((deploy.tag.as_ref()?, deploy.version.as_str()))).collect(),
            withdrawn: deploys()
                .filter_map(|deploy| Some((deploy.replaces.as_ref()?, text::moment(deploy.recorded_at?))))
                .collect(),
        }
    }

    fn version_of(&self, changes: &ChangelogSection) -> String {
        let listed = changes.release.tag.as_ref().and_then(|tag| self.versions.get(tag));
        listed.map_or_else(|| changes.release.commit.short(), |version| (*version).to_owned())
    }
}
