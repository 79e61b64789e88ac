//! What can be searched: every change of every changelog, with the page that tells of it.

use indexmap::{IndexMap, IndexSet};
use serde::Serialize;

use crate::domain::ChannelKind;
use crate::publish::compose::continuous_changelog::page_of;
use crate::publish::compose::entries::heading;
use crate::publish::compose::inputs::Inputs;
use crate::publish::layout::{DocumentKind, Place};
use crate::publish::prose::{plain, said};
use crate::publish::template::Markup;
use crate::publish::text;
use crate::publish::view::SearchView;
use crate::reports::{ChangelogSection, ChannelStatus};

/// Where changes are told of.
#[derive(Debug, PartialEq, Eq, Hash, Serialize)]
struct Found {
    /// A version or a day.
    name: String,
    url: String,
    channel: String,
}

/// For the script.
#[derive(Debug, Default, Serialize)]
struct Data {
    places: Vec<Found>,
    kinds: IndexSet<&'static str>,
    /// Text, number of the kind, number of the place.
    changes: Vec<(String, usize, usize)>,
}

/// All changes that readers of the changelogs see, newest first in each channel, as seen from a place.
pub fn search(inputs: &Inputs<'_>, from: &Place) -> SearchView {
    let mut data = Data::default();
    for channel in &inputs.status.channels {
        let sections = inputs.changelogs.get(&channel.name).into_iter().flat_map(|report| &report.sections_of);
        let pages = page_of(inputs, channel);
        for section in sections {
            if let Some(found) = place(inputs, channel, section, from, &pages) {
                data.places.push(found);
                add(&mut data, section);
            }
        }
    }
    let count = text::counted(data.changes.len(), "change", "changes");
    SearchView { count, data: Markup::json(&data) }
}

fn add(data: &mut Data, section: &ChangelogSection) {
    let at = data.places.len() - 1;
    for kind in &section.sections {
        let (number, _) = data.kinds.insert_full(heading(kind.kind));
        for entry in &kind.entries {
            let scope = entry.scope.as_ref().map(|scope| format!("{scope}: ")).unwrap_or_default();
            let refs = if entry.refs.is_empty() { String::new() } else { format!(" ({})", entry.refs.join(", ")) };
            let text = plain(&said(&entry.text, entry.note.is_some()));
            data.changes.push((format!("{scope}{text}{refs}"), number, at));
        }
    }
}

/// `None` for what no page tells of.
fn place(
    inputs: &Inputs<'_>,
    channel: &ChannelStatus,
    section: &ChangelogSection,
    from: &Place,
    pages: &IndexMap<String, Place>,
) -> Option<Found> {
    let release = &section.release;
    let title = inputs.channel_title(&channel.name);
    match channel.kind {
        ChannelKind::Versioned => {
            let line = channel.lines.iter().find(|line| Some(&line.name) == release.line.as_ref())?;
            let own = inputs.own_places(channel, line)?;
            let version = release.version.as_ref().filter(|_| release.tag.is_some())?;
            let url = from.way_to(&own.release(version), DocumentKind::Html);
            Some(Found { name: version.to_string(), url, channel: title })
        }
        ChannelKind::Continuous => {
            let day = text::day(release.date?);
            let url = format!("{}#{day}", from.way_to(pages.get(&day)?, DocumentKind::Html));
            Some(Found { name: day, url, channel: title })
        }
    }
}
