//! `deploy record` and `deploy rollback` on the command line: one good case each, what they refuse, and the remote.

use insta::assert_snapshot;
use twintrack::testing::TestRepo;

use crate::support::{World, two_channels};

/// The two channels, with a bare remote that has everything.
fn with_remote() -> (World, TestRepo) {
    let repo = two_channels();
    let remote = TestRepo::bare();
    repo.git(&["remote", "add", "origin", remote.path().to_str().unwrap()]);
    repo.git(&["push", "--quiet", "--mirror", "origin"]);
    repo.git(&["fetch", "--quiet"]);
    (World::with(repo), remote)
}

#[test]
fn a_deploy_is_recorded_and_shown() {
    let world = World::with(two_channels());
    assert_snapshot!(world.run(&["deploy", "record", "-e", "production", "--run", "ci-1"]));
    let list = world.run(&["deploy", "list", "-n1", "--format=json"]).succeeded();
    assert!(list.stdout.contains("deploy/production/2025-06-01.1"), "{list}");
}

#[test]
fn a_deploy_is_a_contract_as_json() {
    let world = World::with(two_channels());
    assert_snapshot!(world.run(&["deploy", "record", "-e", "staging", "--run", "ci-1", "--format", "json"]));
}

#[test]
fn a_dry_run_shows_the_plan_that_the_run_applies() {
    let (world, _remote) = with_remote();
    let arguments = ["deploy", "record", "-e", "production", "--run", "ci-1", "--push"];
    let before = world.git("repo", &["for-each-ref"]);
    let dry = world.run(&[arguments.as_slice(), &["--dry-run", "--format=json"]].concat()).succeeded();
    assert_eq!(world.git("repo", &["for-each-ref"]), before);
    assert!(!world.path("repo/.git/twintrack/lock").exists(), "a dry run writes nothing");
    assert_snapshot!(world.run(&[arguments.as_slice(), &["--dry-run"]].concat()));
    let done = world.run(&[arguments.as_slice(), &["--format=json"]].concat()).succeeded();
    let plan = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap()["plan"].clone();
    assert_eq!(plan(&dry.stdout), plan(&done.stdout));
}

#[test]
fn recording_again_changes_nothing() {
    let (world, remote) = with_remote();
    let arguments = ["deploy", "record", "-e", "production", "--run", "ci-1", "--push", "--format=json"];
    let first = world.run(&arguments).succeeded();
    let refs = (world.git("repo", &["for-each-ref"]), remote.git(&["for-each-ref"]));
    let again = world.run(&arguments).succeeded();
    assert_eq!((world.git("repo", &["for-each-ref"]), remote.git(&["for-each-ref"])), refs);
    let field = |run: &crate::support::Run, name: &str| {
        serde_json::from_str::<serde_json::Value>(&run.stdout).unwrap()[name].clone()
    };
    assert_eq!((field(&first, "created"), field(&again, "created")), (true.into(), false.into()));
    assert_eq!((field(&first, "tag"), field(&first, "pushed")), (field(&again, "tag"), field(&again, "pushed")));
}

#[test]
fn going_back_is_recorded_and_shown() {
    let world = World::with(two_channels());
    world.run(&["deploy", "record", "-e", "production"]).succeeded();
    let arguments = ["deploy", "rollback", "-e", "production", "--reason", "errors at login", "--run", "ci-2"];
    assert_snapshot!(world.run(&arguments));
    let run = world.run(&["deploy", "rollback", "-e", "production"]).refused(3);
    assert!(run.stderr.contains("was rolled back already") && run.stderr.contains("--to TAG"), "{run}");
}

#[test]
fn going_back_is_a_contract_as_json() {
    let world = World::with(two_channels());
    world.run(&["deploy", "record", "-e", "production"]).succeeded();
    let to = "deploy/production/2025-05-20.1";
    let run = world.run(&["deploy", "rollback", "-e", "production", "--to", to, "--run=ci-2", "--format=json"]);
    let shown: serde_json::Value = serde_json::from_str(&run.succeeded().stdout).unwrap();
    assert_eq!(
        (&shown["replaces"], &shown["migrations"]),
        (&"deploy/production/2025-06-01.1".into(), &serde_json::json!([]))
    );
    assert_eq!((&shown["created"], &shown["pushed"], &shown["sequence"]), (&true.into(), &false.into(), &2.into()));
}

