//! On which other commits the changes of one range stand, as far as its reader is concerned: what messages state, what
//! comparing the lines found, and what comparing the range with what its reader has found.
//!
//! Invariant: the last of these decides where it says anything, since it looked at just these two.

use super::identity::Held;
use super::presence::Presence;
use crate::graph::Node;

/// What is known for one range.
#[derive(Debug, Clone, Copy)]
pub struct Elsewhere<'a> {
    stated: &'a Presence,
    known: &'a Presence,
    /// Whether a reader has whatever `known` says, and not only what messages state.
    is_deciding: bool,
    held: Option<&'a Held>,
}

impl<'a> Elsewhere<'a> {
    /// By what messages state alone.
    pub fn stated(stated: &'a Presence) -> Self {
        Self { stated, known: stated, is_deciding: false, held: None }
    }

    /// The same where `known` holds more than messages state. Whether it also decides what is present is told apart: of
    /// two commits of one line that seem to be one change the later one may still be news.
    #[must_use]
    pub fn and_known(self, known: &'a Presence, is_deciding: bool) -> Self {
        Self { known, is_deciding, ..self }
    }

    /// The same, and what whoever reads the range was found to have.
    #[must_use]
    pub fn and_held(self, held: &'a Held) -> Self {
        Self { held: Some(held), ..self }
    }

    /// What messages state: changes are formed by this alone, so that they are the same wherever they are told.
    pub(super) fn presence(&self) -> &'a Presence {
        self.stated
    }

    /// Whether the change of `node` is where `holds` is true, on whatever commit, and was not taken back there.
    pub fn is_present(&self, node: Node, holds: impl Fn(Node) -> bool) -> bool {
        match self.found(node) {
            Some(carriers) => holds(node) || carriers.iter().any(|carrier| holds(*carrier)),
            None if self.is_deciding => self.known.is_present(node, holds),
            None => self.stated.is_present(node, holds),
        }
    }

    /// Whether the commit is known to stand elsewhere, too.
    pub fn is_shared(&self, node: Node) -> bool {
        self.known.is_shared(node) || self.found(node).is_some_and(|carriers| !carriers.is_empty())
    }

    /// The commits that carry a change of `node`, itself among them, in no order that matters.
    pub fn carriers(&self, node: Node) -> impl Iterator<Item = Node> + use<'a> {
        self.known.carriers(node).chain(self.found(node).into_iter().flatten().copied())
    }

    /// The commit on trunk that has the change of `node`, the first where there are several.
    pub fn origin(&self, node: Node, is_on_trunk: impl Fn(Node) -> bool) -> Option<Node> {
        self.known.origin(node, is_on_trunk)
    }

    fn found(&self, node: Node) -> Option<&'a [Node]> {
        self.held.and_then(|held| held.of(node))
    }
}
