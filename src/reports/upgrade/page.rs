//! One page of upgrade notes from the facts of its hops.

use std::rc::Rc;

use super::actions::actions;
use super::hop::HopFacts;
use super::lost::Lost;
use super::model::{
    Advice, ChangeCount, DeclaredStep, DeclaredStop, Upgrade, UpgradeHop, UpgradePoint, UpgradeSection,
};
use super::path::{PathHop, pair};
use super::request::{UpgradeError, UpgradeRequest};
use super::requirements::{Needs, strictest};
use super::rollback::WayBack;
use super::route::{Map, Route};
use super::sections::{Audience, of_hop};
use super::told::Told;
use super::whole::{self, Ends};
use crate::config::PairRule;
use crate::domain::Version;
use crate::reports::known_notes::KnownNotes;
use crate::surface::{SurfaceKind, SurfaceReader};

/// Everything that a page is made of.
pub(super) struct Page<'a, 'l> {
    pub request: &'a UpgradeRequest,
    pub map: &'a Map<'l>,
    pub told: &'a Told<'l>,
    pub surface: &'a SurfaceReader<'l>,
    pub notes: &'a KnownNotes<'l>,
    /// The stations of start and goal.
    pub ends: (usize, usize),
    pub route: &'a Route,
    /// In the order of the hops of the route.
    pub hops: &'a [Rc<HopFacts>],
    /// What could not be known of the whole history.
    pub limits: &'a [String],
}

impl<'a, 'l> Page<'a, 'l> {
    /// The whole page.
    pub fn compose(&self, lost: Lost, advice: Option<Advice>) -> Result<Upgrade, UpgradeError> {
        let Self { map, request, .. } = *self;
        let (from, to) = self.ends;
        let (start, goal) = (map.point(from), map.point(to));
        let ends = Ends { map, from, to, start: &start, goal: &goal };
        let way_back = WayBack { map, surface: self.surface, notes: self.notes, from, to };
        let (rollback, floor) = way_back.find(self.hops)?;
        let way: Vec<(Version, Needs)> = self.hops.iter().map(|hop| (hop.to.clone(), hop.needs.clone())).collect();
        let requirements = strictest(&way);
        let audience = self.audience(&start.version, &goal.version);
        let sections = vec![
            whole::applicability(&ends, &audience, map.channel.name.as_str()),
            whole::before_you_begin(&audience, &rollback),
            whole::lost(&ends, &lost.lost, &lost.line_only),
            whole::requirements(&requirements, self.has_requirements()),
            whole::going_back(&ends, &audience, &rollback, floor.as_ref()),
            self.known_issues(&ends),
            whole::support_window(&ends),
        ];
        let mut notices = whole::notices(&ends, self.hops);
        notices.extend(self.notices());
        let hops = (0..self.hops.len()).map(|at| self.hop(at)).collect();
        Ok(Upgrade {
            channel: map.channel.name.clone(),
            from: start.version.clone(),
            to: goal.version.clone(),
            installation: request.installation.clone(),
            air_gapped: request.air_gapped,
            variant: request.variant.clone(),
            step: map.step(),
            advice,
            stops: self.route.stops.clone(),
            hops,
            sections,
            requirements,
            rollback_floor: floor,
            rollback,
            lost: lost.lost,
            line_only: lost.line_only,
            notices,
            from_release: start,
            to_release: goal,
        })
    }

    fn audience(&self, from: &Version, to: &Version) -> Audience<'a> {
        let channel = &self.map.channel.name;
        Audience {
            policy: &self.map.policy.upgrade,
            installation: self.request.installation.as_deref(),
            is_air_gapped: self.request.air_gapped,
            changelog: format!("twintrack changelog --channel {channel} --from {from} --to {to}"),
        }
    }

    fn hop(&self, at: usize) -> UpgradeHop {
        let (hop, facts) = (&self.route.hops[at], &self.hops[at]);
        let release: UpgradePoint = self.map.point(hop.to);
        let before = at.checked_sub(1).map(|before| &*self.hops[before]);
        let stops: Vec<&DeclaredStop> = self.route.stops_of(hop).collect();
        UpgradeHop {
            from: facts.from.clone(),
            to: facts.to.clone(),
            required_stop: !stops.is_empty(),
            reason: self.reason(hop, &stops),
            surface: facts.surface.clone(),
            actions: actions(self.told, facts, before, self.request.installation.as_deref()),
            sections: of_hop(self.told, facts, &release, &self.audience(&facts.from, &facts.to)),
            changes: counts(facts),
            release,
        }
    }

    /// Why the way leads to the end of a hop.
    fn reason(&self, hop: &PathHop, stops: &[&DeclaredStop]) -> Option<String> {
        let of_stop = |stop: &&DeclaredStop| {
            let who = stop.only_if.as_ref().map(|who| format!(" ({who})")).unwrap_or_default();
            match &stop.reason {
                Some(reason) => format!("{reason}{who}"),
                None => format!("one has to stop at {} or later{who}", stop.from),
            }
        };
        if !stops.is_empty() {
            return Some(stops.iter().map(of_stop).collect::<Vec<_>>().join("; "));
        }
        let (start, end) = (&self.map.stations[hop.from], &self.map.stations[hop.to]);
        let allowed = pair(&self.map.policy.upgrade.pairs, start, end);
        if let Some(pair) = allowed.filter(|pair| pair.upgrade == Some(PairRule::Allowed)) {
            return pair.reason.clone();
        }
        if hop.to == self.ends.1 {
            return None;
        }
        let step = match self.map.step() {
            Some(DeclaredStep::EachMinor) => "upgrades go through each minor version",
            Some(DeclaredStep::EachLine) => "upgrades go through each line",
            Some(DeclaredStep::Any) | None => "the direct step is not allowed",
        };
        Some(step.to_owned())
    }

    fn known_issues(&self, ends: &Ends<'_, '_>) -> UpgradeSection {
        let held = self.notes.held(ends.goal.commit);
        whole::known_issues(ends, self.told, self.notes.notes.len(), &held)
    }

    fn has_requirements(&self) -> bool {
        let of_lines = self.map.policy.lines.values().any(|line| !line.requires.is_empty());
        of_lines || self.hops.iter().all(|hop| hop.surface.is_tracked(SurfaceKind::Requirements))
    }

    /// What is not known, and what the facts of the hops say.
    fn notices(&self) -> Vec<String> {
        let mut notices: Vec<String> = self.limits.to_vec();
        let skipped = self.route.stops.iter().filter(|stop| !stop.applies);
        notices.extend(skipped.map(|stop| {
            let why = stop.why_not.as_deref().unwrap_or_default();
            format!("the required stop at {} does not apply: {why}", stop.from)
        }));
        for notice in self.hops.iter().flat_map(|hop| &hop.surface.notices) {
            if !notices.contains(notice) {
                notices.push(notice.clone());
            }
        }
        if !self.notes.unread.is_empty() {
            let paths = self.notes.unread.join(", ");
            notices.push(format!("these change notes could not be read, so that nothing is told from them: {paths}"));
        }
        notices
    }
}

fn counts(facts: &HopFacts) -> Vec<ChangeCount> {
    let sections = facts.changelog.iter().flat_map(|section| &section.sections);
    sections.map(|section| ChangeCount { kind: section.kind, count: section.entries.len() }).collect()
}
