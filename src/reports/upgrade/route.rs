//! From what was asked for to a way: which releases are meant, which stops apply, and which hops lead there.

use super::model::{DeclaredStep, DeclaredStop, UpgradePoint};
use super::path::{NoWay, PathHop, Station, StepRules, Stop};
use super::request::{UpgradeError, UpgradeRequest};
use crate::config::{RequiredStop, UpgradeStep, Versioned};
use crate::domain::{ChannelKind, Version};
use crate::ledger::{ChannelState, Ledger, Line, Release, ReleaseKind};

/// A channel with its releases as places on a way.
pub(super) struct Map<'l> {
    pub channel: &'l ChannelState,
    pub policy: &'l Versioned,
    pub stations: Vec<Station>,
    /// The release of each station.
    pub releases: Vec<(&'l Line, &'l Release)>,
}

/// What the name of a goal means.
pub(super) enum Goal<'l> {
    Station(usize),
    Line(&'l Line),
}

/// A way, and the stops that were looked at.
pub(super) struct Route {
    pub hops: Vec<PathHop>,
    pub stops: Vec<DeclaredStop>,
    /// By stop that applies: its number in `stops`.
    applying: Vec<usize>,
}

impl Route {
    /// The stops that the end of a hop meets.
    pub fn stops_of<'s>(&'s self, hop: &'s PathHop) -> impl Iterator<Item = &'s DeclaredStop> {
        hop.stops.iter().map(|number| &self.stops[self.applying[*number]])
    }
}

impl<'l> Map<'l> {
    /// The releases of a channel, oldest line first, lowest version first.
    pub fn new(channel: &'l ChannelState, policy: &'l Versioned) -> Self {
        let releases: Vec<(&Line, &Release)> = channel
            .lines
            .iter()
            .rev()
            .flat_map(|line| line.releases.iter().map(move |release| (line, release)))
            .collect();
        let number = |line: &Line| channel.lines.iter().rev().position(|other| other.name == line.name).unwrap_or(0);
        let mut stations = Vec::with_capacity(releases.len());
        let mut last: Option<(&str, usize)> = None;
        for (line, release) in &releases {
            let at = match last {
                Some((name, at)) if name == line.name => at,
                _ => number(line),
            };
            last = Some((&line.name, at));
            stations.push(Station {
                version: release.version.clone(),
                line: at,
                line_name: line.name.clone(),
                date: release.date,
                is_usable: release.kind != ReleaseKind::Candidate && !release.is_retracted,
            });
        }
        Self { channel, policy, stations, releases }
    }

    /// The station of a release, by tag or version.
    pub fn find(&self, name: &str) -> Option<usize> {
        let (line, at) = self.channel.find_release(name)?;
        let release = &line.releases[at];
        self.releases.iter().position(|(_, known)| known.tag == release.tag)
    }

