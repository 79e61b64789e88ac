//! Since which release a key is there.
//!
//! What a file holds is told by its blob alone, so that each blob is read once, whatever the number of releases that have
//! it, and its names are kept in the cache: as numbers, eight bytes each, since nothing but their presence is asked.

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::compare::SurfaceReader;
use super::error::SurfaceError;
use super::model::SurfaceDifference;
use super::parse::{FileFormat, parse_file};
use super::snapshot::SurfaceSnapshot;
use crate::cache::{Cache, Namespace, Writer};
use crate::domain::ObjectId;
use crate::git::ObjectReader;
use crate::ledger::{ChannelState, Line, Release, ReleaseKind};

/// Raise the version together with any change of which keys are found in a file.
const KEYS: Namespace = Namespace { name: "surface-keys", version: 1 };

/// The names of keys, as numbers; `None` where the file cannot be read.
type Names = Option<FxHashSet<u64>>;

/// Answers since which release keys are there, for one version and those before it.
pub struct Since<'r> {
    reader: &'r SurfaceReader<'r>,
    /// The releases of each line, newest first; the line of the version itself first, then older lines.
    lines: Vec<Vec<&'r Release>>,
}

impl<'r> Since<'r> {
    /// For what `at` has on `line`, or what the line has where it is no release: releases of the line up to it, and all of
    /// older lines. Candidates and retracted releases do not count, except where a line has nothing else yet.
    pub fn new(reader: &'r SurfaceReader<'r>, channel: &'r ChannelState, line: &Line, at: Option<&Release>) -> Self {
        let own_and_older = channel.lines.iter().skip_while(|other| other.name != line.name).enumerate();
        let lines = own_and_older.map(|(number, line)| {
            let is_up_to = |release: &Release| number > 0 || at.is_none_or(|at| release.version <= at.version);
            let standing = |release: &&'r Release| !release.is_retracted && is_up_to(release);
            let all: Vec<&'r Release> = line.releases.iter().rev().filter(standing).collect();
            let is_final = |release: &&Release| release.kind != ReleaseKind::Candidate;
            if all.iter().any(is_final) { all.into_iter().filter(|r| is_final(r)).collect() } else { all }
        });
        let lines = lines.filter(|line: &Vec<_>| !line.is_empty()).collect();
        Self { reader, lines }
    }

    /// The version of the first release since which the key of `file` has been there without a gap: on its own line, and
    /// where that line always had it, on the lines before. Releases at which the file cannot be read are passed over.
    /// `None` where no release has the key.
    pub fn of(&self, key: &str, file: &str) -> Result<Option<String>, SurfaceError> {
        let mut found: Option<&Release> = None;
        for line in &self.lines {
            let mut first = None;
            let mut is_always = true;
            for release in line {
                match self.has(release, key, file)? {
                    Some(true) => first = Some(*release),
                    Some(false) => {
                        is_always = false;
                        break;
                    }
                    None => {}
                }
            }
            found = first.or(found);
            if !is_always || first.is_none() {
                break;
            }
        }
        Ok(found.map(|release| release.version.to_string()))
    }

    /// Fills in since when the keys are there that `to` has.
    pub fn fill(&self, difference: &mut SurfaceDifference) -> Result<(), SurfaceError> {
        for key in &mut difference.configuration.added {
            key.since = self.of(&key.key, &key.file)?;
        }
        for key in &mut difference.configuration.changed {
            key.since = self.of(&key.key, &key.file)?;
        }
        Ok(())
    }

    /// Fills in since when the keys of a version are there.
    pub fn fill_snapshot(&self, snapshot: &mut SurfaceSnapshot) -> Result<(), SurfaceError> {
        for key in snapshot.configuration.iter_mut().flat_map(|file| &mut file.keys) {
            key.since = self.of(&key.key, &key.file)?;
        }
        Ok(())
    }

    /// Whether a release has a key; `None` where that cannot be told. A release that has the file elsewhere is asked for
    /// any file that has the key.
    fn has(&self, release: &Release, key: &str, file: &str) -> Result<Option<bool>, SurfaceError> {
        let files = self.reader.files_at(release.commit, || release.version.to_string())?;
        let files = &files.configuration;
        let number = number_of(key);
        let memory = self.reader.memory.get_or_init(|| RefCell::new(KeyMemory::open(&self.reader.cache)));
        let mut memory = memory.borrow_mut();
        if let Some(blob) = files.get(file) {
            return Ok(memory.names(&self.reader.objects, file, *blob).as_ref().map(|names| names.contains(&number)));
        }
        let mut is_unknown = false;
        for (path, blob) in files.iter() {
            match memory.names(&self.reader.objects, path, *blob) {
                Some(names) if names.contains(&number) => return Ok(Some(true)),
                Some(_) => {}
                None => is_unknown = true,
            }
        }
        Ok((!is_unknown).then_some(false))
    }
}

/// Which keys the files have that were read, in this run or an earlier one.
pub(super) struct KeyMemory {
    known: FxHashMap<(ObjectId, u8), Names>,
    writer: Option<Writer>,
}

impl KeyMemory {
    fn open(cache: &Cache) -> Self {
        let facts = cache.load(KEYS);
        let parse = |(key, value): (&[u8], &[u8])| {
            let (format, id) = key.split_last()?;
            let numbers = value.chunks_exact(8).filter_map(|bytes| Some(u64::from_le_bytes(bytes.try_into().ok()?)));
            Some(((ObjectId::from_slice(id)?, *format), Some(numbers.collect())))
        };
        Self { known: facts.iter().filter_map(parse).collect(), writer: Some(cache.writer(KEYS)) }
    }

    fn names(&mut self, objects: &ObjectReader, path: &str, blob: ObjectId) -> &Names {
        let format = FileFormat::of(path).map_or(0, FileFormat::tag);
        let writer = &mut self.writer;
        self.known.entry((blob, format)).or_insert_with(|| {
            let parsed = parse_file(path, &objects.blob(blob).ok()?);
            let names: FxHashSet<u64> = parsed.keys.keys().map(|key| number_of(key)).collect();
            // What cannot be read may be read by a later version of this program, or be fetched.
            let names = parsed.faults.is_empty().then_some(names)?;
            if let Some(writer) = writer {
                let mut sorted: Vec<u64> = names.iter().copied().collect();
                sorted.sort_unstable();
                let value: Vec<u8> = sorted.into_iter().flat_map(u64::to_le_bytes).collect();
                writer.append(&[blob.as_bytes().as_slice(), &[format]].concat(), &value);
            }
            Some(names)
        })
    }
}

impl Drop for KeyMemory {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            // What cannot be kept is found again.
            let _ = writer.finish();
        }
    }
}

/// A key as a number: FNV-1a, which is the same everywhere and always.
fn number_of(key: &str) -> u64 {
    key.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
