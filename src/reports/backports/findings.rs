//! What is missing where: wanted changes, holes, hotfixes that others need, repairs of what was carried, refusals.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};

use super::field::{Field, Held, TrunkChange};
use super::model::{FollowUp, FollowUpKind, Hole, Missing, NotNeeded};
use super::wishes::Wishes;
use crate::domain::{ChangeKind, ChannelKind};
use crate::graph::Node;

/// Which places of the matrix need a decision, by change and line as numbers into the field.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub missing: Vec<Missing>,
    pub holes: Vec<Hole>,
    pub hotfixes: Vec<Hole>,
    pub follow_up_missing: Vec<FollowUp>,
    pub not_needed: Vec<NotNeeded>,
    /// Change and line of each of `missing`, in its order before sorting.
    pub missing_at: Vec<(usize, usize)>,
    /// Likewise of `holes` and `hotfixes`.
    pub holes_at: Vec<(usize, usize)>,
}

/// The order in which people decide: security, then fixes, then the rest.
pub(super) const fn urgency(kind: ChangeKind) -> u8 {
    match kind {
        ChangeKind::Security => 0,
        ChangeKind::Fixed => 1,
        ChangeKind::Internal => 3,
        _ => 2,
    }
}

/// Looks for everything.
pub(super) struct Finder<'f, 'l> {
    pub field: &'f Field<'l>,
    pub wishes: &'f Wishes<'f, 'l>,
}

impl Finder<'_, '_> {
    /// Everything about one change. `held` is what each line has of it, in the order of the lines.
    pub(super) fn look_at(&self, at: usize, held: &[Held], found: &mut Findings) {
        let change = &self.field.changes[at];
        for (line, held) in held.iter().enumerate().filter(|(line, _)| self.field.lines[*line].is_shown) {
            self.refused(change, line, held, found);
        }
        if change.is_reverted {
            return;
        }
        for (line, own) in held.iter().enumerate().filter(|(_, own)| !own.is_whole) {
            if !self.field.lines[line].is_asked_about() || self.wishes.refused(change, line).is_some() {
                continue;
            }
            self.missing(at, line, own, found);
            self.hole(at, line, held, found);
        }
    }

    fn date(&self, node: Node) -> DateTime<Utc> {
        self.field.graph.commit_time(node)
    }

    fn refused(&self, change: &TrunkChange, line: usize, held: &Held, found: &mut Findings) {
        let Some(refused) = self.wishes.refused(change, line).filter(|_| !held.is_whole) else { return };
        let reach = &self.field.lines[line];
        found.not_needed.push(NotNeeded {
            origin: self.field.id(change.origin),
            subject: change.subject.clone(),
            text: change.text.clone(),
            date: self.date(change.origin),
            channel: reach.channel.name.clone(),
            line: reach.line.name.clone(),
            because: refused.because.clone(),
            place: refused.place.clone(),
        });
    }

    fn missing(&self, at: usize, line: usize, held: &Held, found: &mut Findings) {
        let field = self.field;
        let (change, reach) = (&field.changes[at], &field.lines[line]);
        let is_newer = field.trunkward.arrival(change.origin).is_some_and(|arrival| arrival > reach.base_place);
        let Some(wish) = is_newer.then(|| self.wishes.wanted(change, line)).flatten() else { return };
        found.missing_at.push((at, line));
        found.missing.push(Missing {
            origin: field.id(change.origin),
            commits: field.ids(&change.commits),
            subject: change.subject.clone(),
            text: change.text.clone(),
            kind: change.kind,
            channel: reach.channel.name.clone(),
            line: reach.line.name.clone(),
            why: wish.by,
            because: wish.because,
            date: self.date(change.origin),
            present: held.present,
            reverted_by: held.reverted_by.map(|node| field.id(node)),
            maybe: held.maybe.map(|node| field.id(node)),
            prediction: None,
        });
    }

