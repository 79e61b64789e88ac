//! `twintrack gates`: which conditions on a release are met.

use crate::cache::Cache;
use crate::cli::commands::backports::matrix;
use crate::cli::commands::release::untested;
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::moment;
use crate::cli::output::{FAINT, GOOD, WARNING};
use crate::cli::text;
use crate::reports::{self, ChangelogReader, GateReport, NoteFinder, Promotion};

/// The arguments of `gates`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  twintrack gates 1.9.0-rc.1\n  twintrack gates 1.9.0 --format json")]
pub struct Args {
    /// The candidate, the version that is to be released, or a tag.
    version: String,
    /// The channel; needed where several have the version.
    #[arg(long)]
    channel: Option<String>,
}

/// Tells the gates; the answer is no while one is open.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let ledger = context.read_ledger(&repository, &[])?;
    let promotion = Promotion::find(&ledger, args.channel.as_deref(), &args.version)?;
    let changelogs = ChangelogReader::new(&ledger).with_contents(
        &repository,
        &Cache::below(repository.common_dir()),
        context.now().date_naive(),
    )?;
    let notes = NoteFinder::open(&repository, &ledger)?;
    let mut report = reports::gate_report(&ledger, &changelogs, &notes, &promotion, &ledger.records, context.now());
    if let Some(request) = reports::backports_asked(&promotion) {
        let matrix = matrix(context, &repository, &ledger, &request)?;
        report.add(reports::backport_gates(&promotion, &ledger, &matrix));
    }
    context.actions.set(&[("passed", if report.passed { "true" } else { "false" })])?;
    context.actions.summarise_text("Gates", &view(&report, 100))?;
    context.print("gates", &report, view)?;
    Ok(if report.passed { Outcome::Done } else { Outcome::No })
}

fn view(report: &GateReport, width: usize) -> String {
    let what = report.candidate.as_ref().unwrap_or(&report.version);
    let mut shown = format!("{what} of line {} at {}", text::one_line(&report.line), report.commit.short());
    shown.push_str(match (report.gates.is_empty(), report.passed) {
        (true, _) => ": no gate is configured\n",
        (false, true) => ": every gate is met\n",
        (false, false) => ": gates are open\n",
    });
    let widest = report.gates.iter().map(|gate| text::width(&gate.name)).max().unwrap_or(0);
    for gate in &report.gates {
        let (style, state) = if gate.passed { (GOOD, "met ") } else { (WARNING, "open") };
        let space = " ".repeat(widest - text::width(&gate.name));
        let indent = widest + 10;
        let name = text::one_line(&gate.name);
        let why = text::wrap(&text::one_line(&gate.why), width.saturating_sub(indent).max(20));
        let why = why.join(&format!("\n{}", " ".repeat(indent)));
        shown.push_str(&format!("  {style}{state}{style:#}  {name}{space}  {why}\n"));
    }
    if let Some(over) = &report.overridden {
        let words = format!("Released over open gates ({}): {}", over.gates.join(", "), over.reason);
        shown.push_str(&format!("{WARNING}{}{WARNING:#}\n", text::one_line(&words)));
    }
    shown.push_str(&untested(&report.untested_artifacts, width));
    let records = match report.records.synced_at {
        Some(time) => format!("records synchronised {} UTC", moment::minute(time)),
        None => "records never synchronised: `twintrack sync` fetches sign-offs of other clones".to_owned(),
    };
    shown.push_str(&format!("{FAINT}{records}{FAINT:#}\n"));
    shown
}