    pub fn goal(&self, name: &str) -> Option<Goal<'l>> {
        self.find(name).map(Goal::Station).or_else(|| self.channel.find_line(name).map(Goal::Line))
    }

    pub fn version(&self, station: usize) -> &Version {
        &self.stations[station].version
    }

    /// What is told of a release.
    pub fn point(&self, station: usize) -> UpgradePoint {
        let (line, release) = self.releases[station];
        UpgradePoint {
            version: release.version.clone(),
            tag: release.tag.clone(),
            commit: release.commit,
            date: release.date,
            line: line.name.clone(),
            kind: line.kind,
            stage: line.stage,
            candidate: release.kind == ReleaseKind::Candidate,
            retracted: release.is_retracted,
            active_until: line.support.active_until,
            security_until: line.support.security_until,
            artifacts: release.artifacts.clone(),
        }
    }

    /// Stations of a line that somebody may be sent to, lowest version first.
    pub fn usable_of<'s>(&'s self, line: &'s str) -> impl DoubleEndedIterator<Item = usize> + 's {
        let fits = move |at: &usize| self.stations[*at].is_usable && self.stations[*at].line_name == line;
        (0..self.stations.len()).filter(fits)
    }

    /// That nobody withdrew the release of a station.
    pub fn check_standing(&self, station: usize) -> Result<(), UpgradeError> {
        if !self.releases[station].1.is_retracted {
            return Ok(());
        }
        let later = self.usable_of(&self.stations[station].line_name).rfind(|at| *at > station);
        let instead = later.map(|at| self.version(at).clone());
        Err(UpgradeError::Retracted { version: self.version(station).clone(), instead })
    }

    /// The way between two stations.
    pub fn route(&self, from: usize, to: usize, request: &UpgradeRequest) -> Result<Route, UpgradeError> {
        if to < from {
            return Err(UpgradeError::Downgrade { from: self.version(from).clone(), to: self.version(to).clone() });
        }
        if from != to {
            self.check_standing(to)?;
        }
        let mut declared = self.declared_stops(from, to, request);
        let applying: Vec<usize> = (0..declared.len()).filter(|at| declared[*at].applies).collect();
        let number = |name: &str| self.stations.iter().find(|station| station.line_name == name).map(|s| s.line);
        let stops: Vec<Stop> = applying
            .iter()
            .map(|at| &declared[*at])
            .filter_map(|stop| Some(Stop { line: number(&stop.line)?, from: stop.from.clone() }))
            .collect();
        let rules = StepRules {
            stations: &self.stations,
            stops: &stops,
            step: self.policy.upgrade_step,
            pairs: &self.policy.upgrade.pairs,
        };
        let hops = rules.plan(from, to).map_err(|why| self.no_way(from, to, why, &declared, &applying))?;
        for hop in &hops {
            for stop in &hop.stops {
                declared[applying[*stop]].met_by = Some(self.version(hop.to).clone());
            }
        }
        Ok(Route { hops, stops: declared, applying })
    }

    fn no_way(
        &self,
        from: usize,
        to: usize,
        why: NoWay,
        declared: &[DeclaredStop],
        applying: &[usize],
    ) -> UpgradeError {
        let (from, to) = (self.version(from).clone(), self.version(to).clone());
        match why {
            NoWay::Steps => UpgradeError::NoWay { from, to },
            NoWay::Stop(number) => {
                let stop = &declared[applying[number]];
                UpgradeError::StopImpassable { from, to, stop: stop.from.clone(), line: stop.line.clone() }
            }
        }
    }

    /// The stops that lie between two stations, whether they apply or not, in the order of the way.
    fn declared_stops(&self, from: usize, to: usize, request: &UpgradeRequest) -> Vec<DeclaredStop> {
        let mut stops = Vec::new();
        for (number, line) in self.channel.lines.iter().rev().enumerate() {
            let Some(declared) = self.policy.lines.get(line.name.as_str()) else { continue };
            let has_station = self.stations.iter().any(|station| station.line == number);
            let lies_between = |stop: &&RequiredStop| {
                let place = Stop { line: number, from: stop.from.clone() };
                let goal = &self.stations[to];
                let reaches = goal.line > number || (goal.line == number && goal.version >= stop.from);
                has_station && place.is_ahead_of(&self.stations[from]) && reaches
            };
            for stop in declared.required_stops.iter().filter(lies_between) {
                let why_not = self.why_not(stop, from, request);
                stops.push(DeclaredStop {
                    line: line.name.clone(),
                    from: stop.from.clone(),
                    reason: stop.reason.clone(),
                    only_if: stop.only_if.clone(),
                    if_from_before: stop.if_from_before.clone(),
                    installations: stop.installations.clone(),
                    air_gapped_only: stop.is_air_gapped_only,
                    since: stop.since,
                    applies: why_not.is_none(),
                    why_not,
                    met_by: None,
                });
            }
        }
        stops
    }

    /// Why a stop is none for this upgrade. What only a person can judge applies.
    fn why_not(&self, stop: &RequiredStop, from: usize, request: &UpgradeRequest) -> Option<String> {
        let start = self.version(from);
        if let Some(bound) = stop.if_from_before.as_ref().filter(|bound| start >= *bound) {
            return Some(format!("only for upgrades from below {bound}"));
        }
        if stop.is_air_gapped_only && !request.air_gapped {
            return Some("an online upgrade takes it by itself".to_owned());
        }
        let is_other = |kind: &String| !stop.installations.contains(kind);
        if !stop.installations.is_empty() && request.installation.as_ref().is_some_and(is_other) {
            return Some(format!("only for {}", stop.installations.join(", ")));
        }
        None
    }

    /// The declared step.
    pub fn step(&self) -> Option<DeclaredStep> {
        self.policy.upgrade_step.map(|step| match step {
            UpgradeStep::Any => DeclaredStep::Any,
            UpgradeStep::EachMinor => DeclaredStep::EachMinor,
            UpgradeStep::EachLine => DeclaredStep::EachLine,
        })
    }
}

