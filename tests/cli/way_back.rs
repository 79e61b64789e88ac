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
