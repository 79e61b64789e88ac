//! The plan as a value: which refs are to hold what and why, the objects that must be written for it, what is pushed.
//!
//! The invariant: building a plan writes nothing, and everything that applying it changes is in it.

use std::path::PathBuf;
use std::rc::Rc;

use serde::{Serialize, Serializer};

use super::sign::PlannedSigning;
use crate::domain::{BranchName, CommitId, ObjectId, RecordName, RecordPlace, RefName};
use crate::git::{
    CommitDraft, FileEdit, FileEdits, NewObjectError, NewObjects, ObjectReader, Repository, Scratch, Signature,
    TagDraft,
};

/// Why a plan could not be built.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("cannot make the tag `{name}`")]
    Tag {
        name: RefName,
        #[source]
        source: NewObjectError,
    },
    #[error("cannot make a commit on `{parent}`")]
    Commit {
        parent: CommitId,
        #[source]
        source: NewObjectError,
    },
}

impl PlanError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Tag { source, .. } | Self::Commit { source, .. } => source.hint(),
        }
    }
}

/// What a ref holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefState {
    Absent,
    At(ObjectId),
}

impl RefState {
    /// The id; `None` where the ref does not exist.
    pub const fn id(self) -> Option<ObjectId> {
        match self {
            Self::Absent => None,
            Self::At(id) => Some(id),
        }
    }
}

impl From<Option<ObjectId>> for RefState {
    fn from(id: Option<ObjectId>) -> Self {
        id.map_or(Self::Absent, Self::At)
    }
}

impl From<CommitId> for RefState {
    fn from(commit: CommitId) -> Self {
        Self::At(commit.object())
    }
}

/// An id, or `null` where the ref does not exist.
impl Serialize for RefState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.id().serialize(serializer)
    }
}

/// A ref of this repository that is to be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedRef {
    pub name: RefName,
    /// What it must hold when the plan is applied.
    pub expected: RefState,
    pub new: RefState,
    /// For people, a lower-case fragment.
    pub why: String,
    /// Whether another tag of the same commit under this name is as good, as when two runs make the same release.
    #[serde(skip)]
    pub is_same_by_commit: bool,
}

/// A commit that is to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedCommit {
    pub id: CommitId,
    pub parents: Vec<CommitId>,
    /// The first line of its message.
    pub subject: String,
}

/// What a planned commit does to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileChange {
    Added,
    Modified,
    Removed,
}

/// A file that a planned commit changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedFile {
    pub path: String,
    pub change: FileChange,
    pub commit: CommitId,
}

/// A ref of the remote that is to be set, all of them at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// A configured name, or an address.
    pub remote: String,
    /// In the order in which they were planned.
    pub refs: Vec<PlannedPush>,
    /// Whether what the remote must hold was read from it for this plan, so that it is pushed without asking again.
    pub is_just_read: bool,
}

/// One ref to be pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPush {
    pub name: RefName,
    /// What the remote must hold when the plan is applied.
    pub expected: RefState,
    pub new: RefState,
}

/// A record to be made: a statement of somebody about an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordDraft {
    pub place: RecordPlace,
    /// What it is about; must be here or planned.
    pub target: ObjectId,
    pub by: Signature,
    /// A sentence for people and trailers.
    pub message: String,
}

/// A work tree whose files follow the branch that is checked out in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkTreeMove {
    pub path: PathBuf,
    pub branch: BranchName,
}

/// What a mutation will do. Serialises as `{title, refs[], commits[], files[], work_trees[], push[], signing}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// One line for people, also the reason in the reflog.
    pub title: String,
    pub refs: Vec<PlannedRef>,
    pub commits: Vec<PlannedCommit>,
    pub files: Vec<PlannedFile>,
    pub work_trees: Vec<WorkTreeMove>,
    pub push: Option<Push>,
    /// `None` where nothing in it is to be signed.
    pub signing: Option<PlannedSigning>,
    /// Everything that must be written before refs can name it.
    pub objects: NewObjects,
    /// Where the objects are written and pushed from, if not this repository: it lacks what they name.
    pub scratch: Option<Rc<Scratch>>,
}

