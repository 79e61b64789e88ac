//! The steps of `affected`.

use std::path::PathBuf;

use serde::Serialize;

use super::{customers_view, release_view, view};
use crate::cli::args::Format;
use crate::cli::commands::customers::customers;
use crate::cli::context::Context;
use crate::cli::error::{Outcome, UsageError};
use crate::cli::facts::{Readers, document_for};
use crate::domain::CommitId;
use crate::publish::{affected_document, check_document};
use crate::reports::{Affected, AffectedReader, CustomerNews, customer_news, osv};

/// The arguments of `affected`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  twintrack affected 1a2b3c4d5\n  twintrack affected '#4312' --introduced 5e4d3c2b1\n  \
    twintrack affected CVE-2026-1234 --osv > CVE-2026-1234.json\n  twintrack affected 1.8.4\n  \
    twintrack affected CVE-2026-1234 --customers=../customers.toml\n\n\
    A version or its tag asks the other way round: what the release brought beyond the one before it on its line, and\n\
    which other lines lack that. For the change of the commit that a tag points at, write `v1.8.4^{commit}`."
)]
pub struct Args {
    /// The change: a commit, also one of a line, a branch or tag, `#123` or `123`, a key such as `CVE-2026-1234`; or a
    /// version.
    #[arg(value_name = "COMMIT|#NUMBER|CVE|VERSION")]
    what: String,
    /// The change that brought the fault: what lacks it is not affected.
    #[arg(long, value_name = "COMMIT")]
    introduced: Option<String>,
    /// List the customers who need to hear of it, from FILE or else `customers.toml`. Only for the team: as text or JSON.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, conflicts_with = "osv")]
    customers: Option<Option<PathBuf>>,
    /// Print an advisory in the Open Source Vulnerability format instead, with one range for each line.
    #[arg(long)]
    osv: bool,
}

/// The answer with those who need to hear of it.
#[derive(Debug, Serialize)]
struct Told {
    customers: Vec<CustomerNews>,
    #[serde(flatten)]
    answer: Affected,
}

/// Prints who has the change and who lacks it, or what the release has.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    if args.osv && matches!(context.options.format, Format::Markdown | Format::Html) {
        return Err(UsageError::NoDocument { command: "affected --osv", format: "markdown or html" }.into());
    }
    if args.customers.is_some() && context.options.format.document().is_some() {
        return Err(UsageError::NoDocument { command: "affected --customers", format: "markdown or html" }.into());
    }
    let repository = context.open_repository()?;
    // What is no commit for git may still be a number, a key, a version, or the beginning of several ids.
    let named = |text: &String| repository.resolve(text).ok();
    let (what, introduced) = (named(&args.what), args.introduced.as_ref().and_then(named));
    let also: Vec<CommitId> = what.into_iter().chain(introduced).collect();
    let ledger = context.read_ledger(&repository, &also)?;
    let identities = context.read_identities(&repository, &ledger)?;
    let step = context.step("asking the lines");
    let reader = AffectedReader::new(&ledger, &identities, &repository, context.now().date_naive());
    let question = reader.question(&args.what, what)?;
    let cause = args.introduced.as_deref().map(|text| reader.question(text, introduced)).transpose()?;
    if args.osv {
        reader.require_change(&question, "--osv")?;
    }
    let customers = match &args.customers {
        Some(file) => {
            reader.require_change(&question, "--customers")?;
            Some(customers(&context.options.repo, file.as_deref(), &ledger)?)
        }
        None => None,
    };
    let answer = reader.answer(&question, cause.as_ref())?;
    drop(step);
    for notice in &answer.notices {
        tracing::warn!("{notice}");
    }
    if args.osv {
        if let Some(day) = answer.undisclosed_until {
            tracing::warn!("the change note asks to stay vague until {day}, and so does the advisory");
        }
        let name = repository.directory_name().unwrap_or_else(|| "project".to_owned());
        let document = osv(&answer, &ledger.config, &name, context.now())?;
        let mut text = serde_json::to_string_pretty(&document)?;
        text.push('\n');
        check_document("osv.json", text.as_bytes(), None, &ledger.config.redaction, &[])?;
        context.output.bytes(text.as_bytes())?;
        return Ok(Outcome::Done);
    }
    if context.actions.is_a_step() {
        context.actions.summarise_text("Affected", &shown(&answer, 100))?;
    }
    if let Some(customers) = customers {
        let told = Told { customers: customer_news(&ledger, &answer, &customers), answer };
        return context.print("affected", &told, |told, width| {
            format!("{}{}", customers_view::view(&told.customers, width), shown(&told.answer, width))
        });
    }
    let Some(kind) = context.options.format.document() else {
        return context.print("affected", &answer, shown);
    };
    let readers = Readers { channel: None, known: &[], name: "affected", kind };
    let document =
        document_for(readers, context, &ledger, &repository, |inputs| affected_document(inputs, &answer, kind))?;
    context.output.bytes(&document)?;
    Ok(Outcome::Done)
}

fn shown(answer: &Affected, width: usize) -> String {
    match &answer.version {
        Some(version) => release_view::view(version, &answer.changes, width),
        None => view::view(answer, width),
    }
}
