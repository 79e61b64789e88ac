//! `surface`: what an operator sees change between two versions.

use insta::assert_snapshot;
use twintrack::testing::TestRepo;

use crate::support::{RELEASE_TOML, World};

const SURFACE: &str = r#"
[surface]
configuration = ["config/*.toml", "charts/acme/values.yaml"]
migrations = [{ name = "postgresql", paths = ["db/postgresql/*.sql"] }, { name = "mysql", paths = ["db/mysql/*.sql"] }]
requirements = ["requirements.toml"]
"#;

/// Two lines whose configuration, migrations and requirements differ.
fn two_lines() -> TestRepo {
    let mut repo = TestRepo::new();
    let policy = format!("{RELEASE_TOML}{SURFACE}");
    let old = [
        ("release.toml", policy.as_str()),
        (
            "config/app.toml",
            "[queue]\n# How many jobs may wait.\nsize = 500\n\n[api]\nlegacy = true\n\n[scheduler]\ntick = \"60s\"\n",
        ),
        ("charts/acme/values.yaml", "replicas: 1\n"),
        ("db/postgresql/0001_jobs.sql", "CREATE TABLE jobs (id INT);\n"),
        ("db/mysql/0001_jobs.sql", "CREATE TABLE jobs (id INT);\n"),
        ("requirements.toml", "postgresql = \"14\"\n"),
    ];
    repo.commit_files("main", "feat: begin", &old.map(|(path, text)| (path, Some(text))));
    repo.branch("release/1.0", "main");
    repo.tag("v1.0.0", "release/1.0");
    repo.branch("release/1.1", "main");
    let new = [
        (
            "config/app.toml",
            "[queue]\n# How many jobs may wait. Formerly `size`.\ncapacity = 500\n\n[scheduler]\ntick = \"30s\"\n# How long a leader\n# holds its lease.\nlease = \"10s\"\n# grace = 5\n",
        ),
        ("charts/acme/values.yaml", "replicas: {{ .x }}: [\n"),
        ("db/postgresql/0001_jobs.sql", "CREATE TABLE jobs (id BIGINT);\n"),
        ("db/postgresql/0002_names.sql", "-- rollback: impossible\nALTER TABLE jobs DROP COLUMN name;\n"),
        ("db/mysql/0002_names.sql", "ALTER TABLE jobs DROP COLUMN name;\n"),
        ("requirements.toml", "postgresql = \"15\"\n"),
    ];
    repo.commit_files("release/1.1", "feat: names", &new.map(|(path, text)| (path, Some(text))));
    repo.tag("v1.1.0", "release/1.1");
    repo.checkout("main");
    repo
}

#[test]
fn what_operators_see_is_told_kind_by_kind() {
    let run = World::with(two_lines()).run(&["surface", "--from", "1.0.0", "--to", "1.1.0", "--since"]);
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{run}");
    assert_snapshot!(run);
}

#[test]
fn what_operators_see_is_a_contract_as_json() {
    assert_snapshot!(
        World::with(two_lines()).run(&["surface", "--from", "1.0.0", "--to", "1.1.0", "--format", "json"])
    );
}

#[test]
fn what_operators_see_is_a_document() {
    let world = World::with(two_lines());
    let command = ["surface", "--from", "1.0.0", "--to", "1.1.0", "--since", "--format"];
    let markdown = world.run(&[&command[..], &["markdown"]].concat()).succeeded().stdout;
    assert_snapshot!(markdown);
    let page = world.run(&[&command[..], &["html"]].concat()).succeeded().stdout;
    assert!(page.contains("<td><span class=\"short\"><code>queue.capacity</code></span></td>"), "{page}");
    let nothing = world.run(&["surface", "--from", "1.0.0", "--to", "1.0.0", "--format", "markdown"]).succeeded();
    assert!(nothing.stdout.contains("\nNo configuration changes.\n"), "{nothing}");
    assert!(nothing.stdout.contains("Deprecations are not tracked"), "{nothing}");
}

