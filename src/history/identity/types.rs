//! What is said of one commit: where its change comes from, by which evidence, how surely, and how much of it arrived.

use std::fmt;

use serde::Serialize;

use crate::graph::Node;

/// What a commit that trunk does not reach is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// A change of trunk on an older line.
    Backport,
    /// A change that only the line has.
    LineOnly,
    /// Takes another commit back, or brings one back that was taken back.
    Revert,
    /// A commit with several parents.
    Merge,
    /// Made by releasing: a version, the notes of a release.
    Release,
}

/// One reason to take a commit for the same change as another, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// A person said so, in a change note or in `release.toml`.
    Decision,
    /// Both brought the same change note.
    Note,
    /// A line of the message names the origin by its id, maybe by way of another line.
    Marker,
    /// Both name the same key: a change id, a security id, an issue.
    Key,
    /// Both name the same pull request, and their differences do not contradict.
    Number,
    /// The same lines added and removed in the same files; blanks, context and generated files aside.
    PatchId,
    /// Written by the same person in the same second.
    AuthorDate,
    /// The same subject, once marks and numbers are taken off.
    Subject,
    /// A large share of changed lines in common.
    Lines,
    /// The merge that brought the commit onto the line names it.
    Merge,
}

/// How sure an answer is. A low one is a suggestion and never counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    /// Whether it is more than a suggestion.
    pub fn counts(self) -> bool {
        self > Self::Low
    }
}

/// How much of a change arrived on the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// The same patch.
    Clean,
    /// Altered to fit the line.
    Adapted,
    /// A part of it: the line's commit holds less than the origin, or one of several commits that share it.
    Partial,
}

/// Words as they stand in JSON.
macro_rules! words {
    ($type:ty { $($variant:ident => $word:literal),* $(,)? }) => {
        impl $type {
            /// As written in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words!(Class { Backport => "backport", LineOnly => "line-only", Revert => "revert", Merge => "merge", Release => "release" });
words!(Evidence {
    Decision => "decision", Note => "note", Marker => "marker", Key => "key", Number => "number",
    PatchId => "patch-id", AuthorDate => "author-date", Subject => "subject", Lines => "lines", Merge => "merge",
});
words!(Confidence { Low => "low", Medium => "medium", High => "high" });
words!(Fit { Clean => "clean", Adapted => "adapted", Partial => "partial" });

/// One commit on trunk that a commit of a line has the change of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub node: Node,
    /// Strongest first, each once.
    pub evidence: Vec<Evidence>,
    pub confidence: Confidence,
    /// `None` where contents are not in this clone.
    pub fit: Option<Fit>,
}

/// What is known of one commit that trunk does not reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub node: Node,
    pub class: Class,
    /// The main one first. Those of low confidence are suggestions.
    pub origins: Vec<Origin>,
    /// The commits that it takes back, or brings back.
    pub reverts: Vec<Node>,
    /// The commit of the same line that takes it back.
    pub reverted_by: Option<Node>,
    /// A commit on trunk that makes the same update of a dependency on its own.
    pub twin: Option<Node>,
    /// Why a person decided otherwise than was computed.
    pub because: Option<String>,
}

impl Standing {
    pub(super) fn new(node: Node, class: Class) -> Self {
        Self { node, class, origins: Vec::new(), reverts: Vec::new(), reverted_by: None, twin: None, because: None }
    }

    /// The origins that count: suggestions left out.
    pub fn counted(&self) -> impl Iterator<Item = &Origin> {
        self.origins.iter().filter(|origin| origin.confidence.counts())
    }
}
