//! Changelogs of small real repositories, as short texts.

use proptest::prelude::*;

use super::{Changelog, ChangelogError, ChangelogReader, ChangelogSpan};
use crate::cache::Cache;
use crate::config::{Config, Origin};
use crate::domain::CommitId;
use crate::ledger::{Ledger, Sources};
use crate::testing::TestRepo;

pub const BOTH: &str = r#"
schema = 1
[project]
trunk = "main"
[channels.managed]
kind = "continuous"
tag = "deploy/{environment}/{date}.{seq}"
environments = ["staging", "production"]
[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
candidate = "v{version}-rc.{seq}"
[[changes.audience]]
scopes = ["billing"]
channels = ["managed"]
"#;

/// The repository as a configuration describes it, as of its own clock.
pub fn ledger(repository: &TestRepo, text: &str) -> Ledger {
    let opened = repository.open();
    let config = Config::read(text, Origin::Recognised).unwrap();
    let (cache, snapshot) = (tempfile::tempdir().unwrap(), opened.refs(&[]).unwrap());
    let cache = Cache::below(cache.path());
    let sources = Sources {
        repository: &opened,
        cache: &cache,
        snapshot: &snapshot,
        progress: &|_| {},
        also: &[],
        now: repository.now(),
    };
    Ledger::read(config, &sources).unwrap()
}

/// `== name (since previous)`, then `kind: text [first self-hosted]` and `why: text [shipped in]`.
pub fn told(changelog: &Changelog) -> Vec<String> {
    let mut lines = Vec::new();
    for section in &changelog.sections_of {
        let release = &section.release;
        let tag = release.tag.as_ref().map_or("Unreleased", |tag| tag.as_str());
        lines.push(format!("== {tag} since {}", release.previous.as_deref().unwrap_or("the beginning")));
        for (kind, entry) in section.entries() {
            let since = entry.first_self_hosted.as_ref().map_or("-", |version| version.as_str());
            lines.push(format!("{kind}: {} [{since}]", entry.text));
        }
        for item in &section.left_out {
            let why = serde_json::to_value(item.why).unwrap();
            let shipped = item.shipped_in.as_deref().unwrap_or("-");
            lines.push(format!("{}: {} [{shipped}]", why.as_str().unwrap(), item.text));
        }
    }
    lines
}

fn changelog(repository: &TestRepo, channel: &str, span: &ChangelogSpan) -> Vec<String> {
    compared(repository, BOTH, channel, span)
}

/// What is told when contents are compared, and again when that is remembered.
pub fn compared(repository: &TestRepo, text: &str, channel: &str, span: &ChangelogSpan) -> Vec<String> {
    let ledger = ledger(repository, text);
    let (opened, directory) = (repository.open(), tempfile::tempdir().unwrap());
    let cache = Cache::below(directory.path());
    let read = || {
        ChangelogReader::new(&ledger)
            .with_contents(&opened, &cache, repository.now().date_naive())
            .unwrap()
            .changelog(channel, span)
            .unwrap()
    };
    let found = read();
    assert_eq!(read(), found);
    told(&found)
}

/// Two lines: 1.8 with a candidate and two patches, one of them a pick from trunk, 1.9 with its first release.
fn two_lines() -> TestRepo {
    let mut repository = TestRepo::new();
    repository.commit("main", "feat: start");
    repository.tag("deploy/production/2025-01-01.1", "main");
    repository.branch("release/1.8", "main");
    repository.commit("release/1.8", "chore: version 1.8.0");
    repository.tag("v1.8.0-rc.1", "release/1.8");
    repository.commit("release/1.8", "fix: last thing");
    repository.tag("v1.8.0", "release/1.8");
    let fix = repository.commit("main", "fix: leak (#7)");
    repository.commit("main", "feat(billing): invoices");
    repository.commit("release/1.8", &format!("fix: leak (#7)\n\n(cherry picked from commit {fix})"));
    repository.tag("v1.8.1", "release/1.8");
    repository.tag("deploy/production/2025-01-02.1", "main");
    let bad = repository.commit("main", "feat: bad idea");
    repository.commit("main", &format!("Revert \"feat: bad idea\"\n\nThis reverts commit {bad}."));
    repository.commit("main", "feat: new thing");
    repository.branch("release/1.9", "main");
    repository.tag("v1.9.0-rc.1", "release/1.9");
    repository.commit("release/1.9", "fix: new thing");
    repository.tag("v1.9.0", "release/1.9");
    repository.commit("main", "feat: for later");
    repository
}

#[test]
fn a_versioned_channel_tells_what_its_reader_does_not_have() {
    let repository = two_lines();
    assert_eq!(
        changelog(&repository, "self-hosted", &ChangelogSpan::History),
        [
            "== Unreleased since 1.9.0",
            "added: For later [-]",
            "== v1.9.0 since 1.8.1",
            "added: New thing [1.9.0]",
            "fixed: New thing [1.9.0]",
            "reverted: Revert \"Bad idea\" [-]",
            "reverted: Bad idea [-]",
            "audience: Invoices [-]",
            "shipped-before: Leak [1.8.1]",
            "== v1.8.1 since 1.8.0",
            "fixed: Leak [1.8.1]",
            "== v1.8.0 since the beginning",
            "added: Start [1.8.0]",
            "fixed: Last thing [1.8.0]",
            "internal: Version 1.8.0 [-]",
        ]
    );
}

#[test]
fn a_candidate_is_told_since_the_one_before_and_its_release_adds_them_up() {
    let repository = two_lines();
    let span = ChangelogSpan::Release("1.9.0-rc.1".into());
    let candidate = changelog(&repository, "self-hosted", &span);
    assert_eq!(candidate[..2], ["== v1.9.0-rc.1 since 1.8.1", "added: New thing [1.9.0]"]);
    let span = ChangelogSpan::Release("v1.8.0".into());
    assert_eq!(changelog(&repository, "self-hosted", &span)[0], "== v1.8.0 since the beginning");
    let ledger = ledger(&repository, BOTH);
    let report = ChangelogReader::new(&ledger).changelog("self-hosted", &span).unwrap();
    assert_eq!(report.sections_of[0].release.candidates[0].as_str(), "1.8.0-rc.1");
}

#[test]
fn a_retracted_release_is_not_where_a_reader_comes_from() {
    let mut repository = two_lines();
    repository.tag("retracted/v1.8.1", "v1.8.1");
    repository.commit("release/1.8", "fix: leak again");
    repository.tag("v1.8.2", "release/1.8");
    let found = changelog(&repository, "self-hosted", &ChangelogSpan::Line("release/1.8".into()));
    assert_eq!(found[..3], ["== v1.8.2 since 1.8.0", "fixed: Leak again [1.8.2]", "fixed: Leak [1.9.0]"]);
}

#[test]
fn a_line_begins_with_what_is_unreleased() {
    let mut repository = two_lines();
    repository.commit("release/1.9", "fix: waiting");
    let found = changelog(&repository, "self-hosted", &ChangelogSpan::Line("1.9".into()));
    assert_eq!(found[..3], ["== Unreleased since 1.9.0", "fixed: Waiting [-]", "== v1.9.0 since 1.8.1"]);
}

#[test]
fn a_continuous_channel_tells_what_went_live_for_the_first_time() {
    let mut repository = two_lines();
    repository.tag("deploy/production/2025-01-03.1", "main");
    repository.tag_with(
        "deploy/production/2025-01-03.2",
        "deploy/production/2025-01-02.1",
        "Roll back\n\nReplaces: deploy/production/2025-01-03.1",
    );
    repository.tag("deploy/production/2025-01-03.3", "main");
    repository.tag("deploy/staging/2025-01-04.1", "main");
    assert_eq!(
        changelog(&repository, "managed", &ChangelogSpan::History),
        [
            "== deploy/production/2025-01-03.3 since deploy/production/2025-01-03.2",
            "== deploy/production/2025-01-03.2 since deploy/production/2025-01-03.1",
            "== deploy/production/2025-01-03.1 since deploy/production/2025-01-02.1",
            "added: For later [-]",
            "added: New thing [1.9.0]",
            "reverted: Revert \"Bad idea\" [-]",
            "reverted: Bad idea [-]",
            "== deploy/production/2025-01-02.1 since deploy/production/2025-01-01.1",
            "added: Invoices [1.9.0]",
            "fixed: Leak [1.8.1]",
            "== deploy/production/2025-01-01.1 since the beginning",
            "added: Start [1.8.0]",
        ]
    );
}

#[test]
fn deploys_of_lines_that_are_live_side_by_side_are_ordered_by_time() {
    let mut repository = TestRepo::new();
    repository.commit("main", "feat: start");
    repository.branch("cloud/1.0-1", "main");
    let fix = repository.commit("main", "fix: leak");
    repository.branch("cloud/1.0-2", "main");
    repository.tag("v1.0-1.0", "cloud/1.0-1");
    repository.tag("v1.0-2.0", "cloud/1.0-2");
    repository.commit("cloud/1.0-1", &format!("fix: leak\n\n(cherry picked from commit {fix})"));
    repository.tag("v1.0-1.1", "cloud/1.0-1");
    let text = "schema = 1\n[project]\ntrunk = \"main\"\n[channels.managed]\nkind = \"continuous\"\n\
                line = \"cloud/{version}-{build}\"\ntag = \"v{version}-{build}.{seq}\"\n";
    let ledger = ledger(&repository, text);
    let found = told(&ChangelogReader::new(&ledger).changelog("managed", &ChangelogSpan::History).unwrap());
    assert_eq!(
        found,
        [
            "== v1.0-1.1 since v1.0-1.0",
            "shipped-before: Leak [v1.0-2.0]",
            "== v1.0-2.0 since v1.0-1.0",
            "fixed: Leak [-]",
            "== v1.0-1.0 since the beginning",
            "added: Start [-]",
        ]
    );
}

#[test]
fn rules_by_path_need_the_files() {
    let mut repository = TestRepo::new();
    repository.commit_file("main", "feat: invoices", "billing/a", "1");
    repository.commit_file("main", "feat: tidy", "tools/a", "1");
    repository.commit_files("main", "feat: both", &[("tools/a", Some("2")), ("core/a", Some("2"))]);
    let text = "schema = 1\n[project]\ntrunk = \"main\"\n[channels.managed]\nkind = \"continuous\"\n\
                tag = \"deploy/{date}.{seq}\"\n[channels.self-hosted]\nkind = \"versioned\"\ntag = \"v{version}\"\n\
                [changes.internal]\npaths = [\"tools/**\"]\n\
                [[changes.audience]]\npaths = [\"billing/**\"]\nchannels = [\"managed\"]\n";
    let ledger = ledger(&repository, text);
    let without = ChangelogReader::new(&ledger).changelog("self-hosted", &ChangelogSpan::History).unwrap();
    assert_eq!(without.notices.len(), 1);
    assert_eq!(without.sections_of[0].entry_count(), 3);
    let opened = repository.open();
    let cache = tempfile::tempdir().unwrap();
    for _ in ["found", "remembered"] {
        let reader = ChangelogReader::new(&ledger)
            .with_contents(&opened, &Cache::below(cache.path()), repository.now().date_naive())
            .unwrap();
        let found = reader.changelog("self-hosted", &ChangelogSpan::History).unwrap();
        assert_eq!(
            told(&found),
            ["== Unreleased since the beginning", "added: Both [-]", "internal: Tidy [-]", "audience: Invoices [-]",]
        );
        assert!(found.notices.is_empty());
    }
}

#[test]
fn any_two_points_make_a_range() {
    let repository = two_lines();
    let between =
        |from: &str, to: Option<&str>| ChangelogSpan::Between { from: from.into(), to: to.map(str::to_owned) };
    let found = changelog(&repository, "self-hosted", &between("1.8.0", Some("v1.9.0")));
    assert_eq!(found[0], "== v1.9.0 since 1.8.0");
    assert!(found.contains(&"fixed: Leak [1.8.1]".to_owned()), "{found:#?}");
    let commit = repository.id("v1.9.0-rc.1").to_string();
    assert_eq!(changelog(&repository, "managed", &between(&commit[..10], None)).len(), 2);
}

#[test]
fn unknown_names_are_answered_with_those_that_exist() {
    let repository = two_lines();
    let ledger = ledger(&repository, BOTH);
    let reader = ChangelogReader::new(&ledger);
    let hints = |channel: &str, span: ChangelogSpan| reader.changelog(channel, &span).unwrap_err().hints();
    assert_eq!(hints("self-hostd", ChangelogSpan::History)[0], "did you mean `self-hosted`?");
    assert_eq!(hints("self-hosted", ChangelogSpan::Line("1.7".into()))[1], "known lines: `1.9`, `1.8`");
    let known = "known releases: `1.9.0`, `1.9.0-rc.1`, `1.8.1`, `1.8.0`, `1.8.0-rc.1`";
    assert_eq!(hints("self-hosted", ChangelogSpan::Release("1.8.9".into()))[1], known);
    let error = reader.changelog("managed", &ChangelogSpan::Line("1".into())).unwrap_err();
    assert!(matches!(error, ChangelogError::UnknownLine { .. }));
    let between = ChangelogSpan::Between { from: "nowhere".into(), to: None };
    assert!(matches!(
        reader.changelog("managed", &between),
        Err(ChangelogError::Point(crate::ledger::PointError::Unknown { .. }))
    ));
}

/// A history of commits, cuts, picks, releases, deploys and merges from random steps.
fn random_history(steps: &[(u8, u8)]) -> TestRepo {
    let mut repository = TestRepo::new();
    let mut picked = repository.commit("main", "feat: start");
    let mut patches = Vec::new();
    for (number, (what, which)) in steps.iter().enumerate() {
        let line = usize::from(*which) % (patches.len() + 1);
        let branch = if line == 0 { "main".to_owned() } else { format!("release/1.{line}") };
        match what % 8 {
            0 | 1 => picked = repository.commit(&branch, &format!("fix: work {number}")),
            2 => _ = repository.commit(&branch, &format!("feat: work\n\n(cherry picked from commit {picked})")),
            3 => _ = repository.commit(&branch, &format!("Revert \"x\"\n\nThis reverts commit {picked}.")),
            4 if patches.len() < 4 => {
                patches.push(0);
                repository.branch(&format!("release/1.{}", patches.len()), "main");
            }
            5 if line > 0 => {
                let tag = format!("v1.{line}.{}", patches[line - 1]);
                patches[line - 1] += 1;
                repository.tag(&tag, &branch);
            }
            6 => _ = repository.tag(&format!("deploy/production/2025-01-01.{number}"), &branch),
            _ if line > 0 => _ = repository.merge(&branch, "main", "Merge branch 'main'"),
            _ => {}
        }
    }
    repository
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn every_commit_of_a_range_stands_in_exactly_one_place(steps in prop::collection::vec((0u8..8, 0u8..5), 1..40)) {
        let repository = random_history(&steps);
        let ledger = ledger(&repository, BOTH);
        let graph = &ledger.graph;
        let reader = ChangelogReader::new(&ledger);
        let mut spans = vec![ChangelogSpan::History];
        let lines = ledger.channel("self-hosted").unwrap().lines.iter();
        spans.extend(lines.map(|line| ChangelogSpan::Line(line.name.clone())));
        for span in spans {
            for section in reader.changelog("self-hosted", &span).unwrap().sections_of {
                let listed = section.entries().flat_map(|(_, entry)| entry.commits.clone());
                let mut commits: Vec<CommitId> = listed.collect();
                commits.extend(section.left_out.iter().flat_map(|item| item.commits.clone()));
                commits.sort_unstable();
                let node = |id: CommitId| graph.node(id).unwrap();
                let known = graph.reach(section.release.previous_commit.map(node).as_slice());
                let range = graph.range(&[node(section.release.commit)], &known);
                let mut expected: Vec<CommitId> =
                    range.into_iter().filter(|node| !graph.is_merge(*node)).map(|node| graph.id(node)).collect();
                expected.sort_unstable();
                prop_assert_eq!(commits, expected);
            }
        }
    }
}
