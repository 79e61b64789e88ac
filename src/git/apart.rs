//! Readers for threads of their own. libgit2 opens a pack once per process and makes everybody who reads it wait at one
//! lock, so that two threads which inflate objects are hardly faster than one.
//!
//! The invariant: each finds the objects that [`Repository::reader`] finds, those of alternates included.

use std::path::PathBuf;

use git2::Odb;

use super::reader::{ObjectReader, ReadError};
use super::repository::Repository;

/// Alternates of alternates are followed this far, as git does.
const DEPTH_LIMIT: usize = 5;

/// Bytes of packs that may be mapped where contents are read, which lie all over a pack: pages of files, which the system
/// takes back when it needs them. Where a pack does not fit in, threads unmap each other's windows under libgit2's one lock,
/// and two of them are slower than one.
const MAPPED_LIMIT: usize = 1 << 30;

/// Bytes of a pack that are mapped at once then: libgit2 looks through the windows of a pack one by one.
const WINDOW: usize = 8 << 20;

impl Repository {
    /// Opens the object database once for each of `count` threads that are to read contents.
    pub fn readers(&self, count: usize) -> Result<Vec<ObjectReader<'_>>, ReadError> {
        // SAFETY: unsafe because they set globals of libgit2 without a lock: numbers that are read whenever a window is
        // opened, and of which any value is fine at any time. They never fail.
        unsafe {
            let _ = git2::opts::set_mwindow_mapped_limit(MAPPED_LIMIT);
            let _ = git2::opts::set_mwindow_size(WINDOW);
        }
        if count == 1 {
            return Ok(vec![self.reader()?]);
        }
        let mut directories = Vec::new();
        with_alternates(self.common_dir().join("objects"), DEPTH_LIMIT, &mut directories);
        let names: Option<Vec<&str>> = directories.iter().map(|directory| directory.to_str()).collect();
        let open = |number: usize| match &names {
            Some(names) => Ok(ObjectReader::new(apart(names, number)?, self.common_dir())),
            // libgit2 takes these paths as text alone: the threads then share what is open.
            None => self.reader(),
        };
        (0..count).map(open).collect()
    }
}

/// Packs are told apart by the text of their path, and directories by their inode: the name that is added first counts.
fn apart(directories: &[&str], number: usize) -> Result<Odb<'static>, ReadError> {
    let odb = Odb::new().map_err(ReadError::Database)?;
    for directory in directories.iter().rev() {
        let own_name = format!("{directory}{}", "/.".repeat(number + 1));
        odb.add_disk_alternate(&own_name).map_err(ReadError::Database)?;
    }
    Ok(odb)
}

/// A directory of objects, and after it those that it names as its alternates.
fn with_alternates(directory: PathBuf, depth: usize, found: &mut Vec<PathBuf>) {
    if found.contains(&directory) {
        return;
    }
    let listed = std::fs::read_to_string(directory.join("info/alternates")).unwrap_or_default();
    found.push(directory.clone());
    let names = listed.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    for name in names.filter(|_| depth > 0) {
        with_alternates(directory.join(name), depth - 1, found);
    }
}

#[cfg(test)]
mod tests {
    use crate::git::Repository;
    use crate::testing::TestRepo;

    #[test]
    fn each_thread_finds_what_the_repository_has_and_borrows() {
        let mut lender = TestRepo::new();
        let first = lender.commit_file("main", "Start", "a", "1\n");
        lender.git(&["gc", "--quiet"]);
        let scratch = tempfile::tempdir().unwrap();
        let place = scratch.path().join("borrower");
        lender.git(&["clone", "--quiet", "--bare", "--shared", ".", place.to_str().unwrap()]);
        let borrower = Repository::open(&place).unwrap();
        for repository in [&borrower, &lender.open()] {
            for reader in repository.readers(3).unwrap() {
                assert_eq!(reader.commit(first).unwrap().message, b"Start\n".to_vec());
            }
        }
    }
}
