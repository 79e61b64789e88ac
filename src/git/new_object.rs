//! Objects that do not exist yet: their bytes and ids, computed without writing anything, and written when a plan is
//! applied.
//!
//! The invariant: an id is the hash of the bytes that will be written, so a plan can name what it will create.

use git2::{ObjectType, Oid};
use indexmap::IndexMap;

use crate::domain::{CommitId, ObjectId, TagName};

use super::object::{ObjectKind, RawCommit, Signature};
use super::reader::{ObjectReader, ReadError, oid};
use super::repository::Repository;

/// Why an object could not be made.
#[derive(Debug, thiserror::Error)]
pub enum NewObjectError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("`{path}` leads through `{part}`, which is no directory")]
    NotADirectory { path: String, part: String },
    #[error("`{path}` is no regular file")]
    NotAFile { path: String },
    #[error("`{path}` is no path of a file in a repository")]
    Path { path: String },
    #[error("cannot compute the id of a {kind}")]
    Hash {
        kind: ObjectKind,
        #[source]
        source: git2::Error,
    },
}

impl NewObjectError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read(error) => error.hint(),
            _ => None,
        }
    }
}

/// Why objects could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the {kind} `{id}` into the object database")]
pub struct WriteObjectError {
    id: ObjectId,
    kind: ObjectKind,
    #[source]
    source: git2::Error,
}

impl WriteObjectError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(
            "see that `objects/` of the repository can be written and that the disk is not full; nothing else was done"
                .to_owned(),
        )
    }
}

/// A commit to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitDraft {
    pub tree: ObjectId,
    pub parents: Vec<CommitId>,
    pub author: Signature,
    pub committer: Signature,
    /// UTF-8; ends in a line feed in the object.
    pub message: String,
}

/// An annotated tag to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagDraft {
    pub name: TagName,
    pub target: ObjectId,
    pub tagger: Signature,
    /// UTF-8; ends in a line feed in the object.
    pub message: String,
}

/// Objects that are not written yet, in the order in which they were made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewObjects {
    pub(super) objects: IndexMap<ObjectId, (ObjectKind, Vec<u8>)>,
}

impl NewObjects {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Whether the object is among those to be written.
    pub fn has(&self, id: ObjectId) -> bool {
        self.objects.contains_key(&id)
    }

    /// The bytes of an object of this kind that is among those to be written.
    pub fn bytes(&self, id: ObjectId, kind: ObjectKind) -> Option<&[u8]> {
        self.objects.get(&id).filter(|(its_kind, _)| *its_kind == kind).map(|(_, bytes)| bytes.as_slice())
    }

    /// Takes the objects of `other` as well.
    pub fn extend(&mut self, other: Self) {
        self.objects.extend(other.objects);
    }

    /// Adds an object of any kind; the bytes are those below the object's own header.
    pub fn add(&mut self, kind: ObjectKind, bytes: Vec<u8>) -> Result<ObjectId, NewObjectError> {
        let hashed = Oid::hash_object(object_type(kind), &bytes);
        let hashed = hashed.map_err(|source| NewObjectError::Hash { kind, source })?;
        let id = ObjectId::from_slice(hashed.as_bytes()).expect("an object id of libgit2 has twenty bytes");
        self.objects.insert(id, (kind, bytes));
        Ok(id)
    }

    /// Adds a file's content.
    pub fn blob(&mut self, content: &[u8]) -> Result<ObjectId, NewObjectError> {
        self.add(ObjectKind::Blob, content.to_vec())
    }

    /// Adds a commit. Its tree and parents are not looked for: they come from this value or from the repository.
    pub fn commit(&mut self, draft: &CommitDraft) -> Result<CommitId, NewObjectError> {
        let mut bytes = format!("tree {}\n", draft.tree).into_bytes();
        for parent in &draft.parents {
            bytes.extend(format!("parent {parent}\n").bytes());
        }
        bytes.extend(format!("author {}\n", header(&draft.author)).bytes());
        bytes.extend(format!("committer {}\n\n", header(&draft.committer)).bytes());
        bytes.extend(ended(&draft.message).bytes());
        self.add(ObjectKind::Commit, bytes).map(CommitId::new)
    }

    /// Adds a tag. What it points at must be here or in the repository: a tag of an absent commit can be written, but
    /// never pushed, and it breaks `git gc`.
    pub fn tag(&mut self, reader: &ObjectReader, draft: &TagDraft) -> Result<ObjectId, NewObjectError> {
        let target = draft.target;
        let kind = match self.objects.get(&target) {
            Some((kind, _)) => *kind,
            None => reader.kind(target)?,
        };
        let text = format!(
            "object {target}\ntype {kind}\ntag {}\ntagger {}\n\n{}",
            draft.name,
            header(&draft.tagger),
            ended(&draft.message)
        );
        self.add(ObjectKind::Tag, text.into_bytes())
    }

