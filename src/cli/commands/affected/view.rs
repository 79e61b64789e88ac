//! Who has a change, on a terminal: what it is, a table of the lines, and releases as spans of versions.

use std::fmt::Write as _;

use super::spans::spans;
use crate::cli::moment;
use crate::cli::output::{FAINT, GOOD, TITLE, WARNING};
use crate::cli::table::{Cell, Column, Table};
use crate::cli::text;
use crate::domain::{ChannelKind, ChannelName};
use crate::reports::{Affected, AffectedDeploy, AffectedLine, AffectedRelease, Has, Whole};

/// Neighbouring lines that all say the same share a row from this many on.
const SHARED: usize = 3;
/// Commits that are listed one by one.
const LISTED: usize = 20;

/// The whole answer.
pub fn view(answer: &Affected, width: usize) -> String {
    let mut shown = String::new();
    add_change(&mut shown, answer, width);
    let mut channels: Vec<&ChannelName> = Vec::new();
    for line in &answer.lines {
        if !channels.contains(&&line.channel) {
            channels.push(&line.channel);
        }
    }
    for channel in channels {
        let lines: Vec<&AffectedLine> = answer.lines.iter().filter(|line| line.channel == *channel).collect();
        let _ = writeln!(shown, "\n{TITLE}{channel}{TITLE:#}");
        shown.push_str(&table(answer, &lines).render(width));
        add_releases(&mut shown, answer, channel, width);
    }
    add_deploys(&mut shown, &answer.deploys, width);
    add_maybe(&mut shown, answer, width);
    shown
}

fn add_change(shown: &mut String, answer: &Affected, width: usize) {
    let refs = if answer.refs.is_empty() { String::new() } else { format!(" ({})", answer.refs.join(", ")) };
    let title = format!("{}{refs}", answer.subject.as_deref().unwrap_or(&answer.asked));
    for line in text::wrap(&text::one_line(&title), width) {
        let _ = writeln!(shown, "{TITLE}{line}{TITLE:#}");
    }
    if let Some(trunk) = &answer.trunk {
        let what = match trunk.whole.standing {
            Has::No if answer.origin.is_none() => "not on trunk".to_owned(),
            standing => format!("{} {}", text::one_line(trunk.branch.as_str()), word(standing)),
        };
        let _ = writeln!(shown, "  {what}");
    }
    let mut table = Table::new(
        2,
        &[("commit", Column::Left), ("on", Column::Left), ("", Column::Left), ("subject", Column::Shrinking)],
    );
    for commit in answer.commits.iter().take(LISTED) {
        let on_trunk = answer.origins.contains(&commit.commit);
        let place = commit.line.clone().unwrap_or_else(|| if on_trunk { "trunk" } else { "-" }.to_owned());
        let fit = commit.fit.filter(|_| commit.origin.is_some()).map(|fit| fit.as_str());
        let state = if commit.reverted_by.is_empty() { fit } else { Some("taken back") };
        table.row([
            commit.commit.short().into(),
            place.into(),
            state.map_or(Cell::default(), |state| Cell::styled(state, FAINT)),
            commit.subject.as_str().into(),
        ]);
    }
    shown.push_str(&table.render(width));
    if answer.commits.len() > LISTED {
        let _ = writeln!(shown, "  and {} more; `--format json` lists all", answer.commits.len() - LISTED);
    }
}

const fn word(standing: Has) -> &'static str {
    match standing {
        Has::Yes => "has it",
        Has::Partial => "has a part of it",
        Has::Reverted => "took it back",
        Has::No => "lacks it",
    }
}

/// A row of the table of lines, before neighbours are joined.
#[derive(PartialEq, Eq)]
struct Row {
    state: String,
    is_bad: bool,
    first: String,
    by: String,
}

fn table(answer: &Affected, lines: &[&AffectedLine]) -> Table {
    let mut table = Table::new(
        2,
        &[("line", Column::Shrinking), ("", Column::Left), ("first release", Column::Left), ("by", Column::Left)],
    );
    let rows: Vec<Row> = lines.iter().map(|line| row(answer, line)).collect();
    let mut at = 0;
    while at < rows.len() {
        let same = rows[at..].iter().take_while(|row| **row == rows[at]).count();
        let count = if same >= SHARED { same } else { 1 };
        let name = match count {
            1 => lines[at].name.clone(),
            count => format!("{}–{} ({count} lines)", lines[at].name, lines[at + count - 1].name),
        };
        let row = &rows[at];
        let style = if row.is_bad { WARNING } else { GOOD };
        table.row([
            name.into(),
            Cell::styled(&row.state, style),
            row.first.as_str().into(),
            Cell::styled(&row.by, FAINT),
        ]);
        at += count;
    }
    table
}

