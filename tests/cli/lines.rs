//! Cutting lines, releasing on them and retracting, with a bare remote beside the repository.

use serde_json::Value;
use twintrack::testing::TestRepo;

use crate::support::World;

const POLICY: &str = r#"schema = 1

[project]
name = "Acme"
trunk = "main"

[channels.managed]
kind = "continuous"
tag = "deploy/{environment}/{date}.{seq}"
environments = ["production"]

# Who installs it themselves.
[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
candidate = "v{version}-rc.{seq}"
also-tag = ["api/v{version}"]
version-files = ["Cargo.toml", "charts/acme/Chart.yaml", { path = "VERSION" }]
gates = { soak = "7d" }
"#;

const CARGO_TOML: &str = "[package]\nname = \"acme\" # keep\nversion = \"1.9.0-dev\"\n";
const CHART: &str = "apiVersion: v2\nname: acme\nversion: 1.9.0-dev   # keep\n";
const LOCK: &str = "version = 4\n\n[[package]]\nname = \"acme\"\nversion = \"1.9.0-dev\"\n";

/// The same without soaking, for what is about other things.
fn trunk_policy() -> String {
    POLICY.replace("gates = { soak = \"7d\" }", "cut-from = \"trunk\"")
}

/// Trunk as below, with that policy.
fn from_trunk() -> World {
    acme_with(&trunk_policy())
}

/// Trunk with version files, deployed on 1 and 28 May: on 1 June only the first has soaked.
fn acme() -> World {
    acme_with(POLICY)
}

fn acme_with(policy: &str) -> World {
    let mut repo = TestRepo::new();
    repo.set_date("2025-05-01");
    let files = [
        ("release.toml", Some(policy)),
        ("Cargo.toml", Some(CARGO_TOML)),
        ("Cargo.lock", Some(LOCK)),
        ("charts/acme/Chart.yaml", Some(CHART)),
        ("VERSION", Some("1.9.0-dev\n")),
    ];
    repo.commit_files("main", "feat: count jobs", &files);
    repo.tag("deploy/production/2025-05-01.1", "main");
    repo.set_date("2025-05-28");
    repo.commit("main", "fix: count no job twice");
    repo.tag("deploy/production/2025-05-28.1", "main");
    repo.checkout("main");
    let world = World::with(repo);
    fs_err::create_dir(world.path("remote")).unwrap();
    world.git("remote", &["init", "--quiet", "--bare"]);
    world.git("repo", &["remote", "add", "origin", world.path("remote").to_str().unwrap()]);
    world.git("repo", &["push", "--quiet", "origin", "--all"]);
    world.git("repo", &["push", "--quiet", "origin", "--tags"]);
    world
}

fn json(world: &World, arguments: &[&str]) -> Value {
    let run = world.run(&[arguments, &["--format", "json"]].concat()).succeeded();
    serde_json::from_str(&run.stdout).unwrap()
}

fn show(world: &World, object: &str) -> String {
    world.git("repo", &["cat-file", "-p", object])
}

#[test]
fn a_line_is_cut_from_what_soaked_and_trunk_goes_on() {
    let world = acme();
    let planned = json(&world, &["cut", "1.9", "--dry-run"]);
    let run = world.run(&["cut", "1.9", "--push"]).succeeded();
    assert!(run.stdout.starts_with("Line 1.9 is cut from"), "{run}");
    assert_eq!(world.git("repo", &["rev-parse", "release/1.9"]), world.git("repo", &["rev-parse", "main~2"]));
    assert_eq!(planned["from"], world.git("repo", &["rev-parse", "main~2"]).as_str());
    assert_eq!(planned["plan"]["files"].as_array().unwrap().len(), 4);
    assert_eq!(world.git("repo", &["log", "-1", "--format=%s", "main"]), "chore(release): open 1.10.0-dev");
    assert_eq!(show(&world, "main:Cargo.toml"), CARGO_TOML.replace("1.9.0-dev", "1.10.0-dev").trim_end());
    assert_eq!(show(&world, "main:Cargo.lock"), LOCK.replace("1.9.0-dev", "1.10.0-dev").trim_end());
    assert_eq!(show(&world, "main:charts/acme/Chart.yaml"), CHART.replace("1.9.0-dev", "1.10.0-dev").trim_end());
    // The work tree has followed, and the remote has all of it.
    assert_eq!(world.read("repo/VERSION"), "1.10.0-dev\n");
    assert_eq!(world.git("repo", &["status", "--porcelain"]), "");
    for branch in ["main", "release/1.9"] {
        assert_eq!(world.git("remote", &["rev-parse", branch]), world.git("repo", &["rev-parse", branch]));
    }
    let again = world.run(&["cut", "1.9"]).refused(3);
    assert!(again.stderr.contains("line `1.9` of channel `self-hosted` exists, as branch `release/1.9`"), "{again}");
}

#[test]
fn a_long_term_line_is_recorded_with_the_file_kept() {
    let world = from_trunk();
    world.run(&["cut", "release/1.9", "--lts", "--at", "main"]).succeeded();
    let file = show(&world, "main:release.toml");
    assert_eq!(file, format!("{}\n[channels.self-hosted.lines.\"1.9\"]\nkind = \"lts\"", trunk_policy()).trim_end());
    let status = json(&world, &["status"]);
    assert_eq!(status["channels"][1]["lines"][0]["kind"], "lts");
}

#[test]
fn the_dates_of_a_line_are_recorded() {
    let world = from_trunk();
    let arguments = ["cut", "1.9", "--at", "main", "--active-until", "2026-01-31", "--security-until", "2026-06-30"];
    world.run(&arguments).succeeded();
    let lines = "[channels.self-hosted.lines.\"1.9\"]\nactive-until = 2026-01-31\nsecurity-until = 2026-06-30";
    assert_eq!(show(&world, "main:release.toml"), format!("{}\n{lines}", trunk_policy()));
    let arguments = ["cut", "2.0", "--at", "main", "--active-until", "2026-01-31", "--security-until", "2025-06-30"];
    let run = world.run(&arguments).refused(6);
    assert!(run.stderr.contains("line `2.0` cannot be recorded in `release.toml`"), "{run}");
}

#[test]
fn a_line_with_another_number_gets_its_version_in_a_commit() {
    let world = from_trunk();
    world.run(&["cut", "2.0", "--at", "main"]).succeeded();
    assert_eq!(show(&world, "release/2.0:VERSION"), "2.0.0-dev");
    assert_eq!(show(&world, "main:VERSION"), "2.1.0-dev");
}

#[test]
fn candidates_finals_and_patches_follow_each_other() {
    let world = from_trunk();
    world.run(&["cut", "1.9", "--at", "main"]).succeeded();
    world.git("repo", &["push", "--quiet", "origin", "--all"]);
    let tag = |arguments: &[&str]| json(&world, arguments)["tag"].as_str().unwrap().to_owned();
    assert_eq!(tag(&["release", "1.9", "--candidate", "--dry-run"]), "v1.9.0-rc.1");
    assert_eq!(tag(&["release", "1.9", "--candidate", "--push"]), "v1.9.0-rc.1");
    // Again, with nothing new on the line, is the same.
    let again = json(&world, &["release", "1.9", "--candidate", "--push"]);
    assert_eq!((again["tag"].as_str(), again["released"].as_bool()), (Some("v1.9.0-rc.1"), Some(false)));
    assert_eq!(show(&world, "release/1.9:VERSION"), "1.9.0-rc.1");
    assert_eq!(tag(&["release", "release/1.9", "--final", "--push"]), "v1.9.0");
    let message = show(&world, "v1.9.0");
    let body = message.split_once("\n\n").unwrap().1;
    assert_eq!(
        body.lines().filter(|line| !line.starts_with("Run: ")).collect::<Vec<_>>().join("\n"),
        "Acme 1.9.0\n\nChanges:\n\nAdded\n- Count jobs\n\nFixed\n- Count no job twice\n\nChannel: self-hosted\nLine: 1.9\n\
         Version: 1.9.0"
    );
    assert_eq!(
        world.git("remote", &["rev-parse", "api/v1.9.0^{}"]),
        world.git("remote", &["rev-parse", "release/1.9"])
    );
    // main is checked out and is not touched.
    assert_eq!(world.git("repo", &["status", "--porcelain"]), "");
    let refused = world.run(&["release", "1.9", "--version", "1.9.0-rc.2"]).refused(3);
    assert!(refused.stderr.contains("what can come next: `1.9.1-rc.1`, `1.9.1`"), "{refused}");
    let same = json(&world, &["release", "1.9", "--bump", "patch"]);
    assert_eq!(same["released"], false);
    let elsewhere = world.run(&["release", "1.9", "--version", "1.10.0"]).refused(2);
    assert!(elsewhere.stderr.contains("1.10.0 is not on line `1.9`"), "{elsewhere}");
    assert_eq!(tag(&["release", "1.9", "--version", "1.9.1", "--push"]), "v1.9.1");
}

#[test]
fn a_line_that_went_on_since_its_candidate_is_not_made_final() {
    let world = from_trunk();
    world.run(&["cut", "1.9", "--at", "main"]).succeeded();
    world.run(&["release", "1.9", "--candidate"]).succeeded();
    world.git("repo", &["checkout", "--quiet", "release/1.9"]);
    world.git("repo", &["commit", "--quiet", "--allow-empty", "-m", "fix: late"]);
    let refused = world.run(&["release", "1.9", "--final"]).refused(3);
    assert!(refused.stderr.contains("has gone on since"), "{refused}");
    world.run(&["release", "1.9", "--version", "1.9.0"]).succeeded();
    // The line is checked out, and its files followed.
    assert_eq!(world.read("repo/VERSION"), "1.9.0\n");
}

#[test]
fn a_protected_line_is_released_through_a_branch_however_it_is_merged() {
    for merge in ["merge", "squash", "rebase", "bare-squash"] {
        let world = from_trunk();
        world.run(&["cut", "1.9", "--at", "main", "--push"]).succeeded();
        let arguments = ["release", "1.9", "--candidate", "--via-branch", "prepare", "--push"];
        let first = world.run(&arguments).succeeded();
        assert!(first.stdout.contains("merge branch prepare into release/1.9"), "{first}");
        assert!(!world.try_git("repo", &["rev-parse", "--verify", "v1.9.0-rc.1"]).status.success());
        let waiting = world.run(&arguments).succeeded();
        assert!(waiting.stdout.contains("waits for review"), "{waiting}");
        world.git("repo", &["checkout", "--quiet", "release/1.9"]);
        match merge {
            "merge" => _ = world.git("repo", &["merge", "--quiet", "--no-ff", "-m", "Merge prepare", "prepare"]),
            "squash" | "bare-squash" => {
                world.git("repo", &["merge", "--quiet", "--squash", "prepare"]);
                let text =
                    if merge == "squash" { "chore (#1)\n\n* chore\n\nRelease: 1.9.0-rc.1\n\nx" } else { "x (#1)" };
                world.git("repo", &["commit", "--quiet", "-m", text]);
            }
            _ => {
                world.git("repo", &["commit", "--quiet", "--allow-empty", "-m", "fix: before"]);
                world.git("repo", &["cherry-pick", "prepare"]);
            }
        }
        let merged = world.git("repo", &["rev-parse", "HEAD"]);
        world.git("repo", &["commit", "--quiet", "--allow-empty", "-m", "fix: after"]);
        world.git("repo", &["push", "--quiet", "origin", "release/1.9"]);
        let second = world.run(&arguments).succeeded();
        assert_eq!(world.git("remote", &["rev-parse", "v1.9.0-rc.1^{}"]), merged, "{merge}: {second}");
    }
}

#[test]
fn trunk_is_opened_through_a_branch() {
    let world = acme();
    let main = world.git("repo", &["rev-parse", "main"]);
    let cut = json(&world, &["cut", "1.9", "--via-branch", "open-1.10", "--push"]);
    assert_eq!((cut["review"].as_str(), cut["next"].as_str()), (Some("open-1.10"), Some("1.10.0-dev")));
    assert_eq!(world.git("remote", &["rev-parse", "main"]), main);
    assert_eq!(world.git("remote", &["show", "open-1.10:VERSION"]), "1.10.0-dev");
}

#[test]
fn a_release_is_retracted_once() {
    let world = from_trunk();
    world.run(&["cut", "1.9", "--at", "main"]).succeeded();
    world.run(&["release", "1.9", "--final"]).succeeded();
    world.run(&["retract", "v1.9.0", "--reason", "loses jobs", "--push"]).succeeded();
    assert_eq!(world.git("remote", &["cat-file", "-t", "retracted/v1.9.0"]), "tag");
    assert!(
        show(&world, "retracted/v1.9.0")
            .contains("Retract 1.9.0\n\nloses jobs\n\nRetracts: v1.9.0\nReason: loses jobs")
    );
    let again = json(&world, &["retract", "1.9.0", "--reason", "loses jobs"]);
    assert_eq!(again["created"], false);
    let unknown = world.run(&["retract", "1.9.9", "--reason", "x"]).refused(2);
    assert!(unknown.stderr.contains("did you mean `1.9.0`?"), "{unknown}");
}

#[test]
fn what_is_in_the_way_is_said_and_nothing_changes() {
    let world = from_trunk();
    world.run(&["cut", "1.9", "--at", "main", "--push"]).succeeded();
    let before = || world.git("repo", &["for-each-ref"]) + &world.git("remote", &["for-each-ref"]);
    let cases: [(&[&str], i32, &str); 12] = [
        (&["cut", "next"], 2, "`next` names no line of channel `self-hosted`"),
        (&["cut", "1.9.0-rc.1"], 2, "names no line"),
        (&["cut", "1.11", "--channel", "managed"], 2, "`managed` is no channel with lines"),
        (&["cut", "1.11", "--at", "nowhere"], 2, "`nowhere` names no commit"),
        (&["cut", "1.8", "--at", "main"], 3, "is higher than 1.8"),
        (&["cut", "1.11", "--push", "--remote", "nowhere"], 7, "no remote `nowhere`"),
        (&["release", "1.7", "--final"], 2, "no channel has a line `1.7`"),
        (&["release", "1.9"], 2, "required arguments"),
        (&["release", "1.9", "--final", "--candidate"], 2, "cannot be used with"),
        (&["release", "1.9", "--bump", "patch"], 3, "has no release yet"),
        (&["release", "1.9", "--version", "1.9.0-beta.1"], 6, "names no tag that reads as"),
        (&["release", "1.9", "--candidate", "--via-branch", "main"], 3, "branch `main` exists"),
    ];
    for (arguments, code, words) in cases {
        let refs = before();
        let run = world.run(arguments).refused(code);
        assert!(run.stderr.contains(words), "{run}");
        assert_eq!(before(), refs, "{run}");
    }
}

#[test]
fn a_tag_or_branch_of_the_remote_alone_is_in_the_way() {
    let world = acme();
    world.git("repo", &["push", "--quiet", "origin", "main:refs/heads/release/1.9"]);
    world.git("repo", &["update-ref", "-d", "refs/remotes/origin/release/1.9"]);
    let run = world.run(&["cut", "1.9", "--push"]).refused(3);
    assert!(run.stderr.contains("branch `release/1.9` exists on the remote `origin`"), "{run}");
    world.git("repo", &["push", "--quiet", "origin", ":release/1.9", "main:refs/tags/v1.9.0-rc.1"]);
    world.run(&["cut", "1.9", "--push"]).succeeded();
    let run = world.run(&["release", "1.9", "--candidate", "--push"]).refused(5);
    assert!(run.stderr.contains("tag `v1.9.0-rc.1` exists on the remote"), "{run}");
    assert!(run.stderr.contains("git fetch --tags origin"), "{run}");
}

#[test]
fn a_remote_that_went_on_has_to_be_fetched() {
    let world = from_trunk();
    world.run(&["cut", "1.9", "--at", "main", "--push"]).succeeded();
    let other = world.path("other");
    world.git("repo", &["clone", "--quiet", world.path("remote").to_str().unwrap(), other.to_str().unwrap()]);
    world.git("other", &["checkout", "--quiet", "release/1.9"]);
    world.git("other", &["commit", "--quiet", "--allow-empty", "-m", "fix: there"]);
    world.git("other", &["push", "--quiet", "origin", "release/1.9"]);
    let run = world.run(&["release", "1.9", "--candidate", "--push"]).refused(5);
    assert!(run.stderr.contains("which this clone lacks"), "{run}");
    world.git("repo", &["fetch", "--quiet"]);
    world.run(&["release", "1.9", "--candidate", "--push"]).succeeded();
}

#[test]
fn a_line_that_only_the_remote_copy_shows_can_be_released() {
    let world = from_trunk();
    world.run(&["cut", "1.9", "--at", "main", "--push"]).succeeded();
    world
        .git("repo", &["clone", "--quiet", world.path("remote").to_str().unwrap(), world.path("ci").to_str().unwrap()]);
    let run = world.run_in("ci", &[], &["release", "1.9", "--candidate", "--push"]).succeeded();
    assert!(run.stdout.contains("1.9.0-rc.1 of line 1.9 is released"), "{run}");
    assert_eq!(world.git("remote", &["show", "release/1.9:VERSION"]), "1.9.0-rc.1");
}

#[test]
fn work_that_is_not_committed_is_not_run_over() {
    let world = acme();
    world.write("repo/VERSION", "mine\n");
    let run = world.run(&["cut", "1.9"]).refused(3);
    assert!(run.stderr.contains("has uncommitted changes"), "{run}");
    assert_eq!(world.read("repo/VERSION"), "mine\n");
    assert!(!world.try_git("repo", &["rev-parse", "--verify", "release/1.9"]).status.success());
}

#[test]
fn version_files_that_are_wrong_stop_a_release() {
    for (path, content, code, words) in [
        ("VERSION", Some("1.8.0\n"), 3, "`VERSION`: it holds `1.8.0`, while `Cargo.toml` holds `1.9.0-dev`"),
        ("VERSION", Some("1.9.0-dev\n2\n"), 6, "`VERSION`: the version is found 2 times"),
        ("VERSION", None, 6, "version file `VERSION`: it does not exist at"),
        ("Cargo.toml", Some("[package\n"), 6, "version file `Cargo.toml`: it is not valid TOML"),
    ] {
        let world = from_trunk();
        match content {
            Some(content) => world.write(&format!("repo/{path}"), content),
            None => fs_err::remove_file(world.path(&format!("repo/{path}"))).unwrap(),
        }
        world.git("repo", &["commit", "--quiet", "-am", "chore: break it"]);
        let run = world.run(&["cut", "1.9", "--at", "main"]).refused(code);
        assert!(run.stderr.contains(words), "{run}");
        assert!(run.stderr.contains("hint:"), "{run}");
    }
}

#[test]
fn what_has_not_soaked_is_not_cut() {
    let world = acme();
    world.git("repo", &["tag", "-d", "deploy/production/2025-05-01.1"]);
    let run = world.run(&["cut", "1.9"]).refused(3);
    assert!(run.stderr.contains("for 7d without being rolled back; the first will have on 2025-06-04"), "{run}");
    assert!(run.stderr.contains("--at COMMIT"), "{run}");
}

#[test]
fn what_soaked_is_told_with_what_was_not_taken() {
    let world = acme();
    let young = world.git("repo", &["rev-parse", "--short=9", "main"]);
    world.git("repo", &["commit", "--quiet", "--allow-empty", "-m", "feat: later"]);
    let run = world.run(&["cut", "1.9", "--dry-run"]).succeeded();
    let words = format!(
        "It is the newest that has soaked, live since 2025-05-01 01:00\n(deploy/production/2025-05-01.1).\n  not {young}: live \
         since 2025-05-28 01:00 only, soaked on 2025-06-04 01:00\n  nor 1 commit of trunk that was never live there\n"
    );
    assert!(run.stdout.contains(&words), "{run}");
    let cut = json(&world, &["cut", "1.9", "--dry-run"]);
    assert_eq!((&cut["not_taken"][0]["why"], &cut["never_live"]), (&"too-young".into(), &1.into()));
    assert_eq!(cut["not_taken"][0]["ready_at"], "2025-06-04T01:00:00Z");
    // A rollback is the reason where there was one.
    world.git("repo", &["commit", "--quiet", "--allow-empty", "-m", "feat: latest"]);
    world.run(&["deploy", "record", "--commit", "main"]).succeeded();
    world.run(&["deploy", "rollback"]).succeeded();
    let cut = json(&world, &["cut", "1.9", "--dry-run"]);
    let tags: Vec<&str> = cut["not_taken"].as_array().unwrap().iter().map(|one| one["why"].as_str().unwrap()).collect();
    assert_eq!(tags, ["too-young", "rolled-back"]);
}

#[test]
fn another_commit_than_what_soaked_needs_a_reason_that_goes_on_record() {
    let world = acme();
    let run = world.run(&["cut", "1.9", "--at", "main"]).refused(3);
    assert!(
        run.stderr.contains("has not soaked: live since 2025-05-28 01:00 only") && run.stderr.contains("--reason"),
        "{run}"
    );
    // What has soaked may be named without one.
    assert_eq!(
        json(&world, &["cut", "1.9", "--at", "deploy/production/2025-05-01.1", "--dry-run"])["exception"],
        Value::Null
    );
    let cut = json(&world, &["cut", "1.9", "--at", "main", "--reason", "the fix cannot wait", "--push"]);
    let record = cut["exception"].as_str().unwrap();
    assert!(record.starts_with("refs/twintrack/exception/release/1.9/soak/"), "{record}");
    for directory in ["repo", "remote"] {
        let text = world.git(directory, &["cat-file", "-p", record]);
        assert!(text.contains("Reason: the fix cannot wait") && text.contains("live since 2025-05-28"), "{text}");
    }
    let target = world.git("repo", &["rev-parse", &format!("{record}^0")]);
    assert_eq!(target, cut["from"].as_str().unwrap());
}

#[test]
fn a_signed_exception_is_found_under_its_own_id() {
    let world = acme();
    let key = world.path("key").display().to_string();
    let made =
        world.command("ssh-keygen", &world.path("home")).args(["-q", "-t", "ed25519", "-N", "", "-f", &key]).status();
    assert!(made.unwrap().success());
    for (name, value) in [("gpg.format", "ssh"), ("user.signingKey", key.as_str()), ("tag.gpgSign", "true")] {
        world.git("repo", &["config", name, value]);
    }
    let cut = json(&world, &["cut", "1.9", "--at", "main", "--reason", "x", "--push"]);
    let record = cut["exception"].as_str().unwrap();
    for directory in ["repo", "remote"] {
        assert_eq!(world.git(directory, &["rev-parse", record]), record.rsplit('/').next().unwrap());
    }
    assert!(world.git("repo", &["cat-file", "-p", record]).contains("-----BEGIN SSH SIGNATURE-----"));
    assert_eq!(json(&world, &["status"])["channels"][1]["lines"][0]["name"], "1.9");
}

#[test]
fn a_step_of_github_actions_gets_the_names_it_expects() {
    let world = from_trunk();
    world.run(&["cut", "1.9", "--at", "main"]).succeeded();
    let output = world.path("output");
    let variables = [("GITHUB_OUTPUT", output.to_str().unwrap())];
    world.run_in("repo", &variables, &["release", "1.9", "--final"]).succeeded();
    let text = world.read("output");
    let sha = world.git("repo", &["rev-parse", "release/1.9"]);
    let head = format!(
        "version=1.9.0\ntag=v1.9.0\nsha={sha}\nbranch=release/1.9\nline=1.9\nreleased=true\npushed=false\nchangelog<<"
    );
    assert!(text.starts_with(&head), "{text}");
}

#[test]
fn a_channel_without_lines_is_released_from_trunk() {
    let mut repo = TestRepo::new();
    let policy = "schema = 1\n[channels.s]\nkind = \"versioned\"\ntag = \"v{version}\"\ncandidate = \"v{version}-rc.{seq}\"\n\
                  version-files = [\"package.json\"]\n";
    let files = [("release.toml", Some(policy)), ("package.json", Some("{ \"version\": \"1.0.0\" }\n"))];
    repo.commit_files("main", "feat: begin", &files);
    repo.tag("v1.0.0", "main");
    repo.commit("main", "feat: more");
    repo.checkout("main");
    let world = World::with(repo);
    let tag = |arguments: &[&str]| json(&world, arguments)["tag"].as_str().unwrap().to_owned();
    assert_eq!(tag(&["release", "main", "--bump", "minor"]), "v1.1.0");
    assert_eq!(world.read("repo/package.json"), "{ \"version\": \"1.1.0\" }\n");
    assert_eq!(tag(&["release", "main", "--bump", "minor"]), "v1.1.0");
    world.git("repo", &["commit", "--quiet", "--allow-empty", "-m", "feat: yet more"]);
    assert_eq!(tag(&["release", "main", "--version", "2.0.0-rc.1"]), "v2.0.0-rc.1");
    assert_eq!(tag(&["release", "main", "--final"]), "v2.0.0");
}

#[test]
fn a_line_known_by_a_label_is_cut_and_released() {
    let mut repo = TestRepo::new();
    let policy = "schema = 1\n[channels.s]\nkind = \"versioned\"\nline = \"stable/{label}\"\ntag = \"{version}\"\n\
                  candidate = \"{version}.0rc{seq}\"\nversioning = \"label\"\n";
    repo.commit_file("main", "feat: begin", "release.toml", policy);
    repo.checkout("main");
    let world = World::with(repo);
    assert_eq!(json(&world, &["cut", "bobcat"])["branch"], "stable/bobcat");
    world.git("repo", &["checkout", "--quiet", "stable/bobcat"]);
    world.git("repo", &["commit", "--quiet", "--allow-empty", "-m", "fix: one"]);
    let refused = world.run(&["release", "bobcat", "--final"]).refused(2);
    assert!(refused.stderr.contains("give it with `--version VERSION`"), "{refused}");
    assert_eq!(json(&world, &["release", "bobcat", "--version", "31.0.0"])["tag"], "31.0.0");
    world.git("repo", &["commit", "--quiet", "--allow-empty", "-m", "fix: two"]);
    assert_eq!(json(&world, &["release", "stable/bobcat", "--bump", "patch"])["tag"], "31.0.1");
}

#[test]
fn a_line_is_cut_from_the_managed_line_that_soaked() {
    let mut repo = TestRepo::new();
    let policy = "schema = 1\n[channels.managed]\nkind = \"continuous\"\nline = \"cloud/v{version}-{build}\"\n\
                  tag = \"v{version}-{build}.{seq}\"\n\n[channels.self-hosted]\nkind = \"versioned\"\n\
                  line = \"release/v{major}.{minor}.x\"\ntag = \"v{version}\"\ngates = { soak = \"7d\" }\n";
    repo.set_date("2025-05-01");
    repo.commit_file("main", "feat: begin", "release.toml", policy);
    repo.branch("cloud/v1.31.0-150", "main");
    repo.tag("v1.31.0-150.0", "cloud/v1.31.0-150");
    let hotfix = repo.commit("cloud/v1.31.0-150", "fix: hot").to_string();
    repo.tag("v1.31.0-150.1", "cloud/v1.31.0-150");
    repo.set_date("2025-05-20");
    repo.commit("main", "feat: more");
    repo.branch("cloud/v1.31.0-151", "main");
    repo.set_date("2025-05-28");
    repo.tag("v1.31.0-151.0", "cloud/v1.31.0-151");
    repo.checkout("main");
    let world = World::with(repo);
    let cut = json(&world, &["cut", "1.31"]);
    assert_eq!((cut["branch"].as_str(), cut["from"].as_str()), (Some("release/v1.31.x"), Some(&*hotfix)));
    let status = json(&world, &["status"]);
    assert_eq!(status["channels"][1]["lines"][0]["from"]["line"], "1.31.0-150");
    let release = json(&world, &["release", "release/v1.31.x", "--final"]);
    assert_eq!((release["tag"].as_str(), release["line"].as_str()), (Some("v1.31.0"), Some("1.31")));
    world.git("repo", &["branch", "elsewhere", "main"]);
    world.git("repo", &["checkout", "--quiet", "elsewhere"]);
    world.git("repo", &["commit", "--quiet", "--allow-empty", "-m", "try"]);
    let run = world.run(&["cut", "1.32", "--at", "elsewhere"]).refused(3);
    assert!(run.stderr.contains("is neither on trunk nor on a managed line"), "{run}");
}

#[test]
fn two_runs_of_one_release_make_it_once() {
    let world = from_trunk();
    world.run(&["cut", "1.9", "--at", "main", "--push"]).succeeded();
    let clone = world.path("second");
    world.git("repo", &["clone", "--quiet", world.path("remote").to_str().unwrap(), clone.to_str().unwrap()]);
    world.run(&["release", "1.9", "--candidate", "--push"]).succeeded();
    let late = world.run_in("second", &[], &["release", "1.9", "--candidate", "--push"]).refused(5);
    assert!(late.stderr.contains("git fetch origin"), "{late}");
    world.git("second", &["fetch", "--quiet", "--tags"]);
    let again = world.run_in("second", &[], &["release", "1.9", "--candidate", "--push"]).succeeded();
    assert!(again.stdout.contains("1.9.0-rc.1 of line 1.9 was released before"), "{again}");
    assert_eq!(world.git("remote", &["tag", "--list", "v*"]), "v1.9.0-rc.1");
}
