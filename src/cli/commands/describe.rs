//! `twintrack describe`: the version string of any build.

use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::text;
use crate::reports::{Describer, Description};

/// The arguments of `describe`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  docker build --tag acme:$(twintrack describe | tr + _) .")]
pub struct Args {
    /// The commit: an id, a branch, a tag, or anything else that git understands.
    #[arg(default_value = "HEAD")]
    commit: String,
}

/// Prints what the commit is called.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let commit = repository.resolve(&args.commit)?;
    let ledger = context.read_ledger(&repository, &[commit])?;
    let node = ledger.graph.node(commit).ok_or(crate::git::ReadError::Absent { id: commit.object() })?;
    let description = Describer::new(&ledger).describe(node);
    context.actions.set(&outputs(&description, &commit.to_string()))?;
    context.actions.summarise_text("Version", &description.version)?;
    context.print("describe", &description, |description, _| format!("{}\n", text::one_line(&description.version)))
}

fn outputs<'d>(description: &'d Description, sha: &'d str) -> Vec<(&'d str, &'d str)> {
    let mut outputs = vec![("version", description.version.as_str()), ("sha", sha)];
    outputs.extend(description.tag.as_ref().map(|tag| ("tag", tag.as_str())));
    outputs.extend(description.line.as_ref().map(|line| ("line", line.as_str())));
    outputs
}
