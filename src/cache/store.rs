//! Reading and writing segments. A writer never touches what is there: it adds one segment under a name of its own.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::block::{self, BLOCK_SIZE, MAGIC, Records};
use super::compaction;

/// Longer files are no segments of ours; they are not read.
const SEGMENT_LIMIT: u64 = 2 << 30;

const SEGMENT_SUFFIX: &str = "seg";
pub(super) const UNFINISHED_SUFFIX: &str = "tmp";

/// One kind of fact and the version of how it is found and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Namespace {
    /// Part of a file name: letters and dashes.
    pub name: &'static str,
    pub version: u32,
}

impl Namespace {
    fn directory_name(self) -> String {
        format!("{}-v{}", self.name, self.version)
    }

    pub(super) fn seed(self) -> u64 {
        block::checksum(0, self.directory_name().as_bytes())
    }
}

/// Why facts were not kept. Whoever gets it goes on without.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    #[error("cannot write to the cache at `{}`", .directory.display())]
    Write {
        directory: PathBuf,
        #[source]
        source: std::io::Error,
    },
}

/// All namespaces of one repository.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The cache of the repository with this common git directory. Nothing is read or created yet.
    pub fn below(common_dir: &Path) -> Self {
        Self { root: common_dir.join("twintrack").join("cache") }
    }

    /// Reads all facts of a namespace; none where there are none or they cannot be read.
    pub fn load(&self, namespace: Namespace) -> Facts {
        let directory = self.directory(namespace);
        let segments = segment_paths(&directory).iter().filter_map(|path| Segment::read(path, namespace)).collect();
        Facts { segments }
    }

    /// Begins a new segment. Nothing is created before the first fact is appended.
    pub fn writer(&self, namespace: Namespace) -> Writer {
        Writer::new(self.directory(namespace), namespace)
    }

    fn directory(&self, namespace: Namespace) -> PathBuf {
        self.root.join(namespace.directory_name())
    }
}

/// The segments of a namespace, ordered by file name. A directory that cannot be read has none.
pub(super) fn segment_paths(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|suffix| suffix == SEGMENT_SUFFIX)).collect();
    paths.sort();
    paths
}

/// The intact part of one segment.
pub(super) struct Segment {
    bytes: Vec<u8>,
    payloads: Vec<std::ops::Range<usize>>,
}

impl Segment {
    pub(super) fn read(path: &Path, namespace: Namespace) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok()?;
        if !metadata.is_file() || metadata.len() > SEGMENT_LIMIT {
            return None;
        }
        let bytes = std::fs::read(path).ok()?;
        let payloads = block::payloads(&bytes, namespace.seed());
        Some(Self { bytes, payloads })
    }
}

/// The facts of a namespace as they were when loaded.
pub struct Facts {
    pub(super) segments: Vec<Segment>,
}

impl Facts {
    /// Every key with its value, as slices of what was read. A key that two runs found at the same time comes twice,
    /// with equal values.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let payloads = |segment: &'_ Segment| segment.payloads.clone();
        self.segments.iter().flat_map(move |segment| {
            payloads(segment).into_iter().flat_map(|range| Records::new(&segment.bytes[range]))
        })
    }
}

/// A segment being written.
///
/// Failures are kept until [`Writer::finish`], so that finding facts needs no error path of its own. A writer that is
/// dropped leaves nothing.
pub struct Writer {
    directory: PathBuf,
    namespace: Namespace,
    file: Option<BufWriter<NamedTempFile>>,
    failure: Option<std::io::Error>,
    payload: Vec<u8>,
    /// Checksum of the block before.
    seed: u64,
}

impl Writer {
    pub(super) fn new(directory: PathBuf, namespace: Namespace) -> Self {
        Self { directory, namespace, file: None, failure: None, payload: Vec::new(), seed: namespace.seed() }
    }

    /// Adds a fact. One too long for the format, four gigabytes, is not kept.
    pub fn append(&mut self, key: &[u8], value: &[u8]) {
        if self.failure.is_some() {
            return;
        }
        if self.payload.len() + key.len() + value.len() > BLOCK_SIZE {
            self.write_block();
        }
        block::append_record(&mut self.payload, key, value);
    }

    /// Makes the facts visible to other runs, all at once; merges segments where there are many.
    pub fn finish(mut self) -> Result<(), CacheError> {
        if self.write_segment()?.is_some() {
            compaction::compact_if_many(&self.directory, self.namespace);
        }
        Ok(())
    }

