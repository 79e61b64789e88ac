//! What a remote has of an environment: CI checkouts often have no tags at all, so that an empty list here is no "never
//! deployed".
//!
//! Where the names of deploys say their day, the remote is asked for the days that matter and for nothing else: nobody
//! deployed a commit before it was made. Otherwise it lists what it has, and the tags are fetched that can say something.
//! Either goes into a scratch repository, so that the clone stays as it is.

use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::{DateTime, Days, Utc};

use super::error::DeployError;
use super::known::{Said, order};
use crate::config::Continuous;
use crate::domain::{
    CommitId, EnvironmentName, Field, Fields, NamePattern, ObjectId, RECORDS, RecordKind, RecordName, RefName, TagName,
};
use crate::git::{ObjectKind, ObjectReader, RemoteRef, RemoteRefs, Scratch, TagObject};
use crate::ledger::{Record, read_record};
use crate::operations::Situation;

/// So many days are asked for one by one; for more than these the whole list is shorter.
const SINGLE_DAYS: i64 = 31;

/// How many of the newest tags are read where names do not say their day.
const NEWEST: usize = 50;

/// What is asked for.
pub(super) struct Question<'a> {
    pub config: &'a Continuous,
    /// The environment that is deployed to, and others whose deploys matter.
    pub environments: Vec<EnvironmentName>,
    /// Deploys before this moment do not matter; `None`: all do.
    pub since: Option<DateTime<Utc>>,
    pub commit: Option<CommitId>,
}

/// What the remote has, as far as it was asked for; nothing where nothing is pushed.
#[derive(Debug, Default)]
pub(super) struct There {
    /// Tags of deploys.
    pub refs: RemoteRefs,
    /// What those say that were read, by object.
    pub told: BTreeMap<ObjectId, Told>,
    /// Freezes and thaws.
    pub records: Vec<Record>,
}

/// What a tag of a deploy says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub said: Said,
    /// `None` for a lightweight tag.
    pub recorded_at: Option<DateTime<Utc>>,
}

impl Told {
    fn of(tag: &TagObject) -> Self {
        let recorded_at = tag.tagger.as_ref().map(crate::git::Signature::at);
        Self { said: Said::parse(&tag.message), recorded_at }
    }
}

impl There {
    /// Asks the remote, through `scratch`.
    pub fn ask(
        situation: &Situation<'_>,
        remote: &str,
        scratch: &Rc<Scratch>,
        question: &Question<'_>,
    ) -> Result<Self, DeployError> {
        let mut there = Self::default();
        if let Some(days) = question.days(situation.now) {
            let names = [freeze_places(&question.environments), days].concat();
            if scratch.fetch(remote, &names)? {
                there.take(scratch)?;
                if question.knows_the_form(situation, &there.refs) {
                    return Ok(there);
                }
            }
        }
        let places = [places(question.config), freeze_places(&question.environments)].concat();
        let listed = situation.repository.remote_refs(remote, &places)?;
        let (records, tags): (RemoteRefs, RemoteRefs) =
            listed.into_iter().partition(|(name, _)| RecordName::parse(name.as_str()).is_some());
        there.refs = tags;
        let mut names = there.worth_reading(situation, question);
        names.extend(records.keys().map(ToString::to_string));
        scratch.fetch(remote, &names)?;
        there.take(scratch)?;
        Ok(there)
    }

    /// Takes in what the scratch repository has.
    fn take(&mut self, scratch: &Scratch) -> Result<(), DeployError> {
        let reader = scratch.repository().reader()?;
        self.records.clear();
        for (name, target) in scratch.refs()? {
            if let Some(record) = RecordName::parse(name.as_str()) {
                self.records.extend((record.id == target).then(|| read_record(record, &reader)).flatten());
                continue;
            }
            let Some((peeled, told)) = read_tag(&reader, target) else { continue };
            self.refs.insert(name, RemoteRef { target, peeled });
            self.told.insert(target, told);
        }
        Ok(())
    }

