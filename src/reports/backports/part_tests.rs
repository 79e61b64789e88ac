//! The matrix of some lines read from a part of history must be the one that all of history gives.

use proptest::prelude::*;

use super::tests::{POLICY, change, pick};
use super::{Backports, BackportsRequest, backports, lines_to_read};
use crate::cache::Cache;
use crate::config::{Config, Origin};
use crate::domain::CommitId;
use crate::ledger::{Ledger, Sources};
use crate::reports::HistorySources;
use crate::testing::TestRepo;

/// The matrix, and how many commits it was read from.
pub(super) fn read(repository: &TestRepo, request: &BackportsRequest, part: bool) -> (Backports, usize) {
    read_as(POLICY, repository, request, part)
}

fn read_as(policy: &str, repository: &TestRepo, request: &BackportsRequest, part: bool) -> (Backports, usize) {
    let opened = repository.open();
    let config = Config::read(policy, Origin::Recognised).unwrap();
    let (cache, snapshot) = (tempfile::tempdir().unwrap(), opened.refs(&[]).unwrap());
    let (cache, now) = (Cache::below(cache.path()), repository.now());
    let sources =
        Sources { repository: &opened, cache: &cache, snapshot: &snapshot, progress: &|_| {}, also: &[], now };
    let choose = |outline: &Ledger| -> anyhow::Result<_> { Ok(lines_to_read(outline, request)?) };
    let ledger = match part {
        true => Ledger::read_chosen(config, &sources, choose).unwrap(),
        false => Ledger::read(config, &sources).unwrap(),
    };
    let sources =
        HistorySources { ledger: &ledger, repository: &opened, cache: &cache, threads: 1, progress: &|_| {}, now };
    (backports(sources, request).unwrap(), ledger.graph.len())
}

fn of_line(name: &str) -> BackportsRequest {
    BackportsRequest { lines: vec![name.to_owned()], ..BackportsRequest::default() }
}

/// Trunk with a line after each stretch, a release now and then, and picks, reverts and merges as `steps` say.
fn history(steps: &[(u8, u8)]) -> TestRepo {
    let mut repository = TestRepo::new();
    let mut commits: Vec<CommitId> = vec![change(&mut repository, "main", "feat: start", "start")];
    let mut lines: Vec<String> = Vec::new();
    for (at, (what, which)) in steps.iter().enumerate() {
        repository.pass_days(20 + u64::from(*which % 40));
        let line = lines.get(usize::from(*which) % lines.len().max(1)).cloned();
        match (what % 6, line) {
            (0, _) | (_, None) => {
                let name = format!("release/1.{}", lines.len());
                repository.branch(&name, "main");
                change(&mut repository, &name, "chore: bump", &format!("bump{at}"));
                repository.tag(&format!("v1.{}.0", lines.len()), &name);
                lines.push(name);
            }
            (1, Some(line)) => {
                change(&mut repository, &line, "fix: only here", &format!("only{at}"));
            }
            (2, Some(line)) => {
                let fix = change(&mut repository, "main", &format!("fix: part {at}"), &format!("fix{at}"));
                commits.push(fix);
                pick(&mut repository, &line, fix, &format!("fix: part {at}"));
            }
            (3, Some(line)) => {
                let target = commits[usize::from(*which) % commits.len()];
                let words = format!("Revert \"something\"\n\nThis reverts commit {target}.");
                change(&mut repository, &line, &words, &format!("revert{at}"));
            }
            (4, Some(_)) => {
                repository.branch("topic", "main");
                change(&mut repository, "topic", &format!("feat: topic {at}"), &format!("topic{at}"));
                change(&mut repository, "main", &format!("feat: meanwhile {at}"), &format!("mean{at}"));
                repository.merge("main", "topic", "Merge branch 'topic'");
                repository.delete_branch("topic");
            }
            _ => commits.push(change(&mut repository, "main", &format!("feat: news {at}"), &format!("news{at}"))),
        }
    }
    repository
}

