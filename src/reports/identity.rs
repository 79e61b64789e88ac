//! What every commit of a ledger's lines is, read once for all reports that ask where a change stands.
//!
//! The invariant: the answer is about everything that a line, a release or a deploy reaches and trunk does not, so that no
//! report has to ask again with other tips. What people decided joins where the engine is called here, so that every
//! report hears the same.

use chrono::{DateTime, Utc};
use rustc_hash::FxHashSet;

use crate::cache::Cache;
use crate::domain::{CommitId, ObjectId};
use crate::git::{ObjectReader, ReadError, Repository};
use crate::graph::Node;
use crate::history::{Contents, Engine, Guidance, Identities, Trunkward, prepare_titles};
use crate::ledger::{Decided, Ledger, NotesError, decisions, is_note, notes_of_trunk};

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
    /// Recognises the commits of all lines, releases and deploys that trunk does not reach. What people decided, and which
    /// notes mark a change, is read from trunk and the tips of the lines.
    pub fn read(ledger: &Ledger, sources: &IdentitySources<'_>) -> Result<Self, NotesError> {
        prepare_titles(sources.threads);
        let graph = &ledger.graph;
        let trunk = ledger.trunk.commit;
        let trunkward = Trunkward::new(graph, graph.node(trunk));
        let decided = decisions(&ledger.config, &notes_of_trunk(sources.repository, &ledger.config, trunk)?);
        let (identities, unknown) = recognise(ledger, sources, &trunkward, &tips(ledger, None), &decided)?;
        Ok(Self { trunkward, identities, unknown })
    }

    /// What could not be known, in sentences.
    pub fn notices(&self) -> Vec<String> {
        let mut notices: Vec<String> = absent_contents(self.unknown).into_iter().collect();
        let places = self.identities.unresolved();
        if !places.is_empty() {
            notices.push(format!("decisions about commits that are not here were passed over: {}", places.join(", ")));
        }
        notices
    }
}

/// Recognises what the tips reach and trunk does not, heeding what people decided and which notes mark a change; and of how
/// many commits the contents are absent.
pub(super) fn recognise(
    ledger: &Ledger,
    sources: &IdentitySources<'_>,
    trunkward: &Trunkward,
    tips: &[Node],
    decided: &[Decided],
) -> Result<(Identities, usize), NotesError> {
    let notes = note_paths(ledger, sources.repository)?;
    let guidance = Guidance { changes: &ledger.config.changes, decided, notes: &notes };
    let mut contents = Contents::open(sources.repository, sources.cache, sources.threads, sources.progress);
    let identities = Engine::new(&ledger.graph, trunkward, &mut contents).guided(guidance).identify(tips);
    Ok((identities, contents.unknown()))
}

/// That the contents of commits are absent, as a sentence.
pub(super) fn absent_contents(unknown: usize) -> Option<String> {
    let commits = match unknown {
        0 => return None,
        1 => "1 commit".to_owned(),
        count => format!("{count} commits"),
    };
    Some(format!("the contents of {commits} are absent from this clone; these were recognised by messages alone"))
}

/// Trunk's tip and those of the lines that have other notes than the ones before; where this clone lacks what would say so,
/// a tip is passed over.
pub(super) fn tips_with_notes(ledger: &Ledger, reader: &ObjectReader) -> Result<Vec<CommitId>, ReadError> {
    let lines = ledger.channels.iter().flat_map(|channel| &channel.lines).map(|line| line.tip);
    let mut seen: FxHashSet<ObjectId> = FxHashSet::default();
    let mut tips = Vec::new();
    for tip in std::iter::once(ledger.trunk.commit).chain(lines) {
        let mut is_new = false;
        for directory in ledger.config.changes.note_directories() {
            match reader.entry_at(tip, directory) {
                Ok(Some(directory)) => is_new |= seen.insert(directory.id),
                Ok(None) => {}
                Err(error) if error.is_absent() => {}
                Err(error) => return Err(error),
            }
        }
        if is_new {
            tips.push(tip);
        }
    }
    Ok(tips)
}

/// Paths of the notes of trunk and of all lines, ordered.
pub(super) fn note_paths(ledger: &Ledger, repository: &Repository) -> Result<Vec<String>, NotesError> {
    paths_of_tips(ledger, repository).map_err(|source| NotesError::Commit { commit: ledger.trunk.commit, source })
}

fn paths_of_tips(ledger: &Ledger, repository: &Repository) -> Result<Vec<String>, ReadError> {
    let reader = repository.reader()?;
    let changes = &ledger.config.changes;
    let mut paths = Vec::new();
    for tip in tips_with_notes(ledger, &reader)? {
        match reader.files_matching(tip, |path| changes.leads_to_notes(path), |path| is_note(changes, path)) {
            Ok(files) => paths.extend(files.into_iter().map(|(path, _)| path)),
            Err(error) if error.is_absent() => {}
            Err(error) => return Err(error),
        }
    }
    paths.sort_unstable();
    paths.dedup();
    Ok(paths)
}

/// The tips of all lines, since the engine reads a line's own chain from them, and the tags and deploys beside lines that
/// none of these reaches; without what trunk reaches, and without what is older than `since`. Each once, lines first.
pub(super) fn tips(ledger: &Ledger, since: Option<DateTime<Utc>>) -> Vec<Node> {
    let graph = &ledger.graph;
    let is_asked = |node: &Node| since.is_none_or(|since| graph.commit_time(*node) >= since);
    let mut known = ledger.trunk_reach.all.clone();
    let lines = || ledger.channels.iter().flat_map(|channel| &channel.lines);
    let nodes = |commits: &mut dyn Iterator<Item = CommitId>| {
        let mut nodes: Vec<Node> = commits.filter_map(|commit| graph.node(commit)).collect();
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    };
    let mut tips = nodes(&mut lines().map(|line| line.tip));
    tips.retain(|tip| !known.contains(*tip) && is_asked(tip));
    graph.reach_into(&tips, &mut known);
    let tags = lines().flat_map(|line| &line.releases).map(|release| release.commit);
    let deploys = ledger.channels.iter().flat_map(|channel| &channel.deploys).map(|deploy| deploy.commit);
    let mut beside = nodes(&mut tags.chain(deploys));
    beside.retain(is_asked);
    // Children come before their parents, so that a commit which is new here is reached by none of the others.
    beside.retain(|node| !graph.reach_into(&[*node], &mut known).is_empty());
    tips.extend(beside);
    tips
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::changelog::tests::{BOTH, ledger};
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
        let read = LedgerIdentities::read(&ledger, &sources).unwrap();
        let node = |commit| ledger.graph.node(commit).unwrap();
        assert_eq!(tips(&ledger, None), [node(on_line), node(only)]);
        assert_eq!(read.identities.carriers(node(fix)), [node(on_line)]);
        assert!(read.identities.of(node(only)).is_some_and(|standing| standing.origins.is_empty()));
        assert!(read.notices().is_empty());
    }
}
