//! Who has a change, on a terminal: what it is, a table of the lines, and releases as spans of versions.

use std::fmt::Write as _;

use crate::cli::moment;
use crate::cli::output::{FAINT, GOOD, TITLE, WARNING};
use crate::cli::table::{Cell, Column, Table};
use crate::cli::text;
use crate::domain::ChannelName;
use crate::reports::{Affected, AffectedDeploy, Has, LineSummary};

/// Commits that are listed one by one.
const LISTED: usize = 20;

/// The whole answer.
pub fn view(answer: &Affected, width: usize) -> String {
    let mut shown = String::new();
    add_change(&mut shown, answer, width);
    for channel in answer.channels() {
        let _ = writeln!(shown, "\n{TITLE}{channel}{TITLE:#}");
        shown.push_str(&table(&answer.line_summaries(channel)).render(width));
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
            standing => format!("{} {}", text::one_line(trunk.branch.as_str()), standing.words()),
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

fn table(lines: &[LineSummary]) -> Table {
    let mut table = Table::new(
        2,
        &[("line", Column::Shrinking), ("", Column::Left), ("first release", Column::Left), ("by", Column::Left)],
    );
    for line in lines {
        let style = if line.is_bad { WARNING } else { GOOD };
        let by = line.by.map(|commit| commit.short()).unwrap_or_default();
        table.row([
            line.name.as_str().into(),
            Cell::styled(line.standing, style),
            line.first.as_str().into(),
            Cell::styled(&by, FAINT),
        ]);
    }
    table
}

/// Releases as spans, oldest first within each line, newest line first.
fn add_releases(shown: &mut String, answer: &Affected, channel: &ChannelName, width: usize) {
    let lacking = if answer.is_bounded() { "affected releases" } else { "releases that lack it" };
    let releases = answer.release_summary(channel);
    for (label, style, found) in [
        (lacking, WARNING, &releases.affected),
        ("releases that have it", GOOD, &releases.having),
        ("releases that are not affected", FAINT, &releases.unaffected),
    ] {
        if found.is_empty() {
            continue;
        }
        let words = text::one_line(&found.join(", ")).into_owned();
        let _ = writeln!(shown, "  {style}{label}{style:#}");
        for line in text::wrap(&words, width.saturating_sub(4)) {
            let _ = writeln!(shown, "    {line}");
        }
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
