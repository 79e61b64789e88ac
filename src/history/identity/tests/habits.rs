//! The habits of real projects, each on a small history made for it: what commit of trunk is found, by what, how surely.

use super::world::{LINE, TITLE, World, file, lines};
use crate::config::{Changes, Decision, Verdict, Wildcard};
use crate::domain::CommitId;
use crate::history::identity::{Class, Confidence, Evidence, Fit};
use crate::ledger::Decided;

#[test]
fn a_marker_line_names_the_origin_however_it_is_written() {
    for form in [
        "(cherry picked from commit {id})",
        "[ Upstream commit {id} ]",
        "commit {id} upstream.",
        "Backport of {short} from main.",
        "Backport {short} from #12",
        "Original-commit: {id}",
    ] {
        let mut world = World::new();
        let origin = world.trunk(TITLE, "alpha", "lease", 4);
        let text = origin.to_string();
        let mark = form.replace("{id}", &text).replace("{short}", &text[..9]);
        let pick = world.line(&format!("Another title\n\nText.\n\n{mark}"), "alpha", "lease", 4);
        let answer = world.identify();
        assert_eq!(answer.origins(pick), [origin], "{form}");
        let main = answer.main(pick);
        assert_eq!((main.confidence, main.fit), (Confidence::High, Some(Fit::Clean)), "{form}");
        assert!(main.evidence.starts_with(&[Evidence::Marker, Evidence::PatchId]), "{form} {:?}", main.evidence);
    }
}

#[test]
fn a_pick_of_a_pick_leads_to_trunk_by_way_of_the_other_line() {
    let mut world = World::new();
    world.repo.branch("release/1.7", LINE);
    let origin = world.trunk(TITLE, "alpha", "lease", 4);
    let first = world.line(&format!("Lease\n\n(cherry picked from commit {origin})"), "alpha", "lease", 4);
    let text = world.with("alpha", "other", 4);
    let second = world.on("release/1.7", &format!("Do it\n\n(cherry picked from commit {first})"), "alpha", &text);
    let answer = world.identify_lines(&[LINE, "release/1.7"]);
    assert_eq!(answer.of(second).origins.first().map(|origin| answer.graph.id(origin.node)), Some(origin));
}

#[test]
fn a_title_is_known_under_all_its_marks() {
    for subject in [
        format!("[release-1.8] {TITLE} (#40)"),
        format!("[Backport 1.8] {TITLE} (#40)"),
        format!("{TITLE} (#12) (#40)"),
        format!("{TITLE} (backport release-1.8.x) (#40)"),
        format!("{TITLE} [1.8 backport]"),
        format!("Backport of \"{TITLE}\""),
        format!("Cherry-pick #12: {TITLE} (#40)"),
        format!("release-1.8: {TITLE}"),
        format!("KEY-9: {TITLE}"),
    ] {
        let mut world = World::new();
        let origin = world.trunk(&format!("{TITLE} (#12)"), "alpha", "lease", 4);
        world.trunk("Do something else (#13)", "beta", "other", 4);
        let pick = world.line(&subject, "alpha", "lease", 3);
        let answer = world.identify();
        assert_eq!(answer.origins(pick), [origin], "{subject}");
        assert!(answer.main(pick).evidence.contains(&Evidence::Subject), "{subject}");
    }
}

#[test]
fn an_adapted_backport_without_any_mark_is_found_by_its_lines() {
    let mut world = World::new();
    let origin = world.trunk(TITLE, "alpha", "lease", 8);
    let text = format!("{}{}    let only_here = 1;\n", file("alpha"), lines("lease", 7));
    let pick = world.on(LINE, "Make it safe for old servers", "alpha", &text);
    let answer = world.identify();
    assert_eq!(answer.origins(pick), [origin]);
    let main = answer.main(pick);
    assert_eq!((main.evidence.as_slice(), main.fit), ([Evidence::Lines].as_slice(), Some(Fit::Adapted)));
}

