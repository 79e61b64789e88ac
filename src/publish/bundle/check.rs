//! Checks a bundle as it stands, from the first byte to the last, and unpacks nothing.
//!
//! The invariant: what is read beyond the signed list is bounded by what was signed, so that an archive that somebody else
//! made costs no more than looking at its head.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;
use serde::Serialize;

use super::manifest::{BundleFile, BundleManifest, MANIFEST, SIGNATURE, SUMS};
use super::name::fault;
use super::next::{NextStep, next};
use super::signers::{BundleSigner, SignatureFault, Signers};
use super::sums;

/// More than any list of checksums or manifest has, in bytes.
const LONGEST_LIST: u64 = 64 << 20;
/// More than any signature has.
const LONGEST_SIGNATURE: u64 = 64 << 10;
/// Archives are filled up with zeros to a multiple of their blocks; more than any program adds.
const LONGEST_END: u64 = 1 << 20;
/// Of an archive, in bytes.
const BLOCK: u64 = 512;

/// What `verify` prints of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BundleCheck {
    /// What the bundle is, as far as it is signed by somebody who is trusted.
    pub bundle: Option<CheckedBundle>,
    pub signed_by: Option<BundleSigner>,
    /// Files that are as they were signed, and their bytes.
    pub files: usize,
    pub bytes: u64,
    /// Empty where all is well.
    pub problems: Vec<BundleProblem>,
    /// What to do, where all is well.
    pub next: Option<NextStep>,
    pub passed: bool,
}

/// What a bundle is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedBundle {
    pub project: String,
    pub version: String,
    pub channel: String,
    pub line: String,
    pub tag: String,
    pub commit: String,
    /// The folder in the archive that everything is in.
    pub folder: String,
}

/// Something that is wrong with a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BundleProblem {
    pub problem: ProblemKind,
    /// The file in question, where it is about one.
    pub path: Option<String>,
    /// In a sentence.
    pub words: String,
}

/// Kinds of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// It is no bundle, or one of a later form.
    NotABundle,
    /// It ends too early.
    Truncated,
    /// Its signature does not fit, or is for something else.
    Signature,
    /// Its signature is good, and nobody trusts the key.
    UnknownKey,
    /// A file is not what was signed.
    Altered,
    /// A file is not there.
    Missing,
    /// Something is there that was not signed.
    Unexpected,
    /// A name that leads elsewhere, or something that is no plain file.
    Unsafe,
    /// What is installed is newer.
    Older,
    /// No notes lead from what is installed.
    NoWay,
}

impl BundleProblem {
    pub(super) fn of(problem: ProblemKind, words: impl Into<String>) -> Self {
        Self { problem, path: None, words: words.into() }
    }

    fn at(problem: ProblemKind, path: &str, words: impl Into<String>) -> Self {
        Self { problem, path: Some(path.to_owned()), words: words.into() }
    }
}

/// Checks a bundle against the keys that count, for a place where `installed` runs. Whatever the bytes are, the answer says
/// what is wrong with them; an error is a file that cannot be read at all.
pub fn check_bundle(mut file: impl BufRead, signers: &Signers, installed: Option<&str>) -> io::Result<BundleCheck> {
    let is_compressed = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    let mut check = BundleCheck {
        bundle: None,
        signed_by: None,
        files: 0,
        bytes: 0,
        problems: Vec::new(),
        next: None,
        passed: false,
    };
    let ended = if is_compressed {
        let mut decoder = GzDecoder::new(file);
        let ended = check.read_archive(&mut decoder, signers, installed);
        ended.and_then(|()| {
            let is_at_end = decoder.into_inner().fill_buf().map_err(unreadable)?.is_empty();
            if is_at_end { Ok(()) } else { Err(trailing()) }
        })
    } else {
        check.read_archive(&mut file, signers, installed)
    };
    if let Err(problem) = ended {
        check.problems.push(problem);
    }
    check.passed = check.problems.is_empty();
    if !check.passed {
        check.next = None;
    }
    Ok(check)
}

