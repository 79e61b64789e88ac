//! The numbers of small real repositories.

use chrono::{DateTime, Utc};

use super::model::{DriftState, Tension, TensionPoint, Times};
use super::{DriftKind, Every, TensionRequest, tension, tension_limits};
use crate::cache::Cache;
use crate::domain::CommitId;
use crate::reports::HistorySources;
use crate::reports::backports::{BackportsRequest, backports};
use crate::reports::changelog::tests::ledger;
use crate::testing::TestRepo;

const DAY: i64 = 86_400;

const BOTH: &str = r#"
schema = 1
[project]
trunk = "main"
[channels.managed]
kind = "continuous"
tag = "deploy/{date}.{seq}"
max-age = "30d"
[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
candidate = "v{version}-rc.{seq}"
[[changes.audience]]
scopes = ["billing"]
channels = ["managed"]
"#;

const MANAGED_LINES: &str = r#"
schema = 1
[project]
trunk = "main"
[channels.managed]
kind = "continuous"
line = "k{build}"
[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
"#;

fn tension_of(repository: &TestRepo, text: &str, request: &TensionRequest) -> Tension {
    let (opened, ledger) = (repository.open(), ledger(repository, text));
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::below(directory.path());
    let now = repository.now();
    let sources =
        HistorySources { ledger: &ledger, repository: &opened, cache: &cache, threads: 1, progress: &|_| {}, now };
    let told = tension(sources, request).unwrap();
    let matrix = backports(sources, &BackportsRequest::default()).unwrap();
    for matrix in [None, Some(&matrix)] {
        let limits = tension_limits(sources, matrix).unwrap().limits;
        assert_eq!(limits, told.limits, "the limits are the same whoever asks");
    }
    told
}

fn monthly(repository: &TestRepo, text: &str) -> Tension {
    tension_of(repository, text, &TensionRequest { every: Some(Every::Month), ..TensionRequest::default() })
}

fn point<'t>(tension: &'t Tension, name: &str) -> &'t TensionPoint {
    tension.series.iter().find(|point| point.name == name).unwrap()
}

fn change(repository: &mut TestRepo, branch: &str, message: &str, file: &str) -> CommitId {
    let lines: String = (1..9).map(|n| format!("line {n} of {file}\n")).collect();
    repository.commit_file(branch, message, file, &lines)
}

/// January: two changes, deployed twice, and 1.0. February: three changes, of which one is a fix that a patch brings, one
/// is for the service alone and one breaks something; deployed once, and once rolled back. March: nothing.
fn both() -> TestRepo {
    let mut repo = TestRepo::new();
    change(&mut repo, "main", "feat: start", "a");
    repo.set_date("2025-01-10");
    repo.tag("deploy/2025-01-10.1", "main");
    repo.set_date("2025-01-12");
    change(&mut repo, "main", "feat: go on", "b");
    repo.set_date("2025-01-20");
    repo.tag("deploy/2025-01-20.1", "main");
    repo.branch("release/1.0", "main");
    repo.tag("v1.0.0", "main");
    repo.set_date("2025-02-01");
    let fix = change(&mut repo, "main", "fix: count no job twice", "c");
    repo.set_date("2025-02-03");
    repo.pick("release/1.0", fix, &format!("fix: count no job twice\n\n(cherry picked from commit {fix})"));
    repo.set_date("2025-02-05");
    repo.tag("v1.0.1", "release/1.0");
    repo.set_date("2025-02-06");
    change(&mut repo, "main", "feat(billing): send a bill", "d");
    repo.set_date("2025-02-07");
    change(&mut repo, "main", "feat!: name the jobs", "e");
    repo.set_date("2025-02-10");
    repo.tag("deploy/2025-02-10.1", "main");
    repo.set_date("2025-02-11");
    repo.tag_with("deploy/2025-02-11.1", "deploy/2025-01-20.1", "Roll back\n\nReplaces: deploy/2025-02-10.1");
    repo.set_date("2025-04-02");
    repo
}

