//! What `note lint` says on a terminal: what the change needs, then every finding with its place, then the verdict.

use crate::cli::output::{ERROR, FAINT, GOOD, TITLE, WARNING};
use crate::cli::text;
use crate::domain::RuleSeverity;
use crate::reports::{ChangeLint, NoteFinding, NoteLint, NoteNeed};

/// Commits that are listed at most.
const SHOWN: usize = 10;

/// The view.
pub fn view(lint: &NoteLint, width: usize) -> String {
    let mut shown = lint.change.as_ref().map(|change| of_change(change, width)).unwrap_or_default();
    shown.extend(lint.findings.iter().map(|finding| one(finding, width)));
    for path in &lint.absent {
        shown.push_str(&format!("{FAINT}{} was not looked at: this clone lacks it{FAINT:#}\n", text::one_line(path)));
    }
    let count = |severity| lint.findings.iter().filter(|finding| finding.severity == severity).count();
    let (failed, warned) = (count(RuleSeverity::Fail), count(RuleSeverity::Warn));
    let (style, verdict) = if lint.passed { (GOOD, "passed") } else { (ERROR, "failed") };
    let notes = counted(lint.notes, "note");
    let found = match (failed, warned) {
        (0, 0) => format!("{notes}, nothing to find fault with"),
        (0, _) => format!("{notes}, {}", counted(warned, "warning")),
        (_, 0) => format!("{notes}, {} fail{}", counted(failed, "finding"), if failed == 1 { "s" } else { "" }),
        _ => {
            let s = if failed == 1 { "s" } else { "" };
            format!("{notes}, {} fail{s}, {}", counted(failed, "finding"), counted(warned, "warning"))
        }
    };
    shown.push_str(&format!("{style}{verdict}{style:#}: {found}\n"));
    shown
}

fn of_change(change: &ChangeLint, width: usize) -> String {
    let mut shown = format!(
        "{TITLE}{} since {}{TITLE:#} {FAINT}({}, {}){FAINT:#}\n",
        counted(change.commits.len(), "commit"),
        text::one_line(&change.base),
        change.fork.short(),
        counted(change.files, "file"),
    );
    for commit in change.commits.iter().take(SHOWN) {
        let line =
            format!("{}  {:<11}  {}", commit.commit.short(), commit.kind.as_str(), text::one_line(&commit.subject));
        shown.push_str(&format!("  {}\n", text::truncate(&line, width.saturating_sub(2))));
    }
    if change.commits.len() > SHOWN {
        shown.push_str(&format!("  {FAINT}and {} more{FAINT:#}\n", change.commits.len() - SHOWN));
    }
    let need = match change.need {
        NoteNeed::Required => "a note is needed",
        NoteNeed::Recommended => "a note would be good",
        NoteNeed::None => "no note is needed",
    };
    for line in text::wrap(&format!("{need}: {}", text::one_line(&change.why)), width) {
        shown.push_str(&format!("{line}\n"));
    }
    for note in &change.notes {
        let kind = note.kind.map_or("cannot be read", |kind| kind.as_str());
        let word = if note.is_new { "note" } else { "edited note" };
        shown.push_str(&format!("{word} {} {FAINT}({kind}){FAINT:#}\n", text::one_line(&note.path)));
    }
    shown.push('\n');
    shown
}

fn one(finding: &NoteFinding, width: usize) -> String {
    let style = if finding.severity == RuleSeverity::Fail { ERROR } else { WARNING };
    let place = match (finding.line, finding.column) {
        (Some(line), Some(column)) => format!("{}:{line}:{column}", text::one_line(&finding.subject)),
        _ => text::one_line(&finding.subject).into_owned(),
    };
    let (severity, rule) = (finding.severity.as_str(), finding.rule.as_str());
    let mut shown = format!("{style}{severity}{style:#}  {TITLE}{rule}{TITLE:#}  {place}\n");
    for (words, style) in [(Some(&finding.message), anstyle::Style::new()), (finding.hint.as_ref(), FAINT)] {
        for line in text::wrap(&text::one_line(words.map_or("", String::as_str)), width.saturating_sub(6).max(20)) {
            if !line.is_empty() {
                shown.push_str(&format!("      {style}{line}{style:#}\n"));
            }
        }
    }
    shown
}

fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
