//! The tension on a terminal: of each way of going wrong what is said of it and its numbers as small plots, then limits.

use std::fmt::Write as _;

use crate::cli::output::{ERROR, FAINT, GOOD, TITLE, WARNING};
use crate::cli::table::{Cell, Column, Table};
use crate::cli::text;
use crate::publish::view::{TensionDriftView, TensionLimitView, TensionView};

/// Fixes and lines that are listed.
const SHOWN: usize = 12;

/// The whole report in `width` columns.
pub(super) fn view(view: &TensionView, width: usize) -> String {
    let mut shown = String::new();
    for line in text::wrap(&text::one_line(&format!("{}. {}", view.as_of, view.compared)), width) {
        let _ = writeln!(shown, "{line}");
    }
    for drift in &view.drifts {
        shown.push_str(&one(drift, view, width));
    }
    shown.push_str(&limits(&view.limits, width));
    shown.push_str(&lag(view, width));
    shown.push_str(&hotfixes(view, width));
    for (at, reason) in view.unknown.iter().enumerate() {
        let title = if at == 0 { format!("\n{TITLE}Not known{TITLE:#}\n") } else { String::new() };
        shown.push_str(&title);
        shown.push_str(&item(reason, width, FAINT));
    }
    shown
}

fn one(drift: &TensionDriftView, view: &TensionView, width: usize) -> String {
    let style = if drift.is_drifting { WARNING } else { GOOD };
    let style = if drift.verdict.starts_with("Not known") { FAINT } else { style };
    let mut shown = format!("\n{TITLE}{}{TITLE:#}  {style}{}{style:#}\n", drift.title, drift.verdict);
    for sign in &drift.signs {
        shown.push_str(&item(sign, width, anstyle::Style::new()));
    }
    for help in &drift.helps {
        for (at, line) in text::wrap(&text::one_line(help), width.saturating_sub(6)).into_iter().enumerate() {
            let lead = if at == 0 { "  → " } else { "    " };
            let _ = writeln!(shown, "{FAINT}{lead}{line}{FAINT:#}");
        }
    }
    if drift.rows.is_empty() {
        return shown;
    }
    let first = view.columns.first().map_or("", String::as_str);
    let last = view.columns.iter().rev().nth(1).or(view.columns.last()).map_or("", String::as_str);
    let before = format!("{last} ");
    let mut table = Table::new(
        2,
        &[("", Column::Left), (first, Column::Shrinking), (before.trim_end(), Column::Right), ("now", Column::Right)],
    );
    for row in &drift.rows {
        let complete = row.cells.iter().rev().nth(1).or(row.cells.last()).map(String::as_str);
        let plot = Cell::styled(&newest(&row.plot, width.saturating_sub(50)), GOOD);
        table.row([row.name.as_str().into(), plot, complete.into(), row.current.as_str().into()]);
    }
    shown.push_str(&table.render(width));
    shown
}

/// The last bars of a plot that is too long.
fn newest(plot: &str, room: usize) -> String {
    let count = plot.chars().count();
    plot.chars().skip(count.saturating_sub(room.max(8))).collect()
}

fn item(words: &str, width: usize, style: anstyle::Style) -> String {
    let lines = text::wrap(&text::one_line(words), width.saturating_sub(4));
    let lead = |at: usize| if at == 0 { "  - " } else { "    " };
    lines.into_iter().enumerate().map(|(at, line)| format!("{style}{}{line}{style:#}\n", lead(at))).collect()
}

fn limits(limits: &[TensionLimitView], width: usize) -> String {
    if limits.is_empty() {
        let words = "No limits are set: `[tension]` of release.toml takes them, and `twintrack check` holds them.";
        return format!("\n{TITLE}Limits{TITLE:#}\n{}", item(words, width, FAINT));
    }
    let mut table = Table::new(
        2,
        &[
            ("limit", Column::Left),
            ("now", Column::Right),
            ("", Column::Left),
            ("from", Column::Left),
            ("of", Column::Spare),
        ],
    );
    for limit in limits {
        let style = match limit.state.as_str() {
            "fail" => ERROR,
            "warn" => WARNING,
            "passed" => GOOD,
            _ => FAINT,
        };
        table.row([
            limit.name.as_str().into(),
            limit.value.as_str().into(),
            Cell::styled(&limit.state, style),
            limit.limit.as_str().into(),
            limit.about.as_deref().into(),
        ]);
    }
    format!("\n{TITLE}Limits{TITLE:#}\n{}", table.render(width))
}

fn lag(view: &TensionView, width: usize) -> String {
    if view.lag.is_empty() {
        return String::new();
    }
    let mut table = Table::new(
        2,
        &[
            ("line", Column::Shrinking),
            ("kind", Column::Left),
            ("backports", Column::Right),
            ("median", Column::Right),
            ("worst", Column::Right),
        ],
    );
    for lag in view.lag.iter().take(SHOWN) {
        table.row([
            lag.line.as_str().into(),
            lag.kind.as_str().into(),
            lag.count.to_string().into(),
            lag.median.as_str().into(),
            lag.worst.as_str().into(),
        ]);
    }
    format!(
        "\n{TITLE}From trunk to each line{TITLE:#}\n{}{}",
        table.render(width),
        more(view.lag.len(), "the document (`--format markdown`) has all")
    )
}

fn hotfixes(view: &TensionView, width: usize) -> String {
    if view.hotfixes.is_empty() {
        return String::new();
    }
    let mut table = Table::new(
        2,
        &[("commit", Column::Left), ("line", Column::Shrinking), ("date", Column::Spare), ("fix", Column::Shrinking)],
    );
    for fix in view.hotfixes.iter().take(SHOWN) {
        table.row([
            Cell::styled(&fix.commit.text, FAINT),
            fix.line.as_str().into(),
            fix.date.as_str().into(),
            fix.text.as_str().into(),
        ]);
    }
    let rest = more(view.hotfixes.len(), "the document (`--format markdown`) has all");
    format!("\n{TITLE}Fixes that only the service has{TITLE:#}\n{}{rest}", table.render(width))
}

fn more(count: usize, hint: &str) -> String {
    if count <= SHOWN { String::new() } else { format!("  {FAINT}and {} more; {hint}{FAINT:#}\n", count - SHOWN) }
}
