//! What will go, and when, in words.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::inputs::Inputs;
use super::line_surface::OfLine;
use super::surface::{deprecation, not_tracked, unread};
use crate::domain::{ChannelName, Version};
use crate::publish::text;
use crate::publish::view::{DatedDeprecationView, DeprecationsView};
use crate::reports::{ChannelStatus, DeployLog};
use crate::surface::{Deprecation, DeprecationState, SurfaceKind, SurfaceSnapshot, UnreadableFile};

/// Of the newest release of a line.
pub fn line_deprecations(of: OfLine<'_>) -> DeprecationsView {
    let announced = |item: &Deprecation| {
        let version = item.announced_in.as_deref()?;
        let told = |release: &&crate::reports::ListedRelease| release.version.to_string() == version;
        of.inputs.releases.releases.iter().find(told).map(|release| text::day(release.date))
    };
    let steps = of.surface.steps.iter().rev();
    let by_step = |item: &Deprecation| {
        let mut steps = steps.clone();
        let announces = |step: &&crate::reports::SurfaceStep| {
            step.difference
                .iter()
                .flat_map(|difference| &difference.deprecations)
                .any(|other| other.name == item.name && other.state == DeprecationState::Announced)
        };
        steps.find(announces).map(|step| text::day(step.release.date))
    };
    let release = of.surface.release.as_ref();
    let title = format!("{} deprecations", of.inputs.line_title(of.line));
    page(
        of.inputs,
        &of.line.channel,
        title,
        (release.map(|release| format!("release {}", release.version)), of.surface.snapshot.as_ref()),
        |item| announced(item).or_else(|| by_step(item)),
    )
}

/// Of what is live.
pub fn live_deprecations(
    inputs: &Inputs<'_>,
    channel: &ChannelStatus,
    live: Option<&SurfaceSnapshot>,
    log: Option<&DeployLog>,
) -> DeprecationsView {
    // The newest deploy that announces something is the one after which it stayed announced.
    let mut announced: BTreeMap<&str, String> = BTreeMap::new();
    for deploy in log.iter().flat_map(|log| &log.deploys) {
        let (Some(surface), Some(day)) = (&deploy.surface, deploy.recorded_at) else { continue };
        let new = surface.deprecations.iter().filter(|item| item.state == DeprecationState::Announced);
        for item in new {
            announced.entry(&item.name).or_insert_with(|| text::day(day));
        }
    }
    let version = channel.environments.last().and_then(|environment| environment.live.first());
    page(
        inputs,
        &channel.name,
        inputs.document_title(&channel.name, "deprecations"),
        (version.map(|live| format!("what is live, {}", live.version)), live),
        |item| announced.get(item.name.as_str()).cloned(),
    )
}

fn page(
    inputs: &Inputs<'_>,
    channel: &ChannelName,
    title: String,
    (of, snapshot): (Option<String>, Option<&SurfaceSnapshot>),
    announced_on: impl Fn(&Deprecation) -> Option<String>,
) -> DeprecationsView {
    let today = inputs.now().date_naive();
    let mut deprecations: Vec<(Option<NaiveDate>, DatedDeprecationView)> = snapshot
        .iter()
        .flat_map(|snapshot| &snapshot.deprecations)
        .map(|item| {
            let removed = item.removed_in.as_deref().and_then(|text| day_of(inputs, text));
            let is_due = removed.is_some_and(|day| day <= today);
            let view = DatedDeprecationView {
                item: deprecation(item),
                announced_on: announced_on(item),
                removed_on: removed.map(|day| day.to_string()),
                is_due,
            };
            (removed, view)
        })
        .collect();
    // What has no day yet comes last; otherwise the order of the report.
    deprecations.sort_by_key(|(day, _)| (day.is_none(), *day));
    let deprecations: Vec<DatedDeprecationView> = deprecations.into_iter().map(|(_, view)| view).collect();
    let nothing = match snapshot {
        None => Some("Nothing can be read here yet.".to_owned()),
        Some(snapshot) if deprecations.is_empty() && !snapshot.is_tracked(SurfaceKind::Deprecations) => {
            Some(not_tracked(SurfaceKind::Deprecations))
        }
        Some(_) => deprecations.is_empty().then(|| "Nothing is announced to go.".to_owned()),
    };
    let of_kind = |file: &&UnreadableFile| file.kind == SurfaceKind::Deprecations;
    DeprecationsView {
        title,
        project: inputs.project(),
        channel: inputs.channel_title(channel),
        of,
        as_of: text::day(inputs.now()),
        nothing,
        deprecations,
        unread: unread(snapshot.iter().flat_map(|snapshot| &snapshot.unreadable).filter(of_kind)),
    }
}

/// The day that is meant: a day as written, that of a release, or that of a planned one.
fn day_of(inputs: &Inputs<'_>, text: &str) -> Option<NaiveDate> {
    if let Ok(day) = text.trim().parse::<NaiveDate>() {
        return Some(day);
    }
    let version: Version = text.trim().parse().or_else(|_| format!("{}.0", text.trim()).parse()).ok()?;
    let released = inputs.releases.releases.iter().find(|release| release.version == version);
    released.map(|release| release.date.date_naive()).or_else(|| {
        let lines = inputs.config.channels.values().flat_map(|channel| channel.declared_lines().values());
        lines.flat_map(|line| &line.planned).find(|planned| planned.version == version).map(|planned| planned.on)
    })
}
