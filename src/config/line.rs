//! What a line says of itself because nothing in git can: its kind, its dates, its stops and its plans.

use chrono::NaiveDate;
use indexmap::IndexMap;

use crate::domain::{BranchName, LineKind, Version};

/// `[channels.X.lines."1.8"]`. A line that is not declared is a regular one with the support window of its channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeclaredLine {
    /// Default: regular.
    pub kind: LineKind,
    /// What people call it beside its name, `Antelope`.
    pub title: Option<String>,
    /// The branch, where no pattern of the channel gives it.
    pub branch: Option<BranchName>,
    /// The day of its general availability, where no tag's date is right.
    pub released: Option<NaiveDate>,
    /// Last day of fixes; wins over the channel's support window.
    pub active_until: Option<NaiveDate>,
    /// Last day of security fixes; never before `active_until`.
    pub security_until: Option<NaiveDate>,
    /// The day from which nothing is promised.
    pub end_of_life: Option<NaiveDate>,
    /// Where an upgrade across this line has to pause, lowest version first.
    pub required_stops: Vec<RequiredStop>,
    /// Releases that are announced, by date.
    pub planned: Vec<Planned>,
    /// What an installation of this line needs, by name: `postgresql` to `14 or newer`. Free text.
    pub requires: IndexMap<String, String>,
}

/// A version that an upgrade must pass through; any later patch of the same line will do as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredStop {
    /// The lowest version of the line that is a stop.
    pub from: Version,
    /// Why one must stop here, for people.
    pub reason: Option<String>,
    /// Only upgrades that begin below this version have to stop; `None`: all that cross the line.
    pub if_from_before: Option<Version>,
    /// Kinds of installation that have to stop; empty: all.
    pub installations: Vec<String>,
    /// Who has to stop, in words that only a person can judge.
    pub only_if: Option<String>,
    /// Whether an online upgrade takes the stop by itself, so that it counts only where there is no network.
    pub is_air_gapped_only: bool,
    /// Since when it is declared.
    pub since: Option<NaiveDate>,
}

/// A release that is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub version: Version,
    pub on: NaiveDate,
    /// What it is about, for people.
    pub about: Option<String>,
}
