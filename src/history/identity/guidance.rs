//! What people said beforehand: decisions about single commits, and which commits of lines are never looked for on trunk.
//! It wins over everything that is computed, and the answer says so.

use rustc_hash::FxHashMap;

use super::case::Case;
use super::engine::Engine;
use super::index::Index;
use super::types::{Class, Confidence, Evidence, Origin, Standing};
use crate::config::{Changes, CommitRules, Verdict};
use crate::domain::CommitPrefix;
use crate::graph::Node;
use crate::history::reading::Reader;
use crate::ledger::Decided;

/// What people said.
#[derive(Debug, Clone, Copy)]
pub struct Guidance<'g> {
    /// The rules that say which commits are never looked for on trunk, and how messages are read.
    pub changes: &'g Changes,
    /// Decisions in their order; of two about one commit the first wins.
    pub decided: &'g [Decided],
    /// Paths of change notes, of trunk and of all lines.
    pub notes: &'g [String],
}

impl<'g> Engine<'g, '_, '_> {
    /// The same engine, heeding what people said.
    #[must_use]
    pub fn guided(mut self, guidance: Guidance<'g>) -> Self {
        self.guidance = Some(guidance);
        self
    }

    /// Lays what people said over what was computed; the places of decisions whose commits are not here.
    pub(super) fn heed(
        &self,
        standings: &mut FxHashMap<Node, Standing>,
        cases: &[Case<'_>],
        index: &Index,
    ) -> Vec<String> {
        let Some(guidance) = self.guidance else { return Vec::new() };
        self.ignore(guidance, standings, cases);
        let mut unresolved = Vec::new();
        for decided in guidance.decided.iter().rev() {
            let resolve = |commit: &CommitPrefix| index.resolve(commit.as_str());
            let because = decided.decision.because.as_ref();
            let because = because.map_or_else(|| decided.place.clone(), |why| format!("{why} ({})", decided.place));
            let Some(node) = resolve(&decided.decision.commit) else {
                unresolved.push(decided.place.clone());
                continue;
            };
            match &decided.decision.verdict {
                Verdict::NotNeeded(_) => {}
                Verdict::LineOnly => {
                    if let Some(standing) = standings.get_mut(&node) {
                        *standing = Standing { because: Some(because), ..Standing::new(node, Class::LineOnly) };
                    }
                }
                Verdict::BackportOf(commits) => {
                    let origins: Vec<Node> = commits.iter().filter_map(resolve).collect();
                    if origins.len() < commits.len() {
                        unresolved.push(decided.place.clone());
                    }
                    if let Some(standing) = standings.get_mut(&node).filter(|_| !origins.is_empty()) {
                        self.settle(standing, &origins, because);
                    }
                }
            }
        }
        unresolved.reverse();
        unresolved.dedup();
        unresolved
    }

    /// Makes a commit a backport of `origins`. How well it fits is still computed.
    fn settle(&self, standing: &mut Standing, origins: &[Node], because: String) {
        let computed = std::mem::take(&mut standing.origins);
        standing.class = Class::Backport;
        standing.twin = None;
        standing.because = Some(because);
        standing.origins = origins
            .iter()
            .map(|node| {
                let known = computed.iter().find(|origin| origin.node == *node);
                let mut evidence = vec![Evidence::Decision];
                evidence.extend(known.into_iter().flat_map(|origin| origin.evidence.iter().copied()));
                let fit = known.map_or_else(|| self.fit(standing.node, *node), |origin| origin.fit);
                Origin { node: *node, evidence, confidence: Confidence::High, fit }
            })
            .collect();
    }

    fn ignore(&self, guidance: Guidance<'_>, standings: &mut FxHashMap<Node, Standing>, cases: &[Case<'_>]) {
        let rules = &guidance.changes.ignore;
        for case in cases {
            if let Some(rule) = self.ignored_by(guidance.changes, rules, case.node)
                && let Some(standing) = standings.get_mut(&case.node)
            {
                let class = if standing.class == Class::Backport { Class::LineOnly } else { standing.class };
                let because = Some(format!("changes.ignore.{rule}"));
                *standing = Standing { because, ..Standing::new(case.node, class) };
            }
        }
    }

    /// The key of the rule that says not to look for a commit on trunk.
    fn ignored_by(&self, changes: &Changes, rules: &CommitRules, node: Node) -> Option<&'static str> {
        let author = self.graph.author(node);
        let subject = self.graph.subject(node);
        if !rules.authors.is_empty() && rules.has_author(author.name, author.email) {
            return Some("authors");
        }
        if !rules.subjects.is_empty() && rules.has_subject(subject) {
            return Some("subjects");
        }
        if !rules.scopes.is_empty() {
            let reading = Reader::new(changes).read(subject, self.graph.body(node), (author.name, author.email));
            if reading.scope.is_some_and(|scope| rules.has_scope(&scope)) {
                return Some("scopes");
            }
        }
        if !rules.paths.is_empty() {
            let paths = self.contents.paths(self.graph, node).unwrap_or_default();
            if !paths.is_empty() && paths.iter().all(|path| rules.paths.matches(path)) {
                return Some("paths");
            }
        }
        None
    }
}
