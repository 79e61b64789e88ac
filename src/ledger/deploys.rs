//! Deploys of a continuous channel, from its tags or, where it has none, inferred from its lines.

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;

use super::lines::Built;
use super::model::{Deploy, DeployKind, Line, Warning};
use super::names::TagRole;
use super::tags::{Annotation, Annotations, KnownTag};
use crate::config::Continuous;
use crate::domain::{ChannelName, EnvironmentName, Field, TagName};
use crate::graph::Graph;

/// Keys of the trailers in a deploy's tag message.
pub mod trailer {
    pub const REPLACES: &str = "Replaces";
    pub const BUILT_AT: &str = "Built-At";
    pub const ARTIFACT: &str = "Artifact";
    pub const RUN: &str = "Run";
    /// Why it went ahead or back, for people.
    pub const REASON: &str = "Reason";
    /// A rule that did not hold for once, for the reason given; may stand several times.
    pub const OVERRIDES: &str = "Overrides";
}

/// The order in which deploys were recorded, as far as names tell: day, version, build, sequence, then the time.
type Order<'t> = (Option<DateTime<Utc>>, Vec<u64>, Option<u64>, Option<u64>, Option<DateTime<Utc>>, &'t TagName);

/// The deploys that the channel's tags record, oldest first. Tags of environments that the channel does not list are
/// passed over and warned of.
pub fn deploys(
    channel: &ChannelName,
    config: &Continuous,
    graph: &Graph,
    tags: &[KnownTag],
    lines: &[Built],
    annotations: &mut Annotations<'_>,
    warnings: &mut Vec<Warning>,
) -> Vec<Deploy> {
    let mut line_of = vec![None; tags.len()];
    for built in lines {
        for at in &built.tags {
            line_of[*at] = Some(built.line.name.clone());
        }
    }
    let mut unknown: Vec<(EnvironmentName, TagName, usize)> = Vec::new();
    let mut found: Vec<(Order<'_>, Deploy)> = Vec::new();
    for (tag, line) in tags.iter().zip(line_of).filter(|(tag, _)| tag.role == TagRole::Deploy) {
        let environment = match tag.fields.text(Field::Environment).map(EnvironmentName::new) {
            None => config.last_environment().clone(),
            Some(Ok(environment)) if config.environments.contains(&environment) => environment,
            Some(Ok(environment)) => {
                match unknown.iter_mut().find(|(known, ..)| *known == environment) {
                    Some((_, _, count)) => *count += 1,
                    None => unknown.push((environment, tag.name.clone(), 1)),
                }
                continue;
            }
            Some(Err(_)) => continue,
        };
        let deploy = deploy(tag, environment, line, annotations.of(tag), graph);
        found.push((order(tag, &deploy), deploy));
    }
    for (environment, tag, count) in unknown {
        warnings.push(Warning::UnknownEnvironment { channel: channel.clone(), environment, tag, count });
    }
    found.sort_by(|(left, _), (right, _)| left.cmp(right));
    let mut deploys = found.into_iter().map(|(_, deploy)| deploy).collect();
    put_rollbacks_last(&mut deploys);
    deploys
}

/// How often positions are settled: more than a rollback of a rollback of a rollback, and an end where tags claim to
/// replace each other.
const SETTLING_LIMIT: usize = 8;

/// Puts every rollback after what it replaces: names with builds and no day put a tag of an older build first, although
/// it was recorded later.
fn put_rollbacks_last(deploys: &mut Vec<Deploy>) {
    let replaced: Vec<(usize, &TagName)> =
        deploys.iter().enumerate().filter_map(|(at, deploy)| Some((at, deploy.replaces.as_ref()?))).collect();
    if replaced.is_empty() {
        return;
    }
    let place: FxHashMap<&TagName, usize> =
        deploys.iter().enumerate().filter_map(|(at, deploy)| Some((deploy.tag.as_ref()?, at))).collect();
    let mut keys: Vec<(usize, usize)> = (0..deploys.len()).map(|at| (at, 0)).collect();
    for _ in 0..SETTLING_LIMIT {
        let mut is_settled = true;
        for (at, replaced) in &replaced {
            let Some(before) = place.get(replaced).map(|place| keys[*place]) else { continue };
            if keys[*at] < before {
                keys[*at] = (before.0, before.1 + 1);
                is_settled = false;
            }
        }
        if is_settled {
            break;
        }
    }
    let mut keyed: Vec<_> = keys.into_iter().zip(std::mem::take(deploys)).collect();
    keyed.sort_by_key(|(key, _)| *key);
    deploys.extend(keyed.into_iter().map(|(_, deploy)| deploy));
}

fn order<'t>(tag: &'t KnownTag, deploy: &Deploy) -> Order<'t> {
    (
        tag.fields.date(),
        tag.fields.version_numbers(),
        tag.fields.number(Field::Build),
        tag.fields.number(Field::Seq),
        deploy.recorded_at,
        &tag.name,
    )
}

fn deploy(
    tag: &KnownTag,
    environment: EnvironmentName,
    line: Option<String>,
    annotation: Annotation,
    graph: &Graph,
) -> Deploy {
    let replaces = annotation.trailer(trailer::REPLACES).and_then(|name| TagName::new(name).ok());
    let committed = graph.node(tag.commit).map(|node| graph.commit_time(node));
    let text = |key| annotation.trailer(key).map(str::to_owned);
    let overrides = annotation.trailers.iter().filter(|found| found.is_key(trailer::OVERRIDES));
    let overrides = overrides.map(|found| found.value.clone()).collect();
    Deploy {
        tag: Some(tag.name.clone()),
        object: tag.object,
        environment,
        commit: tag.commit,
        kind: if replaces.is_some() { DeployKind::Rollback } else { DeployKind::Forward },
        replaces,
        recorded_at: annotation.tagged_at.or(committed),
        built_at: annotation.trailer(trailer::BUILT_AT).and_then(|time| time.parse().ok()),
        run: text(trailer::RUN),
        artifact: text(trailer::ARTIFACT),
        reason: text(trailer::REASON),
        overrides,
        line,
        version: tag.written.clone(),
        is_inferred: false,
    }
}

/// What is live in the last environment of a channel whose lines carry no tags: the tip of the newest line, and those of
/// earlier lines that got commits after the newest was cut. Times are unknown. `lines` are newest first.
pub fn inferred(config: &Continuous, graph: &Graph, lines: &[Line]) -> Vec<Deploy> {
    let Some(newest) = lines.first() else { return Vec::new() };
    let cut_at = newest.base.and_then(|base| graph.node(base)).map(|base| graph.commit_time(base));
    let is_live = |line: &&Line| {
        line.name == newest.name
            || match (cut_at, graph.node(line.tip)) {
                (Some(cut_at), Some(tip)) => graph.commit_time(tip) > cut_at && Some(line.tip) != line.base,
                _ => false,
            }
    };
    let live = lines.iter().filter(is_live).map(|line| Deploy {
        tag: None,
        object: line.tip.object(),
        environment: config.last_environment().clone(),
        commit: line.tip,
        kind: DeployKind::Forward,
        replaces: None,
        recorded_at: None,
        built_at: None,
        run: None,
        artifact: None,
        reason: None,
        overrides: Vec::new(),
        line: Some(line.name.clone()),
        version: None,
        is_inferred: true,
    });
    let mut live: Vec<Deploy> = live.collect();
    live.reverse();
    live
}
