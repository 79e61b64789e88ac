//! Upgrade notes on a terminal: the way, what holds for all of it, then hop by hop what to do and what to know.

use std::fmt::Write as _;

use anstyle::Style;

use crate::cli::output::{FAINT, GOOD, TITLE, WARNING};
use crate::cli::text;
use crate::domain::{Action, ActionTime};
use crate::reports::{DeclaredStep, SectionName, Upgrade, UpgradeAction, UpgradeHop, UpgradeItem, UpgradeSection};

/// Columns before the text of an item.
const ITEM: usize = 2;
/// Columns before what belongs to an item.
const DETAIL: usize = 6;

/// Sections that come before the hops; the others of the whole way come after them.
const FIRST: [SectionName; 4] =
    [SectionName::Applicability, SectionName::BeforeYouBegin, SectionName::Lost, SectionName::Requirements];

/// The whole page.
pub fn view(report: &Upgrade, width: usize) -> String {
    let mut shown = String::new();
    let _ =
        writeln!(shown, "{TITLE}Upgrade {} → {}{TITLE:#}  {FAINT}{}{FAINT:#}", report.from, report.to, report.channel);
    way(&mut shown, report, width);
    for notice in &report.notices {
        paragraph(&mut shown, 0, &format!("note: {notice}"), WARNING, width);
    }
    for section in report.sections.iter().filter(|section| FIRST.contains(&section.section)) {
        show_section(&mut shown, section, width);
    }
    for (at, hop) in report.hops.iter().enumerate() {
        show_hop(&mut shown, hop, at + 1, report.hops.len(), width);
    }
    for section in report.sections.iter().filter(|section| !FIRST.contains(&section.section)) {
        show_section(&mut shown, section, width);
    }
    shown
}

fn way(shown: &mut String, report: &Upgrade, width: usize) {
    if report.hops.is_empty() {
        paragraph(shown, 0, "Both are one version: there is nothing to do.", Style::new(), width);
        return;
    }
    let mut words = format!("way: {}", report.from);
    for hop in &report.hops {
        let mark = if hop.required_stop { " (required stop)" } else { "" };
        let _ = write!(words, " → {}{mark}", hop.to);
    }
    paragraph(shown, 0, &words, Style::new(), width);
    let step = match report.step {
        Some(DeclaredStep::Any) => "any step is allowed, required stops aside",
        Some(DeclaredStep::EachMinor) => "through each minor version",
        Some(DeclaredStep::EachLine) => "through each line",
        None => "how far one may step at once is not declared (`upgrade-step`)",
    };
    paragraph(shown, 0, &format!("steps: {step}"), FAINT, width);
    if let Some(advice) = &report.advice {
        let words = if advice.loses_nothing {
            format!("{} is the lowest version of {} that loses nothing.", advice.version, advice.line)
        } else {
            let lost = advice.considered.iter().find(|it| it.version == advice.version).map_or(0, |it| it.lost);
            let changes = if lost == 1 { "change" } else { "changes" };
            format!("No version of {} has everything; {} loses least: {lost} {changes}.", advice.line, advice.version)
        };
        paragraph(shown, 0, &words, if advice.loses_nothing { GOOD } else { WARNING }, width);
    }
}

fn show_hop(shown: &mut String, hop: &UpgradeHop, number: usize, of: usize, width: usize) {
    let step = if of == 1 { String::new() } else { format!("Step {number} of {of}: ") };
    let _ =
        writeln!(shown, "\n{TITLE}{step}{} → {}{TITLE:#}  {FAINT}tag {}{FAINT:#}", hop.from, hop.to, hop.release.tag);
    let stop = if hop.required_stop { "required stop: " } else { "" };
    if let Some(reason) = &hop.reason {
        paragraph(shown, ITEM, &format!("{stop}{reason}"), WARNING, width);
    }
    for (when, title) in [(ActionTime::Before, "Before"), (ActionTime::During, "During"), (ActionTime::After, "After")]
    {
        heading(shown, &format!("{title} the upgrade"));
        let actions: Vec<&UpgradeAction> = hop.actions.iter().filter(|action| action.when == when).collect();
        if actions.is_empty() {
            paragraph(shown, ITEM, "No action is asked for.", FAINT, width);
        }
        for action in actions {
            show_action(shown, action, width);
        }
    }
    for section in &hop.sections {
        show_section(shown, section, width);
    }
}