#[test]
fn the_service_is_counted_by_period() {
    let told = monthly(&both(), BOTH);
    let january = &point(&told, "2025-01").service;
    assert_eq!((january.deploys, january.rollbacks, january.lines_cut), (Some(2), Some(0), None));
    assert_eq!(january.deploys_per_week, Some(0.45));
    // From the tenth to the twentieth, and from there to the end of the month.
    assert_eq!(january.oldest_live, Some(12 * DAY));
    assert_eq!(january.from_release_tags, Some(0.5), "the second deploy is what 1.0.0 is");
    assert_eq!(january.lead_time, Some(8 * DAY), "of nine days and eight the lower one is the middle");
    let february = &point(&told, "2025-02").service;
    assert_eq!((february.deploys, february.rollbacks), (Some(1), Some(1)));
    assert_eq!(february.lead_time, None, "what was rolled back did not go live for good");
    assert_eq!(told.now.service.deploys_per_week, Some(0.0));
    assert_eq!(told.now.service.live_age, Some(50 * DAY));
    assert_eq!(told.now.service.times, Some(Times::Recorded));
}

#[test]
fn releases_and_what_waits_for_them_are_counted_by_period() {
    let told = monthly(&both(), BOTH);
    let january = &point(&told, "2025-01").releases;
    assert_eq!((january.releases, january.patches, january.longest_gap), (Some(1), Some(0), None));
    assert_eq!((january.changes_per_release, january.waiting_changes), (Some(2.0), Some(0)));
    let february = &point(&told, "2025-02").releases;
    assert_eq!((february.releases, february.patches), (Some(0), Some(1)));
    // The fix is in 1.0.1, the bill is not for those who install.
    assert_eq!((february.waiting_changes, february.waiting_breaking), (Some(1), Some(1)));
    assert_eq!(february.oldest_waiting, Some(22 * DAY));
    let now = &told.now.releases;
    assert_eq!(now.last.as_ref().map(|version| version.as_str()), Some("1.0.0"));
    assert_eq!((now.since_last, now.last_gap, now.typical_gap), (Some(72 * DAY - 3_600), None, None));
    assert_eq!((now.waiting_changes, now.oldest_waiting), (Some(1), Some(54 * DAY)));
    assert!(now.oldest_waiting_commit.is_some());
}

#[test]
fn what_only_one_side_has_and_how_backports_arrive_is_counted() {
    let told = monthly(&both(), BOTH);
    let february = &point(&told, "2025-02").divergence;
    let counts = february.backports.unwrap();
    assert_eq!((counts.total(), counts.clean, counts.line_first), (1, 1, 0));
    let lag = february.lag.unwrap();
    assert_eq!((lag.count, lag.median, lag.worst), (1, 2 * DAY, 2 * DAY));
    assert_eq!(february.lag_by_kind[0].kind.as_str(), "fixed");
    // What the deploy of February brought was rolled back, so that only 1.0.1 has the fix.
    assert_eq!((february.managed_only, february.self_hosted_only), (Some(0), Some(1)));
    assert_eq!((february.hotfixes, february.line_only_managed, february.line_only_self_hosted), (None, None, Some(0)));
    let line = &told.now.divergence.lag[0];
    assert_eq!((line.line.as_str(), line.kind.as_str(), line.lag.count), ("1.0", "fixed", 1));
}

