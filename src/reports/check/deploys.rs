//! Rules about what is live.

use super::report::{CheckInputs, Found};
use crate::config::Continuous;
use crate::domain::{Period, Rule, RuleSeverity};
use crate::ledger::{ChannelState, DeployKind};
use crate::reports::status::{ChannelStatus, EnvironmentStatus, Status};

const DAY: i64 = 86_400;

/// How a forward deploy goes ahead in spite of what holds it.
const OVERRIDE: &str = "until then a forward deploy needs `--override REASON`";

/// What is wrong with what is live, channel by channel.
pub(super) fn found(inputs: &CheckInputs<'_>, board: &Status) -> Vec<Found> {
    let ledger = inputs.ledger;
    let mut found = Vec::new();
    for (name, config) in ledger.config.continuous() {
        let shown = board.channels.iter().find(|channel| channel.name == *name);
        let (Some(state), Some(shown)) = (ledger.channel(name.as_str()), shown) else { continue };
        for environment in &shown.environments {
            found.extend(too_old(config, environment));
            found.extend(frozen(environment));
            found.extend(tripped(inputs, state, config, shown, environment));
        }
    }
    found
}

/// Builds that are live and older than the limit.
fn too_old(config: &Continuous, environment: &EnvironmentStatus) -> Vec<Found> {
    let limit = &config.max_age;
    let past = |period: &Option<Period>, age: i64| period.as_ref().filter(|period| age > period.seconds()).cloned();
    let live = environment.live.iter().filter_map(|live| {
        let age = live.age?;
        let (severity, limit) = past(&limit.fail, age)
            .map(|limit| (RuleSeverity::Fail, limit))
            .or_else(|| past(&limit.warn, age).map(|limit| (RuleSeverity::Warn, limit)))?;
        let message = format!("{} is {} days old, past the limit of {limit}", live.version, age / DAY);
        let hint = "deploy a newer build, or raise `max-age` of the channel";
        Some(Found::new(Rule::BinaryAge, environment.name.as_str(), message).at(severity).hint(hint))
    });
    live.collect()
}

/// Each freeze that is in force, by record or by a window of the configuration.
fn frozen(environment: &EnvironmentStatus) -> Vec<Found> {
    let told = environment.freezes.iter().map(|freeze| {
        let until = freeze.until.map_or_else(
            || "until somebody thaws it".to_owned(),
            |until| format!("until {}", until.format("%Y-%m-%d %H:%M UTC")),
        );
        let reason = freeze.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let message = format!("frozen {until}, by the {} `{}`{reason}", freeze.kind, freeze.name);
        Found::new(Rule::Frozen, environment.name.as_str(), message).hint(OVERRIDE)
    });
    told.collect()
}

/// The circuit breaker on rollbacks.
fn tripped(
    inputs: &CheckInputs<'_>,
    state: &ChannelState,
    config: &Continuous,
    shown: &ChannelStatus,
    environment: &EnvironmentStatus,
) -> Option<Found> {
    let limit = config.rollback_limit.as_ref()?;
    let rollbacks = state.deploys_to(&environment.name).filter(|deploy| deploy.kind == DeployKind::Rollback);
    let reached = limit.reached(rollbacks.filter_map(|deploy| deploy.recorded_at), inputs.now)?;
    let times = if reached.count == 1 { "once".to_owned() } else { format!("{} times", reached.count) };
    let until = reached.until.format("%Y-%m-%d %H:%M UTC");
    let message = format!(
        "rolled back {times} within {} in channel {}, which is the limit until {until}",
        limit.within, shown.name
    );
    Some(Found::new(Rule::RollbackLimit, environment.name.as_str(), message).hint(OVERRIDE))
}