    /// Writes the segment under its final name, which is that of its contents; `None` where there is nothing to write.
    pub(super) fn write_segment(&mut self) -> Result<Option<PathBuf>, CacheError> {
        self.write_block();
        let failed = |source| CacheError::Write { directory: self.directory.clone(), source };
        if let Some(source) = self.failure.take() {
            return Err(failed(source));
        }
        let Some(file) = self.file.take() else { return Ok(None) };
        let path = self.directory.join(format!("{:016x}.{SEGMENT_SUFFIX}", self.seed));
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        Ok(Some(path))
    }

    fn write_block(&mut self) {
        if self.payload.is_empty() || self.failure.is_some() {
            return;
        }
        let (head, seed) = block::head(self.seed, &self.payload);
        self.seed = seed;
        let written = self.file().and_then(|mut file| {
            file.write_all(&head)?;
            file.write_all(&self.payload)?;
            Ok(file)
        });
        match written {
            Ok(file) => self.file = Some(file),
            Err(error) => self.failure = Some(error),
        }
        self.payload.clear();
    }

    /// Takes the open file, or begins it.
    fn file(&mut self) -> std::io::Result<BufWriter<NamedTempFile>> {
        if let Some(file) = self.file.take() {
            return Ok(file);
        }
        std::fs::create_dir_all(&self.directory)?;
        let suffix = format!(".{UNFINISHED_SUFFIX}");
        let mut builder = tempfile::Builder::new();
        builder.suffix(&suffix);
        // Others of a shared repository may read it, as far as the mask allows.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = BufWriter::with_capacity(BLOCK_SIZE, builder.tempfile_in(&self.directory)?);
        file.write_all(&MAGIC)?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const FACTS: Namespace = Namespace { name: "test", version: 1 };

    fn loaded(cache: &Cache) -> BTreeMap<Vec<u8>, Vec<u8>> {
        cache.load(FACTS).iter().map(|(key, value)| (key.to_vec(), value.to_vec())).collect()
    }

    fn write(cache: &Cache, facts: &[(&str, &str)]) {
        let mut writer = cache.writer(FACTS);
        for (key, value) in facts {
            writer.append(key.as_bytes(), value.as_bytes());
        }
        writer.finish().unwrap();
    }

    fn expected(facts: &[(&str, &str)]) -> BTreeMap<Vec<u8>, Vec<u8>> {
        facts.iter().map(|(key, value)| (key.as_bytes().to_vec(), value.as_bytes().to_vec())).collect()
    }

    fn only_segment(cache: &Cache) -> PathBuf {
        let paths = segment_paths(&cache.directory(FACTS));
        assert_eq!(paths.len(), 1);
        paths[0].clone()
    }

    /// One record a block, so that the tests see several.
    fn write_in_blocks(cache: &Cache, facts: &[(&str, &str)]) {
        let mut writer = cache.writer(FACTS);
        for (key, value) in facts {
            writer.append(key.as_bytes(), value.as_bytes());
            writer.write_block();
        }
        writer.finish().unwrap();
    }

    #[test]
    fn what_several_runs_wrote_is_read_as_one() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::below(dir.path());
        assert!(loaded(&cache).is_empty());
        write(&cache, &[("a", "1"), ("b", "")]);
        write(&cache, &[("c", "3"), ("", "empty key")]);
        assert_eq!(loaded(&cache), expected(&[("a", "1"), ("b", ""), ("c", "3"), ("", "empty key")]));
    }

