//! What change notes say of all releases of a channel: what is known to be wrong with which, and which weakness was repaired
//! in which.
//!
//! The invariant: a weakness that is not disclosed yet is told as one that was repaired, without words, names or references;
//! what is not announced yet is not told at all.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::audience::Rules;
use super::known_notes::KnownNotes;
use crate::config::{Disclosure, Note};
use crate::domain::{ChannelName, Severity, Version};
use crate::ledger::{ChannelState, Ledger, Line, Release, ReleaseKind};

/// What notes say of the releases of one channel.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Notices {
    /// Those that are not fixed everywhere first, otherwise in the order of their notes.
    pub known_issues: Vec<IssueNotice>,
    /// Newest fix first.
    pub security: Vec<SecurityFix>,
    /// Paths of notes that cannot be read, so that nothing is said of them.
    pub unread: Vec<String>,
}

/// Something that is known to be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssueNotice {
    pub about: String,
    /// Who meets it.
    pub condition: Option<String>,
    pub workaround: Option<String>,
    pub refs: Vec<String>,
    /// Lines with a release that has it, newest first.
    pub lines: Vec<IssueOnLine>,
    /// Whether one of the lines has no release without it.
    pub open: bool,
}

/// A line that has or had something wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssueOnLine {
    pub line: String,
    /// The line's first release with it.
    pub found_in: Version,
    /// The first release without it; `None`: none yet.
    pub fixed_in: Option<Version>,
}

/// A weakness that was repaired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecurityFix {
    /// The path of its note.
    #[serde(skip)]
    pub note: String,
    /// Markdown; where it is not disclosed, that it is not.
    pub text: String,
    /// `None` where it is not disclosed.
    pub severity: Option<Severity>,
    pub ids: Vec<String>,
    pub refs: Vec<String>,
    /// Which configurations are affected, where it is not all.
    pub affected: Option<String>,
    /// The first version that has the weakness; `None`: any may.
    pub introduced_in: Option<Version>,
    /// The day on which more is told, where that is to come.
    pub undisclosed_until: Option<NaiveDate>,
    /// Newest first; lines that are over and never had a release with the fix are left out.
    pub lines: Vec<FixOnLine>,
}

/// What a line has of a fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FixOnLine {
    pub line: String,
    /// The line's first release with the fix; `None`: none yet.
    pub fixed_in: Option<Version>,
    pub fixed_on: Option<DateTime<Utc>>,
    /// Whether every release of the line has it.
    pub from_the_start: bool,
}

/// What notes say to the people of a channel on a day.
pub fn notices(ledger: &Ledger, notes: &KnownNotes<'_>, channel: &ChannelState, today: NaiveDate) -> Notices {
    let rules = Rules::new(&ledger.config.changes);
    let mut found = Notices { unread: notes.unread.clone(), ..Notices::default() };
    for (number, known) in notes.notes.iter().enumerate() {
        let note = &known.file.note;
        let is_silent = matches!(note.disclosure(today), Disclosure::Silent { .. });
        if is_silent || !is_for(&rules, &channel.name, note) {
            continue;
        }
        let has = |release: &Release| notes.held(release.commit)[number];
        let is_open = note.disclosure(today) == Disclosure::Open;
        if is_open {
            found
                .known_issues
                .extend(note.known_issues.iter().filter_map(|issue| issue_notice(channel, note, issue, has)));
        }
        if note.security.is_some() {
            let fix = security_fix(channel, note, today, has);
            found.security.push(SecurityFix { note: known.file.path.clone(), ..fix });
        }
    }
    found.known_issues.sort_by_key(|issue| !issue.open);
    found.security.sort_by_key(|fix| std::cmp::Reverse(fix.lines.iter().filter_map(|line| line.fixed_on).max()));
    found
}

/// Whether a note is for the people of a channel.
pub(super) fn is_for(rules: &Rules<'_>, channel: &ChannelName, note: &Note) -> bool {
    match &note.channels {
        Some(channels) => channels.contains(channel),
        None => rules.is_for(channel, note.scope.as_deref(), None),
    }
}

/// Releases of a line that count, lowest version first.
fn standing(line: &Line) -> impl DoubleEndedIterator<Item = &Release> {
    line.releases.iter().filter(|release| release.kind != ReleaseKind::Candidate)
}

fn issue_notice(
    channel: &ChannelState,
    note: &Note,
    issue: &crate::config::KnownIssue,
    has: impl Fn(&Release) -> bool,
) -> Option<IssueNotice> {
    let on_line = |line: &Line| {
        // A version that is named is one of its own line; where none is, the change of the note brought the fault.
        let found = match &issue.found_in {
            Some(version) => standing(line).find(|release| release.version == *version),
            None => standing(line).find(|release| has(release)),
        }?;
        let is_fix = |release: &&Release| {
            release.version > found.version
                && !release.is_retracted
                && issue.fixed_in.as_ref().is_some_and(|fixed| release.version >= *fixed)
        };
        let fixed_in = standing(line).find(is_fix).map(|release| release.version.clone());
        let is_before = |fixed: &Version| *fixed <= found.version;
        let is_over_before = issue.fixed_in.as_ref().is_some_and(is_before);
        (!is_over_before).then(|| IssueOnLine { line: line.name.clone(), found_in: found.version.clone(), fixed_in })
    };
    let lines: Vec<IssueOnLine> = channel.lines.iter().filter_map(on_line).collect();
    (!lines.is_empty()).then(|| IssueNotice {
        about: issue.about.clone(),
        condition: issue.condition.clone(),
        workaround: issue.workaround.clone(),
        refs: note.refs.clone(),
        open: lines.iter().any(|line| line.fixed_in.is_none()),
        lines,
    })
}

fn security_fix(channel: &ChannelState, note: &Note, today: NaiveDate, has: impl Fn(&Release) -> bool) -> SecurityFix {
    let on_line = |line: &Line| {
        let first = standing(line).find(|release| !release.is_retracted && has(release));
        let from_the_start = standing(line).next().is_some_and(&has);
        let is_worth_telling = first.is_some() || line.stage.is_maintained();
        is_worth_telling.then(|| FixOnLine {
            line: line.name.clone(),
            fixed_in: first.map(|release| release.version.clone()),
            fixed_on: first.map(|release| release.date),
            from_the_start,
        })
    };
    let lines = channel.lines.iter().filter_map(on_line).collect();
    let notice = note.security.as_ref();
    match note.disclosure(today) {
        Disclosure::Open => SecurityFix {
            note: String::new(),
            text: note.text.summary.clone(),
            severity: notice.map(|notice| notice.severity),
            ids: notice.map_or_else(Vec::new, |notice| notice.ids.clone()),
            refs: others(&note.refs, notice.map_or(&[], |notice| notice.ids.as_slice())),
            affected: notice.and_then(|notice| notice.affected.clone()),
            introduced_in: notice.and_then(|notice| notice.introduced_in.clone()),
            undisclosed_until: None,
            lines,
        },
        disclosure @ (Disclosure::Vague { until } | Disclosure::Silent { until }) => SecurityFix {
            note: String::new(),
            text: disclosure.stand_in().unwrap_or_default(),
            severity: None,
            ids: Vec::new(),
            refs: Vec::new(),
            affected: None,
            introduced_in: None,
            undisclosed_until: Some(until),
            lines,
        },
    }
}

/// References that are not among the ids.
fn others(refs: &[String], ids: &[String]) -> Vec<String> {
    let ids: BTreeSet<&String> = ids.iter().collect();
    refs.iter().filter(|reference| !ids.contains(reference)).cloned().collect()
}
