//! The matrix of changes and lines in words: what needs a decision, each change once with all the lines that it is about,
//! then the lines in numbers and the changes on them.

use std::collections::BTreeMap;

use super::inputs::{Inputs, stage_words};
use crate::domain::{CommitId, Stage};
use crate::publish::text;
use crate::publish::view::{
    BackportLineView, BackportsView, DecisionView, DecisionsView, LinkView, MatrixRowView, NotNeededView,
};
use crate::reports::{
    Backports, CellState, FollowUp, FollowUpKind, Hole, LineBackports, MatrixCell, MatrixChange, Missing, Prediction,
    Suggestion, UpstreamFirst, UpstreamState, WantedBy,
};

/// How a commit is shown.
type Link<'l> = &'l dyn Fn(CommitId) -> LinkView;

/// The whole matrix.
pub fn backports(inputs: &Inputs<'_>, report: &Backports) -> BackportsView {
    let link = |commit: CommitId| LinkView { text: commit.short(), url: inputs.commit_url(commit) };
    let decisions = decisions(report, &link);
    let (asked, others): (Vec<&LineBackports>, Vec<&LineBackports>) =
        report.lines.iter().partition(|line| line.maintained);
    let columns: Vec<bool> = report.lines.iter().map(|line| asked.is_empty() || line.maintained).collect();
    let shown = |cells: &[bool]| -> Vec<String> {
        report.lines.iter().zip(cells).filter(|(_, is_shown)| **is_shown).map(|(line, _)| line.name.clone()).collect()
    };
    BackportsView {
        title: format!("{} backports", inputs.project_name()),
        project: inputs.project(),
        as_of: text::day(inputs.now()),
        trunk: format!("{} at {}", report.trunk.branch, report.trunk.commit.short()),
        waits: !decisions.is_empty(),
        decisions,
        lines: asked.into_iter().chain(others).map(line_view).collect(),
        columns: shown(&columns),
        changes: report.changes.iter().map(|change| row(change, &columns, &link)).collect(),
        not_needed: report
            .not_needed
            .iter()
            .map(|item| NotNeededView {
                text: item.text.clone(),
                line: item.line.clone(),
                because: item.because.clone(),
                place: item.place.clone(),
            })
            .collect(),
        notices: report.notices.clone(),
    }
}

fn line_view(line: &LineBackports) -> BackportLineView {
    let counts = &line.counts;
    let waiting = |count: usize| if line.maintained { count.to_string() } else { String::new() };
    BackportLineView {
        name: line.name.clone(),
        stage: if line.maintained || line.stage != Stage::Unknown { stage_words(line.stage) } else { "idle" }
            .to_owned(),
        missing: waiting(counts.missing),
        holes: waiting(counts.holes + counts.hotfixes),
        upstream_first: waiting(counts.upstream_first),
        follow_ups: waiting(counts.follow_up_missing),
        backports: counts.backport,
        line_only: counts.line_only,
        suggestions: counts.suggestions,
        reverts: counts.revert,
        releases: counts.release,
    }
}

fn row(change: &MatrixChange, columns: &[bool], link: Link<'_>) -> MatrixRowView {
    let of = change.commits.len();
    let cells = change.cells.iter().zip(columns).filter(|(_, is_shown)| **is_shown);
    MatrixRowView {
        text: change.text.clone(),
        commit: link(change.origin),
        is_reverted: change.reverted,
        cells: cells.map(|(cell, _)| cell_words(cell, of)).collect(),
    }
}

fn cell_words(cell: &MatrixCell, of: usize) -> String {
    let since = cell.since.as_ref().map(|since| format!("since {since}"));
    let picked = || cell.prediction.map(|found| format!(", {}", prediction_words(found))).unwrap_or_default();
    let part = || if cell.present > 0 { format!(", {} of {of} there", cell.present) } else { String::new() };
    match cell.state {
        CellState::Inherited => since.unwrap_or_else(|| "there".to_owned()),
        CellState::Present => since.unwrap_or_else(|| "there, unreleased".to_owned()),
        CellState::Partial => format!("{} of {of}", cell.present),
        CellState::Reverted => "reverted".to_owned(),
        CellState::Missing => format!("missing{}{}", part(), picked()),
        CellState::Hole => format!("hole{}{}", part(), picked()),
        CellState::NotNeeded => "not needed".to_owned(),
        CellState::Absent => "–".to_owned(),
    }
}

/// Every list of what needs a decision, the most urgent first; none is empty.
pub fn decisions(report: &Backports, link: Link<'_>) -> Vec<DecisionsView> {
    let of_holes = |holes: &[Hole]| -> Vec<DecisionView> {
        grouped(holes, |item| (item.origin, item.in_line.clone())).map(|group| hole(link, &group)).collect()
    };
    let wanted = grouped(&report.missing, |item| (item.origin, item.because.clone()));
    let followed = grouped(&report.follow_up_missing, |item| (item.origin, item.of));
    let lists = [
        (
            "Missing where it is wanted",
            "On trunk, wanted on a line, and absent there.",
            wanted.map(|group| missing(link, &group)).collect(),
        ),
        ("Holes", "An older line has it and a newer one lacks it: whoever upgrades loses it.", of_holes(&report.holes)),
        (
            "Hotfixes that self-hosted lines lack",
            "Fixed on a managed line, and on trunk, but not where others install from.",
            of_holes(&report.hotfixes),
        ),
        (
            "Fixes that trunk lacks",
            "Fixed on a line only: the next line will be without it.",
            report.upstream_first.iter().map(|item| upstream(link, item)).collect(),
        ),
        (
            "Follow-ups",
            "Repaired or reverted on trunk after a line took it.",
            followed.map(|group| follow_up(link, &group)).collect(),
        ),
        (
            "Suggestions",
            "May be backports; not counted until somebody decides.",
            report.suggestions.iter().map(|item| suggestion(link, item)).collect::<Vec<_>>(),
        ),
    ];
    let told = lists.into_iter().filter(|(_, _, items)| !items.is_empty());
    told.map(|(title, about, items)| DecisionsView { title: title.to_owned(), about: about.to_owned(), items })
        .collect()
}

