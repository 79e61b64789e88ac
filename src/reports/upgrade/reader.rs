//! Answers requests for upgrade notes: finds the way, gathers what is known of its hops and tells it.
//!
//! What is read is read once for all requests, and the facts of a hop once for each pair of releases, so that the notes of
//! many pairs cost little more than those of one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::{DateTime, Utc};
use indexmap::IndexMap;

use super::actions::note_of;
use super::hop::HopFacts;
use super::lost::{End, Losses, Lost};
use super::model::{Advice, Considered, Upgrade, UpgradePoint};
use super::page::Page;
use super::path::PathHop;
use super::request::{UpgradeError, UpgradeRequest};
use super::requirements::Needs;
use super::route::{Goal, Map, find_goal, find_start};
use super::told::Told;
use crate::cache::Cache;
use crate::domain::{ChannelName, TagName};
use crate::git::Repository;
use crate::history::Files;
use crate::ledger::{Ledger, Line, decisions, notes_of_trunk};
use crate::reports::identity::LedgerIdentities;
use crate::reports::known_notes::KnownNotes;
use crate::reports::{ChangelogReader, ChangelogSection, ChangelogSpan};
use crate::surface::{Side, SurfaceReader};

/// What upgrade notes are made of.
#[derive(Clone, Copy)]
pub struct UpgradeSources<'l> {
    pub ledger: &'l Ledger,
    pub identities: &'l LedgerIdentities,
    pub notes: &'l KnownNotes<'l>,
    pub repository: &'l Repository,
    pub cache: &'l Cache,
    pub now: DateTime<Utc>,
}

const CUT: &str = "history is cut, the clone is shallow: what came before the cut is not told, nor whether it is lost";

/// Both releases of a hop, and the variant of the migrations.
type HopKey = (TagName, TagName, Option<String>);

/// What is read once for all upgrade notes of a repository.
pub struct UpgradeReader<'l> {
    sources: UpgradeSources<'l>,
    surface: SurfaceReader<'l>,
    changelog: ChangelogReader<'l>,
    losses: Losses<'l>,
    /// What could not be known of the whole history, in sentences.
    limits: Vec<String>,
    told: RefCell<BTreeMap<ChannelName, Rc<Told<'l>>>>,
    hops: RefCell<BTreeMap<HopKey, Rc<HopFacts>>>,
}

impl<'l> UpgradeReader<'l> {
    /// A few passes over the graph.
    pub fn open(sources: UpgradeSources<'l>) -> Result<Self, UpgradeError> {
        let UpgradeSources { ledger, identities, notes, repository, cache, now } = sources;
        let current = match notes_of_trunk(repository, &ledger.config, ledger.trunk.commit) {
            Err(crate::ledger::NotesError::Commit { source, .. }) if source.is_absent() => Default::default(),
            notes => notes?,
        };
        let decided = decisions(&ledger.config, &current);
        let files = Files::open(repository, cache)?;
        let is_cut = !ledger.graph.cut().is_empty();
        Ok(Self {
            sources,
            surface: SurfaceReader::open(repository, &ledger.config.surface)?,
            changelog: ChangelogReader::new(ledger).with_contents(repository, cache, now.date_naive())?,
            limits: is_cut.then(|| CUT.to_owned()).into_iter().chain(identities.notices()).collect(),
            losses: Losses::new(ledger, identities, repository, files, &decided, notes)?,
            told: RefCell::default(),
            hops: RefCell::default(),
        })
    }

    /// The release that a name means - a version, a tag, or a line, whose newest it is - with its channel. An error where it
    /// was retracted.
    pub fn release(&self, channel: Option<&str>, name: &str) -> Result<(ChannelName, UpgradePoint), UpgradeError> {
        let request = |name: &str| UpgradeRequest {
            channel: channel.map(str::to_owned),
            from: name.to_owned(),
            to: name.to_owned(),
            ..UpgradeRequest::default()
        };
        let (map, at) = match find_start(self.sources.ledger, &request(name)) {
            Err(UpgradeError::FromLine { newest: Some(newest), .. }) => {
                find_start(self.sources.ledger, &request(newest.as_str()))?
            }
            found => found?,
        };
        map.check_standing(at)?;
        Ok((map.channel.name.clone(), map.point(at)))
    }

