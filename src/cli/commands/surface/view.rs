//! The surface on a terminal: a section for each kind, each line beginning with the word for what happened. A section that
//! has nothing says so, and says whether that is known.

use std::fmt::Write as _;

use anstyle::Style;
use serde_json::Value;

use crate::cli::output::{FAINT, GOOD, TITLE, WARNING};
use crate::cli::table::{Cell, Column, Table};
use crate::cli::text;
use crate::domain::RollbackClass;
use crate::surface::{
    ConfigurationDifference, Deprecation, DeprecationState, SurfaceDifference, SurfaceKind, different_texts, value_text,
};

/// Columns of the word that a line begins with.
const WORD: usize = 9;
/// Lines that a description may take.
const DESCRIPTION_LINES: usize = 2;

/// The whole difference.
pub fn view(difference: &SurfaceDifference, width: usize) -> String {
    let names = format!("{} → {}", text::one_line(&difference.from), text::one_line(&difference.to));
    let commits = format!("{} → {}", difference.from_commit.short(), difference.to_commit.short());
    let room = width.saturating_sub(text::width(&names) + 2);
    let mut shown = format!("{TITLE}{names}{TITLE:#}  {FAINT}{}{FAINT:#}\n", text::truncate(&commits, room));
    for kind in SurfaceKind::ALL {
        shown.push('\n');
        match kind {
            SurfaceKind::Configuration => configuration(&mut shown, difference, width),
            SurfaceKind::Migrations => migrations(&mut shown, difference, width),
            SurfaceKind::Requirements => requirements(&mut shown, difference, width),
            SurfaceKind::Deprecations => deprecations(&mut shown, difference, width),
        }
    }
    unreadable(&mut shown, difference, width);
    for notice in &difference.notices {
        shown.push('\n');
        paragraph(&mut shown, &format!("note: {notice}"), width);
    }
    shown
}

/// The sections that matter to whoever goes back from `to` to `from`.
pub fn between(difference: &SurfaceDifference, width: usize) -> String {
    let mut shown = String::new();
    migrations(&mut shown, difference, width);
    configuration(&mut shown, difference, width);
    unreadable(&mut shown, difference, width);
    shown
}

/// The title of a section: what it has, that it has nothing, or that nothing is known.
fn title(shown: &mut String, difference: &SurfaceDifference, kind: SurfaceKind, counts: &[(usize, &str)]) -> bool {
    let counted: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let is_read = difference.unreadable.iter().all(|file| file.kind != kind);
    let words = match (counted.is_empty(), difference.is_tracked(kind), is_read) {
        (false, ..) => counted.join(" · "),
        (true, false, _) => format!("not tracked: `surface.{}` declares no files", kind.as_str()),
        (true, true, true) => "no changes".to_owned(),
        (true, true, false) => "no changes in what could be read".to_owned(),
    };
    let _ = writeln!(shown, "{TITLE}{}{TITLE:#}  {words}", kind.as_str());
    !counted.is_empty()
}

fn configuration(shown: &mut String, difference: &SurfaceDifference, width: usize) {
    let of = &difference.configuration;
    let counts = [
        (of.added.len(), "added"),
        (of.removed.len(), "removed"),
        (of.renamed.len(), "renamed"),
        (of.changed.len(), "with a new default"),
    ];
    title(shown, difference, SurfaceKind::Configuration, &counts);
    for (file, what) in files(of) {
        let name = text::one_line(&file).into_owned();
        let _ = writeln!(shown, "  {name}{FAINT}{what}{FAINT:#}");
        for key in of.added.iter().filter(|key| key.file == file) {
            let mut rest = assigned(&key.value);
            if key.commented {
                rest.push_str(" (not set)");
            }
            line(shown, ("added", GOOD), &key.key, &rest, width);
            describe(shown, key.description.as_deref(), key.since.as_deref(), width);
        }
        for key in of.renamed.iter().filter(|key| key.file == file) {
            let mut rest = String::new();
            if key.from_value != key.to_value {
                let _ = write!(rest, " = {}, was {}", value_text(&key.to_value), value_text(&key.from_value));
            }
            line(shown, ("renamed", WARNING), &key.from, "", width);
            line(shown, ("to", WARNING), &key.to, &rest, width);
            describe(shown, Some(key.evidence.words()), None, width);
        }
        for key in of.changed.iter().filter(|key| key.file == file) {
            let (from, to) = different_texts(&key.from, &key.to);
            line(shown, ("changed", WARNING), &key.key, &format!(" = {to}, was {from}"), width);
            describe(shown, key.description.as_deref(), key.since.as_deref(), width);
        }
        for key in of.removed.iter().filter(|key| key.file == file) {
            let was = if key.value.is_null() { String::new() } else { format!(", was {}", value_text(&key.value)) };
            line(shown, ("removed", WARNING), &key.key, &was, width);
        }
    }
}