#[test]
fn a_file_that_moved_on_trunk_is_no_hindrance() {
    let mut world = World::new();
    let text = file("alpha");
    world.repo.commit_files("main", "Move it", &[("src/alpha.rs", None), ("lib/core/alpha.rs", Some(&text))]);
    world.next_person();
    let longer = world.with("alpha", "lease", 6);
    let origin = world.repo.commit_file("main", TITLE, "lib/core/alpha.rs", &longer);
    let pick = world.line("Be patient with old servers", "alpha", "lease", 6);
    assert_eq!(world.identify().origins(pick), [origin]);
}

#[test]
fn the_merge_that_brought_a_commit_names_its_origin() {
    let mut world = World::new();
    world.repo.branch("topic", "main");
    let text = world.with("alpha", "lease", 4);
    let origin = world.on("topic", "Lease: step 1", "alpha", &text);
    world.repo.merge("main", "topic", "Merge pull request #1234 from a/topic\n\nWait for the lease");
    world.repo.branch("bot", LINE);
    let text = world.with("alpha", "lease", 2);
    let pick = world.on("bot", "Safe leases", "alpha", &text);
    let message = "Merge pull request #1300 from bot/cherry-pick-1234-to-release-1.8\n\n[release-1.8] Safe leases";
    world.repo.merge(LINE, "bot", message);
    let answer = world.identify();
    assert_eq!(answer.origins(pick), [origin]);
    assert!(answer.main(pick).evidence.contains(&Evidence::Merge));
}

#[test]
fn a_generic_title_joins_nothing_by_itself() {
    for title in ["Update dependencies", "Fix typo", "Update changelog", "Prepare release 1.8.1", "cleanup"] {
        let mut world = World::new();
        world.trunk(title, "alpha", "one", 4);
        let own = world.line(title, "beta", "two", 4);
        let answer = world.identify();
        assert_eq!(answer.origins(own), [], "{title}");
        assert_ne!(answer.of(own).class, Class::Backport, "{title}");
    }
}

#[test]
fn what_releasing_makes_is_told_from_changes() {
    for title in
        ["Prepare release 1.8.1", "Bump version to 1.8.2", "[maven-release-plugin] prepare release x-1.8.1", "v1.8.3"]
    {
        let mut world = World::new();
        let own = world.line(title, "alpha", "version", 1);
        assert_eq!(world.identify().of(own).class, Class::Release, "{title}");
    }
}

#[test]
fn updates_that_a_bot_makes_on_both_sides_are_twins() {
    let mut world = World::new();
    let now = world.repo.now();
    world.repo.set_author(Some(("renovate[bot]", now)));
    let trunk = world.repo.commit_file("main", "Update module example.com/x to v1.2.3 (#50)", "go.mod", "x v1.2.3\n");
    world.repo.set_author(Some(("renovate[bot]", now + chrono::TimeDelta::days(1))));
    let own = world.repo.commit_file(LINE, "Update module example.com/x to v1.2.3 (#51)", "go.mod", "x v1.2.3\n");
    let answer = world.identify();
    assert_eq!((answer.of(own).class, answer.origins(own)), (Class::LineOnly, vec![]));
    assert_eq!(answer.of(own).twin, answer.graph.node(trunk));
}

#[test]
fn a_commit_may_hold_several_changes_named_or_not() {
    let mut world = World::new();
    let first = world.trunk("Lease: wait before leading (#12)", "alpha", "lease", 6);
    let second = world.trunk("Batches: keep the last job (#13)", "beta", "batch", 6);
    let (alpha, beta) = (world.with("alpha", "lease", 6), world.with("beta", "batch", 6));
    world.next_person();
    let both = world.repo.commit_files(
        LINE,
        "Fixes for old servers\n\nBackport of #12",
        &[("src/alpha.rs", Some(&alpha)), ("src/beta.rs", Some(&beta))],
    );
    let mut origins = world.identify().origins(both);
    origins.sort_unstable();
    let mut expected = vec![first, second];
    expected.sort_unstable();
    assert_eq!(origins, expected);
}

