//! A changelog as a document, and what a step of GitHub Actions is told of it.

use super::forge::{fitting, tag_of};
use crate::cli::commands::publish::overrides;
use crate::cli::context::Context;
use crate::cli::facts::Facts;
use crate::git::Repository;
use crate::ledger::Ledger;
use crate::publish::{DocumentKind, check_document, extract};
use crate::reports::{Changelog, redaction_leaks};

/// The changelog as a document of its own, by the project's templates; where asked for with what was left out. Refused where
/// its readers would be shown what `[redaction]` keeps back.
pub(super) fn document(
    ledger: &Ledger,
    repository: &Repository,
    changelog: Changelog,
    kind: DocumentKind,
    lists_left_out: bool,
    context: &Context,
) -> anyhow::Result<Vec<u8>> {
    let templates = overrides(&ledger.config, repository, None)?;
    let name = changelog.channel.clone();
    let known = redaction_leaks(&changelog, &ledger.config.redaction);
    let facts = Facts::gather(ledger, repository, [changelog], context.now());
    let facts = if lists_left_out { facts.listing_left_out() } else { facts };
    let channel = facts.status.channels.iter().find(|channel| channel.name == name);
    // A changelog is of a channel, and the status has all of them.
    let (Some(channel), Some(changelog)) = (channel, facts.changelog(&name)) else { return Ok(Vec::new()) };
    let bytes = extract(&facts.inputs(ledger, &templates), channel, changelog, kind)?;
    let file = format!("changelog{}", kind.extension());
    check_document(&file, &bytes, Some(&name), &ledger.config.redaction, &known)?;
    Ok(bytes)
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
    let text = fitting(ledger, &changelog.channel, (previous, release.tag.as_ref()), markdown, None);
    outputs.push(("changelog", &text));
    context.actions.set(&outputs)
}
