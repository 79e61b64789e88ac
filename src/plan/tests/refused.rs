//! What stands in the way of a plan: an error that says so, and everything as before.

use std::time::Duration;

use super::world::{LINE, TAG, World, name};
use crate::domain::{CommitId, ObjectId};
use crate::git::Repository;
use crate::plan::lock::Lock;
use crate::plan::{
    Applied, ApplyError, ErrorClass, LockError, Obstacle, Outcome, Plan, PushError, RefState, apply, has_unfinished,
    recover,
};

/// Applies a plan that must be refused, and checks that nothing was changed.
fn refused(world: &World, plan: &Plan) -> ApplyError {
    let before = world.states();
    let error = apply(plan, &world.open()).unwrap_err();
    assert_eq!(world.states(), before, "{error}");
    assert!(world.is_tidy(), "{error}");
    error
}

#[test]
fn refs_that_moved_here_or_there_are_named() {
    let mut world = World::new();
    let plan = world.release(true);
    world.local.git(&["push", "--quiet", "--force", "origin", "main:release/1.8"]);
    let error = refused(&world, &plan);
    assert_eq!(error.class(), ErrorClass::Moved);
    assert!(error.to_string().contains("on the remote `origin`") && error.to_string().contains(LINE), "{error}");
    world.local.tag("v1.8.1", "main");
    let error = refused(&world, &plan);
    assert_eq!(error.class(), ErrorClass::Moved);
    assert!(error.to_string().contains("in this repository") && error.to_string().contains(TAG), "{error}");
}

#[test]
fn a_race_lost_during_the_push_is_judged_by_what_is_there() {
    let world = World::new();
    let plan = world.release(true);
    let main = world.there("refs/heads/main").unwrap();
    // Another run wins between our last look and our push.
    world.hook("pre-receive", &format!("unset GIT_QUARANTINE_PATH; git update-ref {LINE} {main}; exit 0"));
    let error = apply(&plan, &world.open()).unwrap_err();
    assert!(matches!(error, ApplyError::Push(PushError::Moved { .. })), "{error}");
    assert_eq!((error.class(), world.there(LINE), world.there(TAG)), (ErrorClass::Moved, Some(main), None));
    assert!(world.is_tidy());
}

#[test]
fn a_hook_that_refuses_is_told_in_its_own_words() {
    let world = World::new();
    world.hook("pre-receive", "echo 'ticket 42 is missing' >&2; exit 1");
    let error = refused(&world, &world.release(true));
    assert!(matches!(error, ApplyError::Push(PushError::Refused { .. })));
    assert_eq!(error.class(), ErrorClass::Failed);
    assert!(error.to_string().contains("ticket 42 is missing"), "{error}");
}

#[test]
fn a_remote_that_is_absent_or_unknown_changes_nothing() {
    let world = World::new();
    let gone = world.remote.path().with_extension("gone");
    std::fs::rename(world.remote.path(), &gone).unwrap();
    let error = apply(&world.release(true), &world.open()).unwrap_err();
    assert!(matches!(error, ApplyError::Push(PushError::Remote(_))), "{error}");
    assert_eq!((error.class(), world.here(TAG)), (ErrorClass::Failed, None));
    assert!(world.is_tidy());
    std::fs::rename(&gone, world.remote.path()).unwrap();
    world.local.git(&["remote", "rename", "origin", "upstream"]);
    let error = refused(&world, &world.release(true));
    assert!(error.hint().unwrap().contains("`upstream`"), "{error}");
}

#[test]
fn a_remote_that_dies_after_taking_the_push_is_success() {
    let world = World::new();
    world.hook("post-receive", "kill -9 $PPID");
    let plan = world.release(true);
    assert!(apply(&plan, &world.open()).unwrap().is_changed);
    let [_, after] = world.before_and_after(&plan);
    assert_eq!(world.states(), [after, after]);
}

#[test]
fn a_remote_that_goes_away_during_the_push_is_asked_by_the_next_run() {
    for (hook, outcome) in [("pre-receive", Outcome::Undone), ("post-receive", Outcome::Completed)] {
        let world = World::new();
        let gone = world.remote.path().with_extension("gone");
        let (from, to) = (world.remote.path().display().to_string(), gone.display().to_string());
        world.hook(hook, &format!("mv '{from}' '{to}'; kill -9 $PPID"));
        let plan = world.release(true);
        let error = apply(&plan, &world.open()).unwrap_err();
        assert!(matches!(error, ApplyError::Push(PushError::Unknown { .. })), "{error}");
        assert!(recover(&world.open()).is_err() && has_unfinished(&world.open()));
        std::fs::rename(&gone, world.remote.path()).unwrap();
        std::fs::remove_file(world.remote.path().join("hooks").join(hook)).unwrap();
        assert_eq!(recover(&world.open()).unwrap().unwrap().outcome, outcome, "{hook}");
        let [here, there] = world.states();
        assert_eq!(here, there);
        assert!(world.is_tidy());
    }
}

