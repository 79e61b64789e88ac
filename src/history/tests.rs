//! Changes of ranges of real, small repositories, and the invariant that no commit is lost.

use proptest::prelude::*;

use super::{Baseline, Elsewhere, FirstReach, History, Presence, Reader, StatedKind, Trunkward, Walker};
use crate::cache::Cache;
use crate::config::{Changes, EntriesFrom};
use crate::domain::ChangeKind::{self, *};
use crate::domain::CommitId;
use crate::graph::{Graph, Loader, Node};
use crate::testing::TestRepo;

fn configuration(entries: EntriesFrom) -> Changes {
    let kinds = [("feat", Added), ("fix", Fixed), ("perf", Performance), ("chore", Internal), ("ci", Internal)];
    Changes {
        entries,
        kinds: kinds.into_iter().map(|(word, kind)| (word.to_owned(), kind)).collect(),
        ..Changes::default()
    }
}

fn load(repository: &TestRepo, tips: &[CommitId]) -> Graph {
    let cache = tempfile::tempdir().unwrap();
    let opened = repository.open();
    let cache = Cache::below(cache.path());
    Loader { repository: &opened, cache: &cache, progress: &|_| {} }.load(tips).unwrap()
}

/// `kind: text [refs]` of the changes between two commits, newest first; `-` before what is cancelled, `=` before what is
/// known.
fn changes(repository: &TestRepo, from: Option<&str>, to: &str, entries: EntriesFrom) -> Vec<String> {
    let tips: Vec<CommitId> = ["main", to].into_iter().chain(from).map(|name| repository.id(name)).collect();
    let graph = load(repository, &tips);
    let node = |name: &str| graph.node(repository.id(name)).unwrap();
    let configuration = configuration(entries);
    let trunkward = Trunkward::new(&graph, Some(node("main")));
    let mut baseline = Baseline::new(&graph, &trunkward);
    baseline.move_to(from.map(node));
    let range = Walker::new(&graph).range(node(to), |node| baseline.contains(node));
    let mut history = History::new(&graph, &configuration, &trunkward, Some(node("main")), &[node(to)]);
    let found =
        history.changes(&range, Elsewhere::stated(&Presence::new(&graph, &trunkward)), |node| baseline.contains(node));
    found
        .iter()
        .map(|change| {
            let sign = if change.is_reverted || change.is_repair_within { "-" } else { "" };
            let known = if change.is_known { "=" } else { "" };
            let refs = change.reading.refs.join(" ");
            let kind = change.reading.kind.or_changed();
            format!("{sign}{known}{kind}: {} ({}) {refs}", change.reading.text, change.commits.len())
                .trim_end()
                .to_owned()
        })
        .collect()
}

fn read(text: &str) -> (StatedKind, String) {
    let configuration = configuration(EntriesFrom::Auto);
    let message = crate::domain::Message::new(text);
    let reading = Reader::new(&configuration).read(&message.subject, &message.body, ("A", "a@example.com"));
    (reading.kind, reading.text)
}

#[test]
fn reads_messages() {
    for (text, kind, shown) in [
        ("fix(api): close the file (#12)", Fixed, "Close the file"),
        ("chore!: drop the port", Changed, "Drop the port"),
        ("chore: tidy\n\nBREAKING CHANGE: the port moved", Changed, "Tidy"),
        ("fix(deps): move a library", Internal, "Move a library"),
        ("fix(deps): move a library [SECURITY]", Security, "Move a library"),
        ("[SECURITY-12] Check the token", Security, "Check the token"),
        ("Check the token (CVE-2026-1234)", Security, "Check the token (CVE-2026-1234)"),
        ("fix: forbid it, see CVE-2026-1234.", Security, "Forbid it, see CVE-2026-1234"),
        ("Harden the gate (GHSA-8rvj-mm4h-c258)", Security, "Harden the gate (GHSA-8rvj-mm4h-c258)"),
        ("Merge pull request from GHSA-cj83-2ww7-mvq7", Security, "Merge pull request from GHSA-cj83-2ww7-mvq7"),
        (
            "Revert \"Harden the gate (GHSA-8rvj-mm4h-c258)\"",
            Changed,
            "Revert \"Harden the gate (GHSA-8rvj-mm4h-c258)\"",
        ),
        ("Read ids such as GHSA-1 and CVE-12", Changed, "Read ids such as GHSA-1 and CVE-12"),
        ("test: wait for it after GHSA-8rvj-mm4h-c258", Internal, "test: wait for it after GHSA-8rvj-mm4h-c258"),
        ("Work on it\n\nChangelog: added", Added, "Work on it"),
        ("Work on it\n\nChangelog: none", Internal, "Work on it"),
        ("Work on it\n\n```release-note\nFixed the port\n```", Fixed, "Fixed the port"),
        ("feat: work on it\n\n```release-note\nNONE\n```", Internal, "Work on it"),
        ("Revert \"feat: a port (#1)\" (#2)", Changed, "Revert \"A port\""),
        ("Revert \"chore: tidy\"", Internal, "Revert \"Tidy\""),
        ("Reapply \"fix: a port\"", Fixed, "Reapply \"A port\""),
        ("revert: feat: a port", Changed, "Revert \"A port\""),
        ("ci: revert \"ci: a job (#1)\" (#2)", Internal, "Revert \"A job\""),
        ("unknown: do it", Changed, "unknown: do it"),
        ("Do it", Changed, "Do it"),
    ] {
        let (found, text_found) = read(text);
        assert_eq!((found.or_changed(), text_found.as_str()), (kind, shown), "{text}");
    }
}

