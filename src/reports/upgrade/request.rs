//! What may be asked of upgrade notes, and what is said when there is no such upgrade.

use crate::domain::{Version, listed, nearest};
use crate::git::ReadError;
use crate::ledger::{NotesError, PointError, known_names};
use crate::reports::{ChangelogError, ContentsError};
use crate::surface::SurfaceError;

/// Which upgrade is wanted, and for whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpgradeRequest {
    /// The channel whose versions are meant, where several have the same.
    pub channel: Option<String>,
    /// A release, by version or tag.
    pub from: String,
    /// A release, by version or tag, or a line: then the lowest version of it that loses nothing.
    pub to: String,
    /// Only for this kind of installation.
    pub installation: Option<String>,
    pub air_gapped: bool,
    /// Only the migrations of this variant.
    pub variant: Option<String>,
}

/// Why there are no upgrade notes.
#[derive(Debug, thiserror::Error)]
pub enum UpgradeError {
    #[error("no channel has releases that others install")]
    NothingInstalled,
    #[error("`{name}` is no release{}", .channel.as_ref().map(|channel| format!(" of channel `{channel}`")).unwrap_or_default())]
    UnknownRelease { name: String, channel: Option<String>, known: Vec<String> },
    #[error("`{name}` is a release of several channels")]
    WhichChannel { name: String, channels: Vec<String> },
    #[error("`{from}` is a line, and an upgrade begins at a version")]
    FromLine { from: String, newest: Option<Version> },
    #[error("`{from}` is a release of channel `{of_from}`, and channel `{of_to}` has `{to}`")]
    OtherChannel { from: String, of_from: String, to: String, of_to: String },
    #[error("{from} comes after {to}: this is the way back")]
    Downgrade { from: Version, to: Version },
    #[error("{version} was retracted: nobody should install it")]
    Retracted { version: Version, instead: Option<Version> },
    #[error("line `{line}` has no release that can be installed")]
    NothingOnLine { line: String },
    #[error("every release of line `{line}` comes before {from}")]
    LineBehind { line: String, from: Version, newest: Version },
    #[error(
        "there is no way from {from} to {to}: one has to stop at {stop} or a later version of line `{line}`, and none can be installed"
    )]
    StopImpassable { from: Version, to: Version, stop: Version, line: String },
    #[error("there is no way from {from} to {to} in the steps that are allowed")]
    NoWay { from: Version, to: Version },
    #[error("there is no kind of installation `{name}`")]
    UnknownInstallation { name: String, known: Vec<String> },
    #[error(transparent)]
    Point(#[from] PointError),
    #[error(transparent)]
    Surface(#[from] SurfaceError),
    #[error(transparent)]
    Changelog(#[from] ChangelogError),
    #[error(transparent)]
    Contents(#[from] ContentsError),
    #[error(transparent)]
    Notes(#[from] NotesError),
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// What an error means for whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpgradeFault {
    /// It names something that does not exist.
    Usage,
    /// Nobody should do that.
    Refused,
    /// The configuration does not allow an answer.
    Invalid,
    /// Something could not be read.
    Failed,
}

impl UpgradeError {
    /// What it means.
    pub const fn fault(&self) -> UpgradeFault {
        match self {
            Self::NothingInstalled => UpgradeFault::Invalid,
            Self::UnknownRelease { .. }
            | Self::WhichChannel { .. }
            | Self::FromLine { .. }
            | Self::OtherChannel { .. }
            | Self::UnknownInstallation { .. }
            | Self::Point(_)
            | Self::Changelog(_)
            | Self::Surface(SurfaceError::UnknownVariant { .. }) => UpgradeFault::Usage,
            Self::Downgrade { .. }
            | Self::Retracted { .. }
            | Self::NothingOnLine { .. }
            | Self::LineBehind { .. }
            | Self::StopImpassable { .. }
            | Self::NoWay { .. } => UpgradeFault::Refused,
            Self::Surface(_) | Self::Contents(_) | Self::Notes(_) | Self::Read(_) => UpgradeFault::Failed,
        }
    }

    /// Things to do about it.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::NothingInstalled => vec!["declare a channel of `kind = \"versioned\"`".to_owned()],
            Self::UnknownRelease { name, known, .. } => known_names(name, known, "releases"),
            Self::WhichChannel { channels, .. } => vec![format!("name one with `--channel`: {}", listed(channels))],
            Self::FromLine { from, newest } => vec![match newest {
                Some(newest) => format!("name what is installed, such as {newest}, the newest release of `{from}`"),
                None => format!("line `{from}` has no release yet"),
            }],
            Self::OtherChannel { .. } => vec!["name two versions of one channel".to_owned()],
            Self::Downgrade { from, to } => vec![
                format!(
                    "`twintrack upgrade --from {to} --to {from}` says how far back one can go, under \"Going back\""
                ),
                format!("`twintrack surface --from {from} --to {to}` tells what differs"),
            ],
            Self::Retracted { instead: Some(instead), .. } => vec![format!("take {instead}")],
            Self::Retracted { .. } => vec!["no later release of its line can be installed yet".to_owned()],
            Self::NothingOnLine { .. } => vec!["name another line, or release a version of it".to_owned()],
            Self::LineBehind { newest, .. } => {
                vec![format!("its newest release is {newest}; name a newer line or a version")]
            }
            Self::StopImpassable { line, stop, .. } => {
                vec![format!("release a version of `{line}` from {stop} on, or take the stop out of `release.toml`")]
            }
            Self::NoWay { .. } => {
                vec![
                    "look at `upgrade-step` and the pairs that are `forbidden` under `upgrade` in `release.toml`"
                        .to_owned(),
                ]
            }
            Self::UnknownInstallation { name, known } if known.is_empty() => {
                vec![format!("declare it in `release.toml`: `[channels.NAME.installations.{name}]`")]
            }
            Self::UnknownInstallation { name, known } => {
                let meant = nearest(name, known.iter().map(String::as_str));
                let meant = meant.map(|meant| format!("did you mean `{meant}`?"));
                meant.into_iter().chain([format!("known are {}", listed(known))]).collect()
            }
            Self::Point(error) => error.hints(),
            Self::Changelog(error) => error.hints(),
            Self::Surface(error) => error.hint().into_iter().collect(),
            Self::Read(error) => error.hint().into_iter().collect(),
            Self::Contents(error) => error.hint().into_iter().collect(),
            Self::Notes(_) => Vec::new(),
        }
    }
}