impl Plan {
    /// A plan that does nothing yet.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.refs.is_empty() && self.push.as_ref().is_none_or(|push| push.refs.is_empty())
    }

    /// Plans a ref that must not exist yet.
    pub fn create(&mut self, name: RefName, new: impl Into<RefState>, why: impl Into<String>) {
        self.set(name, RefState::Absent, new, why);
    }

    /// Plans a ref of this repository. A second plan for the same ref keeps the first expectation, so that commits can
    /// be stacked on a branch one by one.
    pub fn set(
        &mut self,
        name: RefName,
        expected: impl Into<RefState>,
        new: impl Into<RefState>,
        why: impl Into<String>,
    ) {
        let (expected, new, why) = (expected.into(), new.into(), why.into());
        match self.refs.iter_mut().find(|planned| planned.name == name) {
            Some(planned) => {
                planned.new = new;
                planned.why = format!("{}; {why}", planned.why);
            }
            None => self.refs.push(PlannedRef { name, expected, new, why, is_same_by_commit: false }),
        }
    }

    /// Plans an annotated tag and its ref, which must not exist yet. Returns the tag's id.
    pub fn tag(
        &mut self,
        reader: &ObjectReader,
        draft: &TagDraft,
        why: impl Into<String>,
    ) -> Result<ObjectId, PlanError> {
        let name = draft.name.to_ref();
        let made = self.objects.tag(reader, draft);
        let id = made.map_err(|source| PlanError::Tag { name: name.clone(), source })?;
        self.create(name, RefState::At(id), why);
        Ok(id)
    }

    /// Plans a record: an annotated tag object under a ref that ends in its own id, so that no two can clash and none is
    /// ever moved. The same statement of the same person at the same moment is the same record.
    pub fn record(
        &mut self,
        reader: &ObjectReader,
        draft: &RecordDraft,
        why: impl Into<String>,
    ) -> Result<RecordName, PlanError> {
        let RecordDraft { place, target, by, message } = draft.clone();
        let draft = TagDraft { name: place.tag_name(), target, tagger: by, message };
        let made = self.objects.tag(reader, &draft);
        let id = made.map_err(|source| PlanError::Tag { name: draft.name.to_ref(), source })?;
        self.create(place.reference(id), RefState::At(id), why);
        Ok(place.record(id))
    }

    /// Plans an annotated tag on the remote of a commit that only the scratch repository has.
    pub fn tag_elsewhere(&mut self, scratch: &Rc<Scratch>, draft: &TagDraft, remote: &str) -> Result<(), PlanError> {
        let name = draft.name.to_ref();
        let failed = |source| PlanError::Tag { name: name.clone(), source };
        let reader = scratch.repository().reader().map_err(|source| failed(source.into()))?;
        let id = self.objects.tag(&reader, draft).map_err(failed)?;
        self.push_ref(remote, name, RefState::Absent, RefState::At(id));
        self.scratch = Some(Rc::clone(scratch));
        Ok(())
    }

    /// Says that the remote was read for this plan: what it must hold is left to the push itself to check.
    pub fn trust_what_was_read(&mut self) {
        if let Some(push) = &mut self.push {
            push.is_just_read = true;
        }
    }

    /// Plans a commit that edits files on top of `parent`, which may itself be planned. Sets no ref.
    pub fn commit(
        &mut self,
        reader: &ObjectReader,
        parent: CommitId,
        edits: &FileEdits,
        signature: &Signature,
        message: &str,
    ) -> Result<CommitId, PlanError> {
        let made = self.make_commit(reader, parent, edits, signature, message);
        let (id, files) = made.map_err(|source| PlanError::Commit { parent, source })?;
        let subject = message.lines().next().unwrap_or_default().to_owned();
        self.commits.push(PlannedCommit { id, parents: vec![parent], subject });
        self.files.extend(files);
        Ok(id)
    }

    fn make_commit(
        &mut self,
        reader: &ObjectReader,
        parent: CommitId,
        edits: &FileEdits,
        signature: &Signature,
        message: &str,
    ) -> Result<(CommitId, Vec<PlannedFile>), NewObjectError> {
        let base = self.objects.tree_of(reader, parent)?;
        let tree = self.objects.edit_tree(reader, base, edits)?;
        let id = self.objects.commit(&CommitDraft {
            tree,
            parents: vec![parent],
            author: signature.clone(),
            committer: signature.clone(),
            message: message.to_owned(),
        })?;
        let mut files = Vec::new();
        for (path, edit) in edits {
            let before = self.objects.file_in(reader, base, path)?;
            let change = match (before, edit) {
                (None, FileEdit::Write(_)) => FileChange::Added,
                (Some(old), FileEdit::Write(new)) if old == *new => continue,
                (Some(_), FileEdit::Write(_)) => FileChange::Modified,
                (Some(_), FileEdit::Remove) => FileChange::Removed,
                (None, FileEdit::Remove) => continue,
            };
            files.push(PlannedFile { path: path.clone(), change, commit: id });
        }
        Ok((id, files))
    }

    /// Plans that the remote's ref of this name goes from `expected` to what the plan makes of the local one.
    ///
    /// # Panics
    /// Where the plan has no such ref: a fault of the caller.
    pub fn push_planned(&mut self, remote: &str, name: &RefName, expected: impl Into<RefState>) {
        let planned = self.refs.iter().find(|planned| planned.name == *name);
        let new = planned.expect("only a planned ref is pushed").new;
        self.push_ref(remote, name.clone(), expected, new);
    }

    /// Plans that the remote's ref goes from `expected` to `new`, whatever becomes of the local one. A plan has one
    /// remote: that of the first call.
    pub fn push_ref(&mut self, remote: &str, name: RefName, expected: impl Into<RefState>, new: impl Into<RefState>) {
        let push =
            self.push.get_or_insert_with(|| Push { remote: remote.to_owned(), refs: Vec::new(), is_just_read: false });
        push.refs.push(PlannedPush { name, expected: expected.into(), new: new.into() });
    }

    /// Lets the work trees follow in which a planned branch is simply checked out. Whether they can - no changes that
    /// would be lost - is seen when the plan is applied; without this, applying refuses to move such a branch.
    pub fn follow_in_work_trees(&mut self, repository: &Repository) {
        for checkout in repository.checkouts() {
            let is_moved = self.refs.iter().any(|planned| planned.name == checkout.branch.to_ref());
            if is_moved && checkout.during.is_none() {
                self.work_trees.push(WorkTreeMove { path: checkout.path, branch: checkout.branch });
            }
        }
    }
}

impl Serialize for Plan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct PushShown<'p> {
            remote: &'p str,
            name: &'p RefName,
            expected: RefState,
            new: RefState,
        }
        #[derive(Serialize)]
        struct Shown<'p> {
            title: &'p str,
            refs: &'p [PlannedRef],
            commits: &'p [PlannedCommit],
            files: &'p [PlannedFile],
            work_trees: &'p [WorkTreeMove],
            push: Vec<PushShown<'p>>,
            signing: Option<&'p PlannedSigning>,
        }
        let pushed = self.push.iter().flat_map(|push| push.refs.iter().map(move |planned| (&push.remote, planned)));
        let push = pushed.map(|(remote, PlannedPush { name, expected, new })| PushShown {
            remote,
            name,
            expected: *expected,
            new: *new,
        });
        Shown {
            title: &self.title,
            refs: &self.refs,
            commits: &self.commits,
            files: &self.files,
            work_trees: &self.work_trees,
            push: push.collect(),
            signing: self.signing.as_ref(),
        }
        .serialize(serializer)
    }
}
