//! `twintrack deploy thaw`: say that a freeze is over.

use super::frozen::{Frozen, view_thaw};
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::mutation::{AfterLostRace, MutationOptions};
use crate::operations::deploy::{self, ThawRequest};

/// The arguments of `deploy thaw`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  twintrack deploy thaw --environment production year-end --push")]
pub struct Args {
    /// The freeze; may be left out where only one is in force.
    name: Option<String>,
    /// The environment; may be left out where there is only one.
    #[arg(long, short)]
    environment: Option<String>,
    /// The channel; may be left out where only one is deployed.
    #[arg(long)]
    channel: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    mutation: MutationOptions,
}

/// Records the thaw.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let request = ThawRequest {
        channel: args.channel.clone(),
        environment: args.environment.clone(),
        name: args.name.clone(),
        reason: args.reason.clone(),
    };
    let mutated = context.mutate(&repository, &args.mutation, &[], AfterLostRace::PlanAnew, |situation| {
        let mut planned = deploy::thaw(situation, &request)?;
        Ok((std::mem::take(&mut planned.plan), Frozen::new(planned)))
    })?;
    mutated.outcome.tell_step(context, &mutated, "Thaw")?;
    context.print("deploy thaw", &mutated, view_thaw)
}
