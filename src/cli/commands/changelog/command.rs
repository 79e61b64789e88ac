//! The steps of `changelog`.

use super::view::view;
use crate::cache::Cache;
use crate::cli::actions::Actions;
use crate::cli::args::Format;
use crate::cli::commands::publish::overrides;
use crate::cli::context::Context;
use crate::cli::error::{Outcome, UsageError};
use crate::cli::facts::Facts;
use crate::domain::{ChannelName, TagName};
use crate::git::Repository;
use crate::ledger::Ledger;
use crate::publish::{DocumentKind, extract};
use crate::reports::{Changelog, ChangelogReader, ChangelogSpan};

/// The arguments of `changelog`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  twintrack changelog --channel self-hosted --release 1.8.5\n  \
    twintrack changelog --channel self-hosted --from 1.6.2 --to 1.8.4\n  \
    twintrack changelog --channel managed --format markdown")]
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
}

impl Args {
    fn span(&self) -> ChangelogSpan {
        match (&self.line, &self.release, &self.from) {
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
    let reader = ChangelogReader::new(&ledger).with_files(&repository, &cache)?;
    let changelog = reader.changelog(channel, &args.span())?;
    drop(step);
    for notice in &changelog.notices {
        tracing::warn!("{notice}");
    }
    if context.actions.is_a_step() {
        let markdown = document(&ledger, &repository, changelog.clone(), DocumentKind::Markdown, context)?;
        report_to_step(context, &ledger, &changelog, &String::from_utf8_lossy(&markdown))?;
    }
    let kind = match context.options.format {
        Format::Text | Format::Json => return context.print("changelog", &changelog, view),
        Format::Markdown => DocumentKind::Markdown,
        Format::Html => DocumentKind::Html,
    };
    let document = document(&ledger, &repository, changelog, kind, context)?;
    context.output.bytes(&document)?;
    Ok(Outcome::Done)
}

/// The changelog as a document of its own, by the project's templates.
fn document(
    ledger: &Ledger,
    repository: &Repository,
    changelog: Changelog,
    kind: DocumentKind,
    context: &Context,
) -> anyhow::Result<Vec<u8>> {
    let templates = overrides(&ledger.config, repository, None)?;
    let name = changelog.channel.clone();
    let facts = Facts::gather(ledger, repository, [changelog], context.now());
    let channel = facts.status.channels.iter().find(|channel| channel.name == name);
    match (channel, facts.changelog(&name)) {
        (Some(channel), Some(changelog)) => Ok(extract(&facts.inputs(ledger, &templates), channel, changelog, kind)?),
        // A changelog is of a channel, and the status has all of them.
        _ => Ok(Vec::new()),
    }
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

/// The summary of the step, and, of a single release, the outputs that workflows expect.
fn report_to_step(context: &Context, ledger: &Ledger, changelog: &Changelog, markdown: &str) -> anyhow::Result<()> {
    context.actions.summarise(markdown)?;
    let [section] = changelog.sections_of.as_slice() else { return Ok(()) };
    let release = &section.release;
    let version = release.version.as_ref().map(ToString::to_string);
    let sha = release.commit.to_string();
    let mut outputs = vec![("sha", sha.as_str())];
    outputs.extend(version.as_deref().map(|version| ("version", version)));
    outputs.extend(release.tag.as_ref().map(|tag| ("tag", tag.as_str())));
    let previous = release.previous.as_deref().and_then(|name| tag_of(ledger, &changelog.channel, name));
    outputs.extend(previous.map(|tag| ("previous_tag", tag.as_str())));
    let compared = previous.zip(release.tag.as_ref());
    let page = compared.and_then(|(from, to)| ledger.config.project.links.compare(from.as_str(), to.as_str()));
    let rest = match (page, &release.tag) {
        (Some(page), _) => format!("This is the beginning; [all changes]({page})."),
        (None, Some(tag)) => {
            let channel = &changelog.channel;
            format!("This is the beginning; `twintrack changelog --channel {channel} --release {tag}` has all of it.")
        }
        (None, None) => "This is the beginning.".to_owned(),
    };
    let text = Actions::changelog(markdown.trim_end(), &rest);
    outputs.push(("changelog", &text));
    context.actions.set(&outputs)
}

/// The tag of a release, by its version, or of a deploy, by the tag itself.
fn tag_of<'l>(ledger: &'l Ledger, channel: &ChannelName, name: &str) -> Option<&'l TagName> {
    let channel = ledger.channel(channel.as_str())?;
    let mut releases = channel.lines.iter().flat_map(|line| &line.releases);
    let release = releases.find(|release| release.version.to_string() == name).map(|release| &release.tag);
    release.or_else(|| channel.deploys.iter().filter_map(|deploy| deploy.tag.as_ref()).find(|tag| tag.as_str() == name))
}
