//! Lines before their releases are known: from branches, and from tags whose branch is gone.

use std::collections::BTreeMap;

use super::branches::Branch;
use super::model::Warning;
use super::names::{AmbiguousName, KnownNames, TagRole};
use super::tags::KnownTag;
use crate::config::Channel;
use crate::domain::{BranchName, ChannelName, Field, Fields, Stage, Version};

/// A line in the making.
#[derive(Debug, Clone)]
pub struct Draft {
    pub name: String,
    pub fields: Fields,
    pub branch: Option<Branch>,
    /// Places in the channel's tags: releases, candidates, deploys.
    pub tags: Vec<usize>,
    /// The place of the tag that closed it, and the stage it gives.
    pub closed: Option<(usize, Stage)>,
}

impl Draft {
    fn new(name: String, fields: Fields, branch: Option<Branch>) -> Self {
        Self { name, fields, branch, tags: Vec::new(), closed: None }
    }

    /// Numbers by which tags can be told to belong here; empty for a label.
    pub fn numbers(&self) -> Vec<u64> {
        self.fields.version_numbers()
    }

    /// Whether only reachability can say which tags are the line's.
    pub fn is_labelled(&self) -> bool {
        self.numbers().is_empty() && self.fields.text(Field::Build).is_none()
    }
}

