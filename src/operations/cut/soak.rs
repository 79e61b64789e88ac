//! Which commit has soaked: the newest that has been live in the last environment for as long as the gates ask, without
//! being rolled back.
//!
//! Being live is being reached by what is live: the next deploy of trunk holds what the one before it had. A rollback to
//! something older ends that, and whatever it took back has not soaked.

use chrono::{DateTime, Utc};

use crate::config::Continuous;
use crate::domain::{CommitId, EnvironmentName, Period};
use crate::graph::Graph;
use crate::ledger::{ChannelState, Deploy, DeployKind};

/// Why no commit has soaked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SoakError {
    #[error("nothing is recorded as live in `{environment}`")]
    NothingLive { environment: EnvironmentName },
    #[error("when `{environment}` was deployed to is not known, so that nothing says what has soaked for {soak}")]
    NoTimes { environment: EnvironmentName, soak: Period },
    #[error("no commit has been live in `{environment}` for {soak} without being rolled back{}", .first.map(|time| format!("; the first will have on {}", time.format("%Y-%m-%d %H:%M"))).unwrap_or_default())]
    NotYet { environment: EnvironmentName, soak: Period, first: Option<DateTime<Utc>> },
}

impl SoakError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some("choose the commit yourself with `--at COMMIT`, or set `cut-from = \"trunk\"` for the channel".to_owned())
    }
}

/// The newest soaked commit of a channel.
pub fn soaked(
    graph: &Graph,
    channel: &ChannelState,
    config: &Continuous,
    soak: Option<&Period>,
    now: DateTime<Utc>,
) -> Result<CommitId, SoakError> {
    let environment = config.last_environment();
    let deploys: Vec<&Deploy> = channel.deploys_to(environment).collect();
    let newest_live = channel.live(environment).first().map(|deploy| deploy.commit);
    let live = newest_live.ok_or_else(|| SoakError::NothingLive { environment: environment.clone() })?;
    let Some(soak) = soak else { return Ok(live) };
    if deploys.iter().all(|deploy| deploy.recorded_at.is_none()) {
        return Err(SoakError::NoTimes { environment: environment.clone(), soak: soak.clone() });
    }
    let mut first = None;
    for (at, deploy) in deploys.iter().enumerate().rev() {
        let Some(since) = deploy.recorded_at else { continue };
        let ready = soak.after(since);
        match end(graph, deploy, &deploys[at + 1..]) {
            End::Live if ready <= now => return Ok(deploy.commit),
            End::Superseded(until) if ready <= until => return Ok(deploy.commit),
            End::Live => first = Some(ready),
            End::Superseded(_) | End::RolledBack => {}
        }
    }
    Err(SoakError::NotYet { environment: environment.clone(), soak: soak.clone(), first })
}

/// How the time of a commit ended.
enum End {
    Live,
    /// By a deploy that does not hold it and is no rollback: that of another line.
    Superseded(DateTime<Utc>),
    RolledBack,
}

fn end(graph: &Graph, deploy: &Deploy, later: &[&Deploy]) -> End {
    let Some(node) = graph.node(deploy.commit) else { return End::RolledBack };
    let ended = later.iter().find(|later| {
        let holds = graph.node(later.commit).is_some_and(|later| graph.is_ancestor(node, later));
        !holds
    });
    match ended {
        None => End::Live,
        Some(later) if later.kind == DeployKind::Rollback => End::RolledBack,
        Some(later) => later.recorded_at.map_or(End::RolledBack, End::Superseded),
    }
}

#[cfg(test)]
mod tests;
