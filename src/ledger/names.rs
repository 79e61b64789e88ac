//! Which refs mean what: every tag and branch held against the patterns of all channels, the one that fits most exactly
//! winning.

use crate::config::{Channel, Config};
use crate::domain::{ChannelName, Fields, NamePattern, Stage};

/// What a tag that a pattern recognises is to its channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagRole {
    /// A version of a versioned channel that is no candidate, or one whose pattern has `{pre}`.
    Release,
    Candidate,
    Deploy,
    /// A further tag of a release.
    Also,
    /// Says which stage a line has come to.
    Stage(Stage),
}

/// One pattern and what its names mean.
#[derive(Debug)]
pub struct TagPattern {
    pub channel: ChannelName,
    pub role: TagRole,
    pub pattern: NamePattern,
}

/// A line pattern and its place in the channel's list; the first is the one that is produced.
#[derive(Debug)]
pub struct LinePattern {
    pub channel: ChannelName,
    pub rank: usize,
    pub pattern: NamePattern,
}

/// All patterns of a configuration.
#[derive(Debug)]
pub struct KnownNames {
    tags: Vec<TagPattern>,
    lines: Vec<LinePattern>,
}

/// What recognises nothing in a repository.
#[derive(Debug, Default)]
pub struct Idle<'k> {
    /// Channels none of whose patterns fits any name.
    pub channels: Vec<&'k ChannelName>,
    /// Of the other channels, patterns that fit nothing although they are kept only for names that exist: all but the
    /// first of a list, which a project that has not released yet has no name for.
    pub patterns: Vec<(&'k ChannelName, &'k NamePattern)>,
}

/// Two channels, or two roles, lay claim to one name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{name}` fits `{first}` of channel `{first_channel}` and `{second}` of channel `{second_channel}` equally well"
)]
pub struct AmbiguousName {
    pub name: String,
    pub first: String,
    pub first_channel: ChannelName,
    pub second: String,
    pub second_channel: ChannelName,
}

impl KnownNames {
    /// The patterns of `config`, in its order.
    pub fn of(config: &Config) -> Self {
        let mut known = Self { tags: Vec::new(), lines: Vec::new() };
        for (name, channel) in &config.channels {
            known.add_channel(name, channel);
        }
        known
    }

    fn add_channel(&mut self, name: &ChannelName, channel: &Channel) {
        let mut tag = |role, pattern: &NamePattern| {
            self.tags.push(TagPattern { channel: name.clone(), role, pattern: pattern.clone() });
        };
        let role = if channel.as_continuous().is_some() { TagRole::Deploy } else { TagRole::Release };
        channel.tag_patterns().iter().for_each(|pattern| tag(role, pattern));
        if let Some(versioned) = channel.as_versioned() {
            versioned.candidate.iter().for_each(|pattern| tag(TagRole::Candidate, pattern));
            versioned.also_tag.iter().for_each(|pattern| tag(TagRole::Also, pattern));
        }
        channel.stage_tags().iter().for_each(|stage| tag(TagRole::Stage(stage.stage), &stage.pattern));
        for (rank, pattern) in channel.line_patterns().iter().enumerate() {
            self.lines.push(LinePattern { channel: name.clone(), rank, pattern: pattern.clone() });
        }
    }

    /// What the tag `name` (without `refs/tags/`) is; `None` where no pattern recognises it.
    pub fn tag(&self, name: &str) -> Result<Option<(&TagPattern, Fields)>, AmbiguousName> {
        best(&self.tags, name)
    }

    /// Which channel's line the branch `name` is; `None` where no pattern recognises it.
    pub fn line(&self, name: &str) -> Result<Option<(&LinePattern, Fields)>, AmbiguousName> {
        best(&self.lines, name)
    }

    /// The line patterns of one channel, the one that is produced first.
    pub fn lines_of<'k>(&'k self, channel: &'k ChannelName) -> impl Iterator<Item = &'k LinePattern> {
        self.lines.iter().filter(move |line| line.channel == *channel)
    }

    /// Which patterns recognise none of these names.
    pub fn idle(&self, tags: &[&str], branches: &[&str]) -> Idle<'_> {
        let mut idle = Idle::default();
        let mut shown: Vec<&ChannelName> = Vec::new();
        for (at, tag) in self.tags.iter().enumerate() {
            let is_first = at == 0 || self.tags[at - 1].channel != tag.channel || self.tags[at - 1].role != tag.role;
            if tags.iter().any(|name| tag.pattern.recognise(name).is_some()) {
                shown.push(&tag.channel);
            } else if !is_first && !matches!(tag.role, TagRole::Stage(_)) {
                idle.patterns.push((&tag.channel, &tag.pattern));
            }
        }
        for line in &self.lines {
            if branches.iter().any(|name| line.pattern.recognise(name).is_some()) {
                shown.push(&line.channel);
            } else if line.rank > 0 {
                idle.patterns.push((&line.channel, &line.pattern));
            }
        }
        let all = self.tags.iter().map(|tag| &tag.channel).chain(self.lines.iter().map(|line| &line.channel));
        for channel in all.filter(|channel| !shown.contains(channel)) {
            if !idle.channels.contains(&channel) {
                idle.channels.push(channel);
            }
        }
        idle.patterns.retain(|(channel, _)| !idle.channels.contains(channel));
        idle
    }

    /// Places outside `refs/tags/` and `refs/heads/` that a pattern names, as prefixes of refs.
    pub fn extra_prefixes(&self) -> Vec<String> {
        let mut prefixes: Vec<String> = self
            .tags
            .iter()
            .map(|known| known.pattern.prefix())
            .filter(|prefix| prefix.starts_with("refs/") && !prefix.starts_with("refs/tags/"))
            .map(str::to_owned)
            .collect();
        prefixes.sort();
        prefixes.dedup();
        prefixes
    }
}

/// A pattern together with the channel it belongs to.
trait Known {
    fn channel(&self) -> &ChannelName;
    fn pattern(&self) -> &NamePattern;
}

impl Known for TagPattern {
    fn channel(&self) -> &ChannelName {
        &self.channel
    }

    fn pattern(&self) -> &NamePattern {
        &self.pattern
    }
}

impl Known for LinePattern {
    fn channel(&self) -> &ChannelName {
        &self.channel
    }

    fn pattern(&self) -> &NamePattern {
        &self.pattern
    }
}

/// The most exact pattern. Where patterns of one channel tie the earlier one wins; between channels a tie is an error
/// that only the configuration can solve.
fn best<'k, T: Known>(known: &'k [T], name: &str) -> Result<Option<(&'k T, Fields)>, AmbiguousName> {
    let mut winner: Option<(&T, Fields)> = None;
    for candidate in known {
        let exactness = candidate.pattern().specificity();
        if winner.as_ref().is_some_and(|(best, _)| best.pattern().specificity() > exactness) {
            continue;
        }
        let Some(fields) = candidate.pattern().recognise(name) else { continue };
        match &winner {
            Some((best, _)) if best.pattern().specificity() == exactness => {
                if best.channel() != candidate.channel() {
                    return Err(AmbiguousName {
                        name: name.to_owned(),
                        first: best.pattern().to_string(),
                        first_channel: best.channel().clone(),
                        second: candidate.pattern().to_string(),
                        second_channel: candidate.channel().clone(),
                    });
                }
            }
            _ => winner = Some((candidate, fields)),
        }
    }
    Ok(winner)
}
