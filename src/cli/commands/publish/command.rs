//! The steps of `publish`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::overrides::overrides;
use crate::cache::Cache;
use crate::cli::context::Context;
use crate::cli::error::{Outcome, UsageError};
use crate::cli::facts::Facts;
use crate::cli::text;
use crate::git::Repository;
use crate::ledger::{ChannelState, Ledger};
use crate::publish::{Changes, Directory, documents, template};
use crate::reports::{Changelog, ChangelogReader, ChangelogSpan};

/// The arguments of `publish`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  twintrack publish --out public\n  twintrack publish --out public --check   # in CI: exit 1 where a page is out of date\n  twintrack publish --print-template index.md.hbs > templates/twintrack/index.md.hbs"
)]
pub struct Args {
    /// Write all documents into DIR, which is created where it is missing. Files that others put there stay.
    #[arg(long, value_name = "DIR", required_unless_present_any = ["print_template", "list_templates"])]
    out: Option<PathBuf>,
    /// Write nothing; say which files are not current, and exit 1 where any is. Ages are those of the day the files
    /// were written.
    #[arg(long, requires = "out")]
    check: bool,
    /// Take the project's own templates from DIR instead of the directory that the configuration names.
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
    /// Print a template that ships with Twintrack, to begin one of the project's own from.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["out", "list_templates"])]
    print_template: Option<String>,
    /// Print the names of all templates.
    #[arg(long, conflicts_with = "out")]
    list_templates: bool,
}

/// What was written, or would have to be.
#[derive(Debug, Serialize)]
struct Published {
    out: String,
    documents: usize,
    /// Whether the directory was as it should be before this run.
    current: bool,
    #[serde(flatten)]
    changes: Changes,
}

/// Publishes, or says whether what is published is current.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    if args.list_templates {
        let names: Vec<&str> = template::template_names().collect();
        context.output.text(&(names.join("\n") + "\n"))?;
        return Ok(Outcome::Done);
    }
    if let Some(name) = &args.print_template {
        context.output.bytes(shipped(name)?.as_bytes())?;
        return Ok(Outcome::Done);
    }
    let Some(out) = &args.out else { return Ok(Outcome::Done) };
    let mut directory = Directory::open(out)?;
    // A check asks whether the facts have changed, not whether time has passed.
    let now = directory.published_at().filter(|_| args.check).unwrap_or_else(|| context.now());
    let repository = context.open_repository()?;
    let ledger = context.read_ledger(&repository, &[])?;
    let overrides = overrides(&ledger.config, &repository, args.templates.as_deref())?;
    let files = {
        let _step = context.step("writing documents");
        files(&ledger, &repository, &overrides, now)?
    };
    let changes = if args.check { directory.compare(&files)? } else { directory.write(&files, now)? };
    let published =
        Published { out: out.display().to_string(), documents: files.len(), current: changes.is_empty(), changes };
    let is_current = published.current;
    context.actions.set(&[
        ("out", published.out.as_str()),
        ("documents", &published.documents.to_string()),
        ("current", if is_current { "true" } else { "false" }),
    ])?;
    context.actions.summarise_text("Documents", &view(&published, args.check))?;
    context.print("publish", &published, |published, _| view(published, args.check))?;
    Ok(if args.check && !is_current { Outcome::No } else { Outcome::Done })
}

/// Writes all documents into a directory with the templates that the project has; how many there are.
pub(in crate::cli::commands) fn publish_into(context: &Context, out: &Path) -> anyhow::Result<usize> {
    let mut directory = Directory::open(out)?;
    let repository = context.open_repository()?;
    let ledger = context.read_ledger(&repository, &[])?;
    let overrides = overrides(&ledger.config, &repository, None)?;
    let files = files(&ledger, &repository, &overrides, context.now())?;
    directory.write(&files, context.now())?;
    Ok(files.len())
}

fn shipped(name: &str) -> Result<&'static str, UsageError> {
    template::shipped(name).ok_or_else(|| UsageError::Value {
        option: "--print-template",
        value: name.to_owned(),
        wanted: "the name of a template; `--list-templates` prints them".to_owned(),
    })
}

/// Every file of the published tree by its path.
fn files(
    ledger: &Ledger,
    repository: &Repository,
    templates: &BTreeMap<String, Vec<u8>>,
    now: chrono::DateTime<chrono::Utc>,
) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let cache = Cache::below(repository.common_dir());
    let reader = ChangelogReader::new(ledger).with_contents(repository, &cache)?;
    let changelog = |channel: &ChannelState| reader.changelog(channel.name.as_str(), &ChangelogSpan::EveryLine);
    let changelogs: Vec<Changelog> = ledger.channels.iter().map(changelog).collect::<Result<_, _>>()?;
    let facts = Facts::gather(ledger, repository, changelogs, now);
    let documents = documents(&facts.inputs(ledger, templates))?;
    Ok(documents.into_iter().map(|document| (document.path, document.bytes)).collect())
}

fn view(published: &Published, is_check: bool) -> String {
    let Published { out, documents, changes, .. } = published;
    let out = text::one_line(out);
    let files = |count: usize| if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
    if changes.is_empty() {
        return format!("{out} is current: {}\n", files(*documents));
    }
    let mut shown = String::new();
    let (written, removed) = if is_check { ("out of date", "no longer needed") } else { ("wrote", "removed") };
    for (what, paths) in [(written, &changes.written), (removed, &changes.removed)] {
        for path in paths.iter().take(SHOWN) {
            let _ = writeln!(shown, "{what} {}", text::one_line(path));
        }
        if paths.len() > SHOWN {
            let _ = writeln!(shown, "{what} {} more", files(paths.len() - SHOWN));
        }
    }
    let begin = Path::new(&published.out).join("index.html");
    if !is_check {
        let _ = writeln!(
            shown,
            "{} in {out}, {} unchanged; begin at {}",
            files(*documents),
            changes.unchanged,
            begin.display()
        );
    }
    shown
}

/// Paths that are listed at most.
const SHOWN: usize = 20;
