//! Commands that change the repository, all alike: settle what an earlier run left, read, let the operation decide, and
//! apply its plan - or show it. The only place that knows `--dry-run`.

use std::time::Duration;

use serde::Serialize;

use super::context::Context;
use super::logging::random_word;
use super::text;
use crate::domain::CommitId;
use crate::git::{Repository, SignedIds, SigningWish};
use crate::ledger::{Ledger, LedgerError, TrunkError};
use crate::operations::Situation;
use crate::plan::{self, ApplyError, Plan, PushError};

/// How often a plan is made anew after another run was faster: each round has a winner, so that many runs at once need many
/// rounds.
const ATTEMPTS: u32 = 60;

/// The longest that a run waits before it tries again, in milliseconds.
const LONGEST_WAIT: u64 = 1_500;

/// The options of every command that changes the repository.
#[derive(Debug, Clone, clap::Args)]
pub struct MutationOptions {
    /// Show the plan and change nothing.
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    /// Push what the plan makes; without it no remote is touched.
    #[arg(long)]
    pub push: bool,
    /// The remote to push to [default: `project.remote` of the configuration, `origin`, or the only one].
    #[arg(long, value_name = "NAME", requires = "push")]
    pub remote: Option<String>,
    /// Sign the tags and commits that this makes [default: as `tag.gpgSign` and `commit.gpgSign` of git say].
    #[arg(long, conflicts_with = "no_sign")]
    pub sign: bool,
    /// Sign nothing, whatever the configuration of git says.
    #[arg(long)]
    pub no_sign: bool,
}

impl MutationOptions {
    fn signing_wish(&self) -> SigningWish {
        match (self.sign, self.no_sign) {
            (true, _) => SigningWish::All,
            (false, true) => SigningWish::Nothing,
            (false, false) => SigningWish::AsConfigured,
        }
    }
}

/// What a command tells of its mutation.
pub(super) trait Told {
    /// Takes the ids that objects have since they were signed.
    fn take_signed(&mut self, ids: &SignedIds);
}

/// What to do when another run was faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterLostRace {
    /// Make the plan anew, where a person would do nothing else.
    PlanAnew,
    /// End with "moved": a person decides.
    GiveUp,
}

/// What a mutation came to, in the form of the contract. `outcome` is flattened.
#[derive(Debug, Serialize)]
pub(super) struct Mutated<T> {
    #[serde(flatten)]
    pub outcome: T,
    pub plan: Plan,
    /// Whether the plan holds now; `false` for a dry run.
    pub applied: bool,
    /// Whether the remote has what the plan pushes.
    pub pushed: bool,
}

impl<T> Mutated<T> {
    /// The lines that follow a view: the plan where it was only shown, and what remains to be done.
    pub fn to_text(&self) -> String {
        if !self.applied {
            return format!("{}Nothing was changed: this was a dry run.\n", text::lines(&self.plan.to_string()));
        }
        let has_changes = !self.plan.is_empty();
        if has_changes && !self.pushed { "Not pushed; `--push` shares it.\n".to_owned() } else { String::new() }
    }
}

/// No remote to push to.
#[derive(Debug, thiserror::Error)]
#[error("there is no remote to push to")]
pub(super) struct NoRemote {
    known: Vec<String>,
}

impl NoRemote {
    /// What there is instead.
    pub fn new(repository: &Repository) -> Self {
        Self { known: repository.remote_names() }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self.known.as_slice() {
            [] => "add one with `git remote add origin URL`, or leave out `--push`".to_owned(),
            known => format!("name one with `--remote`: {}", known.join(", ")),
        })
    }
}

