//! `twintrack schema`: the JSON Schema of `release.toml`, for editors.

use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::config;

/// The arguments of `schema`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Example:\n  twintrack schema > release.schema.json\n\nAn editor that reads TOML finds it by a \
    first line of release.toml:\n  #:schema ./release.schema.json"
)]
pub struct Args {}

/// Prints the schema.
pub fn run(_: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let mut text = serde_json::to_string_pretty(&config::schema())?;
    text.push('\n');
    context.output.bytes(text.as_bytes())?;
    Ok(Outcome::Done)
}