    /// The notes of one upgrade.
    pub fn upgrade(&self, request: &UpgradeRequest) -> Result<Upgrade, UpgradeError> {
        let ledger = self.sources.ledger;
        let (map, from) = find_start(ledger, request)?;
        self.check_installation(&map, request)?;
        let (to, advice) = match find_goal(ledger, &map, request)? {
            Goal::Station(to) => (to, None),
            Goal::Line(line) => {
                let (to, advice) = self.advise(&map, from, line)?;
                (to, Some(advice))
            }
        };
        let route = map.route(from, to, request)?;
        let told = self.told(&map);
        let hops: Vec<Rc<HopFacts>> =
            route.hops.iter().map(|hop| self.hop(&map, &told, hop, request)).collect::<Result<_, _>>()?;
        let page = Page {
            request,
            map: &map,
            told: &told,
            surface: &self.surface,
            notes: self.sources.notes,
            ends: (from, to),
            route: &route,
            hops: &hops,
            limits: &self.limits,
        };
        page.compose(self.lost(&map, from, to), advice)
    }

    fn check_installation(&self, map: &Map<'l>, request: &UpgradeRequest) -> Result<(), UpgradeError> {
        let Some(name) = &request.installation else { return Ok(()) };
        let declared = map.policy.upgrade.installations.keys().cloned();
        let of_notes = self.sources.notes.notes.iter().filter_map(|known| known.file.note.operator.as_ref());
        let of_stops = map.policy.lines.values().flat_map(|line| &line.required_stops);
        let mut known: Vec<String> = declared
            .chain(of_notes.flat_map(|operator| operator.installations.iter().cloned()))
            .chain(of_stops.flat_map(|stop| stop.installations.iter().cloned()))
            .collect();
        known.sort_unstable();
        known.dedup();
        if known.contains(name) {
            return Ok(());
        }
        Err(UpgradeError::UnknownInstallation { name: name.clone(), known })
    }

