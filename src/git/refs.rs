//! The ref snapshot: all refs that can matter, read once per run.
//!
//! Read from the files themselves: libgit2's iteration sorts and looks at every ref of the repository, and forges fill
//! clones with tens of thousands of `refs/pull/`. Loose refs are read before `packed-refs`, so that a ref packed
//! meanwhile is seen at least once; the loose one wins, as in git.

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::{ObjectId, RefName};

use super::packed::{self, PackedLine};

/// Symbolic refs are followed this far, as in git.
const SYMBOLIC_LIMIT: usize = 5;

/// Longer files are no refs.
const LOOSE_LIMIT: u64 = 4096;

/// A ref as it stood when the snapshot was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefEntry {
    pub name: RefName,
    /// A tag object for annotated tags.
    pub target: ObjectId,
    /// What the target comes to when all tags are unwrapped, the target itself where it is no tag. `None` where only
    /// the object can say, as for loose refs.
    pub peeled: Option<ObjectId>,
    /// The ref this one is an alias of, as `refs/remotes/origin/HEAD` is.
    pub alias_of: Option<RefName>,
}

/// Why a ref is not in the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    NotUtf8,
    /// A name that git itself refuses.
    InvalidName,
    /// Neither an id nor an alias, or a file that cannot be read.
    Malformed,
    /// An alias of a ref that does not exist, or of itself.
    Dangling,
}

/// A ref that was seen and left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SkippedRef {
    /// Text for people; bytes that are not UTF-8 are replaced.
    pub name: String,
    pub why: SkipReason,
}

/// Why the refs could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum RefsError {
    #[error("cannot read the refs")]
    Read(#[source] std::io::Error),
}

/// All refs below the prefixes asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefSnapshot {
    entries: Vec<RefEntry>,
    skipped: Vec<SkippedRef>,
    has_replacements: bool,
}

impl RefSnapshot {
    /// Ordered by name, bytewise.
    pub fn entries(&self) -> &[RefEntry] {
        &self.entries
    }

    /// Ordered by name.
    pub fn skipped(&self) -> &[SkippedRef] {
        &self.skipped
    }

    /// Whether `refs/replace/` or the older `info/grafts` holds anything: git shows other history then than the objects
    /// say, which is what is read here.
    pub fn has_replacements(&self) -> bool {
        self.has_replacements
    }

    /// The ref of exactly this name.
    pub fn find(&self, name: &str) -> Option<&RefEntry> {
        self.entries.binary_search_by(|entry| entry.name.as_str().cmp(name)).ok().map(|at| &self.entries[at])
    }

    /// All refs whose name begins with `prefix`, with what follows it; `refs/tags/` gives the tags.
    pub fn under<'s>(&'s self, prefix: &str) -> impl Iterator<Item = (&'s str, &'s RefEntry)> {
        let start = self.entries.partition_point(|entry| entry.name.as_str() < prefix);
        self.entries[start..].iter().map_while(move |entry| Some((entry.name.as_str().strip_prefix(prefix)?, entry)))
    }

    /// Reads the refs below `prefixes`, each of which ends in a slash, from the common git directory.
    pub(super) fn read(common_dir: &Path, prefixes: &[String]) -> Result<Self, RefsError> {
        let mut found = Found::default();
        for prefix in prefixes {
            read_loose(common_dir, prefix, &mut found).map_err(RefsError::Read)?;
        }
        let replace_dir = common_dir.join("refs/replace");
        let mut has_replacements = fs_err::read_dir(replace_dir).is_ok_and(|mut dir| dir.next().is_some())
            || fs_err::read(common_dir.join("info/grafts")).is_ok_and(|grafts| !grafts.trim_ascii().is_empty());
        let file = match std::fs::read(common_dir.join("packed-refs")) {
            Ok(file) => file,
            Err(error) if is_gone(&error) => Vec::new(),
            Err(error) => return Err(RefsError::Read(naming(&common_dir.join("packed-refs"), &error))),
        };
        let lines = packed::read(&file, |name| {
            name.starts_with(b"refs/replace/") || prefixes.iter().any(|prefix| name.starts_with(prefix.as_bytes()))
        });
        let mut entries = Vec::with_capacity(lines.len());
        for line in lines {
            match line {
                PackedLine::Malformed(line) => found.skip(line, SkipReason::Malformed),
                PackedLine::Ref(packed) if packed.name.starts_with(b"refs/replace/") => has_replacements = true,
                PackedLine::Ref(packed) => {
                    let Some(name) = found.name(packed.name) else { continue };
                    if !found.loose.contains_key(&name) {
                        let (target, peeled) = (packed.target, packed.peeled);
                        entries.push(RefEntry { name, target, peeled, alias_of: None });
                    }
                }
            }
        }
        let mut snapshot = Self { entries, skipped: Vec::new(), has_replacements };
        snapshot.entries.sort_by(|a, b| a.name.cmp(&b.name));
        snapshot.entries.dedup_by(|a, b| a.name == b.name);
        snapshot.add_loose(found);
        Ok(snapshot)
    }

    fn add_loose(&mut self, mut found: Found) {
        let mut aliases = Vec::new();
        for (name, loose) in std::mem::take(&mut found.loose) {
            match loose {
                Loose::Direct(target) => self.entries.push(RefEntry { name, target, peeled: None, alias_of: None }),
                Loose::Alias(to) => aliases.push((name, to)),
                Loose::Malformed => {}
            }
        }
        self.entries.sort_by(|a, b| a.name.cmp(&b.name));
        let targets: BTreeMap<RefName, RefName> = aliases.into_iter().collect();
        let mut resolved = Vec::new();
        for (name, first) in &targets {
            let mut to = first;
            for _ in 0..SYMBOLIC_LIMIT {
                to = targets.get(to).unwrap_or(to);
            }
            match self.find(to.as_str()) {
                Some(entry) => {
                    resolved.push(RefEntry { name: name.clone(), alias_of: Some(to.clone()), ..entry.clone() })
                }
                None => found.skip(name.as_str().as_bytes(), SkipReason::Dangling),
            }
        }
        self.entries.extend(resolved);
        self.entries.sort_by(|a, b| a.name.cmp(&b.name));
        found.skipped.sort();
        self.skipped = found.skipped;
    }
}

