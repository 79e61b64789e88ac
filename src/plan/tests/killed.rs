//! Runs that are killed at every step: the next one completes or undoes them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::world::{LINE, TAG, World, name};
use crate::git::{RefEdit, Repository};
use crate::plan::apply::{Step, apply_observed};
use crate::plan::lock::GitLock;
use crate::plan::{ApplyError, LockError, Outcome, Plan, RecoverError, apply, has_unfinished, recover, recover_landed};

const STEPS: [Step; 11] = [
    Step::Locked,
    Step::ObjectsWritten,
    Step::IntentWritten,
    Step::FilesChecked,
    Step::PushBegun,
    Step::Pushed,
    Step::PushNoted,
    Step::RefsPrepared,
    Step::RefsSet,
    Step::FilesFollowed,
    Step::IntentClosed,
];

/// Stops a run at a step by unwinding; `false` where it never got there.
fn stop_at(plan: &Plan, repository: &Repository, step: Step) -> bool {
    let mut observe = |reached| assert!(reached != step, "stopped by the test");
    catch_unwind(AssertUnwindSafe(|| apply_observed(plan, repository, &mut observe).unwrap())).is_err()
}

/// Settles, and checks that what is here and there is the plan's before or its after, whole.
fn settled_whole(world: &World, plan: &Plan, is_pushed: bool, step: Step) {
    let settled = recover(&world.open()).unwrap();
    let [before, after] = world.before_and_after(plan);
    let [here, there] = world.states();
    assert!(here == before || here == after, "{step:?}: half-way here");
    assert_eq!(there, if is_pushed { here } else { before }, "{step:?}: here and there differ");
    assert!(!has_unfinished(&world.open()), "{step:?}: a journal is left");
    if let Some(recovery) = settled {
        let expected = if here == after { Outcome::Completed } else { Outcome::Undone };
        assert_eq!((recovery.title.as_str(), recovery.outcome), ("release 1.8.1", expected), "{step:?}");
    }
    apply(plan, &world.open()).unwrap();
    assert_eq!(world.states(), [after, if is_pushed { after } else { before }], "{step:?}: run again");
    assert!(world.is_tidy(), "{step:?}");
}

#[test]
fn a_run_stopped_at_any_step_is_completed_or_undone() {
    for is_pushed in [true, false] {
        for step in STEPS {
            let world = World::new();
            let plan = world.release(is_pushed);
            let is_reached = is_pushed || !matches!(step, Step::PushBegun | Step::Pushed | Step::PushNoted);
            let is_stopped = stop_at(&plan, &world.open(), step);
            assert_eq!(is_stopped, is_reached && step != Step::FilesFollowed, "{step:?}");
            settled_whole(&world, &plan, is_pushed, step);
        }
    }
}

#[test]
fn files_follow_their_branch_also_after_a_kill() {
    for step in [Step::IntentWritten, Step::FilesChecked, Step::Pushed, Step::RefsSet, Step::FilesFollowed] {
        let mut world = World::new();
        world.local.checkout("release/1.8");
        let mut plan = world.release(true);
        plan.follow_in_work_trees(&world.open());
        assert!(stop_at(&plan, &world.open(), step));
        settled_whole(&world, &plan, true, step);
        assert_eq!(std::fs::read_to_string(world.local.path().join("VERSION")).unwrap(), "1.8.1\n", "{step:?}");
        assert_eq!(world.local.git(&["status", "--porcelain"]), "", "{step:?}");
    }
}

/// Names the step at which [`a_child_that_dies`] ends itself, and where it works.
const DIE_AT: &str = "TWINTRACK_TEST_DIE_AT";
const DIE_IN: &str = "TWINTRACK_TEST_DIE_IN";

/// Not a test of its own: the process that the next test starts and that kills itself.
#[test]
fn a_child_that_dies() {
    let (Some(step), Some(place)) = (std::env::var_os(DIE_AT), std::env::var_os(DIE_IN)) else { return };
    let repository = Repository::open(Path::new(&place)).unwrap();
    let mut plan = Plan::new("release 1.8.1");
    let tip = repository.ref_target(&name(LINE)).unwrap().unwrap();
    let main = repository.ref_target(&name("refs/heads/main")).unwrap().unwrap();
    plan.set(name(LINE), crate::plan::RefState::At(tip), crate::plan::RefState::At(main), "the line moves");
    plan.create(name(TAG), crate::plan::RefState::At(main), "the release");
    plan.push_planned("origin", &name(LINE), crate::plan::RefState::At(tip));
    plan.push_planned("origin", &name(TAG), crate::plan::RefState::Absent);
    let mut observe = |reached: Step| {
        if format!("{reached:?}") == step.to_string_lossy() {
            std::process::abort();
        }
    };
    let _ = apply_observed(&plan, &repository, &mut observe);
}

fn child_that_dies(world: &World, step: &str) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "plan::tests::killed::a_child_that_dies"]).stdout(Stdio::null()).stderr(Stdio::null());
    child.env(DIE_AT, step).env(DIE_IN, world.local.path()).spawn().unwrap()
}

