//! `upgrade`: what an operator must read and do to come from one version to another.

use insta::assert_snapshot;
use twintrack::testing::TestRepo;

use crate::support::{RELEASE_TOML, World};

const POLICY: &str = r#"
[surface]
configuration = ["config/app.toml"]
migrations = [{ name = "postgresql", paths = ["db/postgresql/*.sql"] }, { name = "mysql", paths = ["db/mysql/*.sql"] }]

[channels.self-hosted.upgrade]
before = ["Make a backup, and restore it once somewhere else."]
components = ["database", "web"]

[channels.self-hosted.installations.helm]
title = "Helm chart"
upgrade = "helm upgrade acme acme/acme --version {version}"
carry = "registry.example.com/acme:{version}"

[channels.self-hosted.installations.packages]
upgrade = "apt-get install acme={version}"

[channels.self-hosted.lines."1.1"]
required-stop = { from = "1.1.1", reason = "converts the queue", since = 2025-03-01 }
requires = { postgresql = "15 or newer" }

[channels.self-hosted.lines."1.2"]
requires = { postgresql = "14 or newer", browser = "any of this year" }
"#;

const QUEUE: &str = r##"+++
kind = "changed"
refs = ["#41"]
breaking = "Jobs that wait in the old queue are dropped."

[operator]
action = "required"
when = "before"
downtime = "restart"
rollback = "needs-restore"
installations = ["helm"]
verify = "`acme queue` prints `0`."

[[configuration]]
key = "queue.size"
change = "renamed"
to = "queue.capacity"
restart = true

[[migration]]
id = "0002"
variant = "postgresql"
phase = "background"
rollback = "needs-restore"
lock = "the table `jobs`"
lock-for = "2 minutes"
online = false
grows-with-rows = true
measured = { time = "4 minutes", on = "10 million rows" }

[[known-issue]]
about = "The first start takes minutes."
found-in = "1.2.0"
workaround = "Wait."

[[erratum]]
on = 2025-06-02
text = "The key is called `queue.capacity`."
+++
The queue has `capacity` for <script>alert(1)</script> | more jobs.

## Operators
Empty the queue:

```sh
acme queue drain | wc -l
```

- wait for it
"##;

/// Three lines: 1.1.0 lacks a fix of 1.0.1, and 1.2.0 has a queue of its own.
fn three_lines() -> TestRepo {
    let mut repo = TestRepo::new();
    let policy = format!("{RELEASE_TOML}{POLICY}");
    let begin = [
        ("release.toml", policy.as_str()),
        ("config/app.toml", "[queue]\n# How many jobs may wait.\nsize = 500\n\n[api]\nlegacy = true\n"),
        ("db/postgresql/0001_jobs.sql", "CREATE TABLE jobs (id INT);\n"),
        ("db/mysql/0001_jobs.sql", "CREATE TABLE jobs (id INT);\n"),
        ("code", "1\n2\n3\n4\n5\n6\n"),
    ];
    repo.commit_files("main", "feat: begin", &begin.map(|(path, text)| (path, Some(text))));
    repo.branch("release/1.0", "main");
    repo.tag("v1.0.0", "release/1.0");
    repo.set_date("2025-03-01");
    repo.commit_file("main", "feat: name the jobs", "names", "1\n");
    repo.branch("release/1.1", "main");
    repo.tag("v1.1.0", "release/1.1");
    let fix = repo.commit_file("main", "fix: count no job twice (#40)", "code", "1\n2\n3\nfour\nfive\n6\n");
    repo.pick("release/1.0", fix, "fix: count no job twice (#42)");
    repo.tag("v1.0.1", "release/1.0");
    repo.pick("release/1.1", fix, "fix: count no job twice (#43)");
    repo.tag_with("v1.1.1", "release/1.1", "Release 1.1.1\n\nArtifact: sha256:1111");
    repo.set_date("2025-05-01");
    let queue = [
        ("config/app.toml", "[queue]\n# How many jobs may wait.\ncapacity = 900\n\n[scheduler]\ntick = \"30s\"\n"),
        ("db/postgresql/0002_queue.sql", "ALTER TABLE jobs ADD COLUMN queue TEXT;\n"),
        ("db/mysql/0002_queue.sql", "-- rollback: needs-down\nALTER TABLE jobs ADD COLUMN queue TEXT;\n"),
        ("changes/queue.md", QUEUE),
    ];
    repo.commit_files("main", "feat!: a queue of its own (#41)", &queue.map(|(path, text)| (path, Some(text))));
    repo.commit("main", "feat(api)!: drop the legacy interface (#44)\n\nBREAKING CHANGE: `api.legacy` does nothing");
    repo.branch("release/1.2", "main");
    repo.tag("v1.2.0", "release/1.2");
    repo.commit("release/1.2", "fix(security): check tokens (CVE-2025-1234)");
    repo.tag_with("v1.2.1", "release/1.2", "Release 1.2.1\n\nArtifact: sha256:2222");
    repo.checkout("main");
    repo
}

