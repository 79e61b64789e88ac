//! What every command shares: arguments, the clock, errors in both forms, exit codes.

use std::process::{Command, Stdio};

use insta::assert_snapshot;

use crate::support::{World, two_channels};

#[test]
fn without_a_command_the_help_is_shown() {
    let run = World::new().run(&[]).refused(2);
    assert!(run.stderr.contains("Usage: twintrack [OPTIONS] <COMMAND>"), "{run}");
}

#[test]
fn a_word_that_is_no_command_is_wrong_usage() {
    assert_snapshot!(World::new().run(&["statsu"]));
}

#[test]
fn wrong_usage_is_told_as_json_where_json_was_asked_for() {
    assert_snapshot!(World::new().run(&["statsu", "--format", "json"]));
}

#[test]
fn a_clock_that_cannot_be_read_is_wrong_usage() {
    for (name, value) in [("TWINTRACK_NOW", "yesterday"), ("SOURCE_DATE_EPOCH", "1.5")] {
        let run = World::new().run_in("repo", &[("TWINTRACK_NOW", ""), (name, value)], &["man"]).refused(2);
        assert!(run.stderr.contains(&format!("environment variable `{name}` is `{value}`")), "{run}");
        assert!(run.stderr.contains("hint: "), "{run}");
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    let run = World::new().run(&["--version"]).succeeded();
    assert_eq!(run.stdout, format!("twintrack {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn colours_come_only_where_they_are_wanted() {
    let error = |arguments: &[&str], variables: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> = [("TWINTRACK_NOW", "x")].iter().chain(variables).copied().collect();
        World::new().run_in("repo", &all, arguments).stderr
    };
    assert!(!error(&["man"], &[]).contains('\u{1b}'));
    assert!(error(&["man", "--color=always"], &[]).contains('\u{1b}'));
    assert!(!error(&["man"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\u{1b}'));
}

#[test]
#[cfg(unix)]
fn an_interrupted_run_ends_with_the_code_of_shells() {
    let world = World::with(two_channels());
    let made = Command::new("mkfifo").arg(world.path("pipe")).status().unwrap();
    assert!(made.success());
    let mut command = world.twintrack("repo");
    command.args(["status", "--config"]).arg(world.path("pipe")).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Opening the other end waits until the run has opened its own, and then it waits for words that do not come.
    let held = fs_err::OpenOptions::new().write(true).open(world.path("pipe")).unwrap();
    let sent = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(held);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let world = World::new();
    let mut command = world.twintrack("repo");
    let mut child = command.args(["completions", "zsh"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
}
