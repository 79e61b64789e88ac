//! What must not reach people outside: found by `check`, and kept out of everything that is published.

use serde_json::Value;
use twintrack::testing::TestRepo;

use crate::support::{RELEASE_TOML, World};

const REDACTION: &str = "\n[redaction]\npatterns = [{ name = \"incident\", regex = \"INC-[0-9]+\" }]\n";

fn world(policy: &str, subject: &str) -> World {
    let mut repo = TestRepo::new();
    repo.commit_file("main", "chore: begin", "release.toml", &format!("{RELEASE_TOML}{policy}"));
    repo.branch("release/1.0", "main");
    repo.commit("release/1.0", "feat: count the jobs");
    repo.tag("v1.0.0", "release/1.0");
    repo.commit("release/1.0", subject);
    repo.tag("v1.0.1", "release/1.0");
    repo.checkout("main");
    World::with(repo)
}

#[test]
fn what_is_kept_back_stops_publishing_and_says_where_it_comes_from() {
    let world = world(REDACTION, "fix: repair what INC-4312 broke");
    let run = world.run(&["publish", "--out", "../public"]).refused(3);
    assert!(run.stderr.contains("the documents would show what `[redaction]` keeps back"), "{run}");
    assert!(run.stderr.contains("self-hosted/1.0/changelog.md:"), "{run}");
    assert!(run.stderr.contains("`INC-4312` fits `incident`, from change "), "{run}");
    assert!(!world.path("public").exists() && !world.path("repo/../public/index.md").exists());
    let run = world.run(&["check", "--format=json"]);
    assert_eq!(run.code, Some(1), "{run}");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let finding = report["findings"].as_array().unwrap().iter().find(|it| it["rule"] == "redaction").unwrap();
    let message = finding["message"].as_str().unwrap();
    assert!(message.starts_with("`INC-4312` fits `incident`, in the words of change "), "{finding}");
    assert!(message.contains(" of 1.0.1"), "{finding}");
}

#[test]
fn what_a_channel_may_see_is_published_and_notes_are_found_by_their_lines() {
    let managed = REDACTION.replace("[0-9]+\"", "[0-9]+\", channels = \"managed\"");
    let world = world(&managed, "fix: repair what INC-4312 broke");
    world.write("repo/changes/a.md", "+++\nkind = \"fixed\"\n+++\nJobs run once.\n\n## Notes\nSee INC-1.\n");
    world.run(&["publish", "--out", "public"]).succeeded();
    let run = world.run(&["check"]);
    assert_eq!(run.code, Some(1), "{run}");
    assert!(run.stdout.contains("redaction  changes/a.md:7\n"), "{run}");
    let run = self::world("\n[redaction]\npatterns = [{ name = \"a\", regex = \"x*\" }]\n", "fix: x")
        .run(&["check"])
        .refused(6);
    assert!(run.stderr.contains("it fits everything"), "{run}");
}
