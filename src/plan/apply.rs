//! Doing what a plan says, in the order that survives a kill: our lock, the objects, the journalled intent, the push by
//! id, the refs in one transaction, the files, and the end of the intent.

use super::error::{ApplyError, MovedRef, Obstacle, Place, PushError};
use super::journal::{Intent, IntentPush, IntentRef, IntentWorkTree, Journal, Stage};
use super::lock::{GitLock, Lock, PATIENCE};
use super::push::{Pushed, Pusher};
use super::recover::{Recovery, has_any_new, settle};
use super::value::{Plan, RefState};
use super::{checks, locks};
use crate::domain::{ObjectId, RefName};
use crate::git::{Checkout, GitCommandError, PreparedRefs, PushEdit, RefEdit, Repository};

/// Moments of an application, in order; tests stop the process at each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Locked,
    ObjectsWritten,
    IntentWritten,
    FilesChecked,
    PushBegun,
    Pushed,
    PushNoted,
    RefsPrepared,
    RefsSet,
    FilesFollowed,
    IntentClosed,
}

/// What applying came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// Whether anything was changed: `false` where the plan had been applied before.
    pub is_changed: bool,
    /// Whether the remote has what the plan pushes, by this run or another.
    pub is_pushed: bool,
    /// Tags of the same commit made by another run, which stand for the planned ones.
    pub adopted: Vec<(RefName, ObjectId)>,
    /// Whether the remote took the refs one after the other, tags first, as it has no atomic push.
    pub is_stepwise: bool,
    /// What an earlier run had left, now settled.
    pub recovered: Option<Recovery>,
}

/// Applies a plan. On an error nothing is changed, here or on the remote, unless the error says what is.
pub fn apply(plan: &Plan, repository: &Repository) -> Result<Applied, ApplyError> {
    apply_observed(plan, repository, &mut |_| {})
}

/// What is still to be done of a plan.
struct Todo {
    refs: Vec<RefEdit>,
    push: Vec<PushEdit>,
    adopted: Vec<(RefName, ObjectId)>,
}

/// Applies a plan and tells `observe` every moment it reaches.
pub(crate) fn apply_observed(
    plan: &Plan,
    repository: &Repository,
    observe: &mut dyn FnMut(Step),
) -> Result<Applied, ApplyError> {
    let lock = Lock::take(repository.common_dir(), PATIENCE)?;
    observe(Step::Locked);
    let recovered = settle(repository, &lock).map_err(Box::new)?;
    let todo = todo(plan, repository)?;
    let is_pushed = plan.push.is_some();
    if todo.refs.is_empty() && todo.push.is_empty() {
        return Ok(Applied { is_pushed, recovered, adopted: todo.adopted, ..Applied::default() });
    }
    plan.objects.write(store(plan, repository))?;
    observe(Step::ObjectsWritten);
    let work_trees = checks::work_trees(plan, repository, &todo.refs)?;
    let gits = GitLock::take(repository.common_dir())?;
    let mut intent = intent(plan, &todo, &work_trees);
    intent.locks = locks::expected(repository, &intent)?;
    let mut journal = Journal::open(repository.common_dir(), &intent)?;
    observe(Step::IntentWritten);
    let mut run = Run { plan, repository, observe, edits: todo.refs, gits };
    let pushed = match run.check_files(&work_trees).and_then(|()| run.push(&todo.push, &mut journal)) {
        Ok(pushed) => pushed,
        Err(error) => {
            if !matches!(&error, ApplyError::Push(error) if !error.is_settled()) {
                journal.close()?;
            }
            return Err(error);
        }
    };
    let mut adopted = todo.adopted;
    adopted.extend(pushed.adopted);
    run.adopt(&adopted)?;
    if let Err(error) = run.set_refs(!todo.push.is_empty()) {
        // What the remote has, or a part of the refs shows, must come here whole: then the journal stays for the next run.
        if todo.push.is_empty() && !has_any_new(repository, &intent)? {
            journal.close()?;
        }
        return Err(error);
    }
    run.follow(&work_trees)?;
    journal.close()?;
    observe(Step::IntentClosed);
    Ok(Applied { is_changed: true, is_pushed, adopted, is_stepwise: pushed.is_stepwise, recovered })
}

/// Where the plan's objects are written and pushed from.
fn store<'r>(plan: &'r Plan, repository: &'r Repository) -> &'r Repository {
    plan.scratch.as_ref().map_or(repository, |scratch| scratch.repository())
}

fn todo(plan: &Plan, repository: &Repository) -> Result<Todo, ApplyError> {
    let reader = store(plan, repository).reader().map_err(ApplyError::Database)?;
    let refs = checks::refs_to_set(plan, repository, &reader)?;
    let accepted = |name: &RefName| checks::accepted_commit(plan, name, &reader);
    let (push, adopted) = match &plan.push {
        Some(push) => checks::refs_to_push(push, repository, &accepted)?,
        None => (Vec::new(), Vec::new()),
    };
    Ok(Todo { refs, push, adopted })
}

fn intent(plan: &Plan, todo: &Todo, work_trees: &[IntentWorkTree]) -> Intent {
    let refs = todo.refs.iter().map(|edit| IntentRef { name: edit.name.clone(), old: edit.expected, new: edit.new });
    let pushed = todo.push.iter().map(|edit| IntentRef { name: edit.name.clone(), old: edit.expected, new: edit.new });
    let push = plan.push.as_ref().filter(|_| !todo.push.is_empty());
    let push = push.map(|push| IntentPush { remote: push.remote.clone(), refs: pushed.collect() });
    Intent::new(&plan.title, refs.collect(), push, work_trees.to_vec())
}

