//! The steps of a cut: which channel and line, from which commit, with which commits, as one plan.

use super::error::CutError;
use super::line_name::{NewLine, new_line};
use super::opening::{LinePromise, Opening, open_next, record_promise};
use crate::config::{Continuous, CutFrom, Versioned};
use crate::domain::{
    BranchName, ChannelName, CommitId, RecordKind, RecordLabel, RecordName, RecordPlace, Trailer, Version,
    format_trailers,
};
use crate::git::{ObjectReader, ReadError};
use crate::graph::Node;
use crate::ledger::{ChannelState, Line};
use crate::operations::Situation;
use crate::operations::branch_tip::{BranchTip, must_be_new, plan_new};
use crate::operations::statement::{REASON, Statement};
use crate::operations::version_commit::{edits, held, must_not_be_higher};
use crate::plan::Plan;
use crate::reports::{SoakState, Soaked, Soaking, WhyNotSoaked};

/// The rule that a line is cut from what soaked.
const SOAK: &str = "soak";

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct CutRequest {
    /// `None` where only one channel has lines.
    pub channel: Option<String>,
    /// A line, its branch, or a version on it.
    pub version: String,
    /// `None`: where the channel's `cut-from` says.
    pub at: Option<CommitId>,
    /// Why it is cut there, where that commit has not soaked.
    pub reason: Option<String>,
    /// What is recorded of it in release.toml on trunk.
    pub promise: LinePromise,
    /// What trunk is opened for; `None`: counted from the line.
    pub next: Option<Version>,
    /// The branch that takes the commit on trunk for review.
    pub via_branch: Option<BranchName>,
}

/// A cut that is planned.
#[derive(Debug)]
pub struct PlannedCut {
    pub plan: Plan,
    pub channel: ChannelName,
    pub line: String,
    pub branch: BranchName,
    /// The commit that the line is cut from.
    pub from: CommitId,
    /// What soaked, where that decided; what is newer stands in it with the reason why it was not taken.
    pub soaked: Option<Soaked>,
    /// Commits of trunk that were never live in the last environment, where what soaked decided.
    pub never_live: usize,
    /// The record that the commit was cut before it soaked, and why.
    pub exception: Option<RecordName>,
    /// Where the line's branch begins: `from`, or the version commit on it.
    pub tip: CommitId,
    /// What trunk's version files are opened for; `None` where they stay.
    pub next: Option<String>,
    /// The branch to be merged into trunk.
    pub review: Option<BranchName>,
}

/// Plans a new line.
pub fn cut(situation: &Situation<'_>, request: &CutRequest) -> Result<PlannedCut, CutError> {
    let (channel, config) = channel(situation, request.channel.as_deref())?;
    let line = new_line(&channel.name, config, &request.version)?;
    // Candidates that were made on trunk show the line before there is a branch.
    let is_begun = |known: &&Line| known.branch.is_some() || known.general_availability().is_some();
    if let Some(known) = channel.lines.iter().find(|known| known.name == line.name).filter(is_begun) {
        let (line, channel) = (line.name, channel.name.to_string());
        return Err(CutError::Exists { line, channel, branch: known.branch.clone() });
    }
    must_be_new(situation, &line.branch)?;
    let (from, soaked) = match request.at {
        Some(commit) => (commit, None),
        None => usual_place(situation, config)?,
    };
    must_be_ours(situation, from)?;
    let unsoaked = request.at.and_then(|commit| unsoaked(situation, config, commit));
    if let (Some(why), None) = (&unsoaked, &request.reason) {
        return Err(CutError::NotSoaked { commit: from, why: why.clone() });
    }
    let reader = situation.repository.reader()?;
    let mut plan = Plan::new(format!("Cut line {}", line.name));
    let tip = prepare_line(situation, &reader, config, &line, from, &mut plan)?;
    let why = if tip == from { "new line" } else { "new line with its version" };
    plan_new(situation, &mut plan, &line.branch, tip, why);
    let exception = match (&unsoaked, &request.reason) {
        (Some(why), Some(reason)) => Some(except(&line, from, why, reason)?.add_to(&mut plan, situation)?),
        _ => None,
    };
    let opening = opening(situation, &reader, (&channel.name, config), &line, request)?;
    commit_on_trunk(situation, &reader, &line, &opening, request, &mut plan)?;
    plan.follow_in_work_trees(situation.repository);
    let review = request.via_branch.clone().filter(|_| !opening.edits.is_empty());
    let never_live = soaked.as_ref().map_or(0, |_| never_live(situation, channel_of_soak(situation, config)));
    let (line, branch, channel) = (line.name, line.branch, channel.name.clone());
    let next = opening.next;
    Ok(PlannedCut { plan, channel, line, branch, from, soaked, never_live, exception, tip, next, review })
}

