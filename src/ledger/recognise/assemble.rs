//! Recognising a layout: which of the shapes of branches and tags are the lines, releases and deploys of two channels.
//! The order matters: deploys say what they are; the project's own versions are chosen next, and lines by them; what
//! branches are left may be managed lines, and what tags are left, tags on those or of a cadence.

use rustc_hash::{FxHashMap, FxHashSet};

use super::agree;
use super::branches::{self, LineReading};
use super::cadence;
use super::claims;
use super::deploys::{self, DeployPattern};
use super::family::{self, Family};
use super::input::{Ancestry, Names, TagFact};
use super::labels::{self, Closing};
use super::layout::{FoundChannel, FoundVersioning, Layout, MANAGED, SELF_HOSTED};
use super::managed::{self, ManagedLine};
use super::patterns::{self, Share, Source};
use super::shape::{self, Group, Piece};
use super::tags::{self, Rest};
use super::words;
use crate::domain::{ChannelKind, CommitId, NamePattern};

/// Tags with this prefix withdraw another tag and are nobody's releases.
const RETRACTED: &str = "retracted/";

/// Tags that stopped so long before the last release, in seconds, are no channel's any more: a year.
const OUT_OF_USE: i64 = 365 * 24 * 3600;

/// Recognises how the repository's channels work. Linear in names, with a bounded number of questions to `ancestry` for
/// each shape of names.
pub fn recognise(names: &Names<'_>, trunk: &str, ancestry: &mut dyn Ancestry) -> Layout {
    let mut tags: Vec<TagFact<'_>> =
        names.tags.iter().copied().filter(|tag| !tag.name.starts_with(RETRACTED)).collect();
    tags.sort_unstable_by_key(|tag| tag.name);
    let mut branches: Vec<_> = names.branches.iter().copied().filter(|branch| branch.name != trunk).collect();
    branches.sort_unstable_by_key(|branch| branch.name);
    let mut work = Recogniser {
        tag_groups: shape::group(tags.iter().map(|tag| tag.name).enumerate(), deploys::environment),
        branch_groups: shape::group(branches.iter().map(|branch| branch.name).enumerate(), |_| None),
        closings: labels::closings(&tags),
        project: names.project,
        own: names.project.map(words::words).unwrap_or_default(),
        tags,
        branches,
        ancestry,
    };
    let mut channels = work.channels();
    channels.retain(|channel| !channel.line.is_empty() || !channel.tag.is_empty());
    agree::settle(&mut channels);
    let tag_names: Vec<&str> = work.tags.iter().map(|tag| tag.name).collect();
    let branch_names: Vec<&str> = work.branches.iter().map(|branch| branch.name).collect();
    let unrecognised = claims::settle(&mut channels, trunk, &branch_names, &tag_names, &work.tag_groups);
    Layout { trunk: trunk.to_owned(), channels, unrecognised }
}

struct Recogniser<'n, 'a> {
    tags: Vec<TagFact<'n>>,
    branches: Vec<super::input::BranchFact<'n>>,
    tag_groups: Vec<Group>,
    branch_groups: Vec<Group>,
    closings: Vec<Closing>,
    project: Option<&'n str>,
    own: Vec<String>,
    ancestry: &'a mut dyn Ancestry,
}

impl Recogniser<'_, '_> {
    fn channels(&mut self) -> Vec<FoundChannel> {
        let deploys = self.deploys();
        let free = self.free_tags(&deploys);
        let families = family::families(&self.tag_groups, &free, self.project);
        let (main, others) = self.main_family(families);
        let readings = branches::readings(&self.branch_groups, &self.own);
        let tag_commits = self.tag_commits(main.as_ref());
        let mut versioned = FoundChannel::new(SELF_HOSTED, ChannelKind::Versioned);
        let line_numbers = self.versioned_lines(&mut versioned, main.as_ref(), &readings, &tag_commits);
        let mut managed = FoundChannel::new(MANAGED, ChannelKind::Continuous);
        let lines = self.managed_lines(&mut managed, &versioned, main.as_ref());
        let families: Vec<&Family> = main.iter().chain(&others).collect();
        self.managed_tags(&mut managed, &lines, &families, &deploys);
        if let Some(main) = &main {
            self.releases(&mut versioned, &mut managed, main, &line_numbers);
            versioned.also_tag = self.also_tags(main, &others);
        }
        if managed.tag.is_empty() {
            self.trunk_tags(&mut managed, &versioned, main.as_ref());
        }
        if managed.tag.is_empty() && managed.line.is_empty() {
            managed.tag = self.cadence_tags(&versioned, main.as_ref());
        }
        self.finish(&mut managed, &mut versioned);
        vec![managed, versioned]
    }

