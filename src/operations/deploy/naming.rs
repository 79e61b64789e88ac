//! The name of a deploy's tag: the fields that the situation gives, and the next number among the names there are.

use chrono::{DateTime, Utc};

use crate::config::Continuous;
use crate::domain::{CommitId, EnvironmentName, Field, Fields, NamePattern, TagName};
use crate::graph::Graph;
use crate::ledger::{ChannelState, Line};

use super::error::DeployError;
use crate::operations::Situation;

/// Fields that tell one run of numbers from another.
const COUNTED_APART: [Field; 9] = [
    Field::Version,
    Field::Major,
    Field::Minor,
    Field::Patch,
    Field::Pre,
    Field::Build,
    Field::Date,
    Field::Environment,
    Field::Label,
];

/// The name of the next deploy and its number. `names` are all tag names there are, here and on the remote.
pub(super) fn next_name<'n>(
    situation: &Situation<'_>,
    config: &Continuous,
    channel: &ChannelState,
    environment: &EnvironmentName,
    commit: CommitId,
    names: impl Iterator<Item = &'n str> + Clone,
) -> Result<(TagName, Option<u64>), DeployError> {
    let Some(pattern) = config.tag.first() else {
        return Err(DeployError::NoTags { channel: channel.name.to_string() });
    };
    let line = line_of(&situation.ledger.graph, channel, commit);
    let fields = line.and_then(|line| fields_of_line(config, line)).unwrap_or_default();
    let fields = fields.with(Field::Environment, environment);
    let fields = fields.with(Field::Date, date(pattern, situation.now, names.clone()));
    let produce = |seq: u64| pattern.produce(&fields.clone().with(Field::Seq, seq)).map_err(DeployError::Name);
    if !pattern.has(Field::Seq) {
        return Ok((tag(pattern, produce(0)?)?, None));
    }
    let sample = produce(0)?;
    let ours = pattern.recognise(&sample);
    let unusable = || DeployError::Unusable { pattern: pattern.to_string(), name: sample.clone() };
    let ours = ours.ok_or_else(unusable)?;
    let (mut highest, mut counts_from) = (None, 1);
    for name in names {
        let Some(theirs) = pattern.recognise(name) else { continue };
        let Some(number) = theirs.number(Field::Seq) else { continue };
        if number == 0 {
            counts_from = 0;
        }
        if COUNTED_APART.iter().all(|field| ours.text(*field) == theirs.text(*field)) {
            highest = highest.max(Some(number));
        }
    }
    let number = highest.map_or(counts_from, |highest| highest.saturating_add(1));
    Ok((tag(pattern, produce(number)?)?, Some(number)))
}

/// The moment, where the pattern says how to write it; otherwise the day as the project writes it in the names that are
/// there, `2026-03-01` where there is none.
fn date<'n>(pattern: &NamePattern, now: DateTime<Utc>, mut names: impl Iterator<Item = &'n str>) -> String {
    if pattern.writes_moments() {
        return now.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    }
    let written = names.find_map(|name| pattern.recognise(name)?.text(Field::Date).map(str::to_owned));
    let format = match written.as_deref() {
        Some(text) if text.contains('.') => "%Y.%m.%d",
        Some(text) if text.contains('-') => "%Y-%m-%d",
        Some(text) if text.len() == 8 => "%Y%m%d",
        Some(text) if text.contains('T') => "%Y%m%dT%H%M%SZ",
        Some(_) => "%Y%m%d%H%M%S",
        None => "%Y-%m-%d",
    };
    now.format(format).to_string()
}

fn tag(pattern: &NamePattern, name: String) -> Result<TagName, DeployError> {
    TagName::new(name.clone()).map_err(|_| DeployError::Unusable { pattern: pattern.to_string(), name })
}

/// The fields of a tag name that somebody chose, which must be one that the channel recognises as a deploy to
/// `environment`.
pub(super) fn chosen(
    config: &Continuous,
    channel: &ChannelState,
    environment: &EnvironmentName,
    tag: &TagName,
) -> Result<Option<u64>, DeployError> {
    let recognised = config.tag.iter().find_map(|pattern| pattern.recognise(tag.as_str()));
    let fits = |fields: &Fields| match fields.text(Field::Environment) {
        Some(named) => named == environment.as_str(),
        None => environment == config.last_environment(),
    };
    match recognised.filter(fits) {
        Some(fields) => Ok(fields.number(Field::Seq)),
        None => Err(DeployError::Unrecognised {
            tag: tag.clone(),
            channel: channel.name.to_string(),
            environment: environment.clone(),
        }),
    }
}

/// The newest line that holds the commit, its base included, what it has from before its base not.
fn line_of<'c>(graph: &Graph, channel: &'c ChannelState, commit: CommitId) -> Option<&'c Line> {
    let node = graph.node(commit)?;
    channel.lines.iter().find(|line| {
        let is_in = graph.node(line.tip).is_some_and(|tip| graph.is_ancestor(node, tip));
        let base = line.base.and_then(|base| graph.node(base));
        is_in && base.is_none_or(|base| base == node || !graph.is_ancestor(node, base))
    })
}

fn fields_of_line(config: &Continuous, line: &Line) -> Option<Fields> {
    let branch = line.branch.as_ref()?;
    config.line.iter().find_map(|pattern| pattern.recognise(branch.as_str()))
}