#[test]
fn a_part_of_a_change_is_told_from_the_whole() {
    let mut world = World::new();
    let origin = world.trunk(TITLE, "alpha", "lease", 20);
    let pick = world.line(&format!("{TITLE}\n\n(cherry picked from commit {origin})"), "alpha", "lease", 6);
    assert_eq!(world.identify().main(pick).fit, Some(Fit::Partial));
}

#[test]
fn a_change_may_reach_the_line_before_trunk() {
    let mut world = World::new();
    let pick = world.line("[SECURITY-12] Check the token", "alpha", "token", 5);
    let origin = world.trunk("[SECURITY-12] Check the token first", "alpha", "token", 4);
    let answer = world.identify();
    assert_eq!(answer.origins(pick), [origin]);
    assert!(answer.main(pick).evidence.contains(&Evidence::Key));
}

#[test]
fn contents_overrule_what_a_message_names() {
    let mut world = World::new();
    let named = world.trunk(&format!("{TITLE} (#12)"), "alpha", "lease", 8);
    let meant = world.trunk("Batches keep their last job, too (#13)", "beta", "batch", 10);
    let message = format!("{TITLE} (#12) (#40)\n\n(cherry picked from commit {named})");
    let pick = world.line(&message, "beta", "batch", 10);
    assert_eq!(world.identify().origins(pick), [meant]);
}

#[test]
fn a_revert_is_no_backport_of_what_it_takes_back() {
    for message in [format!("Revert \"{TITLE} (#40)\" (#41)"), "Revert the lease of KEY-7 (#12)".to_owned()] {
        let mut world = World::new();
        let origin = world.trunk(&format!("{TITLE} (#12)\n\nBug: KEY-7"), "alpha", "lease", 6);
        let pick = world.line(&format!("{TITLE} (#40)\n\n(cherry picked from commit {origin})"), "alpha", "lease", 6);
        let back = world.on(LINE, &message, "alpha", &file("alpha"));
        let answer = world.identify();
        assert_eq!(answer.origins(back), [], "{message}");
        assert_eq!(answer.of(back).class, Class::Revert, "{message}");
        assert_eq!(answer.of(pick).reverted_by, answer.graph.node(back), "{message}");
    }
}

#[test]
fn a_change_that_is_brought_back_stands_again() {
    let mut world = World::new();
    let pick = world.line(TITLE, "alpha", "lease", 6);
    let back = world.on(LINE, &format!("Revert \"{TITLE}\""), "alpha", &file("alpha"));
    let again = world.line(&format!("Reapply \"{TITLE}\""), "alpha", "lease", 6);
    let answer = world.identify();
    assert_eq!(answer.of(pick).reverted_by, None);
    assert_eq!(answer.of(back).reverted_by, answer.graph.node(again));
    assert_eq!(answer.of(again).reverts, answer.graph.node(back).into_iter().collect::<Vec<_>>());
}

#[test]
fn an_exact_inverse_is_a_revert_though_it_does_not_say_so() {
    let mut world = World::new();
    let pick = world.line("Try something", "alpha", "lease", 8);
    let back = world.on(LINE, "Old servers need another way", "alpha", &file("alpha"));
    let answer = world.identify();
    assert_eq!(answer.of(back).class, Class::Revert);
    assert_eq!(answer.of(pick).reverted_by, answer.graph.node(back));
}

#[test]
fn what_undoes_on_trunk_too_is_a_backport_of_that() {
    let mut world = World::new();
    world.trunk("Try something", "alpha", "lease", 8);
    let origin = world.on("main", "Old servers need another way", "alpha", &file("alpha"));
    let pick = world.line("Try something", "alpha", "lease", 8);
    let back = world.on(LINE, "Old servers need another way", "alpha", &file("alpha"));
    // Has no origin, so that all that changes the same file is read for it.
    world.line("Only here", "alpha", "here", 8);
    let answer = world.identify();
    assert_eq!((answer.of(back).class, answer.origins(back)), (Class::Backport, vec![origin]));
    assert_eq!(answer.of(pick).reverted_by, None);
}

