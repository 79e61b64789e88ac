//! What a release brought, on a terminal: its changes by kind, each with the lines that lack it.

use std::fmt::Write as _;

use crate::cli::moment;
use crate::cli::output::{FAINT, TITLE, WARNING};
use crate::cli::text;
use crate::domain::ChangeKind;
use crate::reports::{AffectedVersion, Carried};

/// Lines that are named one by one.
const LISTED: usize = 4;

/// The whole answer.
pub fn view(version: &AffectedVersion, changes: &[Carried], width: usize) -> String {
    let mut shown = String::new();
    let since = version.previous.as_ref().map_or_else(String::new, |previous| format!(" · since {previous}"));
    let retracted = if version.retracted { " · retracted" } else { "" };
    let details = format!("line {} · {}{since}{retracted}", version.line, moment::day(version.date));
    let title = text::one_line(version.version.as_str()).into_owned();
    let room = width.saturating_sub(text::width(&title) + 2);
    let details = text::one_line(&details).into_owned();
    let _ = writeln!(shown, "{TITLE}{title}{TITLE:#}  {FAINT}{}{FAINT:#}", text::truncate(&details, room));
    if changes.is_empty() {
        let _ = writeln!(shown, "  {FAINT}it brought no change{FAINT:#}");
    }
    for kind in ChangeKind::ALL {
        let of_kind: Vec<&Carried> = changes.iter().filter(|change| change.kind == kind).collect();
        if !of_kind.is_empty() {
            let _ = writeln!(shown, "  {TITLE}{}{TITLE:#}", kind.as_str());
        }
        for change in of_kind {
            add(&mut shown, change, width);
        }
    }
    let lost = changes.iter().filter(|change| !change.newer_without.is_empty()).count();
    if lost > 0 {
        let are = if lost == 1 { "1 change is" } else { &format!("{lost} changes are") };
        let _ = writeln!(shown, "\n{WARNING}{are} missing on a newer line{WARNING:#}: lost by upgrading there");
    }
    shown
}

fn add(shown: &mut String, change: &Carried, width: usize) {
    let marks: Vec<&str> = change.refs.iter().map(String::as_str).filter(|mark| !change.text.contains(*mark)).collect();
    let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
    let words = text::one_line(&format!("{}{marks}", change.text)).into_owned();
    for (number, line) in text::wrap(&words, width.saturating_sub(6)).iter().enumerate() {
        let _ = writeln!(shown, "    {} {line}", if number == 0 { "-" } else { " " });
    }
    if change.origin.is_none() {
        let _ = writeln!(shown, "      {FAINT}on this line only{FAINT:#}");
    }
    let mut lacking = |label: &str, lines: &[String], style: anstyle::Style| {
        if lines.is_empty() {
            return;
        }
        let more = lines.len().saturating_sub(LISTED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let listed = lines[..lines.len().min(LISTED)].join(", ");
        let words = text::one_line(&format!("{label}: {listed}{more}")).into_owned();
        for line in text::wrap(&words, width.saturating_sub(6)) {
            let _ = writeln!(shown, "      {style}{line}{style:#}");
        }
    };
    lacking("newer lines without it", &change.newer_without, WARNING);
    lacking("older lines without it", &change.older_without, FAINT);
}
