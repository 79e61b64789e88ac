//! What stands in the sections that hold for the whole way.

use chrono::{DateTime, Duration, Utc};

use super::hop::HopFacts;
use super::model::{
    LostChange, Rollback, RollbackItem, SectionName, StrictRequirement, UpgradeItem, UpgradePoint, UpgradeSection,
};
use super::route::Map;
use super::sections::{Audience, section};
use super::surface_items::way_back;
use super::told::{Told, paragraph};
use crate::domain::{LineKind, RollbackClass, Stage, Version};

/// Both ends of a way and who goes it.
pub(super) struct Ends<'a, 'l> {
    pub map: &'a Map<'l>,
    pub from: usize,
    pub to: usize,
    pub start: &'a UpgradePoint,
    pub goal: &'a UpgradePoint,
}

fn sentence(text: String) -> UpgradeItem {
    UpgradeItem { text, ..UpgradeItem::default() }
}

fn marked(mark: &str, text: String) -> UpgradeItem {
    UpgradeItem { mark: Some(mark.to_owned()), text, ..UpgradeItem::default() }
}

/// Whom the notes are for.
pub(super) fn applicability(ends: &Ends<'_, '_>, audience: &Audience<'_>, channel: &str) -> UpgradeSection {
    let line = |point: &UpgradePoint| match point.kind {
        LineKind::Lts => format!("{} of LTS line {}", point.version, point.line),
        LineKind::Regular => format!("{} of line {}", point.version, point.line),
    };
    let mut items =
        vec![marked("channel", channel.to_owned()), marked("from", line(ends.start)), marked("to", line(ends.goal))];
    let kinds: Vec<&str> = audience.policy.installations.keys().map(String::as_str).collect();
    items.push(match (audience.installation, kinds.is_empty()) {
        (Some(name), _) => marked("installation", name.to_owned()),
        (None, true) => marked("installation", "every kind; none is declared".to_owned()),
        (None, false) => marked("installation", format!("every kind: {}", kinds.join(", "))),
    });
    let network = if audience.is_air_gapped { "without" } else { "with" };
    items.push(marked("network", network.to_owned()));
    section(SectionName::Applicability, items, "")
}

/// What to see to before anything else.
pub(super) fn before_you_begin(audience: &Audience<'_>, rollback: &Rollback) -> UpgradeSection {
    let mut items: Vec<UpgradeItem> = audience.policy.before.iter().cloned().map(sentence).collect();
    for (name, installation) in audience.installations().filter(|(_, installation)| !installation.backup.is_empty()) {
        let title = installation.title.as_deref().unwrap_or(name);
        items
            .push(UpgradeItem { commands: installation.backup.clone(), ..sentence(format!("Make a backup: {title}")) });
    }
    let needs_backup = rollback.blocked_by.iter().any(|item| item.class == Some(RollbackClass::NeedsRestore));
    if needs_backup {
        items.push(sentence("Make a backup: for a part of this upgrade it is the only way back.".to_owned()));
    }
    section(SectionName::BeforeYouBegin, items, "What every upgrade needs beforehand is not declared.")
}

/// What is lost; of what only the line has, how much there is, since only a person can tell whether it matters.
pub(super) fn lost(ends: &Ends<'_, '_>, lost: &[LostChange], line_only: &[LostChange]) -> UpgradeSection {
    let item = |change: &LostChange| {
        let mut details = Vec::new();
        details.extend(change.fixed_in.as_ref().map(|version| format!("Back in {version}")));
        details.extend(change.maybe.map(|commit| format!("May be {} of {}", commit.short(), change.missing_from)));
        details.extend(change.origin.is_none().then(|| "Nothing on trunk is known to be it".to_owned()));
        UpgradeItem {
            details,
            refs: change.refs.clone(),
            commits: change.origin.into_iter().chain(change.commits.iter().copied()).take(1).collect(),
            since: change.since.clone(),
            ..marked(change.kind.as_str(), change.subject.clone())
        }
    };
    let (from, to) = (&ends.start.version, &ends.goal.version);
    let nothing = format!("{to} has every change of trunk that {from} has, as far as commits tell.");
    let mut told = section(SectionName::Lost, lost.iter().map(item).collect(), &nothing);
    let mut about: Vec<String> = Vec::new();
    about.extend((!lost.is_empty()).then(|| format!("{from} has these and {to} lacks them.")));
    about.extend((!line_only.is_empty()).then(|| {
        let (line, count) = (&ends.start.line, line_only.len());
        let (changes, them) = match count {
            1 => ("1 change stands".to_owned(), "it"),
            _ => (format!("{count} changes stand"), "them"),
        };
        format!(
            "{changes} on line {line} alone, and nobody has said whether {to} needs {them}: `twintrack backports --line \
             {line} --class line-only` lists {them}."
        )
    }));
    told.about = (!about.is_empty()).then(|| about.join(" "));
    told
}

