//! Upgrade notes in words: the way, what holds for all of it, and each of its steps.

use super::entries::reference_link;
use super::inputs::Inputs;
use crate::domain::{Action, ActionTime, CommitId};
use crate::publish::prose::{inline, line, prose};
use crate::publish::text;
use crate::publish::view::{
    ActionView, ActionsView, HopView, ItemView, LineView, LinkView, UpgradeSectionView, UpgradeStopView, UpgradeView,
    WayView,
};
use crate::reports::{
    DeclaredStep, DeclaredStop, SectionName, Upgrade, UpgradeAction, UpgradeHop, UpgradeItem, UpgradeSection,
};

/// Sections that are read before the first step.
const FIRST: [SectionName; 4] =
    [SectionName::Applicability, SectionName::BeforeYouBegin, SectionName::Lost, SectionName::Requirements];

/// One page of upgrade notes.
pub fn upgrade(inputs: &Inputs<'_>, report: &Upgrade) -> UpgradeView {
    let of = |is_first: bool| {
        let wanted = report.sections.iter().filter(move |section| FIRST.contains(&section.section) == is_first);
        wanted.map(|section| section_view(inputs, section)).collect()
    };
    UpgradeView {
        title: format!("{} {}: upgrade from {}", inputs.project_name(), report.to, report.from),
        project: inputs.project(),
        as_of: text::day(inputs.now()),
        channel: inputs.channel_title(&report.channel),
        from: report.from.to_string(),
        to: report.to.to_string(),
        is_same: report.hops.is_empty(),
        way: report.hops.iter().enumerate().map(|(at, hop)| way(at + 1, hop)).collect(),
        step: report.step.map(step),
        advice: report.advice.as_ref().map(|advice| {
            if advice.loses_nothing {
                format!("{} is the lowest version of {} that loses nothing.", advice.version, advice.line)
            } else {
                format!("No version of {} has everything; {} loses least.", advice.line, advice.version)
            }
        }),
        stops: report.stops.iter().map(stop).collect(),
        notices: lines(&report.notices),
        first: of(true),
        hops: (0..report.hops.len()).map(|at| hop(inputs, report, at)).collect(),
        last: of(false),
    }
}

/// How far one may step at once.
fn step(step: DeclaredStep) -> String {
    match step {
        DeclaredStep::Any => "One upgrade may lead from any older version to any newer one, required stops aside.",
        DeclaredStep::EachMinor => "Upgrades go through each minor version, one after the other.",
        DeclaredStep::EachLine => "Upgrades go through each line, one after the other.",
    }
    .to_owned()
}

fn way(number: usize, hop: &UpgradeHop) -> WayView {
    WayView {
        number,
        version: hop.to.to_string(),
        date: text::day(hop.release.date),
        is_required: hop.required_stop,
        reason: hop.reason.clone(),
    }
}

fn stop(stop: &DeclaredStop) -> UpgradeStopView {
    let mut who: Vec<String> = Vec::new();
    who.extend(stop.if_from_before.as_ref().map(|version| format!("upgrades from below {version}")));
    who.extend((!stop.installations.is_empty()).then(|| stop.installations.join(", ")));
    who.extend(stop.only_if.clone());
    who.extend(stop.air_gapped_only.then(|| "installations without a network".to_owned()));
    UpgradeStopView {
        line: stop.line.clone(),
        from: stop.from.to_string(),
        reason: stop.reason.clone().unwrap_or_else(|| "no reason is declared".to_owned()),
        who: if who.is_empty() { "everybody".to_owned() } else { who.join("; ") },
        since: stop.since.map(|day| day.to_string()).unwrap_or_default(),
        state: match (&stop.met_by, &stop.why_not) {
            (Some(version), _) => format!("met by {version}"),
            (None, Some(why)) => format!("does not apply: {why}"),
            (None, None) => String::new(),
        },
    }
}

