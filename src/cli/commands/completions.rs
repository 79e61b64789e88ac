//! `twintrack completions`: a script that makes a shell complete our arguments.

use clap_complete::Shell;

use crate::cli::args;
use crate::cli::context::Context;
use crate::cli::error::Outcome;

/// The arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  twintrack completions bash > /etc/bash_completion.d/twintrack\n  \
    twintrack completions fish > ~/.config/fish/completions/twintrack.fish")]
pub struct Args {
    /// The shell to write it for.
    shell: Shell,
}

/// Prints the script.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut args::command(), "twintrack", &mut script);
    context.output.bytes(&script)?;
    Ok(Outcome::Done)
}
