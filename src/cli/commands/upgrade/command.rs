//! The steps of `upgrade`.

use std::path::PathBuf;

use super::view::view;
use crate::cache::Cache;
use crate::cli::commands::customers::customer;
use crate::cli::context::Context;
use crate::cli::error::{Outcome, UsageError};
use crate::cli::facts::{Readers, document_for};
use crate::git::Repository;
use crate::ledger::Ledger;
use crate::publish::{DocumentKind, upgrade_document};
use crate::reports::{KnownNotes, Upgrade, UpgradeReader, UpgradeRequest, UpgradeSources, upgrade_leaks};

/// The arguments of `upgrade`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  twintrack upgrade --from 1.6.2 --to 1.8.4\n  \
    twintrack upgrade --from 1.6.2 --to 1.8              # the lowest version of the line that loses nothing\n  \
    twintrack upgrade --from 1.6.2 --to 1.8.4 --install-type helm --air-gapped --format html > upgrade.html\n  \
    twintrack upgrade --customer Initech --to 1.8 --format markdown\n\n\
    The way goes through the required stops that `release.toml` declares, by the steps that `upgrade-step` allows, and never\n\
    through a release that was retracted. Actions come from change notes, and from commits that say that they break something.")]
pub struct Args {
    /// What is installed: a release, by version or tag.
    #[arg(long, value_name = "VERSION", required_unless_present = "customer")]
    from: Option<String>,
    /// For what this customer runs, and how: version, kind of installation and the rest come from `customers.toml`.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["from", "install_type", "channel"])]
    customer: Option<String>,
    /// The file of customers [default: `customers.toml`].
    #[arg(long, value_name = "FILE", requires = "customer")]
    customers: Option<PathBuf>,
    /// Where to go: a release, or a line, of which then the lowest version is taken that loses nothing.
    #[arg(long, value_name = "VERSION|LINE")]
    to: String,
    /// The channel whose versions are meant where several have the same.
    #[arg(long, short)]
    channel: Option<String>,
    /// Only what concerns this kind of installation, `helm`.
    #[arg(long, value_name = "TYPE")]
    install_type: Option<String>,
    /// For a place without a network: every hop by hand, with what to carry.
    #[arg(long)]
    air_gapped: bool,
    /// Only the migrations of this variant, `postgresql`, as `surface.migrations` of the configuration names them.
    #[arg(long, value_name = "NAME")]
    variant: Option<String>,
}

/// Prints the notes.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let ledger = context.read_ledger(&repository, &[])?;
    let request = request(args, context, &ledger)?;
    let report = report(context, &repository, &ledger, &request)?;
    let known = upgrade_leaks(&report, &ledger.config.redaction);
    let rendered = |kind| {
        let readers = Readers { channel: Some(&report.channel), known: &known, name: "upgrade", kind };
        document_for(readers, context, &ledger, &repository, |inputs| upgrade_document(inputs, &report, kind))
    };
    if context.actions.is_a_step() {
        context.actions.summarise(&String::from_utf8_lossy(&rendered(DocumentKind::Markdown)?))?;
        let counts = [report.hops.len(), report.lost.len()].map(|count| count.to_string());
        let floor = report.rollback_floor.as_ref().map(|version| ("rollback_floor", version.as_str()));
        let outputs = [("version", report.to.as_str()), ("hops", &counts[0]), ("lost", &counts[1])];
        context.actions.set(&outputs.into_iter().chain(floor).collect::<Vec<_>>())?;
    }
    let Some(kind) = context.options.format.document() else {
        return context.print("upgrade", &report, view);
    };
    context.output.bytes(&rendered(kind)?)?;
    Ok(Outcome::Done)
}

/// What was typed, with what is on record of the customer.
fn request(args: &Args, context: &Context, ledger: &Ledger) -> anyhow::Result<UpgradeRequest> {
    let typed = UpgradeRequest {
        channel: args.channel.clone(),
        from: args.from.clone().unwrap_or_default(),
        to: args.to.clone(),
        installation: args.install_type.clone(),
        air_gapped: args.air_gapped,
        variant: args.variant.clone(),
    };
    let Some(name) = &args.customer else { return Ok(typed) };
    let customer = customer(&context.options.repo, args.customers.as_deref(), ledger, name)?;
    let Some(from) = customer.version else {
        return Err(UsageError::NothingInstalled { customer: customer.name }.into());
    };
    Ok(UpgradeRequest {
        channel: customer.channel.map(|channel| channel.to_string()),
        from,
        installation: customer.installation,
        air_gapped: typed.air_gapped || customer.air_gapped,
        variant: typed.variant.or(customer.variant),
        ..typed
    })
}

/// The report, with a word to those who wait for it.
fn report(
    context: &Context,
    repository: &Repository,
    ledger: &Ledger,
    request: &UpgradeRequest,
) -> anyhow::Result<Upgrade> {
    let identities = context.read_identities(repository, ledger)?;
    let step = context.step("looking along the way");
    let cache = Cache::below(repository.common_dir());
    let notes = KnownNotes::read(ledger, &identities, repository)?;
    let sources = UpgradeSources {
        ledger,
        identities: &identities,
        notes: &notes,
        repository,
        cache: &cache,
        now: context.now(),
    };
    let report = UpgradeReader::open(sources)?.upgrade(request)?;
    drop(step);
    Ok(report)
}
