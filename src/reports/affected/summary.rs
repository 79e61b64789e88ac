//! The answer in few words, as terminal and documents show it: neighbouring lines that all say the same as one row, and
//! releases as spans of versions.

use super::report::{Affected, AffectedLine, AffectedRelease, Has, Whole};
use super::spans::spans;
use crate::domain::{ChannelKind, ChannelName, CommitId};

/// Neighbouring lines that all say the same share a row from this many on.
const SHARED: usize = 3;

/// One line, or several neighbours of which the same is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineSummary {
    /// `1.8`, or `1.8–1.2 (5 lines)`.
    pub name: String,
    /// What it has of the change, in words.
    pub standing: &'static str,
    /// Whether it is affected.
    pub is_bad: bool,
    /// The first release that has it, in words; empty where there is none to name.
    pub first: String,
    /// The commit by which it has it.
    pub by: Option<CommitId>,
}

/// Releases of a channel as spans of versions, newest line first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseSummary {
    /// Those that lack the change, or, where it is known what brought the fault, those that have the fault.
    pub affected: Vec<String>,
    pub having: Vec<String>,
    /// Those that have neither; empty where nobody said what brought the fault.
    pub unaffected: Vec<String>,
}

impl Has {
    /// What a sentence says of a place that stands so.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Yes => "has it",
            Self::Partial => "has a part of it",
            Self::Reverted => "took it back",
            Self::No => "lacks it",
        }
    }
}

impl Affected {
    /// Channels that have lines, in order.
    pub fn channels(&self) -> Vec<&ChannelName> {
        let mut channels: Vec<&ChannelName> = Vec::new();
        for line in &self.lines {
            if !channels.contains(&&line.channel) {
                channels.push(&line.channel);
            }
        }
        channels
    }

    /// Whether it is known which change brought the fault, so that what lacks it is not affected.
    pub fn is_bounded(&self) -> bool {
        !self.introduced.is_empty() || self.note.as_ref().is_some_and(|note| note.introduced_in.is_some())
    }

    /// The lines of a channel, newest first.
    pub fn line_summaries(&self, channel: &ChannelName) -> Vec<LineSummary> {
        let lines: Vec<&AffectedLine> = self.lines.iter().filter(|line| line.channel == *channel).collect();
        let rows: Vec<LineSummary> = lines.iter().map(|line| self.summary(line)).collect();
        let is_same = |a: &LineSummary, b: &LineSummary| {
            (a.standing, a.is_bad, &a.first, a.by) == (b.standing, b.is_bad, &b.first, b.by)
        };
        let mut shown = Vec::new();
        for same in rows.chunk_by(is_same) {
            match same {
                [first, .., last] if same.len() >= SHARED => {
                    let name = format!("{}–{} ({} lines)", first.name, last.name, same.len());
                    shown.push(LineSummary { name, ..first.clone() });
                }
                few => shown.extend_from_slice(few),
            }
        }
        shown
    }

    fn summary(&self, line: &AffectedLine) -> LineSummary {
        let whole: Whole = line.whole;
        let is_unaffected = !whole.has && !whole.affected;
        let is_from_cut = line.commit.is_some_and(|commit| self.origins.contains(&commit));
        let releases = || self.releases.iter().filter(|release| is_of(release, line) && !release.retracted);
        let has_all = releases().next().is_some() && releases().all(|release| release.whole.has);
        let first = match (&line.first_release, &line.first_candidate) {
            _ if is_from_cut && has_all => "all of them".to_owned(),
            (Some(version), _) => version.to_string(),
            (None, Some(candidate)) => candidate.to_string(),
            (None, None) if whole.has && line.kind == ChannelKind::Versioned => "not released yet".to_owned(),
            (None, None) => String::new(),
        };
        LineSummary {
            name: line.name.clone(),
            standing: if is_unaffected { "not affected" } else { whole.standing.words() },
            is_bad: whole.affected,
            first,
            by: line.commit,
        }
    }

    /// The releases of a channel.
    pub fn release_summary(&self, channel: &ChannelName) -> ReleaseSummary {
        let of = |is_wanted: &dyn Fn(&AffectedRelease) -> bool| {
            let lines = self.lines.iter().filter(|line| line.channel == *channel);
            let releases = lines.map(|line| {
                let own = self.releases.iter().filter(|release| is_of(release, line)).rev();
                own.map(|release| (release.version.to_string(), is_wanted(release))).collect()
            });
            spans(&releases.collect::<Vec<_>>())
        };
        let is_bounded = self.is_bounded();
        ReleaseSummary {
            affected: of(&|release| release.whole.affected),
            having: of(&|release| release.whole.has),
            unaffected: of(&|release| is_bounded && !release.whole.has && !release.whole.affected),
        }
    }
}

fn is_of(release: &AffectedRelease, line: &AffectedLine) -> bool {
    release.line == line.name && release.channel == line.channel
}
