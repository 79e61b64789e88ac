//! What people decided, laid over what was computed: this is a backport of that, this belongs to its line alone, this is
//! not needed there.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::config::{Decision, Verdict};
use crate::domain::{CommitPrefix, LineName};
use crate::graph::{Node, Prefixes};
use crate::history::{Class, Confidence, Evidence, Origin, Standing};
use crate::ledger::WrittenNote;
use crate::ledger::{Decided, Line};

/// Decisions by the commits that they are about. The first of several on one commit counts.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    of_line: FxHashMap<Node, LineVerdict>,
    not_needed: Vec<Refusal>,
    /// Places of decisions whose commit no trunk and no line has.
    unknown: Vec<String>,
}

/// What a commit of a line is, by somebody's word.
#[derive(Debug)]
struct LineVerdict {
    /// Empty: it belongs to its line alone.
    origins: Vec<Node>,
    because: String,
}

/// A change that some lines do not need.
#[derive(Debug)]
pub(super) struct Refusal {
    /// Any commit of the change.
    pub commit: Node,
    pub line: LineName,
    pub because: String,
    pub place: String,
}

impl Verdicts {
    /// Decisions in their order, then what notes say of their own changes.
    pub(super) fn new(decided: &[Decided], notes: &[WrittenNote], prefixes: &Prefixes) -> Self {
        let mut verdicts = Self::default();
        for Decided { decision, place } in decided {
            match prefixes.find(decision.commit.as_str()) {
                Some(node) => verdicts.add(node, decision, place, prefixes),
                None => verdicts.unknown.push(place.clone()),
            }
        }
        for written in notes {
            let note = &written.file.note;
            let place = &written.file.path;
            for (line, because) in &note.not_needed {
                verdicts.not_needed.push(Refusal {
                    commit: written.added_by,
                    line: line.clone(),
                    because: because.clone(),
                    place: place.clone(),
                });
            }
            for carrier in note.carried_by.iter().filter_map(|prefix| prefixes.find(prefix.as_str())) {
                let verdict = LineVerdict { origins: vec![written.added_by], because: place.clone() };
                verdicts.of_line.entry(carrier).or_insert(verdict);
            }
        }
        verdicts
    }

    fn add(&mut self, node: Node, decision: &Decision, place: &str, prefixes: &Prefixes) {
        let because = match &decision.because {
            Some(words) => format!("{words} ({place})"),
            None => place.to_owned(),
        };
        let find = |prefix: &CommitPrefix| prefixes.find(prefix.as_str());
        match &decision.verdict {
            Verdict::BackportOf(commits) => {
                let origins = commits.iter().filter_map(find).collect();
                self.of_line.entry(node).or_insert(LineVerdict { origins, because });
            }
            Verdict::LineOnly => {
                self.of_line.entry(node).or_insert(LineVerdict { origins: Vec::new(), because });
            }
            Verdict::NotNeeded(lines) => self.not_needed.extend(lines.iter().map(|line| Refusal {
                commit: node,
                line: line.clone(),
                because: decision.because.clone().unwrap_or_default(),
                place: place.to_owned(),
            })),
        }
    }

    /// The standing with what was decided in place of what was computed.
    pub(super) fn apply(&self, standing: &Standing) -> Standing {
        let Some(verdict) = self.of_line.get(&standing.node) else { return standing.clone() };
        let decided = |node: &Node| {
            let known = standing.origins.iter().find(|origin| origin.node == *node);
            let mut evidence = vec![Evidence::Decision];
            evidence.extend(
                known.into_iter().flat_map(|origin| &origin.evidence).filter(|one| **one != Evidence::Decision),
            );
            Origin { node: *node, evidence, confidence: Confidence::High, fit: known.and_then(|origin| origin.fit) }
        };
        let class = if verdict.origins.is_empty() { Class::LineOnly } else { Class::Backport };
        Standing {
            class: if matches!(standing.class, Class::Merge | Class::Revert) { standing.class } else { class },
            origins: verdict.origins.iter().map(decided).collect(),
            because: Some(verdict.because.clone()),
            ..standing.clone()
        }
    }

    /// Whether somebody said that a commit belongs to its line alone.
    pub(super) fn is_line_only(&self, node: Node) -> bool {
        self.of_line.get(&node).is_some_and(|verdict| verdict.origins.is_empty())
    }

    /// What somebody said that lines do not need, in the order in which it was read.
    pub(super) fn refusals(&self) -> &[Refusal] {
        &self.not_needed
    }

    /// What could not be looked up, as a sentence.
    pub(super) fn notice(&self) -> Option<String> {
        let first = self.unknown.first()?;
        Some(format!(
            "{} decisions name commits that neither trunk nor a line has, the first at {first}",
            self.unknown.len()
        ))
    }
}

/// Whether a name that somebody wrote means a line: its name or its branch.
pub(super) fn is_named(line: &Line, name: &str) -> bool {
    line.name == name || line.branch.as_ref().is_some_and(|branch| branch.as_str() == name)
}

/// The commits that carry the change of each commit of trunk, newest first, and which of them are suggestions only.
#[derive(Debug, Default)]
pub(super) struct Carriers {
    counted: FxHashMap<Node, Vec<(Node, Origin)>>,
    suggested: FxHashMap<Node, Vec<Node>>,
}

impl Carriers {
    pub(super) fn new<'s>(standings: impl IntoIterator<Item = &'s Standing>) -> Self {
        let mut carriers = Self::default();
        let mut seen = FxHashSet::default();
        for standing in standings {
            for origin in &standing.origins {
                if !seen.insert((standing.node, origin.node)) {
                    continue;
                }
                if origin.confidence.counts() {
                    carriers.counted.entry(origin.node).or_default().push((standing.node, origin.clone()));
                } else {
                    carriers.suggested.entry(origin.node).or_default().push(standing.node);
                }
            }
        }
        carriers.counted.values_mut().for_each(|list| list.sort_unstable_by_key(|(node, _)| *node));
        carriers.suggested.values_mut().for_each(|list| list.sort_unstable());
        carriers
    }

    pub(super) fn of(&self, origin: Node) -> &[(Node, Origin)] {
        self.counted.get(&origin).map_or(&[], Vec::as_slice)
    }

    pub(super) fn suggested(&self, origin: Node) -> &[Node] {
        self.suggested.get(&origin).map_or(&[], Vec::as_slice)
    }
}
