//! `twintrack retract`: say that a release is not to be installed.

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::mutation::{AfterLostRace, Mutated, MutationOptions, Told};
use crate::cli::text;
use crate::domain::{ChannelName, CommitId, TagName, Version};
use crate::git::SignedIds;
use crate::operations::{self, RetractRequest};

/// The arguments of `retract`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  twintrack retract 1.8.4 --reason \"loses jobs when a leader changes\" --push")]
pub struct Args {
    /// The version, or its tag.
    version: String,
    /// Why, for the people who read the documents.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    mutation: MutationOptions,
}

/// A release that was retracted.
#[derive(Debug, Serialize)]
struct Retracted {
    channel: ChannelName,
    line: String,
    version: Version,
    tag: TagName,
    commit: CommitId,
    /// `false` where it was retracted before.
    created: bool,
}

/// It names no object that it makes.
impl Told for Retracted {
    fn take_signed(&mut self, _: &SignedIds) {}
}

/// Retracts the release.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let request = RetractRequest { version: args.version.clone(), reason: args.reason.clone() };
    let mutated = context.mutate(&repository, &args.mutation, &[], AfterLostRace::PlanAnew, |situation| {
        let planned = operations::retract(situation, &request)?;
        let (channel, line, version) = (planned.channel, planned.line, planned.version);
        let (tag, commit, created) = (planned.tag, planned.commit, planned.is_new);
        Ok((planned.plan, Retracted { channel, line, version, tag, commit, created }))
    })?;
    let retracted = &mutated.outcome;
    context.actions.set(&[
        ("version", retracted.version.as_str()),
        ("tag", retracted.tag.as_str()),
        ("sha", &retracted.commit.to_string()),
        ("created", if retracted.created { "true" } else { "false" }),
        ("pushed", if mutated.pushed { "true" } else { "false" }),
    ])?;
    context.actions.summarise_text("Retract", &view(&mutated, 100))?;
    context.print("retract", &mutated, view)
}

fn view(mutated: &Mutated<Retracted>, _: usize) -> String {
    let Retracted { version, tag, created, .. } = &mutated.outcome;
    let shown = match (created, mutated.applied) {
        (true, true) => format!("{version} ({tag}) is retracted.\n"),
        (true, false) => format!("{version} ({tag}) would be retracted.\n"),
        (false, _) => format!("{version} ({tag}) was retracted before. Nothing to do.\n"),
    };
    text::lines(&shown).into_owned() + &mutated.to_text()
}