#[test]
fn a_merge_with_a_title_owns_what_it_brought_in() {
    let mut repository = TestRepo::new();
    repository.commit("main", "Start");
    repository.branch("topic", "main");
    repository.commit("main", "Direct work (#1)");
    repository.commit("topic", "wip");
    repository.merge("topic", "main", "Merge branch 'main' into topic");
    repository.commit("topic", "Fixes KEY-1");
    repository.merge("main", "topic", "Merge pull request #7 from a/topic\n\nAdd a port");
    let found = changes(&repository, None, "main", EntriesFrom::Auto);
    assert_eq!(found, ["added: Add a port (2) #7", "changed: Direct work (1) #1", "changed: Start (1)"]);
    let found = changes(&repository, None, "main", EntriesFrom::Commits);
    assert_eq!(
        found,
        ["fixed: Fixes KEY-1 (1)", "changed: Wip (1)", "changed: Direct work (1) #1", "changed: Start (1)"]
    );
}

#[test]
fn conventional_commits_in_merges_with_plain_titles_stand_for_themselves() {
    let mut repository = TestRepo::new();
    repository.commit("main", "chore: start");
    for number in 1..4 {
        repository.branch("topic", "main");
        repository.commit("topic", &format!("feat: port {number}"));
        repository.commit("topic", &format!("fix: port {number}"));
        repository.merge("main", "topic", &format!("Merge pull request #{number} from a/topic\n\nPort {number}"));
    }
    let found = changes(&repository, None, "main", EntriesFrom::Auto);
    assert_eq!(found.len(), 7, "{found:#?}");
    assert_eq!(changes(&repository, None, "main", EntriesFrom::Merges).len(), 4);
}

#[test]
fn merges_between_trunk_and_lines_are_no_changes() {
    let mut repository = TestRepo::new();
    let start = repository.commit("main", "Start");
    repository.branch("release/1", "main");
    repository.branch("topic", "main");
    repository.commit("topic", "part");
    repository.merge("main", "topic", "Merge pull request #1 from a/topic\n\nAdd one");
    repository.commit("release/1", "Fix two");
    repository.merge("release/1", "main", "Merge pull request #2 from a/main\n\nBring main to 1");
    let found = changes(&repository, Some(&start.to_string()), "release/1", EntriesFrom::Auto);
    assert_eq!(found, ["fixed: Fix two (1)", "added: Add one (1) #1"]);
}

#[test]
fn a_change_and_its_revert_cancel_each_other_within_a_range() {
    let mut repository = TestRepo::new();
    let start = repository.commit("main", "Start");
    let added = repository.commit("main", "Add a port (#1)");
    let undone = repository.commit("main", &format!("Revert \"Add a port (#1)\" (#2)\n\nThis reverts commit {added}."));
    repository.commit("main", "Add a door");
    repository.commit("main", "Revert \"Add a door\"");
    repository.commit("main", &format!("Partially revert it\n\nThis partially reverts commit {added}."));
    let found = changes(&repository, Some(&start.to_string()), "main", EntriesFrom::Auto);
    assert_eq!(
        found,
        [
            "changed: Partially revert it (1)",
            "-changed: Revert \"Add a door\" (1)",
            "-added: Add a door (1)",
            "-changed: Revert \"Add a port\" (1) #2",
            "-added: Add a port (1) #1"
        ]
    );
    let found = changes(&repository, Some(&added.to_string()), &undone.to_string(), EntriesFrom::Auto);
    assert_eq!(found, ["changed: Revert \"Add a port\" (1) #2"]);
    let sentence = format!("Reapply \"Add a port (#1)\"\n\nThis reverts commit {undone}.");
    repository.commit("main", &sentence);
    let found = changes(&repository, Some(&start.to_string()), "main", EntriesFrom::Auto);
    assert_eq!(found[0], "-added: Reapply \"Add a port\" (1)");
    assert_eq!(found.last().unwrap(), "added: Add a port (1) #1");
}