/// The branches that `channel`'s patterns, or its declared lines, make lines.
pub fn from_branches(
    channel: &ChannelName,
    declared: &Channel,
    known: &KnownNames,
    branches: &BTreeMap<BranchName, Branch>,
    trunk: &BranchName,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Draft>, AmbiguousName> {
    let mut found: Vec<(usize, Draft)> = Vec::new();
    for branch in branches.values().filter(|branch| branch.name != *trunk) {
        let Some((line, fields)) = known.line(branch.name.as_str())? else { continue };
        if line.channel == *channel
            && let Some(name) = line.pattern.span(branch.name.as_str())
        {
            found.push((line.rank, Draft::new(name.to_owned(), fields, Some(branch.clone()))));
        }
    }
    found.sort_by(|(left_rank, left), (right_rank, right)| (left_rank, &left.name).cmp(&(right_rank, &right.name)));
    for (name, line) in declared.declared_lines() {
        if let Some(branch) = line.branch.as_ref().and_then(|branch| branches.get(branch)) {
            found.retain(|(_, draft)| draft.branch.as_ref().is_none_or(|known| known.name != branch.name));
            found.insert(0, (0, Draft::new(name.to_string(), Fields::new(), Some(branch.clone()))));
        }
    }
    let mut drafts: Vec<Draft> = Vec::new();
    for (_, mut draft) in found {
        let branch_of = |draft: &Draft| draft.branch.as_ref().map(|branch| branch.name.clone());
        if let Some(first) = drafts.iter().find(|known| known.name == draft.name)
            && let (Some(first), Some(second)) = (branch_of(first), branch_of(&draft))
        {
            let line = std::mem::replace(&mut draft.name, second.to_string());
            draft.fields = Fields::new().with(Field::Label, &second);
            warnings.push(Warning::SameLineName { channel: channel.clone(), line, first, second });
        }
        drafts.push(draft);
    }
    Ok(drafts)
}

/// Gives each tag that names its line to that line, adding lines whose branch is gone. Returns the places of tags whose
/// name says nothing.
pub fn assign_by_name(
    channel: &ChannelName,
    known: &KnownNames,
    tags: &[KnownTag],
    drafts: &mut Vec<Draft>,
) -> Vec<usize> {
    close(tags, drafts);
    let mut index: BTreeMap<Key, usize> = BTreeMap::new();
    for (at, draft) in drafts.iter().enumerate().filter(|(_, draft)| !draft.is_labelled()) {
        index.entry(Key::of(&draft.fields)).or_insert(at);
    }
    let mut unnamed = Vec::new();
    for (at, tag) in tags.iter().enumerate() {
        if !matches!(tag.role, TagRole::Release | TagRole::Candidate | TagRole::Deploy) {
            continue;
        }
        let place = Key::all_of(&tag.fields).find_map(|key| index.get(&key).copied()).or_else(|| {
            let draft = gone(channel, known, &tag.fields)?;
            index.insert(Key::of(&draft.fields), drafts.len());
            drafts.push(draft);
            Some(drafts.len() - 1)
        });
        match place {
            Some(place) => drafts[place].tags.push(at),
            None => unnamed.push(at),
        }
    }
    unnamed
}

/// What a name says of the line a tag is on: version numbers, build.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key(Vec<u64>, Option<String>, Option<String>);

impl Key {
    fn of(fields: &Fields) -> Self {
        let text = |field| fields.text(field).map(str::to_owned);
        Self(fields.version_numbers(), text(Field::Build), text(Field::Date))
    }

    /// The keys of lines that a tag with these fields can be on, the most exact first. Missing numbers count as zero,
    /// so that tag `2.578` is on line `2.578` and tag `3` on line `3.0`.
    fn all_of(fields: &Fields) -> impl Iterator<Item = Self> {
        let Self(mut numbers, build, date) = Self::of(fields);
        numbers.resize(if numbers.is_empty() { 0 } else { 4 }, 0);
        let exact = (0..=numbers.len()).rev().map(move |len| numbers[..len].to_vec());
        exact.flat_map(move |numbers| {
            [
                Self(numbers.clone(), build.clone(), date.clone()),
                Self(numbers.clone(), build.clone(), None),
                Self(numbers.clone(), None, date.clone()),
                Self(numbers, None, None),
            ]
        })
    }
}

/// The line that a tag names by itself, though no branch is there.
fn gone(channel: &ChannelName, known: &KnownNames, fields: &Fields) -> Option<Draft> {
    let version = Version::from_numbers(&fields.version_numbers(), None);
    let fields = version.map_or_else(|| fields.clone(), |version| fields.clone().with_version(&version));
    known.lines_of(channel).find_map(|line| {
        let branch = line.pattern.produce(&fields).ok()?;
        let name = line.pattern.span(&branch)?.to_owned();
        Some(Draft::new(name, line.pattern.recognise(&branch)?, None))
    })
}

/// Applies closing tags, adding labelled lines that only such a tag shows.
fn close(tags: &[KnownTag], drafts: &mut Vec<Draft>) {
    for (at, tag) in tags.iter().enumerate() {
        let TagRole::Stage(stage) = tag.role else { continue };
        let label = tag.fields.text(Field::Label).map(str::to_owned);
        let name = label
            .unwrap_or_else(|| tag.fields.version_numbers().iter().map(u64::to_string).collect::<Vec<_>>().join("."));
        let later = |draft: &Draft| draft.closed.is_none_or(|(_, known)| known < stage);
        match drafts.iter_mut().find(|draft| draft.name == name) {
            Some(draft) if later(draft) => draft.closed = Some((at, stage)),
            Some(_) => {}
            None => {
                let fields = if tag.fields.text(Field::Label).is_some() {
                    Fields::new().with(Field::Label, &name)
                } else {
                    tag.fields.clone()
                };
                drafts.push(Draft { closed: Some((at, stage)), ..Draft::new(name, fields, None) });
            }
        }
    }
}

/// The one line of a channel that is released from trunk.
pub fn of_trunk(trunk: &Branch) -> Draft {
    Draft::new(trunk.name.to_string(), Fields::new(), Some(trunk.clone()))
}

/// The line of releases that no branch, closing tag or pattern accounts for, by their first number.
pub fn by_first_number(drafts: &mut Vec<Draft>, tags: &[KnownTag], unnamed: Vec<usize>) {
    for at in unnamed {
        let Some(first) = tags[at].fields.version_numbers().first().copied() else { continue };
        let name = first.to_string();
        match drafts.iter_mut().find(|draft| draft.name == name) {
            Some(draft) => draft.tags.push(at),
            None => {
                let fields = Fields::new().with(Field::Major, first);
                drafts.push(Draft { tags: vec![at], ..Draft::new(name, fields, None) });
            }
        }
    }
}
