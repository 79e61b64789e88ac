//! Repositories with commits: what is recognised is what the ledger then reads with the configuration that was written.

use std::collections::BTreeSet;

use chrono::{TimeZone, Utc};

use super::super::{Layout, agree};
use crate::cache::Cache;
use crate::config::{Config, Origin};
use crate::ledger::{Ledger, Sources, Surveyor};
use crate::testing::TestRepo;

/// What the recogniser says and what the ledger says, as text: lines of each channel with branches and counts of
/// releases or deploys.
fn both(repo: &TestRepo) -> (Layout, Vec<String>, Vec<String>) {
    let repository = repo.open();
    let cache = Cache::below(repository.common_dir());
    let snapshot = repository.refs(&[]).unwrap();
    let surveyor = Surveyor { repository: &repository, snapshot: &snapshot, progress: &|_| {}, project: Some("acme") };
    let layout = surveyor.survey(None).unwrap();
    let text = agree::text(&layout.channels);
    let config = Config::read(&text, Origin::Recognised).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    let now = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap();
    let sources =
        Sources { repository: &repository, cache: &cache, snapshot: &snapshot, progress: &|_| {}, also: &[], now };
    let ledger = Ledger::read(config, &sources).unwrap();
    let row =
        |channel: &str, line: &str, branch: Option<&str>| format!("{channel} {line} {}", branch.unwrap_or("gone"));
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut read: BTreeSet<String> = BTreeSet::new();
    for channel in &layout.channels {
        found.extend(channel.lines.iter().map(|line| row(channel.name, &line.name, line.branch.as_deref())));
        found.insert(format!("{} has {}", channel.name, channel.releases));
    }
    for channel in &ledger.channels {
        let name = channel.name.as_str();
        let lines = channel.lines.iter();
        read.extend(lines.map(|line| row(name, &line.name, line.branch.as_ref().map(|branch| branch.as_str()))));
        let releases: usize = channel.lines.iter().map(|line| line.releases.len()).sum();
        let recorded = channel.deploys.iter().filter(|deploy| !deploy.is_inferred).count();
        read.insert(format!("{name} has {}", releases + recorded));
    }
    (layout, found.into_iter().collect(), read.into_iter().collect())
}

#[track_caller]
fn agree(repo: &TestRepo) -> Layout {
    let (layout, found, read) = both(repo);
    assert_eq!(found, read);
    layout
}

/// A line with tags on commits of its own.
fn cut(repo: &mut TestRepo, branch: &str, from: &str, tags: &[&str]) {
    repo.branch(branch, from);
    for tag in tags {
        repo.commit(branch, tag);
        repo.tag(tag, branch);
    }
}

#[test]
fn trunk_deploys_with_lines_whose_branch_is_gone() {
    let mut repo = TestRepo::new();
    for minor in 5..=8 {
        for day in 1..=3 {
            repo.commit("main", "change");
            repo.tag(&format!("deploy/staging/2025-0{minor}-0{day}.1"), "main");
            repo.tag(&format!("deploy/production/2025-0{minor}-0{day}.1"), "main");
        }
        let [first, second] = [format!("v1.{minor}.0"), format!("v1.{minor}.1")];
        repo.tag(&format!("v1.{minor}.0-rc.1"), "main");
        cut(&mut repo, &format!("release/1.{minor}"), "main", &[&first, &second]);
    }
    repo.delete_branch("release/1.5");
    let layout = agree(&repo);
    assert_eq!(layout.channels.len(), 2);
    assert_eq!(layout.channels[1].lines.last().unwrap().branch, None);
}

#[test]
fn lines_cut_from_managed_lines_with_tags_at_their_base() {
    let mut repo = TestRepo::new();
    for build in 150..=153 {
        repo.commit("main", "change");
        let minor = build - 120;
        let cloud = format!("cloud/v1.{minor}.0-{build}");
        cut(&mut repo, &cloud, "main", &[&format!("v1.{minor}.0-{build}.0"), &format!("v1.{minor}.0-{build}.1")]);
        let line = format!("release/v1.{minor}.x");
        repo.branch(&line, &cloud);
        repo.tag(&format!("v1.{minor}.0"), &line);
        cut(&mut repo, &line, &line, &[&format!("v1.{minor}.1")]);
    }
    agree(&repo);
}