#[test]
fn old_history_is_not_read_for_one_line() {
    let steps: Vec<(u8, u8)> = (0..12).map(|_| (5, 9)).chain([(0, 0), (2, 1), (5, 1), (2, 1)]).collect();
    let repository = history(&[&[(0, 3)], steps.as_slice()].concat());
    let (whole, all) = read(&repository, &of_line("1.1"), false);
    let (part, some) = read(&repository, &of_line("1.1"), true);
    assert_eq!(part, whole);
    assert!(some + 6 < all, "{some} of {all}");
    assert_eq!(part.lines[0].commits.len(), 3);
}

#[test]
fn lines_that_cost_much_are_left_out_before_all_of_them_is_read() {
    let old = |count: usize| -> Vec<(u8, u8)> { (0..count).map(|_| (5, 9)).collect() };
    let mut repository = history(&[&[(0, 3)], old(6).as_slice(), &[(0, 0), (2, 1), (5, 1), (2, 1)]].concat());
    for at in 0..360 {
        repository.pass_days(1);
        change(&mut repository, "release/1.0", "fix: only here", &format!("much{at}"));
    }
    let fix = change(&mut repository, "main", "fix: the newest", "newest");
    pick(&mut repository, "release/1.1", fix, "fix: the newest");
    let (whole, all) = read(&repository, &of_line("1.1"), false);
    let (part, some) = read(&repository, &of_line("1.1"), true);
    assert_eq!(part, whole);
    assert_eq!(part.not_compared, ["1.0"]);
    assert!(some < all - 20, "{some} of {all}");
    assert_eq!(part.lines[0].commits.len(), 4);
}

#[test]
fn deploys_of_a_channel_without_lines_are_not_read_for_one_line() {
    let policy = POLICY.replace("line = \"cloud/{build}\"\n", "").replace("cloud-{build}.{seq}", "build-{build}");
    let steps: Vec<(u8, u8)> = (0..12).map(|_| (5, 9)).chain([(0, 0), (2, 1), (5, 1), (2, 1)]).collect();
    let mut repository = history(&steps);
    for (at, commit) in repository.git(&["rev-list", "--first-parent", "main~4"]).lines().enumerate() {
        repository.tag(&format!("build-{at}"), commit);
    }
    let (whole, all) = read_as(&policy, &repository, &of_line("1.1"), false);
    let (part, some) = read_as(&policy, &repository, &of_line("1.1"), true);
    assert_eq!(part, whole);
    assert!(some + 4 < all, "{some} of {all}");
}

#[test]
fn releases_of_labelled_lines_have_the_dates_of_their_tags() {
    let policy = POLICY
        .replace("release/{major}.{minor}", "stable/{label}")
        .replace("tag = \"v{version}\"", "tag = \"{version}\"\ncandidate = \"{version}{pre}\"\nversioning = \"label\"");
    let mut repository = history(&[(5, 9), (5, 2)]);
    repository.branch("stable/queens", "main");
    let fix = change(&mut repository, "main", "fix: a leak", "leak");
    pick(&mut repository, "stable/queens", fix, "fix: a leak");
    repository.pass_days(11);
    repository.tag("1.0.0", "stable/queens");
    let (whole, _) = read_as(&policy, &repository, &of_line("queens"), false);
    let (part, _) = read_as(&policy, &repository, &of_line("queens"), true);
    assert_eq!(part, whole);
    assert!(whole.changes.iter().any(|change| format!("{change:?}").contains("1.0.0")), "{whole:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn a_part_of_history_tells_the_same(steps in prop::collection::vec((0u8..6, 0u8..60), 8..26)) {
        let repository = history(&steps);
        let count = repository.git(&["branch", "--list", "release/*"]).lines().count();
        for line in [count - 1, count / 2] {
            let request = of_line(&format!("1.{line}"));
            let ((whole, _), (part, _)) = (read(&repository, &request, false), read(&repository, &request, true));
            prop_assert_eq!(part, whole);
        }
    }
}
