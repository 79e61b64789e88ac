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
fn documents_that_commands_print_are_held_against_the_patterns_too() {
    let world = world(REDACTION, "fix!: repair what INC-4312 broke");
    let of_change = "`INC-4312` fits `incident`, from change ";
    for format in ["markdown", "html"] {
        for arguments in [
            &["changelog", "--channel=self-hosted", "--format", format][..],
            &["upgrade", "--from=1.0.0", "--to=1.0.1", "--format", format],
        ] {
            let run = world.run(arguments).refused(3);
            let file = format!("{}.{}:", arguments[0], if format == "html" { "html" } else { "md" });
            assert!(run.stderr.contains(&file) && run.stderr.contains(of_change), "{run}");
            assert!(run.stdout.is_empty(), "{run}");
        }
    }
    // A terminal is the team's.
    world.run(&["changelog", "--channel=self-hosted"]).succeeded();
    world.run(&["changelog", "--channel=self-hosted", "--release=1.0.1", "--forge"]).refused(3);
}

#[test]
fn the_message_of_a_release_shows_nothing_that_is_kept_back() {
    let world = world(REDACTION, "fix: count on");
    world.git("repo", &["checkout", "-q", "release/1.0"]);
    world.git("repo", &["commit", "-q", "--allow-empty", "-m", "fix: repair what INC-7 broke"]);
    let run = world.run(&["release", "1.0", "--bump=patch"]).refused(3);
    assert!(run.stderr.contains("the message of tag `v1.0.2` would show what `[redaction]` keeps back"), "{run}");
    assert!(run.stderr.contains("`INC-7` fits `incident`, in the words of change "), "{run}");
    assert!(run.stderr.contains(" of 1.0.2"), "{run}");
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
