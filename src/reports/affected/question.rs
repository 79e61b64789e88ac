//! From what people type to what is looked for.

use rustc_hash::FxHashMap;

use super::error::AffectedError;
use super::places::Sought;
use super::reader::AffectedReader;
use crate::domain::CommitId;
use crate::graph::Node;
use crate::history::{Class, Mention, Presence, merged_by};
use crate::ledger::Line;
use crate::reports::changelog::{Placed, releases};

/// Fewer digits than this begin too many ids.
const SHORTEST_ID: usize = 4;

/// What reads as the number of a pull request or issue without its sign, though some id may begin with it.
fn number(text: &str) -> Option<u64> {
    let is_number = (1..7).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Whether git knows a commit by the text other than by the beginning of its id: a ref may be called like one.
fn has_ref(text: &str, named: Option<CommitId>) -> bool {
    named.is_some_and(|commit| !commit.to_string().starts_with(&text.to_ascii_lowercase()))
}

/// What was asked about.
pub struct Question<'l> {
    /// As it was written.
    pub(super) asked: String,
    pub(super) about: About<'l>,
}

/// A change, or a release.
pub(super) enum About<'l> {
    Change {
        sought: Sought,
        /// The key or number that led there.
        mention: Option<Mention>,
        /// Commits of lines that name it, too, and are not counted.
        beside: Vec<Node>,
    },
    Release(Placed<'l>),
}

