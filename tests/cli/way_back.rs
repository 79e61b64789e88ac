//! `deploy rollback` looks at what stands between: migrations, which going back does not undo, and configuration.

use insta::assert_snapshot;
use twintrack::testing::TestRepo;

use crate::support::{RELEASE_TOML, World};

const SURFACE: &str = "\n[surface]\nconfiguration = \"app.toml\"\nmigrations = \"db/*.sql\"\n";

/// Two deploys to production, with a migration and a new key between them.
fn two_deploys(migration: &str) -> World {
    let mut repo = TestRepo::new();
    let policy = format!("{RELEASE_TOML}{SURFACE}");
    let old = [("release.toml", policy.as_str()), ("app.toml", "size = 1\n"), ("db/0001_a.sql", "CREATE TABLE a;\n")];
    repo.commit_files("main", "feat: begin", &old.map(|(path, text)| (path, Some(text))));
    repo.tag("deploy/production/2025-05-01.1", "main");
    let new = [("app.toml", "size = 1\nlease = \"10s\"\n"), ("db/0002_b.sql", migration)];
    repo.commit_files("main", "feat: go on", &new.map(|(path, text)| (path, Some(text))));
    repo.tag("deploy/production/2025-05-02.1", "main");
    repo.checkout("main");
    World::with(repo)
}

const BACK: [&str; 6] = ["deploy", "rollback", "-e", "production", "--run", "ci-1"];

#[test]
fn going_back_tells_what_it_does_not_undo() {
    let world = two_deploys("-- rollback: needs-restore\nDROP TABLE a;\n");
    assert_snapshot!(world.run(&[&BACK[..], &["--dry-run"]].concat()));
    let run = world.run(&[&BACK[..], &["--format", "json"]].concat()).succeeded();
    let told: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(told["migrations"][0]["id"], "0002_b", "{run}");
    assert_eq!(told["migrations"][0]["rollback"], "needs-restore", "{run}");
    assert_eq!(told["configuration"]["added"][0]["key"], "lease", "{run}");
    assert_eq!(told["not_tracked"], serde_json::json!([]), "{run}");
}

#[test]
fn going_back_over_what_cannot_be_undone_needs_a_reason() {
    let world = two_deploys("-- rollback: impossible\nDROP TABLE a;\n");
    assert_snapshot!(world.run(&BACK).refused(3));
    world.run(&[&BACK[..], &["--reason", " "]].concat()).refused(3);
    assert!(world.git("repo", &["tag", "--list"]).lines().count() == 2, "nothing was recorded");
    let run = world.run(&[&BACK[..], &["--reason", "the table was empty"]].concat()).succeeded();
    assert!(run.stdout.contains("0002_b     impossible"), "{run}");
    let tag = world.git("repo", &["tag", "--list", "--sort=-creatordate", "--format=%(contents)"]);
    assert!(tag.contains("Reason: the table was empty"), "{tag}");
}

