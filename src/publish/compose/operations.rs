//! The operations page of a channel that we deploy.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::deploys::migrations;
use super::inputs::{Inputs, is_promised, stage_words, way};
use crate::domain::Period;
use crate::publish::layout::Place;
use crate::publish::text;
use crate::publish::view::{
    DeployRowView, EnvironmentView, LinkView, LiveView, ManagedLineView, OperationsView, RollbackTargetView,
    ToldBarView,
};
use crate::reports::{ChannelStatus, EnvironmentStatus, FreezeStatus, ListedDeploy, Live, NoteBar, WayBack};
use crate::surface::SurfaceKind;

/// Rows of the table of deploys; the command line prints all of them.
const DEPLOYS_SHOWN: usize = 30;

/// Rows of the table of lines, live and promised ones not counted.
const LINES_SHOWN: usize = 10;

/// What is live where, and what to go back to.
pub fn operations(inputs: &Inputs<'_>, channel: &ChannelStatus, place: &Place) -> OperationsView {
    let title = inputs.channel_title(&channel.name);
    let deploys: Vec<&ListedDeploy> =
        inputs.deploys.deploys.iter().filter(|deploy| deploy.channel == channel.name && !deploy.inferred).collect();
    let (lines, more_lines) = lines(channel, &deploys);
    let is_inferred = channel.environments.iter().flat_map(|environment| &environment.live).any(|live| live.inferred);
    OperationsView {
        title: inputs.document_title(&channel.name, "operations"),
        project: inputs.project(),
        channel: title,
        as_of: text::moment(inputs.now()),
        trunk: inputs.status.trunk.branch.to_string(),
        environments: channel
            .environments
            .iter()
            .enumerate()
            .rev()
            .map(|(at, one)| environment(inputs, channel, one, &deploys, at + 1 == channel.environments.len()))
            .collect(),
        more_deploys: deploys.len().saturating_sub(DEPLOYS_SHOWN),
        deploys: deploys.iter().take(DEPLOYS_SHOWN).map(|deploy| deploy_row(inputs, deploy, &deploys)).collect(),
        deploy_log: inputs.tree.deploys.get(&channel.name).map(|_| LinkView {
            text: "deploy log".to_owned(),
            url: Some(way(place, &inputs.team_place(&channel.name, "deploys"))),
        }),
        lines,
        more_lines,
        is_inferred,
    }
}

fn environment(
    inputs: &Inputs<'_>,
    channel: &ChannelStatus,
    environment: &EnvironmentStatus,
    deploys: &[&ListedDeploy],
    is_last: bool,
) -> EnvironmentView {
    let log = inputs.tree.deploys.get(&channel.name);
    let way = log.and_then(|log| log.ways_back.iter().find(|way| way.environment == environment.name));
    let rollback = environment.rollback_to.as_ref().map(|target| RollbackTargetView {
        between: between(way),
        migrations: way.and_then(|way| way.difference.as_ref()).map_or_else(Vec::new, |way| migrations(way, false)),
        by_notes: way.iter().flat_map(|way| &way.by_notes).map(told_bar).collect(),
        version: target.version.clone(),
        tag: target.tag.to_string(),
        commit: target.commit.short(),
        commit_url: inputs.commit_url(target.commit),
        recorded: target.recorded_at.map_or_else(|| "an unknown time".to_owned(), text::moment),
        command: rollback_command(inputs, channel, environment, target.tag.as_str()),
        compare_url: environment
            .live
            .first()
            .and_then(|live| inputs.compare_url(&target.commit.to_string(), &live.commit.to_string())),
    });
    let no_rollback = match (&rollback, environment.live.first()) {
        (Some(_), _) => None,
        (None, None) => Some("There is nothing to go back from.".to_owned()),
        (None, Some(live)) if live.inferred => Some(inferred_rollback(channel, live)),
        (None, Some(_)) => Some("No earlier deploy is recorded that was not rolled back itself.".to_owned()),
    };
    EnvironmentView {
        name: environment.name.to_string(),
        is_last,
        live: environment.live.iter().map(|live| live_view(inputs, channel, live, deploys)).collect(),
        frozen: environment.freezes.iter().map(frozen).collect(),
        behind_trunk: environment.behind_trunk.map(|count| match count {
            0 => "Every commit of trunk is live here.".to_owned(),
            _ => format!("Trunk is {} ahead.", text::counted(count, "commit", "commits")),
        }),
        rollback,
        no_rollback,
    }
}

/// What is said of the migrations that going back would lead over.
fn between(way: Option<&WayBack>) -> String {
    let unknown = |why: &str| format!("{why}: check what stands between the two before you go back.");
    let Some(difference) = way.and_then(|way| way.difference.as_ref()) else {
        let why = way.and_then(|way| way.unread.as_deref()).unwrap_or("Database migrations are not looked at here");
        return unknown(why);
    };
    let of = &difference.migrations;
    match of.added.len() + of.changed.len() + of.removed.len() {
        _ if !difference.is_tracked(SurfaceKind::Migrations) => unknown("Database migrations are not tracked"),
        0 if way.is_some_and(|way| !way.by_notes.is_empty()) => {
            "No database migrations stand between the two, but what change notes tell of:".to_owned()
        }
        0 => "No database migrations stand between the two.".to_owned(),
        1 => "One database migration stands between the two, which going back does not undo:".to_owned(),
        count => format!("{count} database migrations stand between the two, which going back does not undo:"),
    }
}

fn told_bar(bar: &NoteBar) -> ToldBarView {
    ToldBarView {
        name: bar.name.clone(),
        variant: bar.variant.clone(),
        way_back: bar.rollback.way_back().to_owned(),
        file: bar.file.clone(),
    }
}

