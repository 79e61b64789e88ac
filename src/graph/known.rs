//! Commits whose facts are known before their history is walked: those of the cache, and those that were read ahead, many at
//! a time, because it is certain that they are asked for.

use rustc_hash::FxHashMap;

use super::facts::{self, Facts, Fresh, NAMESPACE_VERSION};
use super::load::GraphError;
use crate::cache::{self, Cache, Namespace, Writer};
use crate::domain::{CommitId, Message, ObjectId};
use crate::git::{RawCommit, Repository};

const COMMITS: Namespace = Namespace { name: "commits", version: NAMESPACE_VERSION };

/// The bytes of the cache, from which [`KnownCommits`] borrow.
pub struct CachedCommits(cache::Facts);

impl CachedCommits {
    /// Reads what earlier runs found.
    pub fn load(cache: &Cache) -> Self {
        Self(cache.load(COMMITS))
    }
}

/// Encoded facts by commit.
pub struct KnownCommits<'c> {
    cached: FxHashMap<CommitId, &'c [u8]>,
    ahead: FxHashMap<CommitId, Vec<u8>>,
}

impl<'c> KnownCommits<'c> {
    /// What the cache has.
    pub fn of(cached: &'c CachedCommits) -> Self {
        let facts = cached.0.iter();
        let cached = facts.filter_map(|(key, value)| Some((CommitId::new(ObjectId::from_slice(key)?), value)));
        Self { cached: cached.collect(), ahead: FxHashMap::default() }
    }

    /// Reads those of these objects that are commits and not known yet, and writes them to the cache. Objects that are
    /// absent, damaged or something else are passed over.
    pub fn read_ahead(
        &mut self,
        repository: &Repository,
        cache: &Cache,
        objects: impl IntoIterator<Item = ObjectId>,
    ) -> Result<(), GraphError> {
        let mut wanted: Vec<CommitId> = objects.into_iter().map(CommitId::new).filter(|id| !self.knows(*id)).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let read = repository.read_each(&wanted, |reader, id| {
            let commit = reader.commit(*id).ok()?;
            let mut bytes = Vec::new();
            encode(&commit, &mut bytes);
            Some(bytes)
        });
        let mut writer = Self::writer(cache);
        for (id, bytes) in wanted.into_iter().zip(read.map_err(GraphError::Objects)?) {
            let Some(bytes) = bytes else { continue };
            writer.append(id.object().as_bytes(), &bytes);
            self.ahead.insert(id, bytes);
        }
        // A cache that cannot be written costs the next run time and nothing else.
        let _ = writer.finish();
        Ok(())
    }

    /// Whether this is a commit whose facts are known.
    pub fn knows(&self, id: CommitId) -> bool {
        self.cached.contains_key(&id) || self.ahead.contains_key(&id)
    }

    pub(super) fn facts(&self, id: CommitId) -> Option<Facts<'_>> {
        let ahead = || self.ahead.get(&id).map(Vec::as_slice);
        facts::decode(self.cached.get(&id).copied().or_else(ahead)?)
    }

    /// Where facts are kept for later runs.
    pub(super) fn writer(cache: &Cache) -> Writer {
        cache.writer(COMMITS)
    }
}

/// Replaces `out` by the bytes of a commit's facts.
pub(super) fn encode(commit: &RawCommit, out: &mut Vec<u8>) {
    let message = Message::decode(&commit.message, commit.encoding.as_deref()).condense(commit.parents.len() > 1);
    let fresh = Fresh {
        tree: commit.tree,
        parents: &commit.parents,
        author_time: commit.author.time,
        commit_time: commit.committer.time,
        author_name: &commit.author.name,
        author_email: &commit.author.email,
        message: &message,
    };
    facts::encode(&fresh, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestRepo;

    #[test]
    fn commits_are_read_ahead_and_nothing_else() {
        let mut r = TestRepo::new();
        let commit = r.commit_file("main", "feat: start", "a", "a");
        let tag = r.tag("v1", "main");
        let (repository, directory) = (r.open(), tempfile::tempdir().unwrap());
        let cache = Cache::below(directory.path());
        let tree = repository.reader().unwrap().commit(commit).unwrap().tree;
        let absent = ObjectId::from_hex(b"0123456789012345678901234567890123456789").unwrap();
        let others = [tag, tree, absent].map(CommitId::new);
        let cached = CachedCommits::load(&cache);
        let mut known = KnownCommits::of(&cached);
        known.read_ahead(&repository, &cache, [commit.object(), tag, tree, absent]).unwrap();
        assert!(known.knows(commit) && known.facts(commit).is_some_and(|facts| facts.subject == "feat: start"));
        assert!(!others.iter().any(|id| known.knows(*id)));
        let cached = CachedCommits::load(&cache);
        let known = KnownCommits::of(&cached);
        assert!(known.knows(commit) && !others.iter().any(|id| known.knows(*id)));
    }
}