#[test]
fn a_line_that_is_merged_into_trunk_has_no_backports() {
    let mut world = World::new();
    world.line(TITLE, "alpha", "lease", 6);
    world.repo.merge("main", LINE, "Merge the maintenance branch");
    assert!(world.identify().identities.all().is_empty());
}

#[test]
fn where_contents_are_absent_messages_answer() {
    let mut world = World::new();
    let origin = world.trunk(TITLE, "alpha", "lease", 4);
    let pick = world.line(&format!("{TITLE}\n\n(cherry picked from commit {origin})"), "alpha", "lease", 3);
    world.repo.lose(&format!("{pick}:src/alpha.rs"));
    let answer = world.identify();
    assert_eq!(answer.origins(pick), [origin]);
    assert_eq!(answer.main(pick).fit, None);
    assert!(answer.unknown > 0);
}

#[test]
fn a_number_that_no_contents_confirm_only_suggests() {
    let mut world = World::new();
    let other = world.trunk("Do something (#12)", "beta", "other", 4);
    world.repo.pass_days(1);
    world.next_person();
    let empty = world.repo.commit(LINE, "Prepare for #12\n\nBackport of #12");
    let unlike = world.line("Fix the lease for good\n\nBackport of #12", "alpha", "lease", 6);
    let answer = world.identify();
    assert_eq!((answer.origins(empty), answer.origins(unlike)), (vec![], vec![]));
    assert_eq!(answer.graph.id(answer.main(empty).node), other);
}

#[test]
fn histories_that_have_nothing_in_common_are_compared_all_the_same() {
    let mut world = World::new();
    let origin = world.trunk(TITLE, "alpha", "lease", 6);
    let text = world.with("alpha", "lease", 6);
    let pick = world.on("island", TITLE, "alpha", &text);
    let answer = world.identify_lines(&["island"]);
    assert_eq!(answer.origins(pick), [origin]);
}

#[test]
fn answers_are_the_same_from_the_cache() {
    let mut world = World::new();
    let origin = world.trunk(TITLE, "alpha", "lease", 6);
    let pick = world.line("Make it safe", "alpha", "lease", 5);
    let (cold, warm) = (world.identify(), world.identify());
    assert_eq!(cold.origins(pick), [origin]);
    assert_eq!(cold.of(pick), warm.of(pick));
}

#[test]
fn what_was_read_for_others_does_not_change_an_answer() {
    let mut world = World::new();
    let text = format!("{}end\n", file("alpha"));
    let origin = world.on("main", "Let the file end", "alpha", &text);
    let pick = world.on(LINE, "Let the file end here", "alpha", &text);
    // Touches the same file, so that the lines of both are read for it, and kept.
    world.line("Something of the line", "alpha", "own", 6);
    let (cold, warm) = (world.identify(), world.identify());
    assert_eq!(cold.origins(pick), [origin]);
    assert_eq!(cold.of(pick), warm.of(pick));
}

#[test]
fn an_older_line_that_is_asked_about_too_does_not_change_an_answer() {
    let mut world = World::new();
    for step in 0..14 {
        world.trunk(&format!("KEY-7: step {step}"), "alpha", "step", step + 1);
    }
    world.repo.branch("release/1.9", "main");
    let origin = world.trunk("KEY-7: wait for the lease", "beta", "lease", 4);
    let path = world.with("beta", "lease", 4);
    let pick = world.on("release/1.9", "KEY-7: hold on to it", "beta", &path);
    world.line("Only here", "gamma", "here", 4);
    let told = |branches: &[&str]| {
        let answer = world.identify_lines(branches);
        let main = answer.main(pick);
        (answer.origins(pick), main.confidence, main.fit, main.evidence.clone())
    };
    let alone = told(&["release/1.9"]);
    assert_eq!(alone.0, [origin]);
    assert!(alone.3.contains(&Evidence::Key), "{alone:?}");
    assert_eq!(told(&["release/1.9", LINE]), alone);
}