    /// What one line lacks and another one carries.
    fn hole(&self, at: usize, line: usize, held: &[Held], found: &mut Findings) {
        let field = self.field;
        let (change, reach, own) = (&field.changes[at], &field.lines[line], &held[line]);
        let (from, list) = match self.older(line, held) {
            Some(from) => (from, &mut found.holes),
            None => match self.hotfixed(change, line, held) {
                Some(from) => (from, &mut found.hotfixes),
                None => return,
            },
        };
        let (in_line, carrying) = (&field.lines[from], &held[from]);
        let Some(carrier) = carrying.carrier else { return };
        found.holes_at.push((at, line));
        list.push(Hole {
            origin: field.id(change.origin),
            commits: field.ids(&change.commits),
            subject: change.subject.clone(),
            text: change.text.clone(),
            kind: change.kind,
            date: self.date(change.origin),
            channel: reach.channel.name.clone(),
            in_line: in_line.line.name.clone(),
            carried_by: field.id(carrier),
            since: carrying.since.and_then(|number| in_line.nth_since(number)).map(|since| since.name.to_owned()),
            missing_from: reach.line.name.clone(),
            present: own.present,
            reverted_by: own.reverted_by.map(|node| field.id(node)),
            maybe: own.maybe.map(|node| field.id(node)),
            prediction: None,
        });
    }

    /// The nearest older line of the same channel that carries the change.
    fn older(&self, line: usize, held: &[Held]) -> Option<usize> {
        let own = &self.field.lines[line];
        self.carrying(held).find(|other| {
            let other = &self.field.lines[*other];
            other.channel.name == own.channel.name && other.rank > own.rank
        })
    }

    /// The newest managed line that carries a fix which matters to people who install this line.
    fn hotfixed(&self, change: &TrunkChange, line: usize, held: &[Held]) -> Option<usize> {
        let own = &self.field.lines[line];
        let is_fix = matches!(change.kind, ChangeKind::Security | ChangeKind::Fixed);
        let is_managed = |other: &usize| self.field.lines[*other].channel.kind == ChannelKind::Continuous;
        let is_asked = is_fix && own.channel.kind == ChannelKind::Versioned;
        self.carrying(held).find(|other| is_asked && is_managed(other) && self.wishes.is_for(change, own))
    }

    /// Maintained lines on which commits of their own carry the whole change, newest first within their channels.
    fn carrying(&self, held: &[Held]) -> impl Iterator<Item = usize> {
        let lines = self.field.lines.iter().zip(held).enumerate();
        lines
            .filter(|(_, (line, held))| line.is_maintained && held.is_whole && held.carrier.is_some())
            .map(|(at, _)| at)
    }

    /// Repairs and reverts on trunk of commits that lines carry.
    pub(super) fn follow_ups(&self, held: &[Vec<Held>], found: &mut Findings) {
        for (at, change) in self.field.changes.iter().enumerate() {
            if change.is_reverted {
                continue;
            }
            for target in &change.repairs {
                self.follow_up(at, *target, FollowUpKind::Repair, &held[at], found);
            }
            if change.is_turn {
                for target in change.commits.iter().flat_map(|node| self.field.turned(*node)) {
                    self.follow_up(at, *target, FollowUpKind::Revert, &held[at], found);
                }
            }
        }
    }

    fn follow_up(&self, at: usize, target: Node, kind: FollowUpKind, held: &[Held], found: &mut Findings) {
        let field = self.field;
        let change = &field.changes[at];
        for (line, own) in held.iter().enumerate().filter(|(_, own)| !own.is_whole) {
            let reach = &field.lines[line];
            let stands =
                |carrier: &Node| field.gone_on(reach, *carrier).is_none() && field.gone_on(reach, target).is_none();
            let carrier = field.carriers_on(reach, target).find(stands);
            let Some(carrier) =
                carrier.filter(|_| reach.is_asked_about() && self.wishes.refused(change, line).is_none())
            else {
                continue;
            };
            found.follow_up_missing.push(FollowUp {
                origin: field.id(change.origin),
                subject: change.subject.clone(),
                text: change.text.clone(),
                follow_up: kind,
                date: self.date(change.origin),
                of: field.id(target),
                of_subject: field.graph.subject(target).to_owned(),
                channel: reach.channel.name.clone(),
                line: reach.line.name.clone(),
                carried_by: field.id(carrier),
                since: reach.since(carrier).map(|since| since.name.to_owned()),
                maybe: own.maybe.map(|node| field.id(node)),
            });
        }
    }
}

impl Findings {
    /// Puts what is urgent first; what is alike stays newest first.
    pub(super) fn sort(&mut self) {
        self.missing.sort_by_key(|missing| (urgency(missing.kind), missing.why));
        self.holes.sort_by_key(|hole| urgency(hole.kind));
        self.hotfixes.sort_by_key(|hole| urgency(hole.kind));
        self.follow_up_missing.sort_by_key(|follow_up| Reverse(follow_up.follow_up));
    }
}