/// The files with differences, in the order of their names, each with what became of it.
fn files(of: &ConfigurationDifference) -> Vec<(String, String)> {
    let added = of.added.iter().map(|key| &key.file).chain(of.renamed.iter().map(|key| &key.file));
    let others = of.changed.iter().map(|key| &key.file).chain(of.removed.iter().map(|key| &key.file));
    let whole = of.added_files.iter().chain(&of.removed_files).chain(of.moved_files.iter().map(|file| &file.to));
    let names: std::collections::BTreeSet<&String> = added.chain(others).chain(whole).collect();
    let what = |name: &String| {
        let moved = of.moved_files.iter().find(|file| file.to == *name);
        match moved {
            Some(file) => format!("  was {}", text::one_line(&file.from)),
            None if of.added_files.contains(name) => "  new file".to_owned(),
            None if of.removed_files.contains(name) => "  gone".to_owned(),
            None => String::new(),
        }
    };
    names.into_iter().map(|name| (name.clone(), what(name))).collect()
}

fn migrations(shown: &mut String, difference: &SurfaceDifference, width: usize) {
    let of = &difference.migrations;
    let counts =
        [(of.added.len(), "added"), (of.removed.len(), "removed"), (of.changed.len(), "changed after they shipped")];
    if !title(shown, difference, SurfaceKind::Migrations, &counts) {
        return;
    }
    let mut table = Table::new(
        2,
        &[
            ("", Column::Left),
            ("migration", Column::Shrinking),
            ("for", Column::Left),
            ("going back", Column::Left),
            ("file", Column::Spare),
        ],
    );
    for (word, list) in [("added", &of.added), ("removed", &of.removed), ("changed", &of.changed)] {
        for migration in list {
            table.row([
                Cell::styled(word, if word == "added" { GOOD } else { WARNING }),
                migration.id.as_str().into(),
                migration.variant.as_deref().into(),
                way_back(migration.rollback),
                Cell::styled(&migration.file, FAINT),
            ]);
        }
    }
    shown.push_str(&table.render(width));
}

/// How one goes back over a change, in a table.
pub fn way_back(class: Option<RollbackClass>) -> Cell {
    let Some(class) = class else { return Cell::styled("not said", FAINT) };
    match class {
        RollbackClass::Safe => Cell::styled(class.way_back(), GOOD),
        RollbackClass::NeedsDown => class.way_back().into(),
        RollbackClass::NeedsRestore | RollbackClass::Impossible => Cell::styled(class.way_back(), WARNING),
    }
}

fn requirements(shown: &mut String, difference: &SurfaceDifference, width: usize) {
    let of = &difference.requirements;
    let counts = [(of.len(), if of.len() == 1 { "differs" } else { "differ" })];
    title(shown, difference, SurfaceKind::Requirements, &counts);
    for requirement in of {
        let (word, bounds) = match (&requirement.from, &requirement.to) {
            (Some(from), Some(to)) => ("changed", format!("{to}, was {from}")),
            (None, to) => ("added", to.clone().unwrap_or_default()),
            (Some(from), None) => ("removed", format!("was {from}")),
        };
        let style = if word == "removed" { GOOD } else { WARNING };
        line_at(shown, 2, (word, style), &format!("{}  {bounds}", requirement.name), width);
    }
}

fn deprecations(shown: &mut String, difference: &SurfaceDifference, width: usize) {
    let of = |state| difference.deprecations.iter().filter(move |item| item.state == state);
    let counts = [
        (of(DeprecationState::Due).count(), "due"),
        (of(DeprecationState::Announced).count(), "announced"),
        (of(DeprecationState::Pending).count(), "pending"),
    ];
    title(shown, difference, SurfaceKind::Deprecations, &counts);
    for item in &difference.deprecations {
        let (word, style) = match item.state {
            DeprecationState::Due => ("due", WARNING),
            DeprecationState::Announced => ("announced", WARNING),
            DeprecationState::Pending => ("pending", FAINT),
        };
        line_at(shown, 2, (word, style), &deprecation(item), width);
        describe_at(shown, 2, item.description.as_deref(), width);
    }
}

