//! `twintrack man`: manual pages from the definitions of the arguments.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap_mangen::Man;

use crate::cli::args;
use crate::cli::context::Context;
use crate::cli::error::Outcome;

/// The arguments of `man`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write one page per command into DIR, which is created where it is missing.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Prints the main page, or writes all of them.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let command = args::command().disable_help_subcommand(true);
    match &args.out {
        None => {
            let mut page = Vec::new();
            Man::new(command).render(&mut page)?;
            context.output.bytes(&page)?;
        }
        Some(directory) => write_pages(command, directory).context("cannot write manual pages")?,
    }
    Ok(Outcome::Done)
}

fn write_pages(command: clap::Command, directory: &Path) -> anyhow::Result<()> {
    fs_err::create_dir_all(directory)?;
    clap_mangen::generate_to(command, directory)?;
    Ok(())
}
