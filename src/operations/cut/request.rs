//! The steps of a cut: which channel and line, from which commit, with which commits, as one plan.

use super::error::CutError;
use super::line_name::{NewLine, new_line};
use super::opening::{LinePromise, Opening, open_next, record_promise};
use super::soak::soaked;
use crate::config::{CutFrom, Versioned};
use crate::domain::{BranchName, ChannelName, CommitId, Trailer, Version, format_trailers};
use crate::git::{ObjectReader, ReadError};
use crate::ledger::{ChannelState, Line};
use crate::operations::Situation;
use crate::operations::branch_tip::{BranchTip, must_be_new, plan_new};
use crate::operations::version_commit::{edits, held, must_not_be_higher};
use crate::plan::Plan;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct CutRequest {
    /// `None` where only one channel has lines.
    pub channel: Option<String>,
    /// A line, its branch, or a version on it.
    pub version: String,
    /// `None`: where the channel's `cut-from` says.
    pub at: Option<CommitId>,
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
    let from = match request.at {
        Some(commit) => commit,
        None => usual_place(situation, config)?,
    };
    must_be_ours(situation, from)?;
    let reader = situation.repository.reader()?;
    let mut plan = Plan::new(format!("Cut line {}", line.name));
    let tip = prepare_line(situation, &reader, config, &line, from, &mut plan)?;
    let why = if tip == from { "new line" } else { "new line with its version" };
    plan_new(situation, &mut plan, &line.branch, tip, why);
    let opening = opening(situation, &reader, (&channel.name, config), &line, request)?;
    commit_on_trunk(situation, &reader, &line, &opening, request, &mut plan)?;
    plan.follow_in_work_trees(situation.repository);
    let review = request.via_branch.clone().filter(|_| !opening.edits.is_empty());
    let (name, branch) = (line.name, line.branch);
    Ok(PlannedCut { plan, channel: channel.name.clone(), line: name, branch, from, tip, next: opening.next, review })
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
fn usual_place(situation: &Situation<'_>, config: &Versioned) -> Result<CommitId, CutError> {
    let ledger = situation.ledger;
    let managed = ledger.config.continuous().next();
    let managed = managed.and_then(|(name, config)| Some((ledger.channel(name.as_str())?, config)));
    match (config.cut_from, managed) {
        (CutFrom::Soaked, Some((channel, managed))) => {
            Ok(soaked(&ledger.graph, channel, managed, config.gates.soak.as_ref(), situation.now)?)
        }
        _ => Ok(ledger.trunk.commit),
    }
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
    reader: &ObjectReader<'_>,
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
    reader: &ObjectReader<'_>,
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
    reader: &ObjectReader<'_>,
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
