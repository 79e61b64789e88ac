//! What can be typed: the global options and the list of commands. The options of one command stand in its own file.

use std::path::PathBuf;

use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};

use super::commands::{
    affected, audit, backport, backports, bundle, changelog, check, completions, cut, demo, deploy, describe, gates,
    init, man, note, publish, release, retract, schema, sign_off, status, surface, sync, templates, tension, upgrade,
    verify,
};
use super::context::Context;
use super::error::Outcome;

/// Release manager for one codebase on two channels: a managed service and self-hosted releases.
///
/// Facts live in git: branches, annotated tags and a few files on trunk. Everything else is derived on demand, so that
/// every clone answers every question.
#[derive(Debug, Parser)]
#[command(name = "twintrack", version, max_term_width = 100, propagate_version = false)]
#[command(
    after_help = "Exit codes: 0 done · 1 the answer is no · 2 usage · 3 refused · 4 conflict · 5 moved, run again\n\
    6 invalid configuration or note · 7 git, files or the remote failed · 70 a bug · 130 interrupted"
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub global: GlobalOptions,
    #[command(subcommand)]
    pub command: Command,
}

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct GlobalOptions {
    /// The git repository to work on: a work tree, a bare repository or a linked worktree.
    #[arg(long, global = true, value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub repo: PathBuf,
    /// Take the configuration from FILE instead of `release.toml`.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How to print the result; `markdown` and `html` only where the result is a document.
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text", hide_default_value = true)]
    pub format: Format,
    /// When to colour: `auto` colours a terminal unless `NO_COLOR` is set.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub color: Color,
    /// Say more on standard error; twice for details.
    #[arg(long, short, global = true, action = ArgAction::Count, conflicts_with = "quiet")]
    pub verbose: u8,
    /// Say nothing on standard error but errors.
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// The form of messages on standard error; `json` is one object per line, each with the run's id.
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text", hide_default_value = true)]
    pub log_format: LogFormat,
}

/// The form of what a command prints on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
    Markdown,
    Html,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

/// The form of messages on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Recognise how the repository works and write `release.toml`.
    Init(init::Args),
    /// Build a sample repository with both channels and run the whole path on it.
    Demo(demo::Args),
    /// Show the board: what is live, where each line stands, what waits.
    Status(status::Args),
    /// Deploys: what was put live, where and when.
    #[command(subcommand)]
    Deploy(DeployCommand),
    /// Change notes: what changes mean to people.
    #[command(subcommand)]
    Note(NoteCommand),
    /// Cut a new line, and open trunk for what comes after it.
    Cut(cut::Args),
    /// Release the next candidate, general or patch version of a line.
    Release(release::Args),
    /// Apply commits of trunk onto lines, without touching the work tree.
    Backport(backport::Args),
    /// State that a gate of a version is met, or withdraw such a statement.
    SignOff(sign_off::Args),
    /// Tell which conditions on a release are met; the answer is no while one is not.
    Gates(gates::Args),
    /// Hold every policy rule against the repository, for CI; the answer is no where one fails.
    Check(check::Args),
    /// Tell whether tags, branches, version files and changelogs agree; the answer is no where they do not.
    Audit(audit::Args),
    /// Withdraw a release: say that nobody should install it.
    Retract(retract::Args),
    /// Fetch and push records: sign-offs, freezes and exceptions, which a plain fetch leaves out.
    Sync(sync::Args),
    /// Say which releases, lines and deploys have a change and which lack it, or what a release has.
    Affected(affected::Args),
    /// Show which change is on which line, and what is missing where.
    Backports(backports::Args),
    /// Tell whether tags are signed by somebody who is trusted here, or whether a bundle is whole and signed.
    Verify(verify::Args),
    /// Tell what each release or deploy of a channel brought.
    Changelog(changelog::Args),
    /// Tell what an operator sees change between two versions: configuration, migrations, requirements.
    Surface(surface::Args),
    /// Tell how far apart the channels are, over time and against the limits.
    Tension(tension::Args),
    /// Tell what an operator must read and do to come from one version to another, hop by hop.
    Upgrade(upgrade::Args),
    /// Write the documents of both channels, as Markdown and as pages.
    Publish(publish::Args),
    /// Pack a release with everything that an upgrade without a network needs, as one signed archive.
    Bundle(bundle::Args),
    /// Templates of the documents: those that ship, and the project's own in their place.
    #[command(subcommand)]
    Templates(TemplatesCommand),
    /// Print the version string of any build.
    Describe(describe::Args),
    /// Print the JSON Schema of `release.toml`.
    Schema(schema::Args),
    /// Print a completion script for a shell.
    Completions(completions::Args),
    /// Print the manual page, or write one page per command.
    Man(man::Args),
}