    fn told(&self, map: &Map<'l>) -> Rc<Told<'l>> {
        let UpgradeSources { ledger, identities, notes, now, .. } = self.sources;
        let mut known = self.told.borrow_mut();
        let told = known
            .entry(map.channel.name.clone())
            .or_insert_with(|| Told::new(ledger, identities, notes, map.channel, now.date_naive()));
        Rc::clone(told)
    }

    /// The lowest version of a line that loses nothing; where there is none, the one that loses least, the newest of them.
    fn advise(&self, map: &Map<'l>, from: usize, line: &'l Line) -> Result<(usize, Advice), UpgradeError> {
        let all: Vec<usize> = map.usable_of(&line.name).collect();
        let Some(newest) = all.last() else { return Err(UpgradeError::NothingOnLine { line: line.name.clone() }) };
        let mut considered = Vec::new();
        let mut best: Option<(usize, usize)> = None;
        for at in all.iter().copied().filter(|at| *at >= from) {
            let lost = if at == from { 0 } else { self.lost(map, from, at).lost.len() };
            considered.push(Considered { version: map.version(at).clone(), lost });
            if best.is_none_or(|(_, least)| lost <= least) {
                best = Some((at, lost));
            }
            if lost == 0 {
                break;
            }
        }
        let Some((at, lost)) = best else {
            let (from, newest) = (map.version(from).clone(), map.version(*newest).clone());
            return Err(UpgradeError::LineBehind { line: line.name.clone(), from, newest });
        };
        let version = map.version(at).clone();
        Ok((at, Advice { line: line.name.clone(), version, loses_nothing: lost == 0, considered }))
    }

    fn lost(&self, map: &Map<'l>, from: usize, to: usize) -> Lost {
        let end = |at: usize| {
            let (line, release) = map.releases[at];
            End { line, release }
        };
        let node = |at: usize| self.sources.ledger.graph.node(map.releases[at].1.commit);
        let held = self.changelog.held(node(to), node(from));
        let mut lost = self.losses.between(self.sources.notes.places(), held.as_deref(), end(from), end(to));
        let told = self.told(map);
        for change in lost.lost.iter_mut().chain(&mut lost.line_only) {
            let commits = change.commits.iter().chain(&change.origin);
            let note = commits.filter_map(|commit| told.note_of(*commit)).find(|note| told.embargo(*note).is_some());
            if let Some(note) = note {
                change.subject = told.title(note);
                change.refs.clear();
            }
        }
        lost
    }

    /// The facts of a hop, from what was read before where it was.
    fn hop(
        &self,
        map: &Map<'l>,
        told: &Told<'l>,
        hop: &PathHop,
        request: &UpgradeRequest,
    ) -> Result<Rc<HopFacts>, UpgradeError> {
        let tag = |at: usize| map.releases[at].1.tag.clone();
        let key = (tag(hop.from), tag(hop.to), request.variant.clone());
        if let Some(known) = self.hops.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let facts = Rc::new(self.gather(map, told, hop, request.variant.as_deref())?);
        self.hops.borrow_mut().insert(key, Rc::clone(&facts));
        Ok(facts)
    }

    fn gather(
        &self,
        map: &Map<'l>,
        told: &Told<'l>,
        hop: &PathHop,
        variant: Option<&str>,
    ) -> Result<HopFacts, UpgradeError> {
        let UpgradeSources { ledger, notes, .. } = self.sources;
        let side = |at: usize| {
            let release = map.releases[at].1;
            let version = release.version.clone();
            Side { name: version.to_string(), commit: release.commit, version: Some(version) }
        };
        let (from, to) = (side(hop.from), side(hop.to));
        let mut surface = self.surface.compare(&from, &to, variant)?;
        let needs_of = |at: usize| declared_needs(map, map.releases[at].0);
        surface.hear_lines(&needs_of(hop.from), &needs_of(hop.to), &ledger.config.origin.location());
        notes.speak(&mut surface, (&from, &to), |number| told.is_told(number) && told.embargo(number).is_none());
        let numbers = notes.numbers_between(from.commit, to.commit);
        let numbers: Vec<usize> = numbers.into_iter().filter(|number| told.is_told(*number)).collect();
        let tag = |at: usize| map.releases[at].1.tag.to_string();
        let span = ChangelogSpan::Between { from: tag(hop.from), to: Some(tag(hop.to)) };
        let changelog = self.changelog.changelog(map.channel.name.as_str(), &span)?;
        let changelog = changelog.sections_of.into_iter().next().map(|section| Self::without_silent(section, told));
        let mut needs: Needs = self.surface.requirements(&to)?;
        for (name, text) in needs_of(hop.to) {
            needs.entry(name).or_insert(text);
        }
        for requirement in numbers.iter().flat_map(|number| &told.note(*number).requirements) {
            let low = requirement.minimum.as_ref().map(|text| format!(">= {text}"));
            let high = requirement.maximum.as_ref().map(|text| format!("<= {text}"));
            let bounds: Vec<String> = low.into_iter().chain(high).collect();
            if !bounds.is_empty() {
                needs.entry(requirement.name.clone()).or_insert_with(|| bounds.join(", "));
            }
        }
        Ok(HopFacts {
            from: map.version(hop.from).clone(),
            to: map.version(hop.to).clone(),
            surface,
            notes: numbers,
            changelog,
            needs,
            variant: variant.map(str::to_owned),
        })
    }

    /// A section without the changes that nobody is to read of yet.
    fn without_silent(mut section: ChangelogSection, told: &Told<'_>) -> ChangelogSection {
        for kind in &mut section.sections {
            kind.entries.retain(|entry| !note_of(told, entry).is_some_and(|number| told.is_silent(number)));
        }
        section.sections.retain(|kind| !kind.entries.is_empty());
        section
    }
}

/// What the configuration says that an installation of a line needs.
fn declared_needs(map: &Map<'_>, line: &Line) -> IndexMap<String, String> {
    map.policy.lines.get(line.name.as_str()).map(|declared| declared.requires.clone()).unwrap_or_default()
}