#[test]
fn what_needs_the_other_channel_is_absent_and_says_why() {
    let self_hosted = BOTH
        .replace("[channels.managed]", "[channels.other]")
        .replace("channels = [\"managed\"]", "channels = [\"other\"]");
    let (before, rest) = self_hosted.split_once("[channels.other]").unwrap();
    let alone = format!("{before}{}", &rest[rest.find("[channels.self-hosted]").unwrap()..]);
    let alone = &alone[..alone.find("[[changes.audience]]").unwrap()];
    let told = monthly(&both(), alone);
    assert_eq!((&told.now.managed, told.now.service.live_age), (&None, None));
    assert!(told.series.iter().all(|point| point.service == Default::default()));
    assert_eq!(told.now.divergence.managed_only, None);
    assert_eq!(told.now.releases.waiting_changes, Some(2), "nobody said that the bill is for others");
    assert!(told.unknown.iter().any(|unknown| unknown.what == "service" && unknown.why.contains("continuous")));
    assert_eq!(told.drifts[0].state, DriftState::Unknown);

    let managed = &BOTH[..BOTH.find("[channels.self-hosted]").unwrap()];
    let told = monthly(&both(), managed);
    assert_eq!((&told.now.self_hosted, told.now.releases.last.as_ref()), (&None, None));
    assert!(told.series.iter().all(|point| point.releases == Default::default()));
    assert!(told.unknown.iter().any(|unknown| unknown.what == "releases" && unknown.why.contains("versioned")));
    assert_eq!(told.now.service.from_release_tags, None);
}

/// Two managed lines. The older one has a fix of trunk that 1.0 has, too, one that only trunk has, one that nobody needs
/// and one that trunk lacks.
fn managed_lines() -> TestRepo {
    let mut repo = TestRepo::new();
    change(&mut repo, "main", "feat: start", "a");
    repo.branch("release/1.0", "main");
    repo.tag("v1.0.0", "main");
    repo.set_date("2025-01-05");
    change(&mut repo, "main", "feat: go on", "b");
    repo.branch("k1", "main");
    let mut picked = Vec::new();
    for (day, name) in [("2025-01-08", "one"), ("2025-01-09", "two"), ("2025-01-10", "three")] {
        repo.set_date(day);
        picked.push(change(&mut repo, "main", &format!("fix: mend {name}"), name));
    }
    repo.set_date("2025-01-12");
    for (fix, name) in picked.iter().zip(["one", "two", "three"]) {
        repo.pick("k1", *fix, &format!("fix: mend {name}\n\n(cherry picked from commit {fix})"));
    }
    repo.pick("release/1.0", picked[0], &format!("fix: mend one\n\n(cherry picked from commit {})", picked[0]));
    repo.set_date("2025-01-13");
    change(&mut repo, "k1", "fix: mend what only this has", "four");
    repo.set_date("2025-02-01");
    change(&mut repo, "main", "feat: yet more", "f");
    repo.branch("k2", "main");
    repo.set_date("2025-03-01");
    repo
}

#[test]
fn fixes_of_managed_lines_that_nobody_else_has_are_named() {
    let repo = managed_lines();
    let refused = repo.id("main");
    let third = repo.git(&["log", "--format=%H", "--grep=mend three", &refused.to_string()]);
    let decided = format!(
        "{MANAGED_LINES}[[changes.decision]]\ncommit = \"{third}\"\nnot-needed = [\"1.0\"]\nbecause = \"never had it\"\n"
    );
    let told = monthly(&repo, &decided);
    let named: Vec<(&str, bool)> = told
        .now
        .divergence
        .hotfixes
        .as_ref()
        .unwrap()
        .iter()
        .map(|fix| (fix.subject.as_str(), fix.origin.is_some()))
        .collect();
    assert_eq!(named, [("fix: mend what only this has", false), ("fix: mend two", true)]);
    let january = &point(&told, "2025-01").divergence;
    assert_eq!((january.hotfixes, january.hotfixes_unmatched, january.line_only_managed), (Some(4), Some(2), Some(1)));
    assert_eq!(told.drifts[2].drift, DriftKind::ChannelsDiverge);
    assert_eq!(told.drifts[2].state, DriftState::Drifting);
    assert!(told.drifts[2].signs[0].starts_with("2 fixes are on managed lines"), "{:?}", told.drifts[2].signs);
    assert!(!told.drifts[2].helps.is_empty());
}

