//! Puts the matrix together: reads identity once for all lines, then asks of every change where it is.

use std::collections::BTreeSet;

use super::decided::Verdicts;
use super::field::{Field, Ground, Held};
use super::findings::{Finder, Findings};
use super::lines::{LineReach, chosen, reaches};
use super::matrix;
use super::model::{Backports, BackportsTrunk, LineBackports};
use super::request::{BackportsError, BackportsRequest};
use super::upstream::Upstream;
use super::wishes::Wishes;
use crate::domain::{ChannelKind, Stage, listed};
use crate::graph::{Node, Prefixes};
use crate::history::{Change, Elsewhere, Files, History, Presence, Trunkward, Walker, prepare_titles};
use crate::ledger::{Ledger, decisions, notes_of_chain};
use crate::reports::audience::Rules;
use crate::reports::identity::{absent_contents, recognise};
use crate::reports::sources::HistorySources;

/// Which change is on which line, and what is missing where.
pub fn backports(sources: HistorySources<'_>, request: &BackportsRequest) -> Result<Backports, BackportsError> {
    let HistorySources { ledger, repository, cache, threads, .. } = sources;
    prepare_titles(threads);
    let graph = &ledger.graph;
    let trunk = graph.node(ledger.trunk.commit);
    let trunkward = Trunkward::new(graph, trunk);
    let (lines, left) = reaches(ledger, &trunkward, &chosen(ledger, request)?, request);
    let tips: Vec<Node> = lines.iter().filter_map(|line| graph.node(line.line.tip)).collect();
    let oldest = lines.iter().map(|line| line.base_place.min(line.place)).filter(|place| *place > 0).min();
    let is_older = |node: Node| trunkward.arrival(node).is_some_and(|at| at <= oldest.unwrap_or(u32::MAX));
    let chain: Vec<Node> =
        trunk.iter().flat_map(|tip| graph.first_parents(*tip)).take_while(|node| !is_older(*node)).collect();
    let (notes, current) = notes_of_chain(ledger, repository, &chain)?;
    let decided = decisions(&ledger.config, &current);
    let (identities, unknown) = recognise(ledger, &sources.contents(), &trunkward, &tips, &decided)?;
    let prefixes = Prefixes::new(graph);
    let mut rules = Rules::new(&ledger.config.changes);
    rules.open_files(repository, cache)?;
    let changes =
        trunk.filter(|_| oldest.is_some()).map(|trunk| trunk_changes(ledger, &trunkward, trunk, &tips, is_older));
    let field = Field::new(Ground {
        ledger,
        trunkward: &trunkward,
        lines,
        changes: changes.unwrap_or_default(),
        identities: &identities,
        verdicts: Verdicts::new(&decided, &notes, &prefixes),
        rules,
        prefixes: &prefixes,
        notes: &notes,
    });
    let wishes = Wishes::new(&field, &notes);
    let mut notices = notices(&field);
    notices.extend(absent_contents(unknown));
    if !left.is_empty() {
        notices.push(format!(
            "what these lines have and the chosen ones lack was not looked for: {}; leave out `--line` and `--channel` to \
             compare all lines",
            listed(&left)
        ));
    }
    notices.extend(current.invalid.iter().map(|error| format!("a change note was passed over: {error}")));
    if let Some(first) = current.absent.first() {
        notices.push(format!("change notes are absent from this clone and do not count, the first is {first}"));
    }
    let mut backports = assemble(&field, &wishes, request);
    if !request.missing {
        let (files, objects) = (Files::open(repository, cache)?, repository.reader()?);
        backports.upstream_first =
            Upstream { field: &field, files: &files, objects: &objects, now: sources.now }.find();
    }
    backports.notices = notices;
    backports.not_compared = left.into_iter().map(str::to_owned).collect();
    narrow(&mut backports, request);
    count(&mut backports);
    Ok(backports)
}

/// The changes that trunk took since the oldest line left it, newest first.
fn trunk_changes(
    ledger: &Ledger,
    trunkward: &Trunkward,
    trunk: Node,
    tips: &[Node],
    is_older: impl Fn(Node) -> bool,
) -> Vec<Change> {
    let graph = &ledger.graph;
    let range = Walker::new(graph).range(trunk, &is_older);
    let presence = Presence::new(graph, trunkward);
    let mut history = History::new(graph, &ledger.config.changes, trunkward, Some(trunk), tips);
    history.changes(&range, Elsewhere::stated(&presence), |_| false)
}