    #[test]
    fn equal_facts_of_two_runs_are_one_segment() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::below(dir.path());
        write(&cache, &[("a", "1")]);
        write(&cache, &[("a", "1")]);
        only_segment(&cache);
    }

    #[test]
    fn a_writer_without_facts_leaves_no_trace() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::below(dir.path());
        cache.writer(FACTS).finish().unwrap();
        let mut dropped = cache.writer(FACTS);
        dropped.append(b"a", b"1");
        drop(dropped);
        assert!(!dir.path().join("twintrack").exists());
    }

    #[test]
    fn a_writer_that_is_dropped_half_way_leaves_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::below(dir.path());
        let mut dropped = cache.writer(FACTS);
        dropped.append(b"a", &vec![7; 3 * BLOCK_SIZE]);
        dropped.append(b"b", b"");
        drop(dropped);
        assert_eq!(std::fs::read_dir(cache.directory(FACTS)).unwrap().count(), 0);
    }

    #[test]
    fn facts_of_another_version_are_not_seen_even_where_the_file_was_moved() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::below(dir.path());
        write(&cache, &[("a", "1")]);
        let next = Namespace { version: 2, ..FACTS };
        assert_eq!(cache.load(next).iter().count(), 0);
        std::fs::rename(cache.directory(FACTS), cache.directory(next)).unwrap();
        assert_eq!(cache.load(next).iter().count(), 0);
    }

    #[test]
    fn a_flipped_byte_loses_its_block_and_those_after_it_and_invents_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::below(dir.path());
        let facts = [("key one", "value one"), ("key two", "value two, longer"), ("k", "v")];
        write_in_blocks(&cache, &facts);
        let (path, all) = (only_segment(&cache), expected(&facts));
        let intact = std::fs::read(&path).unwrap();
        for at in 0..intact.len() {
            for change in [0x01, 0x80, 0xff] {
                let mut damaged = intact.clone();
                damaged[at] ^= change;
                std::fs::write(&path, &damaged).unwrap();
                let found = loaded(&cache);
                assert!(found.len() < all.len(), "byte {at}");
                assert!(found.iter().all(|(key, value)| all.get(key) == Some(value)), "byte {at}");
            }
        }
    }

    #[test]
    fn a_segment_cut_off_anywhere_gives_its_whole_blocks() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::below(dir.path());
        let facts = [("key one", "value one"), ("key two", "value two"), ("k", "v")];
        write_in_blocks(&cache, &facts);
        let (path, all) = (only_segment(&cache), expected(&facts));
        let intact = std::fs::read(&path).unwrap();
        for length in 0..intact.len() {
            std::fs::write(&path, &intact[..length]).unwrap();
            let found = loaded(&cache);
            assert!(found.len() < all.len() && found.iter().all(|(key, value)| all.get(key) == Some(value)));
        }
    }

    #[test]
    fn hostile_lengths_under_a_true_checksum_end_the_block() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::below(dir.path());
        std::fs::create_dir_all(cache.directory(FACTS)).unwrap();
        for record in [[0xff; 8], [0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff], [9, 0, 0, 0, 0, 0, 0, 0]] {
            let (head, _) = block::head(FACTS.seed(), &record);
            let segment = [MAGIC.as_slice(), &head, &record].concat();
            std::fs::write(cache.directory(FACTS).join("0.seg"), segment).unwrap();
            assert!(loaded(&cache).is_empty());
        }
        let huge = [MAGIC.as_slice(), &[0xff; 12]].concat();
        std::fs::write(cache.directory(FACTS).join("0.seg"), huge).unwrap();
        assert!(loaded(&cache).is_empty());
    }

    #[test]
    fn a_directory_in_place_of_a_segment_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::below(dir.path());
        std::fs::create_dir_all(cache.directory(FACTS).join("0.seg")).unwrap();
        write(&cache, &[("a", "1")]);
        assert_eq!(loaded(&cache), expected(&[("a", "1")]));
    }

    #[test]
    fn an_unwritable_place_is_an_error_at_the_end_only() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("twintrack"), "a file in the way").unwrap();
        let cache = Cache::below(dir.path());
        let mut writer = cache.writer(FACTS);
        writer.append(b"a", &vec![7; 3 * BLOCK_SIZE]);
        writer.append(b"b", b"2");
        assert!(writer.finish().is_err());
        assert!(loaded(&cache).is_empty());
    }

    #[test]
    fn many_segments_become_one_and_no_fact_is_lost() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::below(dir.path());
        let mut all = BTreeMap::new();
        for run in 0..40 {
            let (key, value) = (format!("key {run}"), format!("value {run}"));
            write(&cache, &[(&key, &value), ("shared", "same")]);
            all.insert(key.into_bytes(), value.into_bytes());
        }
        all.insert(b"shared".to_vec(), b"same".to_vec());
        assert_eq!(loaded(&cache), all);
        assert!(segment_paths(&cache.directory(FACTS)).len() <= 17);
    }

    #[test]
    fn runs_at_the_same_time_lose_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::below(dir.path());
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let cache = &cache;
                scope.spawn(move || (0..10).for_each(|run| write(cache, &[(&format!("{thread}/{run}"), "x")])));
            }
        });
        assert_eq!(loaded(&cache).len(), 80);
    }
}
