//! Where lines begin, what they are cut from, how they end.

use super::*;
use crate::domain::EnvironmentName;
use crate::ledger::{DeployKind, ReleaseKind};

const LINES: &str = "line = \"release/{major}.{minor}\"\ntag = \"v{version}\"\ncandidate = \"v{version}-rc.{seq}\"\n";

#[test]
fn merging_trunk_into_a_line_does_not_move_its_base() {
    let mut repo = TestRepo::new();
    let base = repo.commit("main", "a");
    repo.branch("release/1.0", "main");
    repo.commit("release/1.0", "own");
    repo.commit("main", "b");
    repo.merge("release/1.0", "main", "Merge branch 'main'");
    let ledger = read(&repo, &[SELF_HOSTED, LINES]);
    assert_eq!(line(&ledger, "self-hosted", "1.0").base, Some(base));
}

#[test]
fn merging_a_line_back_into_trunk_does_not_move_its_base() {
    let mut repo = TestRepo::new();
    let base = repo.commit("main", "a");
    repo.branch("release/1.0", "main");
    repo.commit("release/1.0", "own");
    repo.commit("main", "b");
    repo.merge("main", "release/1.0", "Merge branch 'release/1.0'");
    let ledger = read(&repo, &[SELF_HOSTED, LINES]);
    assert_eq!(line(&ledger, "self-hosted", "1.0").base, Some(base));
}

#[test]
fn a_line_cut_where_trunk_changed_its_first_parent_keeps_its_base() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    repo.branch("feature", "main");
    let cut = repo.commit("main", "b");
    repo.branch("release/1.0", "main");
    repo.commit("release/1.0", "own");
    repo.commit("main", "c");
    repo.commit("feature", "d");
    // Trunk goes on with a merge whose first parent is the feature: `b` is then off its first-parent chain.
    repo.merge("feature", "main", "Merge branch 'main' into feature");
    repo.branch("main", "feature");
    let ledger = read(&repo, &[SELF_HOSTED, LINES]);
    assert_eq!(line(&ledger, "self-hosted", "1.0").base, Some(cut));
}

#[test]
fn a_line_without_common_history_has_no_base() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    repo.commit("release/1.0", "unrelated");
    let ledger = read(&repo, &[SELF_HOSTED, LINES]);
    let line = line(&ledger, "self-hosted", "1.0");
    assert_eq!((line.base, line.from.clone()), (None, None));
}

#[test]
fn a_line_cut_from_another_says_so() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    repo.branch("release/1.0", "main");
    let cut = repo.commit("release/1.0", "b");
    repo.branch("release/1.1", "release/1.0");
    repo.commit("release/1.1", "c");
    let ledger = read(&repo, &[SELF_HOSTED, LINES]);
    let from = line(&ledger, "self-hosted", "1.1").from.clone().unwrap();
    assert_eq!((from.line.as_deref(), from.commit), (Some("1.0"), cut));
    assert_eq!(line(&ledger, "self-hosted", "1.0").from.as_ref().unwrap().line, None);
}

#[test]
fn the_lowest_version_that_is_no_candidate_is_general_availability() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    repo.branch("release/1.0", "main");
    for tag in ["v1.0.1-rc.1", "v1.0.1", "v1.0.2", "v1.0.3"] {
        repo.tag(tag, "release/1.0");
    }
    repo.tag("retracted/v1.0.3", "release/1.0");
    let ledger = read(&repo, &[SELF_HOSTED, LINES]);
    let line = line(&ledger, "self-hosted", "1.0");
    let kinds: Vec<ReleaseKind> = line.releases.iter().map(|release| release.kind).collect();
    use ReleaseKind::{Candidate, GeneralAvailability, Patch};
    assert_eq!(kinds, [Candidate, GeneralAvailability, Patch, Patch]);
    assert_eq!(line.latest().unwrap().version.as_str(), "1.0.2", "a retracted release is not the latest");
}