#[test]
fn going_back_where_history_is_cut_is_recorded_and_says_what_is_not_known() {
    let world = two_deploys("-- rollback: impossible\nDROP TABLE a;\n");
    world.git("repo", &["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", world.path("repo").display());
    world.git("", &["clone", "--quiet", "--no-checkout", "--filter=tree:0", &url, "treeless"]);
    world.write("policy.toml", &format!("{RELEASE_TOML}{SURFACE}"));
    let policy = world.path("policy.toml");
    let arguments = [&["--config", policy.to_str().unwrap()], &BACK[..]].concat();
    let run = world.run_in("treeless", &[], &arguments).succeeded();
    assert!(run.stderr.contains("what stands between the two deploys cannot be told"), "{run}");
    assert!(run.stdout.contains("is live in production"), "{run}");
}

/// Two deploys to production, the second of which brought a change with that note.
fn with_note(policy: &str, note: &str) -> World {
    let mut repo = TestRepo::new();
    let old = [("release.toml", policy), ("db/0001_a.sql", "CREATE TABLE a;\n")];
    repo.commit_files("main", "feat: begin", &old.map(|(path, text)| (path, Some(text))));
    repo.tag("deploy/production/2025-05-01.1", "main");
    let new = [("db/0002_b.sql", "DROP TABLE a;\n"), ("changes/drop.md", note)];
    repo.commit_files("main", "feat: go on", &new.map(|(path, text)| (path, Some(text))));
    repo.tag("deploy/production/2025-05-02.1", "main");
    // The notes of a release go with it; what they said still counts.
    repo.commit_files("main", "chore: remove notes", &[("changes/drop.md", None)]);
    repo.checkout("main");
    World::with(repo)
}

const MIGRATION_NOTE: &str = "+++\nkind = \"changed\"\n[[migration]]\nid = \"0002\"\nphase = \"with\"\n\
                              rollback = \"impossible\"\nonline = true\n+++\nTables of the past go.\n";

#[test]
fn what_a_change_note_says_of_going_back_counts() {
    let policy = format!("{RELEASE_TOML}{SURFACE}");
    let operator = "+++\nkind = \"changed\"\n[operator]\naction = \"required\"\nwhen = \"before\"\ndowntime = \"none\"\n\
                    rollback = \"impossible\"\n+++\nThe bucket moves.\n\n## Operators\n\nMove it.\n";
    let embargoed = "+++\nkind = \"security\"\n[security]\nseverity = \"high\"\ndisclose-on = \"2031-01-01\"\n[[migration]]\n\
                     id = \"0002_b\"\nphase = \"with\"\nrollback = \"impossible\"\nonline = true\n+++\nTables of the past go.\n";
    for (policy, note, name) in [
        (policy.as_str(), MIGRATION_NOTE, "0002_b"),
        (RELEASE_TOML, MIGRATION_NOTE, "0002"),
        (policy.as_str(), embargoed, "0002_b"),
        (policy.as_str(), operator, "The bucket moves."),
    ] {
        let world = with_note(policy, note);
        let run = world.run(&BACK).refused(3);
        assert!(run.stderr.contains(&format!("leads over `{name}`, which cannot be undone")), "{run}");
        let run = world.run(&[&BACK[..], &["--reason", "the tables were empty"]].concat()).succeeded();
        let row = run.stdout.lines().find(|row| row.contains(name)).unwrap_or_else(|| panic!("{run}"));
        assert!(row.contains("impossible"), "{run}");
    }
}

#[test]
fn what_notes_alone_tell_of_is_listed_beside_the_files() {
    let world = with_note(RELEASE_TOML, MIGRATION_NOTE);
    let forced = [&BACK[..], &["--reason", "the tables were empty"]].concat();
    assert_snapshot!(world.run(&[&forced[..], &["--dry-run"]].concat()));
    let run = world.run(&[&forced[..], &["--format", "json"]].concat()).succeeded();
    let told: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let bar = serde_json::json!({
        "name": "0002", "rollback": "impossible", "variant": null, "file": "changes/drop.md",
    });
    assert_eq!(told["by_notes"], serde_json::json!([bar]), "{run}");
    let world = with_note(RELEASE_TOML, MIGRATION_NOTE);
    world.run(&["publish", "--out", world.path("out").to_str().unwrap()]).succeeded();
    let page = world.read("out/team/managed/operations.md");
    assert!(page.contains("- 0002; way back: impossible, says `changes/drop.md`"), "{page}");
}

#[test]
fn what_notes_say_is_not_known_where_their_history_is_cut() {
    let world = with_note(&format!("{RELEASE_TOML}{SURFACE}"), MIGRATION_NOTE);
    let url = format!("file://{}", world.path("repo").display());
    world.git("", &["clone", "--quiet", "--depth=1", &url, "shallow"]);
    world.git("shallow", &["fetch", "--quiet", "--depth=1", "origin", "tag", "deploy/production/2025-05-01.1"]);
    world.git("shallow", &["fetch", "--quiet", "--depth=1", "origin", "tag", "deploy/production/2025-05-02.1"]);
    let run = world.run_in("shallow", &[], &BACK).succeeded();
    assert!(run.stderr.contains("what change notes say"), "{run}");
    assert!(run.stdout.contains("0002_b     not said"), "{run}");
}