impl Context {
    /// Lets `decide` make a plan from what is read now, with the history of the commits in `also`, and applies it.
    pub fn mutate<T: Told>(
        &self,
        repository: &Repository,
        options: &MutationOptions,
        also: &[CommitId],
        after: AfterLostRace,
        decide: impl Fn(&Situation<'_>) -> anyhow::Result<(Plan, T)>,
    ) -> anyhow::Result<Mutated<T>> {
        let identity = repository.identity()?;
        let signing = repository.signing(options.signing_wish(), &identity)?;
        if options.dry_run && plan::has_unfinished(repository) {
            tracing::warn!("an earlier run was stopped, or another is at work; the next run settles it first");
        } else if !options.dry_run
            && let Some(recovery) = plan::recover(repository)?
        {
            tracing::warn!("{recovery}");
        }
        let mut attempt = 1;
        loop {
            let ledger = self.read_with_trunk(repository, options, also)?;
            let remote = match (options.push, &options.remote) {
                (false, _) => None,
                (true, Some(name)) => Some(name.clone()),
                (true, None) => {
                    let found = ledger.config.project.remote.clone().or_else(|| repository.default_remote());
                    Some(found.ok_or_else(|| NoRemote::new(repository))?)
                }
            };
            let situation = Situation {
                repository,
                ledger: &ledger,
                now: self.now(),
                identity: &identity,
                run: self.run.as_str(),
                push_to: remote.as_deref(),
            };
            let decided = decide(&situation);
            if decided.is_err() && attempt < ATTEMPTS && self.has_landed_late(&situation, options)? {
                attempt += 1;
                continue;
            }
            let (mut plan, mut outcome) = decided?;
            if options.dry_run {
                plan.announce_signing(&signing);
                return Ok(Mutated { outcome, plan, applied: false, pushed: false });
            }
            outcome.take_signed(&plan.sign(&signing)?);
            let step = self.step(if options.push { "pushing" } else { "writing" });
            let applied = plan::apply(&plan, repository);
            drop(step);
            match applied {
                Ok(applied) => {
                    tell(&applied);
                    let pushed = options.push;
                    return Ok(Mutated { outcome, plan, applied: true, pushed });
                }
                Err(error) if is_lost_race(&error) && after == AfterLostRace::PlanAnew && attempt < ATTEMPTS => {
                    tracing::info!("another run was faster, planning anew: {error}");
                    std::thread::sleep(jittered(attempt));
                    attempt += 1;
                }
                Err(error)
                    if is_lost_race(&error) && attempt < ATTEMPTS && self.has_landed_late(&situation, options)? =>
                {
                    attempt += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Whether the remote moved because what an earlier run of this clone had pushed, and was given up, came late. Then it
    /// is completed here, and whatever is planned is planned on top of it.
    fn has_landed_late(&self, situation: &Situation<'_>, options: &MutationOptions) -> anyhow::Result<bool> {
        let Some(remote) = situation.push_to.filter(|_| !options.dry_run) else { return Ok(false) };
        let recovery = plan::recover_landed(situation.repository, remote)?;
        if let Some(recovery) = &recovery {
            tracing::warn!("{recovery}");
        }
        Ok(recovery.is_some())
    }
}

impl Context {
    /// Reads the ledger. A checkout of a tag or of one branch may lack trunk: a run that pushes anyway fetches that one
    /// branch; any other says how.
    fn read_with_trunk(
        &self,
        repository: &Repository,
        options: &MutationOptions,
        also: &[CommitId],
    ) -> anyhow::Result<Ledger> {
        let error = match self.read_ledger_to_change(repository, also) {
            Err(error) if options.push && !options.dry_run => error,
            read => return read,
        };
        let Some(LedgerError::Trunk(TrunkError::Absent { name, remote: Some(remote), .. })) = error.downcast_ref()
        else {
            return Err(error);
        };
        tracing::info!("this checkout lacks `{name}`, fetching it from `{remote}`");
        match plan::fetch_branch(repository, remote, name) {
            Ok(()) => self.read_ledger_to_change(repository, also),
            // Where the remote does not have it either, the name is wrong; where it cannot be reached, git says so.
            Err(failed) => {
                tracing::warn!("{failed}");
                Err(error)
            }
        }
    }
}

fn tell(applied: &plan::Applied) {
    if let Some(recovery) = &applied.recovered {
        tracing::warn!("{recovery}");
    }
    if applied.is_stepwise {
        tracing::warn!("the remote cannot take several refs at once: tags were pushed first, branches last");
    }
    for (name, id) in &applied.adopted {
        tracing::warn!("`{name}` was made by another run for the same commit and is taken over, at {}", id.short());
    }
}

fn is_lost_race(error: &ApplyError) -> bool {
    matches!(error, ApplyError::Moved { .. } | ApplyError::Push(PushError::Moved { .. }))
}

/// Anything up to a bound that doubles with every lost race: runs that lost one race must not meet again at the next.
fn jittered(attempt: u32) -> Duration {
    let random = u64::from_str_radix(&random_word(), 16).unwrap_or(0);
    let bound = (100_u64 << attempt.min(8)).min(LONGEST_WAIT);
    Duration::from_millis(20 + random % bound)
}
