//! What stands in the way of cutting and releasing: each said with a hint and an exit code, the repository and the remote
//! as before.

use twintrack::testing::TestRepo;

use crate::support::{RELEASE_TOML, World};

/// Trunk and line 1.9, shared with a bare remote.
fn with_line() -> World {
    let mut repo = TestRepo::new();
    repo.commit_file("main", "chore: begin", "release.toml", RELEASE_TOML);
    repo.commit_file("main", "feat: count jobs", "a", "1\n");
    repo.branch("release/1.9", "main");
    repo.commit_file("release/1.9", "fix: count twice", "a", "2\n");
    repo.checkout("main");
    let world = World::with(repo);
    fs_err::create_dir(world.path("remote")).unwrap();
    world.git("remote", &["init", "--quiet", "--bare", "--initial-branch=main"]);
    world.git("repo", &["remote", "add", "origin", world.path("remote").to_str().unwrap()]);
    world.git("repo", &["push", "--quiet", "origin", "--all"]);
    world
}

fn refs(world: &World) -> String {
    world.git("repo", &["for-each-ref"]) + "\n" + &world.git("remote", &["for-each-ref"])
}

/// Runs it, which must fail so and change nothing.
#[track_caller]
fn stopped(world: &World, variables: &[(&str, &str)], arguments: &[&str], code: i32, words: &[&str]) {
    let before = refs(world);
    let run = world.run_in("repo", variables, arguments).refused(code);
    for word in words {
        assert!(run.stderr.contains(word), "{word}\n{run}");
    }
    assert_eq!(refs(world), before, "{run}");
}