#[test]
fn managed_lines_without_tags_count_as_live_from_where_they_left_trunk() {
    let told = monthly(&managed_lines(), MANAGED_LINES);
    let january = &point(&told, "2025-01").service;
    assert_eq!((january.deploys, january.lines_cut), (None, Some(1)));
    assert_eq!(point(&told, "2025-02").service.lines_cut, Some(1));
    assert_eq!(told.now.service.times, Some(Times::Inferred));
    assert_eq!(told.now.service.live_age, Some(28 * DAY));
    assert!(told.unknown.iter().any(|unknown| unknown.what == "service.deploys_per_week"));
}

#[test]
fn limits_are_held_against_the_numbers_of_today() {
    let limits = r#"
[changes.backport-policy]
fixed = "maintained"
[tension]
min-deploys-per-week = { warn = 2, fail = 1 }
max-release-gap = { warn = "60d", fail = "90d" }
max-waiting-changes = 5
max-waiting-breaking = 0
max-waiting-age = { warn = "50d" }
max-backport-lag = { fixed = "10d", security = "1d" }
"#;
    let told = monthly(&both(), &format!("{}{limits}", BOTH.split("[[changes").next().unwrap()));
    let states: Vec<(&str, &str, bool)> =
        told.limits.iter().map(|limit| (limit.name.as_str(), limit.state, limit.passed)).collect();
    assert_eq!(
        states,
        [
            ("min-deploys-per-week", "fail", false),
            ("max-age", "fail", false),
            ("max-release-gap", "warn", true),
            ("max-waiting-changes", "passed", true),
            ("max-waiting-breaking", "fail", false),
            ("max-waiting-age", "warn", true),
            ("max-backport-lag.fixed", "passed", true),
            ("max-backport-lag.security", "passed", true),
        ]
    );
    let gap = &told.limits[2];
    assert_eq!(
        (gap.value, gap.limit, gap.about.as_deref()),
        (Some((72 * DAY - 3_600) as f64), 90.0 * DAY as f64, Some("since 1.0.0"))
    );
    assert_eq!(gap.words().unwrap(), "no general release for 71 days (since 1.0.0), past 60 days");
    assert!(told.drifts[0].signs[0].starts_with("0 deploys a week over four weeks, fewer than 1"));
}

#[test]
fn releases_that_come_ever_later_and_larger_are_told_of() {
    let mut repo = TestRepo::new();
    let mut day: DateTime<Utc> = "2023-01-01T00:00:00Z".parse().unwrap();
    for (minor, (days, changes)) in [(30, 4), (30, 4), (30, 4), (30, 4), (200, 60), (290, 90)].into_iter().enumerate() {
        repo.set_date(&day.format("%Y-%m-%d").to_string());
        for number in 0..changes {
            repo.commit_file("main", &format!("feat: thing {minor}.{number}"), &format!("{minor}-{number}"), "x\n");
        }
        day += chrono::Duration::days(days);
        repo.set_date(&day.format("%Y-%m-%d").to_string());
        repo.branch(&format!("release/1.{minor}"), "main");
        repo.tag(&format!("v1.{minor}.0"), "main");
    }
    repo.set_date("2024-12-01");
    let told = tension_of(&repo, BOTH, &TensionRequest::default());
    assert_eq!(told.every, Every::Quarter);
    let releases = &told.drifts[1];
    assert_eq!(releases.state, DriftState::Drifting);
    let signs = releases.signs.join("\n");
    assert!(signs.contains("between general releases lately") && signs.contains("brought 75 changes each"), "{signs}");
}

#[test]
fn an_unknown_channel_and_two_of_a_kind_are_refused() {
    let (repo, directory) = (both(), tempfile::tempdir().unwrap());
    let (opened, ledger) = (repo.open(), ledger(&repo, BOTH));
    let cache = Cache::below(directory.path());
    let now = repo.now();
    let sources =
        HistorySources { ledger: &ledger, repository: &opened, cache: &cache, threads: 1, progress: &|_| {}, now };
    let request = TensionRequest { channels: vec!["cloud".to_owned()], ..TensionRequest::default() };
    assert_eq!(tension(sources, &request).unwrap_err().to_string(), "there is no channel `cloud`");
}
