//! `audit`: whether what was published agrees, on the first day of a repository that other tools looked after.

use insta::assert_snapshot;
use serde_json::Value;
use twintrack::testing::TestRepo;

use crate::support::{World, two_channels};

/// A repository without `release.toml`, with a changelog that says too much and too little.
fn foreign() -> TestRepo {
    let mut repo = TestRepo::new();
    repo.set_date("2025-01-10");
    repo.commit_file("main", "feat: begin (#1)", "VERSION", "1.0.0\n");
    repo.branch("release-1.0", "main");
    repo.tag("v1.0.0", "release-1.0");
    repo.commit_file("release-1.0", "fix: mend (#2)", "a", "1\n");
    repo.lightweight_tag("v1.0.1", "release-1.0");
    repo.set_date("2025-02-10");
    repo.commit_file("main", "feat: go on (#3)", "b", "1\n");
    repo.branch("release-1.1", "main");
    repo.tag("v1.1.0", "release-1.1");
    let text = "# Changelog\n\n## 1.1.0 (2025-02-10)\n\n* go on (#3)\n* begin | `x` <b> \u{1b}[31m (#1)\n\n## 1.0.7 (2025-01-20)\n\n\
                * never\n\n## 1.0.0 (2024-01-10)\n\n* begin (#1)\n";
    repo.commit_file("main", "docs: changelog", "CHANGELOG.md", text);
    repo.checkout("main");
    repo
}

#[test]
fn a_foreign_repository_is_audited_on_the_first_day() {
    let world = World::with(foreign());
    let run = world.run(&["audit", "-q"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{run}");
    assert!(!run.stdout.contains('\u{1b}'));
    assert_snapshot!(run);
}

#[test]
fn json_has_the_fields_of_the_contract() {
    let run = World::with(foreign()).run(&["audit", "--format=json"]);
    assert_eq!(run.code, Some(1));
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&report["command"], &report["passed"]), (&"audit".into(), &false.into()));
    let first = &report["findings"][0];
    for field in ["rule", "severity", "subject", "message", "hint"] {
        assert!(first[field].is_string(), "{first}");
    }
    assert_eq!(report["changelogs"][0]["path"], "CHANGELOG.md");
}

#[test]
fn a_tag_that_moves_between_two_audits_is_found() {
    let world = World::with(two_channels());
    assert!(!world.run(&["audit"]).stdout.contains("tag-moved"));
    world.git("repo", &["tag", "--force", "--annotate", "--message=again", "v1.1.0", "main"]);
    let run = world.run(&["audit"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.contains("tag-moved") && run.stdout.contains("v1.1.0: it was "), "{run}");
    assert!(world.run(&["audit"]).stdout.contains("tag-moved"), "it is told until somebody accepts it");
    world.run(&["audit", "--accept-moved"]);
    assert!(!world.run(&["audit"]).stdout.contains("tag-moved"));
}
