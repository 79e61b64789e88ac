//! Where the sample's history is made: the bare repository, the day it is in the story, and the acts by their names.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::error::DemoError;
use super::story::Author;
use crate::cache::Cache;
use crate::domain::{BranchName, CommitId, RefName};
use crate::git::{CommitDraft, FileEdit, FileEdits, Identity, NewObjects, ObjectKind, Repository};
use crate::ledger::{Ledger, Sources, find_configuration};
use crate::operations::Situation;
use crate::plan::{Plan, PlannedCommit, RefState, apply};

/// What stands in the tags as the run that made them.
const RUN: &str = "demo";

/// A repository in the making.
pub(super) struct Workshop {
    repository: Repository,
    /// The present of the story.
    pub now: DateTime<Utc>,
    /// Commits by the short name that the story gives them.
    known: BTreeMap<&'static str, CommitId>,
}

impl Workshop {
    pub fn new(repository: Repository, now: DateTime<Utc>) -> Self {
        Self { repository, now, known: BTreeMap::new() }
    }

    pub fn into_repository(self) -> Repository {
        self.repository
    }

    /// Remembers a commit under a short name.
    pub fn name(&mut self, name: &'static str, commit: CommitId) {
        self.known.insert(name, commit);
    }

    /// The commit that was given this name.
    pub fn named(&self, name: &str) -> Result<CommitId, DemoError> {
        self.known.get(name).copied().ok_or_else(|| DemoError::Story { name: name.to_owned() })
    }

    /// The tip of a branch.
    pub fn tip(&self, branch: &str) -> Result<CommitId, DemoError> {
        let target = self.repository.ref_target(&branch_ref(branch)?)?;
        target.map(CommitId::new).ok_or_else(|| DemoError::Story { name: branch.to_owned() })
    }

    /// A commit of a developer, the first one without a parent. A file without text is removed.
    pub fn commit(
        &mut self,
        branch: &str,
        author: Author,
        message: &str,
        files: &[(&str, &str)],
    ) -> Result<CommitId, DemoError> {
        let edit = |text: &str| match text {
            "" => FileEdit::Remove,
            text => FileEdit::Write(text.as_bytes().to_vec()),
        };
        let edits: FileEdits = files.iter().map(|(path, text)| ((*path).to_owned(), edit(text))).collect();
        let name = branch_ref(branch)?;
        let parent = self.repository.ref_target(&name)?;
        let mut plan = Plan::new(message.lines().next().unwrap_or_default());
        let signature = identity(author)?.at(self.now);
        let commit = {
            let reader = self.repository.reader()?;
            match parent {
                Some(parent) => plan.commit(&reader, CommitId::new(parent), &edits, &signature, message)?,
                None => {
                    let mut objects = NewObjects::new();
                    let empty = objects.add(ObjectKind::Tree, Vec::new())?;
                    let tree = objects.edit_tree(&reader, empty, &edits)?;
                    let (author, committer, message) = (signature.clone(), signature, message.to_owned());
                    let subject = message.lines().next().unwrap_or_default().to_owned();
                    let draft = CommitDraft { tree, parents: Vec::new(), author, committer, message };
                    let id = objects.commit(&draft)?;
                    plan.objects = objects;
                    plan.commits.push(PlannedCommit { id, parents: Vec::new(), subject });
                    id
                }
            }
        };
        plan.set(name, RefState::from(parent), commit, "a developer's commit");
        self.apply(&plan)?;
        Ok(commit)
    }

    /// The message of a commit.
    pub fn message(&self, commit: CommitId) -> Result<String, DemoError> {
        let raw = self.repository.reader()?.commit(commit)?;
        Ok(String::from_utf8_lossy(&raw.message).into_owned())
    }

    /// Lets an operation decide from the repository as it is, and applies its plan.
    pub fn operate<E>(&self, decide: impl FnOnce(&Situation<'_>) -> Result<Plan, E>) -> Result<(), DemoError>
    where
        DemoError: From<E>,
    {
        let repository = &self.repository;
        let snapshot = repository.refs(&[])?;
        let config = find_configuration(repository, &snapshot, None)?;
        let cache = Cache::below(repository.common_dir());
        let sources =
            Sources { repository, cache: &cache, snapshot: &snapshot, progress: &|_| (), also: &[], now: self.now };
        let ledger = Ledger::read(config, &sources)?;
        let identity = identity(Author::Grace)?;
        let (now, run) = (self.now, RUN);
        let plan = decide(&Situation { repository, ledger: &ledger, now, identity: &identity, run, push_to: None })?;
        self.apply(&plan)
    }

    fn apply(&self, plan: &Plan) -> Result<(), DemoError> {
        apply(plan, &self.repository).map(drop).map_err(|error| Box::new(error).into())
    }
}

fn branch_ref(name: &str) -> Result<RefName, DemoError> {
    Ok(BranchName::new(name)?.to_ref())
}

/// Who somebody in the story is.
pub(super) fn identity(author: Author) -> Result<Identity, DemoError> {
    let (name, email) = match author {
        Author::Ada => ("Ada Example", "ada@example.com"),
        Author::Grace => ("Grace Example", "grace@example.com"),
        Author::Robin => ("Robin Example", "robin@example.com"),
    };
    Ok(Identity::new(name, email)?)
}
