//! The matrix on a terminal: what needs a decision, then each line in one row, then the commits of the lines that were
//! asked for.

use std::fmt::Write as _;

use super::decisions::decisions;
use crate::cli::output::{FAINT, TITLE, WARNING};
use crate::cli::table::{Cell, Column, Table};
use crate::cli::text;
use crate::domain::Stage;
use crate::history::Class;
use crate::reports::{Backports, LineBackports, LineCommit};

/// Lines of the summary where not all are asked for.
const SHOWN: usize = 15;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    /// Every commit of every line.
    pub commits: bool,
    /// Those of one class, which was asked for.
    pub of_class: bool,
    /// Lists without a limit.
    pub all: bool,
    /// Nothing but what is missing.
    pub missing: bool,
}

/// The whole matrix.
pub(super) fn view(backports: &Backports, view: View, width: usize) -> String {
    let mut shown = heading(backports, width);
    let decisions = decisions(backports, view, width);
    if backports.lines.is_empty() {
        let words = "No line is maintained here; `--all` shows those that are over.";
        let _ = writeln!(shown, "\n{words}");
    } else if decisions.is_empty() {
        let is_known = backports.lines.iter().any(|line| line.base.is_some());
        let words = match view.missing {
            _ if !is_known => "What needs a decision is not known: no line has a commit in common with trunk here.",
            true => "Nothing that is wanted is missing.",
            false if !backports.not_compared.is_empty() => {
                "Nothing of its own needs a decision; what other lines have was not looked for."
            }
            false => "Nothing needs a decision.",
        };
        let _ = writeln!(shown, "\n{words}");
    }
    shown.push_str(&decisions);
    if !backports.missing.is_empty() {
        let _ = writeln!(shown, "\n{FAINT}`twintrack backport COMMIT --to LINE` brings a change to a line{FAINT:#}");
    }
    if view.missing {
        return shown;
    }
    if !backports.lines.is_empty() {
        shown.push_str(&summary(backports, view, width));
    }
    for line in backports.lines.iter().filter(|line| view.commits && !line.commits.is_empty()) {
        shown.push_str(&commits(line, view, width));
    }
    shown
}

fn heading(backports: &Backports, width: usize) -> String {
    let (trunk, lines) = (&backports.trunk, backports.lines.len());
    let lines = match lines {
        0 => "no line".to_owned(),
        1 => "1 line".to_owned(),
        lines => format!("{lines} lines"),
    };
    let words = format!("{} at {} · {lines}", trunk.branch, trunk.commit.short());
    format!("{TITLE}{}{TITLE:#}\n", text::truncate(&text::one_line(&words), width))
}

fn summary(backports: &Backports, view: View, width: usize) -> String {
    let mut table = Table::new(
        2,
        &[
            ("line", Column::Shrinking),
            ("stage", Column::Left),
            ("missing", Column::Right),
            ("holes", Column::Right),
            ("upstream", Column::Right),
            ("follow-ups", Column::Right),
            ("backports", Column::Right),
            ("line-only", Column::Right),
            ("maybe", Column::Right),
            ("reverts", Column::SpareRight),
            ("releases", Column::SpareRight),
        ],
    );
    let (asked, others): (Vec<_>, Vec<_>) = backports.lines.iter().partition(|line| line.maintained);
    let limit = if view.all || view.commits { usize::MAX } else { SHOWN };
    let all = asked.len() + others.len();
    for line in asked.into_iter().chain(others).take(limit) {
        row(&mut table, line, !backports.not_compared.is_empty());
    }
    let mut shown = format!("\n{TITLE}lines{TITLE:#}\n{}", table.render(width));
    if all > limit {
        let _ = writeln!(shown, "  {FAINT}and {} more; `--all` shows all{FAINT:#}", all - limit);
    }
    shown
}

/// `is_alone`: whether it was not compared with other lines, so that nothing tells of holes.
fn row(table: &mut Table, line: &LineBackports, is_alone: bool) {
    let counts = &line.counts;
    // What nobody asks about has no decisions that wait, which is not the same as none.
    let waiting = |count: usize| match count {
        _ if !line.maintained => Cell::default(),
        0 => Cell::from("0"),
        count => Cell::styled(&count.to_string(), WARNING),
    };
    let plain = |count: usize| Cell::from(count.to_string());
    let holes = match counts.holes + counts.hotfixes {
        0 if is_alone && line.maintained => Cell::from("?"),
        holes => waiting(holes),
    };
    let stage = match line.stage {
        Stage::Unknown if !line.maintained => "idle",
        Stage::Unknown => "",
        stage => stage.as_str(),
    };
    table.row([
        line.name.as_str().into(),
        if line.maintained { stage.into() } else { Cell::styled(stage, FAINT) },
        waiting(counts.missing),
        holes,
        waiting(counts.upstream_first),
        waiting(counts.follow_up_missing),
        plain(counts.backport),
        plain(counts.line_only),
        if counts.suggestions == 0 { Cell::default() } else { plain(counts.suggestions) },
        plain(counts.revert),
        plain(counts.release),
    ]);
}

/// The commits of a line, below the release or deploy that first has them.
fn commits(line: &LineBackports, view: View, width: usize) -> String {
    let is_told = |commit: &&LineCommit| view.all || view.of_class || commit.class != Class::Merge;
    let told: Vec<&LineCommit> = line.commits.iter().filter(is_told).collect();
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let mut words = format!("{} {}", line.name, count(told.len(), "commit"));
    let hidden = line.commits.len() - told.len();
    if hidden > 0 {
        words.push_str(&format!("; {} beside them, `--class merge` shows them", count(hidden, "merge")));
    }
    let mut shown = format!("\n{TITLE}{}{TITLE:#}\n", text::one_line(&words));
    let columns = [("", Column::Left), ("", Column::Left), ("", Column::Shrinking), ("", Column::Left)];
    let mut table = Table::new(2, &columns);
    for group in told.chunk_by(|newer, older| newer.since == older.since) {
        table.heading(group[0].since.as_deref().unwrap_or("not released"));
        for commit in group {
            let id = Cell::styled(&commit.commit.short(), FAINT);
            table.row([id, class(commit), commit.subject.as_str().into(), relation(commit)]);
        }
    }
    shown.push_str(&table.render(width));
    shown
}

fn class(commit: &LineCommit) -> Cell {
    let word = commit.class.as_str();
    match commit.class {
        Class::Backport | Class::LineOnly => word.into(),
        Class::Revert | Class::Merge | Class::Release => Cell::styled(word, FAINT),
    }
}

/// The other commit that one has to do with, and how.
fn relation(commit: &LineCommit) -> Cell {
    if let Some(target) = commit.reverts {
        return format!("of {}", target.short()).into();
    }
    if commit.reverted_by.is_some() {
        return Cell::styled("reverted", WARNING);
    }
    let decided = if commit.because.is_some() { "decided" } else { "" };
    match commit.origins.first() {
        Some(origin) if origin.confidence.counts() => {
            let fit = origin.fit.map_or("", |fit| fit.as_str());
            let first = if commit.line_first { "line first" } else { "" };
            let word = [decided, first, fit].into_iter().find(|word| !word.is_empty()).unwrap_or_default();
            format!("{} {word}", origin.commit.short()).into()
        }
        Some(origin) if commit.class == Class::LineOnly => {
            Cell::styled(&format!("{} maybe", origin.commit.short()), FAINT)
        }
        _ => match commit.twin {
            Some(twin) => Cell::styled(&format!("{} twin", twin.short()), FAINT),
            None => decided.into(),
        },
    }
}
