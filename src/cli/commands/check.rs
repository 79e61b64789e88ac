//! `twintrack check`: every policy rule, for CI.

use crate::cache::Cache;
use crate::cli::commands::backports::matrix;
use crate::cli::commands::tension::tension_limits;
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::output::{ERROR, FAINT, GOOD, TITLE, WARNING};
use crate::cli::text;
use crate::domain::RuleSeverity;
use crate::ledger::note_sources_of_trunk;
use crate::reports::{self, BackportsRequest, ChangelogReader, CheckInputs, CheckReport, Finding, NoteFinder};

/// The arguments of `check`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  twintrack check\n  twintrack check --format json | jq '.findings[] | select(.severity == \"fail\")'\n\n\
    docs/rules.md says what each rule finds; `[check] rules` of release.toml switches one off or changes what it weighs."
)]
pub struct Args {}

/// Checks everything; the answer is no where a rule fails.
pub fn run(_: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let ledger = context.read_ledger(&repository, &[])?;
    let cache = Cache::below(repository.common_dir());
    let changelogs = ChangelogReader::new(&ledger).with_contents(&repository, &cache, context.now().date_naive())?;
    let notes = NoteFinder::open(&repository, &ledger)?;
    let note_sources = note_sources_of_trunk(&repository, &ledger.config, ledger.trunk.commit)?;
    let backports = match reports::asks_for_backports(&ledger.config) {
        true => Some(matrix(context, &repository, &ledger, &BackportsRequest::default())?),
        false => None,
    };
    let limits = tension_limits(context, &repository, &ledger, backports.as_ref())?;
    for notice in backports.iter().flat_map(|backports| &backports.notices) {
        tracing::warn!("{notice}");
    }
    let (backports, now) = (backports.as_ref(), context.now());
    let (ledger, changelogs, notes, tension) = (&ledger, &changelogs, &notes, limits.as_slice());
    let note_sources = &note_sources;
    let inputs = CheckInputs { ledger, changelogs, notes, note_sources, tension, backports, now };
    let report = reports::check(&inputs);
    context.actions.set_findings(report.passed, report.findings.iter().map(|finding| finding.severity), &[])?;
    context.actions.summarise_text("Check", &view(&report, 100))?;
    context.print("check", &report, view)?;
    Ok(if report.passed { Outcome::Done } else { Outcome::No })
}

fn view(report: &CheckReport, width: usize) -> String {
    let mut shown: String = report.findings.iter().map(|finding| one(finding, width)).collect();
    let count = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    let (failed, warned) = (count(RuleSeverity::Fail), count(RuleSeverity::Warn));
    let (style, verdict) = if report.passed { (GOOD, "passed") } else { (ERROR, "failed") };
    shown.push_str(&format!("{style}{verdict}{style:#}: {}\n", counted(failed, warned)));
    if !report.off.is_empty() {
        let names: Vec<&str> = report.off.iter().map(|rule| rule.as_str()).collect();
        shown.push_str(&format!("{FAINT}switched off: {}{FAINT:#}\n", names.join(", ")));
    }
    if report.cut {
        shown.push_str(&format!(
            "{WARNING}history is cut here{WARNING:#}: what lies before was not looked at;\n`git fetch --unshallow --tags` brings it\n"
        ));
    }
    if report.records.synced_at.is_none() {
        shown.push_str(&format!("{FAINT}records never synchronised: `twintrack sync` fetches them{FAINT:#}\n"));
    }
    shown
}

fn one(finding: &Finding, width: usize) -> String {
    let style = if finding.severity == RuleSeverity::Fail { ERROR } else { WARNING };
    let rule = finding.rule.as_str();
    let mut shown = format!(
        "{style}{}{style:#}  {TITLE}{rule}{TITLE:#}  {}\n",
        finding.severity.as_str(),
        text::one_line(&finding.subject)
    );
    let mut add = |words: &str, style: anstyle::Style| {
        for line in text::wrap(&text::one_line(words), width.saturating_sub(6).max(20)) {
            shown.push_str(&format!("      {style}{line}{style:#}\n"));
        }
    };
    add(&finding.message, anstyle::Style::new());
    if let Some(hint) = &finding.hint {
        add(hint, FAINT);
    }
    shown
}

fn counted(failed: usize, warned: usize) -> String {
    let warnings = if warned == 1 { "1 warning".to_owned() } else { format!("{warned} warnings") };
    match failed {
        0 if warned == 0 => "every rule holds".to_owned(),
        0 => format!("no rule fails, {warnings}"),
        1 => format!("1 finding fails, {warnings}"),
        more => format!("{more} findings fail, {warnings}"),
    }
}
