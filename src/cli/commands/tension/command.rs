//! The steps of `tension`.

use clap::ValueEnum;

use super::view::view;
use crate::cache::Cache;
use crate::cli::commands::publish::overrides;
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::facts::Facts;
use crate::cli::moment;
use crate::git::Repository;
use crate::ledger::Ledger;
use crate::publish::{DocumentKind, tension_document, tension_view};
use crate::reports::{self, Backports, DriftState, Every, HistorySources, Tension, TensionLimit, TensionRequest};

/// The arguments of `tension`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  twintrack tension\n  twintrack tension --every month --since 2025-01-01\n  \
    twintrack tension --format html > tension.html\n  \
    twintrack tension --format json | jq '.series[] | [.name, .releases.waiting_changes]'\n\n\
    Everything is counted from history, also for a past in which nobody used Twintrack. Limits stand under `[tension]` of\n\
    release.toml, and `twintrack check` holds them.")]
pub struct Args {
    /// Begin with the period that a day (`2026-03-01`) or moment is in, or with the one so long ago (`2 years`).
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// How long one period is [default: quarter, or month where history is young].
    #[arg(long, value_name = "PERIOD")]
    every: Option<EveryName>,
    /// The channel to compare, one of each kind; needed where there are several of a kind and the first is not meant.
    #[arg(long, short)]
    channel: Vec<String>,
}

/// A period as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EveryName {
    Month,
    Quarter,
    Year,
}

impl From<EveryName> for Every {
    fn from(name: EveryName) -> Self {
        match name {
            EveryName::Month => Self::Month,
            EveryName::Quarter => Self::Quarter,
            EveryName::Year => Self::Year,
        }
    }
}

/// Prints the numbers, the limits and which way the project drifts.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let since = args.since.as_deref().map(|text| moment::parse_since(text, context.now())).transpose()?;
    let repository = context.open_repository()?;
    let ledger = context.read_ledger(&repository, &[])?;
    let request = TensionRequest { channels: args.channel.clone(), since, every: args.every.map(Every::from) };
    let report = tension(context, &repository, &ledger, &request)?;
    let templates = overrides(&ledger.config, &repository, None)?;
    let facts = Facts::gather(&ledger, &repository, [], context.now());
    let inputs = facts.inputs(&ledger, &templates);
    if context.actions.is_a_step() {
        let drifting = report.drifts.iter().filter(|drift| drift.state == DriftState::Drifting).count().to_string();
        let passed = report.limits.iter().all(|limit| limit.passed);
        context.actions.set(&[("drifting", drifting.as_str()), ("passed", if passed { "true" } else { "false" })])?;
        let markdown = tension_document(&inputs, &report, DocumentKind::Markdown)?;
        context.actions.summarise(&String::from_utf8_lossy(&markdown))?;
    }
    let Some(kind) = context.options.format.document() else {
        return context.print("tension", &report, |report, width| view(&tension_view(&inputs, report), width));
    };
    context.output.bytes(&tension_document(&inputs, &report, kind)?)?;
    Ok(Outcome::Done)
}

/// The report, with a word to those who wait for it.
pub(in crate::cli::commands) fn tension(
    context: &Context,
    repository: &Repository,
    ledger: &Ledger,
    request: &TensionRequest,
) -> anyhow::Result<Tension> {
    let step = context.step("comparing the channels");
    let cache = Cache::below(repository.common_dir());
    let progress = |commits| step.advance(commits);
    Ok(reports::tension(sources(context, repository, ledger, &cache, &progress), request)?)
}

/// How the limits of `[tension]` stand; none where none is set, and then nothing is read. `matrix` is the whole one, where it
/// was read already.
pub(in crate::cli::commands) fn tension_limits(
    context: &Context,
    repository: &Repository,
    ledger: &Ledger,
    matrix: Option<&Backports>,
) -> anyhow::Result<Vec<TensionLimit>> {
    if !reports::tension_is_limited(&ledger.config.tension) {
        return Ok(Vec::new());
    }
    let step = context.step("comparing the channels");
    let cache = Cache::below(repository.common_dir());
    let progress = |commits| step.advance(commits);
    Ok(reports::tension_limits(sources(context, repository, ledger, &cache, &progress), matrix)?.limits)
}

fn sources<'l>(
    context: &Context,
    repository: &'l Repository,
    ledger: &'l Ledger,
    cache: &'l Cache,
    progress: &'l dyn Fn(usize),
) -> HistorySources<'l> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    HistorySources { ledger, repository, cache, threads, progress, now: context.now() }
}