    fn deploys(&self) -> Vec<DeployPattern> {
        let mut found: Vec<DeployPattern> = self
            .tag_groups
            .iter()
            .enumerate()
            .filter_map(|(index, group)| deploys::read(index, group))
            .filter(|deploy| deploy.text.parse::<NamePattern>().is_ok())
            .collect();
        found.sort_by_key(|deploy| {
            (!deploy.has_date, std::cmp::Reverse(self.tag_groups[deploy.group].len()), deploy.text.clone())
        });
        found
    }

    /// Tags that may be versions: no deploys, and no dates - with dots only where nothing else is a version.
    fn free_tags(&self, deploys: &[DeployPattern]) -> Vec<bool> {
        let date = |group: &Group| group.date().filter(|date| date.numbers.start == 0 || date.has_time());
        let is_version = |group: &Group| {
            let is_release = tags::read(0, group).is_some_and(|reading| {
                reading.rest == Rest::Release
                    && reading.run.numbers.len() > 1
                    && tags::owner(&reading.prefix, self.project).is_empty()
            });
            is_release && group.len() > 1 && group.date().is_none()
        };
        let has_versions = self.tag_groups.iter().any(is_version);
        let mut free: Vec<bool> = self
            .tag_groups
            .iter()
            .map(|group| {
                let is_dated = date(group).is_some_and(|date| date.separator != Some('.') || has_versions);
                !is_dated && !group.pieces.contains(&Piece::Environment)
            })
            .collect();
        for deploy in deploys {
            free[deploy.group] = false;
        }
        free
    }

    fn main_family(&mut self, families: Vec<Family>) -> (Option<Family>, Vec<Family>) {
        let readings = branches::readings(&self.branch_groups, &self.own);
        let groups = &self.branch_groups;
        let Some((mut main, others)) =
            family::main_family(families, |family| branches::linked(family, &readings, groups))
        else {
            return (None, Vec::new());
        };
        let others = family::adopt_past(&mut main, others, &self.tag_groups, &self.tags, self.ancestry);
        let of_prefixes = main.readings.iter().flat_map(|reading| words::words(&reading.prefix));
        self.own.extend(of_prefixes.filter(|word| !words::is_work_word(word)));
        self.own.sort_unstable();
        self.own.dedup();
        (Some(main), others)
    }

    /// The numbers of the family's releases and candidates by commit.
    fn tag_commits(&self, main: Option<&Family>) -> FxHashMap<CommitId, Vec<Vec<u64>>> {
        let mut commits: FxHashMap<CommitId, Vec<Vec<u64>>> = FxHashMap::default();
        for reading in main.iter().flat_map(|family| &family.readings) {
            let group = &self.tag_groups[reading.group];
            for (row, member) in group.members.iter().enumerate() {
                if let Some(commit) = self.tags[*member].commit {
                    commits.entry(commit).or_default().push(group.row(row)[reading.run.numbers.clone()].to_vec());
                }
            }
        }
        commits
    }

    /// Sets the channel's line patterns; the answer is the numbers of the lines that have any.
    fn versioned_lines(
        &mut self,
        channel: &mut FoundChannel,
        main: Option<&Family>,
        readings: &[LineReading],
        tag_commits: &FxHashMap<CommitId, Vec<Vec<u64>>>,
    ) -> FxHashSet<Vec<u64>> {
        let numbered =
            branches::line_patterns(main, readings, &self.branch_groups, &self.branches, tag_commits, self.ancestry);
        channel.line = numbered.iter().map(|pattern| pattern.text.clone()).collect();
        let numbers = numbered.iter().flat_map(|pattern| pattern.lines.iter().cloned()).collect();
        if !numbered.is_empty() && self.closings.is_empty() {
            return numbers;
        }
        let free = self.free_branches(&channel.line);
        let labelled = labels::label_patterns(
            &self.branch_groups,
            &free,
            &self.branches,
            &self.closings,
            tag_commits,
            self.ancestry,
        );
        let numbered_count: usize = numbered.iter().map(|pattern| pattern.lines.len()).sum();
        if labels::count(&labelled) > numbered_count {
            channel.line = labelled.into_iter().map(|pattern| pattern.text).collect();
            channel.versioning = FoundVersioning::Label;
        }
        numbers
    }

