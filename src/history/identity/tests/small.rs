//! Changes of a line or two, and parts of changes: what little is shared is enough where something else speaks for it.

use super::world::{LINE, TITLE, World, file, lines};
use crate::domain::CommitId;
use crate::history::identity::{Class, Confidence, Evidence, Fit};

const OLD: &str = "compute_alpha(argument_3, 3)";
const NEW: &str = "compute_alpha(argument_5, 3)";

/// A file of which one line reads otherwise.
fn reworded() -> String {
    file("alpha").replace(OLD, NEW)
}

impl World {
    /// Changes one line of a file.
    fn reword(&mut self, branch: &str, message: &str) -> CommitId {
        self.on(branch, message, "alpha", &reworded())
    }

    /// Whoever commits next is the same person, at a moment of their own.
    fn same_person(&mut self) {
        self.repo.pass_days(1);
        let at = self.repo.now();
        self.repo.set_author(Some(("Someone", at)));
    }
}

#[test]
fn one_equal_line_is_enough_where_a_person_says_backport_or_nothing_else_has_it() {
    for message in ["Backport a typo", "Use the right argument"] {
        let mut world = World::new();
        let origin = world.reword("main", "Correct what was counted");
        let pick = world.reword(LINE, message);
        let answer = world.identify();
        assert_eq!(answer.origins(pick), [origin], "{message}");
        assert_eq!(answer.main(pick).evidence, [Evidence::PatchId], "{message}");
    }
}

#[test]
fn one_equal_line_that_several_commits_have_only_suggests() {
    let mut world = World::new();
    world.reword("main", "Count on");
    world.on("main", "Count back", "alpha", &file("alpha"));
    world.reword("main", "Count on once more");
    let pick = world.reword(LINE, "Use the right argument");
    assert_eq!(world.identify().origins(pick), []);
}

#[test]
fn one_equal_line_of_a_release_is_made_on_both_sides() {
    let mut world = World::new();
    world.reword("main", "Prepare release 1.9.0");
    let own = world.reword(LINE, "Prepare release 1.8.1");
    let answer = world.identify();
    assert_eq!((answer.origins(own), answer.of(own).class), (vec![], Class::Release));
}

#[test]
fn a_line_that_its_author_took_out_of_a_change_of_theirs_is_a_part_of_it() {
    let mut world = World::new();
    let wide = format!("{}    let more = compute_more(argument_1, 1);\n", reworded());
    world.same_person();
    let origin = world.repo.commit_file("main", "Move to the next generation", "src/alpha.rs", &wide);
    world.repo.pass_days(40);
    world.same_person();
    let pick = world.repo.commit_file(LINE, "Build from source again", "src/alpha.rs", &reworded());
    let answer = world.identify();
    assert_eq!(answer.origins(pick), [origin]);
    assert_eq!(answer.main(pick).confidence, Confidence::Medium);
}

#[test]
fn two_changes_of_a_line_each_are_both_found_unless_the_message_names_one() {
    for (mark, found) in [("", 2), ("\n\nBackport of #13", 1)] {
        let mut world = World::new();
        let line = |name: &str| format!("    let {name} = compute_{name}();\n");
        let first = format!("{}{}", file("alpha"), line("first"));
        let both = format!("{first}{}", line("second"));
        world.same_person();
        world.repo.commit_file("main", "Update the addresses of Someone", "src/alpha.rs", &first);
        world.next_person();
        world.repo.commit_file("main", "Update the addresses (#13)", "src/alpha.rs", &both);
        world.same_person();
        let message = format!("Update the addresses{mark}");
        let pick = world.repo.commit_file(LINE, &message, "src/alpha.rs", &both);
        assert_eq!(world.identify().origins(pick).len(), found, "{mark}");
    }
}

#[test]
fn a_named_part_of_a_wide_change_is_found() {
    let mut world = World::new();
    let wide = format!("{}{}", world.with("alpha", "lease", 6), lines("wide", 100));
    let origin = world.on("main", &format!("{TITLE} (#12)"), "alpha", &wide);
    let part = format!("{}{}", world.with("alpha", "lease", 6), lines("own", 5));
    let message = "Be patient\n\nPartial backport of https://example.com/o/n/pull/12";
    let pick = world.on(LINE, message, "alpha", &part);
    assert_eq!(world.identify().origins(pick), [origin]);
}

