//! All documents of a repository: which exist for what is configured, and where they stand.

use super::compose::{self, Inputs};
use super::layout::Place;
use super::site::{Document, Draft, Group, assemble};
use super::template::{RenderError, TemplateError, Templates};
use super::view::roots;
use crate::domain::ChannelKind;
use crate::reports::ChannelStatus;

/// Why documents could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error(transparent)]
    Templates(#[from] TemplateError),
    #[error(transparent)]
    Render(#[from] RenderError),
}

impl PublishError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Templates(error) => Some(error.hint()),
            Self::Render(error) if error.is_of_project => {
                Some("what may be absent needs `{{#if …}}` around it; `docs/templates.md` says what may".to_owned())
            }
            Self::Render(_) => None,
        }
    }
}

/// Every document of every channel, each as Markdown and as a page, in the order of their paths.
pub fn documents(inputs: &Inputs<'_>) -> Result<Vec<Document>, PublishError> {
    let templates = Templates::new(inputs.templates, &roots())?;
    let mut drafts = vec![Draft {
        place: Place::index(),
        group: Group::Shared,
        label: "Overview".to_owned(),
        markdown: templates.render(&compose::index(inputs))?,
    }];
    for channel in &inputs.status.channels {
        match channel.kind {
            ChannelKind::Continuous => continuous(inputs, channel, &templates, &mut drafts)?,
            ChannelKind::Versioned => versioned(inputs, channel, &templates, &mut drafts)?,
        }
    }
    Ok(assemble(&drafts, &inputs.project(), &templates)?)
}

fn continuous(
    inputs: &Inputs<'_>,
    channel: &ChannelStatus,
    templates: &Templates,
    drafts: &mut Vec<Draft>,
) -> Result<(), RenderError> {
    let group = Group::Channel(inputs.channel_title(&channel.name));
    for (at, (place, view)) in compose::continuous_changelog(inputs, channel).enumerate() {
        let group = if at == 0 { group.clone() } else { Group::Further(Box::new(group.clone())) };
        drafts.push(Draft { place, group, label: "Changelog".to_owned(), markdown: templates.render(&view)? });
    }
    drafts.push(Draft {
        place: Place::in_channel(channel.name.as_str(), "operations"),
        group,
        label: "Operations".to_owned(),
        markdown: templates.render(&compose::operations(inputs, channel))?,
    });
    Ok(())
}

fn versioned(
    inputs: &Inputs<'_>,
    channel: &ChannelStatus,
    templates: &Templates,
    drafts: &mut Vec<Draft>,
) -> Result<(), RenderError> {
    let title = inputs.channel_title(&channel.name);
    let place = Place::in_channel(channel.name.as_str(), "changelog");
    let markdown = templates.render(&compose::all_lines(inputs, channel, &place))?;
    drafts.push(Draft { place, group: Group::Channel(title.clone()), label: "Changelog".to_owned(), markdown });
    let place = Place::in_channel(channel.name.as_str(), "support");
    let markdown = templates.render(&compose::support(inputs, channel, &place))?;
    drafts.push(Draft { place, group: Group::Channel(title.clone()), label: "Support".to_owned(), markdown });
    let places = inputs.line_places(channel);
    for (at, (line, own)) in channel.lines.iter().zip(&places).enumerate() {
        let group = Group::Line { channel: title.clone(), line: line.name.clone() };
        for (at, (place, view)) in compose::one_line(inputs, channel, line, own).enumerate() {
            let group = if at == 0 { group.clone() } else { Group::Further(Box::new(group.clone())) };
            drafts.push(Draft { place, group, label: "Changelog".to_owned(), markdown: templates.render(&view)? });
        }
        let markdown = templates.render(&compose::guide(inputs, channel, at, &places))?;
        drafts.push(Draft { place: own.guide.clone(), group, label: "Operator guide".to_owned(), markdown });
    }
    Ok(())
}
