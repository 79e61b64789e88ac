//! Rules about change notes, and about what the words of changes must not show.

use super::report::{CheckInputs, Found};
use crate::config::{Redaction, RedactionPattern};
use crate::domain::{ChannelName, Rule};
use crate::reports::changelog::ChangelogSpan;
use crate::reports::notes::{NoteFinding, lint_notes};
use crate::reports::redaction::redaction_leaks;

/// What is wrong with notes and words, notes first.
pub(super) fn found(inputs: &CheckInputs<'_>) -> Vec<Found> {
    let config = &inputs.ledger.config;
    let mut found: Vec<Found> = lint_notes(config, &inputs.note_sources.sources).into_iter().map(of_note).collect();
    found.extend(kept_back(inputs, &config.redaction));
    found
}

fn of_note(finding: NoteFinding) -> Found {
    let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
    let subject = format!("{}{line}", finding.subject);
    let told = Found::new(finding.rule, subject, finding.message).at(finding.severity);
    match finding.hint {
        Some(hint) => told.hint(hint),
        None => told,
    }
}

/// Notes and changes whose words a pattern fits. What a note says is told of its file alone.
fn kept_back(inputs: &CheckInputs<'_>, redaction: &Redaction) -> Vec<Found> {
    let mut found = Vec::new();
    let mut told: Vec<(String, String)> = Vec::new();
    for source in &inputs.note_sources.sources {
        let config = &inputs.ledger.config;
        let channels = config.changes.read_note(&source.path, &source.path, &source.bytes, None).ok();
        let channels = channels.and_then(|note| note.channels);
        let holds = |pattern: &&RedactionPattern| {
            let is_for = |name: &ChannelName| channels.as_ref().is_none_or(|channels| channels.contains(name));
            pattern.channels.iter().any(is_for)
        };
        let patterns: Vec<&RedactionPattern> = redaction.patterns.iter().filter(holds).collect();
        let text = String::from_utf8_lossy(&source.bytes);
        for (at, line) in text.lines().enumerate() {
            for (pattern, fit) in
                patterns.iter().flat_map(|pattern| pattern.regex.find_iter(line).map(move |fit| (pattern, fit)))
            {
                let message = format!("`{}` fits `{}`, and documents would show it", fit.as_str(), pattern.name);
                let subject = format!("{}:{}", source.path, at + 1);
                found.push(
                    Found::new(Rule::Redaction, subject, message)
                        .hint("write it otherwise, or keep the note from the channel with `channels`"),
                );
                told.push((pattern.name.clone(), fit.as_str().to_owned()));
            }
        }
    }
    for channel in inputs.ledger.config.channels.keys() {
        if redaction.of(channel.as_str()).next().is_none() {
            continue;
        }
        let Ok(changelog) = inputs.changelogs.changelog(channel.as_str(), &ChangelogSpan::EveryLine) else { continue };
        for leak in redaction_leaks(&changelog, redaction) {
            if told.iter().any(|(pattern, text)| *pattern == leak.pattern && *text == leak.text) {
                continue;
            }
            let message = format!("{leak}, and documents would show it");
            found.push(Found::new(Rule::Redaction, channel.as_str(), message).hint(
                "say what it means to people in a change note on trunk, or keep it from the channel with `changes.audience`",
            ));
        }
    }
    found
}