#[test]
fn what_is_taken_back_twice_does_not_come_back() {
    let mut repository = TestRepo::new();
    let start = repository.commit("main", "Start");
    let added = repository.commit("main", "Add a port");
    for _ in 0..2 {
        repository.commit("main", &format!("Revert \"Add a port\"\n\nThis reverts commit {added}."));
    }
    let found = changes(&repository, Some(&start.to_string()), "main", EntriesFrom::Auto);
    let revert = "changed: Revert \"Add a port\" (1)";
    assert_eq!(found, [revert, &format!("-{revert}"), "-added: Add a port (1)"]);
    // Brought back without a word on its revert, and then taken back by its first commit.
    repository.commit("main", "Add a port");
    repository.commit("main", &format!("Revert \"Add a port\"\n\nThis reverts commit {added}."));
    let found = changes(&repository, Some(&start.to_string()), "main", EntriesFrom::Auto);
    assert_eq!(found[..2], [format!("-{revert}"), "-added: Add a port (1)".to_owned()]);
}

#[test]
fn a_pick_makes_its_origin_known_and_the_other_way_round() {
    let mut repository = TestRepo::new();
    repository.commit("main", "Start");
    repository.branch("release/1", "main");
    let fix = repository.commit("main", "Fix it");
    repository.commit("release/1", &format!("Fix it\n\n(cherry picked from commit {fix})"));
    repository.commit("main", "Add it");
    let found = changes(&repository, Some("release/1"), "main", EntriesFrom::Auto);
    assert_eq!(found, ["added: Add it (1)", "=fixed: Fix it (1)"]);
    let found = changes(&repository, Some("main"), "release/1", EntriesFrom::Auto);
    assert_eq!(found, ["=fixed: Fix it (1)"]);
}

#[test]
fn a_pick_that_was_reverted_on_its_line_leaves_its_origin_news() {
    let mut repository = TestRepo::new();
    repository.commit("main", "Start");
    repository.branch("release/1", "main");
    let fix = repository.commit("main", "Fix it");
    let pick = repository.commit("release/1", &format!("Fix it\n\n(cherry picked from commit {fix})"));
    let revert = repository.commit("release/1", &format!("Revert \"Fix it\"\n\nThis reverts commit {pick}."));
    assert_eq!(changes(&repository, Some("release/1"), "main", EntriesFrom::Auto), ["fixed: Fix it (1)"]);
    repository.commit("release/1", &format!("Reapply \"Fix it\"\n\nThis reverts commit {revert}."));
    assert_eq!(changes(&repository, Some("release/1"), "main", EntriesFrom::Auto), ["=fixed: Fix it (1)"]);
}

#[test]
fn a_fix_of_what_came_within_the_range_is_no_news() {
    let mut repository = TestRepo::new();
    let start = repository.commit("main", "Start");
    let added = repository.commit("main", "Add a port");
    let message = |id: &CommitId| format!("Fix the port\n\nFixes: {} (\"Add a port\")", &id.to_string()[..12]);
    repository.commit("main", &message(&added));
    repository.commit("main", &message(&start));
    let found = changes(&repository, Some(&start.to_string()), "main", EntriesFrom::Auto);
    assert_eq!(found, ["fixed: Fix the port (1)", "-fixed: Fix the port (1)", "added: Add a port (1)"]);
}

#[test]
fn a_merge_of_picks_onto_a_line_stands_for_none_of_them() {
    let mut repository = TestRepo::new();
    let start = repository.commit("main", "Start");
    repository.branch("release/1", "main");
    let fixes = [repository.commit("main", "Fix one"), repository.commit("main", "Fix two")];
    repository.branch("topic", "release/1");
    for (fix, name) in fixes.iter().zip(["one", "two"]) {
        repository.commit("topic", &format!("Fix {name}\n\n(cherry picked from commit {fix})"));
    }
    repository.merge("release/1", "topic", "Merge pull request #9 from a/topic\n\nBackports");
    let found = changes(&repository, Some(&start.to_string()), "release/1", EntriesFrom::Auto);
    assert_eq!(found, ["fixed: Fix two (1)", "fixed: Fix one (1)"]);
}

#[test]
fn the_same_title_and_number_on_a_line_is_the_same_change() {
    let mut repository = TestRepo::new();
    repository.commit("main", "Start");
    repository.branch("release/1", "main");
    for subject in ["Fix it (#1)", "Fix that (#2)", "Update things (#3)", "Update things (#3)", "Add it (#4)"] {
        repository.commit("main", subject);
    }
    for subject in ["Fix it (#1)", "Fix that (#2) (#7)", "Update things (#3)", "Add that (#4)"] {
        repository.commit("release/1", subject);
    }
    let found = changes(&repository, Some("main"), "release/1", EntriesFrom::Auto);
    assert_eq!(
        found,
        [
            "added: Add that (1) #4",
            "changed: Update things (1) #3",
            "=fixed: Fix that (1) #2 #7",
            "=fixed: Fix it (1) #1"
        ]
    );
}