#[test]
fn a_remote_without_atomic_push_takes_tags_first_and_gives_them_back() {
    let world = World::new();
    world.remote.git(&["config", "receive.advertiseAtomic", "false"]);
    world.hook("update", "case $1 in refs/heads/*) echo protected >&2; exit 1;; esac");
    let error = refused(&world, &world.release(true));
    assert!(error.to_string().contains("protected"), "{error}");
    std::fs::remove_file(world.remote.path().join("hooks/update")).unwrap();
    let applied = apply(&world.release(true), &world.open()).unwrap();
    assert!(applied.is_stepwise && applied.is_pushed);
}

#[test]
fn a_part_that_cannot_be_taken_back_is_said_exactly() {
    let world = World::new();
    world.remote.git(&["config", "receive.advertiseAtomic", "false"]);
    world.hook("update", "case $1 in refs/heads/*) exit 1;; esac; case $3 in 0000*) exit 1;; esac");
    let error = apply(&world.release(true), &world.open()).unwrap_err();
    assert!(matches!(&error, ApplyError::Push(PushError::Partly { .. })), "{error}");
    assert!(error.to_string().contains(&format!("it has `{TAG}`, and lacks `{LINE}`")), "{error}");
    std::fs::remove_file(world.remote.path().join("hooks/update")).unwrap();
    assert_eq!(recover(&world.open()).unwrap().unwrap().outcome, Outcome::Completed);
    let [here, there] = world.states();
    assert_eq!((here, here.1.is_some()), (there, true));
}

#[test]
fn a_tag_of_the_same_commit_by_another_run_is_success_where_the_plan_says_so() {
    let world = World::new();
    let other = world.local.git(&["rev-parse", "release/1.8"]);
    let text = format!("object {other}\ntype commit\ntag v1\ntagger Bo <bo@example.com> 1750000000 +0000\n\nBo's\n");
    let theirs = world.remote.object(crate::git::ObjectKind::Tag, text.as_bytes());
    world.remote.git(&["update-ref", "refs/tags/v1", &theirs.to_string()]);
    let mut plan = world.tag_tip("v1", "Ada's");
    assert_eq!(refused(&world, &plan).class(), ErrorClass::Moved);
    plan.refs[0].is_same_by_commit = true;
    let applied = apply(&plan, &world.open()).unwrap();
    assert_eq!(applied.adopted, [(name("refs/tags/v1"), theirs)]);
    assert_eq!(world.here("refs/tags/v1"), Some(theirs));
}

#[test]
fn names_that_clash_are_refused_here_and_there() {
    let mut world = World::new();
    let tip = world.tip.object();
    let mut plan = Plan::new("clash");
    plan.create(name("refs/heads/release/1.8/x"), RefState::At(tip), "a branch");
    let error = refused(&world, &plan);
    assert_eq!(error.class(), ErrorClass::Refused);
    assert!(error.to_string().contains("`refs/heads/release/1.8`"), "{error}");
    world.local.git(&["push", "--quiet", "origin", "main:refs/heads/topic/a"]);
    world.local.git(&["update-ref", "-d", "refs/remotes/origin/topic/a"]);
    let mut plan = Plan::new("clash");
    plan.create(name("refs/heads/topic"), RefState::At(tip), "a branch");
    plan.push_planned("origin", &name("refs/heads/topic"), RefState::Absent);
    let error = refused(&world, &plan);
    assert!(error.to_string().contains("on the remote `origin`"), "{error}");
    world.local.branch("held", "main");
    let mut plan = Plan::new("both");
    plan.create(name("refs/heads/new"), RefState::At(tip), "a branch");
    plan.create(name("refs/heads/new/er"), RefState::At(tip), "a branch");
    assert!(matches!(refused(&world, &plan), ApplyError::Clash { .. }));
}

fn obstacle(error: ApplyError) -> Obstacle {
    match error {
        ApplyError::CheckedOut { why, .. } => why,
        error => panic!("{error}"),
    }
}

