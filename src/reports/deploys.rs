//! Deploys as a list, newest first.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::describe::Describer;
use crate::domain::{ChannelName, CommitId, EnvironmentName, TagName};
use crate::ledger::{Deploy, DeployKind, Ledger};

/// What `deploy list` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeployList {
    /// Newest first.
    pub deploys: Vec<ListedDeploy>,
    /// How many there are before a limit was applied.
    pub total: usize,
}

/// One deploy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedDeploy {
    /// `None` where it is inferred from a branch.
    pub tag: Option<TagName>,
    pub channel: ChannelName,
    pub environment: EnvironmentName,
    pub commit: CommitId,
    /// `deploy`, or `rollback`.
    pub kind: &'static str,
    pub replaces: Option<TagName>,
    pub recorded_at: Option<DateTime<Utc>>,
    pub built_at: Option<DateTime<Utc>>,
    pub run: Option<String>,
    pub artifact: Option<String>,
    /// Why it went ahead or back.
    pub reason: Option<String>,
    /// Rules that were overridden for it.
    pub overrides: Vec<String>,
    pub line: Option<String>,
    pub version: String,
    /// Live in its environment now.
    pub live: bool,
    /// Replaced by a later rollback.
    pub rolled_back: bool,
    pub inferred: bool,
}

/// Which deploys are listed.
#[derive(Debug, Clone, Default)]
pub struct DeployFilter {
    pub channel: Option<ChannelName>,
    pub environment: Option<EnvironmentName>,
    pub since: Option<DateTime<Utc>>,
    pub limit: Option<usize>,
}

impl DeployFilter {
    fn takes(&self, channel: &ChannelName, deploy: &Deploy) -> bool {
        self.channel.as_ref().is_none_or(|wanted| wanted == channel)
            && self.environment.as_ref().is_none_or(|wanted| *wanted == deploy.environment)
            && self.since.is_none_or(|since| deploy.recorded_at.is_some_and(|at| at >= since))
    }
}

/// Lists deploys of all continuous channels. Those of one channel keep their recorded order.
pub fn deploys(ledger: &Ledger, filter: &DeployFilter) -> DeployList {
    let describer = Describer::new(ledger);
    let mut found: Vec<(&ChannelName, &Deploy, bool, bool)> = Vec::new();
    for channel in &ledger.channels {
        let bad = channel.rolled_back();
        let live: Vec<&Deploy> =
            channel.environments.iter().flat_map(|environment| channel.live(environment)).collect();
        for deploy in channel.deploys.iter().rev().filter(|deploy| filter.takes(&channel.name, deploy)) {
            let is_live = live.iter().any(|live| std::ptr::eq(*live, deploy));
            let is_bad = deploy.tag.as_ref().is_some_and(|tag| bad.contains(tag));
            found.push((&channel.name, deploy, is_live, is_bad));
        }
    }
    let total = found.len();
    found.truncate(filter.limit.unwrap_or(usize::MAX));
    let deploys = found
        .into_iter()
        .map(|(channel, deploy, live, rolled_back)| ListedDeploy {
            tag: deploy.tag.clone(),
            channel: channel.clone(),
            environment: deploy.environment.clone(),
            commit: deploy.commit,
            kind: kind(deploy.kind),
            replaces: deploy.replaces.clone(),
            recorded_at: deploy.recorded_at,
            built_at: deploy.built_at,
            run: deploy.run.clone(),
            artifact: deploy.artifact.clone(),
            reason: deploy.reason.clone(),
            overrides: deploy.overrides.clone(),
            line: deploy.line.clone(),
            version: version(ledger, &describer, deploy),
            live,
            rolled_back,
            inferred: deploy.is_inferred,
        })
        .collect();
    DeployList { deploys, total }
}

/// What people call a deployed commit.
pub(super) fn version(ledger: &Ledger, describer: &Describer<'_>, deploy: &Deploy) -> String {
    match (&deploy.version, ledger.graph.node(deploy.commit)) {
        (Some(version), _) => version.clone(),
        (None, Some(node)) => describer.describe(node).version,
        (None, None) => deploy.commit.short(),
    }
}

fn kind(kind: DeployKind) -> &'static str {
    match kind {
        DeployKind::Forward => "deploy",
        DeployKind::Rollback => "rollback",
    }
}
