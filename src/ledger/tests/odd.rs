//! What repositories hold that they should not.

use super::*;
use crate::git::ObjectKind;
use crate::ledger::Warning;

const LINES: &str = "line = \"release/{major}.{minor}\"\ntag = \"v{version}\"\n";

#[test]
fn a_tag_that_points_at_a_tree_is_passed_over_and_named() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    let tree = repo.object(ObjectKind::Tree, b"");
    repo.set_ref("refs/tags/v1.0.0", tree);
    let tag = repo.tag_object("v1.0.1", tree, "tree", "odd");
    repo.set_ref("refs/tags/v1.0.1", tag);
    let ledger = read(&repo, &[SELF_HOSTED, LINES]);
    let named: Vec<String> = ledger.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(named.len(), 2, "{named:?}");
    assert!(named[0].contains("`v1.0.0` leads to no commit"), "{named:?}");
    assert!(lines(&ledger, "self-hosted").is_empty());
}

#[test]
fn trunk_that_is_absent_is_refused() {
    let mut repo = TestRepo::new();
    repo.commit("work", "a");
    let error = try_read(&repo, &["[project]\ntrunk = \"main\"\n", SELF_HOSTED, LINES]).unwrap_err();
    assert_eq!(error.to_string(), "trunk `main` is no branch of this repository");
}

#[test]
fn deploys_of_an_environment_that_is_not_listed_are_counted_once() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    repo.tag("deploy/qa/2025-01-01.1", "main");
    repo.tag("deploy/qa/2025-01-01.2", "main");
    let ledger = read(&repo, &[MANAGED, "tag = \"deploy/{environment}/{date}.{seq}\"\n"]);
    assert!(deploys(&ledger).is_empty());
    let count = ledger.warnings.iter().find_map(|warning| match warning {
        Warning::UnknownEnvironment { environment, count, .. } => Some((environment.to_string(), *count)),
        _ => None,
    });
    assert_eq!(count, Some(("qa".to_owned(), 2)));
}

#[test]
fn two_branches_of_one_line_name_are_told_apart() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    repo.branch("v4-21-stable", "main");
    repo.branch("v4-21-test", "main");
    repo.tag("app-4.21.0", "main");
    let ledger = read(
        &repo,
        &[SELF_HOSTED, "line = [\"v{major}-{minor}-stable\", \"v{major}-{minor}-test\"]\ntag = \"app-{version}\"\n"],
    );
    assert_eq!(lines(&ledger, "self-hosted"), ["4-21: 4.21.0", "v4-21-test: "]);
    assert!(ledger.warnings.iter().any(|warning| matches!(warning, Warning::SameLineName { .. })));
}

#[test]
fn the_remotes_copy_of_a_branch_wins_unless_the_local_one_is_ahead() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    repo.branch("release/1.0", "main");
    repo.branch("release/1.1", "main");
    repo.commit("release/1.0", "on the remote");
    repo.track("origin", "release/1.0", "release/1.0");
    repo.branch("release/1.0", "main");
    repo.track("origin", "release/1.1", "main");
    let ahead = repo.commit("release/1.1", "not pushed yet");
    repo.track("origin", "release/1.2", "main");
    let ledger = read(&repo, &[SELF_HOSTED, LINES]);
    assert_eq!(line(&ledger, "self-hosted", "1.0").tip, repo.id("origin/release/1.0"));
    assert_eq!(line(&ledger, "self-hosted", "1.1").tip, ahead);
    assert_eq!(lines(&ledger, "self-hosted"), ["1.2: ", "1.1: ", "1.0: "]);
}

#[test]
fn a_shallow_history_is_said_to_be_cut() {
    let mut repo = TestRepo::new();
    for message in ["a", "b", "c", "d"] {
        repo.commit("main", message);
    }
    let copy = tempfile::tempdir().unwrap();
    let url = format!("file://{}", repo.path().display());
    crate::testing::git(copy.path(), &["clone", "--quiet", "--depth=2", &url, "copy"]);
    let repository = Repository::open(&copy.path().join("copy")).unwrap();
    let ledger = read_at(&repository, &repo, &[SELF_HOSTED, LINES]).unwrap();
    assert_eq!((ledger.graph.len(), ledger.warnings.last()), (2, Some(&Warning::Shallow { count: 1 })));
}

#[test]
fn a_declared_line_that_nothing_shows_is_named() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    let ledger = read(&repo, &[SELF_HOSTED, LINES, "[channels.self-hosted.lines.\"9.9\"]\nkind = \"lts\"\n"]);
    assert!(ledger.warnings.iter().any(|w| matches!(w, Warning::DeclaredLineAbsent { line, .. } if line == "9.9")));
}

#[test]
fn deploys_kept_outside_the_tags_are_found() {
    let mut repo = TestRepo::new();
    let commit = repo.commit("main", "a");
    let tag = repo.tag_object("deploy", commit.object(), "commit", "Deploy");
    repo.set_ref("refs/twintrack/deploy/production/2025-01-01.1", tag);
    repo.set_ref("refs/elsewhere/production/2025-01-02.1", tag);
    let inside = read(&repo, &[MANAGED, "tag = \"refs/twintrack/deploy/{environment}/{date}.{seq}\"\n"]);
    assert_eq!(deploys(&inside), ["production refs/twintrack/deploy/production/2025-01-01.1"]);
    let outside = read(&repo, &[MANAGED, "tag = \"refs/elsewhere/{environment}/{date}.{seq}\"\n"]);
    assert_eq!(deploys(&outside), ["production refs/elsewhere/production/2025-01-02.1"]);
}

#[test]
fn a_pattern_that_fits_nothing_is_named_where_that_is_odd() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    repo.branch("release/1.0", "main");
    let idle = |parts: &[&str]| {
        let ledger = read(&repo, parts);
        let named = ledger.warnings.into_iter().filter_map(|warning| match warning {
            Warning::PatternWithoutMatch { pattern, .. } => Some(pattern),
            Warning::ChannelWithoutMatch { channel } => Some(channel.to_string()),
            _ => None,
        });
        named.collect::<Vec<_>>()
    };
    assert!(idle(&[SELF_HOSTED, LINES]).is_empty(), "a line without a release yet is no fault");
    assert_eq!(idle(&[SELF_HOSTED, "tag = \"app-{version}\"\n"]), ["self-hosted"], "a channel is named once");
    let old = "line = [\"release/{major}.{minor}\", \"rel-{major}.{minor}\"]\ntag = \"v{version}\"\n";
    assert_eq!(idle(&[SELF_HOSTED, old]), ["rel-{major}.{minor}"]);
}
