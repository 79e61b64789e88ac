//! Which changes of trunk carry the number of a pull request: `#12` on a merge of it, or at the end of a squashed title.

use super::subject::Subject;
use super::titles::MergeTitle;
use crate::graph::{Graph, Node};

/// The commits of trunk whose change has this number, `#12` or `!12`, newest first. What the titles of merges and the ends
/// of subjects say comes first; only where none of them fits does a mention elsewhere in a subject count.
pub fn numbered(graph: &Graph, is_on_trunk: impl Fn(Node) -> bool, number: &str) -> Vec<Node> {
    let bare = number.trim_start_matches(['#', '!']);
    let is_meant = |text: &str| text.trim_start_matches(['#', '!']) == bare;
    let mut own = Vec::new();
    let mut mentions = Vec::new();
    for node in graph.nodes().filter(|node| is_on_trunk(*node)) {
        let subject = graph.subject(node);
        if !subject.contains(bare) && !graph.is_merge(node) {
            continue;
        }
        let of_merge = || MergeTitle::of(&graph.message(node)).and_then(|title| title.number);
        let refs = Subject::parse(subject).refs;
        if graph.is_merge(node) && of_merge().is_some_and(|number| is_meant(&number)) || ends_in(subject, bare) {
            own.push(node);
        } else if refs.iter().any(|reference| is_meant(reference)) {
            mentions.push(node);
        }
    }
    if own.is_empty() { mentions } else { own }
}

/// Whether a subject ends in the number of its pull request: `title (#12)`.
fn ends_in(subject: &str, number: &str) -> bool {
    let last = subject.trim_end().strip_suffix(')').and_then(|text| text.rsplit_once('('));
    last.is_some_and(|(_, inner)| inner.strip_prefix(['#', '!']) == Some(number))
}
