//! The steps of `status`.

use super::view::{View, view};
use crate::cache::Cache;
use crate::cli::commands::backports::matrix;
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::reports::{self, BackportsRequest, ChangelogReader};

/// The arguments of `status`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Show every line, also those that are over.
    #[arg(long, short)]
    all: bool,
    /// Count the backports that lines miss and their holes, too; slower, since commits are compared by what they do.
    #[arg(long)]
    backports: bool,
    /// Count what waits in changes, too, and not only in commits; slower, since messages are read.
    #[arg(long)]
    changes: bool,
}

/// Prints the board as of now.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let ledger = context.read_ledger(&repository, &[])?;
    let mut status = reports::status(&ledger, context.now());
    if args.backports {
        status.count_backports(&matrix(context, &repository, &ledger, &BackportsRequest::default())?);
    }
    if args.changes {
        let _step = context.step("reading what waits");
        let cache = Cache::below(repository.common_dir());
        status.count_changes(&ChangelogReader::new(&ledger).with_contents(
            &repository,
            &cache,
            context.now().date_naive(),
        )?);
    }
    let (branch, sha) = (status.trunk.branch.to_string(), status.trunk.commit.to_string());
    context.actions.set(&[("branch", branch.as_str()), ("sha", &sha)])?;
    context.actions.summarise_text("Status", &view(&status, View { all: true, width: 120 }))?;
    context.print("status", &status, |status, width| view(status, View { all: args.all, width }))
}

/// The board as text, for a command that shows more than that.
pub(in crate::cli::commands) fn board(context: &Context) -> anyhow::Result<String> {
    let repository = context.open_repository()?;
    let ledger = context.read_ledger(&repository, &[])?;
    let status = reports::status(&ledger, context.now());
    Ok(view(&status, View { all: true, width: context.output.width }))
}
