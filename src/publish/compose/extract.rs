//! A changelog that stands alone: what somebody asked for, with nothing around it.

use super::continuous_changelog;
use super::inputs::Inputs;
use super::versioned_changelog::{Known, release_view};
use crate::publish::view::{ContinuousChangelogView, ExtractView};
use crate::reports::{Changelog, ChannelStatus};

/// Releases in the order of the report.
pub fn of_releases(inputs: &Inputs<'_>, channel: &ChannelStatus, changelog: &Changelog) -> ExtractView {
    let known = Known::of(inputs, channel);
    let releases: Vec<_> =
        changelog.sections_of.iter().map(|section| release_view(inputs, section, &known, usize::MAX)).collect();
    let subject = match (releases.as_slice(), &changelog.line) {
        ([only], _) => format!("{} {}", inputs.project_name(), only.version),
        (_, Some(line)) => format!("{} {line}", inputs.project_name()),
        _ => format!("{} {}", inputs.project_name(), inputs.channel_words(&channel.name)),
    };
    ExtractView { title: format!("{subject} changelog"), project: inputs.project(), releases }
}

/// Days in the order of the report, all on one page.
pub fn of_days(inputs: &Inputs<'_>, channel: &ChannelStatus) -> ContinuousChangelogView {
    continuous_changelog::whole(inputs, channel)
}
