//! The steps of `audit`.

use std::collections::BTreeMap;

use super::view::{View, view};
use crate::cache::Cache;
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::moment;
use crate::domain::ObjectId;
use crate::git::Repository;
use crate::ledger::{Ledger, note_tags, noted_tags};
use crate::reports::{self, AuditSources, KnownTags};

/// The arguments of `audit`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  twintrack audit\n  twintrack audit --since 2025-01-01 --all\n  \
    twintrack audit --format json | jq -r '.findings[] | [.rule, .subject, .message] | @tsv'\n\n\
    What fails comes first, and of each rule the newest; what copies of a file on several lines say is told once, with the\n\
    lines. docs/rules.md says what each rule finds; `[audit]` of release.toml names changelogs, demands signatures, and\n\
    switches rules off. What tags are is noted in this clone, so that one that moves later is found.")]
pub struct Args {
    /// Only what was released since a day (`2026-03-01`), a moment, or for a period up to now (`1 year`).
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Show all findings of each rule.
    #[arg(long, short)]
    all: bool,
    /// Compare tags with those of this remote, too.
    #[arg(long, value_name = "REMOTE", num_args = 0..=1, default_missing_value = "")]
    remote: Option<String>,
    /// Take tags that moved since the last audit for what they are now.
    #[arg(long)]
    accept_moved: bool,
}

/// Audits everything; the answer is no where a rule fails.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let since = args.since.as_deref().map(|text| moment::parse_since(text, context.now())).transpose()?;
    let repository = context.open_repository()?;
    let ledger = context.read_ledger(&repository, &[])?;
    let known = KnownTags {
        seen: if args.accept_moved { BTreeMap::new() } else { noted_tags(repository.common_dir()) },
        remote: args
            .remote
            .as_deref()
            .map(|name| at_remote(&repository, &ledger, name))
            .transpose()?
            .unwrap_or_default(),
    };
    let report = {
        let _step = context.step("auditing what was published");
        let cache = Cache::below(repository.common_dir());
        let (since, today) = (since.map(|since| since.date_naive()), context.now().date_naive());
        let (ledger, repository, cache, known) = (&ledger, &repository, &cache, &known);
        reports::audit(&AuditSources { ledger, repository, cache, known, since, today })?
    };
    note(&repository, &ledger, &known);
    context.actions.set_findings(report.passed, report.findings.iter().map(|finding| finding.severity), &[])?;
    context.actions.summarise_text("Audit", &view(&report, View { all: false, width: 100 }))?;
    context.print("audit", &report, |report, width| view(report, View { all: args.all, width }))?;
    Ok(if report.passed { Outcome::Done } else { Outcome::No })
}

/// Tags of a remote; of the default one where no name is given.
fn at_remote(repository: &Repository, ledger: &Ledger, name: &str) -> anyhow::Result<BTreeMap<String, ObjectId>> {
    let usual = || ledger.config.project.remote.clone().or_else(|| repository.default_remote());
    let remote = if name.is_empty() { usual().unwrap_or_else(|| "origin".to_owned()) } else { name.to_owned() };
    let refs = repository.remote_refs(&remote, &["refs/tags/*".to_owned()])?;
    let named = refs.into_iter().filter_map(|(name, found)| {
        let tag = name.as_str().strip_prefix("refs/tags/")?.to_owned();
        Some((tag, found.target))
    });
    Ok(named.collect())
}

/// Notes tags that were not noted before. One that moved keeps what was noted.
fn note(repository: &Repository, ledger: &Ledger, known: &KnownTags) {
    let releases = ledger.channels.iter().flat_map(|channel| &channel.lines).flat_map(|line| &line.releases);
    let mut tags: BTreeMap<String, ObjectId> =
        releases.map(|release| (release.tag.to_string(), release.object)).collect();
    tags.extend(known.seen.clone());
    if tags != known.seen
        && let Err(error) = note_tags(repository.common_dir(), &tags)
    {
        tracing::warn!("what tags are could not be noted for the next audit: {error}");
    }
}
