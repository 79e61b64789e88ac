//! What `init` says on a terminal: each channel with its patterns and what they match, what was left aside, and what to
//! do next.

use std::fmt::Write as _;

use crate::cli::output::{FAINT, TITLE};
use crate::cli::text;
use crate::domain::ChannelKind;

use super::report::{Channel, Report};

/// The view of a run that wrote the file, or, with `is_dry_run`, of one that did not.
pub fn view(report: &Report, is_dry_run: bool, width: usize) -> String {
    let mut shown = String::new();
    field(&mut shown, "trunk", &report.trunk, width);
    if report.channels.is_empty() {
        shown
            .push_str("\nNeither releases nor deploys were found; the file proposes how both channels usually work.\n");
    }
    for channel in &report.channels {
        add_channel(&mut shown, channel, width);
    }
    add_notes(&mut shown, report, width);
    add_left_aside(&mut shown, report, width);
    for note in &report.notes {
        add_paragraph(&mut shown, note, width);
    }
    add_ending(&mut shown, report, is_dry_run, width);
    shown
}

fn add_channel(shown: &mut String, channel: &Channel, width: usize) {
    let _ = writeln!(shown, "\n{TITLE}{}{TITLE:#} {FAINT}({}){FAINT:#}", channel.name, channel.kind.as_str());
    let counted = match channel.kind {
        ChannelKind::Continuous => "deploys",
        ChannelKind::Versioned => "releases",
    };
    field(shown, "  line", &channel.line.join("  "), width);
    field(shown, "  tag", &channel.tag.join("  "), width);
    field(shown, "  candidate", &channel.candidate.join("  "), width);
    let further: Vec<&str> = channel.also_tag.iter().map(String::as_str).collect();
    field(shown, "  also-tag", &shortened(&further, 6), width);
    field(shown, "  environments", &channel.environments.join(" → "), width);
    let names: Vec<&str> = channel.lines.iter().map(|line| line.name.as_str()).collect();
    field(shown, "  lines", &shortened(&names, 10), width);
    let inferred = if channel.tag.is_empty() { "no tags; what is live is inferred from the lines" } else { "" };
    let number = if inferred.is_empty() { channel.releases.to_string() } else { inferred.to_owned() };
    field(shown, &format!("  {counted}"), &number, width);
}

fn add_notes(shown: &mut String, report: &Report, width: usize) {
    if report.note_formats.is_empty() {
        return;
    }
    let _ = writeln!(shown, "\n{TITLE}change notes{TITLE:#}");
    for found in &report.note_formats {
        field(shown, &format!("  {}", found.format), &found.directories.join("  "), width);
    }
}

fn add_left_aside(shown: &mut String, report: &Report, width: usize) {
    let aside = &report.unrecognised;
    if aside.branches.is_empty() && aside.tags.is_empty() {
        return;
    }
    let _ = writeln!(shown, "\n{TITLE}left aside{TITLE:#}");
    for (label, names) in [("  branches", &aside.branches), ("  tags", &aside.tags)] {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        field(shown, label, &shortened(&names, 6), width);
    }
}

/// The first names, and how many there are where some are not shown.
fn shortened(names: &[&str], shown: usize) -> String {
    let first = names.iter().take(shown).copied().collect::<Vec<_>>().join(", ");
    if names.len() > shown { format!("{first}, … ({} in all)", names.len()) } else { first }
}

/// A label and what belongs to it, wrapped beside it; nothing for an empty value.
fn field(shown: &mut String, label: &str, value: &str, width: usize) {
    const VALUE_COLUMN: usize = 16;
    if value.is_empty() {
        return;
    }
    let lines = text::wrap(&text::one_line(value), width.saturating_sub(VALUE_COLUMN));
    for (number, line) in lines.iter().enumerate() {
        let label = if number == 0 { label } else { "" };
        let _ = writeln!(shown, "{FAINT}{label:<VALUE_COLUMN$}{FAINT:#}{line}");
    }
}

fn add_paragraph(shown: &mut String, words: &str, width: usize) {
    shown.push('\n');
    for line in text::wrap(&text::one_line(words), width) {
        let _ = writeln!(shown, "{line}");
    }
}

fn add_ending(shown: &mut String, report: &Report, is_dry_run: bool, width: usize) {
    let path = report.config_path.as_deref().map(text::one_line);
    let path = path.as_deref().unwrap_or("release.toml");
    let trunk = &report.trunk;
    let words = match (is_dry_run, report.written) {
        (true, _) => format!("Nothing was written. {path} would be:"),
        (false, true) => format!(
            "Wrote {path}. Read it, correct what it got wrong, and commit it to {trunk}; `twintrack status` shows what \
             it comes to."
        ),
        (false, false) => format!("{path} already says so; nothing was written."),
    };
    add_paragraph(shown, &words, width);
    if is_dry_run {
        let _ = write!(shown, "\n{}", text::lines(&report.text));
    }
}
