//! `twintrack demo`: a sample repository with both channels, and the whole reading path on it.

use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use crate::cli::commands::{publish, status};
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::text;
use crate::operations::demo;

/// The arguments of `demo`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  twintrack demo /tmp/acme && cd /tmp/acme/acme && twintrack status")]
pub struct Args {
    /// Where to build it: a directory that is empty or does not exist yet.
    directory: PathBuf,
}

/// What was built.
#[derive(Debug, Serialize)]
struct Built {
    /// The clone to work in, and its bare remote.
    repository: PathBuf,
    remote: PathBuf,
    documents: PathBuf,
    document_count: usize,
    /// The moment at which the story ends.
    now: DateTime<Utc>,
    /// What to try next, in the repository.
    next: Vec<&'static str>,
    #[serde(skip)]
    board: String,
}

/// Commands that show what the sample is good for.
const NEXT: [&str; 7] = [
    "twintrack changelog --channel self-hosted --line 1.9",
    "twintrack deploy list --environment production",
    "twintrack release 1.9 --final --push",
    "twintrack cut 1.10 --dry-run",
    "twintrack deploy rollback --environment production --dry-run",
    "twintrack retract 1.9.2 --reason \"only a test\" --dry-run",
    "twintrack publish --out ../documents",
];

/// Builds the sample and reads it.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let sample = {
        let _step = context.step("building the sample");
        demo::build(&args.directory)?
    };
    let now = demo::moment();
    let there = context.elsewhere(sample.repository.clone(), now);
    let documents = sample.repository.with_file_name("documents");
    let document_count = publish::publish_into(&there, &documents)?;
    let board = status::board(&there)?;
    let (repository, remote) = (sample.repository, sample.remote);
    let built = Built { repository, remote, documents, document_count, now, next: NEXT.to_vec(), board };
    context.print("demo", &built, |built, _| view(built))
}

fn view(built: &Built) -> String {
    let path = |path: &Path| text::one_line(&path.display().to_string()).into_owned();
    let mut shown = format!(
        "A sample of both channels, with five months of history made by Twintrack itself:\n  {}  the repository\n  {}  \
         its remote\n\n",
        path(&built.repository),
        path(&built.remote)
    );
    shown.push_str(&built.board);
    shown.push_str(&format!(
        "\n{} documents for the readers of both channels begin at\n  {}\n\nTry next, as of the day the story ends:\n  cd \
         {}\n  export TWINTRACK_NOW={}\n",
        built.document_count,
        path(&built.documents.join("index.html")),
        path(&built.repository),
        built.now.to_rfc3339_opts(SecondsFormat::Secs, true)
    ));
    for command in &built.next {
        shown.push_str(&format!("  {command}\n"));
    }
    shown
}
