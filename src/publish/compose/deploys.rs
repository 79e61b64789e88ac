//! The deploy log in words: what each deploy brought, and what made it risky.

use std::collections::HashMap;

use super::inputs::Inputs;
use super::surface::{not_tracked, way_back};
use crate::domain::TagName;
use crate::publish::text;
use crate::publish::view::{DeployedMigrationView, DeploysView, LinkView, LoggedDeployView};
use crate::reports::{ChannelStatus, DeployLog, DeployRisk, LoggedDeploy};
use crate::surface::{Migration, SurfaceDifference, SurfaceKind};

/// Deploys on the page; the command line prints all of them.
const DEPLOYS_SHOWN: usize = 200;
/// Keys that are named for one deploy.
const KEYS_SHOWN: usize = 20;

/// The log of a channel.
pub fn deploys(inputs: &Inputs<'_>, channel: &ChannelStatus, log: &DeployLog) -> DeploysView {
    let versions: HashMap<&TagName, &str> =
        log.deploys.iter().filter_map(|deploy| Some((deploy.tag.as_ref()?, deploy.version.as_str()))).collect();
    let shown = log.deploys.iter().take(DEPLOYS_SHOWN);
    let compared = log.deploys.iter().find_map(|deploy| deploy.surface.as_ref());
    DeploysView {
        title: inputs.document_title(&channel.name, "deploys"),
        project: inputs.project(),
        channel: inputs.channel_title(&channel.name),
        environment: log.environment.as_ref().map(ToString::to_string),
        deploys: shown.map(|deploy| deploy_view(inputs, deploy, &versions)).collect(),
        more: log.deploys.len().saturating_sub(DEPLOYS_SHOWN),
        not_tracked: compared
            .iter()
            .flat_map(|difference| &difference.not_tracked)
            .filter(|kind| matches!(kind, SurfaceKind::Configuration | SurfaceKind::Migrations))
            .map(|kind| not_tracked(*kind))
            .collect(),
    }
}

fn deploy_view(inputs: &Inputs<'_>, deploy: &LoggedDeploy, versions: &HashMap<&TagName, &str>) -> LoggedDeployView {
    let (keys, more_keys) = deploy.surface.as_ref().map_or_else(Default::default, changed_keys);
    let from = deploy.surface.as_ref().map(|surface| surface.from_commit.to_string());
    LoggedDeployView {
        when: deploy.recorded_at.map_or_else(|| "not known".to_owned(), text::moment),
        version: deploy.version.clone(),
        commit: LinkView { text: deploy.commit.short(), url: inputs.commit_url(deploy.commit) },
        tag: deploy.tag.as_ref().map(ToString::to_string),
        compare_url: from.and_then(|from| inputs.compare_url(&from, &deploy.commit.to_string())),
        changes: deploy.changes,
        since_last: deploy.since_last.map(text::span),
        is_rollback: deploy.rollback,
        was_rolled_back: deploy.rolled_back,
        replaces: deploy
            .replaces
            .as_ref()
            .map(|tag| versions.get(tag).map_or_else(|| tag.to_string(), |version| (*version).to_owned())),
        risks: deploy.risks.iter().map(|risk| risk_words(*risk, deploy)).collect(),
        breaking: deploy.breaking.clone(),
        migrations: deploy.surface.as_ref().map_or_else(Vec::new, |surface| migrations(surface, deploy.rollback)),
        keys,
        more_keys,
        unread: deploy.unread.clone(),
    }
}

fn risk_words(risk: DeployRisk, deploy: &LoggedDeploy) -> String {
    match risk {
        DeployRisk::Rollback => "rollback".to_owned(),
        DeployRisk::Migrations { count, hardest } => {
            let count = text::counted(count, "migration", "migrations");
            let left = if deploy.rollback { " in between" } else { "" };
            match hardest {
                Some(class) => format!("{count}{left}, way back: {}", class.way_back()),
                None => format!("{count}{left}, way back not said"),
            }
        }
        DeployRisk::Breaking { count } => text::counted(count, "breaking change", "breaking changes"),
        DeployRisk::Configuration { count } => text::counted(count, "configuration key", "configuration keys"),
        DeployRisk::Large => "large".to_owned(),
        DeployRisk::LongPause => "after a long pause".to_owned(),
    }
}

/// The migrations of a difference; behind a rollback those that it leaves behind.
pub fn migrations(surface: &SurfaceDifference, is_rollback: bool) -> Vec<DeployedMigrationView> {
    let of = &surface.migrations;
    let gone = if is_rollback { "left behind" } else { "gone" };
    let lists = [("added", &of.added), ("changed after it shipped", &of.changed), (gone, &of.removed)];
    let view = |change: &str, migration: &Migration| DeployedMigrationView {
        id: migration.id.clone(),
        change: change.to_owned(),
        variant: migration.variant.clone(),
        way_back: way_back(migration.rollback),
    };
    lists.into_iter().flat_map(|(change, list)| list.iter().map(move |migration| view(change, migration))).collect()
}

fn changed_keys(surface: &SurfaceDifference) -> (Vec<String>, usize) {
    let of = &surface.configuration;
    let removed = of.removed.iter().map(|key| format!("{} removed", key.key));
    let renamed = of.renamed.iter().map(|key| format!("{} renamed to {}", key.from, key.to));
    let changed = of.changed.iter().map(|key| format!("{} has a new default", key.key));
    let added = of.added.iter().map(|key| format!("{} added", key.key));
    let mut all: Vec<String> = removed.chain(renamed).chain(changed).chain(added).collect();
    let more = all.len().saturating_sub(KEYS_SHOWN);
    all.truncate(KEYS_SHOWN);
    (all, more)
}
