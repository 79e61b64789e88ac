//! Matrices of small real repositories, as short texts.

use super::{Backports, BackportsError, BackportsRequest, CellState, UpstreamState, backports};
use crate::cache::Cache;
use crate::config::{Config, Origin};
use crate::domain::CommitId;
use crate::ledger::{Ledger, Sources};
use crate::reports::HistorySources;
use crate::testing::TestRepo;

pub(super) const POLICY: &str = r#"
schema = 1
[project]
trunk = "main"
[channels.managed]
kind = "continuous"
line = "cloud/{build}"
tag = "cloud-{build}.{seq}"
environments = ["production"]
[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
[changes]
backport-policy = { security = "maintained", fixed = "active" }
upstream-grace = "7d"
"#;

pub(super) fn matrix(
    repository: &TestRepo,
    text: &str,
    request: &BackportsRequest,
) -> Result<Backports, BackportsError> {
    let opened = repository.open();
    let config = Config::read(text, Origin::Recognised).unwrap();
    let (cache, snapshot) = (tempfile::tempdir().unwrap(), opened.refs(&[]).unwrap());
    let cache = Cache::below(cache.path());
    let now = repository.now();
    let sources =
        Sources { repository: &opened, cache: &cache, snapshot: &snapshot, progress: &|_| {}, also: &[], now };
    let ledger = Ledger::read(config, &sources).unwrap();
    let sources =
        HistorySources { ledger: &ledger, repository: &opened, cache: &cache, threads: 1, progress: &|_| {}, now };
    backports(sources, request)
}

pub(super) fn whole(repository: &TestRepo) -> Backports {
    matrix(repository, POLICY, &BackportsRequest::default()).unwrap()
}

fn missing(backports: &Backports) -> Vec<String> {
    let told = |item: &super::Missing| format!("{} on {} by {}", item.text, item.line, item.why.as_str());
    backports.missing.iter().map(told).collect()
}

pub(super) fn holes(holes: &[super::Hole]) -> Vec<String> {
    let since = |hole: &super::Hole| hole.since.clone().unwrap_or_else(|| "unreleased".to_owned());
    let told = |hole: &super::Hole| {
        format!("{} in {} ({}), not in {}", hole.text, hole.in_line, since(hole), hole.missing_from)
    };
    holes.iter().map(told).collect()
}

/// A file of its own for every change, so that picks fit and differences are told apart.
pub(super) fn change(repository: &mut TestRepo, branch: &str, message: &str, file: &str) -> CommitId {
    let content: String = (0..12).map(|line| format!("{file} says {line} of {message}\n")).collect();
    repository.commit_file(branch, message, file, &content)
}

pub(super) fn pick(repository: &mut TestRepo, branch: &str, commit: CommitId, subject: &str) -> CommitId {
    repository.pick(branch, commit, &format!("{subject}\n\n(cherry picked from commit {commit})"))
}

/// Trunk with two lines, 1.8 older than 1.9, each released once.
pub(super) fn two_lines() -> TestRepo {
    let mut repository = TestRepo::new();
    change(&mut repository, "main", "feat: start", "start");
    for (line, tag) in [("1.8", "v1.8.0"), ("1.9", "v1.9.0")] {
        let branch = format!("release/{line}");
        repository.branch(&branch, "main");
        repository.tag(tag, &branch);
        change(&mut repository, "main", &format!("feat: after {line}"), line);
    }
    repository
}

#[test]
fn what_the_policy_wants_and_a_line_lacks_is_missing() {
    let mut repository = two_lines();
    let fix = change(&mut repository, "main", "fix: leak", "leak");
    pick(&mut repository, "release/1.9", fix, "fix: leak");
    change(&mut repository, "main", "fix(security): token\n\nCVE-2026-1234", "token");
    change(&mut repository, "main", "feat: news", "news");
    let backports = whole(&repository);
    assert_eq!(missing(&backports), ["Token on 1.9 by policy", "Token on 1.8 by policy", "Leak on 1.8 by policy"]);
    assert_eq!(holes(&backports.holes), [""; 0]);
}

#[test]
fn a_change_is_wanted_where_its_message_says() {
    let mut repository = two_lines();
    for (file, words) in [
        ("a", "Backport-To: 1.8"),
        ("b", "Cc: stable@example.com # 1.9+"),
        ("c", "Cc: stable@example.com"),
        ("d", "Backport-To: release/1.9"),
        ("e", "Backport-To: 2.0"),
    ] {
        change(&mut repository, "main", &format!("feat: {file}\n\n{words}"), file);
    }
    assert_eq!(
        missing(&whole(&repository)),
        [
            "D on 1.9 by message",
            "C on 1.9 by message",
            "C on 1.8 by message",
            "B on 1.9 by message",
            "A on 1.8 by message"
        ]
    );
}

const NOTE: &str =
    "+++\nkind = \"added\"\nbackport = [\"1.9\"]\nnot-needed = { \"1.8\" = \"never had the code\" }\n+++\nIt counts.\n";

#[test]
fn a_note_says_where_its_change_is_wanted_and_where_not_also_after_it_was_deleted() {
    let mut repository = TestRepo::new();
    repository.commit_file("main", "feat: old", "changes/old.md", NOTE);
    for line in ["1.8", "1.9"] {
        repository.branch(&format!("release/{line}"), "main");
        change(&mut repository, "main", "feat: after it", line);
    }
    repository.commit_files("main", "fix: count", &[("count", Some("1\n2\n3\n")), ("changes/count.md", Some(NOTE))]);
    for is_there in [true, false] {
        if !is_there {
            repository.commit_files("main", "chore: forget the notes", &[("changes/count.md", None)]);
        }
        let backports = whole(&repository);
        assert_eq!(missing(&backports), ["Count on 1.9 by note"]);
        let [item] = backports.not_needed.as_slice() else { panic!("{:?}", backports.not_needed) };
        assert_eq!((item.line.as_str(), item.because.as_str()), ("1.8", "never had the code"));
        assert_eq!(item.place, "changes/count.md");
    }
}

#[test]
fn a_note_says_what_kind_its_change_is_and_whom_it_matters_to() {
    for (message, front, expected) in [
        ("fix: leak", "kind = \"security\"", &["security on 1.9", "security on 1.8"][..]),
        ("feat: leak", "kind = \"fixed\"", &["fixed on 1.9", "fixed on 1.8"]),
        ("fix: leak", "kind = \"changed\"", &[]),
        ("fix: leak", "kind = \"fixed\"\nchannels = [\"managed\"]", &[]),
    ] {
        let mut repository = two_lines();
        let note = format!("+++\n{front}\n+++\nTokens no longer leak.\n");
        let files = [("leak", Some("1\n2\n3\n")), ("changes/leak.md", Some(note.as_str()))];
        repository.commit_files("main", message, &files);
        let told = |item: &super::Missing| format!("{} on {}", item.kind.as_str(), item.line);
        let found: Vec<String> = whole(&repository).missing.iter().map(told).collect();
        assert_eq!(found, expected, "{front}");
    }
}

#[test]
fn a_decision_settles_what_is_missing_and_what_a_commit_is() {
    let mut repository = two_lines();
    let fix = change(&mut repository, "main", "fix: leak", "leak");
    let other = change(&mut repository, "main", "fix: other", "other");
    let own = change(&mut repository, "release/1.9", "fix: rewritten by hand", "hand");
    let odd = change(&mut repository, "release/1.9", "fix: only here", "here");
    let text = format!(
        "{POLICY}\n[[changes.decision]]\ncommit = \"{fix}\"\nnot-needed = [\"1.8\"]\nbecause = \"no leak there\"\n\
         [[changes.decision]]\ncommit = \"{own}\"\norigin = [\"{other}\"]\n\
         [[changes.decision]]\ncommit = \"{odd}\"\nline-only = true\nbecause = \"old compiler\"\n"
    );
    let backports = matrix(&repository, &text, &BackportsRequest::default()).unwrap();
    assert_eq!(missing(&backports), ["Other on 1.8 by policy", "Leak on 1.9 by policy"]);
    assert!(backports.upstream_first.is_empty(), "{:?}", backports.upstream_first);
    let commits = &backports.lines[0].commits;
    assert_eq!(commits[0].because.as_deref().map(|words| words.starts_with("old compiler")), Some(true));
    assert_eq!(commits[1].origins[0].commit, other);
    assert_eq!(holes(&backports.holes), [""; 0]);
}

#[test]
fn what_an_older_line_has_and_a_newer_one_lacks_is_a_hole() {
    let mut repository = two_lines();
    let feature = change(&mut repository, "main", "feat: export", "export");
    pick(&mut repository, "release/1.8", feature, "feat: export");
    repository.tag("v1.8.1", "release/1.8");
    let newer = change(&mut repository, "main", "feat: import", "import");
    pick(&mut repository, "release/1.9", newer, "feat: import");
    let backports = whole(&repository);
    assert_eq!(holes(&backports.holes), ["Export in 1.8 (1.8.1), not in 1.9"]);
    assert_eq!(backports.lines[0].counts.holes, 1);
    let states = |subject: &str| -> Vec<CellState> {
        let change = backports.changes.iter().find(|change| change.text == subject).unwrap();
        change.cells.iter().map(|cell| cell.state).collect()
    };
    assert_eq!(states("Export"), [CellState::Hole, CellState::Present]);
    assert_eq!(states("Import"), [CellState::Present, CellState::Absent]);
    // One line alone is still held against the others.
    let one = BackportsRequest { lines: vec!["release/1.9".to_owned()], ..BackportsRequest::default() };
    let backports = matrix(&repository, POLICY, &one).unwrap();
    assert_eq!(holes(&backports.holes), ["Export in 1.8 (1.8.1), not in 1.9"]);
    assert_eq!(backports.lines.len(), 1);
    assert_eq!(backports.changes[0].cells.len(), 1);
}

#[test]
fn a_line_that_is_over_is_not_asked_about() {
    let mut repository = two_lines();
    let feature = change(&mut repository, "main", "fix: export", "export");
    pick(&mut repository, "release/1.8", feature, "fix: export");
    let text = POLICY.replace("tag = \"v{version}\"", "tag = \"v{version}\"\nsupport = { newest = 1 }");
    let backports = matrix(&repository, &text, &BackportsRequest::default()).unwrap();
    assert_eq!((missing(&backports).len(), holes(&backports.holes).len()), (1, 0));
    assert_eq!(backports.lines.len(), 1);
    let all = BackportsRequest { all: true, ..BackportsRequest::default() };
    let backports = matrix(&repository, &text, &all).unwrap();
    let maintained: Vec<bool> = backports.lines.iter().map(|line| line.maintained).collect();
    assert_eq!((maintained, holes(&backports.holes).len()), (vec![true, false], 0));
}

#[test]
fn a_revert_takes_a_change_away_and_a_revert_of_it_brings_it_back() {
    let mut repository = two_lines();
    let fix = change(&mut repository, "main", "fix: leak", "leak");
    for line in ["release/1.8", "release/1.9"] {
        pick(&mut repository, line, fix, "fix: leak");
    }
    let revert = |repository: &mut TestRepo, target: CommitId, subject: &str| {
        let subject = format!("Revert \"{subject}\"\n\nThis reverts commit {target}.");
        repository.commit_files("release/1.9", &subject, &[("leak", None)])
    };
    let target = repository.id("release/1.9");
    let turn = revert(&mut repository, target, "fix: leak");
    let backports = whole(&repository);
    assert_eq!(missing(&backports), ["Leak on 1.9 by policy"]);
    assert_eq!(backports.missing[0].reverted_by, Some(turn));
    assert_eq!(backports.holes[0].reverted_by, Some(turn));
    assert_eq!(backports.lines[0].commits[1].reverted_by, Some(turn));
    assert_eq!(backports.lines[0].commits[0].reverts, Some(target));
    let subject = format!("Revert \"Revert \"fix: leak\"\"\n\nThis reverts commit {turn}.");
    change(&mut repository, "release/1.9", &subject, "leak");
    let backports = whole(&repository);
    assert!(backports.missing.is_empty() && backports.holes.is_empty(), "{backports:?}");
}

#[test]
fn what_trunk_took_back_is_wanted_nowhere_and_its_revert_is_followed() {
    let mut repository = two_lines();
    let fix = change(&mut repository, "main", "fix: leak", "leak");
    pick(&mut repository, "release/1.8", fix, "fix: leak");
    let words = format!("Revert \"fix: leak\"\n\nThis reverts commit {fix}.");
    let revert = repository.commit_files("main", &words, &[("leak", None)]);
    let backports = whole(&repository);
    assert!(backports.missing.is_empty() && backports.holes.is_empty(), "{backports:?}");
    let [item] = backports.follow_up_missing.as_slice() else { panic!("{:?}", backports.follow_up_missing) };
    assert_eq!((item.origin, item.of, item.line.as_str(), item.follow_up.as_str()), (revert, fix, "1.8", "revert"));
}

#[test]
fn the_repair_of_a_carried_change_is_missed_where_the_change_is_and_only_there() {
    let mut repository = two_lines();
    let feature = change(&mut repository, "main", "feat: export", "export");
    pick(&mut repository, "release/1.8", feature, "feat: export");
    let fixes = format!("fix: export of nothing\n\nFixes: {} (\"feat: export\")", &feature.to_string()[..12]);
    let repair = change(&mut repository, "main", &fixes, "nothing");
    let backports = whole(&repository);
    assert_eq!(missing(&backports), ["Export of nothing on 1.8 by policy"]);
    let lines: Vec<&str> = backports.follow_up_missing.iter().map(|item| item.line.as_str()).collect();
    assert_eq!(lines, ["1.8"]);
    pick(&mut repository, "release/1.8", repair, "fix: export of nothing");
    assert!(whole(&repository).follow_up_missing.is_empty());
}

#[test]
fn a_fix_of_a_line_belongs_on_trunk() {
    let mut repository = two_lines();
    change(&mut repository, "release/1.8", "fix: shipped", "shipped");
    repository.tag("v1.8.1", "release/1.8");
    repository.pass_days(10);
    change(&mut repository, "release/1.8", "fix: fresh", "fresh");
    repository.tag("v1.8.2", "release/1.8");
    change(&mut repository, "release/1.8", "fix: waiting", "waiting");
    change(&mut repository, "release/1.8", "chore: no news", "none");
    change(&mut repository, "main", "feat: go on", "on");
    let told: Vec<(String, UpstreamState, Option<String>)> =
        whole(&repository).upstream_first.into_iter().map(|item| (item.text, item.state, item.since)).collect();
    assert_eq!(
        told,
        [
            ("Shipped".to_owned(), UpstreamState::Overdue, Some("1.8.1".to_owned())),
            ("Fresh".to_owned(), UpstreamState::Grace, Some("1.8.2".to_owned())),
            ("Waiting".to_owned(), UpstreamState::Unreleased, None),
        ]
    );
}

#[test]
fn a_fix_of_code_that_trunk_removed_is_suggested_for_the_line_alone() {
    let mut repository = TestRepo::new();
    repository.commit_file("main", "feat: start", "old", "1\n2\n3\n");
    repository.branch("release/1.8", "main");
    repository.commit_files("main", "refactor: drop the old one", &[("old", None), ("new", Some("new\n"))]);
    repository.commit_file("release/1.8", "fix: old one", "old", "1\n2\n4\n");
    repository.commit_file("release/1.8", "fix: newcomer", "other", "another text\n");
    let told: Vec<(String, bool)> =
        whole(&repository).upstream_first.into_iter().map(|item| (item.text, item.suggestion.is_some())).collect();
    assert_eq!(told, [("Newcomer".to_owned(), false), ("Old one".to_owned(), true)]);
}

#[test]
fn a_change_that_reached_the_line_first_is_told_as_such() {
    let mut repository = two_lines();
    let fix = change(&mut repository, "release/1.8", "fix: embargoed", "secret");
    repository.pick("main", fix, &format!("fix: embargoed\n\n(cherry picked from commit {fix})"));
    let backports = whole(&repository);
    let commit = &backports.lines[1].commits[0];
    assert!(commit.line_first && commit.class.as_str() == "backport", "{commit:?}");
    assert!(backports.upstream_first.is_empty());
}

#[test]
fn a_merge_and_its_commits_are_one_change_that_a_line_may_have_in_part() {
    let mut repository = two_lines();
    repository.branch("topic", "main");
    let first = change(&mut repository, "topic", "fix: one half", "one");
    change(&mut repository, "topic", "fix: other half", "two");
    let merge = repository.merge("main", "topic", "Merge pull request #12 from someone/topic\n\nfix: both halves");
    pick(&mut repository, "release/1.9", first, "fix: one half");
    let backports = whole(&repository);
    assert_eq!(missing(&backports), ["Both halves on 1.9 by policy", "Both halves on 1.8 by policy"]);
    let [newer, older] = backports.missing.as_slice() else { panic!("{:?}", backports.missing) };
    assert_eq!((newer.origin, newer.present, newer.commits.len(), older.present), (merge, 1, 2, 0));
}

#[test]
fn a_hotfix_of_a_managed_line_is_asked_for_on_self_hosted_ones() {
    let mut repository = two_lines();
    repository.branch("cloud/150", "main");
    let fix = change(&mut repository, "main", "fix: leak", "leak");
    change(&mut repository, "cloud/149", "feat: root of its own", "own");
    pick(&mut repository, "cloud/150", fix, "fix: leak");
    repository.tag("cloud-150.1", "cloud/150");
    let backports = whole(&repository);
    let since = backports.hotfixes[0].since.clone().unwrap();
    let expected = ["1.9", "1.8"].map(|line| format!("Leak in 150 ({since}), not in {line}"));
    assert_eq!(holes(&backports.hotfixes), expected);
    assert_eq!(backports.notices.len(), 1, "{:?}", backports.notices);
}

#[test]
fn merging_upward_leaves_nothing_to_backport() {
    let mut repository = TestRepo::new();
    change(&mut repository, "main", "feat: start", "start");
    repository.branch("release/1.8", "main");
    change(&mut repository, "main", "feat: next", "next");
    change(&mut repository, "release/1.8", "fix: leak", "leak");
    repository.merge("main", "release/1.8", "Merge branch 'release/1.8'");
    let backports = whole(&repository);
    assert!(backports.lines[0].commits.is_empty() && backports.changes.is_empty(), "{backports:?}");
    assert!(backports.missing.is_empty() && backports.upstream_first.is_empty(), "{backports:?}");
}

#[test]
fn what_is_asked_for_must_exist() {
    let repository = two_lines();
    let ask = |channel: Option<&str>, line: &str| {
        let request = BackportsRequest {
            channel: channel.map(str::to_owned),
            lines: vec![line.to_owned()],
            ..BackportsRequest::default()
        };
        let error = matrix(&repository, POLICY, &request).unwrap_err();
        (error.to_string(), error.hints().join("; "), error.is_usage())
    };
    let known = "known lines: `1.9`, `1.8`".to_owned();
    assert_eq!(ask(None, "2.0").0, "there is no line `2.0`");
    assert_eq!(ask(None, "1.7").1, format!("did you mean `1.9`?; {known}"));
    let dashed = BackportsRequest { lines: vec!["1-9".to_owned()], ..BackportsRequest::default() };
    assert_eq!(matrix(&repository, POLICY, &dashed).unwrap().lines[0].name, "1.9");
    assert!(ask(Some("hosted"), "1.9").0.starts_with("there is no channel `hosted`"));
    assert_eq!(ask(Some("managed"), "1.9").0, "there is no line `1.9` in channel `managed`");
}

#[test]
fn only_what_is_new_or_missing_can_be_asked_for() {
    let mut repository = two_lines();
    let old = change(&mut repository, "main", "fix: old", "old");
    pick(&mut repository, "release/1.8", old, "fix: old");
    repository.pass_days(5);
    let since = Some(repository.now());
    change(&mut repository, "main", "fix: new", "new");
    let recent = BackportsRequest { since, ..BackportsRequest::default() };
    let backports = matrix(&repository, POLICY, &recent).unwrap();
    assert_eq!(missing(&backports), ["New on 1.9 by policy", "New on 1.8 by policy"]);
    assert!(backports.holes.is_empty() && backports.lines[1].commits.is_empty());
    let alone = BackportsRequest { missing: true, ..BackportsRequest::default() };
    let backports = matrix(&repository, POLICY, &alone).unwrap();
    assert_eq!((backports.missing.len(), backports.holes.len(), backports.changes.len()), (3, 0, 2));
}
