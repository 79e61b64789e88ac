//! The steps of a backport: which commits, onto which lines, what becomes of each, and what of it the plan takes.

use super::by_hand;
use super::commits::{Source, Wanted, sources};
use super::error::BackportError;
use super::lines::lines;
use super::pick::{Pick, PickResult};
use super::picking::{Picker, Work};
use super::recorded::Recorded;
use super::review::{branch_for, waiting};
use crate::domain::{BranchName, CommitId};
use crate::git::Workbench;
use crate::history::{Presence, Trunkward};
use crate::ledger::{Branch, Line};
use crate::operations::Situation;
use crate::operations::branch_tip::{self, BranchTip, BranchTipError};
use crate::plan::{Plan, RefState};

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct BackportRequest {
    pub commits: Vec<Wanted>,
    /// Names or branches of lines.
    pub lines: Vec<String>,
    /// For merges among the commits: the number of the parent that their change is seen from, counted from one.
    pub mainline: Option<usize>,
    /// Whether lines that take everything get it although another line does not.
    pub keeps_going: bool,
    /// Whether contents of configuration and migration files may be merged.
    pub accepts_surface: bool,
    /// The branch that takes the commits for review; `{line}` stands for the line's name.
    pub via_branch: Option<String>,
}

/// Backports that are planned.
#[derive(Debug)]
pub struct PlannedBackport {
    /// Nothing for a line on which a person has to act; nothing at all where the request does not keep going.
    pub plan: Plan,
    /// By line, newest first, and within a line in the order of history.
    pub picks: Vec<Pick>,
    /// The commits that trunk does not have.
    pub not_on_trunk: Vec<CommitId>,
    /// The branches to be merged into their lines.
    pub reviews: Vec<BranchName>,
}

impl PlannedBackport {
    /// Whether a person has to act.
    pub fn is_blocked(&self) -> bool {
        self.picks.iter().any(|pick| pick.result.is_blocked())
    }
}

/// Where the commits of a line go.
enum Goal {
    /// Onto the line itself.
    Line,
    /// Onto a branch for review that is not there yet.
    NewReview(BranchName),
    /// They stand on the branch for review already.
    Review(Branch),
}

/// A line with everything that is known of it.
struct Place<'l> {
    work: Work<'l>,
    tip: BranchTip,
    goal: Goal,
}

/// Plans backports.
pub fn backport(situation: &Situation<'_>, request: &BackportRequest) -> Result<PlannedBackport, BackportError> {
    let ledger = situation.ledger;
    let graph = &ledger.graph;
    let trunkward = Trunkward::new(graph, graph.node(ledger.trunk.commit));
    let sources = sources(graph, &trunkward, &request.commits, request.mainline)?;
    let lines = lines(&ledger.channels, &request.lines)?;
    let presence = Presence::new(graph, &trunkward);
    let not_on_trunk = sources.iter().filter(|source| !trunkward.is_on_trunk(source.node));
    let not_on_trunk = not_on_trunk.map(|source| source.commit).collect();
    let bench = Workbench::new(situation.repository)?;
    let recorded = Recorded::read(situation)?;
    let picker = Picker { situation, bench, trunkward, presence, recorded, accepts_surface: request.accepts_surface };
    let mut places = Vec::new();
    for line in &lines {
        places.push(place(&picker, request, line, lines.len(), &sources)?);
    }
    let is_held = !request.keeps_going && places.iter().any(|place| place.work.is_blocked());
    let mut planned = PlannedBackport {
        plan: Plan::new(title(&sources, &lines)),
        picks: Vec::new(),
        not_on_trunk,
        reviews: Vec::new(),
    };
    for place in places {
        planned.take(situation, place, is_held)?;
    }
    planned.plan.follow_in_work_trees(situation.repository);
    Ok(planned)
}

fn title(sources: &[Source], lines: &[&Line]) -> String {
    let what = match sources {
        [only] => only.commit.short(),
        several => format!("{} commits", several.len()),
    };
    let lines: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    format!("Backport {what} to {}", lines.join(", "))
}

