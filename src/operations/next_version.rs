//! Which version comes next on a line, and whether a version that somebody gave may come. Pure: the line as it was read,
//! the policy of its channel and the day decide.
//!
//! The invariant: what is returned does not exist on the line, lies on it, and is higher than what it follows.

use chrono::{Datelike, NaiveDate};

use crate::config::{Versioned, Versioning};
use crate::domain::{Field, Fields, NamePattern, PreRelease, ProduceError, TagName, Version, listed};
use crate::ledger::{Line, Release, ReleaseKind};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The next candidate of the release that comes next.
    Candidate,
    /// The release that the candidates lead to, or the line's first.
    Final,
    /// The next release after the newest one.
    Bump(Bump),
    /// This one.
    Given(Version),
}

/// Which number goes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bump {
    Major,
    Minor,
    Patch,
}

/// Why there is no such version.
#[derive(Debug, thiserror::Error)]
pub enum NextVersionError {
    #[error("channel has no candidates: nothing says how their tags are named")]
    NoCandidates,
    #[error("line `{line}` is released as {version}, and no candidate waits")]
    AlreadyFinal { line: String, version: Version },
    #[error("line `{line}` has no release yet")]
    NothingReleased { line: String },
    #[error("nothing says what the first version on line `{line}` is")]
    NoFirst { line: String },
    #[error("{version} exists, as tag `{tag}`")]
    Exists { version: Version, tag: TagName, valid: Vec<Version> },
    #[error("{version} is not higher than {highest} on line `{line}`")]
    Lower { version: Version, highest: Version, line: String, valid: Vec<Version> },
    #[error("{version} is not on line `{line}`")]
    OffLine { version: Version, line: String, valid: Vec<Version> },
    #[error("{version} is not a semantic version")]
    NotSemantic {
        version: Version,
        valid: Vec<Version>,
        #[source]
        source: semver::Error,
    },
    #[error("the tag of {version} cannot be named")]
    Name {
        version: Version,
        #[source]
        source: ProduceError,
    },
    #[error("`{pattern}` names no tag that reads as {version}")]
    Unnameable { version: Version, pattern: String },
}

impl NextVersionError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let next = |valid: &[Version]| (!valid.is_empty()).then(|| format!("what can come next: {}", listed(valid)));
        match self {
            Self::NoCandidates => {
                Some("set `candidate = \"v{version}-rc.{seq}\"` of the channel, or release with `--final`".to_owned())
            }
            Self::AlreadyFinal { .. } => Some("make the next patch release with `--bump patch`".to_owned()),
            Self::NothingReleased { .. } => Some("release it with `--final`, or a candidate of it first".to_owned()),
            Self::NoFirst { .. } => Some("give it with `--version VERSION`".to_owned()),
            Self::Exists { valid, .. }
            | Self::Lower { valid, .. }
            | Self::OffLine { valid, .. }
            | Self::NotSemantic { valid, .. } => next(valid),
            Self::Name { .. } | Self::Unnameable { .. } => {
                Some("correct `tag` and `candidate` of the channel, or give a version that they can name".to_owned())
            }
        }
    }
}

/// A version that may come, with the tags that make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextVersion {
    pub version: Version,
    pub tag: TagName,
    /// Further tags of the same release, in the order of the configuration.
    pub also: Vec<TagName>,
}

/// Decides for one line.
#[derive(Clone, Copy)]
pub struct Counting<'a> {
    pub channel: &'a Versioned,
    pub line: &'a Line,
    /// Releases of all lines of the channel, from which habits are read.
    pub others: &'a [&'a Release],
    pub today: NaiveDate,
}

/// The fields that the line's own name has.
fn line_fields(channel: &Versioned, line: &Line) -> Fields {
    let by_branch = line
        .branch
        .as_ref()
        .and_then(|branch| channel.line.iter().find_map(|pattern| pattern.recognise(branch.as_str())));
    let by_name = || channel.line.iter().find_map(|p| p.recognise(&p.with_span(&line.name)?));
    by_branch.or_else(by_name).unwrap_or_default()
}

