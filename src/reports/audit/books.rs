//! The changelogs of a project: which files they are, wherever it keeps them, and which channel each is of.
//!
//! A file is a changelog of a channel when its sections are mostly of versions that the channel's tags have; so the
//! changelog of a component with versions of its own is none.

use std::collections::BTreeSet;

use regex::Regex;
use std::sync::LazyLock;

use super::published::{PublishedChangelog, read_changelog};
use crate::config::PathSet;
use crate::domain::{ChannelName, CommitId, ObjectId, Version};
use crate::git::{ObjectReader, ReadError};
use crate::ledger::{ChannelState, Ledger};

/// A changelog, as it stands at one commit.
#[derive(Debug)]
pub(super) struct Book {
    pub path: String,
    pub commit: CommitId,
    /// The line whose tip that is; `None` for trunk.
    pub line: Option<String>,
    pub channel: ChannelName,
    pub changelog: PublishedChangelog,
}

/// Folders are searched this deep.
const DEPTH: usize = 3;
/// Longer files are no changelogs that people wrote.
const LARGEST: usize = 8 << 20;

static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:(?:changelog|changes|history|news|release[-_ ]?notes)(?:[-_.][^/]*)?(?:\.(?:md|markdown|rst|txt|adoc))?|[^/]*[-_]changelog\.(?:md|rst|txt))$")
        .expect("a pattern that was tried")
});
static FOLDER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)^(?:changelogs?|release[-_ ]?notes)$").expect("a pattern that was tried"));
/// Folders that hold other people's changelogs, or examples.
const FOREIGN: [&str; 12] = [
    "node_modules",
    "vendor",
    "third_party",
    "testdata",
    "fixtures",
    "test",
    "tests",
    "spec",
    "ext",
    "deps",
    "examples",
    "cpan",
];

/// Whether a path is that of a changelog, by its name.
fn is_named_like_one(path: &str) -> bool {
    let mut parts: Vec<&str> = path.split('/').collect();
    let Some(name) = parts.pop() else { return false };
    if parts.len() > DEPTH || parts.iter().any(|part| FOREIGN.contains(part)) {
        return false;
    }
    let is_text =
        |name: &str| [".md", ".rst", ".txt", ".markdown"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    // A version may stand where the end of a name does: `CHANGELOG-1.2`.
    let is_code = name.rsplit_once('.').is_some_and(|(_, end)| !is_text(name) && !is_prose(end));
    NAME.is_match(name) && !is_code || is_text(name) && parts.last().is_some_and(|folder| FOLDER.is_match(folder))
}

/// Whether the end of a name is no sign of code.
fn is_prose(end: &str) -> bool {
    end.eq_ignore_ascii_case("adoc") || end.bytes().all(|byte| byte.is_ascii_digit())
}

/// Where changelogs are looked for.
pub(super) struct Shelves<'a> {
    pub ledger: &'a Ledger,
    pub reader: &'a ObjectReader,
    /// Empty: wherever files have such names.
    pub named: &'a PathSet,
}

impl Shelves<'_> {
    /// The files of a commit that may be changelogs; none where its trees are absent from this clone.
    pub fn files_at(&self, commit: CommitId) -> Result<Vec<(String, ObjectId)>, ReadError> {
        let is_entered = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            path.split('/').count() <= DEPTH && !FOREIGN.contains(&name) && !name.starts_with('.')
        };
        let found = if self.named.is_empty() {
            self.reader.files_matching(commit, is_entered, is_named_like_one)
        } else {
            self.reader.files_matching(commit, |_| true, |path| self.named.matches(path))
        };
        match found {
            Err(error) if error.is_absent() => Ok(Vec::new()),
            found => found,
        }
    }

    /// Reads a file; `None` where it is absent from this clone or no changelog.
    pub fn read(&self, blob: ObjectId) -> Result<Option<PublishedChangelog>, ReadError> {
        let bytes = match self.reader.blob(blob) {
            Err(error) if error.is_absent() => return Ok(None),
            found => found?,
        };
        if bytes.len() > LARGEST {
            return Ok(None);
        }
        let changelog = read_changelog(&String::from_utf8_lossy(&bytes));
        Ok((!changelog.sections.is_empty()).then_some(changelog))
    }

    /// The changelogs of a channel on trunk and at the tips of its lines, each content of a path once.
    pub fn books(&self, channel: &ChannelState) -> Result<Vec<Book>, ReadError> {
        let lines = channel.lines.iter().filter(|line| line.branch.as_ref() != Some(&self.ledger.trunk.branch));
        let tips = lines.filter(|line| line.branch.is_some()).map(|line| (Some(line.name.clone()), line.tip));
        let mut seen: BTreeSet<(String, ObjectId)> = BTreeSet::new();
        let mut books = Vec::new();
        for (line, commit) in std::iter::once((None, self.ledger.trunk.commit)).chain(tips) {
            for (path, blob) in self.files_at(commit)? {
                if !seen.insert((path.clone(), blob)) {
                    continue;
                }
                let Some(changelog) = self.read(blob)? else { continue };
                if is_of(channel, &changelog, !self.named.is_empty()) {
                    let channel = channel.name.clone();
                    books.push(Book { path, commit, line: line.clone(), channel, changelog });
                }
            }
        }
        if self.named.is_empty() {
            let is_component: Vec<bool> = books.iter().map(|book| is_of_component(channel, book, &books)).collect();
            let mut is_component = is_component.into_iter();
            books.retain(|_| !is_component.next().unwrap_or_default());
        }
        Ok(books)
    }
}

