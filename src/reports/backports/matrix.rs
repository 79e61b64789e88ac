//! The matrix itself: every commit of a line, and every change on every line.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::field::{Field, Held, TrunkChange};
use super::findings::Findings;
use super::lines::LineReach;
use super::model::{CellState, CommitOrigin, Counts, LineBackports, LineCommit, MatrixCell, MatrixChange, Suggestion};
use super::request::BackportsRequest;
use super::wishes::Wishes;
use crate::graph::Node;
use crate::history::{Class, Standing};

/// The part of the matrix that one line is.
pub(super) fn line(field: &Field<'_>, line: &LineReach<'_>, request: &BackportsRequest) -> LineBackports {
    let standings: Vec<&Standing> = line.beyond.iter().filter_map(|node| field.standing(*node)).collect();
    let is_asked = |standing: &&&Standing| {
        request.class.is_none_or(|class| standing.class == class)
            && request.since.is_none_or(|since| field.graph.commit_time(standing.node) >= since)
    };
    LineBackports {
        name: line.line.name.clone(),
        channel: line.channel.name.clone(),
        branch: line.line.branch.clone(),
        base: line.line.base,
        stage: line.line.stage,
        maintained: line.is_maintained,
        counts: counts(&standings),
        commits: standings.iter().filter(is_asked).map(|standing| commit(field, line, standing)).collect(),
    }
}

fn counts(standings: &[&Standing]) -> Counts {
    let mut counts = Counts::default();
    for standing in standings {
        *match standing.class {
            Class::Backport => &mut counts.backport,
            Class::LineOnly => &mut counts.line_only,
            Class::Revert => &mut counts.revert,
            Class::Merge => &mut counts.merge,
            Class::Release => &mut counts.release,
        } += 1;
        counts.suggestions += usize::from(is_suggestion(standing));
    }
    counts
}

fn is_suggestion(standing: &Standing) -> bool {
    standing.class == Class::LineOnly && !standing.origins.is_empty() && standing.counted().next().is_none()
}

fn commit(field: &Field<'_>, line: &LineReach<'_>, standing: &Standing) -> LineCommit {
    let graph = field.graph;
    let origin = |origin: &crate::history::Origin| CommitOrigin {
        commit: field.id(origin.node),
        subject: graph.subject(origin.node).to_owned(),
        evidence: origin.evidence.clone(),
        confidence: origin.confidence,
        fit: origin.fit,
    };
    let mut reverts = standing.reverts.iter().map(|node| field.id(*node));
    let date = graph.commit_time(standing.node);
    let counted = standing.counted().next();
    LineCommit {
        commit: field.id(standing.node),
        subject: graph.subject(standing.node).to_owned(),
        date,
        class: standing.class,
        origins: standing.origins.iter().map(origin).collect(),
        reverted_by: field.gone_on(line, standing.node).map(|node| field.id(node)),
        reverts: reverts.next(),
        also_reverts: reverts.collect(),
        twin: standing.twin.map(|node| field.id(node)),
        because: standing.because.clone(),
        since: line.since(standing.node).map(|since| since.name.to_owned()),
        line_first: counted.is_some_and(|origin| graph.commit_time(origin.node) > date),
    }
}

/// What may be a backport and needs somebody's word, on lines that are maintained; newest first, each commit once.
pub(super) fn suggestions(field: &Field<'_>) -> Vec<Suggestion> {
    let mut seen = FxHashSet::default();
    let mut found = Vec::new();
    for line in field.lines.iter().filter(|line| line.is_asked_about()) {
        let standings = line.beyond.iter().filter_map(|node| field.standing(*node));
        for standing in standings.filter(|standing| is_suggestion(standing)) {
            if let Some(origin) = standing.origins.first().filter(|_| seen.insert(standing.node)) {
                found.push(Suggestion {
                    commit: field.id(standing.node),
                    subject: field.graph.subject(standing.node).to_owned(),
                    date: field.graph.commit_time(standing.node),
                    channel: line.channel.name.clone(),
                    line: line.line.name.clone(),
                    origin: field.id(origin.node),
                    origin_subject: field.graph.subject(origin.node).to_owned(),
                    evidence: origin.evidence.clone(),
                });
            }
        }
    }
    found
}

/// The changes that a line carries, took back, wants or lacks, newest first.
pub(super) fn changes(
    field: &Field<'_>,
    held: &[Vec<Held>],
    wishes: &Wishes<'_, '_>,
    findings: &Findings,
) -> Vec<MatrixChange> {
    let missing: BTreeSet<(usize, usize)> = findings.missing_at.iter().copied().collect();
    let holes: BTreeSet<(usize, usize)> = findings.holes_at.iter().copied().collect();
    let mut found = Vec::new();
    for (at, change) in field.changes.iter().enumerate() {
        let cell = |line: usize| {
            let held = &held[at][line];
            let state = match (held.is_whole, held.carrier) {
                (true, None) => CellState::Inherited,
                (true, Some(_)) => CellState::Present,
                _ if missing.contains(&(at, line)) => CellState::Missing,
                _ if holes.contains(&(at, line)) => CellState::Hole,
                _ if wishes.refused(change, line).is_some() => CellState::NotNeeded,
                _ if held.present > 0 => CellState::Partial,
                _ if held.reverted_by.is_some() => CellState::Reverted,
                _ => CellState::Absent,
            };
            self::cell(field, &field.lines[line], held, state)
        };
        let cells: Vec<MatrixCell> =
            (0..field.lines.len()).filter(|line| field.lines[*line].is_shown).map(cell).collect();
        if cells.iter().any(|cell| !matches!(cell.state, CellState::Inherited | CellState::Absent)) {
            found.push(matrix_change(field, change, cells));
        }
    }
    found
}

fn matrix_change(field: &Field<'_>, change: &TrunkChange, cells: Vec<MatrixCell>) -> MatrixChange {
    MatrixChange {
        origin: field.id(change.origin),
        commits: field.ids(&change.commits),
        subject: change.subject.clone(),
        text: change.text.clone(),
        kind: change.kind,
        date: field.graph.commit_time(change.origin),
        reverted: change.is_reverted,
        cells,
    }
}

fn cell(field: &Field<'_>, line: &LineReach<'_>, held: &Held, state: CellState) -> MatrixCell {
    let id = |node: Node| field.id(node);
    MatrixCell {
        channel: line.channel.name.clone(),
        line: line.line.name.clone(),
        state,
        commit: if state == CellState::Reverted { held.reverted_by.map(id) } else { held.carrier.map(id) },
        fit: held.fit,
        since: held.since.and_then(|number| line.nth_since(number)).map(|since| since.name.to_owned()),
        present: held.present,
        prediction: None,
    }
}
