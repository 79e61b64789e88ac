//! The arguments of `verify`, and which of its two questions is asked.

use std::path::{Path, PathBuf};

use super::{bundle, tags};
use crate::cli::context::Context;
use crate::cli::error::{Outcome, UsageError};

/// The arguments of `verify`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  twintrack verify v1.9.0 --allowed-signers .github/allowed_signers\n  \
    twintrack verify v1.9.0 deploy/production/2026-03-01.2 --format json\n  \
    twintrack verify acme-1.8.4-bundle.tar.gz --key release.pub --installed 1.6.2\n\n\
    A bundle is checked without a repository, git or a network.")]
pub struct Args {
    /// Tags, by their names or as whole refs; with `--key`, the file of a bundle.
    #[arg(required = true, value_name = "TAG|BUNDLE")]
    what: Vec<String>,
    /// The file of ssh keys and who they belong to [default: `gpg.ssh.allowedSignersFile` of git].
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    allowed_signers: Option<PathBuf>,
    /// Whose bundles are trusted: a file of ssh public keys, one on a line, or one such key.
    #[arg(long, value_name = "FILE|KEY")]
    key: Option<String>,
    /// What runs where the bundle is going to be installed.
    #[arg(long, value_name = "VERSION", requires = "key")]
    installed: Option<String>,
}

/// Checks tags or a bundle; the answer is no where something is not good.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    match (&args.key, args.what.as_slice()) {
        (Some(key), [file]) => bundle::verify(Path::new(file), key, args.installed.as_deref(), context),
        (Some(_), _) => Err(UsageError::SeveralBundles.into()),
        (None, what) => match what.iter().find(|name| is_bundle(name)) {
            Some(file) => Err(UsageError::NoBundleKey { file: file.clone() }.into()),
            None => tags::verify(what, args.allowed_signers.as_deref(), context),
        },
    }
}

/// Whether a name is that of an archive rather than that of a tag.
fn is_bundle(name: &str) -> bool {
    [".tar", ".tar.gz", ".tgz"].iter().any(|end| name.ends_with(end)) && Path::new(name).is_file()
}