/// The content of a loose ref.
enum Loose {
    Direct(ObjectId),
    Alias(RefName),
    /// Kept so that an older value in `packed-refs` does not take its place.
    Malformed,
}

/// What the files held so far.
#[derive(Default)]
struct Found {
    loose: BTreeMap<RefName, Loose>,
    skipped: Vec<SkippedRef>,
}

impl Found {
    fn skip(&mut self, name: &[u8], why: SkipReason) {
        self.skipped.push(SkippedRef { name: String::from_utf8_lossy(name).into_owned(), why });
    }

    fn name(&mut self, bytes: &[u8]) -> Option<RefName> {
        let Ok(text) = std::str::from_utf8(bytes) else {
            self.skip(bytes, SkipReason::NotUtf8);
            return None;
        };
        let name = RefName::new(text).ok();
        if name.is_none() {
            self.skip(bytes, SkipReason::InvalidName);
        }
        name
    }
}

/// Walks the directory of a prefix. Directories may vanish while they are read, and so may files: git prunes both.
fn read_loose(common_dir: &Path, prefix: &str, found: &mut Found) -> std::io::Result<()> {
    let mut pending = vec![prefix.trim_end_matches('/').as_bytes().to_vec()];
    while let Some(dir_name) = pending.pop() {
        let dir_path = common_dir.join(bytes_to_path(&dir_name));
        let dir = match std::fs::read_dir(&dir_path) {
            Ok(dir) => dir,
            Err(error) if is_gone(&error) => continue,
            Err(error) => return Err(naming(&dir_path, &error)),
        };
        for entry in dir {
            let entry = entry.map_err(|error| naming(&dir_path, &error))?;
            let file_name = entry.file_name();
            let file_bytes = path_bytes(Path::new(&file_name));
            // A lock is no ref, and git keeps its own files of that name only while it writes.
            if file_bytes.ends_with(b".lock") {
                continue;
            }
            let name = [dir_name.as_slice(), b"/", &file_bytes].concat();
            let kind = entry.file_type().map_err(|error| naming(&entry.path(), &error))?;
            if kind.is_dir() {
                pending.push(name);
                continue;
            }
            let Some(ref_name) = found.name(&name) else { continue };
            let Some(loose) = read_loose_file(&entry.path()) else { continue };
            if matches!(loose, Loose::Malformed) {
                found.skip(&name, SkipReason::Malformed);
            }
            found.loose.insert(ref_name, loose);
        }
    }
    Ok(())
}

/// One loose ref; `None` where it is gone. What is no short regular file is malformed and not opened: a pipe would
/// never end.
fn read_loose_file(path: &Path) -> Option<Loose> {
    let content = match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() && metadata.len() < LOOSE_LIMIT => std::fs::read(path),
        Ok(_) => return Some(Loose::Malformed),
        Err(error) => Err(error),
    };
    match content {
        Ok(content) => Some(parse_loose(&content)),
        Err(error) if is_gone(&error) => None,
        Err(_) => Some(Loose::Malformed),
    }
}

fn parse_loose(content: &[u8]) -> Loose {
    let text = content.trim_ascii();
    let loose = match text.strip_prefix(b"ref:") {
        Some(target) => {
            let target = std::str::from_utf8(target.trim_ascii()).ok();
            target.and_then(|target| RefName::new(target).ok()).map(Loose::Alias)
        }
        None => ObjectId::from_hex(text).map(Loose::Direct),
    };
    loose.unwrap_or(Loose::Malformed)
}

fn is_gone(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

fn naming(path: &Path, error: &std::io::Error) -> std::io::Error {
    std::io::Error::new(error.kind(), format!("`{}`: {error}", path.display()))
}

#[cfg(unix)]
fn bytes_to_path(bytes: &[u8]) -> std::path::PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
fn bytes_to_path(bytes: &[u8]) -> std::path::PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}

#[cfg(unix)]
fn path_bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
fn path_bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}
