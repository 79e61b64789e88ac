//! `backports`: the matrix on a terminal, as data and as a document, and what cannot be asked of it.

use insta::assert_snapshot;
use twintrack::domain::CommitId;
use twintrack::testing::TestRepo;

use crate::support::{RELEASE_TOML, World, two_channels};

const POLICY: &str = "\n[changes]\nbackport-policy = { security = \"maintained\", fixed = \"active\" }\n";

const NOTE: &str = "+++\nkind = \"fixed\"\nbackport = [\"1.1\"]\nnot-needed = { \"1.0\" = \"never had exports\" }\n+++\n\
    Exports end.\n";

fn change(repo: &mut TestRepo, branch: &str, message: &str, file: &str) -> CommitId {
    let content: String = (0..12).map(|line| format!("{file} says {line} of {message}\n")).collect();
    repo.commit_file(branch, message, file, &content)
}

fn pick(repo: &mut TestRepo, branch: &str, commit: CommitId, subject: &str) -> CommitId {
    repo.pick(branch, commit, &format!("{subject}\n\n(cherry picked from commit {commit})"))
}

/// Two lines with one decision of every sort.
fn lines() -> World {
    let mut repo = TestRepo::new();
    repo.set_date("2025-05-01");
    repo.commit_file("main", "chore: begin", "release.toml", &format!("{RELEASE_TOML}{POLICY}"));
    repo.tag("deploy/production/2025-05-01.1", "main");
    change(&mut repo, "main", "feat: count the jobs", "count");
    for line in ["1.0", "1.1"] {
        repo.branch(&format!("release/{line}"), "main");
        repo.tag(&format!("v{line}.0"), &format!("release/{line}"));
        change(&mut repo, "main", &format!("feat: begin after {line}"), line);
    }
    let leak = change(&mut repo, "main", "fix: close the file (#7)", "leak");
    pick(&mut repo, "release/1.0", leak, "fix: close the file (#7)");
    repo.tag("v1.0.1", "release/1.0");
    let lease = change(&mut repo, "main", "fix: renew the lease (#8)", "lease");
    let picked = pick(&mut repo, "release/1.1", lease, "fix: renew the lease (#8)");
    let words = format!("Revert \"fix: renew the lease (#8)\"\n\nThis reverts commit {picked}.");
    repo.commit_files("release/1.1", &words, &[("lease", None)]);
    let words = format!("fix: close it once (#9)\n\nFixes: {}", &leak.to_string()[..12]);
    change(&mut repo, "main", &words, "once");
    change(&mut repo, "main", "fix: check the token\n\nCVE-2026-1234", "token");
    repo.commit_files("main", "fix: end exports", &[("export", Some("1\n2\n")), ("changes/export.md", Some(NOTE))]);
    change(&mut repo, "release/1.1", "fix: build with the old compiler", "compiler");
    repo.tag("v1.1.1", "release/1.1");
    repo.checkout("main");
    World::with(repo)
}

#[test]
fn what_needs_a_decision_comes_first() {
    assert_snapshot!(lines().run(&["backports"]));
}

#[test]
fn a_line_is_told_commit_by_commit() {
    assert_snapshot!(lines().run(&["backports", "--line", "release/1.1"]));
}

#[test]
fn the_matrix_is_a_contract_as_json() {
    assert_snapshot!(lines().run(&["backports", "--line", "1.1", "--format", "json"]));
}

#[test]
fn the_matrix_is_a_document() {
    let world = lines();
    assert_snapshot!(world.run(&["backports", "--format", "markdown"]));
    let page = world.run(&["backports", "--format", "html"]).succeeded();
    assert!(page.stdout.starts_with("<!doctype html>") && page.stdout.contains("Renew the lease"), "{page}");
}

#[test]
fn parts_of_it_can_be_asked_for() {
    let world = lines();
    let missing = world.run(&["backports", "--missing"]).succeeded();
    assert!(missing.stdout.contains("Check the token") && !missing.stdout.contains("Holes"), "{missing}");
    let reverts = world.run(&["backports", "--class", "revert"]).succeeded();
    assert!(reverts.stdout.contains("1.1 1 commit\n"), "{reverts}");
    let recent = world.run(&["backports", "--since", "2030-01-01", "--missing"]).succeeded();
    assert!(recent.stdout.ends_with("Nothing that is wanted is missing.\n"), "{recent}");
}