impl BundleCheck {
    /// Ends with the first problem that leaves nothing more to say.
    fn read_archive(
        &mut self,
        reader: &mut impl Read,
        signers: &Signers,
        installed: Option<&str>,
    ) -> Result<(), BundleProblem> {
        let mut reader = Counted { inner: reader, count: 0 };
        let mut archive = tar::Archive::new(&mut reader);
        // Raw entries, since heads that only lengthen the next one's name are nothing that a bundle has.
        let mut entries = archive.entries().map_err(unreadable)?.raw(true);
        let mut walk = Walk { root: None, seen: BTreeSet::new(), end: 0 };
        let sums = walk.head(entries.next(), SUMS, LONGEST_LIST)?;
        let signature = walk.head(entries.next(), SIGNATURE, LONGEST_SIGNATURE)?;
        self.signed_by = Some(signers.check(&signature, sums.as_bytes()).map_err(signature_problem)?);
        let text = walk.head(entries.next(), MANIFEST, LONGEST_LIST)?;
        let mut sums = sums::read(&sums).ok_or_else(|| not_a_bundle("its list of checksums cannot be read"))?;
        let (sum, _) = sums::sum_of(text.as_bytes()).map_err(unreadable)?;
        if sums.remove(MANIFEST) != Some(sum) {
            return Err(altered(MANIFEST));
        }
        let manifest = manifest(&text)?;
        let expected = expected(&manifest, &sums)?;
        let folder = walk.root.clone().unwrap_or_default();
        self.bundle = Some(CheckedBundle {
            project: manifest.project.clone(),
            version: manifest.version.clone(),
            channel: manifest.channel.clone(),
            line: manifest.line.clone(),
            tag: manifest.tag.clone(),
            commit: manifest.commit.clone(),
            folder,
        });
        for entry in entries {
            let mut entry = entry.map_err(unreadable)?;
            let path = walk.path(&entry)?;
            let Some(file) = expected.get(path.as_str()) else {
                return Err(BundleProblem::at(ProblemKind::Unexpected, &path, "was not signed"));
            };
            if entry.size() != file.size {
                return Err(altered(&path));
            }
            let (sum, size) = sums::sum_of(&mut entry).map_err(unreadable)?;
            if size != file.size {
                return Err(truncated());
            }
            if sum == file.sha256 {
                self.files += 1;
                self.bytes += size;
            } else {
                self.problems.push(altered(&path));
            }
        }
        let missing = expected.keys().filter(|path| !walk.seen.contains(&path.to_lowercase()));
        self.problems.extend(missing.map(|path| BundleProblem::at(ProblemKind::Missing, path, "is not there")));
        end(&mut reader, walk.end)?;
        if self.problems.is_empty() {
            self.next = Some(next(&manifest, installed)?);
        }
        Ok(())
    }
}

/// Where a walk through the entries has come to.
struct Walk {
    /// The folder that everything is in, by the first entry.
    root: Option<String>,
    /// Paths so far, in small letters.
    seen: BTreeSet<String>,
    /// Where the last entry ends, in bytes from the beginning.
    end: u64,
}

impl Walk {
    /// The text of an entry that has to come now.
    fn head<R: Read>(
        &mut self,
        entry: Option<io::Result<tar::Entry<'_, R>>>,
        name: &str,
        longest: u64,
    ) -> Result<String, BundleProblem> {
        let missing = || not_a_bundle(&format!("`{name}` does not stand where it has to"));
        let mut entry = entry.ok_or_else(missing)?.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => truncated(),
            _ => not_a_bundle("it is no archive"),
        })?;
        if self.path(&entry)? != name {
            return Err(missing());
        }
        let size = entry.size();
        if size > longest {
            return Err(not_a_bundle(&format!("`{name}` is longer than it can be")));
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 != size {
            return Err(truncated());
        }
        String::from_utf8(bytes).map_err(|_| not_a_bundle(&format!("`{name}` is no text")))
    }

    /// The path of an entry in the bundle's folder, where it is safe and new.
    fn path<R: Read>(&mut self, entry: &tar::Entry<'_, R>) -> Result<String, BundleProblem> {
        let whole = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let unsafe_for = |why: &str| BundleProblem::at(ProblemKind::Unsafe, &whole, why);
        if entry.header().entry_type() != tar::EntryType::Regular {
            return Err(unsafe_for("is no plain file"));
        }
        if let Some(why) = fault(&whole) {
            return Err(unsafe_for(why));
        }
        let (root, path) = whole.split_once('/').ok_or_else(|| unsafe_for("is in no folder"))?;
        if self.root.get_or_insert_with(|| root.to_owned()) != root {
            return Err(unsafe_for("is in another folder"));
        }
        if !self.seen.insert(path.to_lowercase()) {
            return Err(unsafe_for("is there twice"));
        }
        self.end = entry.raw_file_position().saturating_add(entry.size().saturating_add(BLOCK - 1) / BLOCK * BLOCK);
        Ok(path.to_owned())
    }
}