#[test]
fn a_change_taken_back_after_the_reader_got_it_is_news() {
    let mut repository = TestRepo::new();
    repository.commit("main", "Start");
    repository.branch("release/1", "main");
    let fix = repository.commit("main", "Fix it");
    repository.commit("release/1", &format!("Fix it\n\n(cherry picked from commit {fix})"));
    repository.commit("main", &format!("Revert \"Fix it\"\n\nThis reverts commit {fix}."));
    let found = changes(&repository, Some("release/1"), "main", EntriesFrom::Auto);
    assert_eq!(found, ["changed: Revert \"Fix it\" (1)", "=fixed: Fix it (1)"]);
}

/// What a generated history is made of: what happens, on which of three branches.
fn history_of(steps: &[(u8, u8)]) -> TestRepo {
    let mut repository = TestRepo::new();
    let branches = ["main", "topic", "release/1"];
    let mut last = repository.commit("main", "Start");
    for name in &branches[1..] {
        repository.branch(name, "main");
    }
    for (number, (what, which)) in steps.iter().enumerate() {
        let branch = branches[usize::from(which % 3)];
        let other = branches[usize::from((which / 3) % 3)];
        match what % 6 {
            0 | 1 => last = repository.commit(branch, &format!("fix: work {number}")),
            2 => last = repository.commit(branch, &format!("Revert \"fix: work {}\"", number / 2)),
            3 => last = repository.commit(branch, &format!("Undo\n\nThis reverts commit {last}.")),
            4 => {
                _ = repository.merge(branch, other, &format!("Merge pull request #{number} from a/b\n\nTitle {number}"))
            }
            _ => _ = repository.merge(branch, other, &format!("Merge branch '{other}' into {branch}")),
        }
    }
    repository
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_commit_of_a_range_stands_in_exactly_one_change(
        steps in prop::collection::vec((0u8..6, 0u8..9), 0..40), entries in 0u8..3, pair in 0usize..9,
    ) {
        let repository = history_of(&steps);
        let names = ["main", "topic", "release/1"];
        let graph = load(&repository, &names.map(|name| repository.id(name)));
        let node = |name: &str| graph.node(repository.id(name)).unwrap();
        let entries = [EntriesFrom::Auto, EntriesFrom::Commits, EntriesFrom::Merges][usize::from(entries)];
        let configuration = configuration(entries);
        let (from, to) = (node(names[pair / 3]), node(names[pair % 3]));
        let trunkward = Trunkward::new(&graph, Some(node("main")));
        let mut baseline = Baseline::new(&graph, &trunkward);
        for name in names {
            baseline.move_to(Some(node(name)));
        }
        baseline.move_to(Some(from));
        let range = Walker::new(&graph).range(to, |node| baseline.contains(node));
        prop_assert_eq!(&range, &graph.range(&[to], &graph.reach(&[from])));
        let mut history = History::new(&graph, &configuration, &trunkward, Some(node("main")), &[node("release/1")]);
        let found = history.changes(&range, Elsewhere::stated(&Presence::new(&graph, &trunkward)), |node| baseline.contains(node));
        let mut commits: Vec<Node> = found.iter().flat_map(|change| change.commits.iter().copied()).collect();
        commits.sort_unstable();
        let expected: Vec<Node> = range.into_iter().filter(|node| !graph.is_merge(*node)).collect();
        prop_assert_eq!(commits, expected);
    }

    #[test]
    fn no_message_panics(text in "(\\PC{0,12}|(fix|feat|revert)(\\(a\\))?!?: |Revert \"|\\[[A-Z]{1,3}-[0-9]\\]|\\(#[0-9]\\)|\n|MINOR|: |CVE-[0-9-]{0,9}){0,9}") {
        let _ = read(&text);
    }

    #[test]
    fn the_first_of_many_tips_is_the_first_that_reaches(steps in prop::collection::vec((0u8..6, 0u8..9), 0..20)) {
        let repository = history_of(&steps);
        let names = ["release/1", "topic", "main"];
        let graph = load(&repository, &names.map(|name| repository.id(name)));
        let tips = names.map(|name| graph.node(repository.id(name)));
        let first = FirstReach::new(&graph, tips);
        let reaches = tips.map(|tip| graph.reach(&[tip.unwrap()]));
        for node in graph.nodes() {
            prop_assert_eq!(first.of(node), reaches.iter().position(|reach| reach.contains(node)));
        }
    }
}

#[test]
fn a_kind_is_shown_as_changed_where_nothing_says_it() {
    assert_eq!(StatedKind::Unknown.or_changed(), ChangeKind::Changed);
}
