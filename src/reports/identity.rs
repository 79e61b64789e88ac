//! What every commit of a ledger's lines is, read once for all reports that ask where a change stands.
//!
//! The invariant: the answer is about everything that a line, a release or a deploy reaches and trunk does not, so that no
//! report has to ask again with other tips. What people decided joins where the engine is called here, so that every
//! report hears the same.

use crate::cache::Cache;
use crate::domain::CommitId;
use crate::git::Repository;
use crate::graph::Node;
use crate::history::{Contents, Engine, Identities, Trunkward};
use crate::ledger::Ledger;

/// Where what commits do is read.
pub struct IdentitySources<'a> {
    pub repository: &'a Repository,
    pub cache: &'a Cache,
    /// How many read at the same time, one at least.
    pub threads: usize,
    /// Called now and then with the number of commits read so far.
    pub progress: &'a dyn Fn(usize),
}

/// Where the changes of a ledger stand.
pub struct LedgerIdentities {
    pub trunkward: Trunkward,
    pub identities: Identities,
    /// Of how many commits the contents are absent from this clone, so that nothing could be told by them.
    pub unknown: usize,
}

impl LedgerIdentities {
    /// Recognises the commits of all lines, releases and deploys that trunk does not reach.
    pub fn read(ledger: &Ledger, sources: &IdentitySources<'_>) -> Self {
        let graph = &ledger.graph;
        let trunkward = Trunkward::new(graph, graph.node(ledger.trunk.commit));
        let mut contents = Contents::open(sources.repository, sources.cache, sources.threads, sources.progress);
        let identities = Engine::new(graph, &trunkward, &mut contents).identify(&tips(ledger));
        Self { trunkward, identities, unknown: contents.unknown() }
    }

    /// What could not be known, as a sentence.
    pub fn notice(&self) -> Option<String> {
        let count = self.unknown;
        (count > 0).then(|| {
            let commits = if count == 1 { "1 commit is" } else { &format!("{count} commits are") };
            format!("the contents of {commits} absent from this clone; these were recognised by messages alone")
        })
    }
}

/// The tips of all lines, since the engine reads a line's own chain from them, and the tags and deploys beside lines that
/// none of these reaches; without what trunk reaches. Each once, lines first.
fn tips(ledger: &Ledger) -> Vec<Node> {
    let graph = &ledger.graph;
    let mut known = ledger.trunk_reach.all.clone();
    let lines = || ledger.channels.iter().flat_map(|channel| &channel.lines);
    let nodes = |commits: &mut dyn Iterator<Item = CommitId>| {
        let mut nodes: Vec<Node> = commits.filter_map(|commit| graph.node(commit)).collect();
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    };
    let mut tips = nodes(&mut lines().map(|line| line.tip));
    tips.retain(|tip| !known.contains(*tip));
    graph.reach_into(&tips, &mut known);
    let tags = lines().flat_map(|line| &line.releases).map(|release| release.commit);
    let deploys = ledger.channels.iter().flat_map(|channel| &channel.deploys).map(|deploy| deploy.commit);
    let mut beside = nodes(&mut tags.chain(deploys));
    // Children come before their parents, so that a commit which is new here is reached by none of the others.
    beside.retain(|node| !graph.reach_into(&[*node], &mut known).is_empty());
    tips.extend(beside);
    tips
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::changelog_tests::{BOTH, ledger};
    use crate::testing::TestRepo;

    #[test]
    fn commits_of_lines_and_of_tags_beside_them_are_recognised() {
        let mut r = TestRepo::new();
        r.commit_file("main", "begin", "a", "1\n2\n3\n");
        r.branch("release/1.0", "main");
        let fix = r.commit_file("main", "fix: count no job twice", "b", "one\ntwo\nthree\n");
        let on_line = r.pick("release/1.0", fix, "fix: count no job twice");
        r.tag("v1.0.1", "release/1.0");
        r.branch("beside", "release/1.0");
        let only = r.commit_file("beside", "chore: release 1.0.2", "VERSION", "1.0.2\n");
        r.tag("v1.0.2", "beside");
        r.delete_branch("beside");
        let ledger = ledger(&r, BOTH);
        let (repository, directory) = (r.open(), tempfile::tempdir().unwrap());
        let cache = Cache::below(directory.path());
        let sources = IdentitySources { repository: &repository, cache: &cache, threads: 1, progress: &|_| () };
        let read = LedgerIdentities::read(&ledger, &sources);
        let node = |commit| ledger.graph.node(commit).unwrap();
        assert_eq!(tips(&ledger), [node(on_line), node(only)]);
        assert_eq!(read.identities.carriers(node(fix)), [node(on_line)]);
        assert!(read.identities.of(node(only)).is_some_and(|standing| standing.origins.is_empty()));
        assert_eq!(read.notice(), None);
    }
}
