//! Histories written down commit by commit and imported in one go, so that a test repository costs one process.

use std::collections::BTreeMap;

/// A commit of a [`History`], to branch from or to tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(usize);

/// A history as a stream for `git fast-import`. Every commit is an hour after the one before it, the first on
/// 2026-01-01 at 01:00 UTC; authors are always the same, and so are the ids.
#[derive(Debug, Default)]
pub struct History {
    stream: Vec<u8>,
    marks: usize,
    hours: i64,
    tips: BTreeMap<String, Mark>,
}

const START: i64 = 1_767_225_600;
const PERSON: &str = "Ada Example <ada@example.com>";

impl History {
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets `hours` pass before what comes next.
    pub fn wait(&mut self, hours: i64) -> &mut Self {
        self.hours += hours;
        self
    }

    /// A commit on `branch`, which begins without parents where it is new.
    pub fn commit(&mut self, branch: &str, message: impl AsRef<[u8]>) -> Mark {
        self.add(branch, message.as_ref(), None, &[])
    }

    /// A commit that writes files.
    pub fn commit_files(&mut self, branch: &str, message: impl AsRef<[u8]>, files: &[(&str, &str)]) -> Mark {
        self.add(branch, message.as_ref(), None, files)
    }

    /// A merge of `other` into `branch`.
    pub fn merge(&mut self, branch: &str, message: impl AsRef<[u8]>, other: Mark) -> Mark {
        self.add(branch, message.as_ref(), Some(other), &[])
    }

    fn add(&mut self, branch: &str, message: &[u8], merged: Option<Mark>, files: &[(&str, &str)]) -> Mark {
        self.marks += 1;
        let mark = Mark(self.marks);
        let when = self.tick();
        self.line(&format!("commit refs/heads/{branch}\nmark :{}", mark.0));
        self.line(&format!("author {PERSON} {when} +0000\ncommitter {PERSON} {when} +0000"));
        self.text(message);
        if let Some(tip) = self.tips.insert(branch.to_owned(), mark) {
            self.line(&format!("from :{}", tip.0));
        }
        if let Some(other) = merged {
            self.line(&format!("merge :{}", other.0));
        }
        for (path, content) in files {
            self.line(&format!("M 100644 inline {path}"));
            self.text(content.as_bytes());
        }
        mark
    }

    /// A branch that begins at a commit.
    pub fn branch(&mut self, name: &str, at: Mark) -> &mut Self {
        self.line(&format!("reset refs/heads/{name}\nfrom :{}\n", at.0));
        self.tips.insert(name.to_owned(), at);
        self
    }

    /// An annotated tag, made an hour after what came before.
    pub fn tag(&mut self, name: &str, at: Mark, message: &str) -> &mut Self {
        let when = self.tick();
        self.line(&format!("tag {name}\nfrom :{}\ntagger {PERSON} {when} +0000", at.0));
        self.text(message.as_bytes());
        self
    }

    /// A tag without an object of its own.
    pub fn lightweight_tag(&mut self, name: &str, at: Mark) -> &mut Self {
        self.line(&format!("reset refs/tags/{name}\nfrom :{}\n", at.0));
        self
    }

    /// What `git fast-import` reads.
    pub fn stream(&self) -> &[u8] {
        &self.stream
    }

    fn tick(&mut self) -> i64 {
        self.hours += 1;
        START + self.hours * 3_600
    }

    fn line(&mut self, line: &str) {
        self.stream.extend(line.bytes());
        self.stream.push(b'\n');
    }

    fn text(&mut self, bytes: &[u8]) {
        self.line(&format!("data {}", bytes.len()));
        self.stream.extend(bytes);
        self.stream.push(b'\n');
    }
}