impl Counting<'_> {
    /// The version that `step` asks for.
    pub fn next(&self, step: &Step) -> Result<NextVersion, NextVersionError> {
        let version = match step {
            Step::Candidate => return self.candidate(),
            Step::Final => self.last()?,
            Step::Bump(bump) => self.bumped(*bump)?,
            Step::Given(version) => self.given(version)?,
        };
        self.named(version)
    }

    fn numbers(&self) -> Vec<u64> {
        line_fields(self.channel, self.line).version_numbers()
    }

    fn generals(&self) -> impl DoubleEndedIterator<Item = &Release> {
        self.line.releases.iter().filter(|release| release.kind != ReleaseKind::Candidate)
    }

    fn highest(&self) -> Option<&Version> {
        self.generals().next_back().map(|release| &release.version)
    }

    /// The release that the newest candidates lead to, where it is not there yet.
    fn awaited(&self) -> Option<Version> {
        let candidates = self.line.releases.iter().filter(|release| release.kind == ReleaseKind::Candidate);
        let awaited = candidates.map(|candidate| candidate.version.release()).max()?;
        self.highest().is_none_or(|highest| awaited > *highest).then_some(awaited)
    }

    fn last(&self) -> Result<Version, NextVersionError> {
        match (self.awaited(), self.highest()) {
            (Some(awaited), _) => Ok(awaited),
            (None, None) => self.first(),
            (None, Some(_)) if self.channel.versioning == Versioning::Calver && self.numbers().is_empty() => {
                self.bumped(Bump::Patch)
            }
            (None, Some(highest)) => {
                Err(NextVersionError::AlreadyFinal { line: self.line.name.clone(), version: highest.clone() })
            }
        }
    }

    /// The line's first release: its numbers, filled up to as many as the channel's releases have.
    fn first(&self) -> Result<Version, NextVersionError> {
        let mut numbers = self.numbers();
        let unknown = || NextVersionError::NoFirst { line: self.line.name.clone() };
        if numbers.is_empty() {
            return Err(unknown());
        }
        let newest = self.others.iter().filter(|release| !release.version.is_candidate()).max_by_key(|r| r.date);
        let usual = newest.map_or(3, |release| release.version.numbers().len());
        while numbers.len() < usual {
            let is_last = numbers.len() + 1 == usual;
            numbers.push(if is_last { self.channel.first_patch } else { 0 });
        }
        self.written(&numbers).ok_or_else(unknown)
    }

    /// A version of these numbers, with the line's own writing of those it has (`2026.03`).
    fn written(&self, numbers: &[u64]) -> Option<Version> {
        let own = line_fields(self.channel, self.line);
        let version = Version::from_numbers(numbers, None)?;
        let texts: Vec<&str> = match own.text(Field::Version) {
            Some(text) => text.split('.').collect(),
            None => [Field::Major, Field::Minor, Field::Patch].into_iter().map_while(|field| own.text(field)).collect(),
        };
        let own_numbers = own.version_numbers();
        if own_numbers.is_empty() || !numbers.starts_with(&own_numbers) {
            return Some(version);
        }
        let rest = numbers[own_numbers.len()..].iter().map(u64::to_string);
        let text = texts.iter().map(|text| (*text).to_owned()).chain(rest).collect::<Vec<_>>().join(".");
        Version::from_parts(numbers, None, text)
    }

    fn bumped(&self, bump: Bump) -> Result<Version, NextVersionError> {
        let Some(highest) = self.highest() else {
            return Err(NextVersionError::NothingReleased { line: self.line.name.clone() });
        };
        if self.channel.versioning == Versioning::Calver
            && self.numbers().is_empty()
            && let Some(version) = self.by_calendar(highest)
        {
            return Ok(version);
        }
        let own = self.numbers();
        let mut numbers = highest.numbers().to_vec();
        let place = match bump {
            Bump::Major => 0,
            Bump::Minor => 1,
            Bump::Patch => 2.min(numbers.len() - 1).max(own.len()),
        };
        numbers.resize(numbers.len().max(place + 1).min(4), 0);
        let count = numbers.len();
        let place = place.min(count - 1);
        numbers[place] = numbers[place].saturating_add(1);
        if place + 1 < count {
            numbers[place + 1..].fill(0);
            // A fourth number is a patch of a patch and is left out until there is one.
            numbers.truncate(3.max(place + 1));
            if let Some(last) = numbers.last_mut().filter(|_| place + 1 < count.min(3)) {
                *last = self.channel.first_patch;
            }
        }
        let version = self.written(&numbers).ok_or_else(|| self.nothing())?;
        if !version.has_prefix(&own) {
            return Err(self.off_line(version));
        }
        Ok(version)
    }

    /// Year, month and a number that counts within it, as the newest release has them.
    fn by_calendar(&self, highest: &Version) -> Option<Version> {
        let [year, month, rest @ ..] = highest.numbers() else { return None };
        let today = (u64::try_from(self.today.year()).ok()?, u64::from(self.today.month()));
        if !(2000..=2999).contains(year) || !(1..=12).contains(month) {
            return None;
        }
        let is_padded = self
            .generals()
            .any(|release| release.version.as_str().split('.').nth(1).is_some_and(|month| month.starts_with('0')));
        let month_text = if is_padded { format!("{:02}", today.1) } else { today.1.to_string() };
        let mut numbers = vec![today.0, today.1];
        let mut text = format!("{}.{month_text}", today.0);
        let count = match rest.first() {
            Some(last) if (*year, *month) == today => Some(last + 1),
            Some(_) => Some(self.channel.first_patch),
            None if (*year, *month) == today => Some(1),
            None => None,
        };
        if let Some(count) = count {
            numbers.push(count);
            text.push_str(&format!(".{count}"));
        }
        Version::from_parts(&numbers, None, text).filter(|version| version > highest)
    }

    fn candidate(&self) -> Result<NextVersion, NextVersionError> {
        let Some(pattern) = self.channel.candidate.first() else { return Err(NextVersionError::NoCandidates) };
        let goal = match self.last() {
            Err(NextVersionError::AlreadyFinal { .. }) => self.bumped(Bump::Patch)?,
            other => other?,
        };
        let of_goal: Vec<&Release> = self
            .line
            .releases
            .iter()
            .filter(|release| release.version.is_candidate() && release.version.numbers() == goal.numbers())
            .collect();
        let fields = line_fields(self.channel, self.line).with_version(&goal);
        // Stages are counted apart: the first rc after alpha.4 is rc.1.
        let sample = pattern.produce(&fields.clone().with(Field::Seq, 0).with(Field::Pre, "rc.0"));
        let stage = sample.ok().and_then(|name| pattern.candidate_version(&name)).and_then(|v| stage(&v));
        let seq = |release: &&Release| {
            let is_same = pattern.has(Field::Pre) || self::stage(&release.version) == stage;
            let known = self.channel.candidate.iter();
            is_same.then(|| known.filter_map(|p| p.recognise(release.tag.as_str())?.number(Field::Seq)).next())?
        };
        let number = of_goal.iter().filter_map(seq).max().map_or(self.channel.first_candidate, |last| last + 1);
        let pre = next_pre(of_goal.last().copied(), self.others, self.channel.first_candidate);
        let fields = fields.with(Field::Seq, number).with(Field::Pre, pre);
        let name = pattern.produce(&fields);
        let name = name.map_err(|source| NextVersionError::Name { version: goal.clone(), source })?;
        let unnameable = |version| NextVersionError::Unnameable { version, pattern: pattern.to_string() };
        let version = pattern.candidate_version(&name).ok_or_else(|| unnameable(goal.clone()))?;
        let tag = TagName::new(name).map_err(|_| unnameable(version.clone()))?;
        Ok(NextVersion { also: self.also(&version), version, tag })
    }

    /// Semantic versions are asked for where the channel says so and all it has released are: many projects write other
    /// versions without ever having said what theirs mean.
    fn check_semantic(&self, version: &Version) -> Result<(), NextVersionError> {
        let parse = |version: &Version| semver::Version::parse(version.as_str());
        let mut released = self.others.iter().copied().chain(&self.line.releases);
        if self.channel.versioning != Versioning::Semver || released.any(|release| parse(&release.version).is_err()) {
            return Ok(());
        }
        parse(version).map(|_| ()).map_err(|source| {
            let valid = self.valid();
            NextVersionError::NotSemantic { version: version.clone(), valid, source }
        })
    }

    fn given(&self, version: &Version) -> Result<Version, NextVersionError> {
        self.check_semantic(version)?;
        let line = self.line.name.clone();
        let same = |release: &&Release| {
            release.version.numbers() == version.numbers() && release.version.pre() == version.pre()
        };
        if let Some(known) = self.line.releases.iter().find(same) {
            let (version, tag) = (known.version.clone(), known.tag.clone());
            return Err(NextVersionError::Exists { version, tag, valid: self.valid() });
        }
        if !version.has_prefix(&self.numbers()) {
            return Err(self.off_line(version.clone()));
        }
        // A fourth number patches a patch and is held against its own kind only.
        let is_rival = |release: &&Release| match version.numbers() {
            [a, b, c, _] => release.version.has_prefix(&[*a, *b, *c]),
            _ => release.kind != ReleaseKind::Candidate || release.version.release() == version.release(),
        };
        let highest = self.line.releases.iter().filter(is_rival).map(|release| &release.version).max();
        match highest {
            Some(highest) if version < highest => Err(NextVersionError::Lower {
                version: version.clone(),
                highest: highest.clone(),
                line,
                valid: self.valid(),
            }),
            _ => Ok(version.clone()),
        }
    }

    /// The tags of a version.
    fn named(&self, version: Version) -> Result<NextVersion, NextVersionError> {
        let fields = line_fields(self.channel, self.line).with_version(&version);
        let candidate = version.pre().map(|pre| with_seq(fields.clone(), pre));
        let patterns = if version.is_candidate() { &self.channel.candidate } else { &self.channel.tag };
        let Some(first) = patterns.first() else { return Err(NextVersionError::NoCandidates) };
        let fields = candidate.unwrap_or(fields);
        let mut failed = NextVersionError::Unnameable { version: version.clone(), pattern: first.to_string() };
        for pattern in patterns {
            match pattern.produce(&fields) {
                Ok(name) if reads_as(pattern, &name, &version) => {
                    if let Ok(tag) = TagName::new(name) {
                        return Ok(NextVersion { also: self.also(&version), version, tag });
                    }
                }
                Ok(_) => {}
                Err(source) => failed = NextVersionError::Name { version: version.clone(), source },
            }
        }
        Err(failed)
    }

    /// Further tags; where the pattern has the version alone, that of a candidate is written in its place.
    fn also(&self, version: &Version) -> Vec<TagName> {
        let fields = line_fields(self.channel, self.line).with_version(version);
        let name = |pattern: &NamePattern| match version.pre() {
            Some(pre) if !pattern.has(Field::Pre) && !pattern.has(Field::Seq) => {
                let release = pattern.produce(&fields).ok()?;
                let span = pattern.span(&release)?;
                span.ends_with(version.release().as_str()).then_some(())?;
                let separator =
                    version.as_str().strip_prefix(version.release().as_str())?.strip_suffix(pre.as_str())?;
                Some(format!("{}{span}{separator}{pre}{}", pattern.prefix(), pattern.suffix(), pre = pre.as_str()))
            }
            _ => pattern.produce(&fields).ok(),
        };
        self.channel.also_tag.iter().filter_map(|pattern| TagName::new(name(pattern)?).ok()).collect()
    }

    /// What can come next, for hints.
    fn valid(&self) -> Vec<Version> {
        let steps = [Step::Candidate, Step::Final, Step::Bump(Bump::Patch)];
        let mut valid: Vec<Version> = steps.iter().filter_map(|step| Some(self.next(step).ok()?.version)).collect();
        valid.sort();
        valid.dedup();
        valid
    }

    fn off_line(&self, version: Version) -> NextVersionError {
        // Asking for what is valid must not end here again.
        let valid =
            if matches!(self.highest(), Some(h) if !h.has_prefix(&self.numbers())) { Vec::new() } else { self.valid() };
        NextVersionError::OffLine { version, line: self.line.name.clone(), valid }
    }

    fn nothing(&self) -> NextVersionError {
        NextVersionError::NothingReleased { line: self.line.name.clone() }
    }
}