fn show_action(shown: &mut String, action: &UpgradeAction, width: usize) {
    let (word, style) = match action.action {
        Action::Required => ("required", WARNING),
        Action::Recommended => ("recommended", GOOD),
        Action::None => ("", FAINT),
    };
    line(shown, word, style, &tail(&action.text, &action.refs, action.since.as_ref()), width);
    if let Some(breaking) = action.breaks() {
        paragraph(shown, DETAIL, &format!("Breaks: {breaking}"), Style::new(), width);
    }
    match &action.instructions {
        Some(instructions) => block(shown, instructions, width),
        None if action.breaking.is_none() && action.note.is_none() && !action.commits.is_empty() => {
            paragraph(shown, DETAIL, "No change note says what to do.", FAINT, width);
        }
        None => {}
    }
    let facts = [
        action.affected.as_ref().map(|text| format!("Affected: {text}")),
        (!action.installations.is_empty()).then(|| format!("Only for: {}", action.installations.join(", "))),
        action.downtime.as_ref().filter(|text| *text != "none").map(|text| format!("Downtime: {text}")),
        action.verify.as_ref().map(|text| format!("Verify: {text}")),
        action.more.as_ref().map(|text| format!("More: {text}")),
    ];
    for fact in facts.into_iter().flatten() {
        paragraph(shown, DETAIL, &fact, FAINT, width);
    }
}

fn heading(shown: &mut String, title: &str) {
    let _ = writeln!(shown, "\n{TITLE}{title}{TITLE:#}");
}

fn show_section(shown: &mut String, section: &UpgradeSection, width: usize) {
    heading(shown, section.section.title());
    if let Some(about) = &section.about {
        paragraph(shown, ITEM, about, Style::new(), width);
    }
    if let Some(nothing) = &section.nothing {
        paragraph(shown, ITEM, nothing, FAINT, width);
    }
    for item in &section.items {
        show_item(shown, item, width);
    }
}

fn show_item(shown: &mut String, item: &UpgradeItem, width: usize) {
    let words = match &item.code {
        Some(code) if item.text.is_empty() => code.clone(),
        Some(code) if item.text.starts_with("= ") => format!("{code} {}", item.text),
        Some(code) => format!("{code}: {}", item.text),
        None => item.text.clone(),
    };
    let mark = item.mark.as_deref().unwrap_or_default();
    line(shown, mark, style_of(mark), &tail(&words, &item.refs, item.since.as_ref()), width);
    for detail in &item.details {
        paragraph(shown, DETAIL, detail, FAINT, width);
    }
    for command in &item.commands {
        let _ = writeln!(shown, "{}{}", " ".repeat(DETAIL), text::one_line(command));
    }
}

fn style_of(mark: &str) -> Style {
    match mark {
        "added" | "fixed" | "low" => GOOD,
        "pending" | "channel" | "from" | "to" | "installation" | "network" => FAINT,
        _ => WARNING,
    }
}

fn tail(words: &str, refs: &[String], since: Option<&crate::domain::Version>) -> String {
    let mut all: Vec<String> = refs.iter().filter(|reference| !words.contains(reference.as_str())).cloned().collect();
    all.extend(since.map(|version| format!("since {version}")));
    if all.is_empty() { words.to_owned() } else { format!("{words} ({})", all.join(", ")) }
}

/// A word and what it is about, in lines that begin below each other.
fn line(shown: &mut String, word: &str, style: Style, words: &str, width: usize) {
    let word = text::one_line(word);
    let indent = if word.is_empty() { ITEM } else { ITEM + text::width(&word) + 2 };
    let lines = text::wrap(&text::one_line(words), width.saturating_sub(indent.max(DETAIL)).max(20));
    for (at, line) in lines.iter().enumerate() {
        let before = if at == 0 && !word.is_empty() {
            format!("{}{style}{word}{style:#}  ", " ".repeat(ITEM))
        } else {
            " ".repeat(if at == 0 { indent } else { DETAIL })
        };
        let _ = writeln!(shown, "{}", format!("{before}{line}").trim_end());
    }
}

fn paragraph(shown: &mut String, indent: usize, words: &str, style: Style, width: usize) {
    for line in text::wrap(&text::one_line(words), width.saturating_sub(indent).max(20)) {
        let _ = writeln!(shown, "{}{style}{line}{style:#}", " ".repeat(indent));
    }
}

/// Several lines as they are, long ones wrapped; code stays whole.
fn block(shown: &mut String, words: &str, width: usize) {
    let mut is_code = false;
    for line in text::lines(words).split('\n') {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        if is_code || is_fence || line.is_empty() {
            let _ = writeln!(shown, "{}", format!("{}{line}", " ".repeat(DETAIL)).trim_end());
            continue;
        }
        for line in text::wrap(line, width.saturating_sub(DETAIL).max(20)) {
            let _ = writeln!(shown, "{}{line}", " ".repeat(DETAIL));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_an_item_is_too_wide_whatever_stands_before_it() {
        for word in ["", "required", "recommended"] {
            let mut shown = String::new();
            line(&mut shown, word, Style::new(), &"some words ".repeat(20), 40);
            let widest = shown.lines().map(|line| text::width(&anstream::adapter::strip_str(line).to_string())).max();
            assert!(widest.is_some_and(|widest| (35..=40).contains(&widest)), "{word}: {shown}");
        }
    }
}
