//! The layouts that exist in the wild.

use super::*;

#[test]
fn trunk_deploys_and_version_lines() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    repo.tag("deploy/staging/2025-01-01.1", "main");
    repo.tag("deploy/production/2025-01-01.1", "main");
    repo.branch("release/1.8", "main");
    repo.tag("v1.8.0-rc.1", "release/1.8");
    repo.tag("v1.8.0", "release/1.8");
    repo.commit("release/1.8", "b");
    repo.tag("v1.8.1", "release/1.8");
    repo.commit("main", "c");
    repo.tag("deploy/production/2025-01-02.10", "main");
    repo.tag("deploy/production/2025-01-02.9", "main");
    let ledger = read(
        &repo,
        &[
            MANAGED,
            "tag = \"deploy/{environment}/{date}.{seq}\"\nenvironments = [\"staging\", \"production\"]\n",
            SELF_HOSTED,
            "line = \"release/{major}.{minor}\"\ntag = \"v{version}\"\ncandidate = \"v{version}-rc.{seq}\"\n",
        ],
    );
    assert_eq!(lines(&ledger, "self-hosted"), ["1.8: 1.8.0-rc.1 1.8.0 1.8.1"]);
    assert_eq!(line(&ledger, "self-hosted", "1.8").latest().unwrap().version.as_str(), "1.8.1");
    assert_eq!(
        deploys(&ledger),
        [
            "staging deploy/staging/2025-01-01.1",
            "production deploy/production/2025-01-01.1",
            "production deploy/production/2025-01-02.9",
            "production deploy/production/2025-01-02.10",
        ]
    );
}

#[test]
fn weekly_tags_on_trunk_and_lts_lines() {
    let mut repo = TestRepo::new();
    for week in 1..=12 {
        repo.commit("main", "work");
        repo.tag(&format!("app-2.{week}"), "main");
    }
    repo.branch("stable-2.9", "app-2.9");
    repo.commit("stable-2.9", "fix");
    repo.tag("app-2.9.1", "stable-2.9");
    let ledger = read(
        &repo,
        &[
            MANAGED,
            "tag = \"app-{major}.{minor}\"\n",
            SELF_HOSTED,
            "line = \"stable-{major}.{minor}\"\ntag = \"app-{major}.{minor}.{patch}\"\n",
        ],
    );
    assert_eq!(lines(&ledger, "self-hosted"), ["2.9: 2.9.1"]);
    assert_eq!(line(&ledger, "self-hosted", "2.9").base, Some(repo.id("app-2.9")));
    let managed = channel(&ledger, "managed");
    let live = managed.live(&managed.environments[0])[0];
    assert_eq!((deploys(&ledger).len(), live.version.as_deref()), (12, Some("2.12")));
}

#[test]
fn managed_lines_with_tags_and_a_self_hosted_line_cut_from_one() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    repo.branch("cloud/v1.31.0-150", "main");
    repo.commit("cloud/v1.31.0-150", "hotfix");
    repo.tag("v1.31.0-150.0", "cloud/v1.31.0-150");
    repo.branch("release/v1.31.x", "cloud/v1.31.0-150");
    repo.commit("release/v1.31.x", "prepare");
    repo.tag("v1.31.0", "release/v1.31.x");
    repo.commit("main", "b");
    repo.branch("cloud/v1.32.0-151", "main");
    repo.tag("v1.32.0-151.0", "cloud/v1.32.0-151");
    repo.commit("cloud/v1.31.0-150", "late hotfix");
    repo.tag("v1.31.0-150.1", "cloud/v1.31.0-150");
    let ledger = read(
        &repo,
        &[
            MANAGED,
            "line = \"cloud/v{version}-{build}\"\ntag = \"v{version}-{build}.{seq}\"\n",
            SELF_HOSTED,
            "line = \"release/v{major}.{minor}.x\"\ntag = \"v{version}\"\n",
        ],
    );
    let managed: Vec<&str> = channel(&ledger, "managed").lines.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(managed, ["1.32.0-151", "1.31.0-150"]);
    let from = line(&ledger, "self-hosted", "1.31").from.clone().unwrap();
    assert_eq!((from.line.as_deref(), from.commit), (Some("1.31.0-150"), repo.id("v1.31.0-150.0")));
    let channel = channel(&ledger, "managed");
    let live: Vec<_> =
        channel.live(&channel.environments[0]).into_iter().map(|deploy| deploy.version.clone().unwrap()).collect();
    assert_eq!(live, ["1.32.0-151.0", "1.31.0-150.1"], "an earlier line that is still deployed to is live, too");
}

