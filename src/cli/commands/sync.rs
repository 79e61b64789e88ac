//! `twintrack sync`: fetch and push records.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::mutation::NoRemote;
use crate::cli::text;
use crate::domain::RefName;
use crate::git::Repository;
use crate::ledger::{find_configuration, note_synced, synced_at};
use crate::operations::plan_sync;
use crate::plan;

/// The arguments of `sync`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Show what would be fetched and pushed, and do neither.
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// Fetch only: leave what the remote lacks for later.
    #[arg(long)]
    fetch_only: bool,
    /// The remote [default: `project.remote` of the configuration, `origin`, or the only one].
    #[arg(long, value_name = "NAME")]
    remote: Option<String>,
}

/// What was synchronised.
#[derive(Debug, Serialize)]
struct Synced {
    remote: String,
    fetched: Vec<RefName>,
    sent: Vec<RefName>,
    applied: bool,
    synced_at: Option<DateTime<Utc>>,
}

/// Synchronises the records.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let snapshot = repository.refs(&[])?;
    let remote = match &args.remote {
        Some(remote) => remote.clone(),
        None => shared_remote(&repository, context)?,
    };
    let _step = context.step("synchronising records");
    let mut planned = plan_sync(&repository, &snapshot, &remote)?;
    if args.fetch_only {
        planned.send.clear();
        planned.plan.push = None;
    }
    if !args.dry_run {
        let names: Vec<String> = planned.fetch.iter().map(ToString::to_string).collect();
        repository.fetch_refs(&remote, &names)?;
        plan::apply(&planned.plan, &repository)?;
        if let Err(error) = note_synced(repository.common_dir(), &remote, context.now()) {
            tracing::warn!("when the records were synchronised cannot be noted: {error}");
        }
    }
    let synced = Synced {
        remote,
        fetched: planned.fetch,
        sent: planned.send,
        applied: !args.dry_run,
        synced_at: synced_at(repository.common_dir()),
    };
    let (fetched, sent) = (synced.fetched.len().to_string(), synced.sent.len().to_string());
    context.actions.set(&[("fetched", &fetched), ("sent", &sent)])?;
    context.actions.summarise_text("Records", &view(&synced))?;
    context.print("sync", &synced, |synced, _| view(synced))
}

/// The remote that everybody shares. A configuration that cannot be read is no obstacle: records are found without it.
fn shared_remote(repository: &Repository, context: &Context) -> anyhow::Result<String> {
    let snapshot = repository.refs(&[])?;
    let config = find_configuration(repository, &snapshot, context.options.config.as_deref()).ok();
    let declared = config.and_then(|config| config.project.remote);
    let found = declared.or_else(|| repository.default_remote());
    Ok(found.ok_or_else(|| NoRemote::new(repository))?)
}

fn view(synced: &Synced) -> String {
    let Synced { remote, fetched, sent, applied, .. } = synced;
    let verb = |done: &'static str, planned: &'static str| if *applied { done } else { planned };
    let mut shown = String::new();
    for (what, names) in [(verb("fetched", "would fetch"), fetched), (verb("pushed", "would push"), sent)] {
        for name in names {
            shown.push_str(&format!("{what} {name}\n"));
        }
    }
    shown.push_str(&match (fetched.len() + sent.len(), applied) {
        (0, _) => format!("Records agree with {remote}.\n"),
        (_, true) => format!("Records are synchronised with {remote}.\n"),
        (_, false) => "Nothing was changed: this was a dry run.\n".to_owned(),
    });
    text::lines(&shown).into_owned()
}