    /// Groups of branches that none of the patterns names.
    fn free_branches(&self, patterns: &[String]) -> Vec<bool> {
        let patterns: Vec<NamePattern> = patterns.iter().filter_map(|text| text.parse().ok()).collect();
        let is_free = |group: &Group| {
            let first = self.branches[group.members[0]].name;
            patterns.iter().all(|pattern| pattern.recognise(first).is_none())
        };
        self.branch_groups.iter().map(is_free).collect()
    }

    fn managed_lines(
        &mut self,
        channel: &mut FoundChannel,
        versioned: &FoundChannel,
        main: Option<&Family>,
    ) -> Vec<ManagedLine> {
        let free = self.free_branches(&versioned.line);
        let since = main.and_then(|family| self.last_time(family)).map(|last| last - OUT_OF_USE);
        let look = managed::Look { groups: &self.branch_groups, free: &free, branches: &self.branches, since };
        let lines = managed::managed_lines(&look, main, &self.own, self.ancestry);
        channel.line = lines.iter().map(|line| line.text.clone()).collect();
        lines
    }

    /// Tags on managed lines, then tags that record deploys.
    fn managed_tags(
        &mut self,
        channel: &mut FoundChannel,
        lines: &[ManagedLine],
        families: &[&Family],
        deploys: &[DeployPattern],
    ) {
        for line in lines {
            let mut of_line: Vec<(usize, String)> = Vec::new();
            for reading in families.iter().flat_map(|family| &family.readings) {
                let group = &self.tag_groups[reading.group];
                of_line.extend(line.tag_pattern(reading, group).map(|text| (group.len(), text)));
            }
            of_line.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
            // A lone tag beside many of another form is a slip of the pen.
            let most = of_line.first().map_or(0, |(count, _)| *count);
            of_line.retain(|(count, text)| (*count > 1 || most < 5) && !channel.tag.contains(text));
            channel.tag.extend(of_line.into_iter().map(|(_, text)| text));
        }
        for deploy in deploys {
            if !channel.tag.contains(&deploy.text) {
                channel.tag.push(deploy.text.clone());
            }
        }
        let groups = deploys.iter().map(|deploy| &self.tag_groups[deploy.group]);
        let named = groups.filter(|group| group.pieces.contains(&Piece::Environment));
        let members = named.flat_map(|group| group.members.iter().map(|member| self.tags[*member].name));
        channel.environments = deploys::environments(members);
    }

    fn releases(
        &mut self,
        versioned: &mut FoundChannel,
        managed: &mut FoundChannel,
        main: &Family,
        lines: &FxHashSet<Vec<u64>>,
    ) {
        let source = Source { family: main, groups: &self.tag_groups, tags: &self.tags };
        let weekly = match managed.tag.is_empty() && managed.line.is_empty() {
            true => patterns::weekly(&source, lines, self.ancestry),
            false => None,
        };
        let share = weekly.map_or(Share::All, |count| Share::Exactly(count + 1));
        if let Some(count) = weekly {
            managed.tag = patterns::releases(&source, Share::Exactly(count), self.ancestry);
        }
        versioned.tag = patterns::releases(&source, share, self.ancestry);
        versioned.tag.retain(|text| !managed.tag.contains(text));
        versioned.candidate = patterns::candidates(&source, share, self.ancestry);
        // A candidate of a managed build, or what is counted like one, is none of a release.
        let of_builds: Vec<&str> = managed.tag.iter().filter_map(|text| Some(text.split_once("{build}")?.0)).collect();
        let is_of_build = |text: &str, start: &str| {
            text.strip_prefix(start).is_some_and(|rest| rest.starts_with("{build}") || rest.starts_with("{seq}"))
        };
        versioned.candidate.retain(|text| !of_builds.iter().any(|start| is_of_build(text, start)));
        versioned.first_candidate = patterns::first_number(&source, true, false);
        if versioned.versioning == FoundVersioning::Label {
            return;
        }
        versioned.first_patch = patterns::first_number(&source, false, weekly.is_some());
        if patterns::is_by_calendar(&source, self.ancestry) {
            versioned.versioning = FoundVersioning::Calver;
        }
    }

    /// Tags of other owners that say the same versions of the same commits.
    fn also_tags(&mut self, main: &Family, others: &[Family]) -> Vec<String> {
        let commits = family::commits(main, &self.tag_groups, &self.tags);
        let newest = family::newest(main, 10);
        let mut found = Vec::new();
        for other in others {
            let theirs = family::commits(other, &self.tag_groups, &self.tags);
            let is_same =
                |version: &family::Key| commits.get(version).is_some_and(|own| theirs.get(version) == Some(own));
            let current = newest.iter().filter(|version| is_same(version)).count();
            let same = theirs.keys().filter(|version| is_same(version)).count();
            if same > 1 && 2 * current >= newest.len() && 10 * same >= 8 * theirs.len() {
                let source = Source { family: other, groups: &self.tag_groups, tags: &self.tags };
                found.extend(patterns::releases(&source, Share::All, self.ancestry));
            }
        }
        found
    }

