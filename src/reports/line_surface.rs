//! What operators of a line see: everything that its newest release declares, since when each key is there, and what each
//! release of the line changed.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::changelog::{Placed, previous};
use super::known_notes::KnownNotes;
use crate::domain::{ChannelName, CommitId, TagName, Version};
use crate::ledger::{ChannelState, Ledger, Line, ReleaseKind};
use crate::surface::{Side, Since, SurfaceDifference, SurfaceError, SurfaceReader, SurfaceSnapshot};

/// What operators of one line see.
#[derive(Debug, Clone, Serialize)]
pub struct LineSurface {
    pub channel: ChannelName,
    pub line: String,
    /// The newest release of the line; a candidate only where it has nothing else. `None`: it has no release.
    pub release: Option<SurfaceRelease>,
    /// Everything that the release declares; `None` where there is none, or `unread` says why not.
    pub snapshot: Option<SurfaceSnapshot>,
    /// Why the release cannot be read.
    pub unread: Option<String>,
    /// Its releases that were not retracted, newest first, each with what it changed. Candidates are left out where the line
    /// has other releases.
    pub steps: Vec<SurfaceStep>,
}

/// A release whose surface is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SurfaceRelease {
    pub version: Version,
    pub tag: TagName,
    pub commit: CommitId,
    pub date: DateTime<Utc>,
}

/// A release and what it changed for operators.
#[derive(Debug, Clone, Serialize)]
pub struct SurfaceStep {
    pub release: SurfaceRelease,
    /// The release that operators come from; `None`: there is none before.
    pub previous: Option<Version>,
    /// `None` where there is nothing to compare with, or `unread` says why not.
    pub difference: Option<SurfaceDifference>,
    pub unread: Option<String>,
}

/// What surfaces are read from, and what change notes say of them on a day.
#[derive(Clone, Copy)]
pub struct SurfaceSources<'s, 'l> {
    pub ledger: &'l Ledger,
    pub reader: &'s SurfaceReader<'l>,
    pub notes: &'s KnownNotes<'l>,
    pub today: NaiveDate,
}

impl SurfaceSources<'_, '_> {
    /// The difference of two versions as files and notes tell it.
    pub(super) fn compare(&self, from: &Side, to: &Side) -> Result<SurfaceDifference, SurfaceError> {
        let mut difference = self.reader.compare(from, to, None)?;
        self.notes.tell(&mut difference, (from, to), self.today);
        Ok(difference)
    }
}

/// Reads the surfaces of all lines of a channel, in their order.
pub fn line_surfaces(sources: SurfaceSources<'_, '_>, channel: &ChannelState) -> Vec<LineSurface> {
    channel.lines.iter().map(|line| line_surface(sources, channel, line)).collect()
}

fn line_surface(sources: SurfaceSources<'_, '_>, channel: &ChannelState, line: &Line) -> LineSurface {
    let reader = sources.reader;
    let is_shown = |is_candidate: bool| {
        (0..line.releases.len())
            .rev()
            .filter(|at| !line.releases[*at].is_retracted)
            .filter(|at| (line.releases[*at].kind == ReleaseKind::Candidate) == is_candidate)
            .collect::<Vec<usize>>()
    };
    let shown = Some(is_shown(false)).filter(|shown| !shown.is_empty()).unwrap_or_else(|| is_shown(true));
    let steps: Vec<SurfaceStep> = shown.iter().map(|at| step(sources, channel, Placed { line, at: *at })).collect();
    let release = steps.first().map(|step| step.release.clone());
    let newest = shown.first().map(|at| &line.releases[*at]);
    let read = newest.map(|newest| {
        let mut snapshot = reader.snapshot(&side(newest))?;
        Since::new(reader, channel, line, Some(newest)).fill_snapshot(&mut snapshot)?;
        sources.notes.tell_of(&mut snapshot, &side(newest), sources.today);
        Ok::<_, SurfaceError>(snapshot)
    });
    let (snapshot, unread) = told(read);
    LineSurface { channel: channel.name.clone(), line: line.name.clone(), release, snapshot, unread, steps }
}

fn step(sources: SurfaceSources<'_, '_>, channel: &ChannelState, placed: Placed<'_>) -> SurfaceStep {
    let release = placed.release();
    let before = previous(sources.ledger, channel, placed);
    let (difference, unread) = told(before.map(|before| sources.compare(&side(before), &side(release))));
    SurfaceStep {
        release: SurfaceRelease {
            version: release.version.clone(),
            tag: release.tag.clone(),
            commit: release.commit,
            date: release.date,
        },
        previous: before.map(|before| before.version.clone()),
        difference,
        unread,
    }
}

fn side(release: &crate::ledger::Release) -> Side {
    Side { name: release.version.to_string(), commit: release.commit, version: Some(release.version.clone()) }
}

/// What was read, or why it was not.
pub(super) fn told<T>(read: Option<Result<T, SurfaceError>>) -> (Option<T>, Option<String>) {
    match read {
        Some(Ok(found)) => (Some(found), None),
        Some(Err(error)) => (None, Some(error.to_string())),
        None => (None, None),
    }
}