/// An application whose intent is on the disk.
struct Run<'a> {
    plan: &'a Plan,
    repository: &'a Repository,
    observe: &'a mut dyn FnMut(Step),
    edits: Vec<RefEdit>,
    /// Held by every git that changes something here or there.
    gits: GitLock,
}

impl Run<'_> {
    /// Refuses where files are in the way. Only git can say so, and it locks the index for it: one that is killed at it
    /// leaves that lock, which the intent must name by then.
    fn check_files(&mut self, work_trees: &[IntentWorkTree]) -> Result<(), ApplyError> {
        for (checkout, tree) in self.following(work_trees) {
            if let Err(error) = checkout.can_follow(tree.from, tree.to, Some(self.gits.file())) {
                let why = Obstacle::Files(error.to_string());
                return Err(ApplyError::CheckedOut { branch: checkout.branch, path: checkout.path, why });
            }
        }
        (self.observe)(Step::FilesChecked);
        Ok(())
    }

    /// The work trees that are still there, each with what it is to do.
    fn following<'t>(&self, work_trees: &'t [IntentWorkTree]) -> Vec<(Checkout, &'t IntentWorkTree)> {
        if work_trees.is_empty() {
            return Vec::new();
        }
        let is_of = |tree: &IntentWorkTree, checkout: &Checkout| {
            tree.path == checkout.path && tree.branch == checkout.branch.to_ref()
        };
        let tree_at = |checkout: &Checkout| work_trees.iter().find(|tree| is_of(tree, checkout));
        let checkouts = self.repository.checkouts().into_iter();
        checkouts.filter_map(|checkout| tree_at(&checkout).map(|tree| (checkout, tree))).collect()
    }

    fn push(&mut self, edits: &[PushEdit], journal: &mut Journal) -> Result<Pushed, ApplyError> {
        let Some(push) = self.plan.push.as_ref().filter(|_| !edits.is_empty()) else { return Ok(Pushed::default()) };
        journal.mark(Stage::Pushing)?;
        (self.observe)(Step::PushBegun);
        let reader = store(self.plan, self.repository).reader().map_err(ApplyError::Database)?;
        let accepted = |name: &RefName| checks::accepted_commit(self.plan, name, &reader);
        let store = store(self.plan, self.repository);
        let pusher = Pusher { repository: store, remote: &push.remote, lock: &self.gits, accepted: &accepted };
        let pushed = pusher.push(edits)?;
        (self.observe)(Step::Pushed);
        journal.mark(Stage::Pushed)?;
        (self.observe)(Step::PushNoted);
        Ok(pushed)
    }

    /// Takes the remote's tags in the place of the planned ones.
    fn adopt(&mut self, adopted: &[(RefName, ObjectId)]) -> Result<(), ApplyError> {
        let (Some(push), false) = (&self.plan.push, adopted.is_empty()) else { return Ok(()) };
        let names: Vec<String> = adopted.iter().map(|(name, _)| name.to_string()).collect();
        self.repository.fetch_refs(&push.remote, &names).map_err(PushError::Remote)?;
        for edit in &mut self.edits {
            if let Some((_, id)) = adopted.iter().find(|(name, _)| *name == edit.name) {
                edit.new = Some(*id);
            }
        }
        Ok(())
    }

    /// Sets the refs in one transaction. Where that fails, what the refs hold by now decides: some may have come to what
    /// was planned in another way, as by a fetch.
    fn set_refs(&mut self, is_pushed: bool) -> Result<(), ApplyError> {
        if self.edits.is_empty() {
            return Ok(());
        }
        let prepared = match self.prepare() {
            Ok(prepared) => prepared,
            Err(source) => self.prepare_again(is_pushed, source)?,
        };
        (self.observe)(Step::RefsPrepared);
        prepared.commit().map_err(|source| ApplyError::SetRefs { is_pushed, source })?;
        (self.observe)(Step::RefsSet);
        Ok(())
    }

    fn prepare_again(&mut self, is_pushed: bool, source: GitCommandError) -> Result<PreparedRefs, ApplyError> {
        let mut open = Vec::new();
        let mut moved = Vec::new();
        for edit in &self.edits {
            let found = self.repository.ref_target(&edit.name)?;
            if found == edit.expected {
                open.push(edit.clone());
            } else if found != edit.new {
                let (expected, found) = (edit.expected.into(), RefState::from(found));
                moved.push(MovedRef { name: edit.name.clone(), expected, found });
            }
        }
        if !moved.is_empty() && !is_pushed {
            return Err(ApplyError::Moved { place: Place::Here, refs: moved });
        }
        if open.len() == self.edits.len() || !moved.is_empty() {
            return Err(ApplyError::SetRefs { is_pushed, source });
        }
        self.edits = open;
        self.prepare().map_err(|source| ApplyError::SetRefs { is_pushed, source })
    }

    fn prepare(&self) -> Result<PreparedRefs, GitCommandError> {
        self.repository.prepare_refs(&self.edits, &self.plan.title, Some(self.gits.file()))
    }

    fn follow(&mut self, work_trees: &[IntentWorkTree]) -> Result<(), ApplyError> {
        if work_trees.is_empty() {
            return Ok(());
        }
        for (checkout, tree) in self.following(work_trees) {
            let followed = checkout.follow(tree.from, tree.to, Some(self.gits.file()));
            followed.map_err(|source| ApplyError::Follow { path: tree.path.clone(), source })?;
        }
        (self.observe)(Step::FilesFollowed);
        Ok(())
    }
}
