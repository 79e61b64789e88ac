//! The audit on a terminal: findings below their rules, the first few of each unless all are asked for.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::cli::output::{ERROR, FAINT, GOOD, TITLE, WARNING};
use crate::cli::text;
use crate::domain::RuleSeverity;
use crate::reports::{AuditFinding, AuditReport};

/// Findings of one rule where not all are asked for.
const SHOWN: usize = 6;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    pub all: bool,
    pub width: usize,
}

/// The whole report.
pub(super) fn view(report: &AuditReport, options: View) -> String {
    let mut shown = String::new();
    for findings in report.findings.chunk_by(|one, next| (one.severity, one.rule) == (next.severity, next.rule)) {
        shown.push_str(&of_rule(findings, options));
    }
    let paths: BTreeSet<&str> = report.changelogs.iter().map(|file| file.path.as_str()).collect();
    let names: Vec<&str> = paths.iter().copied().take(SHOWN).collect();
    let more = if paths.len() > SHOWN { format!(" and {} more", paths.len() - SHOWN) } else { String::new() };
    let read = if paths.is_empty() { "no changelog".to_owned() } else { format!("{}{more}", names.join(", ")) };
    let count = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    let (style, verdict) = if report.passed { (GOOD, "passed") } else { (ERROR, "failed") };
    let (failed, warned) = (count(RuleSeverity::Fail), count(RuleSeverity::Warn));
    let words =
        format!(": {}, {}", counted(failed, "finding fails", "findings fail"), counted(warned, "warning", "warnings"));
    let _ = writeln!(shown, "{style}{verdict}{style:#}{words}");
    let looked = format!("{}; read {read}", counted(report.releases, "release", "releases"));
    let mut faint = vec![looked];
    faint.extend(report.notices.iter().cloned());
    if !report.off.is_empty() {
        let names: Vec<&str> = report.off.iter().map(|rule| rule.as_str()).collect();
        faint.push(format!("switched off: {}", names.join(", ")));
    }
    for words in faint {
        for line in text::wrap(&text::one_line(&words), options.width) {
            let _ = writeln!(shown, "{FAINT}{line}{FAINT:#}");
        }
    }
    shown
}

/// Findings of one rule that weigh the same.
fn of_rule(findings: &[AuditFinding], options: View) -> String {
    let Some(AuditFinding { rule, severity, .. }) = findings.first() else { return String::new() };
    let is_failing = *severity == RuleSeverity::Fail;
    let (style, word) = if is_failing { (ERROR, "fail") } else { (WARNING, "warn") };
    let mut shown = format!("{style}{word}{style:#}  {TITLE}{rule}{TITLE:#}  {FAINT}{}{FAINT:#}\n", findings.len());
    let limit = if options.all { usize::MAX } else { SHOWN };
    for finding in findings.iter().take(limit) {
        let words = format!("{}{}", text::one_line(&finding.message), text::one_line(&further_lines(&finding.also_on)));
        let subject = text::one_line(&finding.subject).into_owned();
        for (at, line) in text::wrap(&format!("{subject}: {words}"), options.width.saturating_sub(8)).iter().enumerate()
        {
            let indent = if at == 0 { 6 } else { 8 };
            let _ = writeln!(shown, "{}{line}", " ".repeat(indent));
        }
    }
    if findings.len() > limit {
        let _ = writeln!(shown, "      {FAINT}and {} more; `--all` shows them{FAINT:#}", findings.len() - limit);
    }
    if let Some(hint) = findings.iter().find_map(|finding| finding.hint.as_ref()) {
        for line in text::wrap(&text::one_line(hint), options.width.saturating_sub(6)) {
            let _ = writeln!(shown, "      {FAINT}{line}{FAINT:#}");
        }
    }
    shown.push('\n');
    shown
}

/// Where else it stands: ` (also on 1.9, 1.8)`.
fn further_lines(lines: &[String]) -> String {
    const NAMED: usize = 3;
    match lines.len() {
        0 => String::new(),
        count if count <= NAMED => format!(" (also on {})", lines.join(", ")),
        count => format!(" (also on {} and {} more)", lines[..NAMED].join(", "), count - NAMED),
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        0 => format!("no {one}"),
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}
