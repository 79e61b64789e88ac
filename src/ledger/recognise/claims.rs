//! Which branches and tags the found patterns name, decided by the patterns themselves, as whoever reads the written
//! configuration will decide: of several that fit, the one with more text and fields, of equals the earlier one.

use rustc_hash::{FxHashMap, FxHashSet};

use super::layout::{FoundChannel, FoundLine, FoundVersioning, LeftAside};
use super::shape::Group;
use crate::domain::{ChannelKind, Field, Fields, NamePattern, Version};

/// What a name that a pattern fits is to its channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Line,
    Release,
    /// Says something of a release or line.
    Companion,
}

struct Claim {
    channel: usize,
    role: Role,
    pattern: NamePattern,
}

fn best<'c>(claims: &'c [Claim], name: &str) -> Option<(&'c Claim, Fields)> {
    let mut winner: Option<(&Claim, Fields)> = None;
    for claim in claims {
        let exactness = claim.pattern.specificity();
        if winner.as_ref().is_none_or(|(best, _)| best.pattern.specificity() < exactness)
            && let Some(fields) = claim.pattern.recognise(name)
        {
            winner = Some((claim, fields));
        }
    }
    winner
}

fn claims(channels: &[FoundChannel], roles: impl Fn(&FoundChannel) -> Vec<(&String, Role)>) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (channel, found) in channels.iter().enumerate() {
        for (text, role) in roles(found) {
            if let Ok(pattern) = text.parse() {
                claims.push(Claim { channel, role, pattern });
            }
        }
    }
    claims
}

/// The lines of one channel while they are gathered.
#[derive(Default)]
struct Lines<'n> {
    by_name: FxHashMap<String, &'n str>,
    numbers: FxHashSet<Vec<u64>>,
}

/// Fills in the channels' lines and counts of releases, and says what is left. `branches` are without trunk.
pub(super) fn settle(
    channels: &mut [FoundChannel],
    trunk: &str,
    branches: &[&str],
    tags: &[&str],
    tag_groups: &[Group],
) -> LeftAside {
    let mut left = LeftAside::default();
    let lines = claim_branches(channels, branches, &mut left);
    let claimed = claim_tags(channels, tags, tag_groups, &mut left);
    for (channel, (lines, tags)) in channels.iter_mut().zip(lines.into_iter().zip(claimed)) {
        channel.lines = found_lines(channel, trunk, lines, &tags);
    }
    left.branches.sort_unstable();
    left.tags.sort_unstable();
    left
}

/// Gives branches to channels. Of two with one line's name the one whose pattern comes first keeps it, the other is
/// known by its own name.
fn claim_branches<'n>(channels: &[FoundChannel], branches: &[&'n str], left: &mut LeftAside) -> Vec<Lines<'n>> {
    let claims = claims(channels, |channel| channel.line.iter().map(|text| (text, Role::Line)).collect());
    let mut lines: Vec<Lines<'n>> = channels.iter().map(|_| Lines::default()).collect();
    let mut named: Vec<(usize, &'n str, Fields)> = Vec::new();
    for branch in branches {
        match best(&claims, branch) {
            Some((claim, fields)) => {
                let rank = claims.iter().position(|known| std::ptr::eq(known, claim)).unwrap_or(0);
                named.push((rank, branch, fields));
            }
            None => left.branches.push((*branch).to_owned()),
        }
    }
    named.sort_by_key(|(rank, branch, _)| (*rank, *branch));
    for (rank, branch, fields) in named {
        let claim = &claims[rank];
        let Some(name) = claim.pattern.span(branch) else {
            continue;
        };
        let lines = &mut lines[claim.channel];
        let is_new = !lines.by_name.contains_key(name);
        lines.by_name.insert(if is_new { name.to_owned() } else { branch.to_owned() }, branch);
        lines.numbers.insert(line_numbers(&fields));
    }
    lines
}

