//! The session that the README shows is what the commands print. `TWINTRACK_UPDATE=1` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use super::support::World;

const FENCE: &str = "```";

/// The day on which the sample's story ends.
const NOW: &str = "2025-06-02T12:00:00Z";

/// The README with the output of each `console` block as the commands print it now.
fn played(readme: &str, world: &World) -> String {
    let mut text = String::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        let _ = writeln!(text, "{line}");
        if line != "```console" {
            continue;
        }
        for shown in lines.by_ref() {
            if shown == FENCE {
                let _ = writeln!(text, "{FENCE}");
                break;
            }
            if let Some(command) = shown.strip_prefix("$ twintrack ") {
                let arguments: Vec<&str> = command.split(' ').collect();
                let run = world.run_in("home/sample/acme", &[("TWINTRACK_NOW", NOW)], &arguments).succeeded();
                assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "wider than a terminal:\n{run}");
                let _ = write!(text, "{shown}\n{}", run.stdout);
            }
        }
    }
    text
}

#[test]
fn the_session_of_the_readme_is_what_the_commands_print() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs_err::read_to_string(&path).unwrap();
    let world = World::new();
    world.run_in("home", &[("TWINTRACK_NOW", "")], &["demo", "sample"]).succeeded();
    let played = played(&readme, &world);
    if std::env::var_os("TWINTRACK_UPDATE").is_some() {
        fs_err::write(&path, &played).unwrap();
    }
    assert!(readme.contains("```console\n$ twintrack status\n"), "the README shows the board");
    assert_eq!(played, fs_err::read_to_string(&path).unwrap(), "run `TWINTRACK_UPDATE=1 cargo test`");
}
