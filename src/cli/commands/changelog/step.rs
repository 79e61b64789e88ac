//! A changelog as a document, and what a step of GitHub Actions is told of it.

use std::borrow::Cow;

use crate::cache::Cache;
use crate::cli::actions::Actions;
use crate::cli::commands::publish::overrides;
use crate::cli::context::Context;
use crate::cli::facts::Facts;
use crate::domain::{ChannelName, TagName};
use crate::git::Repository;
use crate::ledger::Ledger;
use crate::publish::{DocumentKind, extract};
use crate::reports::{Changelog, ChangelogReader, ChangelogSpan};

/// The changelog as a document of its own, by the project's templates.
pub(super) fn document(
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

/// The summary of the step, and, of a single release, the outputs that workflows expect.
pub(super) fn tell_step(
    context: &Context,
    ledger: &Ledger,
    changelog: &Changelog,
    markdown: &str,
) -> anyhow::Result<()> {
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
    let text = fitting(ledger, &changelog.channel, previous, release.tag.as_ref(), markdown);
    outputs.push(("changelog", &text));
    context.actions.set(&outputs)
}

/// The changelog of a release that was just made, as Markdown of a size that a forge takes.
pub(in crate::cli::commands) fn changelog_of_release(
    context: &Context,
    repository: &Repository,
    channel: &ChannelName,
    tag: &TagName,
) -> anyhow::Result<String> {
    let ledger = context.read_ledger_again(repository)?;
    let cache = Cache::below(repository.common_dir());
    let reader = ChangelogReader::new(&ledger).with_contents(repository, &cache)?;
    let changelog = reader.changelog(channel.as_str(), &ChangelogSpan::Release(tag.to_string()))?;
    let previous = changelog.sections_of.first().and_then(|section| section.release.previous.clone());
    let markdown = document(&ledger, repository, changelog, DocumentKind::Markdown, context)?;
    let previous = previous.and_then(|name| tag_of(&ledger, channel, &name));
    Ok(fitting(&ledger, channel, previous, Some(tag), &String::from_utf8_lossy(&markdown)).into_owned())
}

/// What of a changelog fits into an output, with the page or command that has the rest.
fn fitting<'m>(
    ledger: &Ledger,
    channel: &ChannelName,
    previous: Option<&TagName>,
    tag: Option<&TagName>,
    markdown: &'m str,
) -> Cow<'m, str> {
    let compared = previous.zip(tag);
    let page = compared.and_then(|(from, to)| ledger.config.project.links.compare(from.as_str(), to.as_str()));
    let rest = match (page, tag) {
        (Some(page), _) => format!("This is the beginning; [all changes]({page})."),
        (None, Some(tag)) => {
            format!("This is the beginning; `twintrack changelog --channel {channel} --release {tag}` has all of it.")
        }
        (None, None) => "This is the beginning.".to_owned(),
    };
    Actions::changelog(markdown.trim_end(), &rest)
}

/// The tag of a release, by its version, or of a deploy, by the tag itself.
fn tag_of<'l>(ledger: &'l Ledger, channel: &ChannelName, name: &str) -> Option<&'l TagName> {
    let channel = ledger.channel(channel.as_str())?;
    let mut releases = channel.lines.iter().flat_map(|line| &line.releases);
    let release = releases.find(|release| release.version.to_string() == name).map(|release| &release.tag);
    release.or_else(|| channel.deploys.iter().filter_map(|deploy| deploy.tag.as_ref()).find(|tag| tag.as_str() == name))
}
