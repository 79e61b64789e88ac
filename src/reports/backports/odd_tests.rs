//! Histories that no tool likes: an answer, and what could not be known said once.

use super::tests::{change, holes, matrix, pick, two_lines, whole};
use super::{Backports, BackportsRequest};
use crate::history::Class;
use crate::testing::TestRepo;

fn classes(backports: &Backports, line: &str) -> Vec<(String, Class, usize)> {
    let line = backports.lines.iter().find(|known| known.name == line).unwrap();
    let told = |commit: &super::LineCommit| (commit.subject.clone(), commit.class, commit.origins.len());
    line.commits.iter().map(told).collect()
}

fn merge_many(repository: &mut TestRepo, branch: &str, others: &[&str], message: &str) {
    repository.checkout(branch);
    let all = [&["merge", "--quiet", "--no-ff", "-m", message], others].concat();
    repository.git(&all);
}

#[test]
fn octopus_merges_bring_what_they_bring() {
    let mut repository = two_lines();
    for name in ["a", "b", "c"] {
        let topic = format!("topic-{name}");
        repository.branch(&topic, "main");
        change(&mut repository, &topic, &format!("fix: part {name}"), name);
    }
    merge_many(&mut repository, "main", &["topic-a", "topic-b", "topic-c"], "Merge three (#7)");
    let [a, b, c] = ["topic-a", "topic-b", "topic-c"].map(|topic| repository.id(topic));
    pick(&mut repository, "release/1.9", a, "fix: part a");
    for (name, commit) in [("b", b), ("c", c)] {
        repository.branch(&format!("back-{name}"), "release/1.9");
        pick(&mut repository, &format!("back-{name}"), commit, &format!("fix: part {name}"));
    }
    change(&mut repository, "release/1.9", "chore: bump", "bump");
    merge_many(&mut repository, "release/1.9", &["back-b", "back-c"], "Merge two");
    let found = classes(&whole(&repository), "1.9");
    let backports = found.iter().filter(|(_, class, origins)| *class == Class::Backport && *origins == 1).count();
    assert_eq!(backports, 3, "{found:?}");
}

#[test]
fn clocks_that_are_wrong_change_no_answer() {
    let mut repository = TestRepo::new();
    change(&mut repository, "main", "feat: start", "start");
    repository.branch("release/1.9", "main");
    for (date, name) in [("1971-02-03", "old"), ("2099-01-01", "late"), ("2001-01-01", "between")] {
        repository.set_date(date);
        let fix = change(&mut repository, "main", &format!("fix: {name}"), name);
        repository.set_date("2024-05-05");
        pick(&mut repository, "release/1.9", fix, &format!("fix: {name}"));
    }
    let found = whole(&repository);
    assert_eq!(classes(&found, "1.9").iter().filter(|(_, class, _)| *class == Class::Backport).count(), 3);
    let request = BackportsRequest { lines: vec!["1.9".to_owned()], ..BackportsRequest::default() };
    assert_eq!(super::part_tests::read(&repository, &request, true).0.lines, found.lines);
}

#[test]
fn a_line_with_a_root_of_its_own_is_told_apart() {
    let mut repository = two_lines();
    let fix = change(&mut repository, "main", "fix: leak", "leak");
    repository.commit_file("release/3.0", "feat: another beginning", "other", "nothing of the rest\n");
    repository.commit_file("release/3.0", "fix: leak by hand", "other", "something\n");
    let found = whole(&repository);
    assert!(found.notices.iter().any(|notice| notice.contains("no commit in common with trunk: 3.0")), "{found:?}");
    assert!(found.missing.iter().all(|missing| missing.line != "3.0"));
    assert!(found.missing.iter().any(|missing| missing.origin == fix && missing.line == "1.9"));
}

#[test]
fn long_messages_and_long_differences_are_read() {
    let mut repository = two_lines();
    let noise: String = (0..40_000).map(|n| format!("see {n:040x} and #{n} and Fixes: {n:012x}\n")).collect();
    let fix = change(&mut repository, "main", &format!("fix: much said\n\n{noise}"), "said");
    let lines: String = (0..150_000).map(|n| format!("value {n}\n")).collect();
    let table = repository.commit_file("main", "fix: long table", "table", &lines);
    pick(&mut repository, "release/1.9", fix, &format!("fix: much said\n\n{noise}"));
    repository.pick("release/1.9", table, "another title");
    let found = classes(&whole(&repository), "1.9");
    assert!(found.iter().all(|(_, class, origins)| *class == Class::Backport && *origins == 1), "{found:?}");
}

#[test]
fn absent_contents_are_said_once_and_messages_still_count() {
    let mut repository = two_lines();
    let fix = change(&mut repository, "main", "fix: leak", "leak");
    let message = format!("fix: leak\n\n(cherry picked from commit {fix})");
    repository.commit_file("release/1.9", &message, "leak", "mended in another way here\n");
    repository.lose(&format!("{fix}:leak"));
    let found = whole(&repository);
    let told: Vec<_> = found.notices.iter().filter(|notice| notice.contains("absent from this clone")).collect();
    assert_eq!(told.len(), 1, "{:?}", found.notices);
    assert_eq!(classes(&found, "1.9"), [("fix: leak".to_owned(), Class::Backport, 1)]);
}

#[test]
fn lines_that_were_not_compared_are_named() {
    let mut repository = two_lines();
    for at in 0..320 {
        repository.commit("release/1.8", &format!("chore: step {at}"));
    }
    let request = BackportsRequest { lines: vec!["1.9".to_owned()], ..BackportsRequest::default() };
    let found = matrix(&repository, super::tests::POLICY, &request).unwrap();
    assert!(found.notices.iter().any(|notice| notice.contains("was not looked for: `1.8`")), "{:?}", found.notices);
    assert_eq!(found.not_compared, ["1.8"]);
    assert_eq!(holes(&found.holes), [""; 0]);
}
