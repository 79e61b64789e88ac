//! The way from one version to another, as pure data: which releases an upgrade passes through, and why at each.
//!
//! The invariants: no hop ends at a release that cannot be used, except the goal itself; every stop that applies is met;
//! hops ascend; and no shorter way exists. Of ways of equal length the one with the newest stops is taken, of those that
//! were there when the goal was released, since what came later may know of more than the goal does.

use chrono::{DateTime, Utc};

use crate::config::{PairRule, SpecialPair, UpgradeStep};
use crate::domain::Version;

/// A release as a place on the way. Places are ordered by line, oldest first, then by version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Station {
    pub version: Version,
    /// Number of its line, the oldest line being 0.
    pub line: usize,
    /// What the line is called.
    pub line_name: String,
    pub date: DateTime<Utc>,
    /// Whether somebody may be sent there: no candidate, and not retracted.
    pub is_usable: bool,
}

/// A required stop that applies to this upgrade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
    pub line: usize,
    /// The lowest version of the line that meets it.
    pub from: Version,
}

impl Stop {
    fn is_met_by(&self, station: &Station) -> bool {
        station.line == self.line && station.version >= self.from
    }

    /// Whether a station lies before it.
    pub fn is_ahead_of(&self, station: &Station) -> bool {
        station.line < self.line || (station.line == self.line && station.version < self.from)
    }

    /// Whether one step from `from` to `to` would leave it out.
    fn is_skipped_between(&self, from: &Station, to: &Station) -> bool {
        self.is_ahead_of(from) && to.line > self.line
    }
}

/// What holds for the steps of a channel.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepRules<'a> {
    /// All releases of the channel in their order.
    pub stations: &'a [Station],
    /// Only those that apply.
    pub stops: &'a [Stop],
    /// `None`: nobody declares it, so that any step may be taken.
    pub step: Option<UpgradeStep>,
    pub pairs: &'a [SpecialPair],
}

/// A step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PathHop {
    /// Numbers of stations.
    pub from: usize,
    pub to: usize,
    /// Numbers of the stops that its end meets.
    pub stops: Vec<usize>,
}

/// Why there is no way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoWay {
    /// Nothing that can be used meets this stop.
    Stop(usize),
    /// The rule for steps, or a pair that is forbidden, leaves no way.
    Steps,
}

impl StepRules<'_> {
    /// The way from one station to a later one.
    pub fn plan(&self, from: usize, to: usize) -> Result<Vec<PathHop>, NoWay> {
        let mut at = vec![from];
        at.extend((from + 1..to).filter(|number| self.stations[*number].is_usable));
        at.extend((from < to).then_some(to));
        // From the goal backwards: how many hops are left, and which is the next.
        let mut next: Vec<Option<(usize, usize)>> = vec![None; at.len()];
        let goal = at.len() - 1;
        next[goal] = Some((0, goal));
        for here in (0..goal).rev() {
            let reachable = (here + 1..at.len()).filter_map(|there| Some((there, next[there]?.0)));
            let allowed = reachable.filter(|(there, _)| self.is_allowed(at[here], at[*there]));
            let best = allowed.min_by_key(|(there, left)| {
                let station = &self.stations[at[*there]];
                let is_later = station.date > self.stations[to].date;
                (*left, is_later && *there != goal, std::cmp::Reverse(*there))
            });
            next[here] = best.map(|(there, left)| (left + 1, there));
        }
        if next[0].is_none() {
            return Err(self.why_not(from, to));
        }
        let mut hops = Vec::new();
        let mut here = 0;
        while let Some((_, there)) = next[here].filter(|_| here != goal) {
            hops.push(PathHop { from: at[here], to: at[there], stops: self.met(at[here], at[there]) });
            here = there;
        }
        Ok(hops)
    }

    /// Whether one step may lead from one station to another.
    fn is_allowed(&self, from: usize, to: usize) -> bool {
        let (start, end) = (&self.stations[from], &self.stations[to]);
        if self.stops.iter().any(|stop| stop.is_skipped_between(start, end)) {
            return false;
        }
        match pair(self.pairs, start, end).and_then(|pair| pair.upgrade) {
            Some(rule) => rule == PairRule::Allowed,
            None => self.is_within_step(from, to),
        }
    }

    /// Whether no group of releases that may not be passed over lies between.
    fn is_within_step(&self, from: usize, to: usize) -> bool {
        let group = |station: &Station| match self.step {
            Some(UpgradeStep::EachLine) => Some((station.line, 0, 0)),
            Some(UpgradeStep::EachMinor) => Some((station.line, station.version.major(), station.version.minor())),
            Some(UpgradeStep::Any) | None => None,
        };
        let (start, end) = (group(&self.stations[from]), group(&self.stations[to]));
        let between = self.stations[from..to].iter().filter(|station| station.is_usable).map(group);
        between.into_iter().all(|group| group == start || group == end)
    }

    /// The stops that are met by the end of a step and not by its start.
    fn met(&self, from: usize, to: usize) -> Vec<usize> {
        let (start, end) = (&self.stations[from], &self.stations[to]);
        let is_met = |stop: &Stop| stop.is_ahead_of(start) && stop.is_met_by(end);
        (0..self.stops.len()).filter(|number| is_met(&self.stops[*number])).collect()
    }

    fn why_not(&self, from: usize, to: usize) -> NoWay {
        let between = || self.stations[from + 1..to].iter().filter(|station| station.is_usable);
        let is_crossed = |stop: &Stop| stop.is_skipped_between(&self.stations[from], &self.stations[to]);
        let impassable = |stop: &Stop| is_crossed(stop) && !between().any(|station| stop.is_met_by(station));
        self.stops.iter().position(impassable).map_or(NoWay::Steps, NoWay::Stop)
    }
}