fn place<'l>(
    picker: &Picker<'_>,
    request: &BackportRequest,
    line: &'l Line,
    lines: usize,
    sources: &[Source],
) -> Result<Place<'l>, BackportError> {
    let situation = picker.situation;
    let Some(branch) = line.branch.clone() else {
        return Err(BackportError::NoBranch { line: line.name.clone(), newest: None });
    };
    let tip = BranchTip::read(situation, &branch)?;
    let mut work = picker.begin(line, branch.clone(), tip.tip)?;
    let goal = match &request.via_branch {
        None => Goal::Line,
        Some(name) => review(picker, &mut work, branch_for(name, line, lines)?, sources)?,
    };
    if !matches!(goal, Goal::Review(_)) {
        for source in sources {
            picker.pick(&mut work, source)?;
        }
    }
    tell_commands(picker, &mut work, &branch, sources)?;
    Ok(Place { work, tip, goal })
}

/// What is to be done with the branch for review. Where all that the line lacks waits on it, that is said of each commit.
fn review(
    picker: &Picker<'_>,
    work: &mut Work<'_>,
    name: BranchName,
    sources: &[Source],
) -> Result<Goal, BackportError> {
    let situation = picker.situation;
    let Some(found) = branch_tip::find(situation, &name)? else {
        branch_tip::must_be_new(situation, &name)?;
        return Ok(Goal::NewReview(name));
    };
    let waiting = waiting(&situation.repository.reader()?, &found, work.tip)?;
    let (there, lacking): (Vec<&Source>, Vec<&Source>) =
        sources.iter().partition(|source| picker.is_there(work, source));
    if !lacking.iter().all(|source| waiting.contains(&source.commit)) {
        return Err(BranchTipError::Exists { branch: name, remote: None }.into());
    }
    for source in sources {
        if there.contains(&source) {
            picker.pick(work, source)?;
        } else {
            picker.in_review(work, source);
        }
    }
    Ok(Goal::Review(found))
}

/// What a person does, on the picks that wait for one.
fn tell_commands(
    picker: &Picker<'_>,
    work: &mut Work<'_>,
    branch: &BranchName,
    sources: &[Source],
) -> Result<(), BackportError> {
    if !work.is_blocked() {
        return Ok(());
    }
    let Some(found) = branch_tip::find(picker.situation, branch)? else { return Ok(()) };
    let start = found.tip(&picker.situation.ledger.graph);
    let lacking: Vec<Source> = sources.iter().copied().filter(|source| !picker.is_there(work, source)).collect();
    let commands = by_hand::commands(work.line, &found, found.local.is_some() && found.local == start, &lacking);
    for pick in &mut work.picks {
        if matches!(pick.result, PickResult::Conflict | PickResult::Surface) {
            pick.commands.clone_from(&commands);
        }
    }
    Ok(())
}

impl PlannedBackport {
    /// Takes the picks of a line, and its commits into the plan unless somebody has to act first.
    fn take(&mut self, situation: &Situation<'_>, place: Place<'_>, is_held: bool) -> Result<(), BackportError> {
        let Place { mut work, tip, goal } = place;
        if is_held || work.is_blocked() {
            work.picks.iter_mut().for_each(|pick| pick.new_commit = None);
        } else {
            self.plan_line(situation, &mut work, &tip, &goal)?;
        }
        self.picks.append(&mut work.picks);
        Ok(())
    }

    fn plan_line(
        &mut self,
        situation: &Situation<'_>,
        work: &mut Work<'_>,
        tip: &BranchTip,
        goal: &Goal,
    ) -> Result<(), BackportError> {
        let is_new = !work.commits.is_empty();
        self.plan.objects.extend(std::mem::take(&mut work.objects));
        self.plan.commits.append(&mut work.commits);
        self.plan.files.append(&mut work.files);
        match goal {
            Goal::Line if is_new => tip.advance(situation, &mut self.plan, work.tip, "takes backports"),
            Goal::NewReview(name) if is_new => {
                let why = format!("to be merged into `{}`", work.branch);
                branch_tip::plan_new(situation, &mut self.plan, name, work.tip, &why);
                self.reviews.push(name.clone());
            }
            // A run before this one may not have pushed what it made.
            Goal::Line if work.picks.iter().all(|pick| pick.result == PickResult::AlreadyThere) => {
                tip.share(situation, &mut self.plan);
            }
            Goal::Review(branch) => {
                self.reviews.push(branch.name.clone());
                let commit = branch.local.or(branch.remote.as_ref().map(|(_, commit)| *commit));
                if let (Some(remote), Some(commit)) = (situation.push_to, commit)
                    && branch_tip::asked(situation, &branch.name).map_err(BranchTipError::Remote)?.is_none()
                {
                    self.plan.push_ref(remote, branch.name.to_ref(), RefState::Absent, commit);
                }
            }
            Goal::Line | Goal::NewReview(_) => {}
        }
        Ok(())
    }
}
