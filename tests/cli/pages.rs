//! Commands that need no repository: completions and manual pages.

use crate::support::World;

#[test]
fn completions_are_written_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = World::new().run(&["completions", shell]).succeeded();
        assert!(run.stdout.contains("twintrack") && run.stdout.len() > 500, "{shell}");
    }
}

#[test]
fn a_shell_that_is_unknown_is_wrong_usage() {
    World::new().run(&["completions", "cmd"]).refused(2);
}

#[test]
fn the_manual_page_goes_to_standard_output() {
    let run = World::new().run(&["man"]).succeeded();
    assert!(run.stdout.contains(".TH twintrack 1"), "{run}");
}

#[test]
fn manual_pages_are_written_one_per_command() {
    let world = World::new();
    world.run(&["man", "--out", "pages/man1"]).succeeded();
    assert!(world.read("repo/pages/man1/twintrack.1").contains("SUBCOMMANDS"));
    assert!(world.read("repo/pages/man1/twintrack-man.1").contains("twintrack\\-man"));
}

#[test]
fn manual_pages_are_not_written_where_a_file_is_in_the_way() {
    let world = World::new();
    world.write("repo/pages", "mine");
    let run = world.run(&["man", "--out", "pages"]).refused(7);
    assert!(run.stderr.starts_with("error: cannot write manual pages\n  because: "), "{run}");
    assert_eq!(world.read("repo/pages"), "mine");
}