/// The rule for two stations, if there is one; what names versions comes before what names lines.
pub(super) fn pair<'p>(pairs: &'p [SpecialPair], from: &Station, to: &Station) -> Option<&'p SpecialPair> {
    let exactness = |name: &str, station: &Station| -> Option<u8> {
        if name == station.version.as_str() {
            return Some(1);
        }
        (name == station.line_name).then_some(0)
    };
    let fitting = pairs.iter().filter_map(|pair| {
        let exact = exactness(&pair.from, from)? + exactness(&pair.to, to)?;
        Some((exact, pair))
    });
    // The first of those that are equally exact.
    fitting
        .fold(None, |best: Option<(u8, &SpecialPair)>, found| match best {
            Some(best) if best.0 >= found.0 => Some(best),
            _ => Some(found),
        })
        .map(|(_, pair)| pair)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn station(text: &str, line: usize, is_usable: bool) -> Station {
        let version: Version = text.parse().unwrap();
        let line_name = format!("{}.{}", version.major(), version.minor());
        Station { version, line, line_name, date: DateTime::UNIX_EPOCH, is_usable }
    }

    /// Releases by version, those with a `!` retracted; lines by their two numbers.
    fn stations(texts: &[&str]) -> Vec<Station> {
        let mut lines: Vec<String> = Vec::new();
        let mut all = Vec::new();
        for text in texts {
            let plain = text.trim_end_matches('!');
            let name = plain.rsplit_once('.').unwrap().0.to_owned();
            if lines.last() != Some(&name) {
                lines.push(name);
            }
            all.push(station(plain, lines.len() - 1, plain == *text));
        }
        all
    }

    fn way(stations: &[Station], stops: &[(usize, &str)], step: Option<UpgradeStep>, pairs: &[SpecialPair]) -> String {
        let stops: Vec<Stop> =
            stops.iter().map(|(line, from)| Stop { line: *line, from: from.parse().unwrap() }).collect();
        let rules = StepRules { stations, stops: &stops, step, pairs };
        match rules.plan(0, stations.len() - 1) {
            Ok(hops) => hops.iter().map(|hop| stations[hop.to].version.to_string()).collect::<Vec<_>>().join(" "),
            Err(why) => format!("{why:?}"),
        }
    }

    fn rule(from: &str, to: &str, upgrade: PairRule) -> SpecialPair {
        SpecialPair { from: from.into(), to: to.into(), upgrade: Some(upgrade), rollback: None, reason: None }
    }

    #[test]
    fn stops_and_steps_decide_where_one_passes() {
        use UpgradeStep::{Any, EachLine, EachMinor};
        let plain = stations(&["1.6.2", "1.6.3", "1.7.0", "1.7.1", "1.7.2", "1.8.0", "1.8.1"]);
        let broken = stations(&["1.6.2", "1.7.0", "1.7.1!", "1.7.2!", "1.8.0", "1.8.1"]);
        for (stations, stops, step, expected) in [
            (&plain, &[][..], None, "1.8.1"),
            (&plain, &[][..], Some(Any), "1.8.1"),
            (&plain, &[][..], Some(EachLine), "1.7.2 1.8.1"),
            (&plain, &[][..], Some(EachMinor), "1.7.2 1.8.1"),
            (&plain, &[(1, "1.7.1")][..], None, "1.7.2 1.8.1"),
            (&plain, &[(1, "1.7.0"), (1, "1.7.2")][..], None, "1.7.2 1.8.1"),
            (&plain, &[(0, "1.6.3")][..], None, "1.6.3 1.8.1"),
            (&plain, &[(0, "1.6.1")][..], None, "1.8.1"),
            (&plain, &[(2, "1.8.1")][..], None, "1.8.1"),
            (&broken, &[(1, "1.7.1")][..], None, "Stop(0)"),
            (&broken, &[(1, "1.7.0")][..], None, "1.7.0 1.8.1"),
            (&broken, &[][..], Some(EachLine), "1.7.0 1.8.1"),
        ] {
            assert_eq!(way(stations, stops, step, &[]), expected, "{stops:?} {step:?}");
        }
    }

    #[test]
    fn a_line_without_a_usable_release_is_passed_over() {
        let stations = stations(&["1.6.2", "1.7.0!", "1.8.0"]);
        assert_eq!(way(&stations, &[], Some(UpgradeStep::EachLine), &[]), "1.8.0");
    }

    #[test]
    fn a_pair_changes_the_rule_and_no_stop() {
        let all = stations(&["1.6.2", "1.7.0", "1.7.1", "1.8.0"]);
        let leap = [rule("1.6", "1.8", PairRule::Allowed)];
        let each = Some(UpgradeStep::EachLine);
        assert_eq!(way(&all, &[], each, &leap), "1.8.0");
        assert_eq!(way(&all, &[(1, "1.7.1")], each, &leap), "1.7.1 1.8.0");
        let never = [rule("1.6.2", "1.8.0", PairRule::Forbidden), rule("1.7.1", "1.8", PairRule::Forbidden)];
        assert_eq!(way(&all, &[], None, &never), "1.7.0 1.8.0");
        let exact = [rule("1.6", "1.8", PairRule::Allowed), rule("1.6.2", "1.8", PairRule::Forbidden)];
        assert_eq!(way(&all, &[], each, &exact), "1.7.1 1.8.0");
        let closed = [rule("1.6", "1.8", PairRule::Forbidden), rule("1.7", "1.8", PairRule::Forbidden)];
        assert_eq!(way(&all, &[], None, &closed), "Steps");
    }

    #[test]
    fn a_stop_is_one_that_was_there_when_the_goal_came() {
        let mut all = stations(&["1.6.2", "1.7.0", "1.7.1", "1.8.0"]);
        all[2].date = DateTime::UNIX_EPOCH + chrono::Days::new(9);
        assert_eq!(way(&all, &[(1, "1.7.0")], None, &[]), "1.7.0 1.8.0");
        assert_eq!(way(&all, &[(1, "1.7.1")], None, &[]), "1.7.1 1.8.0");
    }

    #[derive(Debug, Clone)]
    struct Case {
        stations: Vec<Station>,
        stops: Vec<Stop>,
        step: Option<UpgradeStep>,
        pairs: Vec<SpecialPair>,
    }

    /// A few lines with a few patches each, some of them retracted, and any rules.
    fn cases() -> impl Strategy<Value = Case> {
        let lines = prop::collection::vec(prop::collection::vec(prop::bool::weighted(0.8), 1..4), 2..5);
        let stops = prop::collection::vec((0usize..5, 0u64..4), 0..3);
        let step = prop::sample::select(vec![
            None,
            Some(UpgradeStep::Any),
            Some(UpgradeStep::EachLine),
            Some(UpgradeStep::EachMinor),
        ]);
        let pairs = prop::collection::vec((0usize..5, 0usize..5, any::<bool>()), 0..3);
        (lines, stops, step, pairs).prop_map(|(lines, stops, step, pairs)| {
            let mut stations = Vec::new();
            for (line, patches) in lines.iter().enumerate() {
                for (patch, is_usable) in patches.iter().enumerate() {
                    stations.push(station(&format!("1.{line}.{patch}"), line, *is_usable));
                }
            }
            let stops = stops
                .into_iter()
                .map(|(line, patch)| Stop { line, from: format!("1.{line}.{patch}").parse().unwrap() })
                .collect();
            let word = |allowed| if allowed { PairRule::Allowed } else { PairRule::Forbidden };
            let pairs =
                pairs.into_iter().map(|(a, b, yes)| rule(&format!("1.{a}"), &format!("1.{b}"), word(yes))).collect();
            Case { stations, stops, step, pairs }
        })
    }

    /// The fewest hops by trying every way.
    fn fewest(rules: &StepRules<'_>, from: usize, to: usize) -> Option<usize> {
        if from == to {
            return Some(0);
        }
        let ends = (from + 1..=to).filter(|end| *end == to || rules.stations[*end].is_usable);
        ends.filter(|end| rules.is_allowed(from, *end)).filter_map(|end| fewest(rules, end, to)).min().map(|n| n + 1)
    }

    proptest! {
        #[test]
        fn a_way_is_short_ascends_meets_every_stop_and_uses_nothing_retracted(case in cases()) {
            let rules =
                StepRules { stations: &case.stations, stops: &case.stops, step: case.step, pairs: &case.pairs };
            let goal = case.stations.len() - 1;
            let planned = rules.plan(0, goal);
            prop_assert_eq!(planned.as_ref().ok().map(Vec::len), fewest(&rules, 0, goal));
            let Ok(hops) = planned else { return Ok(()) };
            prop_assert_eq!((hops[0].from, hops[hops.len() - 1].to), (0, goal));
            for (at, hop) in hops.iter().enumerate() {
                prop_assert!(hop.from < hop.to);
                prop_assert!(at == 0 || hops[at - 1].to == hop.from);
                prop_assert!(hop.to == goal || case.stations[hop.to].is_usable);
            }
            for stop in &case.stops {
                let crossed = stop.is_ahead_of(&case.stations[0]) && case.stations[goal].line > stop.line;
                let met = hops.iter().any(|hop| stop.is_met_by(&case.stations[hop.to]));
                prop_assert!(!crossed || met, "{:?} {:?}", stop, hops);
            }
        }
    }
}