/// The named versioned channel with lines, or the only one.
fn channel<'s>(situation: &Situation<'s>, named: Option<&str>) -> Result<(&'s ChannelState, &'s Versioned), CutError> {
    let ledger = situation.ledger;
    let mut with_lines: Vec<(&ChannelState, &Versioned)> = ledger
        .config
        .versioned()
        .filter(|(_, config)| !config.line.is_empty())
        .filter_map(|(name, config)| Some((ledger.channel(name.as_str())?, config)))
        .collect();
    let known = || with_lines.iter().map(|(channel, _)| channel.name.to_string()).collect();
    match named {
        Some(name) => match with_lines.iter().find(|(channel, _)| channel.name.as_str() == name) {
            Some(found) => Ok(*found),
            None => Err(CutError::UnknownChannel { name: name.to_owned(), known: known() }),
        },
        None if with_lines.is_empty() => Err(CutError::NoChannel),
        None if with_lines.len() > 1 => Err(CutError::WhichChannel { known: known() }),
        None => Ok(with_lines.remove(0)),
    }
}

/// What soaked, where the channel asks for that; else trunk's tip.
fn usual_place(situation: &Situation<'_>, config: &Versioned) -> Result<(CommitId, Option<Soaked>), CutError> {
    match soaking(situation, config) {
        Some(soaking) => soaking.newest().map(|soaked| (soaked.commit, Some(soaked))).map_err(CutError::Soak),
        None => Ok((situation.ledger.trunk.commit, None)),
    }
}

/// Why a commit that somebody chose has not soaked; `None` where it has, or where nothing asks for that.
fn unsoaked(situation: &Situation<'_>, config: &Versioned, commit: CommitId) -> Option<WhyNotSoaked> {
    match soaking(situation, config)?.of_deploy(commit) {
        SoakState::Soaked { .. } => None,
        SoakState::Not(why) => Some(why),
    }
}

/// The deploys of the managed channel, where lines are cut from what soaked there.
fn soaking<'s>(situation: &Situation<'s>, config: &'s Versioned) -> Option<Soaking<'s>> {
    let (channel, managed) = channel_of_soak(situation, config)?;
    let (graph, soak) = (&situation.ledger.graph, config.gates.soak.as_ref());
    Some(Soaking::new(graph, channel, managed, soak, situation.now))
}

fn channel_of_soak<'s>(situation: &Situation<'s>, config: &Versioned) -> Option<(&'s ChannelState, &'s Continuous)> {
    let ledger = situation.ledger;
    let (name, managed) = ledger.config.continuous().next().filter(|_| config.cut_from == CutFrom::Soaked)?;
    Some((ledger.channel(name.as_str())?, managed))
}

/// How many commits of trunk no deploy into the last environment held, merges not counted.
fn never_live(situation: &Situation<'_>, managed: Option<(&ChannelState, &Continuous)>) -> usize {
    let graph = &situation.ledger.graph;
    let (Some((channel, config)), Some(trunk)) = (managed, graph.node(situation.ledger.trunk.commit)) else { return 0 };
    let deployed = channel.deploys_to(config.last_environment()).filter_map(|deploy| graph.node(deploy.commit));
    let deployed: Vec<Node> = deployed.collect();
    graph.range(&[trunk], &graph.reach(&deployed)).into_iter().filter(|node| !graph.is_merge(*node)).count()
}

/// The statement that a line is cut from a commit that has not soaked.
fn except(line: &NewLine, from: CommitId, why: &WhyNotSoaked, reason: &str) -> Result<Statement, CutError> {
    let name = RecordLabel::new(SOAK).map_err(CutError::Exception)?;
    Ok(Statement {
        place: RecordPlace::new(RecordKind::Exception, line.branch.as_str(), name).map_err(CutError::Exception)?,
        target: from.object(),
        title: format!("Cut {} from {}, which was {why}", line.name, from.short()),
        trailers: vec![Trailer::new(REASON, reason)],
    })
}