/// Requirements at their strictest.
pub(super) fn requirements(all: &[StrictRequirement], is_tracked: bool) -> UpgradeSection {
    let item = |requirement: &StrictRequirement| {
        let low = requirement.minimum.as_ref().map(|bound| (format!("at least {}", bound.value), &bound.version));
        let high = requirement.maximum.as_ref().map(|bound| (format!("at most {}", bound.value), &bound.version));
        let bounds: Vec<(String, &Version)> = low.into_iter().chain(high).collect();
        let others = requirement.other.iter().map(|bound| format!("{} says: {}", bound.version, bound.value));
        let mut details: Vec<String> =
            bounds.iter().map(|(words, version)| format!("{version} asks for {words}")).collect();
        let mut text = bounds.into_iter().map(|(words, _)| words).collect::<Vec<_>>().join(", ");
        match (text.is_empty(), requirement.other.as_slice()) {
            (true, [only]) => text = only.value.clone(),
            _ => details.extend(others),
        }
        if requirement.conflicting {
            details.push("No value meets both: it has to be changed on the way, between two steps".to_owned());
        }
        UpgradeItem { code: Some(requirement.name.clone()), text, details, ..UpgradeItem::default() }
    };
    let nothing = if is_tracked {
        "No requirements are declared for the versions of this way."
    } else {
        "Not tracked: neither `surface.requirements` nor `requires` of a line declares any."
    };
    section(SectionName::Requirements, all.iter().map(item).collect(), nothing)
}

/// The way back.
pub(super) fn going_back(
    ends: &Ends<'_, '_>,
    audience: &Audience<'_>,
    rollback: &Rollback,
    floor: Option<&Version>,
) -> UpgradeSection {
    let goal = &ends.goal.version;
    let mut items = Vec::new();
    items.extend(floor.map(|floor| {
        let text = if floor == goal {
            format!("no version before {goal}: there is no way back but a backup")
        } else {
            format!("one can go back from {goal} to {floor}, not further")
        };
        marked("floor", text)
    }));
    for variant in &rollback.variants {
        let floor = variant.floor.as_ref().map_or("not known".to_owned(), ToString::to_string);
        let class = variant.class.map_or(String::new(), |class| format!(" ({class})"));
        items.push(UpgradeItem { code: Some(variant.variant.clone()), ..marked("floor", format!("{floor}{class}")) });
    }
    let told = |mark: &str, item: &RollbackItem| UpgradeItem {
        mark: Some(mark.to_owned()),
        code: Some(item.name.clone()),
        text: way_back(item.class).to_owned(),
        details: vec![format!("Comes with {}, in {}", item.hop, item.file)],
        ..UpgradeItem::default()
    };
    items.extend(rollback.blocked_by.iter().map(|item| told("barred", item)));
    items.extend(rollback.undo.iter().map(|item| told("undo", item)));
    items.extend(rollback.unknown.iter().map(|item| told("unknown", item)));
    for pair in ends.map.policy.upgrade.pairs.iter().filter(|pair| pair.rollback.is_some()) {
        let (start, end) = (&ends.map.stations[ends.from], &ends.map.stations[ends.to]);
        let is_end = |name: &str| name == end.version.as_str() || name == end.line_name;
        let is_between = |name: &str| {
            let stations = &ends.map.stations[ends.from..=ends.to];
            stations.iter().any(|station| name == station.version.as_str() || name == station.line_name)
        };
        if is_end(&pair.to) && (is_between(&pair.from) || pair.from == start.line_name) {
            items.push(UpgradeItem {
                details: pair.reason.iter().cloned().collect(),
                ..marked("pair", format!("from {} back to {}: {}", pair.to, pair.from, way_back(pair.rollback)))
            });
        }
    }
    let (start, end) = (&ends.start.version, ends.goal);
    for (name, installation) in audience.installations().filter(|(_, installation)| !installation.rollback.is_empty()) {
        let filled = |command: &String| {
            let command = command.replace("{version}", end.version.as_str());
            command.replace("{tag}", end.tag.as_str()).replace("{from}", start.as_str())
        };
        let title = installation.title.as_deref().unwrap_or(name);
        let commands = installation.rollback.iter().map(filled).collect();
        items.push(UpgradeItem { commands, ..sentence(format!("Commands: {title}")) });
    }
    let nothing = "How far one can go back is not known: no migrations are tracked, and no change note says it.";
    let mut section = section(SectionName::GoingBack, items, nothing);
    if section.nothing.is_none() && floor.is_none() {
        section.about = Some(nothing.to_owned());
    } else if !rollback.unknown.is_empty() {
        section.about = Some(
            "Migrations of which nothing says how to go back over them count as if they barred the way.".to_owned(),
        );
    }
    section
}

