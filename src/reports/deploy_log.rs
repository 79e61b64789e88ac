//! The deploys that customers saw, each with what made it risky: migrations, configuration, what breaks, its size beside
//! the others and the time since the one before.
//!
//! The size and the pause of a deploy count as risks beside those of the same log, not beside a number that we made up.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::between::{NoteBar, bars_between};
use super::changelog::{Changelog, ChangelogSection, ReleasedAs};
use super::deploys::version;
use super::describe::Describer;
use super::line_surface::{SurfaceSources, told};
use crate::domain::{ChannelName, CommitId, EnvironmentName, RollbackClass, TagName};
use crate::ledger::{ChannelState, Deploy};
use crate::surface::{Side, SurfaceDifference};

/// Deploys whose trees are compared; of older ones the log says what it can without.
const COMPARED: usize = 200;

/// From so many deploys on, one can be called larger or later than most.
const ENOUGH: usize = 10;

/// The deploys into the last environment of a channel.
#[derive(Debug, Clone, Serialize)]
pub struct DeployLog {
    pub channel: ChannelName,
    pub environment: Option<EnvironmentName>,
    /// Newest first.
    pub deploys: Vec<LoggedDeploy>,
    /// What going back from what is live would lead over, for each environment that there is a way back in.
    pub ways_back: Vec<WayBack>,
}

/// What stands between what is live and the deploy that a rollback would go back to.
#[derive(Debug, Clone, Serialize)]
pub struct WayBack {
    pub environment: EnvironmentName,
    /// From the older to the live one; `None` where `unread` says why not.
    pub difference: Option<SurfaceDifference>,
    /// What change notes alone say of going back.
    pub by_notes: Vec<NoteBar>,
    pub unread: Option<String>,
}

/// One deploy.
#[derive(Debug, Clone, Serialize)]
pub struct LoggedDeploy {
    pub tag: Option<TagName>,
    pub commit: CommitId,
    pub version: String,
    pub recorded_at: Option<DateTime<Utc>>,
    /// Whether it went back.
    pub rollback: bool,
    /// Whether a later rollback replaced it.
    pub rolled_back: bool,
    /// For a rollback, what it replaced.
    pub replaces: Option<TagName>,
    /// Seconds since the deploy before.
    pub since_last: Option<i64>,
    /// Changes that customers had not had, internal ones included.
    pub changes: usize,
    /// What breaks, as far as the messages say it.
    pub breaking: Vec<String>,
    /// What an operator sees change by it; `None` where it was not compared.
    pub surface: Option<SurfaceDifference>,
    /// Why its trees could not be compared.
    pub unread: Option<String>,
    /// In the order of their weight.
    pub risks: Vec<DeployRisk>,
}

/// What made a deploy risky, the heaviest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeployRisk {
    /// It went back.
    Rollback,
    /// Migrations, with the one that is hardest to go back over; `None` where nothing says it.
    Migrations { count: usize, hardest: Option<RollbackClass> },
    /// Something stopped working as it did.
    Breaking { count: usize },
    /// Keys were added, removed or renamed, or have another default.
    Configuration { count: usize },
    /// It brought more changes than nine of ten deploys of the log.
    Large,
    /// Nothing had been deployed for longer than before nine of ten deploys of the log.
    LongPause,
}

