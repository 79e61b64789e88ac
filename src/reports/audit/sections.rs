//! Sections held against tags: each has its tag, each version one section, in order and on its day.

use chrono::NaiveDate;

use super::books::{Book, Shelves, is_same, is_tagged, numbers};
use super::model::Found;
use super::published::PublishedSection;
use crate::domain::{AuditRule, RuleSeverity, Version};
use crate::ledger::{ChannelState, Line, Release};

/// Days that a section and its tag may be apart.
const DAYS_APART: i64 = 7;

/// What sections are held against.
pub(super) struct Sections<'a> {
    pub shelves: &'a Shelves<'a>,
    pub channel: &'a ChannelState,
    pub books: &'a [Book],
    /// Only what was released since then.
    pub since: Option<NaiveDate>,
}

impl Sections<'_> {
    /// All findings about sections.
    pub fn found(&self) -> Vec<Found> {
        let mut found = Vec::new();
        for book in self.books {
            for (at, section) in book.changelog.sections.iter().enumerate() {
                let Some(version) = section.version.as_ref().filter(|version| self.is_asked(book, version)) else {
                    continue;
                };
                found.extend(self.without_tag(book, at, section, version));
                found.extend(duplicate(book, at, section, version));
                found.extend(self.on_another_day(book, section, version));
            }
            found.extend(self.out_of_order(book));
        }
        found
    }

    fn releases(&self) -> impl Iterator<Item = (&Line, &Release)> {
        self.channel.lines.iter().flat_map(|line| line.releases.iter().map(move |release| (line, release)))
    }

    /// Trunk's copy is asked about all versions, that of a line about its own: the rest is a copy of trunk's.
    fn is_asked(&self, book: &Book, version: &Version) -> bool {
        let Some(name) = &book.line else { return true };
        let Ok(line) = name.parse::<Version>() else { return true };
        version.has_prefix(line.numbers())
    }

    fn without_tag(&self, book: &Book, at: usize, section: &PublishedSection, version: &Version) -> Option<Found> {
        let is_recent = self.since.is_none_or(|since| section.date.is_some_and(|date| date >= since));
        if section.is_coming || !is_recent || is_tagged(self.channel, version) || self.has_any_tag(version) {
            return None;
        }
        let tagged = || self.releases().map(|(_, release)| numbers(&release.version));
        let of_line = || tagged().filter(|known| known[..2] == numbers(version)[..2]);
        // What is older than the oldest tag was released before the project came to git, or before it tagged.
        if tagged().min().is_none_or(|oldest| numbers(version) < oldest) {
            return None;
        }
        let told = |message| {
            Found::in_book(AuditRule::SectionWithoutTag, book, section.line, message)
                .shared(version.to_string())
                .released_on(section.date)
        };
        let is_newest = at == newest(book) && of_line().all(|known| known < numbers(version));
        Some(if is_newest {
            told(format!("{version} has no tag yet"))
                .at(RuleSeverity::Warn)
                .hint("tag the release, or mark the section as unreleased until then")
        } else {
            told(format!("{version} has a section and no tag"))
                .hint("correct the version, take the section out, or say why it was never tagged; a tag that is only missing here comes with `git fetch --tags`")
        })
    }

    /// Whether any tag at all ends in this version: of another channel, or one that no pattern knows.
    fn has_any_tag(&self, version: &Version) -> bool {
        self.shelves.ledger.snapshot.under("refs/tags/").any(|(tag, _)| {
            let ends = tag
                .strip_suffix(version.as_str())
                .is_some_and(|rest| !rest.ends_with(|c: char| c.is_ascii_digit() || c == '.'));
            ends || version_at_end(tag).is_some_and(|known| is_same(&known, version))
        })
    }

    fn on_another_day(&self, book: &Book, section: &PublishedSection, version: &Version) -> Option<Found> {
        let date = section.date.filter(|date| self.since.is_none_or(|since| *date >= since))?;
        // Of `1.0` and `1.0.0` the one that is written as the section has it.
        let exact = self.releases().find(|(_, release)| release.version == *version);
        let (_, release) = exact.or_else(|| self.releases().find(|(_, release)| is_same(&release.version, version)))?;
        let tagged = release.date.date_naive();
        let apart = (date - tagged).num_days();
        (apart.abs() > DAYS_APART && !section.is_coming).then(|| {
            let message = format!("{version} is of {date}, and its tag of {tagged}");
            Found::in_book(AuditRule::SectionDate, book, section.line, message).released_on(tagged)
        })
    }

    /// Sections of one line that turn round; most of a file says which way it goes.
    fn out_of_order(&self, book: &Book) -> Vec<Found> {
        let sections = book.changelog.sections.iter().filter(|section| !section.is_coming);
        let known: Vec<(&PublishedSection, &Version)> =
            sections.filter_map(|section| Some((section, section.version.as_ref()?))).collect();
        let of_one_line = |one: &Version, other: &Version| numbers(one)[..2] == numbers(other)[..2] && one != other;
        // What stands above patches and higher than they is the title of their line.
        let is_title = |pair: &[(&PublishedSection, &Version)]| pair[0].0.depth < pair[1].0.depth;
        let pairs: Vec<_> =
            known.windows(2).filter(|pair| of_one_line(pair[0].1, pair[1].1) && !is_title(pair)).collect();
        let falling = pairs.iter().filter(|pair| pair[0].1 > pair[1].1).count();
        let is_falling = falling * 2 >= pairs.len();
        let turned = pairs.into_iter().filter(|pair| (pair[0].1 > pair[1].1) != is_falling);
        let asked =
            turned.filter(|pair| self.since.is_none_or(|since| pair[1].0.date.is_some_and(|date| date >= since)));
        let told = asked.filter(|pair| self.is_asked(book, pair[1].1)).map(|pair| {
            let message = format!("{} stands after {}", pair[1].1, pair[0].1);
            Found::in_book(AuditRule::SectionOrder, book, pair[1].0.line, message).released_on(pair[1].0.date)
        });
        told.collect()
    }
}

/// Number of the section with the highest version that is not to come.
fn newest(book: &Book) -> usize {
    let sections = book.changelog.sections.iter().enumerate().filter(|(_, section)| !section.is_coming);
    let known = sections.filter_map(|(at, section)| Some((section.version.as_ref()?, at)));
    known.max_by(|one, other| one.0.cmp(other.0)).map_or(usize::MAX, |(_, at)| at)
}

fn duplicate(book: &Book, at: usize, section: &PublishedSection, version: &Version) -> Option<Found> {
    let earlier = book.changelog.sections[..at]
        .iter()
        .find(|earlier| earlier.version.as_ref() == Some(version) && earlier.depth >= section.depth)?;
    let message = format!("{version} has a section already, at line {}", earlier.line);
    Some(
        Found::in_book(AuditRule::DuplicateSection, book, section.line, message)
            .shared(version.to_string())
            .released_on(section.date)
            .hint("bring the two together; what merged a file twice does this"),
    )
}

/// The version with which a tag ends, whatever stands before it.
fn version_at_end(tag: &str) -> Option<Version> {
    let start = tag.find(|c: char| c.is_ascii_digit())?;
    tag[start..].parse().ok()
}