/// A line is cut from trunk or from a managed line: what is only elsewhere was never on its way to customers.
fn must_be_ours(situation: &Situation<'_>, commit: CommitId) -> Result<(), CutError> {
    let ledger = situation.ledger;
    let Some(node) = ledger.graph.node(commit) else {
        return Err(ReadError::Absent { id: commit.object() }.into());
    };
    let managed = ledger.config.continuous().filter_map(|(name, _)| ledger.channel(name.as_str()));
    let tips = managed.flat_map(|channel| &channel.lines).map(|line| line.tip).chain([ledger.trunk.commit]);
    let is_reached = |tip| ledger.graph.node(tip).is_some_and(|tip| ledger.graph.is_ancestor(node, tip));
    if tips.into_iter().any(is_reached) { Ok(()) } else { Err(CutError::Elsewhere { commit }) }
}

/// Lets the version files of the new line hold its first version, in the manner of trunk's: where they do already, the
/// line begins at the commit itself.
fn prepare_line(
    situation: &Situation<'_>,
    reader: &ObjectReader,
    config: &Versioned,
    line: &NewLine,
    from: CommitId,
    plan: &mut Plan,
) -> Result<CommitId, CutError> {
    let numbers = line.fields.version_numbers();
    let held = held(reader, config, from)?;
    let (Some(held), Some(first)) = (held, Version::from_numbers(&numbers, None)) else { return Ok(from) };
    if held.version.has_prefix(&numbers) {
        return Ok(from);
    }
    must_not_be_higher(config, &held, &first)?;
    let wanted = held.like(&numbers, config.first_patch);
    let edits = edits(reader, config, from, &wanted)?;
    let message = message(situation, &format!("chore(release): prepare line {} as {wanted}", line.name), line);
    Ok(plan.commit(reader, from, &edits, &situation.signature(), &message)?)
}

fn opening(
    situation: &Situation<'_>,
    reader: &ObjectReader,
    (channel, config): (&ChannelName, &Versioned),
    line: &NewLine,
    request: &CutRequest,
) -> Result<Opening, CutError> {
    let trunk = situation.ledger.trunk.commit;
    let mut opening = open_next(reader, config, line, trunk, request.next.as_ref())?;
    if !request.promise.is_usual() {
        let config = &situation.ledger.config;
        let (path, edit) = record_promise(reader, config, channel, line, request.promise, trunk)?;
        opening.edits.insert(path, edit);
    }
    match &request.via_branch {
        Some(branch) if opening.edits.is_empty() => Err(CutError::NothingToReview { branch: branch.clone() }),
        _ => Ok(opening),
    }
}

/// Plans trunk's commit, on trunk or on the branch that is reviewed.
fn commit_on_trunk(
    situation: &Situation<'_>,
    reader: &ObjectReader,
    line: &NewLine,
    opening: &Opening,
    request: &CutRequest,
    plan: &mut Plan,
) -> Result<(), CutError> {
    if opening.edits.is_empty() {
        return Ok(());
    }
    let declared = if request.promise.is_lts { "a long-term one" } else { "with its dates" };
    let declared = format!("declare line {} {declared}", line.name);
    let subject = match &opening.next {
        Some(next) if request.promise.is_usual() => format!("chore(release): open {next}"),
        Some(next) => format!("chore(release): open {next} and {declared}"),
        None => format!("chore(release): {declared}"),
    };
    let message = message(situation, &subject, line);
    let trunk = &situation.ledger.trunk;
    let commit = plan.commit(reader, trunk.commit, &opening.edits, &situation.signature(), &message)?;
    match &request.via_branch {
        Some(branch) => {
            must_be_new(situation, branch)?;
            plan_new(situation, plan, branch, commit, "to be merged into trunk");
        }
        None => BranchTip::read(situation, &trunk.branch)?.advance(situation, plan, commit, "trunk goes on"),
    }
    Ok(())
}

fn message(situation: &Situation<'_>, subject: &str, line: &NewLine) -> String {
    format_trailers(subject, &[Trailer::new("Line", &line.name), Trailer::new("Run", situation.run)])
}