impl<'l> AffectedReader<'l> {
    /// Understands `text`: a number or key, else a version or its tag, else a number without its sign, else a commit by the beginning of its id or as git
    /// understands it, which is `named`.
    pub fn question(&self, text: &str, named: Option<CommitId>) -> Result<Question<'l>, AffectedError> {
        let text = text.trim();
        let about = if let Some(mention) = Mention::parse(text) {
            self.mentioned(mention)?
        } else if let Some(placed) = self.release(text)? {
            About::Release(placed)
        } else if let Some(number) = number(text).filter(|_| !has_ref(text, named)) {
            // A shell takes `#` and what follows it for a comment.
            match self.mentioned(Mention::Number(number)) {
                Err(AffectedError::NotMentioned { .. }) => return Err(self.unknown(text)),
                found => found?,
            }
        } else {
            let node = self.commit(text, named)?;
            let (sought, _) = self.sought(&[node], false);
            About::Change { sought, mention: None, beside: Vec::new() }
        };
        Ok(Question { asked: text.to_owned(), about })
    }

    /// The change that a note tells of, asked by a name of its own.
    pub(in crate::reports) fn of_note(&self, asked: &str, sought: &Sought) -> Question<'l> {
        let about = About::Change { sought: sought.clone(), mention: Mention::parse(asked), beside: Vec::new() };
        Question { asked: asked.to_owned(), about }
    }

    /// The change that a question is about; `option` is what asked for one.
    pub(super) fn change<'q>(
        &self,
        question: &'q Question<'_>,
        option: &'static str,
    ) -> Result<&'q Sought, AffectedError> {
        match &question.about {
            About::Change { sought, .. } => Ok(sought),
            About::Release(placed) => Err(AffectedError::NotAChange {
                option,
                text: question.asked.clone(),
                tag: placed.release().tag.to_string(),
            }),
        }
    }

    /// Refuses a release where `option` is about a change.
    pub fn require_change(&self, question: &Question<'_>, option: &'static str) -> Result<(), AffectedError> {
        self.change(question, option).map(|_| ())
    }

    fn release(&self, text: &str) -> Result<Option<Placed<'l>>, AffectedError> {
        let ledger = self.ledger;
        let all = || ledger.channels.iter().flat_map(releases);
        if let Some(placed) = all().find(|placed| placed.release().tag.as_str() == text) {
            return Ok(Some(placed));
        }
        let plain = text.strip_prefix('v').unwrap_or(text);
        let found: Vec<Placed<'l>> = all().filter(|placed| placed.release().version.as_str() == plain).collect();
        match found.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            several => Err(AffectedError::AmbiguousVersion {
                text: text.to_owned(),
                tags: several.iter().map(|placed| placed.release().tag.to_string()).collect(),
            }),
        }
    }

    fn commit(&self, text: &str, named: Option<CommitId>) -> Result<Node, AffectedError> {
        let graph = &self.ledger.graph;
        let lower = text.to_ascii_lowercase();
        let is_id = (SHORTEST_ID..=40).contains(&lower.len()) && lower.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_id && !has_ref(text, named) {
            let fits = |node: &Node| graph.id(*node).to_string().starts_with(&lower);
            let fitting: Vec<Node> = graph.nodes().filter(fits).collect();
            match fitting.as_slice() {
                [] => {}
                [only] => return Ok(*only),
                several => {
                    let shown = |node: &Node| format!("{} {}", graph.id(*node), graph.subject(*node));
                    let commits = several.iter().map(shown).collect();
                    return Err(AffectedError::AmbiguousCommit { text: text.to_owned(), commits });
                }
            }
        }
        match named {
            Some(commit) => graph.node(commit).ok_or_else(|| AffectedError::OutsideHistory { text: text.to_owned() }),
            None => Err(self.unknown(text)),
        }
    }

    fn unknown(&self, text: &str) -> AffectedError {
        let all = self.ledger.channels.iter().flat_map(releases);
        let known = all.map(|placed| placed.release().version.to_string()).collect();
        AffectedError::Unknown { text: text.to_owned(), known }
    }

    /// The change that a number or key names. The commits of a pull request are what it is; where there are none, those
    /// that refer to it are. A key of a weakness is believed on a line also where nothing leads to trunk.
    fn mentioned(&self, mention: Mention) -> Result<About<'l>, AffectedError> {
        let graph = &self.ledger.graph;
        let found = mention.commits(graph);
        let mut seeds = found.own;
        seeds.extend(self.notes.commits_naming(&mention)?);
        if seeds.is_empty() {
            seeds = found.referring;
        }
        seeds.sort_unstable();
        seeds.dedup();
        // A merge that brought commits which name the key themselves adds nothing.
        let named: rustc_hash::FxHashSet<Node> = seeds.iter().copied().collect();
        let is_number = matches!(mention, Mention::Number(_));
        seeds.retain(|node| {
            is_number
                || !graph.is_merge(*node)
                || !merged_by(graph, *node).iter().any(|brought| named.contains(brought))
        });
        // What takes the change back names it, too; where nothing else does, that is what was meant.
        if !seeds.iter().all(|node| self.places.is_revert(*node)) {
            seeds.retain(|node| !self.places.is_revert(*node));
        }
        if seeds.is_empty() {
            return Err(AffectedError::NotMentioned { text: mention.text() });
        }
        let (mut sought, beside) = self.sought(&seeds, mention.is_security());
        if !is_number {
            self.leave_out_first_attempts(&mut sought.parts);
        }
        Ok(About::Change { sought, mention: Some(mention), beside })
    }

    /// Leaves out what trunk took back before another commit that names the same came to stay: that one is a new attempt,
    /// and needs nothing of the first.
    fn leave_out_first_attempts(&self, parts: &mut Vec<Node>) {
        let trunkward = &self.identities.trunkward;
        let is_gone = |node: &Node| self.places.is_taken_back(*node, &|node| trunkward.is_on_trunk(node));
        let arrival = |node: &Node| trunkward.arrival(*node);
        let last = parts.iter().filter(|node| !is_gone(node)).filter_map(arrival).max();
        parts.retain(|node| !is_gone(node) || last <= self.places.reverts(*node).iter().filter_map(arrival).max());
    }

    /// What commits are on trunk, merges as what they brought. Commits of lines without an origin are the change where
    /// there is nothing on trunk or `is_believed`; else they come back on their own.
    fn sought(&self, seeds: &[Node], is_believed: bool) -> (Sought, Vec<Node>) {
        let graph = &self.ledger.graph;
        let mut parts = Vec::new();
        let mut alone = Vec::new();
        for seed in seeds {
            let brought = if graph.is_merge(*seed) { merged_by(graph, *seed) } else { Vec::new() };
            // A merge that brought nothing is all there is.
            for node in if brought.is_empty() { vec![*seed] } else { brought } {
                if self.identities.trunkward.is_on_trunk(node) {
                    parts.push(node);
                    continue;
                }
                let standing = self.identities.identities.of(node);
                let origins: Vec<Node> =
                    standing.into_iter().flat_map(|standing| standing.counted()).map(|origin| origin.node).collect();
                // A release may list what it repairs, and repairs nothing itself.
                let is_release = standing.is_some_and(|standing| standing.class == Class::Release);
                if origins.is_empty() && !(is_release && is_believed) {
                    alone.push(node);
                }
                parts.extend(origins);
            }
        }
        parts.sort_unstable();
        parts.dedup();
        if parts.is_empty() || is_believed {
            return (Sought { parts, beside: self.by_line(&alone) }, Vec::new());
        }
        (Sought { parts, beside: Vec::new() }, alone)
    }

    /// Commits that trunk lacks, and those that were picked from them onto other lines, by the line that has them.
    fn by_line(&self, alone: &[Node]) -> Vec<Vec<Node>> {
        if alone.is_empty() {
            return Vec::new();
        }
        let presence = Presence::new(&self.ledger.graph, &self.identities.trunkward);
        let mut nodes: Vec<Node> = alone.iter().flat_map(|node| presence.carriers(*node)).collect();
        nodes.retain(|node| !self.identities.trunkward.is_on_trunk(*node));
        nodes.sort_unstable();
        nodes.dedup();
        let mut sets: Vec<Vec<Node>> = Vec::new();
        let mut of_line: FxHashMap<(&str, &str), usize> = FxHashMap::default();
        for node in nodes {
            let line: Option<&Line> = self.line_of(node);
            let Some(line) = line else {
                sets.push(vec![node]);
                continue;
            };
            let at = *of_line.entry((line.channel.as_str(), &line.name)).or_insert_with(|| {
                sets.push(Vec::new());
                sets.len() - 1
            });
            sets[at].push(node);
        }
        sets
    }
}
