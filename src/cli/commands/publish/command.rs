//! The steps of `publish`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::key::key;
use super::overrides::overrides;
use crate::cache::Cache;
use crate::cli::commands::backports;
use crate::cli::commands::tension::tension;
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::facts::Facts;
use crate::cli::text;
use crate::git::Repository;
use crate::ledger::{ChannelState, Ledger};
use crate::publish::{Changes, Directory, SiteReports, check_redaction, documents, feeds};
use crate::reports::{
    self, BackportsRequest, Changelog, ChangelogReader, ChangelogSpan, RedactionLeak, TensionRequest, redaction_leaks,
};

/// The arguments of `publish`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  twintrack publish --out public\n  twintrack publish --out site --site --public\n  twintrack publish --out public --check   # in CI: exit 1 where a page is out of date"
)]
pub struct Args {
    /// Write all documents into DIR, which is created where it is missing. Files that others put there stay.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write nothing; say which files are not current, and exit 1 where any is. Ages are those of the day the files
    /// were written.
    #[arg(long)]
    check: bool,
    /// Leave out what is for the team: operations, the deploy log and the matrix of backports, all in the folder `team`.
    /// What is left is fit for the people who use the product.
    #[arg(long)]
    public: bool,
    /// Make the pages a site: the board and the support of lines as pictures, a page for each release, a choice of upgrades, a
    /// search, filters, and for the team the tension over time. It needs neither a server nor a network.
    #[arg(long)]
    site: bool,
    /// Take the project's own templates from DIR instead of the directory that the configuration names.
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
}

/// Which documents are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edition {
    /// Whether what is for the team is left out.
    pub is_public: bool,
    pub is_site: bool,
}

/// What was written, or would have to be.
#[derive(Debug, Serialize)]
struct Published {
    out: String,
    documents: usize,
    /// Whether the directory was as it should be before this run.
    current: bool,
    #[serde(flatten)]
    changes: Changes,
}

/// Publishes, or says whether what is published is current.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let mut directory = Directory::open(&args.out)?;
    // A check asks whether the facts have changed, not whether time has passed.
    let now = directory.published_at().filter(|_| args.check).unwrap_or_else(|| context.now());
    let repository = context.open_repository()?;
    let ledger = context.read_ledger(&repository, &[])?;
    let overrides = overrides(&ledger.config, &repository, args.templates.as_deref())?;
    let edition = Edition { is_public: args.public, is_site: args.site };
    let made = key(&ledger, &repository, &overrides, edition, context.now())?;
    let known = made.as_ref().map(|made| directory.is_made_from(made, !args.check)).transpose()?.flatten();
    let (documents, changes) = match known {
        Some(unchanged) => (unchanged, Changes { unchanged, ..Changes::default() }),
        None => {
            let making = Making { context, ledger: &ledger, repository: &repository, overrides: &overrides, now };
            let _step = context.step("writing documents");
            let files = files(&making, edition)?;
            let changes = if args.check { directory.compare(&files)? } else { directory.write(&files, now, made)? };
            (files.len(), changes)
        }
    };
    let published = Published { out: args.out.display().to_string(), documents, current: changes.is_empty(), changes };
    let is_current = published.current;
    context.actions.set(&[
        ("out", published.out.as_str()),
        ("documents", &published.documents.to_string()),
        ("current", if is_current { "true" } else { "false" }),
    ])?;
    context.actions.summarise_text("Documents", &view(&published, args.check))?;
    context.print("publish", &published, |published, _| view(published, args.check))?;
    Ok(if args.check && !is_current { Outcome::No } else { Outcome::Done })
}

/// Writes all documents into a directory with the templates that the project has; how many there are.
pub(in crate::cli::commands) fn publish_into(context: &Context, out: &Path) -> anyhow::Result<usize> {
    let mut directory = Directory::open(out)?;
    let repository = context.open_repository()?;
    let ledger = context.read_ledger(&repository, &[])?;
    let overrides = overrides(&ledger.config, &repository, None)?;
    let now = context.now();
    let edition = Edition { is_public: false, is_site: true };
    let making = Making { context, ledger: &ledger, repository: &repository, overrides: &overrides, now };
    let files = files(&making, edition)?;
    directory.write(&files, now, key(&ledger, &repository, &overrides, edition, now)?)?;
    Ok(files.len())
}