fn row(answer: &Affected, line: &AffectedLine) -> Row {
    let whole: Whole = line.whole;
    let is_unaffected = !whole.has && !whole.affected;
    let state = if is_unaffected { "not affected" } else { word(whole.standing) };
    let is_from_cut = line.commit.is_some() && line.commit.is_some_and(|commit| answer.origins.contains(&commit));
    let releases = || answer.releases.iter().filter(|release| is_of(release, line) && !release.retracted);
    let has_all = releases().next().is_some() && releases().all(|release| release.whole.has);
    let first = match (&line.first_release, &line.first_candidate) {
        _ if is_from_cut && has_all => "all of them".to_owned(),
        (Some(version), _) => version.to_string(),
        (None, Some(candidate)) => candidate.to_string(),
        (None, None) if whole.has && line.kind == ChannelKind::Versioned => "not released yet".to_owned(),
        (None, None) => String::new(),
    };
    let by = line.commit.map(|commit| commit.short()).unwrap_or_default();
    Row { state: state.to_owned(), is_bad: whole.affected, first, by }
}

fn is_of(release: &AffectedRelease, line: &AffectedLine) -> bool {
    release.line == line.name && release.channel == line.channel
}

/// Releases as spans, oldest first within each line, newest line first.
fn add_releases(shown: &mut String, answer: &Affected, channel: &ChannelName, width: usize) {
    let is_bounded =
        !answer.introduced.is_empty() || answer.note.as_ref().is_some_and(|note| note.introduced_in.is_some());
    let lacking = if is_bounded { "affected releases" } else { "releases that lack it" };
    let mut told = |label: &str, style: anstyle::Style, is_wanted: &dyn Fn(&AffectedRelease) -> bool| {
        let lines = answer.lines.iter().filter(|line| line.channel == *channel);
        let releases = lines.map(|line| {
            let own = answer.releases.iter().filter(|release| is_of(release, line)).rev();
            own.map(|release| (release.version.to_string(), is_wanted(release))).collect()
        });
        let found = spans(&releases.collect::<Vec<_>>());
        if found.is_empty() {
            return;
        }
        let words = text::one_line(&found.join(", ")).into_owned();
        let _ = writeln!(shown, "  {style}{label}{style:#}");
        for line in text::wrap(&words, width.saturating_sub(4)) {
            let _ = writeln!(shown, "    {line}");
        }
    };
    told(lacking, WARNING, &|release| release.whole.affected);
    told("releases that have it", GOOD, &|release| release.whole.has);
    if is_bounded {
        told("releases that are not affected", FAINT, &|release| !release.whole.has && !release.whole.affected);
    }
}

fn add_deploys(shown: &mut String, deploys: &[AffectedDeploy], width: usize) {
    if deploys.is_empty() {
        return;
    }
    let _ = writeln!(shown, "\n{TITLE}deploys{TITLE:#}");
    let columns = [
        ("environment", Column::Left),
        ("first with it", Column::Shrinking),
        ("at", Column::Spare),
        ("live", Column::Left),
    ];
    let mut table = Table::new(2, &columns);
    for deploy in deploys {
        let (live, style) = match deploy.live {
            Some(true) => ("has it", GOOD),
            Some(false) => ("lacks it", WARNING),
            None => ("nothing is live", FAINT),
        };
        let first = deploy.first.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
        let at = deploy.recorded_at.map(moment::minute);
        table.row([deploy.environment.as_str().into(), first.into(), at.into(), Cell::styled(live, style)]);
    }
    shown.push_str(&table.render(width));
}

fn add_maybe(shown: &mut String, answer: &Affected, width: usize) {
    if answer.maybe.is_empty() {
        return;
    }
    let _ = writeln!(shown, "\n{TITLE}may be the change, not counted{TITLE:#}");
    let columns =
        [("commit", Column::Left), ("on", Column::Left), ("subject", Column::Shrinking), ("why", Column::Spare)];
    let mut table = Table::new(2, &columns);
    for maybe in answer.maybe.iter().take(LISTED) {
        let place = maybe.line.clone().unwrap_or_else(|| "-".to_owned());
        let why = Cell::styled(maybe.why, FAINT);
        table.row([maybe.commit.short().into(), place.into(), maybe.subject.as_str().into(), why]);
    }
    shown.push_str(&table.render(width));
    if answer.maybe.len() > LISTED {
        let _ = writeln!(shown, "  and {} more; `--format json` lists all", answer.maybe.len() - LISTED);
    }
}