    /// The tags that may be the deploy that is to be recorded, and the newest ones, as far as this clone lacks them.
    fn worth_reading(&self, situation: &Situation<'_>, question: &Question<'_>) -> Vec<String> {
        let is_lacking = |name: &RefName| situation.ledger.snapshot.find(name.as_str()).is_none();
        let mut lacking: Vec<(&RefName, &RemoteRef)> = self.refs.iter().filter(|(name, _)| is_lacking(name)).collect();
        lacking.sort_by_cached_key(|(name, _)| std::cmp::Reverse(order(question.config, &TagName::from_ref(name))));
        let is_of_commit = |found: &RemoteRef| question.commit.is_some_and(|commit| commit.object() == found.peeled);
        let worth = lacking.iter().enumerate().filter(|(at, (_, found))| *at < NEWEST || is_of_commit(found));
        worth.map(|(_, (name, _))| name.to_string()).collect()
    }
}

/// The commit of a deploy's tag and what it says.
fn read_tag(reader: &ObjectReader, target: ObjectId) -> Option<(ObjectId, Told)> {
    match reader.kind(target).ok()? {
        ObjectKind::Commit => Some((target, Told::default())),
        ObjectKind::Tag => {
            let tag = reader.tag(target).ok()?;
            // A tag of a tag is peeled as far as its own object says.
            let peeled = reader.peel_to_commit(target).map_or(tag.target, CommitId::object);
            Some((peeled, Told::of(&tag)))
        }
        ObjectKind::Tree | ObjectKind::Blob => None,
    }
}

impl Question<'_> {
    /// What the names of the days that matter begin with; `None` where that cannot be said, or would be longer than a list.
    fn days(&self, now: DateTime<Utc>) -> Option<Vec<String>> {
        // Clocks of runners differ.
        let first = self.since?.min(now).date_naive().checked_sub_days(Days::new(1))?;
        let last = now.date_naive().checked_add_days(Days::new(1))?;
        if (last - first).num_days() > SINGLE_DAYS {
            return None;
        }
        let mut names = Vec::new();
        for pattern in &self.config.tag {
            for environment in &self.environments {
                let known = Fields::new().with(Field::Environment, environment);
                names.extend(pattern.beginnings(&known, first, last)?.into_iter().map(|name| place(&name)));
            }
        }
        names.sort();
        names.dedup();
        Some(names)
    }

    /// Whether the way in which the project writes days is told by its pattern or by a name.
    fn knows_the_form(&self, situation: &Situation<'_>, there: &RemoteRefs) -> bool {
        let Some(pattern) = self.config.tag.first() else { return true };
        let is_dated = |pattern: &NamePattern, name: &str| {
            pattern.recognise(name.strip_prefix("refs/tags/").unwrap_or(name)).is_some()
        };
        pattern.writes_moments()
            || there.keys().any(|name| is_dated(pattern, name.as_str()))
            || situation.ledger.snapshot.entries().iter().any(|entry| is_dated(pattern, entry.name.as_str()))
    }
}

/// Where a beginning of a tag's name is asked for.
fn place(beginning: &str) -> String {
    if beginning.starts_with("refs/") { format!("{beginning}*") } else { format!("refs/tags/{beginning}*") }
}

/// Where the channel's tags are.
fn places(config: &Continuous) -> Vec<String> {
    config.tag.iter().map(|pattern| place(pattern.prefix())).collect()
}

/// Where the freezes of environments are.
fn freeze_places(environments: &[EnvironmentName]) -> Vec<String> {
    let kinds = [RecordKind::Freeze, RecordKind::Thaw];
    let places = environments.iter().flat_map(|environment| {
        kinds.into_iter().map(move |kind| format!("{RECORDS}{}/{environment}/*", kind.as_str()))
    });
    places.collect()
}
