//! Puts the tension together: both sides, the changes between them, the numbers of each period, limits and drifts.

use chrono::{DateTime, Utc};
use rustc_hash::FxHashSet;

use super::drift::{Signals, drifts};
use super::flow::{Flow, Waters};
use super::limits::{Held, limits, needs_changes};
use super::measure::{Changes, Measures};
use super::model::{Tension, TensionLimit, TensionNow, TensionPoint, Times, Unknown};
use super::periods::{Every, Span};
use super::places::{Landings, Places};
use super::sides::{Sides, SidesError};
use super::upkeep::{Ground, Upkept, upkeep};
use crate::config::{Limit, Verdict};
use crate::domain::{ChannelKind, Period};
use crate::git::ReadError;
use crate::graph::{Node, Prefixes};
use crate::ledger::{Ledger, NotesError, decisions, notes_of_chain};
use crate::reports::audience::Rules;
use crate::reports::backports::{Backports, BackportsError, BackportsRequest, Missing, backports};
use crate::reports::identity::LedgerIdentities;
use crate::reports::sources::HistorySources;

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct TensionRequest {
    /// Channels to compare; of a kind that none of them is of, the first one.
    pub channels: Vec<String>,
    /// `None`: two years of quarters, or a year of months where history is younger than that.
    pub since: Option<DateTime<Utc>>,
    pub every: Option<Every>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum TensionError {
    #[error(transparent)]
    Sides(#[from] SidesError),
    #[error(transparent)]
    Notes(#[from] NotesError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Backports(#[from] BackportsError),
}

/// History is too young for quarters where it is younger than so many days.
const YOUNG_DAYS: i64 = 550;

/// The distance between the channels, over time and against the limits.
pub fn tension(sources: HistorySources<'_>, request: &TensionRequest) -> Result<Tension, TensionError> {
    let HistorySources { ledger, now, .. } = sources;
    let graph = &ledger.graph;
    let landings = Landings::new(graph, graph.node(ledger.trunk.commit));
    let begun = landings.first().unwrap_or(now).min(now);
    let every =
        request.every.unwrap_or(if (now - begun).num_days() < YOUNG_DAYS { Every::Month } else { Every::Quarter });
    let since = request.since.unwrap_or_else(|| every.usual_since(now)).max(begun);
    let spans = every.spans(since, now);
    let sides = Sides::new(ledger, &request.channels, now)?;
    let read = read(sources, &sides, &landings, spans.first().map_or(since, |span| span.from))?;
    let measures = Measures {
        ledger,
        sides: &sides,
        spans: &spans,
        now,
        changes: Some(Changes { flow: &read.flow, upkept: &read.upkept, places: &read.places }),
    };
    let series = series(&measures, every);
    let current = current(&measures, &series);
    let missing = missing(sources, None)?;
    let limits = limits(&Held {
        limits: &ledger.config.tension,
        max_age: max_age(ledger, &sides),
        now: &current,
        missing: missing.as_deref(),
    });
    let unknown = unknown(&sides);
    let period = every.as_str();
    let signals =
        Signals { measures: &measures, now: &current, series: &series, limits: &limits, unknown: &unknown, period };
    let drifts = drifts(&signals);
    Ok(Tension { now: current, every, series, limits, drifts, unknown, notices: read.notices })
}

/// The limits alone, as `check` needs them.
#[derive(Debug, Clone, PartialEq)]
pub struct TensionLimits {
    pub limits: Vec<TensionLimit>,
}

/// Only the limits, with only the work that those which are set need; `matrix` is the whole one, where it was read already.
pub fn tension_limits(sources: HistorySources<'_>, matrix: Option<&Backports>) -> Result<TensionLimits, TensionError> {
    let HistorySources { ledger, now, .. } = sources;
    let graph = &ledger.graph;
    let sides = Sides::new(ledger, &[], now)?;
    let since = Every::Quarter.usual_since(now);
    let spans = [Span { from: since, until: now, is_complete: false }];
    let landings = Landings::new(graph, graph.node(ledger.trunk.commit));
    let read = needs_changes(&ledger.config.tension).then(|| read(sources, &sides, &landings, since)).transpose()?;
    let changes = read.as_ref().map(|read| Changes { flow: &read.flow, upkept: &read.upkept, places: &read.places });
    let measures = Measures { ledger, sides: &sides, spans: &spans, now, changes };
    let missing = missing(sources, matrix)?;
    let limits = limits(&Held {
        limits: &ledger.config.tension,
        max_age: max_age(ledger, &sides),
        now: &current(&measures, &[]),
        missing: missing.as_deref(),
    });
    Ok(TensionLimits { limits })
}

/// What changes did.
struct Read<'l> {
    flow: Flow,
    upkept: Vec<Upkept>,
    places: Places<'l>,
    notices: Vec<String>,
}

fn read<'l>(
    sources: HistorySources<'l>,
    sides: &Sides<'l>,
    landings: &Landings,
    since: DateTime<Utc>,
) -> Result<Read<'l>, TensionError> {
    let HistorySources { ledger, repository, cache, .. } = sources;
    let known = LedgerIdentities::read(ledger, &sources.contents())?;
    let (trunkward, identities) = (&known.trunkward, &known.identities);
    let mut rules = Rules::new(&ledger.config.changes);
    rules.open_files(repository, cache)?;
    let places = Places::new(ledger, trunkward, sides.managed.into_iter().chain(sides.self_hosted));
    let is_recent = |node: Node| places.of(node).is_some_and(|place| place.arrived >= since);
    let standings = identities.all();
    let recent = standings.iter().filter(|standing| is_recent(standing.node));
    let origins = recent.filter_map(|standing| standing.counted().next()).map(|origin| origin.node);
    let waters = Waters { ledger, sides, trunkward, identities, landings, rules: &rules };
    let flow = Flow::read(&waters, since, origins);
    let refused = refused(sources, sides, since)?;
    let ground = Ground {
        ledger,
        sides,
        trunkward,
        identities,
        landings,
        places: &places,
        flow: &flow,
        rules: &rules,
        refused: &refused,
    };
    let upkept = upkeep(&ground);
    let mut notices = known.notices();
    notices.extend(rules.notice());
    if !ledger.graph.cut().is_empty() {
        notices.push("history is cut, the clone is shallow: what lies before that is not counted".to_owned());
    }
    Ok(Read { flow, upkept, places, notices })
}