fn manifest(text: &str) -> Result<BundleManifest, BundleProblem> {
    #[derive(serde::Deserialize)]
    struct Form {
        schema_version: u32,
    }
    let form: Form = serde_json::from_str(text).map_err(|_| not_a_bundle("its manifest cannot be read"))?;
    if form.schema_version != BundleManifest::SCHEMA_VERSION {
        return Err(not_a_bundle("a later version of twintrack made it, which has to check it, too"));
    }
    serde_json::from_str(text).map_err(|_| not_a_bundle("its manifest cannot be read"))
}

/// The files by path, where manifest and checksums agree.
fn expected<'m>(
    manifest: &'m BundleManifest,
    sums: &BTreeMap<String, String>,
) -> Result<BTreeMap<&'m str, &'m BundleFile>, BundleProblem> {
    let files: BTreeMap<&str, &BundleFile> = manifest.files.iter().map(|file| (file.path.as_str(), file)).collect();
    let agrees = |(path, sum): (&String, &String)| files.get(path.as_str()).is_some_and(|file| file.sha256 == *sum);
    if files.len() != sums.len() || files.len() != manifest.files.len() || !sums.iter().all(agrees) {
        return Err(not_a_bundle("its manifest and its checksums list different files"));
    }
    Ok(files)
}

/// Two blocks of zeros end an archive, the first of which was read to see that no entry comes; nothing but zeros may follow.
fn end(reader: &mut Counted<impl Read>, entries_end: u64) -> Result<(), BundleProblem> {
    let mut rest = Vec::new();
    reader.by_ref().take(LONGEST_END).read_to_end(&mut rest).map_err(unreadable)?;
    if rest.len() as u64 == LONGEST_END || rest.iter().any(|byte| *byte != 0) {
        return Err(trailing());
    }
    if reader.count < entries_end + 2 * BLOCK { Err(truncated()) } else { Ok(()) }
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count += count as u64;
        Ok(count)
    }
}

fn signature_problem(fault: SignatureFault) -> BundleProblem {
    let (kind, words) = match fault {
        SignatureFault::Unreadable => (ProblemKind::Signature, "its signature is none of an ssh key".to_owned()),
        SignatureFault::Namespace(other) => {
            (ProblemKind::Signature, format!("its signature was made for `{}`, not for a bundle", other.escape_debug()))
        }
        SignatureFault::Bad => (ProblemKind::Signature, "it was altered after it was signed".to_owned()),
        SignatureFault::UnknownKey(key) => {
            (ProblemKind::UnknownKey, format!("it is signed with the key {key}, which is not one that you trust"))
        }
    };
    BundleProblem::of(kind, words)
}

fn altered(path: &str) -> BundleProblem {
    BundleProblem::at(ProblemKind::Altered, path, "is not what was signed")
}

fn truncated() -> BundleProblem {
    BundleProblem::of(ProblemKind::Truncated, "it ends too early")
}

fn trailing() -> BundleProblem {
    BundleProblem::of(ProblemKind::Unexpected, "something follows its end that was not signed")
}

fn not_a_bundle(words: &str) -> BundleProblem {
    BundleProblem::of(ProblemKind::NotABundle, words)
}

fn unreadable(error: io::Error) -> BundleProblem {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => truncated(),
        _ => BundleProblem::of(ProblemKind::Altered, format!("it is damaged: {error}")),
    }
}
