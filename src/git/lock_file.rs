//! Lock files of git: what is in them, and who may be at work behind one.
//!
//! git makes `X.lock` before it changes `X`, and removes or renames it when it is done. A git that is killed leaves it, and
//! everybody after it is refused. The invariant: a lock is judged by what the system shows - its content, its age, the
//! processes that live - and nothing here removes one unasked.

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::domain::{ObjectId, RefName};

use super::command::READER;
use super::repository::Repository;

/// The most that is read of a lock: an id and its line end, and one byte more to tell that there is more.
const LONGEST_ID: u64 = 66;

/// Programs of git that live long and change nothing of a repository.
const IDLE: [&str; 2] = ["fsmonitor--daemon", "credential-cache"];

/// A lock file of git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockFile {
    pub path: PathBuf,
    /// The id that a ref is to be set to, once its writer has come so far.
    pub holds: Option<ObjectId>,
    /// Whether nothing is written in it: its writer has not come so far, or has nothing to write.
    pub is_empty: bool,
    /// When it was last written; `None` where the system does not say.
    pub written_at: Option<SystemTime>,
}

/// Who may be at work behind a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behind {
    /// No process that lives can have made it.
    Nobody,
    /// This process may.
    Perhaps { process: u32 },
    /// The system does not show its processes.
    Unknown,
}

impl LockFile {
    /// Reads the lock at `path`, if there is one.
    pub fn at(path: PathBuf) -> Option<Self> {
        let file = std::fs::File::open(&path).ok()?;
        let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let mut content = Vec::new();
        file.take(LONGEST_ID).read_to_end(&mut content).ok()?;
        let holds = ObjectId::from_hex(content.trim_ascii());
        Some(Self { path, holds, is_empty: metadata.len() == 0, written_at: metadata.modified().ok() })
    }

    /// Removes the file. The caller knows that nobody is at work behind it.
    pub fn remove(&self) -> std::io::Result<()> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Looks for a process that has the file open, or for a git at work in `repository`. A git that was started here only
    /// to read holds no lock and does not count.
    pub fn behind(&self, repository: &Repository) -> Behind {
        let Some(processes) = processes() else { return Behind::Unknown };
        let Some(owner) = owner(&self.path) else { return Behind::Nobody };
        let places = repository.places();
        let lock = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        let found = processes.into_iter().filter(|process| owner_of(*process) == Some(owner)).find(|process| {
            let place = Path::new("/proc").join(process.to_string());
            has_open(&place, &lock) || is_git_at_work(&place, &places)
        });
        found.map_or(Behind::Nobody, |process| Behind::Perhaps { process })
    }
}

impl Repository {
    /// Where git locks a ref.
    pub fn ref_lock_path(&self, name: &RefName) -> PathBuf {
        self.common_dir().join(format!("{name}.lock"))
    }

    /// The lock file beside a ref, if there is one.
    pub fn ref_lock(&self, name: &RefName) -> Option<LockFile> {
        LockFile::at(self.ref_lock_path(name))
    }

    /// Where git locks the head of this work tree, as it does when the branch moves on which the head stands.
    pub fn head_lock_path(&self) -> PathBuf {
        self.inner.path().join("HEAD.lock")
    }

    /// Where git locks the refs that are packed, as it does to delete one.
    pub fn packed_refs_lock_path(&self) -> PathBuf {
        self.common_dir().join("packed-refs.lock")
    }

    /// Where git locks the list of a shallow clone's cuts, as a fetch does.
    pub fn shallow_lock_path(&self) -> PathBuf {
        self.common_dir().join("shallow.lock")
    }

    /// The git directory and all work trees, as the system names them.
    fn places(&self) -> Vec<PathBuf> {
        let trees = self.checkouts().into_iter().map(|checkout| checkout.path);
        let all = [self.common_dir().to_owned(), self.inner.path().to_owned()];
        let all = all.into_iter().chain(self.work_dir().map(Path::to_owned)).chain(trees);
        all.filter_map(|place| place.canonicalize().ok()).collect()
    }
}

/// The other processes that live; `None` where the system has no such listing.
fn processes() -> Option<Vec<u32>> {
    let own = std::process::id();
    std::fs::metadata("/proc/self/fd").ok()?;
    let entries = std::fs::read_dir("/proc").ok()?;
    let ids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    Some(ids.filter(|id| *id != own).collect())
}

