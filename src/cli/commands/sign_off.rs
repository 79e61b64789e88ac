//! `twintrack sign-off`: state that a gate of a version is met.

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::mutation::{AfterLostRace, Mutated, MutationOptions, Told};
use crate::cli::text;
use crate::domain::{ChannelName, CommitId, GateName, RefName, Version};
use crate::git::SignedIds;
use crate::operations::{self, SignOffRequest};

/// The arguments of `sign-off`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  twintrack sign-off 1.9.0-rc.1 qa --evidence https://ci.example.com/runs/7 --push\n  \
    twintrack sign-off 1.9.0-rc.1 qa --withdraw \"the restore test was of another build\" --push"
)]
pub struct Args {
    /// The candidate, or the version where there is none, or a tag.
    version: String,
    /// The gate, as `gates.sign-offs` of the channel names it.
    gate: String,
    /// Where one can see that the gate is met.
    #[arg(long, value_name = "URL")]
    evidence: Option<String>,
    /// Withdraw what was stated, and say why; the statement stays on record.
    #[arg(long, value_name = "REASON", conflicts_with = "evidence")]
    withdraw: Option<String>,
    /// The channel; needed where several have the version.
    #[arg(long)]
    channel: Option<String>,
    #[command(flatten)]
    mutation: MutationOptions,
}

/// What was stated.
#[derive(Debug, Serialize)]
struct Stated {
    channel: ChannelName,
    line: String,
    version: Version,
    gate: GateName,
    commit: CommitId,
    by: String,
    /// `null` where nothing was to be done.
    record: Option<RefName>,
    /// `false` where it was on record before.
    created: bool,
    /// The records that it withdraws; empty for a sign-off.
    withdraws: Vec<RefName>,
    #[serde(skip)]
    is_withdrawal: bool,
}

impl Told for Stated {
    fn take_signed(&mut self, ids: &SignedIds) {
        self.record = self.record.take().map(|name| ids.record_now(&name));
    }
}

/// Records the statement.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let request = SignOffRequest {
        channel: args.channel.clone(),
        version: args.version.clone(),
        gate: args.gate.clone(),
        evidence: args.evidence.clone(),
        withdraw: args.withdraw.clone(),
    };
    let mutated = context.mutate(&repository, &args.mutation, &[], AfterLostRace::PlanAnew, |situation| {
        let planned = operations::sign_off(situation, &request)?;
        let stated = Stated {
            channel: planned.channel,
            line: planned.line,
            version: planned.version,
            gate: planned.gate,
            commit: planned.commit,
            by: situation.identity.email().to_owned(),
            record: planned.record,
            created: planned.is_created,
            withdraws: planned.withdraws,
            is_withdrawal: request.withdraw.is_some(),
        };
        Ok((planned.plan, stated))
    })?;
    let stated = &mutated.outcome;
    context.actions.set(&[
        ("version", stated.version.as_str()),
        ("gate", stated.gate.as_str()),
        ("sha", &stated.commit.to_string()),
        ("created", if stated.created { "true" } else { "false" }),
        ("pushed", if mutated.pushed { "true" } else { "false" }),
    ])?;
    context.actions.summarise_text("Sign-off", &view(&mutated, 100))?;
    context.print("sign-off", &mutated, view)
}

fn view(mutated: &Mutated<Stated>, _: usize) -> String {
    let Stated { version, gate, commit, by, created, is_withdrawal, .. } = &mutated.outcome;
    let at = commit.short();
    let shown = match (is_withdrawal, created, mutated.applied) {
        (false, true, true) => format!("{gate} of {version} at {at} is signed off by {by}.\n"),
        (false, true, false) => format!("{gate} of {version} at {at} would be signed off by {by}.\n"),
        (false, false, _) => format!("{gate} of {version} at {at} was signed off by {by} before. Nothing to do.\n"),
        (true, true, true) => format!("The sign-off of {version}, {gate}, is withdrawn by {by}.\n"),
        (true, true, false) => format!("The sign-off of {version}, {gate}, would be withdrawn by {by}.\n"),
        (true, false, _) => format!("The sign-off of {version}, {gate}, was withdrawn before. Nothing to do.\n"),
    };
    text::lines(&shown).into_owned() + &mutated.to_text()
}
