//! `tension`: how far apart the channels are, as text, JSON and documents.

use insta::assert_snapshot;
use serde_json::Value;
use twintrack::testing::TestRepo;

use crate::support::{World, two_channels};

#[test]
fn the_distance_between_the_channels_is_told_in_80_columns() {
    let run = World::with(two_channels()).run(&["tension"]).succeeded();
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{run}");
    assert_snapshot!(run);
}

#[test]
fn json_has_the_fields_of_the_contract() {
    let run = World::with(two_channels()).run(&["tension", "--every=quarter", "--format=json"]).succeeded();
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&report["schema_version"], &report["command"]), (&1.into(), &"tension".into()));
    assert_eq!(report["now"]["as_of"], "2025-06-01T12:00:00Z");
    assert_eq!(report["every"], "quarter");
    let dates: Vec<&str> = report["series"].as_array().unwrap().iter().map(|p| p["date"].as_str().unwrap()).collect();
    assert_eq!(dates, ["2025-01-01T00:00:00Z", "2025-04-01T00:00:00Z"]);
    assert_eq!(report["limits"], Value::Array(Vec::new()));
    assert_eq!(report["drifts"].as_array().unwrap().len(), 3);
}

/// A fix of a managed line with a title that means harm to whoever shows it.
#[test]
fn documents_take_text_from_commits_as_text() {
    let policy = "schema = 1\n[project]\nname = \"Acme\"\ntrunk = \"main\"\n[channels.managed]\nkind = \"continuous\"\n\
                  line = \"k{build}\"\n[channels.self-hosted]\nkind = \"versioned\"\nline = \"release/{major}.{minor}\"\n\
                  tag = \"v{version}\"\n";
    let mut repo = TestRepo::new();
    repo.set_date("2025-04-01");
    repo.commit_file("main", "chore: begin", "release.toml", policy);
    repo.branch("release/1.0", "main");
    repo.tag("v1.0.0", "main");
    repo.branch("k1", "main");
    repo.commit_file("k1", "fix: a | b `c` <script>alert(1)</script> \u{1b}[31m", "a", "1\n");
    repo.checkout("main");
    let world = World::with(repo);
    let html = world.run(&["tension", "--format=html"]).succeeded().stdout;
    assert!(!html.contains("<script>") && html.contains("&lt;script&gt;"), "{html}");
    assert!(!html.contains('\u{1b}'));
    let markdown = world.run(&["tension", "--format=markdown"]).succeeded().stdout;
    let row = markdown.lines().find(|line| line.contains("alert")).unwrap();
    assert!(row.contains("a \\| b") && row.starts_with("| "), "{row}");
    let text = world.run(&["tension"]).succeeded().stdout;
    assert!(text.contains("1 fix is on managed lines") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_repository_with_nothing_in_it_has_no_numbers_and_says_so() {
    let mut repo = TestRepo::new();
    repo.commit_file("main", "chore: begin", "release.toml", crate::support::RELEASE_TOML);
    repo.checkout("main");
    let run = World::with(repo).run(&["tension"]).succeeded();
    assert!(run.stdout.contains("No deploy is recorded") && run.stdout.contains("No release is known yet."), "{run}");
    let world = World::with(two_channels());
    let run = world.run(&["tension", "--channel=cloud"]).refused(2);
    assert!(run.stderr.contains("there is no channel `cloud`") && run.stderr.contains("managed"), "{run}");
}
