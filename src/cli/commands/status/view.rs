//! The board on a terminal: what is live where, then each line, newest first.

use std::fmt::Write as _;

use crate::cli::moment;
use crate::cli::output::{FAINT, GOOD, TITLE, WARNING};
use crate::cli::table::{Cell, Column, Table};
use crate::cli::text;
use crate::domain::{ChannelKind, GateOverride, Stage, Version};
use crate::reports::{ChannelStatus, EnvironmentStatus, LineStatus, Live, Status};

/// Lines of one channel that are shown where not all are asked for: managed lines replace each other, the others live
/// side by side.
const fn shown_lines(kind: ChannelKind) -> usize {
    match kind {
        ChannelKind::Continuous => 5,
        ChannelKind::Versioned => 12,
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// Lines that are over, too.
    pub all: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// The whole board.
pub fn view(status: &Status, options: View) -> String {
    let mut shown = heading(status, options.width);
    for channel in &status.channels {
        let _ = writeln!(shown, "\n{TITLE}{}{TITLE:#} {FAINT}{}{FAINT:#}", channel.name, channel.kind.as_str());
        if channel.kind == ChannelKind::Continuous {
            shown.push_str(&environments(channel, options.width));
        }
        shown.push_str(&lines(channel, options));
    }
    let records = match status.records.synced_at {
        Some(time) => format!("records synchronised {} UTC", moment::minute(time)),
        None => "records never synchronised".to_owned(),
    };
    let source = format!("by {} · {records}", status.configuration);
    let _ = writeln!(shown, "\n{FAINT}{}{FAINT:#}", text::truncate(&text::one_line(&source), options.width));
    shown
}

fn heading(status: &Status, width: usize) -> String {
    let trunk = &status.trunk;
    let project = status.project.as_ref().map(|name| format!("{name} · ")).unwrap_or_default();
    let (version, commit) = (text::without_build(&trunk.version), trunk.commit.short());
    let words = format!("{project}{} at {version} ({commit}) · {} UTC", trunk.branch, moment::minute(status.now));
    format!("{}\n", text::truncate(&text::one_line(&words), width))
}

fn environments(channel: &ChannelStatus, width: usize) -> String {
    if channel.environments.iter().all(|environment| environment.live.is_empty()) {
        return paragraph(
            "Nothing is live so far as is known: `twintrack deploy record` notes a deploy. Where this clone lacks the \
             tags, `git fetch --tags` brings them.",
            width,
        );
    }
    let mut table = Table::new(
        2,
        &[
            ("where", Column::Left),
            ("live", Column::Shrinking),
            ("a day", Column::Spare),
            ("commit", Column::Spare),
            ("line", Column::Spare),
            ("since", Column::Left),
            ("age", Column::Right),
            ("behind", Column::Right),
            ("changes", Column::Right),
            ("back to", Column::Shrinking),
        ],
    );
    for environment in &channel.environments {
        add_environment(&mut table, environment);
    }
    let mut shown = table.render(width);
    shown.push_str(&too_old(channel, width));
    for environment in channel.environments.iter().filter(|environment| !environment.freezes.is_empty()) {
        for freeze in &environment.freezes {
            let until = freeze.until.map(|until| format!(" until {} UTC", moment::minute(until))).unwrap_or_default();
            let why = freeze.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            let words = format!("{}{until} ({}){why}", environment.name, freeze.name);
            let words = text::truncate(&text::one_line(&words), width.saturating_sub(10)).into_owned();
            let _ = writeln!(shown, "  {WARNING}frozen{WARNING:#}: {words}");
        }
    }
    shown
}

fn add_environment(table: &mut Table, environment: &EnvironmentStatus) {
    if environment.live.is_empty() {
        let nothing = Cell::styled("nothing", FAINT);
        let mut row: [Cell; 10] = Default::default();
        row[..2].clone_from_slice(&[environment.name.as_str().into(), nothing]);
        table.row(row);
    }
    for (number, live) in environment.live.iter().enumerate() {
        let is_first = number == 0;
        let back_to =
            environment.rollback_to.as_ref().filter(|_| is_first).map(|target| text::without_build(&target.version));
        table.row([
            if is_first { environment.name.as_str().into() } else { Cell::default() },
            Cell::styled(text::without_build(&live.version), if live.inferred { FAINT } else { GOOD }),
            environment.deploys_per_day.filter(|_| is_first).map(|count| format!("{count:.1}")).into(),
            Cell::styled(&live.commit.short(), FAINT),
            live.line.as_deref().into(),
            since(live),
            live.age
                .filter(|_| is_first)
                .map_or_else(|| live.age.map(moment::age).into(), |age| age_cell(environment, age)),
            environment.behind_trunk.filter(|_| is_first).map(|behind| behind.to_string()).into(),
            environment.changes_waiting.filter(|_| is_first).map(|changes| changes.to_string()).into(),
            back_to.into(),
        ]);
    }
}

fn age_cell(environment: &EnvironmentStatus, age: i64) -> Cell {
    match &environment.max_age {
        Some(limit) if limit.state != "passed" => Cell::styled(&moment::age(age), WARNING),
        _ => moment::age(age).into(),
    }
}

/// Environments whose newest build is past a limit.
fn too_old(channel: &ChannelStatus, width: usize) -> String {
    let mut shown = String::new();
    for environment in &channel.environments {
        let (Some(limit), Some(age)) = (&environment.max_age, environment.live.first().and_then(|live| live.age))
        else {
            continue;
        };
        let past = match limit.state {
            "fail" => limit.fail,
            "warn" => limit.warn,
            _ => None,
        };
        let Some(past) = past else { continue };
        let words = format!("{}, built {} ago: the limit is {}", environment.name, moment::age(age), moment::age(past));
        let words = text::truncate(&words, width.saturating_sub(11)).into_owned();
        let _ = writeln!(shown, "  {WARNING}too old{WARNING:#}: {words}");
    }
    shown
}

fn since(live: &Live) -> Cell {
    match live.recorded_at {
        Some(time) => moment::minute(time).into(),
        None if live.inferred => Cell::styled("unknown, inferred", FAINT),
        None => Cell::styled("unknown", FAINT),
    }
}

fn lines(channel: &ChannelStatus, options: View) -> String {
    if channel.lines.is_empty() {
        if channel.kind == ChannelKind::Continuous {
            return String::new();
        }
        return paragraph(
            "No line and no release yet: `twintrack cut` makes a line. Where this clone lacks branches and tags, \
             `git fetch --tags` brings them.",
            options.width,
        );
    }
    let is_shown = |line: &&LineStatus| options.all || line.stage.is_maintained();
    let limit = if options.all { usize::MAX } else { shown_lines(channel.kind) };
    let chosen: Vec<&LineStatus> = channel.lines.iter().filter(is_shown).take(limit).collect();
    let mut shown = if channel.environments.is_empty() { String::new() } else { "\n".to_owned() };
    if !chosen.is_empty() {
        shown.push_str(&line_table(&chosen, channel.kind).render(options.width));
    }
    for (version, over) in chosen.iter().filter_map(|line| overridden(line)) {
        let words = format!("{version} was released over open gates ({}): {}", over.gates.join(", "), over.reason);
        for line in text::wrap(&text::one_line(&words), options.width - 2) {
            let _ = writeln!(shown, "  {WARNING}{line}{WARNING:#}");
        }
    }
    let hidden = channel.lines.len() - chosen.len();
    if hidden > 0 {
        let _ = writeln!(shown, "  {FAINT}and {hidden} older or closed; `--all` shows them{FAINT:#}");
    }
    shown
}

fn overridden(line: &LineStatus) -> Option<(&Version, &GateOverride)> {
    let latest = line.latest.as_ref()?;
    Some((&latest.version, latest.overridden.as_ref()?))
}

fn line_table(lines: &[&LineStatus], kind: ChannelKind) -> Table {
    let waiting = if kind == ChannelKind::Versioned { "waiting" } else { "commits" };
    let mut table = Table::new(
        2,
        &[
            ("line", Column::Shrinking),
            ("kind", Column::Left),
            ("stage", Column::Left),
            ("latest", Column::Shrinking),
            ("released", Column::Spare),
            ("candidate", Column::Shrinking),
            (waiting, Column::Right),
            ("changes", Column::Right),
            ("missing", Column::Right),
            ("holes", Column::Right),
            ("fixes until", Column::Left),
            ("security until", Column::Spare),
            ("branch", Column::Shrinking),
        ],
    );
    // What is the same for every line says nothing.
    let until = |line: &LineStatus| line.support.security_until.filter(|_| line.support.active_until.is_some());
    let has_windows = lines.iter().any(|line| until(line) != line.support.active_until);
    let has_kinds = lines.iter().any(|line| line.kind != lines[0].kind);
    for line in lines {
        table.row([
            line.name.as_str().into(),
            if has_kinds { line.kind.as_str().into() } else { Cell::default() },
            stage(line.stage),
            match &line.latest {
                Some(release) => release.version.to_string().into(),
                None if kind == ChannelKind::Versioned => Cell::styled("none", FAINT),
                None => Cell::default(),
            },
            line.latest.as_ref().map(|release| moment::day(release.date)).into(),
            line.candidate.as_ref().map(|release| release.version.to_string()).into(),
            line.unreleased.to_string().into(),
            line.changes_waiting.map(|changes| changes.to_string()).into(),
            count(line.missing_backports),
            count(line.holes),
            line.support.active_until.map(moment::day).into(),
            line.support.security_until.filter(|_| has_windows).map(moment::day).into(),
            if line.branch.is_none() { Cell::styled("none", FAINT) } else { Cell::default() },
        ]);
    }
    table
}

fn stage(stage: Stage) -> Cell {
    match stage {
        Stage::Unknown => Cell::default(),
        Stage::Active => stage.as_str().into(),
        Stage::Security => Cell::styled(stage.as_str(), WARNING),
        Stage::Unmaintained | Stage::EndOfLife => Cell::styled(stage.as_str(), FAINT),
    }
}

fn count(number: Option<usize>) -> Cell {
    match number {
        Some(number) if number > 0 => Cell::styled(&number.to_string(), WARNING),
        number => number.map(|number| number.to_string()).into(),
    }
}

fn paragraph(words: &str, width: usize) -> String {
    text::wrap(words, width - 2).into_iter().map(|line| format!("  {line}\n")).collect()
}