/// A change of trunk that adds these lines to one file and others of its own to forty.
fn wide(world: &mut World, name: &str, count: usize) -> CommitId {
    let paths: Vec<String> = (0..40).map(|n| format!("wide/file_{n}.rs")).collect();
    let (mut texts, shared) = (vec![lines("wide", 8); paths.len()], world.with("alpha", name, count));
    texts[0] += "the end\n";
    let mut files: Vec<(&str, Option<&str>)> =
        paths.iter().zip(&texts).map(|(path, text)| (path.as_str(), Some(text.as_str()))).collect();
    files.push(("src/alpha.rs", Some(&shared)));
    world.repo.pass_days(1);
    world.next_person();
    world.repo.commit_files("main", "Rework everything", &files)
}

#[test]
fn a_change_that_lies_whole_in_a_wide_one_is_a_part_of_it() {
    let mut world = World::new();
    let origin = wide(&mut world, "lease", 9);
    let pick = world.line("Make it safe for old servers", "alpha", "lease", 9);
    let answer = world.identify();
    assert_eq!((answer.origins(pick), answer.main(pick).fit), (vec![origin], Some(Fit::Partial)));
}

#[test]
fn of_a_wide_change_with_little_in_common_only_the_common_files_are_read() {
    let mut world = World::new();
    let origin = wide(&mut world, "lease", 2);
    let text = format!("{}{}", world.with("alpha", "lease", 2), lines("own", 12));
    let own = world.on(LINE, "Make it safe for old servers", "alpha", &text);
    // Whoever reads all of it learns that one of its files is absent.
    world.repo.lose(&format!("{origin}:wide/file_0.rs"));
    let answer = world.identify();
    assert_eq!((answer.origins(own), answer.unknown), (vec![], 0));
}

#[test]
fn the_number_after_the_word_backport_names_the_original() {
    let mut world = World::new();
    let origin = world.trunk("Wait for the lease (#12345)", "alpha", "lease", 3);
    world.trunk("Do something else (#12346)", "beta", "other", 4);
    let text = world.with("beta", "lease", 3);
    let pick = world.on(LINE, "docs: backport 12345 to 1.8 (#40)", "beta", &text);
    let answer = world.identify();
    assert_eq!(answer.origins(pick), [origin]);
    assert!(answer.main(pick).evidence.contains(&Evidence::Number));
}

#[test]
fn blanks_alone_are_a_change_where_nothing_else_is_one() {
    let mut world = World::new();
    let moved_in = file("alpha").replace("    let", "        let");
    let origin = world.on("main", "Indent as the others do", "alpha", &moved_in);
    let pick = world.on(LINE, "Backport of what reads better", "alpha", &format!("{moved_in}    let own = 1;\n"));
    let own = world.on(LINE, "Something else", "beta", &file("beta").replace("    let", "  let"));
    let answer = world.identify();
    assert_eq!((answer.origins(pick), answer.origins(own)), (vec![origin], vec![]));
}

#[test]
fn a_late_change_is_found_past_many_nearer_ones_of_a_file_that_few_touch() {
    let mut world = World::new();
    let origin = world.trunk(TITLE, "alpha", "lease", 8);
    world.repo.pass_days(100);
    for n in 0..20 {
        world.trunk(&format!("Step {n} of another plan"), "alpha", &format!("step{n}"), 2);
    }
    let pick = world.line("Make it safe for old servers", "alpha", "lease", 7);
    assert_eq!(world.identify().origins(pick), [origin]);
}

#[test]
fn a_request_of_many_steps_is_one_change_under_the_title_of_its_first() {
    let mut world = World::new();
    world.repo.branch("topic", "main");
    let (first, last) = (world.with("alpha", "draft", 3), world.with("alpha", "lease", 8));
    let at = world.repo.now();
    world.repo.set_author(Some(("Someone", at)));
    let titled = world.repo.commit_file("topic", TITLE, "src/alpha.rs", &first);
    let drafted = world.on("topic", "Address comments", "alpha", &file("alpha"));
    let whole = world.on("topic", "Do it otherwise", "alpha", &last);
    world.repo.merge("main", "topic", "Merge pull request #1234 from a/topic");
    world.repo.set_author(Some(("Someone", at)));
    let pick = world.repo.commit_file(LINE, TITLE, "src/alpha.rs", &last);
    let origins = world.identify().origins(pick);
    assert!(origins.contains(&titled) && origins.contains(&whole) && !origins.contains(&drafted), "{origins:?}");
}