#[test]
fn refusals_say_what_to_do() {
    let world = World::with(two_channels());
    for (arguments, code, words) in [
        (["deploy", "record", "--push", "-eproduction"].as_slice(), 2, "git remote add"),
        (&["deploy", "record"], 2, "--environment`: `staging`, `production`"),
        (&["deploy", "record", "-e", "prod"], 2, "`prod` is no environment"),
        (&["deploy", "record", "-e", "staging", "no-such-commit"], 2, "names no commit"),
        (
            &["deploy", "rollback", "-e", "production", "--to", "deploy/production/2020-01-01.1"],
            2,
            "no recorded deploy",
        ),
        (&["deploy", "record", "-e", "staging", "--remote", "origin"], 2, "--push"),
    ] {
        let run = world.run(arguments).refused(code);
        assert!(run.stderr.contains(words), "{run}");
    }
}

#[test]
fn nobody_is_named_as_the_author_only_with_a_hint() {
    let world = World::with(two_channels());
    world.git("repo", &["config", "user.useConfigOnly", "true"]);
    let mut command = world.twintrack("repo");
    for name in ["GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"] {
        command.env_remove(name);
    }
    let output = command.args(["deploy", "record", "-e", "staging"]).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(7), "{stderr}");
    assert!(stderr.contains("git config user.name"), "{stderr}");
}

