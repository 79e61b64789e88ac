//! Branches for review, and what is pushed.

use super::*;
use crate::operations::branch_tip::BranchTipError;

fn with_remote() -> (Site, TestRepo) {
    let mut site = Site::new();
    let remote = TestRepo::bare();
    site.repo.git(&["remote", "add", "origin", remote.path().to_str().unwrap()]);
    site.repo.git(&["push", "--quiet", "origin", "--all"]);
    site.is_pushed = true;
    (site, remote)
}

fn via(name: &str, request: BackportRequest) -> BackportRequest {
    BackportRequest { via_branch: Some(name.to_owned()), ..request }
}

#[test]
fn lines_and_the_remote_move_together() {
    let (mut site, remote) = with_remote();
    let fix = site.repo.commit_file("main", "fix: two", "a", &with("two", "2"));
    // Made without sharing it, and shared by the run after.
    site.is_pushed = false;
    site.run(&to(&["1.0"], &[fix]));
    site.is_pushed = true;
    let planned = site.run(&to(&["1.0", "1.1"], &[fix]));
    assert_eq!(told(&planned.picks), ["1.1 picked", "1.0 already-there"]);
    for line in ["release/1.0", "release/1.1"] {
        assert_eq!(remote.id(line), site.repo.id(line));
    }
}

#[test]
fn a_line_that_only_the_remote_has_is_picked_onto() {
    let (mut site, remote) = with_remote();
    let fix = site.repo.commit_file("main", "fix: two", "a", &with("two", "2"));
    site.repo.git(&["fetch", "--quiet", "origin"]);
    site.repo.delete_branch("release/1.0");
    site.run(&to(&["1.0"], &[fix]));
    assert_eq!(remote.id("release/1.0"), site.repo.id("release/1.0"));
    // Somebody else was faster.
    let other = TestRepo::bare();
    site.repo.git(&["push", "--quiet", other.path().to_str().unwrap(), "release/1.0"]);
    site.repo.commit_file("release/1.0", "fix: more", "b", "1\n");
    site.repo.git(&["push", "--quiet", remote.path().to_str().unwrap(), "release/1.0:release/1.0"]);
    site.repo.branch("release/1.0", &other.id("release/1.0").to_string());
    site.repo.git(&["update-ref", "refs/remotes/origin/release/1.0", "release/1.0"]);
    let next = site.repo.commit_file("main", "feat: c", "c", "1\n");
    let error = site.plan(&to(&["1.0"], &[next]));
    // The commit is still in this repository, yet no ref that counts leads to it.
    assert!(matches!(error, Err(BackportError::Branch(BranchTipError::Behind { .. }))), "{error:?}");
}

#[test]
fn commits_wait_on_a_branch_until_they_are_merged() {
    let (mut site, remote) = with_remote();
    let fix = site.repo.commit_file("main", "fix: two", "a", &with("two", "2"));
    let tip = site.repo.id("release/1.0");
    let request = via("fix-two-{line}", to(&["1.0", "1.1"], &[fix]));
    let planned = site.run(&request);
    assert_eq!(planned.reviews.iter().map(ToString::to_string).collect::<Vec<_>>(), ["fix-two-1.1", "fix-two-1.0"]);
    assert_eq!((site.repo.id("release/1.0"), remote.id("release/1.0")), (tip, tip));
    assert_eq!(remote.id("fix-two-1.0"), site.repo.id("fix-two-1.0"));
    // Again, before the merge: nothing changes. What else is wanted cannot be put there.
    let again = site.run(&request);
    assert_eq!(told(&again.picks), ["1.1 in-review", "1.0 in-review"]);
    assert!(again.plan.is_empty() && again.reviews.len() == 2);
    let more = site.repo.commit_file("main", "feat: b", "b", "1\n");
    let error = site.plan(&via("fix-two-{line}", to(&["1.0"], &[fix, more])));
    assert!(matches!(error, Err(BackportError::Branch(BranchTipError::Exists { .. }))), "{error:?}");
    // A remote that lost it gets it again.
    site.repo.git(&["push", "--quiet", "origin", ":fix-two-1.0"]);
    site.run(&request);
    assert_eq!(remote.id("fix-two-1.0"), site.repo.id("fix-two-1.0"));
    // After the merge it is there.
    site.repo.merge("release/1.0", "fix-two-1.0", "Merge pull request #9 from x/fix-two-1.0");
    site.repo.git(&["push", "--quiet", "origin", "release/1.0"]);
    assert_eq!(told(&site.plan(&via("fix-two-{line}", to(&["1.0"], &[fix]))).unwrap().picks), ["1.0 already-there"]);
}

#[test]
fn each_line_needs_a_branch_of_its_own() {
    let mut site = Site::new();
    let fix = site.repo.commit_file("main", "fix: two", "a", &with("two", "2"));
    let error = site.plan(&via("fix", to(&["1.0", "1.1"], &[fix]))).unwrap_err();
    assert!(error.hint().unwrap().contains("--via-branch fix-{line}"), "{error}");
    assert!(matches!(site.plan(&via("fix..", to(&["1.0"], &[fix]))), Err(BackportError::ReviewName { .. })));
    assert_eq!(site.run(&via("fix", to(&["1.0"], &[fix]))).reviews.len(), 1);
}