fn frozen(freeze: &FreezeStatus) -> String {
    let until =
        freeze.until.map_or_else(|| "until it is thawed".to_owned(), |until| format!("until {}", text::moment(until)));
    let why = freeze.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("{until} ({}){why}", freeze.name)
}

/// The command that records the way back for everybody; the channel is named where several are deployed.
fn rollback_command(
    inputs: &Inputs<'_>,
    channel: &ChannelStatus,
    environment: &EnvironmentStatus,
    tag: &str,
) -> String {
    let is_only = inputs.config.continuous().count() == 1;
    let of_channel =
        if is_only { String::new() } else { format!(" --channel {}", text::shell_word(channel.name.as_str())) };
    format!(
        "twintrack deploy rollback{of_channel} --environment {} --to {} --push",
        text::shell_word(environment.name.as_str()),
        text::shell_word(tag)
    )
}

/// What can be said of the way back where nothing records deploys: the line before the one that is live.
fn inferred_rollback(channel: &ChannelStatus, live: &Live) -> String {
    let mut older = channel.lines.iter().skip_while(|line| Some(&line.name) != live.line.as_ref()).skip(1);
    let before = older.next().map_or_else(String::new, |line| match &line.branch {
        Some(branch) => format!(" The line before is {}, branch {branch}.", line.name),
        None => format!(" The line before is {}, whose branch is gone.", line.name),
    });
    format!("No deploys are recorded, so there is none to go back to by name.{before}")
}

fn live_view(inputs: &Inputs<'_>, channel: &ChannelStatus, live: &Live, deploys: &[&ListedDeploy]) -> LiveView {
    let is_rollback =
        deploys.iter().any(|deploy| deploy.tag.is_some() && deploy.tag == live.tag && deploy.kind == "rollback");
    LiveView {
        version: live.version.clone(),
        tag: live.tag.as_ref().map(ToString::to_string),
        commit: live.commit.short(),
        commit_url: inputs.commit_url(live.commit),
        line: live.line.clone(),
        since: live.recorded_at.map_or_else(|| "not known".to_owned(), text::moment),
        age: live.age.map_or_else(|| "not known".to_owned(), text::span),
        limit: live.age.and_then(|age| past_limit(inputs, channel, age)),
        built: live.built_at.map(text::moment),
        artifact: live.artifact.clone(),
        is_inferred: live.inferred,
        is_rollback,
    }
}

/// The limit on the age of what is live, where it is past.
fn past_limit(inputs: &Inputs<'_>, channel: &ChannelStatus, age: i64) -> Option<String> {
    let limit = &inputs.config.channels.get(&channel.name)?.as_continuous()?.max_age;
    let past = |period: &Option<Period>| period.as_ref().is_some_and(|period| age > period.seconds());
    let words = |what: &str, period: &Option<Period>| period.as_ref().map(|period| format!("{what} {period}"));
    if past(&limit.fail) {
        words("past the limit of", &limit.fail)
    } else if past(&limit.warn) {
        words("past the", &limit.warn).map(|words| format!("{words} that are aimed at"))
    } else {
        None
    }
}

fn deploy_row(inputs: &Inputs<'_>, deploy: &ListedDeploy, deploys: &[&ListedDeploy]) -> DeployRowView {
    DeployRowView {
        when: deploy.recorded_at.map_or_else(|| "not known".to_owned(), text::moment),
        environment: deploy.environment.to_string(),
        version: deploy.version.clone(),
        tag: deploy.tag.as_ref().map(ToString::to_string),
        commit: deploy.commit.short(),
        commit_url: inputs.commit_url(deploy.commit),
        is_rollback: deploy.kind == "rollback",
        replaces: deploy.replaces.as_ref().map(|tag| {
            let replaced = deploys.iter().find(|other| other.tag.as_ref() == Some(tag));
            replaced.map_or_else(|| tag.to_string(), |replaced| replaced.version.clone())
        }),
        was_rolled_back: deploy.rolled_back,
        is_live: deploy.live,
        run: deploy.run.clone(),
        overrides: (!deploy.overrides.is_empty()).then(|| {
            let reason = deploy.reason.as_deref().unwrap_or("no reason is on record");
            format!("{}: {reason}", deploy.overrides.join(", "))
        }),
    }
}

/// The channel's own lines: those that are live or promised, and the newest of the others; and how many more there are.
fn lines(channel: &ChannelStatus, deploys: &[&ListedDeploy]) -> (Vec<ManagedLineView>, usize) {
    let live: BTreeSet<&str> = channel
        .environments
        .iter()
        .flat_map(|environment| &environment.live)
        .filter_map(|live| live.line.as_deref())
        .collect();
    let mut last: HashMap<&str, DateTime<Utc>> = HashMap::new();
    for (line, time) in deploys.iter().filter_map(|deploy| Some((deploy.line.as_deref()?, deploy.recorded_at?))) {
        let latest = last.entry(line).or_insert(time);
        *latest = time.max(*latest);
    }
    let mut others = 0;
    let mut shown = Vec::new();
    for line in &channel.lines {
        let is_live = live.contains(line.name.as_str());
        if !is_live && !is_promised(line.stage) {
            others += 1;
            if others > LINES_SHOWN {
                continue;
            }
        }
        shown.push(ManagedLineView {
            name: line.name.clone(),
            branch: line.branch.as_ref().map(ToString::to_string),
            stage: stage_words(line.stage).to_owned(),
            is_live,
            last_deploy: last.get(line.name.as_str()).copied().map(text::moment),
        });
    }
    let more = channel.lines.len() - shown.len();
    (shown, more)
}
