//! What is to be released: a version of a line, the candidate of it that was tested, and the commit that sign-offs speak of.

use crate::config::Versioned;
use crate::domain::{CommitId, Version, listed};
use crate::ledger::{ChannelState, Ledger, Line, NoRelease, Release, ReleaseKind};

/// A version that is, or was, to be released.
#[derive(Debug, Clone)]
pub struct Promotion<'l> {
    pub channel: &'l ChannelState,
    pub config: &'l Versioned,
    pub line: &'l Line,
    /// The version without what makes it a candidate.
    pub version: Version,
    pub kind: ReleaseKind,
    /// The candidate that is promoted; `None` where there is none.
    pub candidate: Option<&'l Release>,
    /// The release itself, where it was made.
    pub release: Option<&'l Release>,
    /// The commit that sign-offs have to be of.
    pub commit: CommitId,
}

/// Why nothing is known of a version.
#[derive(Debug, thiserror::Error)]
pub enum PromotionError {
    #[error("`{name}` is no version of a line")]
    Unknown { name: String, nearest: Option<String> },
    #[error("several channels have `{name}`")]
    Ambiguous { name: String, tags: Vec<String> },
    #[error("`{name}` is no channel that is released")]
    UnknownChannel { name: String, known: Vec<String> },
    #[error("{version} was retracted")]
    Retracted { version: Version },
}

impl PromotionError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::Unknown { nearest: None, .. } => Some("fetch the tags: `git fetch --tags`".to_owned()),
            Self::Ambiguous { tags, .. } => {
                Some(format!("name the tag, or the channel with `--channel`: {}", listed(tags)))
            }
            Self::UnknownChannel { known, .. } => Some(format!("known are {}", listed(known))),
            Self::Retracted { .. } => Some("name another candidate".to_owned()),
        }
    }
}

impl<'l> Promotion<'l> {
    /// What a version or tag stands for: a candidate, a release, or a version that a line may release next.
    pub fn find(ledger: &'l Ledger, channel: Option<&str>, text: &str) -> Result<Self, PromotionError> {
        let known: Vec<String> = ledger.config.versioned().map(|(name, _)| name.to_string()).collect();
        if let Some(name) = channel.filter(|name| !known.iter().any(|known| known == name)) {
            return Err(PromotionError::UnknownChannel { name: name.to_owned(), known });
        }
        match ledger.find_release(channel, text) {
            Ok(placed) => {
                let release = placed.release();
                let config =
                    ledger.config.channels.get(&placed.channel.name).and_then(|channel| channel.as_versioned());
                let unknown = || PromotionError::Unknown { name: text.to_owned(), nearest: None };
                let of = Of { channel: placed.channel, config: config.ok_or_else(unknown)?, line: placed.line };
                match release.kind {
                    _ if release.is_retracted => Err(PromotionError::Retracted { version: release.version.clone() }),
                    ReleaseKind::Candidate => Ok(of.promotion(release.version.release(), Some(release), None)),
                    _ => {
                        Ok(of.promotion(release.version.clone(), of.newest_candidate(&release.version), Some(release)))
                    }
                }
            }
            Err(NoRelease::Ambiguous { tags }) => Err(PromotionError::Ambiguous { name: text.to_owned(), tags }),
            Err(NoRelease::Unknown { nearest }) => Self::coming(ledger, channel, text)
                .ok_or_else(|| PromotionError::Unknown { name: text.to_owned(), nearest }),
        }
    }

    /// A version that no tag has: of the line that has candidates of it, else of the line whose number it begins with.
    fn coming(ledger: &'l Ledger, channel: Option<&str>, text: &str) -> Option<Self> {
        let version: Version = text.strip_prefix('v').unwrap_or(text).parse().ok()?;
        if version.is_candidate() {
            return None;
        }
        let channels =
            ledger.config.versioned().filter(|(name, _)| channel.is_none_or(|wanted| wanted == name.as_str()));
        let lines: Vec<Of<'l>> = channels
            .filter_map(|(name, config)| Some((ledger.channel(name.as_str())?, config)))
            .flat_map(|(channel, config)| channel.lines.iter().map(move |line| Of { channel, config, line }))
            .collect();
        let has_candidate = lines.iter().find(|of| of.newest_candidate(&version).is_some());
        let begins = |of: &&Of<'l>| {
            let number = of.line.name.parse::<Version>().ok();
            number.is_some_and(|number| {
                version.has_prefix(number.numbers()) && version.numbers().len() > number.numbers().len()
            })
        };
        let of = has_candidate.or_else(|| lines.iter().find(begins))?;
        Some(of.promotion(version.clone(), of.newest_candidate(&version), None))
    }

    /// A version that a line may release, of its newest candidate where there is one.
    pub fn of_line(channel: &'l ChannelState, config: &'l Versioned, line: &'l Line, version: Version) -> Self {
        let of = Of { channel, config, line };
        let candidate = of.newest_candidate(&version);
        of.promotion(version, candidate, None)
    }

    /// The same, of this commit.
    #[must_use]
    pub fn of_commit(self, commit: CommitId) -> Self {
        Self { commit, ..self }
    }

    /// What is called off or on: the candidate where there is one, else the version itself.
    pub fn subject(&self) -> &Version {
        self.candidate.map_or(&self.version, |candidate| &candidate.version)
    }
}

#[derive(Clone, Copy)]
struct Of<'l> {
    channel: &'l ChannelState,
    config: &'l Versioned,
    line: &'l Line,
}

impl<'l> Of<'l> {
    /// The newest candidate of a version that was not retracted.
    fn newest_candidate(self, version: &Version) -> Option<&'l Release> {
        newest_candidate(self.line, version)
    }

    fn promotion(
        self,
        version: Version,
        candidate: Option<&'l Release>,
        release: Option<&'l Release>,
    ) -> Promotion<'l> {
        let Self { channel, config, line } = self;
        let is_later = |known: &Release| release.is_some() && known.version >= version;
        let is_first = line.releases.iter().all(|known| known.kind == ReleaseKind::Candidate || is_later(known));
        let kind = match (version.is_candidate(), is_first) {
            (true, _) => ReleaseKind::Candidate,
            (false, true) => ReleaseKind::GeneralAvailability,
            (false, false) => ReleaseKind::Patch,
        };
        let commit = candidate.or(release).map_or(line.tip, |known| known.commit);
        Promotion { channel, config, line, version, kind, candidate, release, commit }
    }
}

/// The newest candidate of a version that was not retracted.
pub fn newest_candidate<'l>(line: &'l Line, version: &Version) -> Option<&'l Release> {
    line.releases.iter().rev().find(|release| {
        release.kind == ReleaseKind::Candidate
            && !release.is_retracted
            && release.version.numbers() == version.numbers()
    })
}

/// What a release names as built from it and its candidate does not, where the candidate names what was tested.
pub fn untested_artifacts(candidate: Option<&Release>, named: &[String]) -> Vec<String> {
    let tested = candidate.map_or(&[][..], |candidate| candidate.artifacts.as_slice());
    let is_untested = |artifact: &&String| !tested.is_empty() && !tested.contains(artifact);
    named.iter().filter(is_untested).cloned().collect()
}