/// The user to whom a file belongs; of a file in the listing of a process, that process's.
#[cfg(unix)]
fn owner(path: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|metadata| metadata.uid())
}

#[cfg(not(unix))]
fn owner(path: &Path) -> Option<u32> {
    std::fs::metadata(path).ok().map(|_| 0)
}

fn owner_of(process: u32) -> Option<u32> {
    owner(&Path::new("/proc").join(process.to_string()))
}

fn has_open(process: &Path, lock: &Path) -> bool {
    let open = std::fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
    open.filter_map(|entry| std::fs::read_link(entry.path()).ok()).any(|target| target == lock)
}

/// Whether the process is a git that was started in one of the places, or is told one, and may change something there.
fn is_git_at_work(process: &Path, places: &[PathBuf]) -> bool {
    let read = |name: &str| std::fs::read(process.join(name)).unwrap_or_default();
    if !read("comm").starts_with(b"git") {
        return false;
    }
    let words = read("cmdline");
    let words: Vec<&[u8]> = words.split(|byte| *byte == 0).collect();
    let is_idle = |word: &&[u8]| IDLE.iter().any(|idle| word.starts_with(idle.as_bytes()));
    let reads = read("environ").split(|byte| *byte == 0).any(|variable| variable == READER.as_bytes());
    if reads || words.iter().any(is_idle) {
        return false;
    }
    let is_inside = |path: &Path| places.iter().any(|place| path.starts_with(place));
    let is_here = std::fs::read_link(process.join("cwd")).is_ok_and(|place| is_inside(&place));
    is_here || words.iter().any(|word| is_told(word, places))
}

/// Whether a word of a command line names one of the places, as `--git-dir=PLACE` does.
fn is_told(word: &[u8], places: &[PathBuf]) -> bool {
    let Ok(word) = std::str::from_utf8(word) else { return false };
    let path = word.split_once('=').map_or(word, |(_, path)| path);
    places.iter().any(|place| place.as_os_str() == OsStr::new(path.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;
    use crate::testing::TestRepo;

    fn lock_of(r: &TestRepo) -> LockFile {
        let path = r.path().join(".git/HEAD.lock");
        std::fs::write(&path, "").unwrap();
        LockFile::at(path).unwrap()
    }

    #[test]
    fn a_lock_tells_what_is_in_it() {
        let mut r = TestRepo::new();
        let commit = r.commit("main", "one");
        let lock = lock_of(&r);
        assert!(lock.is_empty && lock.holds.is_none());
        for (content, holds) in [(format!("{commit}\n"), Some(commit.object())), ("x".repeat(200), None)] {
            std::fs::write(&lock.path, content).unwrap();
            let lock = LockFile::at(lock.path.clone()).unwrap();
            assert_eq!((lock.holds, lock.is_empty), (holds, false));
        }
        lock.remove().unwrap();
        lock.remove().unwrap();
        assert_eq!(LockFile::at(lock.path), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_git_that_lives_in_the_repository_may_be_behind_a_lock() {
        let mut r = TestRepo::new();
        r.commit("main", "one");
        let (repository, lock) = (r.open(), lock_of(&r));
        assert_eq!(lock.behind(&repository), Behind::Nobody);
        let started = |mark: Option<(&str, &str)>| {
            let mut git = Command::new("git");
            git.args(["cat-file", "--batch"]).current_dir(r.path()).envs(mark);
            git.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap()
        };
        let mut reader = started(READER.split_once('='));
        assert_eq!(lock.behind(&repository), Behind::Nobody);
        let mut git = started(None);
        assert_eq!(lock.behind(&repository), Behind::Perhaps { process: git.id() });
        for child in [&mut reader, &mut git] {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let mut holder =
            Command::new("sleep").arg("60").stdin(std::fs::File::open(&lock.path).unwrap()).spawn().unwrap();
        assert_eq!(lock.behind(&repository), Behind::Perhaps { process: holder.id() });
        holder.kill().unwrap();
        holder.wait().unwrap();
        assert_eq!(lock.behind(&repository), Behind::Nobody);
    }
}