#[test]
fn what_files_say_is_text_in_a_document() {
    let mut repo = two_lines();
    let hostile =
        "[queue]\n# a | b </td><script>alert(1)</script> `c`\nsize = \"x | <img src=y> `\"\n\"[a](http://b)\" = 1\n";
    repo.commit_file("release/1.1", "feat: odd", "config/odd|.toml", hostile);
    repo.tag("v1.1.1", "release/1.1");
    let world = World::with(repo);
    let page = world.run(&["surface", "--from", "1.1.0", "--to", "1.1.1", "--format", "html"]).succeeded().stdout;
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("href=\"http://b"), "{page}");
    assert!(page.contains("a | b &lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt; `c`"), "{page}");
    assert!(page.contains("[a](http://b)"), "{page}");
}

#[test]
fn an_operator_of_one_database_reads_its_migrations_only() {
    let world = World::with(two_lines());
    let run = world.run(&["surface", "--from", "1.0.0", "--to", "1.1.0", "--variant", "mysql"]).succeeded();
    assert!(run.stdout.contains("migrations  1 added\n") && !run.stdout.contains("postgresql/"), "{run}");
    assert_snapshot!(world.run(&["surface", "--from", "1.0.0", "--to", "1.1.0", "--variant", "postgres"]).refused(2));
}

#[test]
fn an_unknown_version_is_answered_with_near_names() {
    assert_snapshot!(World::with(two_lines()).run(&["surface", "--from", "1.0.1", "--to", "1.1.0"]).refused(2));
}

#[test]
fn commits_that_no_line_reaches_are_compared_too() {
    let world = World::with(two_lines());
    world.git("repo", &["checkout", "--quiet", "--orphan", "aside"]);
    world.write("repo/config/app.toml", "[queue]\nsize = 7\n");
    world.git("repo", &["add", "--all"]);
    world.git("repo", &["commit", "--quiet", "--message", "aside"]);
    let run = world.run(&["surface", "--from", "1.0.0", "--to", "HEAD"]).succeeded();
    assert!(run.stdout.contains("    changed    queue.size = 7, was 500\n"), "{run}");
}

#[test]
fn what_is_not_declared_is_not_tracked() {
    let mut repo = TestRepo::new();
    repo.commit_file("main", "chore: begin", "release.toml", RELEASE_TOML);
    repo.tag("v1.0.0", "main");
    repo.checkout("main");
    let run = World::with(repo).run(&["surface", "--from", "1.0.0"]).succeeded();
    assert_eq!(run.stdout.matches("not tracked").count(), 4, "{run}");
    assert!(!run.stdout.contains("no changes"), "{run}");
}

#[test]
fn names_and_values_cannot_write_to_the_terminal() {
    let mut repo = TestRepo::new();
    let policy = format!("{RELEASE_TOML}{SURFACE}");
    let old = [("release.toml", Some(policy.as_str())), ("config/a.toml", Some("a = 1\n"))];
    repo.commit_files("main", "chore: begin", &old);
    repo.tag("v1.0.0", "main");
    let hostile = "a = \"\\u001b[2J\\nb\"\n\"x\\u202ey\\n\" = 1\n# says\u{9b}2J things\nc = 1\n";
    repo.commit_file("main", "two", "config/a.toml", hostile);
    repo.tag("v1.1.0", "main");
    repo.checkout("main");
    let run = World::with(repo).run(&["surface", "--from", "1.0.0", "--to", "1.1.0"]).succeeded();
    assert!(!run.stdout.contains(['\u{1b}', '\u{202e}', '\u{9b}']), "{run}");
}

#[test]
fn a_partial_clone_says_what_it_lacks() {
    let world = World::with(two_lines());
    world.git("repo", &["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", world.path("repo").display());
    world.git("", &["clone", "--quiet", "--no-checkout", "--filter=blob:none", &url, "partial"]);
    world.write("policy.toml", &format!("{RELEASE_TOML}{SURFACE}"));
    let policy = world.path("policy.toml");
    let arguments = ["--config", policy.to_str().unwrap(), "surface", "--from", "1.0.0", "--to", "1.1.0"];
    let run = world.run_in("partial", &[], &arguments).succeeded();
    assert!(run.stdout.contains("  config/app.toml at 1.0.0: it is not in this clone\n"), "{run}");
    assert!(run.stdout.contains("no changes in what could be read"), "{run}");
}