#[test]
fn a_branch_that_is_checked_out_stays_unless_its_files_can_follow() {
    let mut world = World::new();
    world.local.checkout("release/1.8");
    let mut plan = world.release(true);
    assert_eq!(obstacle(refused(&world, &plan)), Obstacle::NotPlanned);
    plan.follow_in_work_trees(&world.open());
    world.local.write("VERSION", "mine\n");
    let error = refused(&world, &plan);
    assert_eq!(error.class(), ErrorClass::Refused);
    assert!(error.to_string().contains(world.local.path().file_name().unwrap().to_str().unwrap()), "{error}");
    assert_eq!(obstacle(error), Obstacle::Changes);
    world.local.git(&["checkout", "--quiet", "--", "."]);
    assert!(apply(&plan, &world.open()).unwrap().is_changed);
    assert_eq!(world.local.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_branch_in_the_middle_of_a_rebase_stays() {
    let mut world = World::new();
    world.local.checkout("release/1.8");
    let rebase = std::process::Command::new("git").args(["rebase", "main"]).current_dir(world.local.path()).output();
    assert!(!rebase.unwrap().status.success());
    let mut plan = world.release(false);
    plan.follow_in_work_trees(&world.open());
    let error = refused(&world, &plan);
    assert!(error.hint().unwrap().contains("git rebase --continue"), "{error}");
}

#[test]
fn an_untracked_file_in_the_way_is_not_overwritten() {
    let mut world = World::new();
    world.local.checkout("release/1.8");
    let next = world.local.commit_file("next", "adds a file", "new.txt", "theirs\n");
    world.local.write("new.txt", "mine\n");
    let mut plan = Plan::new("move");
    plan.set(name(LINE), world.tip, next, "the next commit");
    plan.follow_in_work_trees(&world.open());
    assert!(matches!(obstacle(refused(&world, &plan)), Obstacle::Files(words) if words.contains("new.txt")));
    assert_eq!(std::fs::read_to_string(world.local.path().join("new.txt")).unwrap(), "mine\n");
}

#[test]
fn the_first_commit_of_an_empty_repository_fills_its_work_tree() {
    let r = crate::testing::TestRepo::new();
    let repository = r.open();
    let mut plan = Plan::new("begin");
    let blob = plan.objects.blob(b"hello\n").unwrap();
    let mut tree = b"100644 a\0".to_vec();
    tree.extend(blob.as_bytes());
    let tree = plan.objects.add(crate::git::ObjectKind::Tree, tree).unwrap();
    let signature = super::world::signature(&r);
    let draft = crate::git::CommitDraft {
        tree,
        parents: Vec::new(),
        author: signature.clone(),
        committer: signature,
        message: "one".into(),
    };
    let commit = plan.objects.commit(&draft).unwrap();
    plan.create(name("refs/heads/main"), commit, "trunk");
    plan.follow_in_work_trees(&repository);
    apply(&plan, &repository).unwrap();
    assert_eq!(r.git(&["status", "--porcelain", "--branch"]), "## main");
    assert_eq!(std::fs::read_to_string(r.path().join("a")).unwrap(), "hello\n");
}

#[test]
fn refuses_refs_to_objects_that_are_not_here() {
    let world = World::new();
    let id: ObjectId = "00ff10a0deadbeef0123456789abcdef01234567".parse().unwrap();
    let mut plan = Plan::new("absent");
    plan.create(name(TAG), CommitId::new(id), "a tag");
    let error = refused(&world, &plan);
    assert!(error.hint().unwrap().contains("--unshallow"), "{error}");
}

#[test]
fn waits_for_another_run_and_then_says_so() {
    let world = World::new();
    let common = world.local.path().join(".git");
    let held = Lock::take(&common, Duration::ZERO).unwrap();
    let error = Lock::take(&common, Duration::from_millis(80)).err().unwrap();
    assert!(matches!(error, LockError::Busy { .. }) && error.class() == ErrorClass::Moved);
    drop(held);
    // A process that another test starts just now holds it until it has begun.
    assert!(Lock::take(&common, Duration::from_secs(20)).is_ok());
}

#[test]
fn a_repository_that_cannot_be_written_is_an_error_with_its_place() {
    let world = World::new();
    std::fs::write(world.local.path().join(".git/twintrack"), "no directory").unwrap();
    let error = apply(&world.release(false), &world.open()).unwrap_err();
    assert!(matches!(error, ApplyError::Lock(LockError::Unwritable { .. })), "{error}");
    assert_eq!(world.here(TAG), None);
}

#[test]
fn objects_that_cannot_be_written_stop_everything_after_them() {
    let world = World::new();
    let plan = world.release(true);
    // As on a full disk: the directory of the tag's object cannot be made.
    let tag = plan.refs[1].new.id().unwrap().to_string();
    let place = world.local.path().join(".git/objects").join(&tag[..2]);
    if place.exists() {
        return;
    }
    std::fs::write(&place, "in the way").unwrap();
    let error = apply(&plan, &world.open()).unwrap_err();
    assert!(matches!(error, ApplyError::Write(_)), "{error}");
    assert!(error.hint().unwrap().contains("disk"));
    let [before, _] = world.before_and_after(&plan);
    assert_eq!(world.states(), [before, before]);
    std::fs::remove_file(&place).unwrap();
    let again: Applied = apply(&plan, &world.open()).unwrap();
    assert!(again.is_changed && !has_unfinished(&world.open()));
}

#[test]
fn opening_by_a_linked_work_tree_is_the_same_repository() {
    let world = World::new();
    let other = tempfile::tempdir().unwrap();
    let place = other.path().join("w");
    world.local.git(&["worktree", "add", "--quiet", "--detach", place.to_str().unwrap(), "main"]);
    let plan = world.release(true);
    apply(&plan, &Repository::open(&place).unwrap()).unwrap();
    let [_, after] = world.before_and_after(&plan);
    assert_eq!(world.states(), [after, after]);
    assert!(!apply(&plan, &world.open()).unwrap().is_changed);
}