#[test]
fn a_process_that_dies_leaves_nothing_half_done() {
    for step in [Step::IntentWritten, Step::PushBegun, Step::Pushed, Step::PushNoted, Step::RefsPrepared, Step::RefsSet]
    {
        let world = World::new();
        let mut child = child_that_dies(&world, &format!("{step:?}"));
        assert!(!child.wait().unwrap().success(), "{step:?}: it was to die");
        let recovery = recover(&world.open()).unwrap().unwrap();
        let [here, there] = world.states();
        assert_eq!(here, there, "{step:?}");
        let is_landed = !matches!(step, Step::IntentWritten | Step::PushBegun);
        assert_eq!(recovery.outcome, if is_landed { Outcome::Completed } else { Outcome::Undone }, "{step:?}");
        assert_eq!(here.1.is_some(), is_landed, "{step:?}");
        assert!(world.is_tidy());
    }
}

/// Lets the remote say that a push came, and keep it until it may go on.
const SLOW: &str = "cat > /dev/null; touch begun; i=0
while [ ! -e go ] && [ $i -lt 3000 ]; do i=$((i + 1)); sleep 0.02; done";

#[cfg(unix)]
#[test]
fn a_push_that_goes_on_after_its_run_was_killed_is_waited_for() {
    let world = World::new();
    world.hook("pre-receive", SLOW);
    let mut child = child_that_dies(&world, "at no step");
    while !world.remote.path().join("begun").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it was to push");
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let common = world.local.path().join(".git");
    let error = GitLock::take_within(&common, Duration::ZERO).map(drop).unwrap_err();
    assert!(matches!(error, LockError::GitAtWork { .. }), "{error}");
    let recovery = std::thread::scope(|scope| {
        let place = world.local.path();
        let next = scope.spawn(move || recover(&Repository::open(place).unwrap()).unwrap().unwrap());
        std::thread::sleep(Duration::from_millis(200));
        assert!(!next.is_finished(), "it judged a push that was under way");
        std::fs::write(world.remote.path().join("go"), "").unwrap();
        next.join().unwrap()
    });
    assert_eq!(recovery.outcome, Outcome::Completed);
    let main = world.here("refs/heads/main");
    assert_eq!(world.states(), [(main, main), (main, main)]);
    assert!(world.is_tidy());
}

/// The remote's side of a push lands it when it is asked for its refs a second time.
#[cfg(unix)]
#[test]
fn a_push_that_lands_after_its_git_was_killed_is_seen() {
    let world = World::new();
    let plan = world.release(true);
    assert!(stop_at(&plan, &world.open(), Step::PushBegun));
    let [_, after] = world.before_and_after(&plan);
    let (line, tag) = (after.0.unwrap(), after.1.unwrap());
    world.local.git(&["push", "--quiet", "origin", &format!("{tag}:refs/tags/sent")]);
    world.remote.git(&["tag", "--delete", "sent"]);
    let landing =
        format!("if [ -e asked ]; then git update-ref {LINE} {line}; git update-ref {TAG} {tag}; fi\ntouch asked",);
    let script = format!("cd '{}'\n{landing}\nexec git-upload-pack \"$@\"", world.remote.path().display());
    world.hook("serve", &script);
    let serve = world.remote.path().join("hooks/serve");
    world.local.git(&["config", "remote.origin.uploadpack", serve.to_str().unwrap()]);
    assert_eq!(recover(&world.open()).unwrap().unwrap().outcome, Outcome::Completed);
    assert_eq!(world.states(), [after, after]);
}

/// However long a server takes: what was given up is known when it lands, and is then completed and not fought.
#[test]
fn a_push_that_lands_after_it_was_given_up_is_completed() {
    let world = World::new();
    let plan = world.release(true);
    assert!(stop_at(&plan, &world.open(), Step::PushBegun));
    assert_eq!(recover(&world.open()).unwrap().unwrap().outcome, Outcome::Undone);
    let [before, after] = world.before_and_after(&plan);
    assert_eq!(recover_landed(&world.open(), "origin").unwrap(), None);
    assert_eq!(world.states(), [before, before]);
    let (line, tag) = (after.0.unwrap(), after.1.unwrap());
    world.local.git(&["push", "--quiet", "origin", &format!("{line}:{LINE}"), &format!("{tag}:{TAG}")]);
    world.local.git(&["prune", "--expire=now"]);
    let other = world.release_saying(true, "Release 1.8.1 once more");
    assert!(apply(&other, &world.open()).is_err());
    let recovery = recover_landed(&world.open(), "origin").unwrap().unwrap();
    assert_eq!((recovery.title.as_str(), recovery.outcome), ("release 1.8.1", Outcome::Completed));
    assert_eq!(world.states(), [after, after]);
    assert_eq!(recover_landed(&world.open(), "origin").unwrap(), None);
    assert!(world.is_tidy());
}