    /// The tree of a commit, whether it is written already or not.
    pub fn tree_of(&self, reader: &ObjectReader, commit: CommitId) -> Result<ObjectId, NewObjectError> {
        Ok(self.read_commit(reader, commit)?.tree)
    }

    /// A commit, whether it is written already or not.
    fn read_commit(&self, reader: &ObjectReader, commit: CommitId) -> Result<RawCommit, NewObjectError> {
        let id = commit.object();
        match self.bytes(id, ObjectKind::Commit) {
            Some(bytes) => {
                let parsed = super::raw::parse_commit(bytes);
                parsed.ok_or(NewObjectError::Read(ReadError::Malformed { id, kind: ObjectKind::Commit }))
            }
            None => Ok(reader.commit(commit)?),
        }
    }

    /// The commit that an object comes to, as far as it is among those to be written.
    pub fn peel(&self, id: ObjectId) -> Option<ObjectId> {
        match self.objects.get(&id)? {
            (ObjectKind::Tag, bytes) => {
                super::raw::parse_tag(bytes).map(|tag| self.peel(tag.target).unwrap_or(tag.target))
            }
            _ => Some(id),
        }
    }

    /// Writes all of them, those that others name first. Running again writes nothing twice; what was written before a
    /// failure is named by nothing, and git sweeps it up.
    pub fn write(&self, repository: &Repository) -> Result<(), WriteObjectError> {
        if self.objects.is_empty() {
            return Ok(());
        }
        let failed = |id, kind| move |source| WriteObjectError { id, kind, source };
        let (first, (first_kind, _)) = self.objects.first().expect("it is not empty");
        let odb = repository.inner.odb().map_err(failed(*first, *first_kind))?;
        for (id, (kind, bytes)) in &self.objects {
            if !odb.exists(oid(*id)) {
                odb.write(object_type(*kind), bytes).map_err(failed(*id, *kind))?;
            }
        }
        Ok(())
    }
}

/// `name <address> seconds offset`. Characters that would end a part are left out: old histories hold them.
fn header(signature: &Signature) -> String {
    let clean = |text: &str| text.chars().filter(|c| !matches!(c, '<' | '>' | '\n' | '\0')).collect::<String>();
    let minutes = signature.offset.unsigned_abs();
    let sign = if signature.offset < 0 { '-' } else { '+' };
    format!(
        "{} <{}> {} {sign}{:02}{:02}",
        clean(&signature.name).trim(),
        clean(&signature.email).trim(),
        signature.time,
        minutes / 60,
        minutes % 60
    )
}

/// The message with exactly one line feed at its end and without NUL, which git refuses.
fn ended(message: &str) -> String {
    let mut text = message.replace('\0', "");
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn object_type(kind: ObjectKind) -> ObjectType {
    match kind {
        ObjectKind::Commit => ObjectType::Commit,
        ObjectKind::Tree => ObjectType::Tree,
        ObjectKind::Blob => ObjectType::Blob,
        ObjectKind::Tag => ObjectType::Tag,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::Identity;
    use crate::testing::TestRepo;

    #[test]
    fn an_id_is_known_before_anything_is_written() {
        let mut r = TestRepo::new();
        let parent = r.commit_file("main", "one", "a", "1\n");
        let repository = r.open();
        let reader = repository.reader().unwrap();
        let tagger = Identity::new("Ada", "ada@example.com").unwrap().at(r.now());
        let mut objects = NewObjects::new();
        let tree = objects.tree_of(&reader, parent).unwrap();
        let (author, committer) = (tagger.clone(), tagger.clone());
        let commit = CommitDraft { tree, parents: vec![parent], author, committer, message: "two\n\n".into() };
        let commit = objects.commit(&commit).unwrap();
        let name = TagName::new("v1").unwrap();
        let draft = TagDraft { name, target: commit.object(), tagger, message: "Release 1".into() };
        let tag = objects.tag(&reader, &draft).unwrap();
        assert!(!reader.has(tag));
        objects.write(&repository).unwrap();
        objects.write(&repository).unwrap();
        assert_eq!(repository.reader().unwrap().peel_to_commit(tag).unwrap(), commit);
        r.git(&["fsck", "--strict", "--no-dangling"]);
        assert_eq!(objects.peel(tag), Some(commit.object()));
    }

    #[test]
    fn refuses_a_tag_of_an_absent_commit() {
        let r = TestRepo::new();
        let repository = r.open();
        let target: ObjectId = "00ff10a0deadbeef0123456789abcdef01234567".parse().unwrap();
        let tagger = Identity::new("Ada", "ada@example.com").unwrap().at(r.now());
        let draft = TagDraft { name: TagName::new("v1").unwrap(), target, tagger, message: "x".into() };
        let error = NewObjects::new().tag(&repository.reader().unwrap(), &draft).unwrap_err();
        assert!(error.hint().unwrap().contains("git fetch"), "{error}");
    }
}