/// Items with the same key, in the order of the first of each.
fn grouped<T, K: Ord + Clone>(items: &[T], key: impl Fn(&T) -> K) -> impl Iterator<Item = Vec<&T>> {
    let mut places: BTreeMap<K, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<&T>> = Vec::new();
    for item in items {
        let at = *places.entry(key(item)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(item),
            None => groups.push(vec![item]),
        }
    }
    groups.into_iter()
}

fn missing(link: Link<'_>, group: &[&Missing]) -> DecisionView {
    let first = group[0];
    let lines: Vec<String> = group
        .iter()
        .map(|item| {
            with_state(&item.line, item.present, item.commits.len(), item.reverted_by, item.maybe, item.prediction)
        })
        .collect();
    let because = match first.why {
        WantedBy::Policy => format!("policy: {}", first.because),
        WantedBy::Note | WantedBy::Message => first.because.clone(),
    };
    DecisionView {
        mark: first.kind.as_str().to_owned(),
        text: first.text.clone(),
        commit: link(first.origin),
        details: vec![format!("on {} – {because}", lines.join(", "))],
    }
}

fn hole(link: Link<'_>, group: &[&Hole]) -> DecisionView {
    let first = group[0];
    let since = first.since.as_ref().map(|since| format!(" since {since}")).unwrap_or_default();
    let lines: Vec<String> = group
        .iter()
        .map(|item| {
            let of = item.commits.len();
            with_state(&item.missing_from, item.present, of, item.reverted_by, item.maybe, item.prediction)
        })
        .collect();
    DecisionView {
        mark: first.kind.as_str().to_owned(),
        text: first.text.clone(),
        commit: link(first.origin),
        details: vec![format!("in {}{since}, not in {}", first.in_line, lines.join(", "))],
    }
}

fn upstream(link: Link<'_>, item: &UpstreamFirst) -> DecisionView {
    let since = item.since.as_deref().unwrap_or_default();
    let due = item.due.map(text::day).unwrap_or_default();
    let state = match item.state {
        UpstreamState::Overdue => format!("shipped in {since}"),
        UpstreamState::Grace => format!("shipped in {since}, due on trunk by {due}"),
        UpstreamState::Unreleased => "not released yet".to_owned(),
    };
    let mut details = vec![format!("on {} – {state}", item.lines.join(", "))];
    details.extend(item.suggestion.map(|_| "trunk has none of its files any more: line-only?".to_owned()));
    details.extend(item.maybe.map(|origin| format!("may be {} of trunk", origin.short())));
    DecisionView { mark: item.kind.as_str().to_owned(), text: item.text.clone(), commit: link(item.commit), details }
}

fn follow_up(link: Link<'_>, group: &[&FollowUp]) -> DecisionView {
    let first = group[0];
    let verb = match first.follow_up {
        FollowUpKind::Repair => "repairs",
        FollowUpKind::Revert => "reverts",
    };
    let lines: Vec<String> = group
        .iter()
        .map(|item| {
            let since = item.since.as_ref().map(|since| format!(" since {since}")).unwrap_or_default();
            let maybe = item.maybe.map(|commit| format!(", maybe {}", commit.short())).unwrap_or_default();
            format!("{} ({}{since}{maybe})", item.line, item.carried_by.short())
        })
        .collect();
    DecisionView {
        mark: first.follow_up.as_str().to_owned(),
        text: first.text.clone(),
        commit: link(first.origin),
        details: vec![
            format!("{verb} {} {}", first.of.short(), first.of_subject),
            format!("carried by {}", lines.join(", ")),
        ],
    }
}

fn suggestion(link: Link<'_>, item: &Suggestion) -> DecisionView {
    let evidence: Vec<&str> = item.evidence.iter().map(|evidence| evidence.as_str()).collect();
    DecisionView {
        mark: item.line.clone(),
        text: item.subject.clone(),
        commit: link(item.commit),
        details: vec![format!("of {} {} ({})", item.origin.short(), item.origin_subject, evidence.join(", "))],
    }
}

const fn prediction_words(prediction: Prediction) -> &'static str {
    match prediction {
        Prediction::Clean => "applies",
        Prediction::Conflict => "conflicts",
        Prediction::Empty => "would change nothing",
    }
}

/// A line with what it has of a change.
fn with_state(
    line: &str,
    present: usize,
    of: usize,
    reverted_by: Option<CommitId>,
    maybe: Option<CommitId>,
    prediction: Option<Prediction>,
) -> String {
    let mut states = Vec::new();
    states.extend((present > 0).then(|| format!("{present} of {of} commits there")));
    states.extend(reverted_by.map(|commit| format!("reverted by {}", commit.short())));
    states.extend(maybe.map(|commit| format!("maybe {}", commit.short())));
    states.extend(prediction.map(|prediction| prediction_words(prediction).to_owned()));
    if states.is_empty() { line.to_owned() } else { format!("{line} ({})", states.join(", ")) }
}