/// The log of a channel by its changelog, which has a section for each deploy.
pub fn deploy_log(sources: SurfaceSources<'_, '_>, channel: &ChannelState, changelog: &Changelog) -> DeployLog {
    let ledger = sources.ledger;
    let describer = Describer::new(ledger);
    let bad = channel.rolled_back();
    let is_deploy =
        |section: &&ChangelogSection| matches!(section.release.kind, ReleasedAs::Deploy | ReleasedAs::Rollback);
    let sections: Vec<&ChangelogSection> = changelog.sections_of.iter().filter(is_deploy).collect();
    let by_tag = |tag: &TagName| channel.deploys.iter().find(|deploy| deploy.tag.as_ref() == Some(tag));
    let mut deploys: Vec<LoggedDeploy> = Vec::with_capacity(sections.len());
    for (at, section) in sections.iter().enumerate() {
        let release = &section.release;
        let Some(deploy) = release.tag.as_ref().and_then(by_tag) else { continue };
        let before = sections.get(at + 1).and_then(|before| before.release.date);
        let (surface, unread) = told(release.previous_commit.filter(|_| at < COMPARED).map(|previous| {
            let (before, after) = sides(previous, deploy);
            sources.compare(&before, &after)
        }));
        let breaking = section.entries().filter(|(_, entry)| entry.breaking);
        deploys.push(LoggedDeploy {
            tag: release.tag.clone(),
            commit: release.commit,
            version: version(ledger, &describer, deploy),
            recorded_at: release.date,
            rollback: release.kind == ReleasedAs::Rollback,
            rolled_back: release.tag.as_ref().is_some_and(|tag| bad.contains(tag)),
            replaces: release.replaces.clone(),
            since_last: release.date.zip(before).map(|(now, before)| (now - before).num_seconds()),
            changes: section.entry_count() + section.left_out.len(),
            breaking: breaking
                .map(|(_, entry)| entry.breaking_text.clone().unwrap_or_else(|| entry.text.clone()))
                .collect(),
            surface,
            unread,
            risks: Vec::new(),
        });
    }
    let large = most(deploys.iter().filter(|deploy| !deploy.rollback).map(|deploy| deploy.changes as i64).collect());
    let pause = most(deploys.iter().filter_map(|deploy| deploy.since_last).collect());
    for deploy in &mut deploys {
        deploy.risks = risks(deploy, large, pause);
    }
    DeployLog {
        channel: channel.name.clone(),
        environment: channel.environments.last().cloned(),
        deploys,
        ways_back: channel.environments.iter().filter_map(|name| way_back(sources, channel, name)).collect(),
    }
}

fn way_back(sources: SurfaceSources<'_, '_>, channel: &ChannelState, environment: &EnvironmentName) -> Option<WayBack> {
    let (target, live) = (channel.rollback_target(environment)?, *channel.live(environment).first()?);
    let sides = sides(target.commit, live);
    let (difference, unread) = told(Some(sources.compare(&sides.0, &sides.1)));
    let bars = |difference| bars_between(sources.notes, (&sides.0, &sides.1), difference);
    let by_notes = difference.as_ref().map_or_else(Vec::new, bars);
    Some(WayBack { environment: environment.clone(), difference, by_notes, unread })
}

/// The value past which only one of ten lies; `None` where there are too few.
fn most(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    let at = (values.len() * 9).div_ceil(10).checked_sub(1)?;
    values.get(at).copied().filter(|_| values.len() >= ENOUGH)
}

/// What was live before a deploy, and the deploy.
fn sides(previous: CommitId, deploy: &Deploy) -> (Side, Side) {
    let side = |name: String, commit| Side { name, commit, version: None };
    let name = deploy.tag.as_ref().map_or_else(|| deploy.commit.short(), ToString::to_string);
    (side(previous.short(), previous), side(name, deploy.commit))
}

fn risks(deploy: &LoggedDeploy, large: Option<i64>, pause: Option<i64>) -> Vec<DeployRisk> {
    let mut risks = Vec::new();
    if deploy.rollback {
        risks.push(DeployRisk::Rollback);
    }
    if let Some(surface) = &deploy.surface {
        let migrations = &surface.migrations;
        // What a rollback leaves behind is a risk of it, too.
        let all = || migrations.added.iter().chain(&migrations.changed).chain(&migrations.removed);
        if all().next().is_some() {
            let hardest = all().map(|migration| migration.rollback).max().flatten();
            let is_said = all().all(|migration| migration.rollback.is_some());
            risks.push(DeployRisk::Migrations { count: all().count(), hardest: hardest.filter(|_| is_said) });
        }
    }
    if !deploy.breaking.is_empty() {
        risks.push(DeployRisk::Breaking { count: deploy.breaking.len() });
    }
    if let Some(surface) = &deploy.surface {
        let of = &surface.configuration;
        let count = of.added.len() + of.removed.len() + of.changed.len() + of.renamed.len();
        if count > 0 {
            risks.push(DeployRisk::Configuration { count });
        }
    }
    if !deploy.rollback && large.is_some_and(|large| deploy.changes as i64 > large) {
        risks.push(DeployRisk::Large);
    }
    if pause.zip(deploy.since_last).is_some_and(|(pause, since)| since > pause) {
        risks.push(DeployRisk::LongPause);
    }
    risks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_ten_is_more_than_most() {
        assert_eq!(most((1..=9).collect()), None);
        assert_eq!(most((1..=10).rev().collect()), Some(9));
        assert_eq!(most((1..=20).collect()), Some(18));
    }
}