#[test]
fn weekly_releases_and_lines() {
    let mut repo = TestRepo::new();
    for week in 1..=12 {
        repo.commit("main", "change");
        repo.tag(&format!("app-2.{week}"), "main");
        if week % 4 == 0 {
            let tags = [format!("app-2.{week}.1"), format!("app-2.{week}.2")];
            cut(&mut repo, &format!("stable-2.{week}"), "main", &[&tags[0], &tags[1]]);
        }
    }
    let layout = agree(&repo);
    assert_eq!(layout.channels[0].tag, ["app-{major}.{minor}"]);
}

#[test]
fn tags_of_a_cadence_beside_stable_lines() {
    let mut repo = TestRepo::new();
    for minor in 1..=4 {
        for week in 1..=3 {
            repo.commit("main", "change");
            repo.tag(&format!("edge-25.{minor}.{week}"), "main");
            repo.pass_days(7);
        }
        let tags = [format!("stable-2.{minor}.0"), format!("stable-2.{minor}.1")];
        cut(&mut repo, &format!("release/stable-2.{minor}"), "main", &[&tags[0], &tags[1]]);
    }
    let layout = agree(&repo);
    assert_eq!(layout.channels[0].tag, ["edge-{version}"]);
    assert_eq!((layout.channels[0].releases, layout.channels[1].releases), (12, 8));
}

#[test]
fn labelled_lines_with_closing_tags() {
    let mut repo = TestRepo::new();
    for (major, label) in [(24, "wallaby"), (25, "xena"), (26, "yoga"), (27, "2025.1")] {
        repo.commit("main", "change");
        repo.tag(&format!("{major}.0.0.0rc1"), "main");
        let branch = format!("stable/{label}");
        cut(&mut repo, &branch, "main", &[&format!("{major}.0.0"), &format!("{major}.0.1")]);
        if label.ends_with('a') {
            repo.tag(&format!("{label}-eol"), &branch);
            repo.delete_branch(&branch);
        }
    }
    repo.delete_branch("stable/wallaby");
    repo.tag("wallaby-eol", "24.0.1");
    let layout = agree(&repo);
    assert_eq!(layout.channels[0].line, ["stable/{label}"]);
}

#[test]
fn numbered_lines_with_closing_tags() {
    let mut repo = TestRepo::new();
    for minor in 4..=8 {
        repo.commit("main", "change");
        let branch = format!("release/1.{minor}");
        cut(&mut repo, &branch, "main", &[&format!("v1.{minor}.0"), &format!("v1.{minor}.1")]);
        if minor < 7 {
            repo.tag(&format!("1.{minor}-eol"), &branch);
        }
        if minor < 6 {
            repo.delete_branch(&branch);
        }
    }
    let layout = agree(&repo);
    assert_eq!(layout.channels[0].stage_tags[0].0, "{major}.{minor}-eol");
}

#[test]
fn deploys_named_by_moment_and_commit() {
    let mut repo = TestRepo::new();
    for day in 1..=4 {
        let commit = repo.commit("main", "change");
        let id = &commit.to_string()[..11];
        repo.tag(&format!("18.3.2025080{day}1200+{id}.{id}"), "main");
        repo.tag(&format!("v18.{day}.0"), "main");
    }
    let layout = agree(&repo);
    assert_eq!(layout.channels[0].tag, ["{major}.{minor}.{date:%Y%m%d%H%M}+{label}"]);
}

#[test]
fn releases_from_trunk_alone() {
    let mut repo = TestRepo::new();
    for minor in 0..3 {
        repo.commit("main", "change");
        repo.tag(&format!("v1.{minor}.0"), "main");
    }
    agree(&repo);
}
