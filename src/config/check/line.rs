//! `[channels.X.lines.Y]`.

use indexmap::IndexMap;

use super::collector::Collector;
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::config::line::{DeclaredLine, Planned, RequiredStop};
use crate::config::shape::{LineShape, OneOrMany, PlannedShape, RequiredStopShape};
use crate::domain::{Fields, LineName, NamePattern, Version};

/// The declared lines of a channel whose lines are named by `patterns`; empty where it has no lines of its own.
pub(super) fn check_lines(
    found: &mut Collector<'_>,
    path: &KeyPath,
    lines: Option<IndexMap<String, LineShape>>,
    patterns: &[NamePattern],
) -> IndexMap<LineName, DeclaredLine> {
    let mut checked: IndexMap<LineName, DeclaredLine> = IndexMap::new();
    let mut places: Vec<KeyPath> = Vec::new();
    for (key, shape) in lines.unwrap_or_default() {
        let path = path.key(&key);
        let named = line_of(&key, patterns);
        let (text, fields) = match &named {
            Some((text, fields)) => (text.as_str(), Some(fields)),
            None => (key.as_str(), None),
        };
        if named.is_none() && !patterns.is_empty() && shape.branch.is_none() {
            let patterns = patterns.iter().map(ToString::to_string).collect();
            found.report(&path, Fault::NotALine { patterns });
        }
        let name = match LineName::new(text) {
            Ok(name) => name,
            Err(why) => {
                found.report(&path, Fault::Name { why });
                continue;
            }
        };
        let line = check_line(found, &path, &name, shape, fields);
        match checked.get_index_of(&name) {
            Some(index) => found.report(&path, Fault::SameLine { other: places[index].clone() }),
            None => {
                places.push(path);
                checked.insert(name, line);
            }
        }
    }
    checked
}

/// The line that a key means, by its name or by its branch, and what its name says.
fn line_of(key: &str, patterns: &[NamePattern]) -> Option<(String, Fields)> {
    let by_name =
        patterns.iter().find_map(|pattern| Some((key.to_owned(), pattern.recognise(&pattern.with_span(key)?)?)));
    by_name
        .or_else(|| patterns.iter().find_map(|pattern| Some((pattern.span(key)?.to_owned(), pattern.recognise(key)?))))
}

fn check_line(
    found: &mut Collector<'_>,
    path: &KeyPath,
    name: &LineName,
    shape: LineShape,
    fields: Option<&Fields>,
) -> DeclaredLine {
    check_dates(found, path, &shape);
    let mut on_line = |found: &mut Collector<'_>, path: &KeyPath, version: &Version| {
        if fields.is_some_and(|line| Fields::new().with_version(version).is_on_line(line) == Some(false)) {
            let fault = Fault::VersionElsewhere { version: version.clone(), line: name.to_string() };
            found.report_value(path, fault);
        }
    };
    let required_stops = check_stops(found, &path.key("required-stop"), shape.required_stop, &mut on_line);
    let planned = check_planned(found, &path.key("planned"), shape.planned.unwrap_or_default(), &mut on_line);
    DeclaredLine {
        kind: shape.kind.unwrap_or_default(),
        title: found.text(&path.key("title"), shape.title),
        branch: shape.branch,
        released: shape.released.map(|day| day.0),
        active_until: shape.active_until.map(|day| day.0),
        security_until: shape.security_until.map(|day| day.0),
        end_of_life: shape.end_of_life.map(|day| day.0),
        required_stops,
        planned,
        requires: shape.requires.unwrap_or_default(),
    }
}

/// Each date that is written comes after those before it.
fn check_dates(found: &mut Collector<'_>, path: &KeyPath, shape: &LineShape) {
    let dates = [
        ("released", shape.released),
        ("active-until", shape.active_until),
        ("security-until", shape.security_until),
        ("end-of-life", shape.end_of_life),
    ];
    let mut latest: Option<(&'static str, chrono::NaiveDate)> = None;
    for (key, day) in dates {
        let Some(day) = day else { continue };
        if let Some((earlier, date)) = latest
            && day.0 < date
        {
            found.report_value(&path.key(key), Fault::DateOrder { earlier });
        }
        latest = Some((key, day.0));
    }
}

type OnLine<'a> = &'a mut dyn FnMut(&mut Collector<'_>, &KeyPath, &Version);

fn check_stops(
    found: &mut Collector<'_>,
    path: &KeyPath,
    stops: Option<OneOrMany<RequiredStopShape>>,
    on_line: OnLine<'_>,
) -> Vec<RequiredStop> {
    let mut checked = Vec::new();
    for (path, stop) in found.items(path, stops) {
        let from_path = path.key("from");
        let reason = found.text(&path.key("reason"), stop.reason);
        let Some(from) = found.require(&from_path, stop.from, "from = \"1.8.4\"") else { continue };
        on_line(found, &from_path, &from);
        if checked.iter().any(|stop: &RequiredStop| stop.from == from) {
            found.report_value(&from_path, Fault::Repeated { value: from.to_string() });
        }
        let installations = found.items(&path.key("installations"), stop.installations);
        found.distinct(&installations);
        if stop.if_from_before.as_ref().is_some_and(|version| *version > from) {
            found.report_value(&path.key("if-from-before"), Fault::LaterThan { other: "from" });
        }
        checked.push(RequiredStop {
            from,
            reason,
            if_from_before: stop.if_from_before,
            installations: installations.into_iter().map(|(_, name)| name).collect(),
            only_if: found.text(&path.key("only-if"), stop.only_if),
            is_air_gapped_only: stop.air_gapped_only.unwrap_or_default(),
            since: stop.since.map(|day| day.0),
        });
    }
    checked.sort_by(|left, right| left.from.cmp(&right.from));
    checked
}

fn check_planned(
    found: &mut Collector<'_>,
    path: &KeyPath,
    planned: Vec<PlannedShape>,
    on_line: OnLine<'_>,
) -> Vec<Planned> {
    let mut checked = Vec::new();
    for (index, plan) in planned.into_iter().enumerate() {
        let path = path.index(index);
        let version = found.require(&path.key("version"), plan.version, "version = \"1.8.12\"");
        let on = found.require(&path.key("on"), plan.on, "on = 2026-12-03");
        let about = found.text(&path.key("about"), plan.about);
        let Some(version) = version else { continue };
        on_line(found, &path.key("version"), &version);
        if checked.iter().any(|plan: &Planned| plan.version == version) {
            found.report_value(&path.key("version"), Fault::Repeated { value: version.to_string() });
        }
        if let Some(on) = on {
            checked.push(Planned { version, on: on.0, about });
        }
    }
    checked.sort_by(|left, right| left.on.cmp(&right.on).then_with(|| left.version.cmp(&right.version)));
    checked
}
