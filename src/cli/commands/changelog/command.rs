//! The steps of `changelog`.

use super::forge::forge_text;
use super::step::{document, tell_step};
use super::view::view;
use crate::cache::Cache;
use crate::cli::context::Context;
use crate::cli::error::{Outcome, UsageError};
use crate::ledger::Ledger;
use crate::publish::DocumentKind;
use crate::reports::{Changelog, ChangelogReader, ChangelogSpan};

/// The arguments of `changelog`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  twintrack changelog --channel self-hosted --release 1.8.5\n  \
    twintrack changelog --channel self-hosted --from 1.6.2 --to 1.8.4\n  \
    twintrack changelog --channel managed --format markdown\n  \
    twintrack changelog --channel self-hosted --release 1.8.5 --forge > notes.md && gh release create v1.8.5 -F notes.md")]
pub struct Args {
    /// The channel whose readers it is for; needed where there are several.
    #[arg(long, short)]
    channel: Option<String>,
    /// Only one line, by its name or branch, with what it has not released yet.
    #[arg(long, value_name = "LINE", conflicts_with_all = ["release", "from"])]
    line: Option<String>,
    /// Only one release, by version or tag, or one deploy, by tag.
    #[arg(long, value_name = "VERSION", conflicts_with = "from")]
    release: Option<String>,
    /// What came after this release, tag, line, branch or commit.
    #[arg(long, value_name = "POINT")]
    from: Option<String>,
    /// Up to this release, tag, line, branch or commit; trunk's tip where it is not given.
    #[arg(long, value_name = "POINT", requires = "from")]
    to: Option<String>,
    /// With `--line`, a line with long-term support: everything that its newest release brings to whoever comes from the
    /// line of that kind before it.
    #[arg(long, requires = "line")]
    since_lts: bool,
    /// List what was left out, too, with the reason of each; JSON always has it.
    #[arg(long)]
    left_out: bool,
    /// As the text of a release on a forge such as GitHub: Markdown without a title, in which `@name` calls nobody, of at
    /// most 125,000 characters, with a word on where the rest is.
    #[arg(long, requires = "release", conflicts_with = "left_out")]
    forge: bool,
    /// End the text of `--forge` after so many bytes at most, after a whole entry.
    #[arg(long, value_name = "BYTES", requires = "forge", value_parser = clap::value_parser!(u32).range(1000..))]
    max_bytes: Option<u32>,
}

impl Args {
    fn span(&self) -> ChangelogSpan {
        match (&self.line, &self.release, &self.from) {
            (Some(line), _, _) if self.since_lts => ChangelogSpan::SinceLts(line.clone()),
            (Some(line), _, _) => ChangelogSpan::Line(line.clone()),
            (_, Some(release), _) => ChangelogSpan::Release(release.clone()),
            (_, _, Some(from)) => ChangelogSpan::Between { from: from.clone(), to: self.to.clone() },
            (None, None, None) => ChangelogSpan::History,
        }
    }
}

/// Prints the changelog of a channel, or the part of it that was asked for.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let ledger = context.read_ledger(&repository, &[])?;
    let channel = args.channel.as_deref().map_or_else(|| only_channel(&ledger), Ok)?;
    let step = context.step("sorting the changes");
    let cache = Cache::below(repository.common_dir());
    let reader = ChangelogReader::new(&ledger).with_contents(&repository, &cache, context.now().date_naive())?;
    let changelog = reader.changelog(channel, &args.span())?;
    drop(step);
    for notice in &changelog.notices {
        tracing::warn!("{notice}");
    }
    if context.actions.is_a_step() {
        let markdown = document(&ledger, &repository, changelog.clone(), DocumentKind::Markdown, false, context)?;
        tell_step(context, &ledger, &changelog, &String::from_utf8_lossy(&markdown))?;
    }
    if args.forge {
        let text = forge_text(context, &ledger, &repository, &changelog, args.max_bytes.map(|bytes| bytes as usize))?;
        context.output.bytes(format!("{}\n", text.trim_end()).as_bytes())?;
        return Ok(Outcome::Done);
    }
    let Some(kind) = context.options.format.document() else {
        let text = |changelog: &Changelog, width| view(changelog, width, args.left_out);
        return context.print("changelog", &changelog, text);
    };
    let document = document(&ledger, &repository, changelog, kind, args.left_out, context)?;
    context.output.bytes(&document)?;
    Ok(Outcome::Done)
}

/// The channel that is meant where none is named: the only one.
fn only_channel(ledger: &Ledger) -> Result<&str, UsageError> {
    match ledger.channels.as_slice() {
        [only] => Ok(only.name.as_str()),
        several => {
            Err(UsageError::WhichChannel { known: several.iter().map(|channel| channel.name.to_string()).collect() })
        }
    }
}
