//! The numbers: of one period, and of today.

use chrono::{DateTime, Utc};

use super::flow::{Flow, Flowing};
use super::model::{
    DivergenceNow, DivergencePoint, ReleasesNow, ReleasesPoint, ServiceNow, ServicePoint, Times, round,
};
use super::periods::Span;
use super::places::Places;
use super::sides::{GoingLive, Released, Sides};
use super::upkeep::{Upkept, counts, hotfixes, lag, lag_by_kind, lag_by_line, median};
use crate::domain::ChangeKind;
use crate::history::Class;
use crate::ledger::Ledger;

/// What numbers are taken from.
pub(super) struct Measures<'a> {
    pub ledger: &'a Ledger,
    pub sides: &'a Sides<'a>,
    pub spans: &'a [Span],
    pub now: DateTime<Utc>,
    /// `None` where nobody asked about changes.
    pub changes: Option<Changes<'a>>,
}

/// What changes did.
#[derive(Clone, Copy)]
pub(super) struct Changes<'a> {
    pub flow: &'a Flow,
    pub upkept: &'a [Upkept],
    pub places: &'a Places<'a>,
}

/// Weeks over which the pace of today is taken.
const PACE_WEEKS: i64 = 4;

impl Measures<'_> {
    /// The service in one period.
    pub fn service(&self, span: &Span) -> ServicePoint {
        let has_lines = self.sides.managed.is_some_and(|channel| !channel.lines.is_empty());
        let cut = self.sides.managed.into_iter().flat_map(|channel| &channel.lines).filter_map(|line| line.base);
        let graph = &self.ledger.graph;
        let cut = cut.filter_map(|base| graph.node(base)).filter(|base| span.holds(graph.commit_time(*base))).count();
        let mut point = ServicePoint { lines_cut: has_lines.then_some(cut), ..ServicePoint::default() };
        if self.sides.times.is_none() {
            return point;
        }
        let within = || self.sides.live.iter().filter(|live| span.holds(live.at));
        if self.sides.times == Some(Times::Recorded) {
            let forward = within().filter(|live| !live.is_rollback).count();
            point.deploys = Some(forward);
            point.deploys_per_week = Some(round(forward as f64 / span.weeks()));
            point.rollbacks = Some(within().filter(|live| live.is_rollback).count());
            point.from_release_tags = self.share_of_release_tags(span);
        }
        point.oldest_live = self.oldest_live(span);
        point.lead_time = self.lead_time(span);
        point
    }

    fn share_of_release_tags(&self, span: &Span) -> Option<f64> {
        self.sides.self_hosted?;
        let forward = || self.sides.live.iter().filter(|live| span.holds(live.at) && !live.is_rollback);
        let count = forward().count();
        (count > 0).then(|| round(forward().filter(|live| live.is_release).count() as f64 / count as f64))
    }

    /// The oldest that a live build became: just before the next one, or at the end of the period.
    fn oldest_live(&self, span: &Span) -> Option<i64> {
        let live = &self.sides.live;
        let ends = live.iter().skip(1).map(|next| next.at).chain([self.now]);
        let ages = live.iter().zip(ends).filter_map(|(live, end)| {
            let end = end.min(span.until);
            (live.at < span.until && end > span.from).then(|| (end - built(live)).num_seconds())
        });
        ages.max()
    }

    fn lead_time(&self, span: &Span) -> Option<i64> {
        let went = self.changes?.flow.changes.iter().filter(|change| change.is_for_managed);
        let times = went.filter_map(|change| {
            let live = change.live.filter(|live| span.holds(*live))?;
            Some((live - change.landed).num_seconds())
        });
        median(times.collect())
    }

    /// Self-hosted releases in one period.
    pub fn releases(&self, span: &Span) -> ReleasesPoint {
        if self.sides.self_hosted.is_none() {
            return ReleasesPoint::default();
        }
        let within = |released: &&Released<'_>| span.holds(released.release.date);
        let general = self.sides.general().filter(within).count();
        let mut point = ReleasesPoint {
            releases: Some(general),
            patches: Some(self.sides.released.iter().filter(within).count() - general),
            longest_gap: self.gaps(span).into_iter().max(),
            ..ReleasesPoint::default()
        };
        let Some(changes) = self.changes else { return point };
        point.changes_per_release = median(self.brought(changes.flow, span));
        let waiting: Vec<&Flowing> = self.waiting(changes.flow, span.last()).collect();
        point.waiting_changes = Some(waiting.len());
        point.waiting_breaking = Some(waiting.iter().filter(|change| change.is_breaking).count());
        point.oldest_waiting =
            waiting.iter().map(|change| change.landed).min().map(|landed| (span.until - landed).num_seconds());
        point
    }

    fn waiting<'f>(&self, flow: &'f Flow, at: DateTime<Utc>) -> impl Iterator<Item = &'f Flowing> {
        flow.changes.iter().filter(move |change| change.waits(at))
    }

    /// Seconds between each general release of a period and the one before it.
    fn gaps(&self, span: &Span) -> Vec<i64> {
        let general: Vec<DateTime<Utc>> = self.sides.general().map(|released| released.release.date).collect();
        let pairs = general.windows(2).filter(|pair| span.holds(pair[1]));
        pairs.map(|pair| (pair[1] - pair[0]).num_seconds()).collect()
    }

    /// How many changes each general release of a period brought that none before had.
    fn brought(&self, flow: &Flow, span: &Span) -> Vec<f64> {
        let general = self.sides.released.iter().enumerate();
        let within = general.filter(|(_, released)| released.is_general && span.holds(released.release.date));
        let brought = within.map(|(at, _)| {
            let new = flow.changes.iter().filter(|change| change.is_for_self_hosted);
            new.filter(|change| change.shipped.is_some_and(|(first, _)| first == at)).count() as f64
        });
        brought.collect()
    }

    /// How far the two were apart in one period.
    pub fn divergence(&self, span: &Span) -> DivergencePoint {
        let Some(changes) = self.changes else { return DivergencePoint::default() };
        let upkept: Vec<&Upkept> = changes.upkept.iter().filter(|upkept| span.holds(upkept.arrived)).collect();
        let line_only = |is_managed: bool| {
            upkept.iter().filter(|u| u.class == Class::LineOnly && u.is_managed == is_managed).count()
        };
        let backports = counts(upkept.iter().copied());
        let hotfixes = upkept.iter().filter_map(|upkept| upkept.is_unmatched);
        let has_managed = self.has_managed_lines();
        DivergencePoint {
            managed_only: self.managed_only(changes.flow, span.last()),
            self_hosted_only: self.self_hosted_only(changes.flow, span.last()),
            line_only_managed: has_managed.then(|| line_only(true)),
            line_only_self_hosted: self.sides.self_hosted.map(|_| line_only(false)),
            altered_share: backports.altered_share(),
            backports: Some(backports),
            lag: lag(upkept.iter().copied()),
            lag_by_kind: lag_by_kind(&upkept),
            hotfixes: self.has_hotfixes().then(|| hotfixes.clone().count()),
            hotfixes_unmatched: self.has_hotfixes().then(|| hotfixes.filter(|is_unmatched| *is_unmatched).count()),
        }
    }

    fn has_managed_lines(&self) -> bool {
        self.sides.managed.is_some_and(|channel| !channel.lines.is_empty())
    }

    fn has_hotfixes(&self) -> bool {
        self.has_managed_lines() && self.sides.self_hosted.is_some()
    }

    fn managed_only(&self, flow: &Flow, at: DateTime<Utc>) -> Option<usize> {
        self.sides.times?;
        self.sides.self_hosted?;
        let both = flow.changes.iter().filter(|change| change.is_for_managed && change.is_for_self_hosted);
        Some(both.filter(|change| change.is_live(at) && !change.is_shipped(at)).count())
    }

    fn self_hosted_only(&self, flow: &Flow, at: DateTime<Utc>) -> Option<usize> {
        self.sides.times?;
        self.sides.self_hosted?;
        let both = flow.changes.iter().filter(|change| change.is_for_managed && change.is_for_self_hosted);
        Some(both.filter(|change| change.is_shipped(at) && !change.is_live(at)).count())
    }

    /// From the first period shown to now.
    fn whole(&self) -> Span {
        let from = self.spans.first().map_or(self.now, |span| span.from);
        Span { from, until: self.now + chrono::Duration::seconds(1), is_complete: false }
    }

    /// The service today. `series` is what the periods gave.
    pub fn service_now(&self, series: &[ServicePoint]) -> ServiceNow {
        let recorded = self.sides.times == Some(Times::Recorded);
        let since = self.now - chrono::Duration::weeks(PACE_WEEKS);
        let recent = self.sides.live.iter().filter(|live| live.at > since && !live.is_rollback).count();
        let complete = self.spans.iter().zip(series).filter(|(span, _)| span.is_complete).rev();
        ServiceNow {
            times: self.sides.times,
            deploys_per_week: recorded.then(|| round(recent as f64 / PACE_WEEKS as f64)),
            live_age: self.live_age(),
            from_release_tags: self.share_of_release_tags(&self.whole()).filter(|_| recorded),
            lead_time: complete.filter_map(|(_, point)| point.lead_time).next(),
        }
    }

    /// Age of what went live last.
    fn live_age(&self) -> Option<i64> {
        self.sides.live.last().map(|live| (self.now - built(live)).num_seconds())
    }

    /// Self-hosted releases today.
    pub fn releases_now(&self) -> ReleasesNow {
        let last = self.sides.general().next_back().map(|released| released.release);
        let gaps = self.gaps(&self.whole());
        let mut now = ReleasesNow {
            last: last.map(|release| release.version.clone()),
            since_last: last.map(|release| (self.now - release.date).num_seconds()),
            last_gap: self.gaps(&Span { from: DateTime::<Utc>::MIN_UTC, ..self.whole() }).last().copied(),
            typical_gap: median(gaps),
            ..ReleasesNow::default()
        };
        let Some(changes) = self.changes.filter(|_| self.sides.self_hosted.is_some()) else { return now };
        now.typical_changes = median(self.brought(changes.flow, &self.whole()));
        let waiting: Vec<&Flowing> = self.waiting(changes.flow, self.now).collect();
        let oldest = waiting.iter().min_by_key(|change| change.landed);
        now.waiting_changes = Some(waiting.len());
        now.waiting_breaking = Some(waiting.iter().filter(|change| change.is_breaking).count());
        now.waiting_security = Some(waiting.iter().filter(|change| change.kind == ChangeKind::Security).count());
        now.oldest_waiting = oldest.map(|change| (self.now - change.landed).num_seconds());
        now.oldest_waiting_commit = oldest.map(|change| self.ledger.graph.id(change.lead));
        now
    }

    /// How far the two are apart today.
    pub fn divergence_now(&self) -> DivergenceNow {
        let Some(changes) = self.changes else { return DivergenceNow::default() };
        let whole = self.whole();
        let upkept: Vec<&Upkept> = changes.upkept.iter().filter(|upkept| whole.holds(upkept.arrived)).collect();
        DivergenceNow {
            managed_only: self.managed_only(changes.flow, self.now),
            self_hosted_only: self.self_hosted_only(changes.flow, self.now),
            backports: Some(counts(upkept.iter().copied())),
            lag: lag_by_line(&upkept, changes.places),
            hotfixes: self.has_hotfixes().then(|| hotfixes(&upkept, self.ledger, changes.places)),
        }
    }
}

/// When what went live was built, as far as that is known.
fn built(live: &GoingLive) -> DateTime<Utc> {
    live.built_at.unwrap_or(live.at)
}