#[test]
fn managed_lines_without_tags_are_inferred_live() {
    let mut repo = TestRepo::new();
    for build in 318..=320 {
        repo.commit("main", "work");
        repo.branch(&format!("k{build}"), "main");
    }
    repo.commit("k319", "hotfix after 320 was cut");
    let ledger = read(&repo, &[MANAGED, "line = \"k{build}\"\n"]);
    assert_eq!(deploys(&ledger), ["production ~319", "production ~320"]);
    assert!(channel(&ledger, "managed").deploys.iter().all(|deploy| deploy.recorded_at.is_none()));
}

#[test]
fn branches_named_by_the_number_alone_and_four_part_versions() {
    let mut repo = TestRepo::new();
    repo.commit("trunk", "a");
    repo.branch("3.9", "trunk");
    repo.tag("3.9.0-rc0", "3.9");
    repo.tag("3.9.0", "3.9");
    repo.tag("3.9.0.1", "3.9");
    repo.branch("3.10", "trunk");
    let ledger = read(
        &repo,
        &[SELF_HOSTED, "line = \"{major}.{minor}\"\ntag = \"{version}\"\ncandidate = \"{version}-rc{seq}\"\n"],
    );
    assert_eq!(lines(&ledger, "self-hosted"), ["3.10: ", "3.9: 3.9.0-rc0 3.9.0 3.9.0.1"]);
}

#[test]
fn a_label_that_is_not_the_version_is_decided_by_reachability() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    repo.tag("29.0.0.0rc1", "main");
    repo.branch("stable/zed", "main");
    repo.tag("29.0.0", "stable/zed");
    repo.commit("stable/zed", "fix");
    repo.tag("29.1.0", "stable/zed");
    repo.tag("zed-eol", "stable/zed");
    repo.delete_branch("stable/zed");
    repo.commit("main", "b");
    repo.tag("30.0.0.0b1", "main");
    repo.commit("main", "c");
    repo.branch("stable/2025.1", "main");
    repo.commit("stable/2025.1", "fix");
    repo.tag("30.0.0", "stable/2025.1");
    let ledger = read(
        &repo,
        &[
            SELF_HOSTED,
            "line = \"stable/{label}\"\ntag = \"{version}\"\ncandidate = \"{version}{pre}\"\nversioning = \"label\"\n",
            "stage-tags = { \"{label}-eol\" = \"end-of-life\" }\n",
        ],
    );
    assert_eq!(lines(&ledger, "self-hosted"), ["2025.1: 30.0.0.0b1 30.0.0", "zed: 29.0.0.0rc1 29.0.0 29.1.0"]);
    let closed = line(&ledger, "self-hosted", "zed");
    assert_eq!((closed.stage.as_str(), closed.branch.is_none()), ("end-of-life", true));
}

#[test]
fn conventions_that_changed_give_lines_of_one_kind() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    repo.branch("release-2.2", "main");
    repo.tag("1.0rc1", "main");
    repo.tag("2.2.0", "release-2.2");
    repo.commit("main", "b");
    repo.branch("release-2.5.x", "main");
    repo.tag("v2.5.0-rc.1", "release-2.5.x");
    let ledger = read(
        &repo,
        &[
            SELF_HOSTED,
            "line = [\"release-{major}.{minor}.x\", \"release-{major}.{minor}\"]\ntag = [\"v{version}\", \"{version}\"]\n",
            "candidate = [\"v{version}-rc.{seq}\", \"{version}rc{seq}\"]\n",
        ],
    );
    assert_eq!(lines(&ledger, "self-hosted"), ["2.5: 2.5.0-rc.1", "2.2: 2.2.0", "1.0: 1.0rc1"]);
}

#[test]
fn releases_from_trunk_stand_on_one_line() {
    let mut repo = TestRepo::new();
    repo.commit("main", "a");
    repo.tag("v1.0.0", "main");
    repo.commit("main", "b");
    repo.tag("v1.1.0", "main");
    let ledger = read(&repo, &[SELF_HOSTED, "tag = \"v{version}\"\n"]);
    assert_eq!(lines(&ledger, "self-hosted"), ["main: 1.0.0 1.1.0"]);
}
