//! Repositories that are not as one wishes: each is a clear refusal with its exit code, or an honest warning.

use insta::assert_snapshot;
use twintrack::git::ObjectKind;
use twintrack::testing::TestRepo;

use crate::support::{RELEASE_TOML, World, two_channels};

#[test]
fn a_directory_that_is_no_repository() {
    assert_snapshot!(World::new().run(&["status"]));
}

#[test]
fn a_directory_that_does_not_exist() {
    let run = World::new().run(&["status", "--repo", "gone"]).refused(2);
    assert!(run.stderr.contains("`gone` does not exist"), "{run}");
}

#[test]
fn errors_are_json_where_json_was_asked_for() {
    assert_snapshot!(World::new().run(&["status", "--format", "json"]));
}

#[test]
fn a_repository_without_policy() {
    let mut repo = TestRepo::new();
    repo.commit("main", "chore: begin");
    repo.branch("release-1.0", "main");
    repo.tag("v1.0.0", "release-1.0");
    let world = World::with(repo);
    let run = world.run(&["status"]).succeeded();
    assert!(run.stdout.contains("1.0.0"), "{run}");
    assert!(run.stdout.contains("\nby the recognised layout, not written to a file yet · "), "{run}");
    assert!(run.stderr.starts_with("warning: there is no `release.toml`; the layout was recognised\n"), "{run}");
    assert!(!world.path("repo/release.toml").exists());
}

#[test]
fn a_repository_without_its_trunk() {
    let repo = two_channels();
    repo.write("release.toml", &RELEASE_TOML.replace("\"main\"", "\"trunk\""));
    assert_snapshot!(World::with(repo).run(&["status"]));
}

#[test]
fn policy_that_is_invalid_is_told_finding_by_finding() {
    let repo = two_channels();
    let broken = RELEASE_TOML.replace("kind = \"versioned\"", "kind = \"versoined\"").replace("name =", "nmae =");
    repo.write("release.toml", &broken);
    assert_snapshot!(World::with(repo).run(&["status"]));
}

#[test]
fn policy_that_is_not_there() {
    let run = World::with(two_channels()).run(&["status", "--config", "gone.toml"]).refused(7);
    assert!(run.stderr.contains("cannot read the configuration `gone.toml`"), "{run}");
}

#[test]
fn an_old_checkout_does_not_bring_back_old_policy() {
    let mut repo = two_channels();
    repo.commit_file("main", "chore: rename", "release.toml", &RELEASE_TOML.replace("Acme", "Apex"));
    repo.checkout("release/1.1");
    let world = World::with(repo);
    let run = world.run(&["status"]).succeeded();
    assert!(run.stdout.starts_with("Apex · main at ") && run.stdout.contains("by release.toml of refs/heads/main at "));
    world.git("repo", &["checkout", "--quiet", "-b", "feature", "main"]);
    world.write("repo/release.toml", &RELEASE_TOML.replace("Acme", "Mine"));
    assert!(world.run(&["status"]).succeeded().stdout.starts_with("Mine · "));
}

#[test]
fn a_detached_head_a_bare_clone_and_a_linked_worktree_read_alike() {
    let world = World::with(two_channels());
    let board = world.run(&["status", "--all"]).succeeded().stdout;
    let table = |board: &str| board.lines().take_while(|line| !line.starts_with("by ")).collect::<Vec<_>>().join("\n");
    world.git("repo", &["checkout", "--quiet", "--detach"]);
    assert_eq!(world.run(&["status", "--all"]).succeeded().stdout, board);
    let linked = world.path("linked");
    world.git("repo", &["worktree", "add", "--quiet", linked.to_str().unwrap(), "release/1.1"]);
    assert_eq!(table(&world.run_in("linked", &[], &["status", "--all"]).succeeded().stdout), table(&board));
    world.git(".", &["clone", "--quiet", "--mirror", world.path("repo").to_str().unwrap(), "mirror"]);
    assert_eq!(table(&world.run_in("mirror", &[], &["status", "--all"]).succeeded().stdout), table(&board));
}

#[test]
fn a_shallow_clone_says_that_history_is_cut() {
    let world = World::with(two_channels());
    let address = format!("file://{}", world.path("repo").display());
    world.git(".", &["clone", "--quiet", "--depth=1", "--no-single-branch", &address, "shallow"]);
    let run = world.run_in("shallow", &[], &["describe"]).succeeded();
    assert!(run.stderr.starts_with("warning: history is cut"), "{run}");
    assert!(run.stderr.contains("hint: run `git fetch --unshallow"), "{run}");
    let run = world.run_in("shallow", &[], &["changelog", "--channel", "self-hosted"]).succeeded();
    assert!(run.stderr.contains("the oldest section may lack changes"), "{run}");
    let run = world.run_in("shallow", &[], &["check"]);
    assert!(run.stdout.contains("history is cut here: what lies before was not looked at"), "{run}");
    let run = world.run_in("shallow", &[], &["backports", "--all"]).succeeded();
    assert!(run.stdout.contains("What needs a decision is not known: no line has a commit in common"), "{run}");
    assert!(run.stderr.contains("line-only may have come from before the cut of trunk's history"), "{run}");
}

