//! Commits by the beginnings of their ids, as messages and people write them.

use super::node::Graph;
use super::nodes::Node;
use crate::domain::CommitId;

/// The commits of one graph in the order of their ids.
#[derive(Debug)]
pub struct Prefixes(Vec<(CommitId, Node)>);

impl Prefixes {
    /// Sorts the ids once.
    pub fn new(graph: &Graph) -> Self {
        let mut ids: Vec<(CommitId, Node)> = graph.nodes().map(|node| (graph.id(node), node)).collect();
        ids.sort_unstable();
        Self(ids)
    }

    /// The only commit whose id begins with `text`; `None` where that is none or several.
    pub fn find(&self, text: &str) -> Option<Node> {
        let text = text.to_ascii_lowercase();
        let lowest = format!("{text:0<40}").parse::<CommitId>().ok()?;
        let from = self.0.partition_point(|(known, _)| *known < lowest);
        let mut fitting = self.0[from..].iter().take_while(|(known, _)| known.to_string().starts_with(&text));
        let (_, node) = fitting.next()?;
        fitting.next().is_none().then_some(*node)
    }
}
