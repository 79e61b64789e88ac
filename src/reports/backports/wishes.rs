//! Where a change is wanted: by its note, by its message, by the policy for its kind. And where it is not, by somebody's
//! word.

use rustc_hash::FxHashMap;

use super::decided::is_named;
use super::field::{Field, TrunkChange};
use super::lines::LineReach;
use super::model::WantedBy;
use crate::config::WantedOn;
use crate::domain::{ChannelKind, LineKind, Stage};
use crate::graph::Node;
use crate::history::wanted_on;
use crate::ledger::WrittenNote;

/// Why a change is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish {
    pub by: WantedBy,
    pub because: String,
}

/// Why a change is not needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub because: String,
    pub place: String,
}

/// Wishes and refusals by change and line, both as numbers into the field.
pub(super) struct Wishes<'f, 'l> {
    field: &'f Field<'l>,
    noted: FxHashMap<(Node, usize), String>,
    refused: FxHashMap<(Node, usize), Refused>,
}

impl<'f, 'l> Wishes<'f, 'l> {
    pub(super) fn new(field: &'f Field<'l>, notes: &[WrittenNote]) -> Self {
        let mut wishes = Self { field, noted: FxHashMap::default(), refused: FxHashMap::default() };
        for written in notes {
            let Some(change) = field.change_of(written.added_by) else { continue };
            for name in &written.file.note.backport {
                for at in wishes.named(name.as_str()) {
                    let because = format!("{} asks for it", written.file.path);
                    wishes.noted.entry((change.origin, at)).or_insert(because);
                }
            }
        }
        for refusal in field.verdicts.refusals() {
            let Some(change) = field.change_of(refusal.commit) else { continue };
            for at in wishes.named(refusal.line.as_str()) {
                let refused = Refused { because: refusal.because.clone(), place: refusal.place.clone() };
                wishes.refused.entry((change.origin, at)).or_insert(refused);
            }
        }
        wishes
    }

    fn named(&self, name: &str) -> Vec<usize> {
        let lines = self.field.lines.iter().enumerate();
        lines.filter(|(_, reach)| is_named(reach.line, name)).map(|(at, _)| at).collect()
    }

    /// Why somebody said that a change is not needed on a line.
    pub(super) fn refused(&self, change: &TrunkChange, line: usize) -> Option<&Refused> {
        self.refused.get(&(change.origin, line))
    }

    /// Why a change is wanted on a line that is maintained and was cut before it; the strongest reason.
    pub(super) fn wanted(&self, change: &TrunkChange, at: usize) -> Option<Wish> {
        let line = &self.field.lines[at];
        if let Some(because) = self.noted.get(&(change.origin, at)) {
            return Some(Wish { by: WantedBy::Note, because: because.clone() });
        }
        self.by_message(change, line).or_else(|| self.by_policy(change, line))
    }

    fn by_message(&self, change: &TrunkChange, line: &LineReach<'_>) -> Option<Wish> {
        let graph = self.field.graph;
        let spoken = change.commits.iter().chain(std::iter::once(&change.origin));
        let found = spoken
            .flat_map(|node| wanted_on(graph.subject(*node), graph.body(*node)))
            .find(|word| means(word, line))?;
        let because = if is_general(found) {
            "its message wants it on the stable lines".to_owned()
        } else {
            format!("its message names {found}")
        };
        Some(Wish { by: WantedBy::Message, because })
    }

    fn by_policy(&self, change: &TrunkChange, line: &LineReach<'_>) -> Option<Wish> {
        let policy = *self.field.ledger.config.changes.backport_policy.get(&change.kind)?;
        let where_to = asked_by(policy, line)?;
        let is_vain = !change.repairs.is_empty() && change.repairs.iter().all(|node| !self.has_any(line, *node));
        if change.is_turn || is_vain || !self.is_for(change, line) {
            return None;
        }
        Some(Wish { by: WantedBy::Policy, because: format!("{} on {where_to}", change.kind) })
    }

    /// Whether a line has, or ever had, a commit of trunk or a pick of it.
    fn has_any(&self, line: &LineReach<'_>, node: Node) -> bool {
        line.holds(self.field.trunkward, node) || self.field.carriers_on(line, node).next().is_some()
    }

    /// Whether the change matters to the readers of the line's channel.
    pub(super) fn is_for(&self, change: &TrunkChange, line: &LineReach<'_>) -> bool {
        if let Some(channels) = &change.channels {
            return channels.contains(&line.channel.name);
        }
        let rules = &self.field.rules;
        let files = rules.files(self.field.graph, &change.commits);
        !files.as_ref().is_some_and(|files| rules.are_internal(files))
            && rules.is_for(&line.channel.name, change.scope.as_deref(), files.as_deref())
    }
}

/// Which lines a policy asks, in words; `None` where this line is none of them. A line that nothing is declared of is
/// asked as an active one; a managed one, which the next cut replaces, only by what goes to every maintained line.
fn asked_by(policy: WantedOn, line: &LineReach<'_>) -> Option<&'static str> {
    let stage = line.line.stage;
    let is_active = match line.channel.kind {
        ChannelKind::Versioned => matches!(stage, Stage::Active | Stage::Unknown),
        ChannelKind::Continuous => stage == Stage::Active,
    };
    match policy {
        WantedOn::Maintained => Some("maintained lines"),
        WantedOn::Active => is_active.then_some("active lines"),
        WantedOn::Newest => (line.rank == 0).then_some("the newest line"),
        WantedOn::Lts => (line.line.kind == LineKind::Lts).then_some("LTS lines"),
        WantedOn::None => None,
    }
}

/// Whether a word of a message means all lines that others install.
fn is_general(word: &str) -> bool {
    let word = word.trim().to_ascii_lowercase();
    ["", "stable", "all", "maintained"].contains(&word.as_str())
}

/// Whether a word of a message means a line: its name or branch, `v1.8`, `1.8.x`, `1.8+` for it and newer ones.
fn means(word: &str, line: &LineReach<'_>) -> bool {
    if is_general(word) {
        return line.channel.kind == ChannelKind::Versioned;
    }
    let word = word.trim().trim_matches(['`', '"', '\'', ',', ';']);
    if is_named(line.line, word) {
        return true;
    }
    let word = word.strip_prefix('v').unwrap_or(word);
    let (word, is_open) = match word.strip_suffix('+') {
        Some(rest) => (rest, true),
        None => (word, false),
    };
    let word = word.strip_suffix(".x").unwrap_or(word);
    if word == line.line.name && line.channel.kind == ChannelKind::Versioned {
        return true;
    }
    is_open
        && line.channel.kind == ChannelKind::Versioned
        && matches!((numbers(word), numbers(&line.line.name)), (Some(from), Some(own)) if own >= from)
}

/// The numbers of `1.8` or `1.8.x`; `None` for a name with other text.
fn numbers(text: &str) -> Option<Vec<u64>> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let text = text.strip_suffix(".x").unwrap_or(text);
    text.split('.').map(|part| part.parse().ok()).collect()
}
