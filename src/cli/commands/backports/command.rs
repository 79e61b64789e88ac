//! The steps of `backports`.

use clap::ValueEnum;

use super::predict::predict;
use super::view::{View, view};
use crate::cache::Cache;
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::facts::document;
use crate::cli::moment;
use crate::git::Repository;
use crate::history::Class;
use crate::ledger::Ledger;
use crate::publish::{DocumentKind, backports_document};
use crate::reports::{self, Backports, BackportsRequest, HistorySources};

/// The arguments of `backports`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  twintrack backports                        # what needs a decision, then every line in one row\n  \
    twintrack backports --line 1.8             # every commit of one line, and where it comes from\n  \
    twintrack backports --missing --predict --format json\n  twintrack backports --format html > backports.html\n\n\
    A line is asked about while it is maintained: declared so, or, where nothing is declared, with a commit in the year\n\
    before trunk's newest. Of managed lines that are the newest and those that are live. What a low confidence suggests\n\
    is shown and never counted; a decision in `release.toml` or a change note settles it."
)]
pub struct Args {
    /// Only these lines, by name or branch, with all their commits.
    #[arg(long, short, value_name = "LINE")]
    line: Vec<String>,
    /// Only the lines of this channel.
    #[arg(long, short)]
    channel: Option<String>,
    /// Show everything: also lines that are over or whose branch is gone, all commits, and lists without a limit.
    #[arg(long, short)]
    all: bool,
    /// Only what was committed since a day (`2026-03-01`), a moment, or for a period up to now (`30d`).
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Only what is wanted on a line and missing there.
    #[arg(long, conflicts_with = "class")]
    missing: bool,
    /// Try in memory what picking each change that is missing, or a hole, would come to; takes a moment for each.
    #[arg(long)]
    predict: bool,
    /// Only commits of this class.
    #[arg(long, value_name = "CLASS")]
    class: Option<ClassName>,
}

/// A class as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ClassName {
    Backport,
    LineOnly,
    Revert,
    Merge,
    Release,
}

impl From<ClassName> for Class {
    fn from(name: ClassName) -> Self {
        match name {
            ClassName::Backport => Self::Backport,
            ClassName::LineOnly => Self::LineOnly,
            ClassName::Revert => Self::Revert,
            ClassName::Merge => Self::Merge,
            ClassName::Release => Self::Release,
        }
    }
}

/// Prints the matrix.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let since = args.since.as_deref().map(|text| moment::parse_since(text, context.now())).transpose()?;
    let repository = context.open_repository()?;
    let request = BackportsRequest {
        channel: args.channel.clone(),
        lines: args.line.clone(),
        all: args.all,
        since,
        class: args.class.map(Class::from),
        missing: args.missing,
    };
    // A prediction asks about everything that a pick may lack.
    let ledger = if request.lines.is_empty() || args.predict {
        context.read_ledger(&repository, &[])?
    } else {
        context.read_ledger_around(&repository, &|outline| Ok(reports::lines_to_read(outline, &request)?))?
    };
    let mut backports = matrix(context, &repository, &ledger, &request)?;
    if args.predict {
        predict(context, &repository, &ledger, &mut backports)?;
    }
    for notice in &backports.notices {
        tracing::warn!("{notice}");
    }
    if context.actions.is_a_step() {
        let markdown = document(context, &ledger, &repository, |inputs| {
            backports_document(inputs, &backports, DocumentKind::Markdown)
        })?;
        context.actions.summarise(&String::from_utf8_lossy(&markdown))?;
        let counts = [backports.missing.len(), backports.holes.len()].map(|count| count.to_string());
        context.actions.set(&[("missing", counts[0].as_str()), ("holes", &counts[1])])?;
    }
    let Some(kind) = context.options.format.document() else {
        let shown = View {
            commits: !args.missing && (args.all || !args.line.is_empty() || args.class.is_some()),
            of_class: args.class.is_some(),
            all: args.all,
            missing: args.missing,
        };
        return context.print("backports", &backports, |backports, width| view(backports, shown, width));
    };
    let document = document(context, &ledger, &repository, |inputs| backports_document(inputs, &backports, kind))?;
    context.output.bytes(&document)?;
    Ok(Outcome::Done)
}

/// The matrix of a request, with a word to those who wait for it.
pub(in crate::cli::commands) fn matrix(
    context: &Context,
    repository: &Repository,
    ledger: &Ledger,
    request: &BackportsRequest,
) -> anyhow::Result<Backports> {
    let cache = Cache::below(repository.common_dir());
    let step = context.step("comparing the lines");
    let progress = |commits| step.advance(commits);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let sources =
        HistorySources { ledger, repository, cache: &cache, threads, progress: &progress, now: context.now() };
    Ok(reports::backports(sources, request)?)
}
