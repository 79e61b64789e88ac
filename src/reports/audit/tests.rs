//! Audits of small real repositories, as short texts.

use std::collections::BTreeMap;

use super::{AuditReport, AuditSources, KnownTags, audit};
use crate::cache::Cache;
use crate::domain::AuditRule;
use crate::reports::changelog::tests::ledger;
use crate::testing::TestRepo;

const POLICY: &str = r#"
schema = 1
[project]
trunk = "main"
[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
candidate = "v{version}-rc.{seq}"
also-tag = ["api/v{version}"]
support = { regular = "30 days" }
"#;

fn audited(repository: &TestRepo, text: &str, known: &KnownTags) -> AuditReport {
    let (opened, ledger) = (repository.open(), ledger(repository, text));
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::below(directory.path());
    let today = repository.now().date_naive();
    let sources = AuditSources { ledger: &ledger, repository: &opened, cache: &cache, known, since: None, today };
    audit(&sources).unwrap()
}

/// `subject: message` of each finding of a rule.
fn found(report: &AuditReport, rule: AuditRule) -> Vec<String> {
    let of_rule = report.findings.iter().filter(|finding| finding.rule == rule);
    of_rule.map(|finding| format!("{}: {}", finding.subject, finding.message)).collect()
}

fn plain(repository: &TestRepo) -> AuditReport {
    audited(repository, POLICY, &KnownTags::default())
}

/// 1.0.0 and 1.0.1 on a line, 1.1.0 on another, each with its section in trunk's changelog.
fn sound() -> TestRepo {
    let mut repo = TestRepo::new();
    repo.set_date("2025-03-01");
    repo.commit_file("main", "feat: start with something long enough (#1)", "a", "1\n");
    repo.branch("release/1.0", "main");
    repo.tag("v1.0.0", "release/1.0");
    repo.set_date("2025-03-05");
    repo.commit_file("release/1.0", "fix: count no job twice after that (#3)", "b", "1\n");
    repo.tag("v1.0.1", "release/1.0");
    repo.set_date("2025-03-10");
    repo.commit_file("main", "feat: go on with something else entirely (#2)", "c", "1\n");
    repo.branch("release/1.1", "main");
    repo.tag("v1.1.0", "release/1.1");
    repo
}

const SOUND: &str = "# Changelog\n\n## [Unreleased]\n- to come\n\n## [1.1.0] - 2025-03-10\n- go on (#2)\n\n## [1.0.1] - 2025-03-05\n- count (#3)\n\n\
                     ## [1.0.0] - 2025-03-01\n- start (#1)\n";

fn with_changelog(text: &str) -> TestRepo {
    let mut repo = sound();
    repo.commit_file("main", "docs: changelog", "CHANGELOG.md", text);
    repo
}

#[test]
fn nothing_is_found_where_everything_agrees() {
    let report = plain(&with_changelog(SOUND));
    assert_eq!(report.findings, []);
    assert!(report.passed && report.notices.is_empty());
    assert_eq!((report.releases, report.changelogs.len(), report.changelogs[0].versions), (3, 1, 3));
}

#[test]
fn sections_are_held_against_tags() {
    let text = SOUND
        .replace("## [1.0.1] - 2025-03-05\n- count (#3)\n", "## [1.0.3] - 2025-04-01\n- three\n\n## 1.1.0\n- again\n")
        .replace("## [Unreleased]\n- to come\n", "## 1.2.0 - 2025-05-01\n- soon\n\n## 1.3.0 (TBD)\n");
    let report = plain(&with_changelog(&text));
    assert_eq!(
        found(&report, AuditRule::SectionWithoutTag),
        ["CHANGELOG.md:11: 1.0.3 has a section and no tag", "CHANGELOG.md:3: 1.2.0 has no tag yet"]
    );
    assert_eq!(found(&report, AuditRule::TagWithoutSection), ["v1.0.1: no changelog has a section of it; line 1.0"]);
    assert_eq!(
        found(&report, AuditRule::DuplicateSection),
        ["CHANGELOG.md:14: 1.1.0 has a section already, at line 8"]
    );
    assert!(!report.passed);
}

#[test]
fn a_section_may_stand_where_the_tag_is() {
    let mut repo = with_changelog(&SOUND.replace("## [1.0.1] - 2025-03-05\n- count (#3)\n", ""));
    repo.set_date("2025-03-20");
    repo.commit_file("release/1.1", "docs: say it", "CHANGELOG.md", &SOUND.replace("1.0.1", "1.1.1"));
    repo.tag("v1.1.1", "release/1.1");
    let report = plain(&repo);
    assert_eq!(found(&report, AuditRule::TagWithoutSection), ["v1.0.1: no changelog has a section of it; line 1.0"]);
}

#[test]
fn days_and_order_are_held_against_tags() {
    let text = SOUND.replace("[1.1.0] - 2025-03-10", "[1.1.0] - 2024-03-10");
    let report = plain(&with_changelog(&text));
    assert_eq!(
        found(&report, AuditRule::SectionDate),
        ["CHANGELOG.md:6: 1.1.0 is of 2024-03-10, and its tag of 2025-03-10"]
    );
    let text = "## 1.0.0\n- a\n## 1.0.1\n- b\n## 1.0.2 (unreleased)\n## 1.1.0\n";
    assert!(found(&plain(&with_changelog(text)), AuditRule::SectionOrder).is_empty(), "a file may go upwards");
}

#[test]
fn the_title_of_a_line_is_no_section_beside_its_patches() {
    let text = "# 1.0\n\n## Fixes\n\n### 1.0.1 (2025-03-05)\n- b\n\n### 1.0 (2025-03-01)\n- a\n";
    let report = plain(&with_changelog(text));
    assert_eq!(found(&report, AuditRule::DuplicateSection), [""; 0]);
    assert_eq!(found(&report, AuditRule::SectionOrder), [""; 0]);
}

#[test]
fn entries_that_the_reader_had_are_found() {
    let mut repo = sound();
    let sha = repo.id("v1.0.0").to_string();
    let text = SOUND
        .replace("- go on (#2)", &format!("- go on (#2)\n- start again (#1)\n- same, by its id ({})\n- revert of #1\n- start with something long enough", &sha[..9]))
        .replace("- count (#3)", "- count (#3, #1)");
    repo.commit_file("main", "docs: changelog", "CHANGELOG.md", &text);
    let report = plain(&repo);
    let found = found(&report, AuditRule::AlreadyReleased);
    let [found] = found.as_slice() else { panic!("{found:#?}") };
    assert!(
        found.starts_with(
            "CHANGELOG.md:9: 1.1.0 tells of what 1.0.1 had already in 2 of 5 entries, such as: same, by its id"
        ),
        "{found}"
    );
}

#[test]
fn of_two_tags_for_a_version_the_one_written_alike_counts() {
    let mut repo = with_changelog(SOUND);
    repo.set_date("2024-01-01");
    repo.commit_file("release/1.1", "chore: begin", "e", "1\n");
    repo.tag("v1.1", "release/1.1");
    assert_eq!(found(&plain(&repo), AuditRule::SectionDate), [""; 0]);
}

#[test]
fn what_copies_of_a_file_say_is_found_once() {
    let mut repo = with_changelog(&format!("{SOUND}\n## 1.0.1\n- again\n"));
    repo.commit_file(
        "release/1.0",
        "docs: changelog",
        "CHANGELOG.md",
        // Twice on the line, and told of it once.
        &format!("{SOUND}\n- more\n\n## 1.0.1\n- again\n\n## 1.0.1\n- and again\n"),
    );
    let report = plain(&repo);
    assert_eq!(
        found(&report, AuditRule::DuplicateSection),
        ["CHANGELOG.md:15: 1.0.1 has a section already, at line 9"]
    );
    assert_eq!(report.findings[0].also_on, ["1.0"]);
}

#[test]
fn a_release_by_another_name_is_told_with_the_first() {
    let mut repo = with_changelog(SOUND);
    repo.tag("v101.0.0", "v1.1.0");
    assert_eq!(found(&plain(&repo), AuditRule::TagWithoutSection), [""; 0]);
}

#[test]
fn a_changelog_that_ended_is_one_finding() {
    let mut repo = with_changelog(SOUND);
    repo.set_date("2025-04-01");
    for patch in 1..=5 {
        repo.commit_file("release/1.1", "fix: go on", "d", &format!("{patch}\n"));
        repo.tag(&format!("v1.1.{patch}"), "release/1.1");
    }
    assert_eq!(
        found(&plain(&repo), AuditRule::TagWithoutSection),
        ["CHANGELOG.md: it ends at 1.1.0 of 2025-03-10, and 5 releases came since, the newest 1.1.5"]
    );
}

#[test]
fn lines_of_which_nothing_is_told_are_one_finding() {
    let mut repo = with_changelog(SOUND);
    for line in ["7.0", "7.1"] {
        repo.commit_file("main", "fix: go on", "d", line);
        repo.tag(&format!("v{line}.0"), "main");
    }
    repo.set_date("2025-04-01");
    repo.commit_file("main", "docs: changelog", "CHANGELOG.md", &SOUND.replace("[Unreleased]", "1.2.0 - 2025-04-01"));
    repo.tag("v1.2.0", "main");
    assert_eq!(
        found(&plain(&repo), AuditRule::TagWithoutSection),
        ["v7.1.0: no changelog has a section of any release of line 7.1 and 1 more, 2 releases in all"]
    );
}

#[test]
fn the_changelog_of_a_component_is_none_of_the_channel() {
    let mut repo = with_changelog(SOUND);
    let component = "## 1.1.0\n- one\n## 1.0.9\n- two\n## 1.0.0\n- three\n";
    repo.commit_file("main", "docs: component", "store/CHANGELOG.md", component);
    let report = plain(&repo);
    assert_eq!(found(&report, AuditRule::SectionWithoutTag), [""; 0]);
    assert_eq!(report.changelogs.len(), 1);
}

#[test]
fn what_matters_comes_first_and_the_newest_before_the_old() {
    let mut repo = with_changelog(
        &SOUND
            .replace("[1.0.0] - 2025-03-01", "[1.0.0] - 2024-03-01")
            .replace("[1.1.0] - 2025-03-10", "[1.1.0] - 2024-03-10"),
    );
    repo.set_date("2026-03-05");
    repo.commit_file("main", "docs: changelog", "CHANGELOG.md", &format!("{SOUND}\n## 1.0.1\n- again\n"));
    let text = SOUND.replace("- 2025-03", "- 2024-03") + "\n## 1.0.1\n- again\n";
    repo.commit_file("main", "docs: changelog", "CHANGELOG.md", &text);
    let report = plain(&repo);
    let drawn: Vec<String> = report
        .findings
        .iter()
        .map(|finding| {
            format!("{} {}", finding.rule, finding.released_on.map_or("-".to_owned(), |day| day.to_string()))
        })
        .collect();
    assert_eq!(
        drawn,
        [
            "duplicate-section -",
            "section-order -",
            "section-date 2025-03-10",
            "section-date 2025-03-05",
            "section-date 2025-03-01"
        ]
    );
    assert_eq!(
        report.notices,
        ["about what is older than a year: 1 of 5 findings; `--since \"1 year\"` leaves them out"]
    );
}

#[test]
fn version_files_are_held_against_tags_by_habit_and_by_policy() {
    let mut repo = TestRepo::new();
    for patch in 0..7 {
        let held = if patch == 4 { "1.0.3".to_owned() } else { format!("1.0.{patch}") };
        repo.commit_file("release/1.0", "chore: release", "VERSION", &format!("{held}\n"));
        repo.tag(&format!("v1.0.{patch}"), "release/1.0");
    }
    repo.branch("main", "release/1.0");
    let wanted = ["v1.0.4: `VERSION` holds 1.0.3 at the tag of 1.0.4"];
    assert_eq!(found(&plain(&repo), AuditRule::VersionFile), wanted);
    let declared = POLICY.replace("also-tag", "version-files = [\"VERSION\"]\nalso-tag");
    assert_eq!(found(&audited(&repo, &declared, &KnownTags::default()), AuditRule::VersionFile), wanted);
}

#[test]
fn tags_are_held_against_each_other_and_their_lines() {
    let mut repo = sound();
    repo.lightweight_tag("v1.1.1", "release/1.1");
    repo.set_date("2025-06-01");
    repo.branch("beside", "release/1.1");
    repo.commit("beside", "fix: nowhere else");
    repo.tag("v1.1.2", "beside");
    repo.delete_branch("beside");
    let other = repo.tag_object("v9", repo.id("release/1.1").object(), "commit", "other");
    repo.set_ref("refs/tags/v1.1.3", other);
    repo.tag("v1.0.2", "v1.0.0");
    repo.tag("1.0.9", "main");
    repo.tag("api/v1.1.0", "v1.1.0");
    repo.tag("api/v1.0.0", "v1.0.1");
    let report = plain(&repo);
    assert_eq!(found(&report, AuditRule::TagLightweight), ["v1.1.1: the tag is lightweight"]);
    assert_eq!(found(&report, AuditRule::TagName), ["v1.1.3: its object says that it is `v9`"]);
    let beside = repo.id("v1.1.2").short();
    assert_eq!(
        found(&report, AuditRule::TagOffLine),
        [format!("v1.1.2: branch release/1.1 does not reach its commit {beside}")]
    );
    let order = found(&report, AuditRule::TagOrder);
    assert!(
        order.contains(&"v1.0.2: 1.0.1 holds its commit already, so that it takes changes away".to_owned()),
        "{order:?}"
    );
    assert!(
        order.contains(&"v1.1.3: 1.1.2 holds its commit already, so that it takes changes away".to_owned()),
        "{order:?}"
    );
    assert_eq!(found(&report, AuditRule::StrayTag).len(), 1);
    let further = found(&report, AuditRule::FurtherTag);
    assert!(further.contains(&"v1.1.1: there is no tag `api/v1.1.1`".to_owned()), "{further:?}");
    assert!(further.iter().any(|found| found.starts_with("v1.0.0: `api/v1.0.0` is at ")), "{further:?}");
    let dead = found(&report, AuditRule::DeadLine);
    assert!(
        dead.iter().any(|found| found.starts_with("v1.1.2: released on 2025-06-01, while support of line 1.1 ended")),
        "{dead:?}"
    );
}

#[test]
fn a_tag_that_moved_is_found_here_and_at_a_remote() {
    let repo = sound();
    let known = |tag: &str, other: &str| BTreeMap::from([(tag.to_owned(), repo.id(other).object())]);
    let report = audited(&repo, POLICY, &KnownTags { seen: known("v1.0.0", "main"), remote: known("v1.1.0", "main") });
    let moved = found(&report, AuditRule::TagMoved);
    assert!(moved.iter().any(|found| found.starts_with("v1.0.0: it was ")), "{moved:?}");
    assert!(
        moved.iter().any(|found| found.starts_with("v1.1.0: it is ") && found.contains("at the remote")),
        "{moved:?}"
    );
    assert_eq!(moved.len(), 2);
}

#[test]
fn what_no_candidate_held_is_found() {
    let mut repo = sound();
    repo.branch("release/1.2", "main");
    repo.tag("v1.2.0-rc.1", "release/1.2");
    repo.commit_files("release/1.2", "chore: release", &[("VERSION", Some("1.2.0\n")), ("changes/a.md", Some("x"))]);
    repo.tag("v1.2.0", "release/1.2");
    repo.tag("v1.2.1-rc.1", "release/1.2");
    repo.commit_file("release/1.2", "fix: at the last moment", "src/jobs.rs", "1\n");
    repo.tag("v1.2.1", "release/1.2");
    assert_eq!(
        found(&plain(&repo), AuditRule::UntestedPromotion),
        ["v1.2.1: 1 file changed since 1.2.1-rc.1, the last candidate, such as `src/jobs.rs`"]
    );
}

#[test]
fn rules_weigh_what_the_configuration_says_and_the_past_can_be_left_alone() {
    let mut repo = with_changelog(&SOUND.replace("## [1.0.1] - 2025-03-05\n- count (#3)\n", ""));
    repo.set_date("2025-04-01");
    let off = format!("{POLICY}[audit]\nrules = {{ tag-without-section = \"off\" }}\n");
    let report = audited(&repo, &off, &KnownTags::default());
    assert!(report.passed && report.off == [AuditRule::TagWithoutSection], "{report:?}");
    let since = format!("{POLICY}[audit]\nsince = 2025-03-08\n");
    assert_eq!(audited(&repo, &since, &KnownTags::default()).findings, []);
    let signed = format!("{POLICY}[audit]\nsigned = true\nchangelogs = \"none.md\"\n");
    let report = audited(&repo, &signed, &KnownTags::default());
    assert_eq!(found(&report, AuditRule::TagUnsigned).len(), 3);
    assert!(report.notices[0].contains("no changelog of channel self-hosted"));
}
