//! What was put on lines: backports with the time that they took, commits that trunk lacks, and fixes of managed lines that
//! self-hosted ones lack.

use chrono::{DateTime, Utc};
use rustc_hash::FxHashSet;

use super::flow::Flow;
use super::model::{BackportCounts, Hotfix, KindLag, Lag, LineLag};
use super::places::{Landings, Places};
use super::sides::Sides;
use crate::domain::{ChangeKind, ChannelKind};
use crate::graph::Node;
use crate::history::{Class, FirstReach, Fit, Identities, Reader, Trunkward};
use crate::ledger::Ledger;
use crate::reports::audience::Rules;

/// One commit of a line.
#[derive(Debug, Clone)]
pub(super) struct Upkept {
    pub node: Node,
    /// Number of the line among the places.
    pub line: usize,
    pub is_managed: bool,
    pub arrived: DateTime<Utc>,
    pub class: Class,
    pub origin: Option<Node>,
    pub fit: Option<Fit>,
    pub kind: ChangeKind,
    /// Seconds since its origin landed; negative where it was here first.
    pub lag: Option<i64>,
    /// Of a fix on a managed line: whether no self-hosted line has or refused it. `None` for anything else.
    pub is_unmatched: Option<bool>,
}

/// What the commits of lines are read from.
pub(super) struct Ground<'a> {
    pub ledger: &'a Ledger,
    pub sides: &'a Sides<'a>,
    pub trunkward: &'a Trunkward,
    pub identities: &'a Identities,
    pub landings: &'a Landings,
    pub places: &'a Places<'a>,
    pub flow: &'a Flow,
    pub rules: &'a Rules<'a>,
    /// Commits that somebody said a line does not need.
    pub refused: &'a FxHashSet<Node>,
}

/// Backports and what only lines have, newest first.
pub(super) fn upkeep(ground: &Ground<'_>) -> Vec<Upkept> {
    let graph = &ground.ledger.graph;
    let reader = Reader::new(&ground.ledger.config.changes);
    let installed = installed(ground);
    let mut found = Vec::new();
    for standing in ground.identities.all() {
        let Some(place) = ground.places.of(standing.node) else { continue };
        if !matches!(standing.class, Class::Backport | Class::LineOnly) {
            continue;
        }
        let node = standing.node;
        let origin = standing.counted().next();
        let read = || {
            let author = graph.author(node);
            reader.read(graph.subject(node), graph.body(node), (author.name, author.email))
        };
        let kind = origin.and_then(|origin| ground.flow.kind_of(origin.node));
        let kind = kind.unwrap_or_else(|| read().kind.or_changed());
        let is_managed = ground.places.lines[place.line].0.kind == ChannelKind::Continuous;
        let landed = origin.and_then(|origin| ground.landings.of(ground.trunkward, origin.node));
        let mut upkept = Upkept {
            node,
            line: place.line,
            is_managed,
            arrived: place.arrived,
            class: standing.class,
            origin: origin.map(|origin| origin.node),
            fit: origin.and_then(|origin| origin.fit),
            kind,
            lag: landed.map(|landed| (place.arrived - landed).num_seconds()),
            is_unmatched: None,
        };
        if is_hotfix(ground, &upkept, standing.reverted_by.is_some()) {
            let at = upkept.origin.unwrap_or(node);
            let is_known = |node: Node| {
                installed.of(node).is_some()
                    || ground.identities.carriers(node).iter().any(|c| installed.of(*c).is_some())
            };
            upkept.is_unmatched =
                Some(!is_known(at) && !ground.refused.contains(&at) && !ground.refused.contains(&node));
        }
        found.push(upkept);
    }
    found
}

/// A fix on a managed line that is meant for people who install the product, too, and stands.
fn is_hotfix(ground: &Ground<'_>, upkept: &Upkept, is_reverted: bool) -> bool {
    let is_fix = matches!(upkept.kind, ChangeKind::Security | ChangeKind::Fixed);
    let Some(channel) = ground.sides.self_hosted.filter(|_| upkept.is_managed && is_fix && !is_reverted) else {
        return false;
    };
    let graph = &ground.ledger.graph;
    let author = graph.author(upkept.node);
    let reader = Reader::new(&ground.ledger.config.changes);
    let reading = reader.read(graph.subject(upkept.node), graph.body(upkept.node), (author.name, author.email));
    let files = ground.rules.files(graph, &[upkept.node]);
    ground.rules.is_for(&channel.name, reading.scope.as_deref(), files.as_deref())
}