#[derive(Debug, Subcommand)]
pub(super) enum DeployCommand {
    /// List deploys, newest first.
    List(deploy::list::Args),
    /// Record that a commit is live in an environment.
    Record(deploy::record::Args),
    /// Record that an older deploy is live again.
    Rollback(deploy::rollback::Args),
    /// Let an environment take no forward deploys, for a reason.
    Freeze(deploy::freeze::Args),
    /// End a freeze.
    Thaw(deploy::thaw::Args),
}

#[derive(Debug, Subcommand)]
pub(super) enum NoteCommand {
    /// Write a change note, from options or in the editor.
    New(Box<note::new::Args>),
    /// Hold change notes against what they have to say; the answer is no where one falls short.
    Lint(note::lint::Args),
}

#[derive(Debug, Subcommand)]
pub(super) enum TemplatesCommand {
    /// List every template, and which of them the project has its own of.
    List(templates::list::Args),
    /// Print a template, or the names that it may use.
    Show(templates::show::Args),
    /// Write shipped templates into the project, to be changed there; nothing is overwritten.
    Eject(templates::eject::Args),
    /// Look at the project's own templates; the answer is no where one cannot be used.
    Lint(templates::lint::Args),
}

impl Command {
    /// Runs the command that was typed.
    pub fn run(&self, context: &Context) -> anyhow::Result<Outcome> {
        match self {
            Self::Init(args) => init::run(args, context),
            Self::Demo(args) => demo::run(args, context),
            Self::Status(args) => status::run(args, context),
            Self::Deploy(DeployCommand::List(args)) => deploy::list::run(args, context),
            Self::Deploy(DeployCommand::Record(args)) => deploy::record::run(args, context),
            Self::Deploy(DeployCommand::Rollback(args)) => deploy::rollback::run(args, context),
            Self::Deploy(DeployCommand::Freeze(args)) => deploy::freeze::run(args, context),
            Self::Deploy(DeployCommand::Thaw(args)) => deploy::thaw::run(args, context),
            Self::Note(NoteCommand::New(args)) => note::new::run(args, context),
            Self::Note(NoteCommand::Lint(args)) => note::lint::run(args, context),
            Self::Publish(args) => publish::run(args, context),
            Self::Bundle(args) => bundle::run(args, context),
            Self::Templates(TemplatesCommand::List(args)) => templates::list::run(args, context),
            Self::Templates(TemplatesCommand::Show(args)) => templates::show::run(args, context),
            Self::Templates(TemplatesCommand::Eject(args)) => templates::eject::run(args, context),
            Self::Templates(TemplatesCommand::Lint(args)) => templates::lint::run(args, context),
            Self::Cut(args) => cut::run(args, context),
            Self::Release(args) => release::run(args, context),
            Self::Backport(args) => backport::run(args, context),
            Self::SignOff(args) => sign_off::run(args, context),
            Self::Gates(args) => gates::run(args, context),
            Self::Check(args) => check::run(args, context),
            Self::Audit(args) => audit::run(args, context),
            Self::Retract(args) => retract::run(args, context),
            Self::Sync(args) => sync::run(args, context),
            Self::Affected(args) => affected::run(args, context),
            Self::Backports(args) => backports::run(args, context),
            Self::Verify(args) => verify::run(args, context),
            Self::Changelog(args) => changelog::run(args, context),
            Self::Surface(args) => surface::run(args, context),
            Self::Tension(args) => tension::run(args, context),
            Self::Upgrade(args) => upgrade::run(args, context),
            Self::Describe(args) => describe::run(args, context),
            Self::Schema(args) => schema::run(args, context),
            Self::Completions(args) => completions::run(args, context),
            Self::Man(args) => man::run(args, context),
        }
    }
}

/// The whole command line as clap knows it, for completions, manual pages and the command reference.
pub fn command() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definitions_agree_with_each_other() {
        super::command().debug_assert();
    }
}