#[test]
fn a_hook_of_the_remote_refuses() {
    let world = with_line();
    world.write("remote/hooks/pre-receive", "#!/bin/sh\necho 'tags are made on Mondays' >&2\nexit 1\n");
    #[cfg(unix)]
    fs_err::set_permissions(
        world.path("remote/hooks/pre-receive"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    stopped(&world, &[], &["release", "1.9", "--candidate", "--push"], 7, &["tags are made on Mondays", "hint:"]);
    stopped(&world, &[], &["cut", "1.10", "--at", "main", "--reason", "x", "--push"], 7, &["tags are made on Mondays"]);
}

#[test]
fn a_remote_that_is_gone_changes_nothing() {
    let world = with_line();
    world.git("repo", &["remote", "set-url", "origin", "/nowhere/at/all"]);
    let words = ["cannot reach the remote `origin`", "git ls-remote origin"];
    stopped(&world, &[], &["release", "1.9", "--candidate", "--push"], 7, &words);
    world.git("repo", &["remote", "remove", "origin"]);
    stopped(&world, &[], &["release", "1.9", "--candidate", "--push"], 2, &["there is no remote to push to"]);
}

#[test]
fn a_name_that_excludes_another_is_refused() {
    let world = with_line();
    world.git("repo", &["branch", "release/1.10/try", "main"]);
    stopped(
        &world,
        &[],
        &["cut", "1.10", "--at", "main", "--reason", "x"],
        3,
        &["cannot exist beside", "release/1.10/try"],
    );
    world.git("repo", &["tag", "v1.9.0/old", "main"]);
    stopped(&world, &[], &["release", "1.9", "--final"], 3, &["cannot exist beside", "v1.9.0/old"]);
}

#[test]
fn a_tag_that_exists_is_not_moved() {
    let world = with_line();
    world.git("repo", &["tag", "v1.9.0-rc.1", "main"]);
    world.git("repo", &["tag", "v1.9.0", "main~1"]);
    let valid = ["1.9.0 exists, as tag `v1.9.0`", "what can come next"];
    stopped(&world, &[], &["release", "1.9", "--version", "1.9.0"], 3, &valid);
}

#[test]
fn a_branch_in_the_middle_of_a_rebase_is_left_alone() {
    let mut repo = TestRepo::new();
    let policy = format!("{RELEASE_TOML}version-files = [{{ path = \"VERSION\" }}]\n");
    let files = [("release.toml", Some(policy.as_str())), ("VERSION", Some("1.9.0-dev\n")), ("a", Some("1\n"))];
    repo.commit_files("main", "chore: begin", &files);
    repo.branch("release/1.9", "main");
    repo.commit_file("release/1.9", "fix: two", "a", "2\n");
    repo.commit_file("main", "feat: three", "a", "3\n");
    repo.checkout("release/1.9");
    let world = World::with(repo);
    fs_err::create_dir(world.path("remote")).unwrap();
    world.git("remote", &["init", "--quiet", "--bare"]);
    assert!(!world.try_git("repo", &["rebase", "main"]).status.success());
    let words = ["is in the middle of a rebase", "git rebase --continue"];
    stopped(&world, &[], &["release", "1.9", "--candidate"], 3, &words);
}

#[test]
fn somebody_has_to_be_named() {
    let world = with_line();
    let nobody = [("GIT_COMMITTER_NAME", ""), ("GIT_COMMITTER_EMAIL", ""), ("EMAIL", "")];
    stopped(&world, &nobody, &["release", "1.9", "--candidate"], 7, &["git config user.name"]);
}

#[test]
fn a_commit_that_a_shallow_clone_lacks_is_no_place_for_a_line() {
    let world = with_line();
    let old = world.git("repo", &["rev-parse", "main~1"]);
    let remote = format!("file://{}", world.path("remote").display());
    let shallow = world.path("shallow");
    world.git("repo", &["clone", "--quiet", "--depth=1", &remote, shallow.to_str().unwrap()]);
    let run = world.run_in("shallow", &[], &["cut", "1.10", "--at", &old]);
    assert_eq!(run.code, Some(2), "{run}");
    assert!(run.stderr.contains("names no commit of this repository"), "{run}");
}

#[test]
fn notes_that_would_begin_in_the_middle_are_not_made() {
    let world = with_line();
    let remote = format!("file://{}", world.path("remote").display());
    let shallow = world.path("shallow");
    world.git("repo", &["clone", "--quiet", "--depth=1", "--branch=release/1.9", &remote, shallow.to_str().unwrap()]);
    world.git("shallow", &["fetch", "--quiet", "--depth=1", "origin", "main:main"]);
    let run = world.run_in("shallow", &[], &["release", "1.9", "--candidate"]).refused(3);
    assert!(run.stderr.contains("would begin in the middle") && run.stderr.contains("--unshallow"), "{run}");
}

#[test]
#[cfg(unix)]
fn a_repository_that_cannot_be_written_says_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = with_line();
    let twintrack = world.path("repo/.git/twintrack");
    fs_err::remove_dir_all(&twintrack).ok();
    // Root may write everywhere, so that a file stands where the directory would be.
    fs_err::write(&twintrack, "").unwrap();
    fs_err::set_permissions(&twintrack, std::fs::Permissions::from_mode(0o444)).unwrap();
    stopped(
        &world,
        &[],
        &["release", "1.9", "--candidate"],
        7,
        &["cannot write to the repository", "nothing was changed"],
    );
}

#[test]
fn a_line_without_its_branch_says_how_to_get_it_back() {
    let world = with_line();
    world.run(&["release", "1.9", "--final"]).succeeded();
    world.git("repo", &["branch", "-D", "release/1.9"]);
    world.git("repo", &["update-ref", "-d", "refs/remotes/origin/release/1.9"]);
    let words = ["has no branch", "git branch release/1.9 v1.9.0"];
    stopped(&world, &[], &["release", "1.9", "--bump", "patch"], 3, &words);
}

#[test]
fn a_branch_that_went_two_ways_is_a_conflict() {
    let world = with_line();
    world.git("repo", &["checkout", "--quiet", "release/1.9"]);
    world.git("repo", &["commit", "--quiet", "--amend", "-m", "fix: another"]);
    stopped(&world, &[], &["release", "1.9", "--candidate"], 4, &["have each what the other lacks", "git rebase"]);
}
