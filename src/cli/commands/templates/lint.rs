//! `twintrack templates lint`: whether documents can be made from the project's own templates, for CI.

use std::path::PathBuf;

use serde::Serialize;

use super::place::Place;
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::output::{ERROR, GOOD};
use crate::cli::text;
use crate::publish::template::{Fault, lint};
use crate::publish::view::roots;

/// The arguments of `templates lint`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  twintrack templates lint\n  twintrack templates lint --templates docs/templates --format json\n\n\
    Templates of the work tree are looked at, committed or not; without a work tree those of the commit that the\n\
    configuration comes from."
)]
pub struct Args {
    /// The project's templates, where they are not in the directory that the configuration names.
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
}

/// What is wrong.
#[derive(Debug, Serialize)]
struct Linted {
    directory: String,
    /// How many files were looked at.
    templates: usize,
    findings: Vec<Finding>,
    passed: bool,
}

/// One mistake.
#[derive(Debug, Serialize)]
struct Finding {
    /// With the directory.
    file: String,
    /// Counted from 1; `null` where the file as a whole is meant.
    line: Option<usize>,
    column: Option<usize>,
    /// What is wrong, and what may have been meant.
    message: String,
}

/// Looks at every template; the answer is no where one cannot be used.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let place = Place::find(context, args.templates.as_deref())?;
    let own = place.files()?;
    let finding = |fault: Fault| Finding {
        file: format!("{}/{}", place.directory, fault.template),
        line: (fault.line > 0).then_some(fault.line),
        column: (fault.line > 0).then_some(fault.column),
        message: fault.what,
    };
    let findings: Vec<Finding> = lint(&own, &roots()).into_iter().map(finding).collect();
    let passed = findings.is_empty();
    let linted = Linted { directory: place.directory.clone(), templates: own.len(), findings, passed };
    context.actions.set(&[("passed", if passed { "true" } else { "false" })])?;
    context.actions.summarise_text("Templates", &view(&linted))?;
    context.print("templates lint", &linted, |linted, _| view(linted))?;
    Ok(if passed { Outcome::Done } else { Outcome::No })
}

fn view(linted: &Linted) -> String {
    let mut shown = String::new();
    for finding in &linted.findings {
        let place = match (finding.line, finding.column) {
            (Some(line), Some(column)) => format!(":{line}:{column}"),
            _ => String::new(),
        };
        let place = format!("{}{place}", finding.file);
        shown.push_str(&format!("{}: {}\n", text::one_line(&place), text::one_line(&finding.message)));
    }
    let counted = |count: usize, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
    let files = counted(linted.templates, "template");
    let directory = text::one_line(&linted.directory);
    shown.push_str(&match (linted.passed, linted.templates) {
        (true, 0) => format!("{GOOD}passed{GOOD:#}: the project has no templates of its own in {directory}\n"),
        (true, _) => format!("{GOOD}passed{GOOD:#}: {files} in {directory}\n"),
        (false, _) => {
            format!("{ERROR}failed{ERROR:#}: {} in {files} of {directory}\n", counted(linted.findings.len(), "finding"))
        }
    });
    shown
}