    /// Tags on trunk that are dated, or named by a word of managed services.
    fn trunk_tags(&mut self, channel: &mut FoundChannel, versioned: &FoundChannel, main: Option<&Family>) {
        let claimed: Vec<usize> =
            main.iter().flat_map(|family| &family.readings).map(|reading| reading.group).collect();
        let last_release = main.and_then(|family| self.last_time(family));
        let mut found: Vec<(usize, String)> = Vec::new();
        for (index, group) in self.tag_groups.iter().enumerate() {
            let date = group.date();
            let words = group.words_outside(&date.as_ref().map_or(0..0, |date| date.pieces.clone()));
            let is_known =
                |word: &String| words::is_managed_word(word) || words::is_neutral_word(word) || self.own.contains(word);
            let is_managed = words.iter().any(|word| words::is_managed_word(word));
            let is_own = claimed.contains(&index) && !is_managed;
            if group.len() < 3 || is_own || !words.iter().all(is_known) || !(is_managed || date.is_some()) {
                continue;
            }
            let commits = group.members.iter().rev().filter_map(|member| self.tags[*member].commit).take(8);
            let commits: Vec<CommitId> = commits.collect();
            let last = commits.iter().filter_map(|commit| self.ancestry.time(*commit)).max();
            if last_release.zip(last).is_some_and(|(release, last)| last < release - OUT_OF_USE) {
                continue;
            }
            let on_trunk = commits.iter().filter(|commit| self.ancestry.is_on_trunk(**commit)).count();
            if let Some((text, _)) = deploys::moment(group)
                && text.parse::<NamePattern>().is_ok()
                && (2 * on_trunk >= commits.len() || !channel.line.is_empty())
            {
                found.push((group.len(), text));
            }
        }
        found.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
        channel.tag = found.into_iter().map(|(_, text)| text).filter(|text| !versioned.tag.contains(text)).collect();
    }

    /// Tags on trunk that say a cadence and are nothing else.
    fn cadence_tags(&mut self, versioned: &FoundChannel, main: Option<&Family>) -> Vec<String> {
        let mut free = vec![true; self.tag_groups.len()];
        for reading in main.iter().flat_map(|family| &family.readings) {
            free[reading.group] = false;
        }
        let last_release = main.and_then(|family| self.last_time(family));
        let look = cadence::Look {
            groups: &self.tag_groups,
            free: &free,
            tags: &self.tags,
            own: &self.own,
            last_release,
            out_of_use: OUT_OF_USE,
        };
        let mut found = cadence::patterns(&look, self.ancestry);
        found.retain(|text| !versioned.tag.contains(text) && !versioned.also_tag.contains(text));
        found
    }

    /// The time of the family's highest releases.
    fn last_time(&mut self, family: &Family) -> Option<i64> {
        let commits = family::commits(family, &self.tag_groups, &self.tags);
        let newest = family::newest(family, 4);
        newest.iter().filter_map(|version| commits.get(version)).filter_map(|commit| self.ancestry.time(*commit)).max()
    }

    fn finish(&mut self, managed: &mut FoundChannel, versioned: &mut FoundChannel) {
        for list in [
            &mut managed.line,
            &mut managed.tag,
            &mut versioned.line,
            &mut versioned.tag,
            &mut versioned.candidate,
            &mut versioned.also_tag,
        ] {
            list.retain(|text| text.parse::<NamePattern>().is_ok());
        }
        if managed.environments.is_empty() {
            managed.environments = vec!["production".to_owned()];
        }
        if versioned.tag.is_empty() && !versioned.line.is_empty() {
            versioned.tag = vec!["v{version}".to_owned()];
        }
        if !versioned.line.is_empty() {
            let is_labelled = versioned.versioning == FoundVersioning::Label;
            for closing in &self.closings {
                let pattern = if is_labelled { closing.pattern.clone() } else { closing.numbered() };
                versioned.stage_tags.push((pattern, closing.stage));
                if is_labelled {
                    versioned.closed.extend(closing.labels.iter().cloned());
                }
            }
            versioned.closed.sort_unstable();
            versioned.closed.dedup();
        }
    }
}
