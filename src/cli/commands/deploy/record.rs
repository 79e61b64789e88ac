//! `twintrack deploy record`: note that a commit is live in an environment.

use chrono::{DateTime, Utc};

use super::recorded::{Recorded, view};
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::mutation::{AfterLostRace, MutationOptions};
use crate::domain::{CommitId, TagName};
use crate::git::{Repository, RevisionError};
use crate::operations::deploy::{self, DeployRequest};

/// The arguments of `deploy record`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  twintrack deploy record --environment production --push\n  \
    twintrack deploy record --commit 1234abcd -e staging --artifact sha256:0f3a… --built-at 2026-03-01T10:00:00Z --run \"$CI_JOB_ID\" --push")]
pub struct Args {
    /// The commit that is live [default: what is checked out].
    #[arg(long = "commit", value_name = "COMMIT", conflicts_with = "positional")]
    commit: Option<String>,
    /// The commit that is live, without its option.
    #[arg(value_name = "COMMIT", hide = true)]
    positional: Option<String>,
    /// The environment it is live in; may be left out where there is only one.
    #[arg(long, short)]
    environment: Option<String>,
    /// The channel; may be left out where only one is deployed.
    #[arg(long)]
    channel: Option<String>,
    /// When the build was made, as RFC 3339.
    #[arg(long, value_name = "TIME")]
    built_at: Option<DateTime<Utc>>,
    /// Image digest or checksum of what was deployed.
    #[arg(long, value_name = "DIGEST")]
    artifact: Option<String>,
    /// The run that deployed it: recording it again for the same run changes nothing [default: this run].
    #[arg(long, value_name = "ID")]
    run: Option<String>,
    /// Record it in spite of a freeze, of too many rollbacks or of the order of environments, for this reason.
    #[arg(long = "override", value_name = "REASON", alias = "reason")]
    overriding: Option<String>,
    /// The tag's name, where the pattern alone does not say it.
    #[arg(long, value_name = "NAME")]
    tag: Option<TagName>,
    #[command(flatten)]
    mutation: MutationOptions,
}

/// Records the deploy.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let named = args.commit.as_ref().or(args.positional.as_ref());
    let (commit, is_here) = commit(&repository, named.map_or("HEAD", String::as_str), args.mutation.push)?;
    let request = DeployRequest {
        channel: args.channel.clone(),
        environment: args.environment.clone(),
        commit,
        built_at: args.built_at,
        artifact: args.artifact.clone(),
        run: args.run.clone(),
        overriding: args.overriding.clone(),
        tag: args.tag.clone(),
    };
    let also: Vec<CommitId> = is_here.then_some(commit).into_iter().collect();
    let mutated = context.mutate(&repository, &args.mutation, &also, AfterLostRace::PlanAnew, |situation| {
        let planned = deploy::record(situation, &request)?;
        Ok((planned.plan.clone(), Recorded::new(planned)))
    })?;
    mutated.outcome.tell_actions(context, &mutated)?;
    context.print("deploy record", &mutated, view)
}

/// The commit that is meant, and whether this clone has it. One that is not here can only be given whole, and only be
/// recorded on the remote, which has it.
fn commit(repository: &Repository, text: &str, is_pushed: bool) -> anyhow::Result<(CommitId, bool)> {
    match (repository.resolve(text), text.parse::<CommitId>()) {
        (Err(RevisionError::Unknown { .. }), Ok(commit)) if is_pushed => {
            tracing::info!("this clone lacks {}: it is recorded on the remote alone", commit.short());
            Ok((commit, false))
        }
        (found, _) => Ok((found?, true)),
    }
}
