//! The page of one release, in words.

use std::collections::BTreeMap;

use super::inputs::{Inputs, LinePlaces, way};
use super::paging::ENTRIES_OF_ITEM;
use super::versioned_changelog::{Known, release_view};
use crate::domain::TagName;
use crate::publish::layout::Place;
use crate::publish::text;
use crate::publish::view::{
    GateSignOffView, LinkView, ReleasePageView, SearchPageView, UpgradeBeginView, UpgradeGoalView, UpgradingView,
};
use crate::reports::{ChangelogSection, ChannelStatus, GateSignOff, LineStatus, ListedRelease, ReleaseProof};

/// The pages of all releases of a line, candidates and retracted ones included, newest first, each with its place.
pub fn release_pages(
    inputs: &Inputs<'_>,
    channel: &ChannelStatus,
    line: &LineStatus,
    places: &LinePlaces,
) -> Vec<(Place, ReleasePageView)> {
    let sections = inputs.changelogs.get(&channel.name).into_iter().flat_map(|report| &report.sections_of);
    let sections: BTreeMap<&TagName, &ChangelogSection> =
        sections.filter_map(|section| Some((section.release.tag.as_ref()?, section))).collect();
    let proofs = inputs.tree.site.iter().flat_map(|site| &site.proofs);
    let proofs: BTreeMap<&TagName, &ReleaseProof> =
        proofs.filter(|proof| proof.channel == channel.name).map(|proof| (&proof.tag, proof)).collect();
    let known = Known::of(inputs, channel);
    let page = |release: &ListedRelease| {
        let place = places.release(&release.version);
        let section = sections.get(&release.tag);
        let view = ReleasePageView {
            title: format!("{} {}", inputs.project_name(), release.version),
            project: inputs.project(),
            about: about(inputs, line, release),
            notes: section.map(|section| release_view(inputs, section, &known, ENTRIES_OF_ITEM)).into_iter().collect(),
            full_commit: release.commit.to_string(),
            commit: LinkView { text: release.commit.short(), url: inputs.commit_url(release.commit) },
            tag_words: tag_words(release, proofs.get(&release.tag).copied()),
            is_signed: proofs.get(&release.tag).is_some_and(|proof| proof.signature.is_some()),
            sign_offs: proofs
                .get(&release.tag)
                .map(|proof| proof.sign_offs.iter().map(|sign_off| sign_off_view(inputs, sign_off)).collect())
                .unwrap_or_default(),
            links: links(inputs, channel, line, &place, places),
        };
        (place, view)
    };
    inputs.releases_of(line).map(page).collect()
}

fn about(inputs: &Inputs<'_>, line: &LineStatus, release: &ListedRelease) -> String {
    let what = match (release.retracted, release.candidate) {
        (true, _) => "A release that was retracted",
        (false, true) => "A candidate",
        (false, false) => "A release",
    };
    let channel = inputs.channel_words(&line.channel);
    format!("{what} of line {} of {channel}, of {}.", line.name, text::day(release.date))
}

fn tag_words(release: &ListedRelease, proof: Option<&ReleaseProof>) -> String {
    let Some(proof) = proof.filter(|proof| proof.object.is_some()) else {
        return format!("Tag {}, which is only a name for the commit: nobody signed it.", release.tag);
    };
    let by = proof.tagger.as_ref().map(|tagger| format!(", made by {tagger}")).unwrap_or_default();
    match proof.signature {
        Some(kind) => format!("Tag {}{by}, signed ({kind}).", release.tag),
        None => format!("Tag {}{by}, not signed.", release.tag),
    }
}

fn sign_off_view(inputs: &Inputs<'_>, sign_off: &GateSignOff) -> GateSignOffView {
    let record = &sign_off.record;
    let is_link = |text: &&String| text.starts_with("https://") || text.starts_with("http://");
    let evidence = record.evidence.as_ref().filter(|_| inputs.is_for_team());
    GateSignOffView {
        gate: sign_off.gate.clone(),
        date: record.at.map_or_else(|| "undated".to_owned(), text::day),
        version: record.version.clone(),
        by: inputs.is_for_team().then(|| record.by.clone()),
        evidence: evidence.map(|text| LinkView { text: text.clone(), url: Some(text).filter(is_link).cloned() }),
        withdrawn: record.withdrawn.as_ref().map(|withdrawn| match inputs.is_for_team() {
            true => format!("withdrawn: {}", withdrawn.reason),
            false => "withdrawn".to_owned(),
        }),
    }
}

fn links(
    inputs: &Inputs<'_>,
    channel: &ChannelStatus,
    line: &LineStatus,
    place: &Place,
    places: &LinePlaces,
) -> Vec<LinkView> {
    let link = |text: &str, to: &Place| LinkView { text: text.to_owned(), url: Some(way(place, to)) };
    let mut links = vec![link("Operator guide: install, upgrade, roll back", &places.guide)];
    if inputs.upgrades_to(line).is_some() {
        links.push(link("Upgrade notes", &upgrading_place(channel)));
    }
    links.extend([link("Changelog of the line", &places.changelog), link("All its releases", &places.releases)]);
    links
}

/// Where all upgrade notes of a channel are.
pub fn upgrading_place(channel: &ChannelStatus) -> Place {
    Place::in_channel(channel.name.as_str(), "upgrade")
}

/// All upgrade notes of a channel; `None` where there are none.
pub fn upgrading(inputs: &Inputs<'_>, channel: &ChannelStatus) -> Option<UpgradingView> {
    let places = inputs.line_places(channel);
    let place = upgrading_place(channel);
    let goal = |(line, own): (&LineStatus, &LinePlaces)| {
        let all = inputs.upgrades_to(line)?;
        let begin = |from: &crate::reports::UpgradeFrom| UpgradeBeginView {
            version: from.from.to_string(),
            line: from.line.clone(),
            notes: from.upgrade.as_ref().map(|_| LinkView {
                text: format!("from {} to {}", from.from, all.to),
                url: Some(way(&place, &own.upgrade_from(&from.from))),
            }),
            why_not: from.why_not.clone(),
        };
        Some(UpgradeGoalView {
            version: all.to.to_string(),
            line: line.name.clone(),
            from: all.upgrades.iter().map(begin).collect(),
        })
    };
    let goals: Vec<UpgradeGoalView> = channel.lines.iter().zip(&places).filter_map(goal).collect();
    (!goals.is_empty()).then(|| UpgradingView {
        title: format!("Upgrading {}", inputs.channel_words(&channel.name)),
        project: inputs.project(),
        goals,
    })
}

/// The page that the search stands on.
pub fn search_page(inputs: &Inputs<'_>, place: &Place) -> SearchPageView {
    let changelog = |channel: &ChannelStatus| LinkView {
        text: inputs.document_title(&channel.name, "changelog"),
        url: Some(way(place, &Place::in_channel(channel.name.as_str(), "changelog"))),
    };
    SearchPageView {
        title: format!("Search the changelogs of {}", inputs.project_name()),
        project: inputs.project(),
        changelogs: inputs.status.channels.iter().map(changelog).collect(),
    }
}
