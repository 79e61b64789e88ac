//! The steps of `init`: recognise, find a place, write, and say so.

use std::path::Path;

use anyhow::Context as _;

use super::place::{self, Place};
use super::release_toml::{self, Surroundings};
use super::report::Report;
use super::view::view;
use crate::cli::context::Context;
use crate::cli::error::{Outcome, Refusal, UsageError};
use crate::config::{Config, ForeignNotes, Origin};
use crate::domain::BranchName;
use crate::git::{RemoteAddress, Repository, Settings};
use crate::ledger::{Layout, Surveyor, overriding_configuration};

/// The arguments of `init`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print what would be written, and write nothing.
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// Overwrite a configuration that exists.
    #[arg(long)]
    force: bool,
    /// The branch where changes land first, where the repository does not show it.
    #[arg(long, value_name = "BRANCH")]
    trunk: Option<BranchName>,
}

/// Recognises the layout and writes the configuration.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let place = Place::find(context.options.config.as_deref(), &repository);
    if place.path.is_none() && !args.dry_run {
        return Err(UsageError::NoPlace { what: "`release.toml`", option: "--config FILE" }.into());
    }
    let (layout, notes, text) = recognise(context, &repository, args.trunk.as_ref())?;
    recognised(&text)?;
    let shown_path = place.path.as_deref().map(|path| shown(path, &repository));
    let mut report = Report::new(layout, &notes, shown_path, text, place.notes);
    if let Some(path) = place.path.filter(|_| !args.dry_run) {
        if context.options.config.is_none() && !args.force {
            has_effect(&repository)?;
        }
        report.written = place::write(&path, &report.text, args.force)?;
    }
    context.print("init", &report, |report, width| view(report, args.dry_run, width))
}

/// Refuses a file that nobody would read: on an old line's checkout it is trunk's that counts.
fn has_effect(repository: &Repository) -> anyhow::Result<()> {
    match overriding_configuration(repository, &repository.refs(&[])?)? {
        Some(origin) => Err(Refusal::WithoutEffect { counts: origin.to_string() }.into()),
        None => Ok(()),
    }
}

/// The layout, the notes of other tools, and the text of the configuration that both come to.
fn recognise(
    context: &Context,
    repository: &Repository,
    trunk: Option<&BranchName>,
) -> anyhow::Result<(Layout, Vec<ForeignNotes>, String)> {
    let snapshot = repository.refs(&[])?;
    let surroundings = surroundings(repository);
    let step = context.step("recognising the layout");
    let progress = |commits| step.advance(commits);
    let project = surroundings.name.as_deref();
    let surveyor = Surveyor { repository, snapshot: &snapshot, progress: &progress, project };
    let layout = surveyor.survey(trunk)?;
    let notes = surveyor.foreign_notes(&layout.trunk)?;
    let text = release_toml::text(&layout, &notes, &surroundings);
    Ok((layout, notes, text))
}

fn recognised(text: &str) -> anyhow::Result<Config> {
    Config::read(text, Origin::Recognised).context("what was recognised contradicts itself")
}

/// The configuration that `init` would write, for a repository that has none.
pub fn configuration(context: &Context, repository: &Repository) -> anyhow::Result<Config> {
    recognised(&recognise(context, repository, None)?.2)
}

/// The project's name and page, from the remote's address, else from the directory.
fn surroundings(repository: &Repository) -> Surroundings {
    let remote = repository.default_remote();
    let settings = remote.as_ref().and_then(|_| Settings::read(repository).ok()).unwrap_or_default();
    let address = remote.and_then(|remote| settings.value(&format!("remote.{remote}.url")).map(RemoteAddress::new));
    let address = address.unwrap_or_default();
    Surroundings { name: address.project.or_else(|| repository.directory_name()), url: address.page }
}

/// The path relative to the work tree where it is in there.
fn shown(path: &Path, repository: &Repository) -> String {
    let inside = repository.work_dir().and_then(|root| path.strip_prefix(root).ok());
    inside.unwrap_or(path).display().to_string()
}