fn decided(commit: CommitId, verdict: Verdict, because: Option<&str>) -> Decided {
    let decision = Decision { commit: commit.into(), verdict, because: because.map(str::to_owned), line: 7 };
    Decided { decision, place: "release.toml:7".to_owned() }
}

#[test]
fn what_a_person_decided_wins_and_is_shown_as_such() {
    let mut world = World::new();
    let first = world.trunk(TITLE, "alpha", "lease", 6);
    let second = world.trunk("Another change of ours", "beta", "other", 6);
    let pick = world.line(TITLE, "alpha", "lease", 6);
    let own = world.line("Something of the line", "gamma", "own", 6);
    let to_second = decided(pick, Verdict::BackportOf(vec![second.into()]), None);
    let to_first = decided(own, Verdict::BackportOf(vec![first.into()]), Some("written anew"));
    let answer = world.identify_guided(&[LINE], &Changes::default(), &[to_second, to_first], &[]);
    assert_eq!((answer.origins(pick), answer.origins(own)), (vec![second], vec![first]));
    assert_eq!(answer.main(own).evidence, [Evidence::Decision]);
    assert_eq!(answer.of(own).because.as_deref(), Some("written anew (release.toml:7)"));
    let alone = decided(pick, Verdict::LineOnly, Some("only here"));
    let answer = world.identify_guided(&[LINE], &Changes::default(), &[alone], &[]);
    assert_eq!((answer.of(pick).class, answer.origins(pick)), (Class::LineOnly, vec![]));
}

#[test]
fn a_decision_about_a_commit_that_is_not_here_is_told() {
    let mut world = World::new();
    let own = world.line(TITLE, "alpha", "lease", 6);
    let absent: CommitId = "0123456789012345678901234567890123456789".parse().unwrap();
    let decisions = [decided(absent, Verdict::LineOnly, Some("gone")), decided(own, Verdict::LineOnly, Some("ours"))];
    let answer = world.identify_guided(&[LINE], &Changes::default(), &decisions, &[]);
    assert_eq!(answer.identities.unresolved(), ["release.toml:7"]);
}

#[test]
fn commits_that_are_to_be_ignored_are_not_looked_for_on_trunk() {
    let mut world = World::new();
    world.trunk(TITLE, "alpha", "lease", 6);
    let pick = world.line(TITLE, "alpha", "lease", 6);
    let mut changes = Changes::default();
    changes.ignore.authors.push(Wildcard::new("Person *").unwrap());
    let answer = world.identify_guided(&[LINE], &changes, &[], &[]);
    assert_eq!(answer.of(pick).because.as_deref(), Some("changes.ignore.authors"));
    assert_eq!(answer.of(pick).class, Class::LineOnly);
}

#[test]
fn the_same_change_note_is_the_same_change() {
    let mut world = World::new();
    let note = "+++\nkind = \"fixed\"\n+++\nIt waits.\n";
    let (alpha, beta) = (world.with("alpha", "lease", 9), world.with("beta", "patience", 2));
    let origin = world.repo.commit_files(
        "main",
        "Lease: wait before leading",
        &[("src/alpha.rs", Some(&alpha)), ("changes/lease.md", Some(note))],
    );
    world.next_person();
    let pick = world.repo.commit_files(
        LINE,
        "Old servers need patience",
        &[("src/beta.rs", Some(&beta)), ("changes/lease.md", Some(note))],
    );
    let notes = ["changes/lease.md".to_owned()];
    let answer = world.identify_guided(&[LINE], &Changes::default(), &[], &notes);
    assert_eq!(answer.origins(pick), [origin]);
    assert_eq!(answer.main(pick).evidence.first(), Some(&Evidence::Note));
}