/// What any self-hosted line reaches, released or not.
fn installed(ground: &Ground<'_>) -> FirstReach {
    let graph = &ground.ledger.graph;
    let lines = ground.sides.self_hosted.into_iter().flat_map(|channel| &channel.lines);
    FirstReach::new(graph, lines.map(|line| graph.node(line.tip)))
}

/// How these backports arrived.
pub(super) fn counts<'u>(upkept: impl Iterator<Item = &'u Upkept>) -> BackportCounts {
    let mut counts = BackportCounts::default();
    for backport in upkept.filter(|upkept| upkept.class == Class::Backport) {
        *match backport.fit {
            Some(Fit::Clean) => &mut counts.clean,
            Some(Fit::Adapted) => &mut counts.adapted,
            Some(Fit::Partial) => &mut counts.partial,
            None => &mut counts.unknown,
        } += 1;
        counts.line_first += usize::from(backport.lag.is_some_and(|lag| lag < 0));
    }
    counts
}

/// The middle of some numbers, the lower one of two; `None` for none.
pub(super) fn median<T: Copy + PartialOrd>(mut numbers: Vec<T>) -> Option<T> {
    numbers.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
    numbers.get(numbers.len().checked_sub(1)? / 2).copied()
}

/// How long these backports took, those aside that were on their line first.
pub(super) fn lag<'u>(upkept: impl Iterator<Item = &'u Upkept>) -> Option<Lag> {
    let backports = upkept.filter(|upkept| upkept.class == Class::Backport);
    let lags: Vec<i64> = backports.filter_map(|backport| backport.lag.filter(|lag| *lag >= 0)).collect();
    let worst = lags.iter().copied().max()?;
    Some(Lag { count: lags.len(), worst, median: median(lags)? })
}

/// The same by kind.
pub(super) fn lag_by_kind(upkept: &[&Upkept]) -> Vec<KindLag> {
    let of = |kind: ChangeKind| {
        let lag = lag(upkept.iter().copied().filter(|upkept| upkept.kind == kind))?;
        Some(KindLag { kind, lag })
    };
    ChangeKind::ALL.into_iter().filter_map(of).collect()
}

/// The same by line and kind.
pub(super) fn lag_by_line(upkept: &[&Upkept], places: &Places<'_>) -> Vec<LineLag> {
    let mut found = Vec::new();
    for (at, (channel, line)) in places.lines.iter().enumerate() {
        let own: Vec<&Upkept> = upkept.iter().copied().filter(|upkept| upkept.line == at).collect();
        found.extend(lag_by_kind(&own).into_iter().map(|KindLag { kind, lag }| LineLag {
            channel: channel.name.clone(),
            line: line.name.clone(),
            kind,
            lag,
        }));
    }
    found
}

/// The fixes of managed lines that nobody who installs the product has.
pub(super) fn hotfixes(upkept: &[&Upkept], ledger: &Ledger, places: &Places<'_>) -> Vec<Hotfix> {
    let graph = &ledger.graph;
    let unmatched = upkept.iter().filter(|upkept| upkept.is_unmatched == Some(true));
    let mut seen = FxHashSet::default();
    let first = unmatched.filter(|upkept| seen.insert(upkept.origin.unwrap_or(upkept.node)));
    let told = first.map(|upkept| Hotfix {
        commit: graph.id(upkept.node),
        subject: graph.subject(upkept.node).to_owned(),
        kind: upkept.kind,
        line: places.lines[upkept.line].1.name.clone(),
        date: upkept.arrived,
        origin: upkept.origin.map(|origin| graph.id(origin)),
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_two_is_the_lower_one() {
        assert_eq!(median(vec![9, 1, 5]), Some(5));
        assert_eq!(median(vec![9, 1]), Some(1));
        assert_eq!(median(Vec::<i64>::new()), None);
    }
}
