//! From candidate to release: gates, sign-offs, withdrawals and overrides, with a bare remote beside the repository.

use insta::assert_snapshot;
use serde_json::Value;
use twintrack::testing::TestRepo;

use crate::support::{Run, World};

const POLICY: &str = r#"schema = 1

[project]
name = "Acme"
trunk = "main"

[channels.managed]
kind = "continuous"
tag = "deploy/{environment}/{date}.{seq}"

[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
candidate = "v{version}-rc.{seq}"
version-files = ["VERSION"]
gates = { soak = "7d", sign-offs = ["qa", { gate = "upgrade-test", by = "grace@example.com" }], notes = "required" }
allowed-kinds = { regular = ["fixed", "security"] }
"#;

/// A line cut from what soaked, with its first candidate.
fn world() -> World {
    let mut repo = TestRepo::new();
    repo.set_date("2025-05-01");
    let note = ("changes/count.md", Some("+++\nkind = \"added\"\n+++\nJobs are counted.\n"));
    let files = [("release.toml", Some(POLICY)), ("VERSION", Some("1.9.0-dev\n")), note];
    repo.commit_files("main", "feat: count jobs", &files);
    repo.tag("deploy/production/2025-05-01.1", "main");
    repo.checkout("main");
    let world = World::with(repo);
    fs_err::create_dir(world.path("remote")).unwrap();
    world.git("remote", &["init", "--quiet", "--bare"]);
    world.git("repo", &["remote", "add", "origin", world.path("remote").to_str().unwrap()]);
    world.git("repo", &["push", "--quiet", "origin", "--all"]);
    world.git("repo", &["push", "--quiet", "origin", "--tags"]);
    world.run(&["cut", "1.9", "--push"]).succeeded();
    world.run(&["release", "1.9", "--candidate", "--push"]).succeeded();
    world
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"))
}

fn as_grace(world: &World, directory: &str, arguments: &[&str]) -> Run {
    let grace = [("GIT_COMMITTER_NAME", "Grace Example"), ("GIT_COMMITTER_EMAIL", "Grace@example.com")];
    world.run_in(directory, &grace, arguments)
}

/// The names of the open gates.
fn open(world: &World, version: &str) -> Vec<String> {
    let run = world.run(&["gates", version, "--format=json"]);
    let report = json(&run);
    let gates = report["gates"].as_array().unwrap().iter().filter(|gate| gate["passed"] == false);
    let names: Vec<String> = gates.map(|gate| gate["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!((run.code, &report["passed"]), (Some(i32::from(!names.is_empty())), &names.is_empty().into()), "{run}");
    names
}

fn why(world: &World, version: &str, gate: &str) -> String {
    let report = json(&world.run(&["gates", version, "--format=json"]));
    let found = report["gates"].as_array().unwrap().iter().find(|known| known["name"] == gate).cloned();
    found.unwrap()["why"].as_str().unwrap().to_owned()
}

#[test]
fn a_candidate_is_released_once_every_gate_is_met() {
    let world = world();
    // The id of the run that made the candidate is part of the commit.
    let candidate = world.git("repo", &["rev-parse", "v1.9.0-rc.1^{commit}"]);
    let shown = world.run(&["gates", "1.9.0-rc.1"]).to_string();
    assert_snapshot!(shown.replace(&candidate[..9], "[candidate]"));
    let before = world.git("repo", &["for-each-ref"]);
    assert_snapshot!(world.run(&["release", "1.9", "--final", "--push"]));
    assert_eq!(world.git("repo", &["for-each-ref"]), before);
    let url = "https://ci.example.com/7";
    world.run(&["sign-off", "1.9.0-rc.1", "qa", "--evidence", url, "--push"]).succeeded();
    assert_eq!(open(&world, "1.9.0-rc.1"), ["upgrade-test"]);
    assert_eq!(why(&world, "1.9.0", "qa"), format!("signed off by ada@example.com on 2025-06-01, {url}"));
    as_grace(&world, "repo", &["sign-off", "v1.9.0-rc.1", "upgrade-test", "--push"]).succeeded();
    assert_eq!(open(&world, "1.9.0"), [""; 0]);
    let released =
        json(&world.run(&["release", "1.9", "--final", "--artifact", "sha256:0f3a", "--push", "--format=json"]));
    assert_eq!((&released["version"], &released["overridden"]), (&"1.9.0".into(), &Value::Null));
    assert_eq!(world.git("repo", &["diff", "--name-only", "v1.9.0-rc.1", "v1.9.0"]), "VERSION");
    let tag = world.git("repo", &["cat-file", "-p", "v1.9.0"]);
    assert!(tag.contains("\nArtifact: sha256:0f3a\n") && !tag.contains("Override:"), "{tag}");
    let status = json(&world.run(&["status", "--format=json"]));
    assert_eq!(status["channels"][1]["lines"][0]["latest"]["artifacts"][0], "sha256:0f3a");
    world.run(&["publish", "--out", world.path("site").to_str().unwrap()]).succeeded();
    let page = world.read("site/self-hosted/1.9/changelog.md");
    assert!(page.contains("`sha256:0f3a`"), "{page}");
}

#[test]
fn an_artifact_that_was_not_tested_is_told() {
    let world = world();
    let candidate = ["release", "1.9", "--version", "1.9.0-rc.2", "--artifact", "sha256:01"];
    world.git("repo", &["checkout", "--quiet", "release/1.9"]);
    world.git("repo", &["commit", "--quiet", "--allow-empty", "-m", "fix: the last bug"]);
    let run = world.run(&candidate).succeeded();
    assert!(!run.stdout.contains("not what was tested"), "{run}");
    let release =
        ["release", "1.9", "--final", "--override", "now", "--artifact", "sha256:01", "--artifact", "sha256:02"];
    let words = "not what was tested: the candidate does not name sha256:02\n";
    let run = world.run(&release).succeeded();
    assert!(run.stdout.contains(words), "{run}");
    let run = world.run(&["gates", "1.9.0"]);
    assert!(run.stdout.contains(words), "{run}");
    // As it was made, also where it is found again.
    let again = json(&world.run(&["release", "1.9", "--final", "--format=json"]).succeeded());
    assert_eq!(again["untested_artifacts"], serde_json::json!(["sha256:02"]));
}

#[test]
fn a_release_over_open_gates_says_so_everywhere() {
    let world = world();
    world.run(&["sign-off", "1.9.0-rc.1", "qa"]).succeeded();
    let arguments = ["release", "1.9", "--final", "--override", "the fix cannot wait"];
    let run = world.run(&arguments).succeeded();
    assert!(run.stdout.contains("Released over open gates (upgrade-test): the fix cannot wait"), "{run}");
    let tag = world.git("repo", &["cat-file", "-p", "v1.9.0"]);
    assert!(tag.contains("\nOverride: the fix cannot wait\nOpen-Gates: upgrade-test\n"), "{tag}");
    let words = "the fix cannot wait";
    for command in [&["status"][..], &["gates", "1.9.0"], &["changelog", "--channel", "self-hosted"]] {
        let run = world.run(command);
        assert!(run.stdout.contains(words) && run.stdout.contains("upgrade-test"), "{run}");
    }
    world.run(&["publish", "--out", world.path("site").to_str().unwrap()]).succeeded();
    assert!(
        world.read("site/self-hosted/1.9/changelog.md").contains("**Released over open gates:** upgrade-test: the fix")
    );
    // A release again is found, whatever its gates.
    assert!(world.run(&["release", "1.9", "--final"]).succeeded().stdout.contains("was released before"));
}

#[test]
fn a_withdrawal_shuts_the_gate_and_erases_nothing() {
    let world = world();
    let first = json(&world.run(&["sign-off", "1.9.0-rc.1", "qa", "--push", "--format=json"]).succeeded());
    // The same statement again is one record.
    let again = json(&world.run(&["sign-off", "1.9.0-rc.1", "qa", "--push", "--format=json"]).succeeded());
    assert_eq!((&again["created"], &again["record"]), (&false.into(), &first["record"]));
    let run = world.run(&["sign-off", "1.9.0-rc.1", "qa", "--withdraw", "of another build", "--push"]).succeeded();
    assert!(run.stdout.starts_with("The sign-off of 1.9.0-rc.1, qa, is withdrawn by ada@example.com."), "{run}");
    assert_eq!(open(&world, "1.9.0-rc.1"), ["qa", "upgrade-test"]);
    assert_eq!(why(&world, "1.9.0-rc.1", "qa"), "withdrawn by ada@example.com on 2025-06-01: of another build");
    assert_eq!(world.git("remote", &["for-each-ref", "refs/twintrack/sign-off/1.9.0-rc.1/qa"]).lines().count(), 2);
    let run = world.run(&["sign-off", "1.9.0-rc.1", "qa", "--withdraw", "x"]).succeeded();
    assert!(run.stdout.contains("was withdrawn before"), "{run}");
    // Given anew it counts again.
    let later = [("TWINTRACK_NOW", "2025-06-02T12:00:00Z")];
    world.run_in("repo", &later, &["sign-off", "1.9.0-rc.1", "qa"]).succeeded();
    assert_eq!(open(&world, "1.9.0-rc.1"), ["upgrade-test"]);
}

#[test]
fn sign_offs_of_other_clones_count_once_the_remote_is_asked() {
    let world = world();
    world.git("repo", &["push", "--quiet", "origin", "--all"]);
    let clone = world.path("clone").display().to_string();
    world.git("home", &["clone", "--quiet", world.path("remote").to_str().unwrap(), &clone]);
    world.run(&["sign-off", "1.9.0-rc.1", "qa", "--push"]).succeeded();
    as_grace(&world, "repo", &["sign-off", "1.9.0-rc.1", "upgrade-test", "--push"]).succeeded();
    // The clone has no records, and decides by those of the remote.
    let run = world.run_in("clone", &[], &["release", "1.9", "--final"]).refused(3);
    assert!(run.stderr.contains("2 gates of 1.9.0 are open"), "{run}");
    world.run_in("clone", &[], &["release", "1.9", "--final", "--push"]).succeeded();
    assert_eq!(world.git("clone", &["for-each-ref", "refs/twintrack"]), "");
    world.run_in("clone", &[], &["sync"]).succeeded();
    assert_eq!(world.run_in("clone", &[], &["gates", "1.9.0"]).code, Some(0));
}

#[test]
fn only_those_who_may_sign_off_and_only_what_is_asked_for() {
    let world = world();
    for (arguments, code, words) in [
        (&["sign-off", "1.9.0-rc.1", "upgrade-test"][..], 3, "ada@example.com may not sign `upgrade-test` off"),
        (&["sign-off", "1.9.0-rc.1", "qs"], 2, "did you mean `qa`?"),
        (&["sign-off", "1.9.0-rc.2", "qa"], 2, "did you mean `1.9.0-rc.1`?"),
        (&["sign-off", "3.0.0", "qa"], 2, "`3.0.0` is no version of a line"),
        (&["sign-off", "1.9.0-rc.1", "qa", "--channel", "managed"], 2, "`managed` is no channel that is released"),
        (&["sign-off", "1.9.0-rc.1", "qa", "--withdraw", "x"], 3, "nobody has signed `qa` of 1.9.0-rc.1 off"),
        (&["sign-off", "1.9.0-rc.1", "qa", "--withdraw", " "], 2, "a withdrawal needs a reason"),
    ] {
        let run = world.run(arguments).refused(code);
        assert!(run.stderr.contains(words) && run.stderr.contains("hint:"), "{run}");
    }
    // A record that somebody else made with git alone does not count.
    let record = |world: &World| {
        let made =
            json(&as_grace(world, "repo", &["sign-off", "1.9.0-rc.1", "upgrade-test", "--format=json"]).succeeded());
        made["record"].as_str().unwrap().to_owned()
    };
    let name = record(&world);
    let text = world.git("repo", &["cat-file", "tag", &name]).replace("Grace@example.com", "eve@example.com");
    world.write("forged", &format!("{text}\n"));
    world.git("repo", &["update-ref", "-d", &name]);
    let id = world.git("repo", &["hash-object", "-t", "tag", "-w", world.path("forged").to_str().unwrap()]);
    world.git("repo", &["update-ref", &format!("refs/twintrack/sign-off/1.9.0-rc.1/upgrade-test/{id}"), &id]);
    assert_eq!(why(&world, "1.9.0-rc.1", "upgrade-test"), "signed off by eve@example.com, who may not");
}

#[test]
fn what_was_signed_off_is_what_is_released() {
    let world = world();
    world.run(&["sign-off", "1.9.0-rc.1", "qa"]).succeeded();
    as_grace(&world, "repo", &["sign-off", "1.9.0-rc.1", "upgrade-test"]).succeeded();
    world.git("repo", &["checkout", "--quiet", "release/1.9"]);
    world.write("repo/changes/later.md", "+++\nkind = \"fixed\"\n+++\nLater.\n");
    world.git("repo", &["add", "changes"]);
    world.git("repo", &["commit", "--quiet", "-m", "fix: later"]);
    // The line went on: neither a promotion nor, under another option, a release over the sign-offs of something else.
    assert!(world.run(&["release", "1.9", "--final"]).refused(3).stderr.contains("has gone on since"));
    let run = world.run(&["release", "1.9", "--version", "1.9.0"]).refused(3);
    assert!(run.stderr.contains("`qa`: signed off was 1.9.0-rc.1 at"), "{run}");
    // A version commit by hand that changes more is no promotion, either.
    world.git("repo", &["reset", "--quiet", "--hard", "HEAD~1"]);
    world.write("repo/VERSION", "1.9.0\n");
    world.write("repo/extra", "x\n");
    world.git("repo", &["add", "extra"]);
    world.git("repo", &["commit", "--quiet", "-am", "chore: 1.9.0"]);
    let run = world.run(&["release", "1.9", "--final"]).refused(3);
    assert!(run.stderr.contains("differs from the candidate 1.9.0-rc.1 in more than its version: `extra`"), "{run}");
    world.git("repo", &["rm", "--quiet", "extra"]);
    world.git("repo", &["commit", "--quiet", "--amend", "-m", "chore: 1.9.0"]);
    world.run(&["release", "1.9", "--final"]).succeeded();
}

#[test]
fn a_rollback_shuts_the_gate_of_what_soaked() {
    let world = world();
    assert_eq!(open(&world, "1.9.0-rc.1"), ["qa", "upgrade-test"]);
    let older = world.git("repo", &["commit-tree", "-m", "before", "main^{tree}"]);
    let tag = "Roll production back\n\nReplaces: deploy/production/2025-05-01.1";
    world.git("repo", &["tag", "-a", "-m", tag, "deploy/production/2025-05-20.1", &older]);
    assert_eq!(open(&world, "1.9.0-rc.1"), ["soak", "qa", "upgrade-test"]);
    assert!(why(&world, "1.9.0-rc.1", "soak").contains("rolled back by `deploy/production/2025-05-20.1`"));
}

#[test]
fn a_patch_brings_what_its_line_takes_and_every_change_its_note() {
    let world = world();
    world.run(&["release", "1.9", "--final", "--override", "first"]).succeeded();
    world.git("repo", &["checkout", "--quiet", "release/1.9"]);
    world.git("repo", &["commit", "--quiet", "--allow-empty", "-m", "feat: a new thing"]);
    let run = world.run(&["release", "1.9", "--bump", "patch"]).refused(3);
    assert!(run.stderr.contains("`notes`: 1 change without a note: `A new thing`"), "{run}");
    assert!(
        run.stderr.contains("`patch-kind-allowed`: 1 change that a regular line does not take: `A new thing (added)`")
    );
    assert!(!run.stderr.contains("`qa`"), "a patch that was no candidate has nothing to be signed off: {run}");
    assert_eq!(open(&world, "1.9.1"), ["notes", "patch-kind-allowed"]);
    // With a candidate it has.
    world.run(&["release", "1.9", "--candidate"]).succeeded();
    assert_eq!(open(&world, "1.9.1"), ["qa", "upgrade-test", "notes", "patch-kind-allowed"]);
}

#[test]
fn a_note_that_lacks_what_its_blocks_need_is_none_yet() {
    let world = world();
    world.run(&["release", "1.9", "--final", "--override", "first"]).succeeded();
    world.git("repo", &["checkout", "--quiet", "release/1.9"]);
    let commit = |front: &str| {
        world.write("repo/changes/once.md", &format!("+++\nkind = \"fixed\"\n{front}+++\nJobs run once.\n"));
        world.git("repo", &["add", "changes"]);
        world.git("repo", &["commit", "--quiet", "-m", "fix: run jobs once"]);
    };
    commit("[[migration]]\nid = \"42\"\nphase = \"before\"\n");
    let why = why(&world, "1.9.1", "notes");
    assert!(
        why.starts_with("1 note that cannot be taken as it is: ") && why.contains("migration[0].rollback"),
        "{why}"
    );
    commit("[[migration]]\nid = \"42\"\nphase = \"before\"\nrollback = \"safe\"\n");
    assert_eq!(open(&world, "1.9.1"), [""; 0]);
}

#[test]
fn a_line_that_is_over_takes_no_release_without_a_reason() {
    let world = world();
    world.git("repo", &["checkout", "--quiet", "main"]);
    let policy = format!("{POLICY}\n[channels.self-hosted.lines.\"1.9\"]\nend-of-life = 2025-05-15\n");
    world.write("repo/release.toml", &policy);
    let run = world.run(&["release", "1.9", "--candidate"]);
    assert_eq!(run.code, Some(0), "its newest commit is that candidate already: {run}");
    world.git("repo", &["commit", "--quiet", "-am", "chore: end 1.9"]);
    world.git("repo", &["push", "--quiet", "origin", "main"]);
    world.git("repo", &["checkout", "--quiet", "release/1.9"]);
    world.git("repo", &["commit", "--quiet", "--allow-empty", "-m", "fix: the last one"]);
    let run = world.run(&["release", "1.9", "--candidate"]).refused(3);
    assert!(run.stderr.contains("`end-of-life`: line 1.9 has come to its end of life"), "{run}");
    let release = ["release", "1.9", "--version", "1.9.0", "--override", "one customer"];
    world.run(&["release", "1.9", "--candidate", "--override", "one customer"]).succeeded();
    assert!(!world.run(&["check"]).stdout.contains("one customer"), "a candidate is released to nobody");
    world.run(&release).succeeded();
    let run = world.run(&["check"]);
    assert!(run.stdout.contains("gate-overridden") && run.stdout.contains("(end-of-life"), "{run}");
    assert!(run.stdout.contains("where the line lives on"), "{run}");
}
