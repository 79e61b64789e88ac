//! The lists of what needs a decision on a terminal, cut short where not everything is asked for.

use std::fmt::Write as _;

use super::view::View;
use crate::cli::output::{FAINT, TITLE, WARNING};
use crate::cli::text;
use crate::domain::{ChangeKind, CommitId};
use crate::publish::backport_decisions;
use crate::publish::view::{DecisionView, LinkView};
use crate::reports::Backports;

/// Items of one list where not all are asked for.
const SHOWN: usize = 10;

/// Every list that is not empty, the most urgent first.
pub(super) fn decisions(backports: &Backports, view: View, width: usize) -> String {
    let mut shown = String::new();
    let plain = |commit: CommitId| LinkView { text: commit.short(), url: None };
    for list in backport_decisions(backports, &plain) {
        let _ = writeln!(shown, "\n{TITLE}{}{TITLE:#} {FAINT}{}{FAINT:#}", list.title, list.items.len());
        let limit = if view.all { usize::MAX } else { SHOWN };
        for item in list.items.iter().take(limit) {
            add(&mut shown, item, width);
        }
        if list.items.len() > limit {
            let _ = writeln!(shown, "  {FAINT}and {} more; `--all` shows all{FAINT:#}", list.items.len() - limit);
        }
    }
    shown
}

fn add(shown: &mut String, item: &DecisionView, width: usize) {
    let style = if item.mark == ChangeKind::Security.as_str() { WARNING } else { FAINT };
    let mark = text::one_line(&item.mark).into_owned();
    let commit = &item.commit.text;
    let room = width.saturating_sub(2 + text::width(commit) + 2 + text::width(&mark) + 2).max(20);
    let words = text::one_line(&item.text).into_owned();
    let _ = writeln!(shown, "  {FAINT}{commit}{FAINT:#}  {style}{mark}{style:#}  {}", text::truncate(&words, room));
    let indent = 4 + text::width(commit);
    for detail in &item.details {
        for line in text::wrap(&text::one_line(detail), width.saturating_sub(indent)) {
            let _ = writeln!(shown, "{}{line}", " ".repeat(indent));
        }
    }
}
