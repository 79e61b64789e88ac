//! One report as a document of its own, for people who asked for just that: no navigation, no other pages.

use std::collections::BTreeMap;

use super::bundle::Content;
use super::compose::{self, Inputs};
use super::documents::PublishError;
use super::layout::{DocumentKind, Place};
use super::site::{Draft, Group, Styling, assemble};
use super::template::Templates;
use super::view::roots;
use crate::domain::ChannelKind;
use crate::reports::{Affected, Backports, BundleContents, Changelog, ChannelStatus, Tension, Upgrade};
use crate::surface::SurfaceDifference;

/// The document of `changelog`, which is also the one that `inputs` hold for its channel.
pub fn extract(
    inputs: &Inputs<'_>,
    channel: &ChannelStatus,
    changelog: &Changelog,
    kind: DocumentKind,
) -> Result<Vec<u8>, PublishError> {
    let templates = Templates::new(inputs.templates, &roots())?;
    let markdown = match channel.kind {
        ChannelKind::Continuous => templates.render(&compose::of_days(inputs, channel))?,
        ChannelKind::Versioned => templates.render(&compose::of_releases(inputs, channel, changelog))?,
    };
    alone(inputs, &templates, markdown, kind)
}

/// The document of `backports`.
pub fn backports_document(
    inputs: &Inputs<'_>,
    backports: &Backports,
    kind: DocumentKind,
) -> Result<Vec<u8>, PublishError> {
    let templates = Templates::new(inputs.templates, &roots())?;
    let markdown = templates.render(&compose::backports(inputs, backports))?;
    alone(inputs, &templates, markdown, kind)
}

/// The document of what an operator sees change.
pub fn surface_document(
    inputs: &Inputs<'_>,
    difference: &SurfaceDifference,
    kind: DocumentKind,
) -> Result<Vec<u8>, PublishError> {
    let templates = Templates::new(inputs.templates, &roots())?;
    let markdown = templates.render(&compose::surface(inputs, difference))?;
    alone(inputs, &templates, markdown, kind)
}

/// The document of who has a change, or of what a release has.
pub fn affected_document(inputs: &Inputs<'_>, answer: &Affected, kind: DocumentKind) -> Result<Vec<u8>, PublishError> {
    let templates = Templates::new(inputs.templates, &roots())?;
    let markdown = match &answer.version {
        Some(version) => templates.render(&compose::carried(inputs, version, &answer.changes))?,
        None => templates.render(&compose::affected(inputs, answer))?,
    };
    alone(inputs, &templates, markdown, kind)
}

/// The document of `tension`.
pub fn tension_document(inputs: &Inputs<'_>, tension: &Tension, kind: DocumentKind) -> Result<Vec<u8>, PublishError> {
    let templates = Templates::new(inputs.templates, &roots())?;
    let markdown = templates.render(&compose::tension(inputs, tension))?;
    alone(inputs, &templates, markdown, kind)
}

/// The document of `upgrade`.
pub fn upgrade_document(inputs: &Inputs<'_>, report: &Upgrade, kind: DocumentKind) -> Result<Vec<u8>, PublishError> {
    let templates = Templates::new(inputs.templates, &roots())?;
    let markdown = templates.render(&compose::upgrade(inputs, report))?;
    alone(inputs, &templates, markdown, kind)
}

/// The page that a bundle opens with, which will have those files and be in an archive of that name.
pub fn bundle_document(
    inputs: &Inputs<'_>,
    contents: &BundleContents,
    files: &BTreeMap<String, Content>,
    archive: &str,
    kind: DocumentKind,
) -> Result<Vec<u8>, PublishError> {
    let templates = Templates::new(inputs.templates, &roots())?;
    let markdown = templates.render(&compose::bundle(inputs, contents, files, archive))?;
    alone(inputs, &templates, markdown, kind)
}

/// A document without others around it.
fn alone(
    inputs: &Inputs<'_>,
    templates: &Templates,
    markdown: String,
    kind: DocumentKind,
) -> Result<Vec<u8>, PublishError> {
    if kind == DocumentKind::Markdown {
        return Ok(markdown.into_bytes());
    }
    let draft = Draft {
        place: Place::index(),
        group: Group::Unlisted,
        label: String::new(),
        markdown,
        forms: Draft::BOTH,
        figure: None,
    };
    let both = assemble(&[draft], &inputs.project(), templates, Styling::Carried)?;
    Ok(both.into_iter().find(|document| document.kind == kind).map(|document| document.bytes).unwrap_or_default())
}