fn hop(inputs: &Inputs<'_>, report: &Upgrade, at: usize) -> HopView {
    let hop = &report.hops[at];
    let number =
        if report.hops.len() == 1 { String::new() } else { format!("Step {} of {}: ", at + 1, report.hops.len()) };
    let times = [(ActionTime::Before, "Before"), (ActionTime::During, "During"), (ActionTime::After, "After")];
    let actions = times.map(|(when, word)| ActionsView {
        title: format!("{word} the upgrade"),
        actions: hop.actions.iter().filter(|action| action.when == when).map(|it| action(inputs, it)).collect(),
    });
    let commit = hop.release.commit;
    HopView {
        title: format!("{number}{} to {}", hop.from, hop.to),
        from: hop.from.to_string(),
        to: hop.to.to_string(),
        tag: hop.release.tag.to_string(),
        commit: LinkView { text: commit.short(), url: inputs.commit_url(commit) },
        date: text::day(hop.release.date),
        is_required: hop.required_stop,
        reason: hop.reason.clone(),
        actions: actions.into(),
        sections: hop.sections.iter().map(|section| section_view(inputs, section)).collect(),
    }
}

fn links(inputs: &Inputs<'_>, refs: &[String], commits: &[CommitId]) -> Vec<LinkView> {
    let refs = refs.iter().map(|text| reference_link(inputs, text));
    let commits = commits.iter().map(|commit| LinkView { text: commit.short(), url: inputs.commit_url(*commit) });
    refs.chain(commits).collect()
}

fn action(inputs: &Inputs<'_>, action: &UpgradeAction) -> ActionView {
    let mut facts = Vec::new();
    facts.extend(action.affected.as_ref().map(|text| format!("Affected: {text}")));
    facts.extend((!action.installations.is_empty()).then(|| format!("Only for: {}", action.installations.join(", "))));
    facts.extend(action.downtime.as_ref().filter(|text| *text != "none").map(|text| format!("Downtime: {text}")));
    facts.extend(action.verify.as_ref().map(|text| format!("Verify: {text}")));
    facts.extend(action.more.as_ref().map(|text| format!("More: {text}")));
    facts.extend(action.since.as_ref().map(|version| format!("Since {version}")));
    let is_silent = action.instructions.is_none() && action.breaking.is_none();
    if is_silent && action.note.is_none() && !action.commits.is_empty() {
        facts.push("No change note says what to do.".to_owned());
    }
    ActionView {
        is_required: action.action == Action::Required,
        spans: if action.note.is_some() { line(&action.text) } else { inline(&action.text) },
        links: links(inputs, &action.refs, &action.commits),
        breaking: action.breaks().map(line).unwrap_or_default(),
        instructions: action.instructions.as_deref().map(prose).unwrap_or_default(),
        facts: lines(&facts),
    }
}

fn lines(texts: &[String]) -> Vec<LineView> {
    texts.iter().map(|text| LineView { spans: inline(text) }).collect()
}

fn section_view(inputs: &Inputs<'_>, section: &UpgradeSection) -> UpgradeSectionView {
    UpgradeSectionView {
        name: section.section.as_str().to_owned(),
        title: section.section.title().to_owned(),
        about: section.about.as_deref().map(inline).unwrap_or_default(),
        nothing: section.nothing.as_deref().map(inline).unwrap_or_default(),
        items: section.items.iter().map(|it| item(inputs, it)).collect(),
    }
}

fn item(inputs: &Inputs<'_>, item: &UpgradeItem) -> ItemView {
    let value = item.code.as_ref().and_then(|_| item.text.strip_prefix("= "));
    ItemView {
        mark: item.mark.clone(),
        name: item.code.clone(),
        is_value: value.is_some(),
        spans: match (value, &item.note) {
            (Some(value), _) => inline(value),
            (None, Some(_)) if item.code.is_none() => line(&item.text),
            (None, _) => inline(&item.text),
        },
        links: links(inputs, &item.refs, &item.commits),
        since: item.since.as_ref().map(ToString::to_string),
        details: lines(&item.details),
        commands: (!item.commands.is_empty()).then(|| item.commands.join("\n")),
    }
}
