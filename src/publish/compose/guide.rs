//! The guide for whoever operates an installation of one line.

use super::inputs::{Inputs, LinePlaces, is_promised, last_day, stage_words, way};
use super::line_surface::needs;
use super::procedures::procedures;
use super::support::newest;
use super::surface::not_tracked;
use super::upgrades;
use crate::domain::{LineKind, Stage};
use crate::publish::layout::Place;
use crate::publish::text::{self, shell_word};
use crate::publish::view::{
    GuideView, LatestView, ReferenceView, RequirementView, RollbackStepView, StopView, SupportRowView,
};
use crate::reports::{ChannelStatus, LineStatus, LineSurface, ReleaseStatus};
use crate::surface::SurfaceKind;

/// The guide of the line at `at`.
pub fn guide(inputs: &Inputs<'_>, channel: &ChannelStatus, at: usize, places: &[LinePlaces]) -> GuideView {
    let line = &channel.lines[at];
    let own = &places[at];
    let declared = inputs.declared(line);
    let title = inputs.channel_title(&channel.name);
    let newer = newest(channel).filter(|newest| newest.name != line.name);
    let newer_place = newer.and_then(|newer| channel.lines.iter().position(|line| line.name == newer.name));
    let surface = inputs.tree.surfaces.get(&channel.name).and_then(|surfaces| surfaces.get(at));
    let support_page = Place::in_channel(channel.name.as_str(), "support");
    GuideView {
        title: format!("{} operator guide", inputs.line_title(line)),
        subject: inputs.line_title(line),
        project: inputs.project(),
        channel: title,
        line: line.name.clone(),
        nickname: declared.and_then(|declared| declared.title.clone()),
        as_of: text::day(inputs.now()),
        is_maintained: is_promised(line.stage),
        is_end_of_life: line.stage == Stage::EndOfLife,
        promise: promise(line),
        support: support_rows(inputs, line),
        newer_line: newer.map(|newer| newer.name.clone()),
        newer_guide: newer_place.map(|at| way(&own.guide, &places[at].guide)),
        latest: line.latest.as_ref().map(|latest| latest_view(inputs, latest)),
        requirements: requirements(inputs, line, surface),
        step: upgrades::step_sentence(inputs, channel),
        stops: stops(inputs, channel, line),
        upgrades: upgrades::ways(inputs, line),
        upgrade_notes: inputs.upgrades_to(line).map(|_| way(&own.guide, &own.upgrade)),
        policy: procedures(inputs, line),
        known_issues: inputs
            .tree
            .notices
            .contains_key(&channel.name)
            .then(|| way(&own.guide, &Place::in_channel(channel.name.as_str(), "known-issues"))),
        security: inputs
            .tree
            .notices
            .contains_key(&channel.name)
            .then(|| way(&own.guide, &Place::in_channel(channel.name.as_str(), "security"))),
        rollback: rollback(inputs, line),
        rollback_floor: floor(inputs, line),
        planned: inputs.planned([line]),
        changelog: way(&own.guide, &own.changelog),
        support_page: way(&own.guide, &support_page),
        releases: way(&own.guide, &own.releases),
        reference: reference(inputs, own, surface),
        carry: line.latest.as_ref().map(|latest| carry(inputs, latest)),
        unpack: line.latest.as_ref().map(|latest| unpack(inputs, latest)),
    }
}

/// What the newest release declares, then what the configuration of the project declares of the line.
fn requirements(inputs: &Inputs<'_>, line: &LineStatus, surface: Option<&LineSurface>) -> Vec<RequirementView> {
    let read = surface.map_or_else(Vec::new, needs);
    let read = read.into_iter().map(|need| RequirementView { name: need.name, value: need.bound });
    let declared = inputs.declared(line).map(|declared| &declared.requires).into_iter().flatten();
    read.chain(declared.map(|(name, value)| RequirementView { name: name.clone(), value: value.clone() })).collect()
}

/// What is known of each kind that operators see, and the way to it.
fn reference(inputs: &Inputs<'_>, own: &LinePlaces, surface: Option<&LineSurface>) -> Vec<ReferenceView> {
    let snapshot = surface.and_then(|surface| surface.snapshot.as_ref());
    let kinds = SurfaceKind::ALL.into_iter().map(|kind| {
        let (title, place, count) = match kind {
            SurfaceKind::Configuration => (
                "Configuration",
                &own.configuration,
                snapshot.map(|found| {
                    let keys = found.configuration.iter().map(|file| file.keys.len()).sum();
                    text::counted(keys, "key", "keys")
                }),
            ),
            SurfaceKind::Migrations => (
                "Database migrations",
                &own.migrations,
                snapshot.map(|found| text::counted(found.migrations.len(), "migration", "migrations")),
            ),
            SurfaceKind::Requirements => (
                "Requirements",
                &own.requirements,
                snapshot.map(|found| text::counted(found.requirements.len(), "requirement", "requirements")),
            ),
            SurfaceKind::Deprecations => (
                "Deprecations",
                &own.deprecations,
                snapshot.map(|found| text::counted(found.deprecations.len(), "deprecation", "deprecations")),
            ),
        };
        let is_silent = kind == SurfaceKind::Deprecations
            && snapshot.is_some_and(|found| found.deprecations.is_empty() && !found.is_tracked(kind));
        let is_tracked = inputs.tracks(kind) && surface.is_some() && !is_silent;
        ReferenceView {
            title: title.to_owned(),
            about: match (is_tracked, count) {
                (false, _) => not_tracked(kind),
                (true, Some(count)) => format!("{count}."),
                (true, None) => "Nothing could be read yet.".to_owned(),
            },
            url: (inputs.tracks(kind) && surface.is_some()).then(|| way(&own.guide, place)),
        }
    });
    kinds.collect()
}