/// Known issues of the goal, and those that the upgrade takes away.
pub(super) fn known_issues(ends: &Ends<'_, '_>, told: &Told<'_>, all: usize, held: &[bool]) -> UpgradeSection {
    let place = |version: &Version| ends.map.stations.iter().position(|station| station.version == *version);
    let is_by = |version: Option<&Version>, at: usize| match version {
        Some(version) => match place(version) {
            Some(found) => found <= at,
            None => *version <= ends.map.stations[at].version,
        },
        None => false,
    };
    let mut open = Vec::new();
    let mut fixed = Vec::new();
    for number in (0..all).filter(|number| told.is_told(*number) && told.embargo(*number).is_none()) {
        for issue in &told.note(number).known_issues {
            let since = issue.found_in.clone().or_else(|| told.since(number));
            let is_there = |at: usize, has: bool| match &issue.found_in {
                Some(version) => is_by(Some(version), at),
                None => has,
            };
            let in_goal = is_there(ends.to, held[number]);
            let was_there = is_by(since.as_ref(), ends.from);
            let gone = |at: usize| is_by(issue.fixed_in.as_ref(), at);
            let is_fixed_here = was_there && gone(ends.to) && !gone(ends.from);
            let is_open = in_goal && !gone(ends.to);
            if !is_open && !is_fixed_here {
                continue;
            }
            let mut details = Vec::new();
            details.extend(since.map(|version| format!("Found in {version}")));
            details.push(match &issue.fixed_in {
                Some(version) => format!("Fixed in {version}"),
                None => "Not fixed yet".to_owned(),
            });
            details.extend(issue.condition.as_ref().map(|text| format!("Met by: {}", paragraph(text))));
            details.extend(issue.workaround.as_ref().map(|text| format!("Workaround: {}", paragraph(text))));
            let mark = if is_fixed_here { "fixed" } else { "open" };
            let item = UpgradeItem { details, note: told.item(number).note, ..marked(mark, paragraph(&issue.about)) };
            if is_fixed_here { fixed.push(item) } else { open.push(item) }
        }
    }
    open.append(&mut fixed);
    section(SectionName::KnownIssues, open, "No change note tells of known issues.")
}

/// Until when the line of the goal gets fixes.
pub(super) fn support_window(ends: &Ends<'_, '_>) -> UpgradeSection {
    let last_day = |end: DateTime<Utc>| (end - Duration::seconds(1)).format("%Y-%m-%d").to_string();
    let mut items = Vec::new();
    for (mark, point) in [("to", ends.goal), ("from", ends.start)] {
        let mut facts: Vec<String> = Vec::new();
        match point.stage {
            Stage::EndOfLife => facts.push("has come to its end of life".to_owned()),
            Stage::Unmaintained => facts.push("gets no fixes any more".to_owned()),
            Stage::Active | Stage::Security | Stage::Unknown => {}
        }
        facts.extend(point.active_until.map(|end| format!("fixes until {}", last_day(end))));
        facts.extend(point.security_until.map(|end| format!("security fixes until {}", last_day(end))));
        if !facts.is_empty() {
            items.push(marked(mark, format!("{}: {}", point.line, facts.join(", "))));
        }
    }
    items.dedup_by(|a, b| a.text == b.text);
    let nothing = format!("Until when line {} gets fixes is not declared.", ends.goal.line);
    section(SectionName::SupportWindow, items, &nothing)
}

/// What to be careful of on this way.
pub(super) fn notices(ends: &Ends<'_, '_>, hops: &[std::rc::Rc<HopFacts>]) -> Vec<String> {
    let mut notices = Vec::new();
    let (start, goal) = (ends.start, ends.goal);
    if start.retracted {
        notices.push(format!("{} was retracted: leave it soon", start.version));
    }
    for point in [start, goal].into_iter().filter(|point| point.candidate) {
        notices.push(format!("{} is a candidate, no release that people are sent to", point.version));
    }
    if goal.stage == Stage::EndOfLife {
        notices.push(format!("line {} has come to its end of life: {} gets no fixes", goal.line, goal.version));
    }
    if start.stage == Stage::EndOfLife && start.line != goal.line {
        notices.push(format!("line {}, from which this begins, has come to its end of life", start.line));
    }
    let lines = &ends.map.channel.lines;
    let is_met = |name: &str| {
        hops.iter().any(|hop| ends.map.stations.iter().any(|s| s.version == hop.to && s.line_name == name))
    };
    let (low, high) = (ends.map.stations[ends.from].line, ends.map.stations[ends.to].line);
    let between = lines.iter().rev().enumerate().filter(|(number, _)| (low + 1..high).contains(number));
    let over: Vec<(&str, bool)> = between
        .filter(|(_, line)| line.stage == Stage::EndOfLife)
        .map(|(_, line)| (line.name.as_str(), is_met(&line.name)))
        .collect();
    let named = |passed: bool| over.iter().filter(|(_, met)| *met == passed).map(|(name, _)| *name).collect::<Vec<_>>();
    let (met, jumped) = (named(true), named(false));
    if !jumped.is_empty() {
        let are = if jumped.len() == 1 {
            "that line has come to its end of life"
        } else {
            "these lines have come to their end of life"
        };
        notices
            .push(format!("this jumps over {}: {are}, and nobody may have tried this step since", jumped.join(", ")));
    }
    if !met.is_empty() {
        notices.push(format!("the way stops on {}, which gets no fixes any more: do not stay there", met.join(", ")));
    }
    notices
}
