//! Fixes of lines whose change is not on trunk: the next line will be without them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::field::Field;
use super::findings::urgency;
use super::lines::LineReach;
use super::model::{UpstreamFirst, UpstreamState};
use crate::domain::{ChangeKind, CommitId};
use crate::git::ObjectReader;
use crate::graph::Node;
use crate::history::{Class, Files, Reader};

/// Looks for fixes that trunk lacks.
pub(super) struct Upstream<'f, 'l> {
    pub field: &'f Field<'l>,
    pub files: &'f Files,
    pub objects: &'f ObjectReader,
    pub now: DateTime<Utc>,
}

impl Upstream<'_, '_> {
    /// Overdue ones first, what may be for the line alone last; of a kind security first, then newest first.
    pub(super) fn find(&self) -> Vec<UpstreamFirst> {
        let reader = Reader::new(&self.field.ledger.config.changes);
        let mut by_commit: BTreeMap<Node, Vec<&LineReach<'_>>> = BTreeMap::new();
        for line in self.field.lines.iter().filter(|line| line.is_asked_about()) {
            for node in line.beyond.iter().filter(|node| self.is_of_line(line, **node)) {
                by_commit.entry(*node).or_default().push(line);
            }
        }
        let mut found: Vec<UpstreamFirst> = by_commit
            .into_iter()
            .filter_map(|(node, lines)| {
                let author = self.field.graph.author(node);
                let (subject, body) = (self.field.graph.subject(node), self.field.graph.body(node));
                let reading = reader.read(subject, body, (author.name, author.email));
                let kind = reading.kind.or_changed();
                let is_fix = matches!(kind, ChangeKind::Security | ChangeKind::Fixed);
                let files = self.field.rules.files(self.field.graph, &[node]);
                let is_internal = files.is_some_and(|files| self.field.rules.are_internal(&files));
                (is_fix && !is_internal).then(|| self.item(node, reading.text, kind, &lines))
            })
            .collect();
        found.sort_by_key(|item| (item.suggestion.is_some(), item.state, urgency(item.kind)));
        found
    }

    /// Whether a commit stands on its line and on no trunk, and nobody said that this is right.
    fn is_of_line(&self, line: &LineReach<'_>, node: Node) -> bool {
        let standing = self.field.standing(node);
        standing.is_some_and(|standing| standing.class == Class::LineOnly && standing.twin.is_none())
            && !self.field.verdicts.is_line_only(node)
            && self.field.gone_on(line, node).is_none()
    }

    fn item(&self, node: Node, text: String, kind: ChangeKind, lines: &[&LineReach<'_>]) -> UpstreamFirst {
        let since = lines.iter().filter_map(|line| line.since(node)).min_by_key(|since| since.date);
        let grace = self.field.ledger.config.changes.upstream_grace.as_ref();
        let due = since.and_then(|since| since.date).map(|date| grace.map_or(date, |grace| grace.after(date)));
        let state = match (since, due) {
            (None, _) => UpstreamState::Unreleased,
            (_, Some(due)) if self.now < due => UpstreamState::Grace,
            _ => UpstreamState::Overdue,
        };
        let maybe = self.field.standing(node).and_then(|standing| standing.origins.first());
        UpstreamFirst {
            commit: self.field.id(node),
            subject: self.field.graph.subject(node).to_owned(),
            text,
            kind,
            channel: lines[0].channel.name.clone(),
            line: lines[0].line.name.clone(),
            lines: lines.iter().map(|line| line.line.name.clone()).collect(),
            date: self.field.graph.commit_time(node),
            state,
            since: since.map(|since| since.name.to_owned()),
            due,
            suggestion: self.is_removed(node, lines[0].line.base).then_some(Class::LineOnly),
            maybe: maybe.map(|origin| self.field.id(origin.node)),
        }
    }

    /// Whether trunk had files that the commit touched and has none of them any more.
    fn is_removed(&self, node: Node, base: Option<CommitId>) -> bool {
        let (Some(base), Some(files)) = (base, self.files.changed(self.field.graph, node)) else { return false };
        let has = |commit, path: &String| self.objects.entry_at(commit, path).ok().map(|entry| entry.is_some());
        let trunk = self.field.ledger.trunk.commit;
        files.iter().all(|path| has(trunk, path) == Some(false))
            && files.iter().any(|path| has(base, path) == Some(true))
    }
}
