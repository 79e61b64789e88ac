//! Commits of trunk onto lines: what becomes of each is printed; where a person has to act the run ends as a conflict.

use serde::Serialize;

use super::view::view;
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::mutation::{AfterLostRace, Mutated, MutationOptions, Told};
use crate::domain::{BranchName, CommitId};
use crate::git::SignedIds;
use crate::operations::{self, BackportRequest, Pick, PickResult, Wanted};

/// The arguments of `backport`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  twintrack backport 1a2b3c4d5 --to 1.8 --to 1.7 --dry-run\n  twintrack backport '#4312' \
    --to release/1.8 --push\n  twintrack backport 1a2b3c4d5 --to 1.8 --to 1.7 --via-branch 'fix-lease-{line}' --push\n\n\
    The order of the commits is that of their history. Nothing touches the work tree, unless a line is checked out in it\n\
    without changes. Where a person has to act the exit code is 4, and nothing was done, or with --keep-going only for the\n\
    lines that take everything."
)]
pub struct Args {
    /// Commits to pick: an id, a tag, `HEAD~2`, or `#NUMBER` where one change of trunk has the number.
    #[arg(required = true, value_name = "COMMIT")]
    commits: Vec<String>,
    /// Lines to pick them onto, by name or branch.
    #[arg(long, required = true, value_name = "LINE", num_args = 1..)]
    to: Vec<String>,
    /// The number of the parent that the change of a merge is seen from, counted from 1; nearly always 1.
    #[arg(long, short, value_name = "N")]
    mainline: Option<usize>,
    /// Backport to the lines that take everything, although others do not.
    #[arg(long)]
    keep_going: bool,
    /// Let contents of configuration and migration files be merged, which otherwise waits for a person.
    #[arg(long)]
    accept_surface: bool,
    /// Put the commits on a branch for review instead of on the line; `{line}` stands for the line's name.
    #[arg(long, value_name = "NAME")]
    via_branch: Option<String>,
    #[command(flatten)]
    mutation: MutationOptions,
}

/// What became of the commits.
#[derive(Debug, Serialize)]
pub(super) struct Backported {
    pub picks: Vec<Pick>,
    /// Commits that trunk does not have.
    pub not_on_trunk: Vec<CommitId>,
    /// Branches to be merged into their lines.
    pub reviews: Vec<BranchName>,
}

impl Told for Backported {
    fn take_signed(&mut self, ids: &SignedIds) {
        for pick in &mut self.picks {
            pick.new_commit = pick.new_commit.map(|commit| ids.commit_now(commit));
            pick.there = pick.there.map(|commit| ids.commit_now(commit));
        }
    }
}

/// A person has to act. Exit code 4; the report was printed before.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words())]
pub struct Unsolved {
    lines: Vec<String>,
    needs_eyes_only: bool,
    is_anything_done: bool,
    /// Whether other lines wait for these.
    holds_others: bool,
}

impl Unsolved {
    fn of(mutated: &Mutated<Backported>) -> Option<Self> {
        let blocked = || mutated.outcome.picks.iter().filter(|pick| pick.result.is_blocked());
        let mut lines: Vec<String> = blocked().map(|pick| pick.line.clone()).collect();
        lines.dedup();
        (!lines.is_empty()).then(|| Self {
            lines,
            needs_eyes_only: blocked().all(|pick| pick.result != PickResult::Conflict),
            is_anything_done: mutated.applied,
            holds_others: mutated.plan.is_empty()
                && mutated
                    .outcome
                    .picks
                    .iter()
                    .any(|pick| pick.result == PickResult::Picked && !blocked().any(|other| other.line == pick.line)),
        })
    }

    fn words(&self) -> String {
        let lines = self.lines.iter().map(|line| format!("`{line}`")).collect::<Vec<_>>().join(", ");
        let done = if self.is_anything_done { "there" } else { "anywhere" };
        format!("a person has to act on {lines}; nothing was changed {done}")
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let what = if self.needs_eyes_only {
            "read what would be merged, by hand as shown, then run again with `--accept-surface`"
        } else {
            "do it by hand as shown, or backport what is needed first"
        };
        let others = if self.holds_others { "; `--keep-going` goes on with the other lines" } else { "" };
        Some(format!("{what}{others}"))
    }
}

/// Backports the commits.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let mut commits = Vec::new();
    for text in &args.commits {
        commits.push(match number(text) {
            Some(number) => Wanted::Change(number),
            None => Wanted::Commit(repository.resolve(text)?),
        });
    }
    let also: Vec<CommitId> = commits.iter().filter_map(Wanted::commit).collect();
    let request = BackportRequest {
        commits,
        lines: args.to.clone(),
        mainline: args.mainline,
        keeps_going: args.keep_going,
        accepts_surface: args.accept_surface,
        via_branch: args.via_branch.clone(),
    };
    let mut mutated = context.mutate(&repository, &args.mutation, &also, AfterLostRace::PlanAnew, |situation| {
        let planned = operations::backport(situation, &request)?;
        let operations::PlannedBackport { plan, picks, not_on_trunk, reviews } = planned;
        Ok((plan, Backported { picks, not_on_trunk, reviews }))
    })?;
    let is_blocked = mutated.outcome.picks.iter().any(|pick| pick.result.is_blocked());
    if is_blocked && mutated.plan.is_empty() {
        (mutated.applied, mutated.pushed) = (false, false);
    }
    for commit in &mutated.outcome.not_on_trunk {
        tracing::warn!("{} is not on trunk: a fix belongs there first", commit.short());
    }
    tell_step(context, &mutated)?;
    context.print("backport", &mutated, view)?;
    Unsolved::of(&mutated).map_or(Ok(Outcome::Done), |unsolved| Err(unsolved.into()))
}

/// `#12` or `!12`.
fn number(text: &str) -> Option<String> {
    let digits = text.strip_prefix(['#', '!'])?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.to_owned())
}

fn tell_step(context: &Context, mutated: &Mutated<Backported>) -> anyhow::Result<()> {
    let lines_with = |is_meant: &dyn Fn(&Pick) -> bool| {
        let mut lines: Vec<&str> =
            mutated.outcome.picks.iter().filter(|pick| is_meant(pick)).map(|pick| pick.line.as_str()).collect();
        lines.dedup();
        lines.join(",")
    };
    let (picked, blocked) =
        (lines_with(&|pick| pick.new_commit.is_some()), lines_with(&|pick| pick.result.is_blocked()));
    let reviews: Vec<&str> = mutated.outcome.reviews.iter().map(BranchName::as_str).collect();
    let (reviews, pushed) = (reviews.join(","), mutated.pushed.to_string());
    let mut outputs = vec![("lines", picked.as_str()), ("conflicts", &blocked), ("review_branches", &reviews)];
    outputs.retain(|(_, value)| !value.is_empty());
    outputs.push(("pushed", &pushed));
    context.actions.set(&outputs)?;
    context.actions.summarise_text("Backport", &view(mutated, 100))
}