fn assemble(field: &Field<'_>, wishes: &Wishes<'_, '_>, request: &BackportsRequest) -> Backports {
    let held: Vec<Vec<Held>> =
        field.changes.iter().map(|change| field.lines.iter().map(|line| field.held(line, change)).collect()).collect();
    let finder = Finder { field, wishes };
    let mut findings = Findings::default();
    for (at, held) in held.iter().enumerate() {
        finder.look_at(at, held, &mut findings);
    }
    finder.follow_ups(&held, &mut findings);
    let changes = matrix::changes(field, &held, wishes, &findings);
    findings.sort();
    Backports {
        trunk: BackportsTrunk { branch: field.ledger.trunk.branch.clone(), commit: field.ledger.trunk.commit },
        lines: field.lines.iter().filter(|line| line.is_shown).map(|line| matrix::line(field, line, request)).collect(),
        missing: findings.missing,
        holes: findings.holes,
        hotfixes: findings.hotfixes,
        upstream_first: Vec::new(),
        follow_up_missing: findings.follow_up_missing,
        not_needed: findings.not_needed,
        suggestions: matrix::suggestions(field),
        changes,
        not_compared: Vec::new(),
        notices: Vec::new(),
    }
}

fn notices(field: &Field<'_>) -> Vec<String> {
    let shown = || field.lines.iter().filter(|line| line.is_shown && line.line.branch.is_some());
    let without_base: Vec<&str> = shown().filter(|line| line.place == 0).map(|line| line.line.name.as_str()).collect();
    let mut notices = Vec::new();
    if !without_base.is_empty() {
        let names = without_base.join(", ");
        notices.push(format!("what lacks is not known on lines that have no commit in common with trunk: {names}"));
        if !field.graph.cut().is_empty() {
            let words = "of these, what is told as line-only may have come from before the cut of trunk's history";
            notices.push(words.to_owned());
        }
    }
    let is_idle = |line: &&LineReach<'_>| {
        let is_installed = line.channel.kind == ChannelKind::Versioned;
        is_installed && line.line.stage == Stage::Unknown && !line.is_maintained && line.place > 0
    };
    let idle = shown().filter(is_idle).count();
    let (lines, them) = match idle {
        1 => ("1 line".to_owned(), "it"),
        idle => (format!("{idle} lines"), "them"),
    };
    if idle > 0 {
        notices.push(format!(
            "{lines} got no commit for a year and no support window is declared for {them}, so nothing is asked of \
             {them}; `support` of a channel says until when lines are maintained"
        ));
    }
    // What was not read may have them.
    notices.extend(field.verdicts.notice().filter(|_| field.graph.ends().is_empty()));
    notices.extend(field.rules.notice());
    notices
}

/// Leaves out what was not asked for.
fn narrow(backports: &mut Backports, request: &BackportsRequest) {
    if let Some(since) = request.since {
        backports.missing.retain(|item| item.date >= since);
        backports.holes.retain(|item| item.date >= since);
        backports.hotfixes.retain(|item| item.date >= since);
        backports.follow_up_missing.retain(|item| item.date >= since);
        backports.not_needed.retain(|item| item.date >= since);
        backports.upstream_first.retain(|item| item.date >= since);
        backports.suggestions.retain(|item| item.date >= since);
        backports.changes.retain(|change| change.date >= since);
    }
    if request.missing {
        backports.holes.clear();
        backports.hotfixes.clear();
        backports.follow_up_missing.clear();
        backports.not_needed.clear();
        backports.suggestions.clear();
        backports.lines.iter_mut().for_each(|line| line.commits.clear());
        let wanted: BTreeSet<_> = backports.missing.iter().map(|missing| missing.origin).collect();
        backports.changes.retain(|change| wanted.contains(&change.origin));
    }
}

/// How many decisions wait on each line.
fn count(backports: &mut Backports) {
    let Backports { lines, missing, holes, hotfixes, upstream_first, follow_up_missing, not_needed, .. } = backports;
    for LineBackports { name, channel, counts, .. } in lines {
        counts.missing = missing.iter().filter(|item| item.line == *name && item.channel == *channel).count();
        counts.holes = holes.iter().filter(|item| item.missing_from == *name && item.channel == *channel).count();
        counts.hotfixes = hotfixes.iter().filter(|item| item.missing_from == *name && item.channel == *channel).count();
        counts.upstream_first =
            upstream_first.iter().filter(|item| item.lines.contains(name) && item.channel == *channel).count();
        counts.follow_up_missing =
            follow_up_missing.iter().filter(|item| item.line == *name && item.channel == *channel).count();
        counts.not_needed = not_needed.iter().filter(|item| item.line == *name && item.channel == *channel).count();
    }
}