/// Whether most versions of the changelog are tagged in the channel. Of a file that the project names, one is enough.
fn is_of(channel: &ChannelState, changelog: &PublishedChangelog, is_named: bool) -> bool {
    let versions: Vec<&Version> = changelog.sections.iter().filter_map(|section| section.version.as_ref()).collect();
    let known = versions.iter().filter(|version| is_tagged(channel, version)).count();
    if is_named { known > 0 } else { known > 0 && known * 2 >= versions.len() }
}

/// Whether a changelog in a folder is that of a component whose versions happen to be the channel's, too: it has some that
/// were never tagged, and of the others a changelog further up tells already.
fn is_of_component(channel: &ChannelState, book: &Book, books: &[Book]) -> bool {
    let versions = |book: &'_ Book| -> Vec<Version> {
        book.changelog.sections.iter().filter_map(|section| section.version.clone()).collect()
    };
    let (tagged, others): (Vec<Version>, Vec<Version>) =
        versions(book).into_iter().partition(|version| is_tagged(channel, version));
    let depth = |book: &Book| book.path.split('/').count();
    let is_told_above = |version: &Version| {
        let above = books.iter().filter(|other| other.commit == book.commit && depth(other) < depth(book));
        above.flat_map(versions).any(|known| is_same(&known, version))
    };
    !others.is_empty() && tagged.iter().filter(|version| is_told_above(version)).count() * 2 > tagged.len()
}

/// Whether a release or candidate of the channel has this version.
pub(super) fn is_tagged(channel: &ChannelState, version: &Version) -> bool {
    channel.lines.iter().flat_map(|line| &line.releases).any(|release| is_same(&release.version, version))
}

/// Whether two versions are the same, however they are written: `1.80` and `1.80.0`, `1.0rc1` and `1.0.0-rc.1`.
pub(super) fn is_same(one: &Version, other: &Version) -> bool {
    let plain = |version: &Version| {
        version.pre().map(|pre| {
            pre.as_str().chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_ascii_lowercase()
        })
    };
    numbers(one) == numbers(other) && plain(one) == plain(other)
}

/// Four numbers, those that are not written 0.
pub(super) fn numbers(version: &Version) -> [u64; 4] {
    let mut padded = [0; 4];
    for (place, number) in padded.iter_mut().zip(version.numbers()) {
        *place = *number;
    }
    padded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changelogs_are_known_by_their_names() {
        for path in [
            "CHANGELOG.md",
            "CHANGELOG",
            "CHANGES.rst",
            "NEWS.rst",
            "RELEASE_NOTES.md",
            "RELEASE-NOTES",
            "docs/CHANGELOG.md",
            "CHANGELOG/CHANGELOG-3.5.md",
            "changelogs/CHANGELOG-v2.16.rst",
            "doc/changelog/1.12.0-changelog.rst",
            "release-notes/1.2.md",
            "activerecord/CHANGELOG.md",
        ] {
            assert!(is_named_like_one(path), "{path}");
        }
        for path in ["src/changes.rs", "vendor/x/CHANGELOG.md", "README.md", "docs/history.png", "a/b/c/d/CHANGELOG.md"]
        {
            assert!(!is_named_like_one(path), "{path}");
        }
    }

    #[test]
    fn versions_are_the_same_however_they_are_written() {
        let same = |one: &str, other: &str| is_same(&one.parse().unwrap(), &other.parse().unwrap());
        assert!(same("1.80", "1.80.0") && same("1.0rc1", "1.0.0-rc.1"));
        assert!(!same("1.8", "1.80.0") && !same("1.0.0", "1.0.0-rc.1"));
    }
}
