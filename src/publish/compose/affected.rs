//! Who has a change, and what a release has, in words.

use super::entries::{heading, reference_link};
use super::inputs::Inputs;
use crate::domain::{ChangeKind, CommitId};
use crate::publish::text;
use crate::publish::view::{
    AffectedChannelView, AffectedCommitView, AffectedDeployView, AffectedLineView, AffectedMaybeView, AffectedView,
    CarriedChangeView, CarriedSectionView, CarriedView, LinkView,
};
use crate::reports::{Affected, AffectedVersion, Carried, Has};

/// Commits that a document lists; the command line has all as JSON.
const COMMITS_SHOWN: usize = 100;

/// Who has the change that was asked about.
pub fn affected(inputs: &Inputs<'_>, answer: &Affected) -> AffectedView {
    let subject = answer.subject.as_deref().unwrap_or(&answer.asked);
    let note = answer.note.as_ref();
    let place = |line: &Option<String>| line.clone().unwrap_or_else(|| "no line".to_owned());
    AffectedView {
        title: format!("Who has: {subject}"),
        project: inputs.project(),
        as_of: text::day(inputs.now()),
        refs: answer.refs.iter().map(|reference| reference_link(inputs, reference)).collect(),
        severity: note.and_then(|note| note.severity).map(|severity| severity.to_string()),
        embargo: answer.undisclosed_until.map(|day| day.to_string()),
        trunk: answer.trunk.as_ref().map(|trunk| match trunk.whole.standing {
            Has::No if answer.origin.is_none() => format!("It is not on {}.", trunk.branch),
            standing => format!("{} {}.", trunk.branch, standing.words()),
        }),
        commits: commits(inputs, answer),
        more_commits: answer.commits.len().saturating_sub(COMMITS_SHOWN),
        channels: channels(inputs, answer),
        deploys: deploys(answer),
        maybe: answer
            .maybe
            .iter()
            .take(COMMITS_SHOWN)
            .map(|maybe| AffectedMaybeView {
                commit: commit(inputs, maybe.commit),
                place: place(&maybe.line),
                subject: maybe.subject.clone(),
                why: maybe.why.to_owned(),
            })
            .collect(),
        more_maybe: answer.maybe.len().saturating_sub(COMMITS_SHOWN),
        notices: answer.notices.clone(),
    }
}

fn commit(inputs: &Inputs<'_>, commit: CommitId) -> LinkView {
    LinkView { text: commit.short(), url: inputs.commit_url(commit) }
}

fn commits(inputs: &Inputs<'_>, answer: &Affected) -> Vec<AffectedCommitView> {
    let shown = answer.commits.iter().take(COMMITS_SHOWN).map(|found| {
        let is_of_trunk = answer.origins.contains(&found.commit);
        let fit = found.fit.filter(|_| found.origin.is_some()).map_or("", |fit| fit.as_str());
        let no_line = if is_of_trunk { "trunk" } else { "no line" };
        AffectedCommitView {
            commit: commit(inputs, found.commit),
            place: found.line.clone().unwrap_or_else(|| no_line.to_owned()),
            state: if found.reverted_by.is_empty() { fit } else { "taken back" }.to_owned(),
            subject: found.subject.clone(),
        }
    });
    shown.collect()
}

fn channels(inputs: &Inputs<'_>, answer: &Affected) -> Vec<AffectedChannelView> {
    let joined = |spans: Vec<String>| (!spans.is_empty()).then(|| spans.join(", "));
    let of = |channel| {
        let releases = answer.release_summary(channel);
        let line = |line: crate::reports::LineSummary| AffectedLineView {
            name: line.name,
            standing: line.standing.to_owned(),
            is_bad: line.is_bad,
            first: line.first,
            by: line.by.map(|by| commit(inputs, by)),
        };
        AffectedChannelView {
            title: inputs.channel_title(channel),
            lines: answer.line_summaries(channel).into_iter().map(line).collect(),
            affected_words: if answer.is_bounded() { "Affected" } else { "Lacking it" }.to_owned(),
            affected: joined(releases.affected),
            having: joined(releases.having),
            unaffected: joined(releases.unaffected),
        }
    };
    answer.channels().into_iter().map(of).collect()
}

fn deploys(answer: &Affected) -> Vec<AffectedDeployView> {
    let row = |deploy: &crate::reports::AffectedDeploy| AffectedDeployView {
        environment: deploy.environment.to_string(),
        first: deploy.first.as_ref().map_or_else(|| "none on record".to_owned(), ToString::to_string),
        when: deploy.recorded_at.map_or_else(String::new, text::moment),
        live: match deploy.live {
            Some(true) => "has it",
            Some(false) => "lacks it",
            None => "nothing is live",
        }
        .to_owned(),
    };
    answer.deploys.iter().map(row).collect()
}

/// What the release that was asked about brought.
pub fn carried(inputs: &Inputs<'_>, version: &AffectedVersion, changes: &[Carried]) -> CarriedView {
    let of_kind = |kind: ChangeKind| {
        let found = changes.iter().filter(|change| change.kind == kind);
        let changes: Vec<_> = found.map(|change| carried_change(inputs, change)).collect();
        (!changes.is_empty()).then(|| CarriedSectionView { title: heading(kind).to_owned(), changes })
    };
    CarriedView {
        title: format!("What {} {} brought", inputs.project_name(), version.version),
        project: inputs.project(),
        as_of: text::day(inputs.now()),
        version: version.version.to_string(),
        line: version.line.clone(),
        date: text::day(version.date),
        is_retracted: version.retracted,
        previous: version.previous.clone(),
        sections: ChangeKind::ALL.into_iter().filter_map(of_kind).collect(),
        lost: changes.iter().filter(|change| !change.newer_without.is_empty()).count(),
    }
}

fn carried_change(inputs: &Inputs<'_>, change: &Carried) -> CarriedChangeView {
    let lines = |lines: &[String]| (!lines.is_empty()).then(|| lines.join(", "));
    let mut links: Vec<LinkView> = change.refs.iter().map(|reference| reference_link(inputs, reference)).collect();
    links.extend(change.commits.first().map(|first| commit(inputs, *first)));
    CarriedChangeView {
        text: change.text.clone(),
        links,
        is_line_only: change.origin.is_none(),
        newer_without: lines(&change.newer_without),
        older_without: lines(&change.older_without),
    }
}