#[test]
fn the_notes_of_a_release_that_trunk_copies_later_are_carried_over() {
    let mut world = World::new();
    let (notes, archive) = (lines("fixed", 1), format!("{}{}", lines("fixed", 1), lines("older", 40)));
    let write = |world: &mut World, branch: &str, message: &str, text: &str| {
        world.same_person();
        world.repo.commit_file(branch, message, "RELEASE_NOTES.md", text)
    };
    let own = write(&mut world, LINE, "Update release notes for v1.8.1", &notes);
    let copy = write(&mut world, "main", "Update release notes on main", &archive);
    let answer = world.identify();
    assert_eq!(answer.origins(own), [copy]);
    assert_eq!((answer.main(own).confidence, answer.of(own).class), (Confidence::Medium, Class::Backport));
}

#[test]
fn a_version_that_is_raised_on_both_sides_is_no_backport() {
    let mut world = World::new();
    for (branch, message) in [(LINE, "Bump version to 1.8.1"), ("main", "Bump version to 1.8.1 on main")] {
        world.same_person();
        world.repo.commit_file(branch, message, "VERSION", "the version of everything in here is now 1.8.1\n");
    }
    let own = world.repo.id(LINE);
    assert_eq!((world.identify().origins(own), world.identify().of(own).class), (vec![], Class::Release));
}

#[test]
fn other_text_in_the_same_place_is_another_change() {
    let mut world = World::new();
    let text = |digest: &str| file("alpha").replace("compute_alpha", digest);
    world.on("main", "Pin the base images", "alpha", &text("digest_4a5b"));
    let own = world.on(LINE, "Pin the base images", "alpha", &text("digest_9c8d"));
    assert_eq!(world.identify().origins(own), []);
}

#[test]
fn the_second_in_which_it_was_written_speaks_for_a_change_that_somebody_else_took_over() {
    for same_second in [true, false] {
        let mut world = World::new();
        let origin = world.trunk("Run the updater", "alpha", "lease", 6);
        let at = world.repo.now() - chrono::TimeDelta::hours(5);
        world.repo.set_author(Some(("bot", at)));
        let text = format!("{}{}", world.with("beta", "batch", 3), lines("more", 5));
        let bumped = world.repo.commit_file("main", "BOT: run the updater", "src/beta.rs", &text);
        world.repo.pass_days(1);
        world.repo.set_author(Some(("Somebody", if same_second { at } else { world.repo.now() })));
        let part = format!("{}{}", world.with("beta", "batch", 3), lines("own", 5));
        let pick = world.repo.commit_file(LINE, "update go to 1.23.5", "src/beta.rs", &part);
        let found = world.identify().origins(pick);
        assert_eq!(found, if same_second { vec![bumped] } else { vec![] }, "not {origin}");
    }
}

#[test]
fn who_says_picked_and_moves_to_the_same_version_took_that_over() {
    for (message, is_pick) in [
        ("chore(cherry-pick-1.8): bump `expr` version from `v1.7.5` to `v1.7.7`", true),
        ("bump expr to v1.7.7", false),
    ] {
        let mut world = World::new();
        let modules = |version: &str| format!("module main\n\nrequire example.com/lang/expr {version}\n");
        world.repo.commit_file(LINE, "Start with modules", "go.mod", &modules("v1.7.5"));
        world.repo.commit_file("main", "Have modules", "go.mod", &modules("v1.7.6"));
        world.repo.pass_days(40);
        world.next_person();
        let title = "chore(deps): bump example.com/lang/expr from 1.7.6 to 1.7.7 (#12)";
        let origin = world.repo.commit_file("main", title, "go.mod", &modules("v1.7.7"));
        world.repo.pass_days(25);
        world.next_person();
        let pick = world.repo.commit_file(LINE, message, "go.mod", &modules("v1.7.7"));
        let expected = if is_pick { vec![origin] } else { vec![] };
        assert_eq!(world.identify().origins(pick), expected, "{message}");
    }
}