fn promise(line: &LineStatus) -> String {
    let until = |end: Option<_>| end.map_or_else(String::new, |end| format!(" until {}", last_day(end)));
    match line.stage {
        Stage::Active => format!("This line gets fixes of every kind{}.", until(line.support.active_until)),
        Stage::Security => format!("This line gets security fixes only{}.", until(line.support.security_until)),
        Stage::Unmaintained => "Fixes are no longer promised for this line.".to_owned(),
        Stage::EndOfLife => "This line has come to its end of life.".to_owned(),
        Stage::Unknown => "Until when this line is supported is not declared.".to_owned(),
    }
}

fn support_rows(inputs: &Inputs<'_>, line: &LineStatus) -> Vec<SupportRowView> {
    let row = |what: &str, value: String| SupportRowView { what: what.to_owned(), value };
    let end = |time: Option<_>| time.map_or_else(|| "not declared".to_owned(), last_day);
    let kind = match line.kind {
        LineKind::Regular => "regular",
        LineKind::Lts => "long-term support (LTS)",
    };
    vec![
        row("Kind", kind.to_owned()),
        row("Stage", stage_words(line.stage).to_owned()),
        row("Released", inputs.released(line).map_or_else(|| "not yet".to_owned(), text::day)),
        row("Fixes until", end(line.support.active_until)),
        row("Security fixes until", end(line.support.security_until)),
    ]
}

fn latest_view(inputs: &Inputs<'_>, latest: &ReleaseStatus) -> LatestView {
    let tag = shell_word(latest.tag.as_str());
    LatestView {
        version: latest.version.to_string(),
        tag: latest.tag.to_string(),
        commit: latest.commit.short(),
        commit_url: inputs.commit_url(latest.commit),
        date: text::day(latest.date),
        verify: format!(
            "git fetch origin tag {tag}\ngit tag --verify {tag}\ngit rev-parse {}",
            shell_word(&format!("{}^{{commit}}", latest.tag))
        ),
        full_commit: latest.commit.to_string(),
    }
}

/// The stops of this line and of those older than it.
fn stops(inputs: &Inputs<'_>, channel: &ChannelStatus, line: &LineStatus) -> Vec<StopView> {
    let newest = inputs.releases_of(line).map(|release| &release.version).max();
    let is_on_the_way = |stop: &upgrades::Stop| stop.line == line.name || newest.is_some_and(|end| stop.from < *end);
    let stops = upgrades::stops(inputs, channel).into_iter().filter(is_on_the_way);
    stops.map(|stop| StopView { line: stop.line, from: stop.from.to_string(), reason: stop.reason }).collect()
}

/// The release before the latest one that is neither a candidate nor retracted.
fn rollback(inputs: &Inputs<'_>, line: &LineStatus) -> Option<RollbackStepView> {
    let latest = line.latest.as_ref()?;
    let before = inputs
        .releases_of(line)
        .find(|release| !release.candidate && !release.retracted && release.version < latest.version)?;
    Some(RollbackStepView {
        from: latest.version.to_string(),
        version: before.version.to_string(),
        tag: before.tag.to_string(),
        date: text::day(before.date),
        compare_url: inputs.compare_url(before.tag.as_str(), latest.tag.as_str()),
    })
}

/// The oldest version that the upgrade notes to a line know a way back to.
fn floor(inputs: &Inputs<'_>, line: &LineStatus) -> Option<String> {
    let all = inputs.upgrades_to(line)?.upgrades.iter();
    let floors = all.filter_map(|from| from.upgrade.as_ref()?.rollback_floor.as_ref());
    floors.min().map(ToString::to_string)
}

/// A name for a file with a version in it.
fn file_name(inputs: &Inputs<'_>, latest: &ReleaseStatus, extension: &str) -> String {
    let plain: String = inputs
        .project_name()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    let plain = plain.trim_matches('-');
    let name = if plain.is_empty() { "release" } else { plain };
    shell_word(&format!("{name}-{}.{extension}", latest.version))
}

fn carry(inputs: &Inputs<'_>, latest: &ReleaseStatus) -> String {
    let (bundle, sum) = (file_name(inputs, latest, "bundle"), file_name(inputs, latest, "sha256"));
    let tag = shell_word(&format!("refs/tags/{}", latest.tag));
    format!("git bundle create {bundle} {tag}\nsha256sum {bundle} > {sum}")
}

fn unpack(inputs: &Inputs<'_>, latest: &ReleaseStatus) -> String {
    let (bundle, sum) = (file_name(inputs, latest, "bundle"), file_name(inputs, latest, "sha256"));
    let folder = bundle.trim_end_matches(".bundle");
    let tag = shell_word(latest.tag.as_str());
    format!(
        "sha256sum --check {sum}\ngit bundle verify {bundle}\ngit clone --branch {tag} {bundle} {folder}\ngit -C {folder} tag --verify {tag}"
    )
}
