//! What may mislead about a repository, found while the ledger is read.

use std::collections::BTreeMap;

use super::branches::Branch;
use super::lines::Built;
use super::model::Warning;
use super::names::KnownNames;
use crate::config::Channel;
use crate::domain::{BranchName, ChannelName, RefName};
use crate::git::RefSnapshot;
use crate::graph::Graph;

/// Lines that the configuration declares and nothing shows.
pub fn check_declared(channel: &ChannelName, config: &Channel, lines: &[Built], warnings: &mut Vec<Warning>) {
    for line in config.declared_lines().keys() {
        if !lines.iter().any(|built| built.line.name == line.as_str()) {
            warnings.push(Warning::DeclaredLineAbsent { channel: channel.clone(), line: line.to_string() });
        }
    }
}

/// What is odd about the refs.
pub fn repository_warnings(snapshot: &RefSnapshot) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if let Some(first) = snapshot.skipped().first() {
        warnings.push(Warning::SkippedRefs { count: snapshot.skipped().len(), first: first.name.clone() });
    }
    if snapshot.has_replacements() {
        warnings.push(Warning::Replacements);
    }
    warnings
}

/// Patterns that recognise nothing although they should.
pub fn idle_patterns(
    known: &KnownNames,
    snapshot: &RefSnapshot,
    branches: &BTreeMap<BranchName, Branch>,
) -> Vec<Warning> {
    let branches: Vec<&str> = branches.keys().map(BranchName::as_str).collect();
    let mut tags: Vec<&str> = snapshot.under("refs/tags/").map(|(tag, _)| tag).collect();
    for prefix in known.extra_prefixes() {
        let whole = |reference: &RefName| reference.as_str().starts_with(&prefix);
        tags.extend(snapshot.entries().iter().filter(|entry| whole(&entry.name)).map(|entry| entry.name.as_str()));
    }
    let idle = known.idle(&tags, &branches);
    let channels = idle.channels.iter().map(|channel| Warning::ChannelWithoutMatch { channel: (*channel).clone() });
    let patterns = idle.patterns.iter().map(|(channel, pattern)| Warning::PatternWithoutMatch {
        channel: (*channel).clone(),
        pattern: pattern.to_string(),
    });
    channels.chain(patterns).collect()
}

/// What is odd about the history.
pub fn history_warnings(graph: &Graph, warnings: &mut Vec<Warning>) {
    if !graph.cut().is_empty() {
        warnings.push(Warning::Shallow { count: graph.cut().len() });
    }
    if let Some(first) = graph.absent().first() {
        warnings.push(Warning::Absent { count: graph.absent().len(), first: *first });
    }
}