/// Every file of the public edition by its path, with the templates that the project has.
pub(in crate::cli::commands) fn public_edition(
    context: &Context,
    repository: &Repository,
    ledger: &Ledger,
) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let overrides = overrides(&ledger.config, repository, None)?;
    let making = Making { context, ledger, repository, overrides: &overrides, now: context.now() };
    files(&making, Edition { is_public: true, is_site: true })
}

/// What documents are made from.
struct Making<'m> {
    context: &'m Context,
    ledger: &'m Ledger,
    repository: &'m Repository,
    overrides: &'m BTreeMap<String, Vec<u8>>,
    now: DateTime<Utc>,
}

/// Every file of the published tree by its path.
fn files(making: &Making<'_>, edition: Edition) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let Making { context, ledger, repository, overrides, now } = *making;
    let changelogs = changelogs(making)?;
    let backports = match edition.is_public {
        true => None,
        false => Some(backports::matrix(context, repository, ledger, &BackportsRequest::default())?),
    };
    let redaction = &ledger.config.redaction;
    let leaks: Vec<RedactionLeak> =
        changelogs.iter().flat_map(|changelog| redaction_leaks(changelog, redaction)).collect();
    let identities = context.read_identities(repository, ledger)?;
    let facts = Facts::gather(ledger, repository, changelogs, now);
    let mut facts = facts.with_tree(ledger, repository, &identities, backports)?;
    if edition.is_site {
        facts = facts.with_site(site_reports(making, edition)?);
    }
    let inputs = facts.inputs(ledger, overrides);
    let files = documents(&inputs)?.into_iter().chain(feeds(&inputs)).collect();
    check_redaction(&files, redaction, &leaks)?;
    Ok(files)
}

/// What only the site needs.
fn site_reports(making: &Making<'_>, edition: Edition) -> anyhow::Result<SiteReports> {
    let Making { context, ledger, repository, .. } = *making;
    let tension = match edition.is_public {
        true => None,
        false => Some(tension(context, repository, ledger, &TensionRequest::default())?),
    };
    let proofs = reports::release_proofs(ledger, repository)?;
    Ok(SiteReports { origins: reports::line_origins(ledger), proofs, tension })
}

/// The whole changelog of every channel. Nothing is open afterwards, so that the next question finds in the cache what these
/// read of commits.
fn changelogs(making: &Making<'_>) -> anyhow::Result<Vec<Changelog>> {
    let Making { ledger, repository, now, .. } = *making;
    let cache = Cache::below(repository.common_dir());
    let reader = ChangelogReader::new(ledger).with_contents(repository, &cache, now.date_naive())?;
    let changelog = |channel: &ChannelState| reader.changelog(channel.name.as_str(), &ChangelogSpan::EveryLine);
    Ok(ledger.channels.iter().map(changelog).collect::<Result<_, _>>()?)
}

fn view(published: &Published, is_check: bool) -> String {
    let Published { out, documents, changes, .. } = published;
    let out = text::one_line(out);
    let files = |count: usize| if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
    if changes.is_empty() {
        return format!("{out} is current: {}\n", files(*documents));
    }
    let mut shown = String::new();
    let (written, removed) = if is_check { ("out of date", "no longer needed") } else { ("wrote", "removed") };
    for (what, paths) in [(written, &changes.written), (removed, &changes.removed)] {
        for path in paths.iter().take(SHOWN) {
            let _ = writeln!(shown, "{what} {}", text::one_line(path));
        }
        if paths.len() > SHOWN {
            let _ = writeln!(shown, "{what} {} more", files(paths.len() - SHOWN));
        }
    }
    let begin = Path::new(&published.out).join("index.html");
    if !is_check {
        let _ = writeln!(
            shown,
            "{} in {out}, {} unchanged; begin at {}",
            files(*documents),
            changes.unchanged,
            begin.display()
        );
    }
    shown
}

/// Paths that are listed at most.
const SHOWN: usize = 20;
