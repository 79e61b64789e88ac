//! `twintrack schema`: the JSON Schema of `release.toml` or of a change note, for editors.

use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::config;

/// The arguments of `schema`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Example:\n  twintrack schema > release.schema.json\n\nAn editor that reads TOML finds it by a \
    first line of release.toml:\n  #:schema ./release.schema.json"
)]
pub struct Args {
    /// Print the schema of a change note's front matter instead.
    #[arg(long)]
    note: bool,
}

/// Prints the schema.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let schema = if args.note { config::note_schema() } else { config::schema() };
    let mut text = serde_json::to_string_pretty(&schema)?;
    text.push('\n');
    context.output.bytes(text.as_bytes())?;
    Ok(Outcome::Done)
}