#[test]
fn support_windows_are_counted_from_general_availability() {
    let mut repo = TestRepo::new();
    for (minor, date) in [(0, "2025-01-01"), (1, "2025-06-01"), (2, "2025-08-20"), (3, "2025-08-25")] {
        repo.set_date(date);
        repo.commit("main", "a");
        repo.branch(&format!("release/1.{minor}"), "main");
        repo.tag(&format!("v1.{minor}.0"), "main");
    }
    repo.commit("main", "b");
    repo.branch("release/1.4", "main");
    repo.set_date("2025-09-01");
    let support = "support = { regular = \"2 months\", lts = \"24 months\", security-after = \"1 month\" }\n";
    let lts = "[channels.self-hosted.lines.\"1.0\"]\nkind = \"lts\"\n[channels.self-hosted.lines.\"1.3\"]\nend-of-life = 2025-09-01\n";
    let ledger = read(&repo, &[SELF_HOSTED, LINES, support, lts]);
    let stages: Vec<String> = channel(&ledger, "self-hosted")
        .lines
        .iter()
        .map(|line| format!("{} {} {}", line.name, line.kind.as_str(), line.stage.as_str()))
        .collect();
    assert_eq!(
        stages,
        [
            "1.4 regular active",
            "1.3 regular end-of-life",
            "1.2 regular active",
            "1.1 regular security",
            "1.0 lts active"
        ]
    );
    let window = line(&ledger, "self-hosted", "1.2").support;
    assert_eq!(window.active_until.unwrap().to_rfc3339(), "2025-10-20T01:00:00+00:00");
}

#[test]
fn the_newest_lines_with_a_release_are_active() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    for minor in 0..4 {
        repo.branch(&format!("release/1.{minor}"), "main");
        if minor < 3 {
            repo.tag(&format!("v1.{minor}.0"), "main");
        }
    }
    let ledger = read(&repo, &[SELF_HOSTED, LINES, "support = { newest = 2 }\n"]);
    let stages: Vec<&str> = channel(&ledger, "self-hosted").lines.iter().map(|line| line.stage.as_str()).collect();
    assert_eq!(stages, ["active", "active", "active", "end-of-life"]);
}

#[test]
fn a_rollback_is_live_and_what_it_replaced_is_no_target() {
    let mut repo = TestRepo::new();
    for day in 1..=3 {
        repo.commit("main", "work");
        repo.tag_with(
            &format!("deploy/production/2025-01-0{day}.1"),
            "main",
            "Deploy\n\nBuilt-At: 2025-01-01T00:00:00Z\nRun: ci-7\nArtifact: sha256:00",
        );
    }
    repo.tag_with(
        "deploy/production/2025-01-03.2",
        "deploy/production/2025-01-02.1",
        "Roll back\n\nReplaces: deploy/production/2025-01-03.1",
    );
    let ledger = read(&repo, &[MANAGED, "tag = \"deploy/{environment}/{date}.{seq}\"\n"]);
    let managed = channel(&ledger, "managed");
    let environment = &managed.environments[0];
    let live = managed.live(environment);
    assert_eq!(live.len(), 1);
    assert_eq!((live[0].kind, live[0].commit), (DeployKind::Rollback, repo.id("deploy/production/2025-01-02.1")));
    let target = managed.rollback_target(environment).unwrap();
    assert_eq!(target.tag.as_ref().unwrap().as_str(), "deploy/production/2025-01-01.1");
    assert_eq!((target.run.as_deref(), target.artifact.as_deref()), (Some("ci-7"), Some("sha256:00")));
    assert!(target.built_at.is_some());
}

#[test]
fn an_environment_is_frozen_until_that_freeze_is_thawed_or_over() {
    let mut repo = TestRepo::new();
    let commit = repo.commit("main", "a");
    let mut record = |kind: &str, name: &str| {
        let tag = repo.tag_object(name, commit.object(), "commit", "Year end\n\nReason: audit");
        repo.set_ref(&format!("refs/twintrack/{kind}/production/{name}/{tag}"), tag);
        tag
    };
    record("freeze", "year-end");
    record("freeze", "past.until-20200101T000000Z");
    record("freeze", "soon.until-20300101T000000Z");
    let thawed = record("freeze", "move");
    record("thaw", &thawed.to_string());
    // The name of a freeze that is over can be used again.
    record("freeze", "move");
    let ledger = read(&repo, &[SELF_HOSTED, LINES]);
    let frozen = |environment: &str| {
        let environment = EnvironmentName::new(environment).unwrap();
        crate::ledger::freezes(&ledger.records, None, &environment, repo.now())
    };
    let production = frozen("production");
    let names: Vec<&str> = production.iter().map(|freeze| freeze.name.as_str()).collect();
    assert_eq!(names, ["move", "soon", "year-end"]);
    let last = &production[2];
    assert_eq!((last.by.as_deref(), last.reason.as_deref()), (Some("Ada Example"), Some("audit")));
    assert!(frozen("staging").is_empty());
}
