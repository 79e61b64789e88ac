//! `twintrack note lint`: whether change notes are as they should be, and whether a change has the note it needs.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::lint_view::view;
use crate::cli::context::Context;
use crate::cli::error::{Outcome, UsageError};
use crate::config::Config;
use crate::git::Repository;
use crate::ledger::{NoteSource, NoteSources, note_sources_at, note_sources_of_work_tree};
use crate::reports::{ChangeQuestion, NoteLint, NoteNeed, lint_change, lint_notes};

/// The arguments of `note lint`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  twintrack note lint\n  twintrack note lint changes/lease.md\n  \
    twintrack note lint --base origin/main   # in CI, for a pull request\n\n\
    Without FILE the notes of the work tree are looked at; with `--base` those that the commits since then add or edit, \
    and whether there has to be one. `[check] rules` of release.toml says what a finding weighs.")]
pub struct Args {
    /// Notes to look at.
    #[arg(value_name = "FILE", conflicts_with = "base")]
    files: Vec<PathBuf>,
    /// What the change is to be merged into, as git names it: the change is what `--head` has over it.
    #[arg(long, value_name = "REF")]
    base: Option<String>,
    /// The newest commit of the change [default: what is checked out].
    #[arg(long, value_name = "REF", requires = "base")]
    head: Option<String>,
}

/// Looks at notes, or at a change; the answer is no where a finding fails.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let config = context.read_configuration(&repository)?;
    let lint = match &args.base {
        Some(base) => of_change(args, &config, &repository, base)?,
        None => of_files(args, &config, &repository)?,
    };
    let needed = lint.change.as_ref().is_some_and(|change| change.need == NoteNeed::Required);
    let severities = lint.findings.iter().map(|finding| finding.severity);
    context.actions.set_findings(lint.passed, severities, &[("needed", if needed { "true" } else { "false" })])?;
    context.actions.summarise_text("Change notes", &view(&lint, 100))?;
    context.print("note lint", &lint, view)?;
    Ok(if lint.passed { Outcome::Done } else { Outcome::No })
}

fn of_change(args: &Args, config: &Config, repository: &Repository, base: &str) -> anyhow::Result<NoteLint> {
    let base_commit = repository.resolve(base)?;
    let head = repository.resolve(args.head.as_deref().unwrap_or("HEAD"))?;
    let question = ChangeQuestion { repository, config, base: (base, base_commit), head };
    let (change, mut findings, sources) = lint_change(&question)?;
    findings.extend(lint_notes(config, &sources));
    Ok(NoteLint::new(sources.len(), findings, Vec::new(), Some(change)))
}

fn of_files(args: &Args, config: &Config, repository: &Repository) -> anyhow::Result<NoteLint> {
    let found = match repository.work_dir() {
        _ if !args.files.is_empty() => named(&args.files, config, repository)?,
        Some(root) => note_sources_of_work_tree(root, &config.changes)?,
        None => note_sources_at(&repository.reader()?, &config.changes, repository.resolve("HEAD")?)?,
    };
    let findings = lint_notes(config, &found.sources);
    Ok(NoteLint::new(found.sources.len(), findings, found.absent, None))
}

/// The files that were named, by their places in the repository.
fn named(files: &[PathBuf], config: &Config, repository: &Repository) -> anyhow::Result<NoteSources> {
    let root = repository.work_dir().map(Path::canonicalize).transpose()?;
    let mut found = NoteSources::default();
    for file in files {
        let bytes = fs_err::read(file)?;
        let whole = file.canonicalize().with_context(|| format!("cannot look at `{}`", file.display()))?;
        let inside = root.as_ref().and_then(|root| whole.strip_prefix(root).ok());
        let path = inside.unwrap_or(&whole).to_string_lossy().replace('\\', "/");
        // Outside the directories of notes only our own format can be meant.
        if !config.changes.is_note(&path) && !path.to_ascii_lowercase().ends_with(".md") {
            let wanted = format!("the name of a change note; they are in {}", directories(config));
            return Err(UsageError::Value { option: "FILE", value: path, wanted }.into());
        }
        found.sources.push(NoteSource { location: path.clone(), path, bytes });
    }
    Ok(found)
}

fn directories(config: &Config) -> String {
    config.changes.note_directories().map(|directory| format!("`{directory}`")).collect::<Vec<_>>().join(", ")
}