#[test]
fn what_is_missing_can_be_tried() {
    let mut repo = TestRepo::new();
    repo.commit_file("main", "chore: begin", "release.toml", &format!("{RELEASE_TOML}{POLICY}"));
    repo.commit_file("main", "feat: a table", "table", "1\n2\n3\n");
    repo.branch("release/1.0", "main");
    repo.commit_file("main", "feat: another table", "table", "1\nb\n3\n");
    repo.commit_file("main", "fix: the table", "table", "1\nc\n3\n");
    change(&mut repo, "main", "fix: something apart", "apart");
    let run = World::with(repo).run(&["backports", "--missing", "--predict"]).succeeded();
    assert!(run.stdout.contains("Something apart\n             on 1.0 (applies) –"), "{run}");
    assert!(run.stdout.contains("The table\n             on 1.0 (conflicts) –"), "{run}");
}

#[test]
fn a_hole_can_be_tried() {
    let mut repo = TestRepo::new();
    repo.commit_file("main", "chore: begin", "release.toml", RELEASE_TOML);
    repo.branch("release/1.0", "main");
    repo.commit_file("main", "feat: something for later", "later", "later\n");
    repo.branch("release/1.1", "main");
    let open = change(&mut repo, "main", "fix: something apart", "apart");
    repo.pick("release/1.0", open, "fix: something apart");
    let run = World::with(repo).run(&["backports", "--predict"]).succeeded();
    assert!(run.stdout.contains("Something apart\n             in 1.0, not in 1.1 (applies)\n"), "{run}");
}

#[test]
fn the_board_counts_backports_where_they_are_asked_for() {
    let world = lines();
    let line = |arguments: &[&str]| {
        let board = world.run(&[&["status", "--format", "json"], arguments].concat()).succeeded();
        let board: serde_json::Value = serde_json::from_str(&board.stdout).unwrap();
        let line = board["channels"][1]["lines"][0].clone();
        (line["missing_backports"].clone(), line["holes"].clone())
    };
    assert_eq!(line(&[]), (serde_json::Value::Null, serde_json::Value::Null));
    assert_eq!(line(&["--backports"]), (4.into(), 1.into()));
}

#[test]
fn what_is_asked_for_must_exist() {
    let world = lines();
    for (arguments, words) in [
        (["--line", "1.9"], "there is no line `1.9`"),
        (["--channel", "hosted"], "there is no channel `hosted`"),
        (["--since", "lately"], "`--since` is `lately`"),
        (["--class", "pick"], "invalid value 'pick'"),
    ] {
        let run = world.run(&[&["backports"], arguments.as_slice()].concat()).refused(2);
        assert!(run.stderr.contains(words), "{run}");
    }
    world.run(&["backports", "--missing", "--class", "merge"]).refused(2);
}

#[test]
fn what_was_not_looked_for_is_not_told_as_none() {
    let mut repo = TestRepo::new();
    repo.commit("main", "chore: begin");
    for line in ["1.0", "1.1"] {
        repo.branch(&format!("release/{line}"), "main");
        repo.tag(&format!("v{line}.0"), "main");
        repo.commit("main", &format!("feat: what comes after {line}"));
    }
    for at in 0..310 {
        repo.commit("release/1.0", &format!("chore: step {at}"));
    }
    let run = World::with(repo).run(&["backports", "--line", "1.1"]).succeeded();
    assert!(run.stdout.contains("Nothing of its own needs a decision; what other lines have was not"), "{run}");
    assert!(run.stdout.contains("  1.1         0      ?"), "{run}");
}

#[test]
fn nothing_to_decide_is_said() {
    let world = World::with(two_channels());
    let run = world.run(&["backports", "--missing"]).succeeded();
    assert!(run.stdout.ends_with("\nNothing that is wanted is missing.\n"), "{run}");
    let mut repo = TestRepo::new();
    repo.commit_file("main", "chore: begin", "release.toml", RELEASE_TOML);
    let run = World::with(repo).run(&["backports"]).succeeded();
    assert!(run.stdout.ends_with("\nNo line is maintained here; `--all` shows those that are over.\n"), "{run}");
}

#[test]
fn a_message_can_neither_break_the_view_nor_write_to_the_terminal() {
    let mut repo = TestRepo::new();
    repo.commit_file("main", "chore: begin", "release.toml", &format!("{RELEASE_TOML}{POLICY}"));
    repo.branch("release/1.0", "main");
    change(
        &mut repo,
        "main",
        "fix(\u{202e}x): \u{1b}[2J\u{1b}]0;owned\u{7} wide 日本語日本語日本語日本語日本語日本語日本語日本語",
        "a",
    );
    change(&mut repo, "main", "fix: | a | <b> `c` *d*", "b");
    let world = World::with(repo);
    let run = world.run(&["backports"]).succeeded();
    assert!(!run.stdout.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{run}");
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{run}");
    let page = world.run(&["backports", "--format", "html"]).succeeded();
    assert!(!page.stdout.contains("<b>") && page.stdout.contains("&lt;b&gt;"), "{page}");
}