/// Gives each tag to a channel and counts; tags of one shape that nobody claims are not looked at one by one.
fn claim_tags(
    channels: &mut [FoundChannel],
    tags: &[&str],
    tag_groups: &[Group],
    left: &mut LeftAside,
) -> Vec<Vec<Fields>> {
    let claims = claims(channels, |channel| {
        let releases = channel.tag.iter().chain(&channel.candidate).map(|text| (text, Role::Release));
        let companions = channel.also_tag.iter().chain(channel.stage_tags.iter().map(|(text, _)| text));
        releases.chain(companions.map(|text| (text, Role::Companion))).collect()
    });
    let mut claimed: Vec<Vec<Fields>> = channels.iter().map(|_| Vec::new()).collect();
    for group in tag_groups {
        let samples = [0, group.len() / 2, group.len() - 1].map(|row| tags[group.members[row]]);
        let is_nobodys = samples.iter().all(|name| best(&claims, name).is_none());
        for member in &group.members {
            let name = tags[*member];
            match (!is_nobodys).then(|| best(&claims, name)).flatten() {
                Some((claim, fields)) if claim.role == Role::Release => {
                    channels[claim.channel].releases += 1;
                    claimed[claim.channel].push(fields);
                }
                Some(_) => {}
                None => left.tags.push(name.to_owned()),
            }
        }
    }
    claimed
}

/// The lines of branches, and those that only tags or closing tags name, newest first. A versioned channel without lines
/// of its own has trunk.
fn found_lines(channel: &FoundChannel, trunk: &str, mut named: Lines<'_>, tags: &[Fields]) -> Vec<FoundLine> {
    if channel.line.is_empty() {
        let is_of_trunk = channel.kind == ChannelKind::Versioned;
        let line = FoundLine { name: trunk.to_owned(), branch: Some(trunk.to_owned()) };
        return if is_of_trunk { vec![line] } else { Vec::new() };
    }
    let patterns: Vec<NamePattern> = channel.line.iter().filter_map(|text| text.parse().ok()).collect();
    let is_labelled = channel.versioning == FoundVersioning::Label;
    let mut gone: FxHashSet<String> = FxHashSet::default();
    for tag in tags {
        let numbers = line_numbers(tag);
        let is_known = prefixes(&numbers).any(|prefix| named.numbers.contains(&prefix));
        if is_known || is_labelled {
            continue;
        }
        match patterns.iter().find_map(|pattern| gone_line(pattern, tag)) {
            Some((name, line)) => {
                gone.insert(name);
                named.numbers.insert(line_numbers(&line));
            }
            // Too few numbers for a line: known by the first.
            None => gone.extend(numbers.first().map(u64::to_string)),
        }
    }
    if is_labelled {
        gone.extend(channel.closed.iter().cloned());
    }
    gone.retain(|name| !named.by_name.contains_key(name));
    let of_branches = named.by_name.into_iter().map(|(name, branch)| (name, Some(branch.to_owned())));
    let mut lines: Vec<FoundLine> = of_branches
        .chain(gone.into_iter().map(|name| (name, None)))
        .map(|(name, branch)| FoundLine { name, branch })
        .collect();
    lines.sort_by_cached_key(|line| std::cmp::Reverse(sort_key(&line.name)));
    lines
}

/// Beginnings of a tag's numbers; missing ones are zero, so that tag `3` is on line `3.0`.
fn prefixes(numbers: &[u64]) -> impl Iterator<Item = Vec<u64>> + '_ {
    let padded = |length: usize| numbers.iter().copied().chain(std::iter::repeat(0)).take(length).collect();
    (1..=numbers.len().max(4)).map(padded)
}

/// Numbers of a line or of a tag: those of the version, then the build.
fn line_numbers(fields: &Fields) -> Vec<u64> {
    let mut numbers = fields.version_numbers();
    numbers.extend(fields.number(Field::Build));
    numbers
}

/// The name and fields that a line of this pattern has for a tag's fields.
fn gone_line(pattern: &NamePattern, fields: &Fields) -> Option<(String, Fields)> {
    let version = Version::from_numbers(&fields.version_numbers(), None);
    let fields = version.map_or_else(|| fields.clone(), |version| fields.clone().with_version(&version));
    let branch = pattern.produce(&fields).ok()?;
    Some((pattern.span(&branch)?.to_owned(), pattern.recognise(&branch)?))
}

/// Numbers by value, words by letters; names of numbers come before others when sorted downwards.
fn sort_key(name: &str) -> (bool, Vec<u64>, String) {
    let numbers: Vec<u64> = name.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    (name.starts_with(|c: char| c.is_ascii_digit()), numbers, name.to_owned())
}
