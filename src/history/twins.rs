//! Commits off trunk that are plainly the same change as one on trunk although nothing names it: written by the same
//! person in the same second under the same sentence, as a pick leaves them, or carrying the same title and number of a
//! pull request, as a squash leaves them. Where more than one commit on trunk fits, none is taken.

use rustc_hash::FxHashMap;

use super::subject::Subject;
use crate::graph::{Graph, Node};

/// What several commits may share.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Mark<'g> {
    Written(i64, &'g str),
    Title(&'g str),
}

/// Pairs of a commit off trunk and its twin on trunk, in the order of the former.
pub(super) fn twins(
    graph: &Graph,
    is_on_trunk: impl Fn(Node) -> bool,
    is_settled: impl Fn(Node) -> bool,
) -> Vec<(Node, Node)> {
    let mut wanted: FxHashMap<Mark<'_>, Vec<Node>> = FxHashMap::default();
    for node in graph.nodes().filter(|node| !is_on_trunk(*node) && !is_settled(*node)) {
        wanted.entry(written(graph, node)).or_default().push(node);
        for title in titles(graph.subject(node)) {
            wanted.entry(Mark::Title(title)).or_default().push(node);
        }
    }
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut found: FxHashMap<Node, Option<Node>> = FxHashMap::default();
    for node in graph.nodes().filter(|node| is_on_trunk(*node)) {
        let subject = graph.subject(node);
        let by_title = titles(subject).next().and_then(|title| wanted.get(&Mark::Title(title)));
        let by_hand = wanted
            .get(&written(graph, node))
            .into_iter()
            .flatten()
            .filter(|twin| Subject::parse(graph.subject(**twin)).sentence == Subject::parse(subject).sentence);
        for twin in by_hand.chain(by_title.into_iter().flatten()) {
            let origin = found.entry(*twin).or_insert(Some(node));
            if *origin != Some(node) {
                *origin = None;
            }
        }
    }
    let mut pairs: Vec<(Node, Node)> = found.into_iter().filter_map(|(twin, origin)| Some((twin, origin?))).collect();
    pairs.sort_unstable();
    pairs
}

fn written(graph: &Graph, node: Node) -> Mark<'_> {
    Mark::Written(graph.author_time(node).timestamp(), graph.author(node).name)
}

/// `title (#1) (#2)` and `title (#1)`: a subject that ends in the number of a pull request, whole, and without the last
/// number where one is left.
fn titles(subject: &str) -> impl Iterator<Item = &str> {
    let ends_in_number = |text: &str| {
        text.strip_suffix(')').and_then(|text| text.rsplit_once("(#")).is_some_and(|(rest, number)| {
            !rest.trim().is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let whole = subject.trim();
    let whole = ends_in_number(whole).then_some(whole);
    let shorter =
        whole.and_then(|text| text.rsplit_once(" (#")).map(|(rest, _)| rest).filter(|rest| ends_in_number(rest));
    whole.into_iter().chain(shorter)
}
