//! Which branches and tags the found patterns name, decided by the patterns themselves, as whoever reads the written
//! configuration will decide: of several that fit, the one with more text and fields.

use rustc_hash::{FxHashMap, FxHashSet};

use super::layout::{FoundChannel, FoundLine, FoundVersioning, LeftAside};
use super::shape::Group;
use crate::domain::{ChannelKind, Field, Fields, NamePattern};

struct Claim {
    channel: usize,
    pattern: NamePattern,
    is_release: bool,
}

fn best<'c>(claims: &'c [Claim], name: &str) -> Option<(&'c Claim, Fields)> {
    claims
        .iter()
        .filter_map(|claim| Some((claim, claim.pattern.recognise(name)?)))
        .max_by(|left, right| left.0.pattern.specificity().cmp(&right.0.pattern.specificity()))
}

fn claims(channels: &[FoundChannel], patterns: impl Fn(&FoundChannel) -> Vec<(&String, bool)>) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (channel, found) in channels.iter().enumerate() {
        for (text, is_release) in patterns(found) {
            if let Ok(pattern) = text.parse() {
                claims.push(Claim { channel, pattern, is_release });
            }
        }
    }
    // Of equals the first stays: `max_by` takes the last.
    claims.reverse();
    claims
}

/// Fills in the channels' lines and counts of releases, and says what is left. `branches` are without trunk.
pub(super) fn settle(
    channels: &mut [FoundChannel],
    branches: &[&str],
    tags: &[&str],
    tag_groups: &[Group],
) -> LeftAside {
    let mut left = LeftAside::default();
    let lines = claims(channels, |channel| channel.line.iter().map(|text| (text, true)).collect());
    let mut named: Vec<FxHashMap<String, (Fields, &str)>> = channels.iter().map(|_| FxHashMap::default()).collect();
    for branch in branches {
        let line = best(&lines, branch).and_then(|(claim, fields)| {
            let name = claim.pattern.span(branch)?.to_owned();
            let known = &mut named[claim.channel];
            (!known.contains_key(&name)).then(|| known.insert(name, (fields, *branch)))
        });
        if line.is_none() {
            left.branches.push((*branch).to_owned());
        }
    }
    let claimed = claim_tags(channels, tags, tag_groups, &mut left);
    for (channel, (named, tags)) in channels.iter_mut().zip(named.into_iter().zip(claimed)) {
        channel.lines = found_lines(channel, named, &tags);
    }
    left.branches.sort_unstable();
    left.tags.sort_unstable();
    left
}

/// Gives each tag to a channel and counts; tags of one shape go together where the first, middle and last of them agree.
fn claim_tags(
    channels: &mut [FoundChannel],
    tags: &[&str],
    tag_groups: &[Group],
    left: &mut LeftAside,
) -> Vec<Vec<Fields>> {
    let stage = claims(channels, |channel| channel.stage_tags.iter().map(|(text, _)| (text, false)).collect());
    let all = claims(channels, |channel| {
        let releases = channel.tag.iter().chain(&channel.candidate).map(|text| (text, true));
        releases.chain(channel.also_tag.iter().map(|text| (text, false))).collect()
    });
    let mut claimed: Vec<Vec<Fields>> = channels.iter().map(|_| Vec::new()).collect();
    for group in tag_groups {
        let samples = [0, group.len() / 2, group.len() - 1].map(|row| tags[group.members[row]]);
        let is_nobodys = samples.iter().all(|name| best(&all, name).is_none() && best(&stage, name).is_none());
        for member in &group.members {
            let name = tags[*member];
            match (!is_nobodys).then(|| best(&all, name)).flatten() {
                Some((claim, fields)) if claim.is_release => {
                    channels[claim.channel].releases += 1;
                    claimed[claim.channel].push(fields);
                }
                Some(_) => {}
                None if !is_nobodys && best(&stage, name).is_some() => {}
                None => left.tags.push(name.to_owned()),
            }
        }
    }
    claimed
}

/// The lines of branches, and those that only tags or closing tags name, newest first.
fn found_lines(channel: &FoundChannel, named: FxHashMap<String, (Fields, &str)>, tags: &[Fields]) -> Vec<FoundLine> {
    let mut lines: Vec<FoundLine> = named
        .iter()
        .map(|(name, (_, branch))| FoundLine { name: name.clone(), branch: Some((*branch).to_owned()) })
        .collect();
    let patterns: Vec<NamePattern> = channel.line.iter().filter_map(|text| text.parse().ok()).collect();
    let fields: FxHashSet<Vec<u64>> = named.values().map(|(fields, _)| line_numbers(fields)).collect();
    if let Some(pattern) = patterns.iter().find(|pattern| !pattern.has(Field::Label) && !pattern.has(Field::Date)) {
        let mut gone: FxHashSet<String> = FxHashSet::default();
        for tag in tags {
            let numbers = line_numbers(tag);
            let is_known = (1..=numbers.len()).any(|length| fields.contains(&numbers[..length]));
            if !is_known && let Some(name) = name_of_gone(pattern, tag) {
                gone.insert(name);
            }
        }
        gone.retain(|name| !named.contains_key(name));
        lines.extend(gone.into_iter().map(|name| FoundLine { name, branch: None }));
    }
    lines.extend(closed_lines(channel, &named));
    lines.sort_by(|left, right| sort_key(&right.name).cmp(&sort_key(&left.name)));
    lines.dedup_by(|left, right| left.name == right.name);
    lines
}

/// Numbers of a line or of a tag: those of the version, then the build.
fn line_numbers(fields: &Fields) -> Vec<u64> {
    let mut numbers = fields.version_numbers();
    numbers.extend(fields.number(Field::Build));
    numbers
}

/// The name that a line of this pattern has for a tag's fields.
fn name_of_gone(pattern: &NamePattern, fields: &Fields) -> Option<String> {
    let numbers = fields.version_numbers();
    let mut line = fields.clone();
    for (field, number) in [Field::Major, Field::Minor, Field::Patch].into_iter().zip(numbers.iter().chain([&0, &0])) {
        line = line.with(field, number);
    }
    let branch = pattern.produce(&line).ok()?;
    pattern.span(&branch).map(str::to_owned)
}

/// Labelled lines that only a closing tag names.
fn closed_lines(channel: &FoundChannel, named: &FxHashMap<String, (Fields, &str)>) -> Vec<FoundLine> {
    let is_labelled = channel.kind == ChannelKind::Versioned && channel.versioning == FoundVersioning::Label;
    if !is_labelled {
        return Vec::new();
    }
    channel
        .closed
        .iter()
        .filter(|label| !named.contains_key(*label))
        .map(|label| FoundLine { name: label.clone(), branch: None })
        .collect()
}

/// Numbers by value, words by letters; names of numbers come before others when sorted downwards.
fn sort_key(name: &str) -> (bool, Vec<u64>, String) {
    let numbers: Vec<u64> = name.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    (name.starts_with(|c: char| c.is_ascii_digit()), numbers, name.to_owned())
}
