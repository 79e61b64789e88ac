//! `init`: what it recognises, where it writes, and what it does not overwrite.

use insta::assert_snapshot;
use twintrack::testing::TestRepo;

use crate::support::{RELEASE_TOML, World, two_channels};

/// The layout of [`two_channels`] before anybody wrote it down.
fn undeclared() -> World {
    let world = World::with(two_channels());
    fs_err::remove_file(world.path("repo/release.toml")).unwrap();
    world
}

#[test]
fn a_layout_is_recognised_and_written() {
    let world = undeclared();
    assert_snapshot!(world.run(&["init"]));
    assert_snapshot!("release_toml", world.read("repo/release.toml").replace(&project(&world), "[PROJECT]"));
    let run = world.run(&["status", "-v"]).succeeded();
    assert!(run.stderr.contains("the configuration is release.toml of the work tree"), "{run}");
}

/// The project is called like its directory, whose name is random here.
fn project(world: &World) -> String {
    world.path("repo").file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn a_dry_run_writes_nothing() {
    let world = undeclared();
    let run = world.run(&["init", "--dry-run", "--format", "json"]).succeeded();
    assert_snapshot!(run);
    assert!(!world.path("repo/release.toml").exists());
    let run = world.run(&["init", "--dry-run"]).succeeded();
    assert!(run.stdout.contains("Nothing was written. release.toml would be:\n\n# How"), "{run}");
    assert!(!world.path("repo/release.toml").exists());
}

#[test]
fn a_file_that_says_something_else_is_not_overwritten() {
    let world = undeclared();
    world.write("repo/release.toml", "mine");
    assert_snapshot!(world.run(&["init"]));
    assert_eq!(world.read("repo/release.toml"), "mine");
    world.run(&["init", "--force"]).succeeded();
    assert!(world.read("repo/release.toml").contains("schema = 1"));
}

#[test]
fn running_again_changes_nothing() {
    let world = undeclared();
    world.run(&["init"]).succeeded();
    let run = world.run(&["init"]).succeeded();
    assert!(run.stdout.ends_with("release.toml already says so; nothing was written.\n"), "{run}");
}

#[test]
fn a_file_of_cargo_release_is_left_alone() {
    let world = undeclared();
    world.write("repo/release.toml", "pre-release-hook = [\"make\"]\n");
    let run = world.run(&["init"]).succeeded();
    assert!(
        run.stdout.contains("`release.toml` belongs to cargo-release; `.twintrack.toml` is used instead."),
        "{run}"
    );
    assert_eq!(world.read("repo/release.toml"), "pre-release-hook = [\"make\"]\n");
    world.run(&["status"]).succeeded();
}

#[test]
fn a_bare_repository_needs_a_place() {
    let mut repo = TestRepo::bare();
    repo.commit("main", "chore: begin");
    let world = World::with(repo);
    assert_snapshot!(world.run(&["init"]));
    let place = world.path("policy.toml");
    world.run(&["init", "--config", place.to_str().unwrap()]).succeeded();
    world.run(&["status", "--config", place.to_str().unwrap()]).succeeded();
    world.run(&["init", "--dry-run"]).succeeded();
}

#[test]
fn a_place_that_does_not_exist_is_not_made() {
    let world = undeclared();
    let run = world.run(&["init", "--config", "gone/release.toml"]).refused(7);
    assert!(run.stderr.starts_with("error: cannot write `gone/release.toml`\n  because: "), "{run}");
}

#[test]
fn an_empty_repository_gets_the_usual_layout() {
    let world = World::with(TestRepo::new());
    let run = world.run(&["init"]).succeeded();
    assert!(run.stdout.contains("Neither releases nor deploys were found"), "{run}");
    assert_snapshot!(world.run(&["status"]));
}

#[test]
fn a_branch_that_is_said_to_be_trunk_must_exist() {
    let world = undeclared();
    let run = world.run(&["init", "--trunk", "gone"]).refused(6);
    assert!(run.stderr.contains("trunk `gone` is no branch of this repository"), "{run}");
    world.run(&["init", "--trunk", "a..b"]).refused(2);
}

#[test]
fn names_of_branches_cannot_write_to_the_terminal() {
    let world = undeclared();
    world.git("repo", &["branch", "evil\u{202e}branch\u{9b}2J"]);
    let run = world.run(&["init", "--dry-run"]).succeeded();
    assert!(run.stdout.contains("evil\u{fffd}branch\u{fffd}2J"), "{run}");
}

#[test]
fn policy_that_is_on_trunk_already_is_found_again() {
    let world = World::with(two_channels());
    world.write("repo/release.toml", &format!("{RELEASE_TOML}\n# mine\n"));
    world.run(&["init"]).refused(3);
    world.git("repo", &["checkout", "--quiet", "--force", "release/1.1"]);
    fs_err::remove_file(world.path("repo/release.toml")).unwrap();
    let run = world.run(&["init"]).refused(3);
    assert!(run.stderr.contains("release.toml of refs/heads/main at ") && run.stderr.contains(" counts\n"), "{run}");
    world.run(&["init", "--force"]).succeeded();
}
