//! What must hold before anything is changed: refs are where the plan expects them, here and on the remote, names fit
//! beside the others, objects are there, and no work tree stands in the way.

use super::error::{ApplyError, MovedRef, Obstacle, Place, PushError};
use super::journal::IntentWorkTree;
use super::push::Adopted;
use super::value::{Plan, PlannedPush, PlannedRef, Push, RefState};
use crate::domain::{ObjectId, RefName};
use crate::git::{Checkout, ObjectReader, PushEdit, RefEdit, RemoteRefs, Repository};

/// The tree without files, which git knows even where nobody wrote it.
const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// The refs of this repository that are still to be set. What the plan makes already stands where it was applied before.
pub(super) fn refs_to_set(
    plan: &Plan,
    repository: &Repository,
    reader: &ObjectReader,
) -> Result<Vec<RefEdit>, ApplyError> {
    let mut edits = Vec::new();
    let mut moved = Vec::new();
    for planned in &plan.refs {
        let found = RefState::from(repository.ref_target(&planned.name)?);
        if found == planned.new || is_as_good(plan, planned, found, reader) {
            continue;
        }
        if found != planned.expected {
            moved.push(MovedRef { name: planned.name.clone(), expected: planned.expected, found });
            continue;
        }
        let (expected, new) = (planned.expected.id(), planned.new.id());
        edits.push(RefEdit { name: planned.name.clone(), expected, new });
    }
    if !moved.is_empty() {
        return Err(ApplyError::Moved { place: Place::Here, refs: moved });
    }
    check_names(repository, &edits)?;
    check_objects(plan, reader)?;
    Ok(edits)
}

/// Another tag of the same commit, where the plan takes it for its own. Not where it is also pushed: the remote would
/// get the other object.
fn is_as_good(plan: &Plan, planned: &PlannedRef, found: RefState, reader: &ObjectReader) -> bool {
    let is_pushed = plan.push.iter().flat_map(|push| &push.refs).any(|pushed| pushed.name == planned.name);
    let (Some(found), Some(commit), false) = (found.id(), accepted_commit(plan, &planned.name, reader), is_pushed)
    else {
        return false;
    };
    reader.peel_to_commit(found).is_ok_and(|peeled| peeled.object() == commit)
}

/// The commit whose tags are all as good as the planned one.
pub(super) fn accepted_commit(plan: &Plan, name: &RefName, reader: &ObjectReader) -> Option<ObjectId> {
    let planned = plan.refs.iter().find(|planned| planned.name == *name && planned.is_same_by_commit)?;
    let new = planned.new.id()?;
    let target = plan.objects.peel(new).unwrap_or(new);
    if plan.objects.has(target) {
        return Some(target);
    }
    reader.peel_to_commit(target).ok().map(|commit| commit.object())
}

/// Names that git keeps as files and directories exclude each other, also among the planned ones.
fn check_names(repository: &Repository, edits: &[RefEdit]) -> Result<(), ApplyError> {
    let place = Place::Here;
    for edit in edits.iter().filter(|edit| edit.expected.is_none()) {
        let below = format!("{}/", edit.name);
        let planned =
            edits.iter().find(|other| other.name.as_str().starts_with(&below)).map(|other| other.name.clone());
        let clash = match planned {
            Some(other) => Some(other),
            None => repository.ref_clash(&edit.name)?,
        };
        if let Some(other) = clash {
            return Err(ApplyError::Clash { name: edit.name.clone(), other, place });
        }
    }
    Ok(())
}

/// A ref to an absent object breaks the repository, and pushing it fails half-way.
fn check_objects(plan: &Plan, reader: &ObjectReader) -> Result<(), ApplyError> {
    let here = plan.refs.iter().map(|planned| (&planned.name, planned.new));
    let there = plan.push.iter().flat_map(|push| &push.refs).map(|pushed| (&pushed.name, pushed.new));
    for (name, new) in here.chain(there) {
        let Some(id) = new.id() else { continue };
        if !plan.objects.has(id) && !reader.has(id) {
            return Err(ApplyError::Absent { name: name.clone(), id });
        }
    }
    Ok(())
}

