//! `twintrack deploy rollback`: note that an older deploy is live again.

use super::recorded::{RolledBack, view_rollback};
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::mutation::{AfterLostRace, MutationOptions};
use crate::domain::TagName;
use crate::operations::deploy::{self, RollbackRequest};

/// The arguments of `deploy rollback`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  twintrack deploy rollback --environment production --push\n  \
    twintrack deploy rollback --environment production --to deploy/production/2026-03-01.2 --reason \"errors at login\" --push")]
pub struct Args {
    /// The environment; may be left out where there is only one.
    #[arg(long, short)]
    environment: Option<String>,
    /// The channel; may be left out where only one is deployed.
    #[arg(long)]
    channel: Option<String>,
    /// The deploy to go back to [default: the last good one of another commit].
    #[arg(long, value_name = "TAG")]
    to: Option<TagName>,
    /// The run that rolled back: recording it again for the same run changes nothing [default: this run].
    #[arg(long, value_name = "ID")]
    run: Option<String>,
    /// Why; needed where something that cannot be undone stands between.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The new tag's name, where the pattern alone does not say it.
    #[arg(long, value_name = "NAME")]
    tag: Option<TagName>,
    #[command(flatten)]
    mutation: MutationOptions,
}

/// Records the rollback.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let request = RollbackRequest {
        channel: args.channel.clone(),
        environment: args.environment.clone(),
        to: args.to.clone(),
        run: args.run.clone(),
        reason: args.reason.clone(),
        tag: args.tag.clone(),
    };
    let mutated = context.mutate(&repository, &args.mutation, &[], AfterLostRace::GiveUp, |situation| {
        let planned = deploy::roll_back(situation, &request)?;
        Ok((planned.deploy.plan.clone(), RolledBack::new(planned)))
    })?;
    if let Some(why) = &mutated.outcome.unknown {
        tracing::warn!("what stands between the two deploys cannot be told: {why}");
    }
    mutated.outcome.recorded.tell_actions(context, &mutated)?;
    context.print("deploy rollback", &mutated, view_rollback)
}
