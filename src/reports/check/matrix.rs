//! Rules about what lines lack, read from the matrix of backports. One finding for each line and rule: a repository whose
//! lines lack much is told how much, and where to read it.

use std::collections::BTreeMap;

use super::report::Found;
use crate::config::{BackportsRule, Config, RuleSetting};
use crate::domain::{ChangeKind, ChannelName, Rule};
use crate::reports::backports::{Backports, LineBackports, UpstreamState};
use crate::reports::gates::{counted, some};

/// The rules that gates of a channel ask for, too.
const OF_GATES: [Rule; 3] = [Rule::SecurityBackportMissing, Rule::Hole, Rule::FollowUpMissing];

/// Whether a rule about the matrix is asked for: none is by itself.
pub fn asks_for_backports(config: &Config) -> bool {
    Rule::all().any(|rule| is_asked(config, rule))
}

/// Whether a rule that says nothing by itself is asked for, by `[check]` or by the gates of a channel.
pub(super) fn is_asked(config: &Config, rule: Rule) -> bool {
    let by_gates = || config.versioned().any(|(_, channel)| channel.gates.backports == BackportsRule::Required);
    match config.check.of(rule) {
        Some(RuleSetting::Off) => false,
        Some(RuleSetting::Weighs(_)) => rule.is_only_on_demand(),
        None => OF_GATES.contains(&rule) && by_gates(),
    }
}

/// What is wrong, by rule, and for each rule line by line in the order of the matrix.
pub(super) fn found(config: &Config, matrix: &Backports) -> Vec<Found> {
    let mut found = Vec::new();
    for rule in Rule::all().filter(|rule| is_asked(config, *rule)) {
        let by_line = lacking(rule, matrix);
        for line in &matrix.lines {
            let Some(texts) = by_line.get(&(&line.channel, line.name.as_str())) else { continue };
            found.push(told(rule, line, texts));
        }
    }
    found
}

type ByLine<'m> = BTreeMap<(&'m ChannelName, &'m str), Vec<&'m str>>;

/// The changes that a rule finds, by the line on which something is to be done.
fn lacking(rule: Rule, matrix: &Backports) -> ByLine<'_> {
    let mut by_line = ByLine::new();
    let mut add = |channel, line, text| by_line.entry((channel, line)).or_default().push(text);
    match rule {
        Rule::SecurityBackportMissing => {
            let missing = matrix.missing.iter().filter(|item| item.kind == ChangeKind::Security);
            missing.for_each(|item| add(&item.channel, item.line.as_str(), item.text.as_str()));
        }
        Rule::Hole => matrix.holes.iter().for_each(|hole| add(&hole.channel, &hole.missing_from, &hole.text)),
        Rule::HotfixAffectsLines => {
            matrix.hotfixes.iter().for_each(|hole| add(&hole.channel, &hole.missing_from, &hole.text));
        }
        Rule::FollowUpMissing => {
            matrix.follow_up_missing.iter().for_each(|item| add(&item.channel, &item.line, &item.text));
        }
        Rule::UpstreamFirst => {
            // What may be right for the line alone is for people to look at, and nothing to fail by.
            let overdue = |item: &&crate::reports::backports::UpstreamFirst| {
                item.state == UpstreamState::Overdue && item.suggestion.is_none()
            };
            matrix.upstream_first.iter().filter(overdue).for_each(|item| add(&item.channel, &item.line, &item.text));
        }
        _ => {}
    }
    by_line
}

fn told(rule: Rule, line: &LineBackports, texts: &[&str]) -> Found {
    let (number, names) = (counted(texts.len(), "change"), some(texts));
    let name = line.name.as_str();
    let (message, hint) = match rule {
        Rule::SecurityBackportMissing => (
            format!("{number} for security wanted and missing: {names}"),
            format!("pick it with `twintrack backport COMMIT --to {name}`, or say in its note that it is not needed"),
        ),
        Rule::Hole => (
            format!("{number} that an older line has and this one lacks: {names}"),
            format!("an upgrade would lose it: see `twintrack backports --line {name}`"),
        ),
        Rule::HotfixAffectsLines => (
            format!("{number} made on a managed line and missing where others install: {names}"),
            format!("pick it with `twintrack backport COMMIT --to {name}`, or say in its note that it is not needed"),
        ),
        Rule::FollowUpMissing => (
            format!("{number} on trunk that repairs or takes back what is here, and is missing: {names}"),
            format!("see `twintrack backports --line {name}`"),
        ),
        _ => (
            format!("{number} released here and not on trunk: {names}"),
            "bring it to trunk, or mark it as of this line alone in `[[changes.decision]]`".to_owned(),
        ),
    };
    let subject = line.branch.as_ref().map_or(name, |branch| branch.as_str());
    Found::new(rule, subject, message).hint(hint)
}