#[test]
fn a_lock_that_a_killed_git_of_ours_left_is_removed_and_any_other_is_reported() {
    const FOREIGN: &str = "1234567890123456789012345678901234567890\n";
    for (content, is_older, is_ours) in
        [(None, false, true), (Some(""), false, true), (Some(""), true, false), (Some(FOREIGN), false, false)]
    {
        let world = World::new();
        let plan = world.release(true);
        assert!(stop_at(&plan, &world.open(), Step::PushNoted));
        let [_, after] = world.before_and_after(&plan);
        let content = content.map_or_else(|| format!("{}\n", after.1.unwrap()), str::to_owned);
        let lock = world.local.path().join(".git").join(format!("{TAG}.lock"));
        std::fs::create_dir_all(lock.parent().unwrap()).unwrap();
        std::fs::write(&lock, content).unwrap();
        if is_older {
            let before = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
            std::fs::File::options().write(true).open(&lock).unwrap().set_modified(before).unwrap();
        }
        match recover(&world.open()) {
            Ok(recovery) => assert!(is_ours && recovery.unwrap().outcome == Outcome::Completed),
            Err(error) => {
                assert!(!is_ours && matches!(error, RecoverError::LeftLock { .. }));
                assert!(error.hint().unwrap().contains("v1.8.1.lock"));
                std::fs::remove_file(&lock).unwrap();
                recover(&world.open()).unwrap();
            }
        }
        assert_eq!(world.states(), [after, after]);
    }
}

/// What a run leaves that is killed with its gits: the locks of head and index.
fn killed_with_its_gits(step: Step) -> (World, Plan) {
    let mut world = World::new();
    world.local.checkout("release/1.8");
    let mut plan = world.release(true);
    plan.follow_in_work_trees(&world.open());
    assert!(stop_at(&plan, &world.open(), step));
    for lock in ["HEAD.lock", "index.lock"] {
        std::fs::write(world.local.path().join(".git").join(lock), "").unwrap();
    }
    (world, plan)
}

#[test]
fn locks_of_head_and_index_that_killed_gits_left_are_removed() {
    for step in [Step::IntentWritten, Step::PushNoted, Step::RefsSet] {
        let (world, plan) = killed_with_its_gits(step);
        if step == Step::RefsSet {
            // Begun to be written, and nothing that the index knows of.
            world.local.write("VERSION", "1.8");
        }
        settled_whole(&world, &plan, true, step);
        assert_eq!(world.local.git(&["status", "--porcelain"]), "", "{step:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_lock_is_left_while_another_git_may_be_at_work_behind_it() {
    let (world, _) = killed_with_its_gits(Step::PushNoted);
    let mut git = Command::new("git");
    git.args(["cat-file", "--batch"]).current_dir(world.local.path()).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut git = git.spawn().unwrap();
    match recover(&world.open()) {
        Err(error @ RecoverError::HeldLock { .. }) => assert!(error.hint().unwrap().contains(&git.id().to_string())),
        other => panic!("{other:?}"),
    }
    assert!(world.local.path().join(".git/HEAD.lock").exists());
    drop(git.stdin.take());
    git.wait().unwrap();
    assert_eq!(recover(&world.open()).unwrap().unwrap().outcome, Outcome::Completed);
}

#[test]
fn a_lock_that_was_there_before_is_another_program_s() {
    let mut world = World::new();
    world.local.checkout("release/1.8");
    let mut plan = world.release(true);
    plan.follow_in_work_trees(&world.open());
    std::fs::write(world.local.path().join(".git/HEAD.lock"), "").unwrap();
    let before = world.states();
    match apply(&plan, &world.open()) {
        Err(error @ ApplyError::RefLocked { .. }) => assert!(error.to_string().contains("HEAD.lock")),
        other => panic!("{other:?}"),
    }
    assert_eq!(world.states(), before);
}

#[test]
fn a_ref_that_was_moved_meanwhile_is_left_alone_and_named() {
    let world = World::new();
    let plan = world.release(true);
    assert!(stop_at(&plan, &world.open(), Step::PushNoted));
    let main = world.here("refs/heads/main");
    let edit = RefEdit { name: name(LINE), expected: Some(world.tip.object()), new: main };
    world.open().prepare_refs(&[edit], "somebody else", None).unwrap().commit().unwrap();
    let recovery = recover(&world.open()).unwrap().unwrap();
    assert_eq!((recovery.outcome, recovery.left), (Outcome::Completed, vec![name(LINE)]));
    assert_eq!(world.here(LINE), main);
    assert_eq!(world.here(TAG), world.there(TAG));
}

#[test]
fn a_part_that_a_remote_without_atomic_push_took_is_completed() {
    let world = World::new();
    world.remote.git(&["config", "receive.advertiseAtomic", "false"]);
    let plan = world.release(true);
    assert!(stop_at(&plan, &world.open(), Step::PushBegun));
    let [_, after] = world.before_and_after(&plan);
    world.local.git(&["push", "--quiet", "origin", &format!("{}:{TAG}", after.1.unwrap())]);
    assert_eq!(recover(&world.open()).unwrap().unwrap().outcome, Outcome::Completed);
    assert_eq!(world.states(), [after, after]);
}