#[test]
fn upgrade_notes_tell_every_hop() {
    let run = World::with(three_lines()).run(&["upgrade", "--from", "1.0.1", "--to", "1.2.1"]);
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{run}");
    assert_snapshot!(run);
}

#[test]
fn upgrade_notes_are_a_contract_as_json() {
    assert_snapshot!(
        World::with(three_lines()).run(&["upgrade", "--from", "1.0.1", "--to", "1.1.0", "--format", "json"])
    );
}

#[test]
fn upgrade_notes_are_a_document_in_which_notes_break_nothing() {
    let world = World::with(three_lines());
    let arguments = ["upgrade", "--from", "1.0.1", "--to", "1.2.1", "--air-gapped", "--format"];
    let run = world.run(&[&arguments[..], &["markdown"]].concat()).succeeded();
    assert_snapshot!(run);
    let page = world.run(&[&arguments[..], &["html"]].concat()).succeeded();
    assert!(!page.stdout.contains("<script>alert"), "{page}");
    assert!(page.stdout.contains("id=\"step-2-of-2-1.1.1-to-1.2.1-configuration\""), "{page}");
}

#[test]
fn an_operator_of_one_kind_reads_what_concerns_it() {
    let world = World::with(three_lines());
    let run = |more: &[&str]| world.run(&[&["upgrade", "--from", "1.1.1", "--to", "1.2.0"], more].concat());
    let helm = run(&["--install-type", "helm", "--variant", "postgresql"]).succeeded();
    assert!(helm.stdout.contains("Empty the queue") && helm.stdout.contains("helm upgrade"), "{helm}");
    assert!(!helm.stdout.contains("apt-get") && !helm.stdout.contains("mysql"), "{helm}");
    let packages = run(&["--install-type", "packages"]).succeeded();
    assert!(!packages.stdout.contains("Empty the queue") && packages.stdout.contains("apt-get"), "{packages}");
    assert_snapshot!(run(&["--install-type", "hem"]).refused(2));
}

#[test]
fn a_line_is_answered_with_the_version_that_loses_nothing() {
    let run = World::with(three_lines()).run(&["upgrade", "--from", "1.0.1", "--to", "1.1"]).succeeded();
    assert!(run.stdout.contains("1.1.1 is the lowest version of 1.1 that loses nothing."), "{run}");
}

#[test]
fn refuses_to_lead_back_or_to_what_was_retracted() {
    let mut repo = three_lines();
    repo.tag("retracted/v1.2.0", "v1.2.0");
    let world = World::with(repo);
    for (from, to, code, error, hint) in [
        (
            "1.2.1",
            "1.1.0",
            3,
            "1.2.1 comes after 1.1.0: this is the way back",
            "`twintrack upgrade --from 1.1.0 --to 1.2.1`",
        ),
        ("1.1.1", "1.2.0", 3, "1.2.0 was retracted: nobody should install it", "take 1.2.1"),
        ("1.1.2", "1.2.1", 2, "`1.1.2` is no release", "known releases"),
        ("1.1", "1.2.1", 2, "`1.1` is a line, and an upgrade begins at a version", "such as 1.1.1"),
    ] {
        let run = world.run(&["upgrade", "--from", from, "--to", to]).refused(code);
        assert!(run.stderr.contains(&format!("error: {error}\n")) && run.stderr.contains(hint), "{run}");
    }
}