/// The refs that are still to be pushed, after asking the remote for exactly those.
pub(super) fn refs_to_push(
    push: &Push,
    repository: &Repository,
    accepted: &dyn Fn(&RefName) -> Option<ObjectId>,
) -> Result<(Vec<PushEdit>, Adopted), ApplyError> {
    if push.is_just_read {
        let edit = |pushed: &PlannedPush| PushEdit {
            name: pushed.name.clone(),
            expected: pushed.expected.id(),
            new: pushed.new.id(),
        };
        return Ok((push.refs.iter().map(edit).collect(), Adopted::new()));
    }
    let patterns: Vec<String> = push.refs.iter().flat_map(patterns_of).collect();
    let there = repository.remote_refs(&push.remote, &patterns).map_err(PushError::Remote)?;
    let mut edits = Vec::new();
    let mut adopted = Vec::new();
    let mut moved = Vec::new();
    for pushed in &push.refs {
        let found = state_of(&there, &pushed.name);
        if found == pushed.new {
            continue;
        }
        if found == pushed.expected {
            if let Some(other) = clash_in(&there, &pushed.name) {
                let (name, place) = (pushed.name.clone(), Place::Remote(push.remote.clone()));
                return Err(ApplyError::Clash { name, other, place });
            }
            let (expected, new) = (pushed.expected.id(), pushed.new.id());
            edits.push(PushEdit { name: pushed.name.clone(), expected, new });
            continue;
        }
        match is_tag_of(&there, &pushed.name, accepted(&pushed.name)) {
            Some(id) => adopted.push((pushed.name.clone(), id)),
            None => moved.push(MovedRef { name: pushed.name.clone(), expected: pushed.expected, found }),
        }
    }
    if !moved.is_empty() || (!adopted.is_empty() && !edits.is_empty()) {
        for (name, id) in adopted {
            moved.push(MovedRef { name, expected: RefState::Absent, found: RefState::At(id) });
        }
        return Err(ApplyError::Moved { place: Place::Remote(push.remote.clone()), refs: moved });
    }
    Ok((edits, adopted))
}

/// What to ask the remote for: the ref, and for a new one the names that cannot exist beside it.
fn patterns_of(pushed: &PlannedPush) -> Vec<String> {
    let name = pushed.name.as_str();
    let mut patterns = vec![name.to_owned()];
    if pushed.expected == RefState::Absent {
        patterns.push(format!("{name}/*"));
        patterns.extend(name.match_indices('/').skip(2).map(|(at, _)| name[..at].to_owned()));
    }
    patterns
}

/// A ref of the remote that cannot exist beside `name`.
fn clash_in(there: &RemoteRefs, name: &RefName) -> Option<RefName> {
    let excludes = |one: &RefName, other: &RefName| {
        one.as_str().strip_prefix(other.as_str()).is_some_and(|rest| rest.starts_with('/'))
    };
    there.keys().find(|other| excludes(name, other) || excludes(other, name)).cloned()
}

/// What the remote's ref holds.
pub(super) fn state_of(there: &RemoteRefs, name: &RefName) -> RefState {
    there.get(name).map(|found| found.target).into()
}

/// The remote's tag of this name, if it comes to `commit`.
pub(super) fn is_tag_of(there: &RemoteRefs, name: &RefName, commit: Option<ObjectId>) -> Option<ObjectId> {
    let found = there.get(name)?;
    (Some(found.peeled) == commit).then_some(found.target)
}

/// The work trees that follow, after refusing branches that are held elsewhere or in an unclean work tree. Nothing is
/// locked for it.
pub(super) fn work_trees(
    plan: &Plan,
    repository: &Repository,
    edits: &[RefEdit],
) -> Result<Vec<IntentWorkTree>, ApplyError> {
    let mut follow = Vec::new();
    for checkout in repository.checkouts() {
        let branch = checkout.branch.to_ref();
        let Some(edit) = edits.iter().find(|edit| edit.name == branch) else { continue };
        let refused = |why| {
            let (branch, path) = (checkout.branch.clone(), checkout.path.clone());
            ApplyError::CheckedOut { branch, path, why }
        };
        if let Some(operation) = checkout.during {
            return Err(refused(Obstacle::Operation(operation)));
        }
        if has_changes(&checkout)? {
            return Err(refused(Obstacle::Changes));
        }
        let is_planned = plan.work_trees.iter().any(|planned| planned.path == checkout.path);
        let Some(to) = edit.new.filter(|_| is_planned) else { return Err(refused(Obstacle::NotPlanned)) };
        let from = edit.expected.or_else(|| ObjectId::from_hex(EMPTY_TREE.as_bytes())).unwrap_or(to);
        follow.push(IntentWorkTree { path: checkout.path.clone(), branch, from, to });
    }
    Ok(follow)
}

fn has_changes(checkout: &Checkout) -> Result<bool, ApplyError> {
    checkout.has_changes().map_err(|source| ApplyError::WorkTree { path: checkout.path.clone(), source })
}