fn deprecation(item: &Deprecation) -> String {
    let facts = [
        item.removed_in.as_ref().map(|version| format!("removed in {version}")),
        item.announced_in.as_ref().map(|version| format!("announced in {version}")),
        item.replacement.as_ref().map(|other| format!("use {other}")),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    if facts.is_empty() { item.name.clone() } else { format!("{}: {}", item.name, facts.join(", ")) }
}

fn unreadable(shown: &mut String, difference: &SurfaceDifference, width: usize) {
    if difference.unreadable.is_empty() {
        return;
    }
    let _ = writeln!(shown, "\n{WARNING}not read{WARNING:#}, so that nothing is said about it");
    for file in &difference.unreadable {
        let line = file.line.map(|line| format!(":{line}")).unwrap_or_default();
        let scope = file.scope.as_ref().map(|scope| format!(" (`{scope}`)")).unwrap_or_default();
        paragraph(shown, &format!("{}{line} at {}{scope}: {}", file.file, file.at, file.why), width);
    }
    if difference.unreadable.iter().any(|file| file.absent) {
        paragraph(shown, "hint: `git fetch --refetch --no-filter` completes a partial clone", width);
    }
}

/// A key and what follows it. A key is never cut, so that it can be copied; what follows it has a line of its own where the
/// two do not fit on one.
fn line(shown: &mut String, (word, style): (&str, Style), key: &str, rest: &str, width: usize) {
    let (key, rest) = (text::one_line(key), text::one_line(rest));
    let begin = format!("    {style}{word}{style:#}{}", " ".repeat(WORD - word.len() + 2));
    let room = width.saturating_sub(4 + WORD + 2);
    if text::width(&key) + text::width(&rest) <= room {
        let _ = writeln!(shown, "{begin}{key}{rest}");
        return;
    }
    let _ = writeln!(shown, "{begin}{key}");
    let rest = rest.trim_start_matches([',', ' ']);
    if !rest.is_empty() {
        let indent = " ".repeat(4 + WORD + 4);
        let _ = writeln!(shown, "{indent}{}", text::truncate(rest, room.saturating_sub(2)));
    }
}

/// A line that begins with a word; what does not fit is cut.
fn line_at(shown: &mut String, indent: usize, (word, style): (&str, Style), words: &str, width: usize) {
    let words = text::one_line(words);
    let room = width.saturating_sub(indent + WORD + 2);
    let padding = " ".repeat(WORD.saturating_sub(word.len()));
    let _ = writeln!(shown, "{}{style}{word}{style:#}{padding}  {}", " ".repeat(indent), text::truncate(&words, room));
}

fn describe(shown: &mut String, description: Option<&str>, since: Option<&str>, width: usize) {
    describe_at(shown, 4, description, width);
    if let Some(since) = since {
        describe_at(shown, 4, Some(&format!("since {since}")), width);
    }
}

fn describe_at(shown: &mut String, indent: usize, description: Option<&str>, width: usize) {
    let Some(description) = description else { return };
    let indent = indent + WORD + 2;
    let room = width.saturating_sub(indent);
    let lines = text::wrap(&text::one_line(description), room);
    let is_long = lines.len() > DESCRIPTION_LINES;
    for (at, line) in lines.iter().take(DESCRIPTION_LINES).enumerate() {
        let is_cut = is_long && at + 1 == DESCRIPTION_LINES;
        let line = if is_cut {
            format!("{}…", text::truncate(line, room.saturating_sub(1)).trim_end_matches('…'))
        } else {
            line.clone()
        };
        let _ = writeln!(shown, "{}{FAINT}{}{FAINT:#}", " ".repeat(indent), text::truncate(&line, room));
    }
}

fn paragraph(shown: &mut String, words: &str, width: usize) {
    for (at, line) in text::wrap(&text::one_line(words), width.saturating_sub(4)).iter().enumerate() {
        let _ = writeln!(shown, "{}{line}", if at == 0 { "  " } else { "    " });
    }
}

/// ` = value`, or nothing where no default is said.
fn assigned(value: &Value) -> String {
    if value.is_null() { String::new() } else { format!(" = {}", value_text(value)) }
}