fn reads_as(pattern: &NamePattern, name: &str, version: &Version) -> bool {
    let read = if version.is_candidate() { pattern.candidate_version(name) } else { pattern.version(name) };
    read.is_some_and(|read| read.numbers() == version.numbers() && read.pre() == version.pre())
}

/// The number at the end of a pre-release counts it: `rc.2`, `rc2`, `beta3`.
fn with_seq(fields: Fields, pre: &PreRelease) -> Fields {
    let digits = pre.as_str().len() - pre.as_str().trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let number = &pre.as_str()[pre.as_str().len() - digits..];
    if number.is_empty() { fields } else { fields.with(Field::Seq, number) }
}

/// The word that a pre-release begins with: `rc` of `rc.2`.
fn stage(version: &Version) -> Option<String> {
    let pre = version.pre()?.as_str();
    Some(pre.chars().take_while(char::is_ascii_alphabetic).collect())
}

/// The pre-release after that of `last`; the first one in the words that the channel's other candidates use.
fn next_pre(last: Option<&Release>, others: &[&Release], first: u64) -> String {
    let split = |release: &Release| {
        let pre = release.version.pre()?.as_str();
        let word = pre.trim_end_matches(|c: char| c.is_ascii_digit());
        Some((word.to_owned(), pre[word.len()..].parse::<u64>().ok()))
    };
    match last.and_then(split) {
        Some((word, Some(number))) => format!("{word}{}", number.saturating_add(1)),
        Some((word, None)) => format!("{word}.{}", first.saturating_add(1)),
        None => {
            let newest = others.iter().filter(|release| release.version.is_candidate()).max_by_key(|r| r.date);
            let word = newest.and_then(|release| split(release)).map_or("rc.".to_owned(), |(word, _)| word);
            format!("{word}{first}")
        }
    }
}

#[cfg(test)]
mod tests;