#[test]
fn a_checkout_of_one_branch_is_not_told_that_names_fit_nothing() {
    let world = World::with(two_channels());
    let told = "no branch and no tag of this repository fits a pattern";
    let address = format!("file://{}", world.path("repo").display());
    world.git(".", &["clone", "--quiet", "--depth=1", "--no-tags", &address, "shallow"]);
    let run = world.run_in("shallow", &[], &["status"]).succeeded();
    assert!(!run.stderr.contains(told), "{run}");
    // Where all of history is here, whoever looks at the board is told, and whoever records a deploy is not.
    world.git(".", &["clone", "--quiet", "--single-branch", "--no-tags", &address, "single"]);
    let run = world.run_in("single", &[], &["status"]).succeeded();
    assert!(run.stderr.contains(told), "{run}");
    let run = world.run_in("single", &[], &["deploy", "record", "-e", "production"]).succeeded();
    assert!(!run.stderr.contains(told), "{run}");
}

#[test]
fn a_partial_clone_reads_without_its_blobs() {
    let world = World::with(two_channels());
    world.git("repo", &["config", "uploadpack.allowFilter", "true"]);
    let address = format!("file://{}", world.path("repo").display());
    world.git(".", &["clone", "--quiet", "--bare", "--filter=blob:none", &address, "partial"]);
    let run = world.run_in("partial", &[], &["status"]).refused(7);
    assert!(run.stderr.contains("is not in this clone") && run.stderr.contains("hint: fetch it"), "{run}");
    world.write("policy.toml", RELEASE_TOML);
    let run = world.run_in("partial", &[], &["status", "--config", "../policy.toml"]).succeeded();
    assert!(run.stdout.contains("1.1.0"), "{run}");
}

#[test]
fn formats_that_cannot_be_read_are_named() {
    let world = World::new();
    for (option, name, words) in [
        ("--object-format=sha256", "sha256", "names its objects by SHA-256"),
        ("--ref-format=reftable", "reftable", "keeps its refs in the format `reftable`"),
    ] {
        // An older git does not know the option, and then there is nothing to refuse.
        if world.try_git(".", &["init", "--quiet", option, name]).status.success() {
            let run = world.run_in(name, &[], &["status"]).refused(7);
            assert!(run.stderr.contains(words) && run.stderr.contains("hint: "), "{run}");
        }
    }
}

#[test]
fn tags_that_lead_to_no_commit_are_passed_over_aloud() {
    let repo = two_channels();
    let world = World::with(repo);
    world.git("repo", &["tag", "v1.1.7", "HEAD^{tree}"]);
    world.write("repo/.git/refs/tags/v1.1.8", &format!("{}\n", "1".repeat(40)));
    let run = world.run(&["status"]).succeeded();
    assert!(run.stderr.contains("tag `v1.1.7` leads to no commit"), "{run}");
    assert!(run.stderr.contains("tag `v1.1.8`") && run.stderr.contains("absent"), "{run}");
    assert!(run.stdout.contains("1.1.0"), "{run}");
}

#[test]
fn messages_that_are_no_text_are_read_all_the_same() {
    let mut repo = two_channels();
    let tip = repo.id("main");
    let tree = repo.git(&["rev-parse", "main^{tree}"]);
    let mut commit = format!("tree {tree}\nparent {tip}\nauthor A <a@b> 1748736000 +0000\n").into_bytes();
    commit.extend(b"committer A <a@b> 1748736000 +0000\n\ncaf\xe9 \x1b[2J\x00\xff\n");
    let id = repo.object(ObjectKind::Commit, &commit);
    repo.set_ref("refs/heads/main", id);
    World::with(repo).run(&["status"]).succeeded();
}

#[test]
fn messages_on_standard_error_are_objects_where_that_was_asked_for() {
    let world = World::with(two_channels());
    world.git("repo", &["tag", "v1.1.7", "HEAD^{tree}"]);
    let run = world.run(&["status", "--log-format=json"]).succeeded();
    let line: serde_json::Value = serde_json::from_str(run.stderr.trim()).unwrap();
    assert_eq!((&line["level"], &line["time"]), (&"warn".into(), &"2025-06-01T12:00:00.000Z".into()), "{run}");
    assert_eq!(world.run(&["status", "--quiet"]).succeeded().stderr, "");
}