/// The channel in which the version that is installed is found, and its station there.
pub(super) fn find_start<'l>(ledger: &'l Ledger, request: &UpgradeRequest) -> Result<(Map<'l>, usize), UpgradeError> {
    if let Some(name) = &request.channel {
        ledger.known_channel(name)?;
    }
    let is_asked = |channel: &&ChannelState| {
        let is_named = request.channel.as_ref().is_none_or(|name| channel.name.as_str() == name);
        channel.kind == ChannelKind::Versioned && is_named
    };
    let channels: Vec<&ChannelState> = ledger.channels.iter().filter(is_asked).collect();
    let maps: Vec<Map<'l>> = channels
        .iter()
        .filter_map(|channel| Some(Map::new(channel, ledger.config.channels.get(&channel.name)?.as_versioned()?)))
        .collect();
    if maps.is_empty() {
        return Err(UpgradeError::NothingInstalled);
    }
    let line = maps.iter().find_map(|map| map.channel.find_line(&request.from));
    let known: Vec<String> = maps.iter().flat_map(|map| map.channel.versions()).collect();
    let mut found: Vec<(Map<'l>, usize)> =
        maps.into_iter().filter_map(|map| map.find(&request.from).map(|at| (map, at))).collect();
    if found.len() > 1 {
        // The goal may tell which is meant.
        let has_goal = |(map, _): &(Map<'_>, usize)| map.goal(&request.to).is_some();
        if found.iter().filter(|found| has_goal(found)).count() == 1 {
            found.retain(has_goal);
        }
    }
    if found.len() > 1 {
        let channels = found.iter().map(|(map, _)| map.channel.name.to_string()).collect();
        return Err(UpgradeError::WhichChannel { name: request.from.clone(), channels });
    }
    match (found.pop(), line) {
        (Some(found), _) => Ok(found),
        (None, Some(line)) => Err(UpgradeError::FromLine {
            from: request.from.clone(),
            newest: line.latest().map(|release| release.version.clone()),
        }),
        (None, None) => {
            Err(UpgradeError::UnknownRelease { name: request.from.clone(), channel: request.channel.clone(), known })
        }
    }
}

/// What the goal means in the channel of the start.
pub(super) fn find_goal<'l>(
    ledger: &'l Ledger,
    map: &Map<'l>,
    request: &UpgradeRequest,
) -> Result<Goal<'l>, UpgradeError> {
    if let Some(goal) = map.goal(&request.to) {
        return Ok(goal);
    }
    let is_other = |channel: &&ChannelState| channel.name != map.channel.name;
    let other = ledger.channels.iter().filter(is_other).find(|channel| channel.find_release(&request.to).is_some());
    Err(match other {
        Some(other) => UpgradeError::OtherChannel {
            from: request.from.clone(),
            of_from: map.channel.name.to_string(),
            to: request.to.clone(),
            of_to: other.name.to_string(),
        },
        None => UpgradeError::UnknownRelease {
            name: request.to.clone(),
            channel: Some(map.channel.name.to_string()),
            known: map.channel.versions().collect(),
        },
    })
}