/// Commits that somebody said a line does not need, by a decision or in the note of the change.
fn refused(
    sources: HistorySources<'_>,
    sides: &Sides<'_>,
    since: DateTime<Utc>,
) -> Result<FxHashSet<Node>, TensionError> {
    let HistorySources { ledger, repository, .. } = sources;
    let graph = &ledger.graph;
    let has_lines = sides.managed.is_some_and(|channel| !channel.lines.is_empty());
    if !has_lines || sides.self_hosted.is_none() {
        return Ok(FxHashSet::default());
    }
    let trunk = graph.node(ledger.trunk.commit);
    let chain = trunk.into_iter().flat_map(|tip| graph.first_parents(tip));
    let chain: Vec<Node> = chain.take_while(|node| graph.commit_time(*node) >= since).collect();
    let (written, current) = notes_of_chain(ledger, repository, &chain)?;
    let by_note = written.iter().filter(|written| !written.file.note.not_needed.is_empty());
    let mut refused: FxHashSet<Node> = by_note.map(|written| written.added_by).collect();
    let prefixes = Prefixes::new(graph);
    for decided in decisions(&ledger.config, &current) {
        if matches!(decided.decision.verdict, Verdict::NotNeeded(_)) {
            refused.extend(prefixes.find(decided.decision.commit.as_str()));
        }
    }
    Ok(refused)
}

/// What is wanted on lines and missing there, where a limit asks for it.
fn missing(sources: HistorySources<'_>, matrix: Option<&Backports>) -> Result<Option<Vec<Missing>>, TensionError> {
    if sources.ledger.config.tension.max_backport_lag.values().all(|limit| limit.is_unset()) {
        return Ok(None);
    }
    if let Some(matrix) = matrix {
        return Ok(Some(matrix.missing.clone()));
    }
    let request = BackportsRequest { missing: true, ..BackportsRequest::default() };
    Ok(Some(backports(sources, &request)?.missing))
}

fn max_age<'l>(ledger: &'l Ledger, sides: &Sides<'_>) -> Option<&'l Limit<Period>> {
    let channel = sides.managed.filter(|channel| channel.kind == ChannelKind::Continuous)?;
    Some(&ledger.config.channels.get(&channel.name)?.as_continuous()?.max_age)
}

fn series(measures: &Measures<'_>, every: Every) -> Vec<TensionPoint> {
    let point = |span: &Span| TensionPoint {
        date: span.from,
        until: span.until,
        complete: span.is_complete,
        name: every.name(span.from),
        service: measures.service(span),
        releases: measures.releases(span),
        divergence: measures.divergence(span),
    };
    measures.spans.iter().map(point).collect()
}

fn current(measures: &Measures<'_>, series: &[TensionPoint]) -> TensionNow {
    let service: Vec<_> = series.iter().map(|point| point.service.clone()).collect();
    TensionNow {
        as_of: measures.now,
        managed: measures.sides.managed.map(|channel| channel.name.clone()),
        self_hosted: measures.sides.self_hosted.map(|channel| channel.name.clone()),
        service: measures.service_now(&service),
        releases: measures.releases_now(),
        divergence: measures.divergence_now(),
    }
}

/// What is not known of this repository, and why.
fn unknown(sides: &Sides<'_>) -> Vec<Unknown> {
    let mut found = Vec::new();
    let mut add = |what, why: &str| found.push(Unknown { what, why: why.to_owned() });
    match (sides.managed, sides.times) {
        (None, _) => {
            add("service", "No channel of kind continuous is configured, so that nothing says what the service runs.");
            add("divergence.managed_only", "Nothing says what the service runs.");
            add("divergence.self_hosted_only", "Nothing says what the service runs.");
            add("divergence.hotfixes", "Nothing says what the service runs.");
        }
        (Some(_), None) => {
            add(
                "service",
                "No deploy is recorded and no managed line exists, so that nothing says what the service runs.",
            );
        }
        (Some(_), Some(Times::Inferred)) => {
            let why = "No tags record deploys. A managed line counts as live from the commit at which it left trunk, which is \
                       too early; how often it was deployed is not known.";
            add("service.deploys_per_week", why);
            add("service.from_release_tags", "No tags record deploys.");
        }
        (Some(_), Some(Times::Recorded)) => {}
    }
    if sides.managed.is_some_and(|channel| channel.lines.is_empty()) {
        add(
            "divergence.hotfixes",
            "The service is deployed from trunk and has no lines, so that it can have no fix of its own.",
        );
    }
    if sides.self_hosted.is_none() {
        let why = "No channel of kind versioned is configured, so that nothing is released to others.";
        add("releases", why);
        add("service.from_release_tags", why);
        add("divergence.managed_only", why);
        add("divergence.hotfixes", why);
    } else if sides.released.is_empty() {
        add("releases", "No release is known yet.");
    }
    found
}
