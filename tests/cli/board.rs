//! `status`, `deploy list` and `describe`: what is live, where each line stands, and what a build is called.

use insta::assert_snapshot;
use twintrack::testing::TestRepo;

use crate::support::{RELEASE_TOML, World, two_channels};

#[test]
fn the_board_shows_both_channels() {
    assert_snapshot!(World::with(two_channels()).run(&["status"]));
}

#[test]
fn the_board_is_a_contract_as_json() {
    assert_snapshot!(World::with(two_channels()).run(&["status", "--format", "json"]));
}

#[test]
fn the_whole_board_has_the_lines_that_are_over() {
    let run = World::with(two_channels()).run(&["status", "--all"]).succeeded();
    assert!(run.stdout.contains("\n  1.0   end-of-life"), "{run}");
}

#[test]
fn an_empty_board_says_what_to_do() {
    let mut repo = TestRepo::new();
    repo.commit_file("main", "chore: begin", "release.toml", RELEASE_TOML);
    repo.checkout("main");
    assert_snapshot!(World::with(repo).run(&["status"]));
}

#[test]
fn a_freeze_is_on_the_board() {
    let mut repo = two_channels();
    let tip = repo.id("main").object();
    let record = repo.tag_object("holidays", tip, "commit", "No deploys before January.");
    repo.set_ref(&format!("refs/twintrack/freeze/production/holidays/{record}"), record);
    let run = World::with(repo).run(&["status"]).succeeded();
    assert!(run.stdout.contains("\n  frozen: production (holidays)\n"), "{run}");
}

#[test]
fn the_board_is_no_document() {
    let run = World::with(two_channels()).run(&["status", "--format", "markdown"]).refused(2);
    assert!(run.stderr.contains("`status` makes no document"), "{run}");
}

#[test]
fn the_board_goes_into_the_summary_of_a_step() {
    let world = World::with(two_channels());
    let summary = world.path("summary.md");
    world.run_in("repo", &[("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())], &["status"]).succeeded();
    let summary = world.read("summary.md");
    assert!(summary.starts_with("## Status\n\n```text\nAcme · main at "), "{summary}");
    assert!(!summary.contains('\u{1b}') && summary.ends_with("```\n"), "{summary}");
}

#[test]
fn deploys_are_listed_newest_first() {
    assert_snapshot!(World::with(two_channels()).run(&["deploy", "list"]));
}

#[test]
fn deploys_are_listed_as_json() {
    assert_snapshot!(World::with(two_channels()).run(&["deploy", "list", "-n1", "--format=json"]));
}

#[test]
fn deploys_can_be_narrowed() {
    let world = World::with(two_channels());
    let run = world.run(&["deploy", "list", "--environment", "staging", "--since", "2025-05-01"]).succeeded();
    assert_eq!(run.stdout.lines().count(), 2, "{run}");
    let run = world.run(&["deploy", "list", "--limit", "1"]).succeeded();
    assert!(run.stdout.ends_with("and 4 earlier; `--limit 0` shows all\n"), "{run}");
}

#[test]
fn what_deploys_are_narrowed_to_must_exist() {
    let world = World::with(two_channels());
    for (option, value, known) in [
        ("--environment", "prod", "an environment: `staging`, `production`"),
        ("--channel", "self-hosted", "a continuous channel: `managed`"),
        ("--since", "yesterday", "a day such as"),
    ] {
        let run = world.run(&["deploy", "list", option, value]).refused(2);
        assert!(run.stderr.contains(known), "{run}");
    }
}

#[test]
fn no_deploys_is_an_answer() {
    let mut repo = TestRepo::new();
    repo.commit_file("main", "chore: begin", "release.toml", RELEASE_TOML);
    let run = World::with(repo).run(&["deploy", "list"]).succeeded();
    assert!(run.stdout.starts_with("No deploys: "), "{run}");
}

#[test]
fn a_build_has_a_version() {
    let mut repo = two_channels();
    repo.branch("feature", "main");
    let feature = repo.commit("feature", "feat: try it").to_string();
    let world = World::with(repo);
    for (commit, version) in [
        ("v1.0.1", "1.0.1"),
        ("release/1.1", "1.1.1-dev.1+g"),
        ("release/1.2", "1.2.0-rc.1"),
        ("HEAD", "1.3.0-dev.1+g"),
        (&feature, "1.3.0-dev.2+g"),
        (&feature[..8], "1.3.0-dev.2+g"),
    ] {
        let run = world.run(&["describe", commit]).succeeded();
        assert!(run.stdout.starts_with(version) && run.stdout.lines().count() == 1, "{run}");
    }
}

#[test]
fn a_build_of_a_trunk_that_is_a_line_itself_is_one_of_that_line() {
    let mut repo = TestRepo::new();
    repo.commit("main", "feat: begin");
    repo.branch("rel_1_0", "main");
    repo.tag("rel_1_0_0", "rel_1_0");
    for at in 1..=3 {
        repo.commit("main", &format!("feat: step {at}"));
    }
    let world = World::with(repo);
    let told = || world.run(&["describe", "main"]).succeeded().stdout;
    assert!(told().starts_with("1.1.0-dev.3+g"), "{}", told());
    for (tag, commit, version) in
        [("rel_1_1_0b1", "main~2", "1.1.0-b1.dev.2+g"), ("rel_1_1_0", "main~1", "1.1.1-dev.1+g")]
    {
        world.git("repo", &["tag", tag, commit]);
        assert!(told().starts_with(version), "{tag}: {}", told());
    }
    let board = world.run(&["status"]).succeeded();
    // It never had a branch, so that none is gone.
    assert!(board.stdout.contains("  1_1   1.1.0 ") && board.stdout.contains("  none\n"), "{board}");
}

#[test]
fn a_version_is_an_output_of_a_step() {
    let world = World::with(two_channels());
    let output = world.path("output");
    let run = world.run_in("repo", &[("GITHUB_OUTPUT", output.to_str().unwrap())], &["describe", "v1.1.0"]).succeeded();
    assert_eq!(run.stdout, "1.1.0\n");
    let sha = world.git("repo", &["rev-parse", "v1.1.0^{commit}"]);
    assert_eq!(world.read("output"), format!("version=1.1.0\nsha={sha}\ntag=v1.1.0\nline=1.1\n"));
}

#[test]
fn what_is_described_must_exist() {
    assert_snapshot!(World::with(two_channels()).run(&["describe", "v9"]));
}

#[test]
fn what_is_described_must_be_a_commit() {
    let world = World::with(two_channels());
    world.git("repo", &["tag", "tree", "HEAD^{tree}"]);
    let run = world.run(&["describe", "tree"]).refused(2);
    assert!(run.stderr.contains("`tree` names no commit"), "{run}");
}