#[test]
fn a_remote_that_refuses_leaves_everything_as_it_was() {
    let (world, remote) = with_remote();
    remote.git(&["config", "receive.denyCurrentBranch", "refuse"]);
    let hooks = remote.path().join("hooks");
    fs_err::create_dir_all(&hooks).unwrap();
    fs_err::write(hooks.join("pre-receive"), "#!/bin/sh\necho 'deploys are closed' >&2\nexit 1\n").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs_err::set_permissions(hooks.join("pre-receive"), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let before = (world.git("repo", &["for-each-ref"]), remote.git(&["for-each-ref"]));
    let run = world.run(&["deploy", "record", "-e", "production", "--push"]).refused(7);
    assert!(run.stderr.contains("deploys are closed"), "{run}");
    assert_eq!((world.git("repo", &["for-each-ref"]), remote.git(&["for-each-ref"])), before);
}

#[test]
fn a_shallow_clone_without_tags_records_the_right_number() {
    let (world, remote) = with_remote();
    world.run(&["deploy", "record", "-e", "production", "--push"]).succeeded();
    let address = format!("file://{}", remote.path().display());
    world.git("home", &["clone", "--quiet", "--depth=1", "--no-tags", &address, "ci"]);
    world.git("home/ci", &["commit", "--quiet", "--allow-empty", "-m", "feat: more"]);
    world.git("home/ci", &["push", "--quiet", "origin", "main"]);
    let run = world.run_in("home/ci", &[], &["deploy", "record", "-e", "production", "--push"]).succeeded();
    assert!(run.stdout.contains("deploy/production/2025-06-01.2"), "{run}");
    assert!(remote.git(&["tag"]).contains("deploy/production/2025-06-01.2"));
}

#[test]
fn a_shallow_clone_claims_no_version() {
    let (world, remote) = with_remote();
    let address = format!("file://{}", remote.path().display());
    world.git("home", &["clone", "--quiet", "--depth=1", "--no-tags", &address, "ci"]);
    let run = world.run_in("home/ci", &[], &["deploy", "record", "-e", "production", "--push"]).succeeded();
    let short = &remote.git(&["rev-parse", "main"])[..9];
    assert!(run.stdout.starts_with(&format!("{short} is live in production")), "{run}");
    let message = remote.git(&["cat-file", "-p", "deploy/production/2025-06-01.1"]);
    assert!(message.contains(&format!("\nDeploy {short} to production\n")), "{message}");
}

#[test]
fn a_checkout_of_a_tag_fetches_trunk_or_says_how() {
    let (world, remote) = with_remote();
    fs_err::create_dir(world.path("home/ci")).unwrap();
    world.git("home/ci", &["init", "--quiet", "--initial-branch=main"]);
    world.git("home/ci", &["remote", "add", "origin", &format!("file://{}", remote.path().display())]);
    world
        .git("home/ci", &["fetch", "--quiet", "--depth=1", "--no-tags", "origin", "refs/tags/v1.1.0:refs/tags/v1.1.0"]);
    world.git("home/ci", &["checkout", "--quiet", "v1.1.0"]);
    let record = ["deploy", "record", "-e", "production"];
    let run = world.run_in("home/ci", &[], &record).refused(6);
    let command = "`git fetch --depth=1 origin +refs/heads/main:refs/remotes/origin/main`";
    assert!(run.stderr.contains(command), "{run}");
    let run = world.run_in("home/ci", &[], &[record.as_slice(), &["--push"]].concat()).succeeded();
    assert!(run.stdout.starts_with("1.1.0 ("), "{run}");
    assert_eq!(world.git("home/ci", &["rev-list", "--count", "origin/main"]), "1");
    let recorded = remote.git(&["rev-parse", "deploy/production/2025-06-01.1^{}"]);
    assert_eq!(recorded, remote.git(&["rev-parse", "v1.1.0^{}"]));
}

#[test]
fn six_runs_at_once_record_six_deploys() {
    let (world, remote) = with_remote();
    let clones: Vec<String> = (0..6).map(|number| format!("home/{number}")).collect();
    for clone in &clones {
        let name = clone.strip_prefix("home/").unwrap();
        world.git("home", &["clone", "--quiet", &remote.path().display().to_string(), name]);
    }
    let start = |clone: &String| {
        let mut command = world.twintrack(clone);
        command.args(["deploy", "record", "-e", "production", "--push", "--artifact", clone]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let running: Vec<_> = clones.iter().map(start).collect();
    for child in running {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let made = remote.git(&["tag", "-l", "deploy/production/2025-06-01.*"]);
    assert_eq!(made.lines().count(), 6, "{made}");
}

#[test]
fn outputs_go_to_the_step() {
    let world = World::with(two_channels());
    let output = world.path("output");
    let variables = [("GITHUB_OUTPUT", output.to_str().unwrap())];
    world.run_in("repo", &variables, &["deploy", "record", "-e", "production"]).succeeded();
    let text = world.read("output");
    assert!(text.contains("tag=deploy/production/2025-06-01.1\n") && text.contains("created=true\n"), "{text}");
}

#[test]
fn a_freeze_is_recorded_shown_and_thawed() {
    let (world, _remote) = with_remote();
    let freeze =
        ["deploy", "freeze", "-e", "production", "--name", "move", "--reason", "the database moves", "--until=6h"];
    assert_snapshot!(world.run(&[freeze.as_slice(), &["--push"]].concat()));
    let board = world.run(&["status"]).succeeded();
    let words = "\n  frozen: production until 2025-06-01 18:00 UTC (move): the database moves\n";
    assert!(board.stdout.contains(words), "{board}");
    assert_snapshot!(world.run(&["deploy", "record", "-e", "production", "--push"]));
    let record = ["deploy", "record", "-e", "production", "--push", "--run", "ci-1", "--override", "a hole is open"];
    world.run(&record).succeeded();
    assert_snapshot!(world.run(&["deploy", "list", "-n", "2"]));
    assert_snapshot!(world.run(&["deploy", "thaw", "-e", "production", "--push"]));
    let again = world.run(&["deploy", "thaw", "-e", "production", "--push", "--format=json"]).succeeded();
    let shown: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(
        (&shown["created"], &shown["name"], &shown["plan"]["refs"]),
        (&false.into(), &().into(), &serde_json::json!([]))
    );
}

#[test]
fn a_freeze_without_sense_is_refused() {
    let world = World::with(two_channels());
    for (arguments, code, words) in [
        (["deploy", "freeze", "-e", "production", "--reason", "x", "--until", "never"].as_slice(), 2, "a day such as"),
        (
            &["deploy", "freeze", "-e", "production", "--reason", "x", "--until", "2020-01-01"],
            2,
            "over before it begins",
        ),
        (&["deploy", "freeze", "-e", "production", "--reason", "x", "--name", "a/b"], 2, "it holds a slash"),
        (&["deploy", "freeze", "-e", "production", "--reason", " "], 2, "needs a reason"),
        (&["deploy", "freeze", "-e", "prod", "--reason", "x"], 2, "`prod` is no environment"),
        (&["deploy", "thaw", "-e", "production", "holidays"], 2, "there is no freeze `holidays`"),
    ] {
        let run = world.run(arguments).refused(code);
        assert!(run.stderr.contains(words), "{run}");
    }
}
