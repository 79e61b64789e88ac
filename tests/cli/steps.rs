//! What each command tells the step of GitHub Actions that it is part of, held against the table in `docs/ci.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::workflow::{Values, outputs};
use crate::support::{World, two_channels};

/// Outputs that a result may lack.
const SOMETIMES: [&str; 9] = [
    "next_version",
    "review_branch",
    "tag",
    "line",
    "previous_tag",
    "lines",
    "conflicts",
    "review_branches",
    "rollback_floor",
];

/// Runs a command as a step; its outputs and its summary.
fn step(world: &World, arguments: &[&str]) -> (Values, String) {
    for file in ["output", "summary"] {
        world.write(file, "");
    }
    let (output, summary) = (world.path("output"), world.path("summary"));
    let variables = [("GITHUB_OUTPUT", output.to_str().unwrap()), ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())];
    world.run_in("repo", &variables, arguments).succeeded();
    (outputs(&world.read("output")), world.read("summary"))
}

/// The names of the outputs of each command, as documented.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let page = fs_err::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/ci.md")).unwrap();
    let table = page.split("| command | outputs |").nth(1).unwrap().split("\n\n").next().unwrap();
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let rows = table.lines().filter_map(|row| row.trim_matches('|').split_once('|'));
    rows.flat_map(|(commands, names)| quoted(commands).into_iter().map(move |command| (command, quoted(names))))
        .map(|(command, names)| (command, names.into_iter().collect()))
        .collect()
}

fn world() -> World {
    let world = World::with(two_channels());
    world.git("repo", &["clone", "--quiet", "--bare", ".", world.path("remote").to_str().unwrap()]);
    world.git("repo", &["remote", "add", "origin", world.path("remote").to_str().unwrap()]);
    world
}

#[test]
fn every_command_sets_the_outputs_that_are_documented() {
    let world = world();
    let policy = crate::support::RELEASE_TOML.replace("support =", "gates = { sign-offs = [\"qa\"] }\nsupport =");
    world.write("repo/release.toml", &policy);
    let (site, bundle) = (world.path("site"), world.path("acme.tar"));
    let key = world.path("key").display().to_string();
    let mut keygen = world.command("ssh-keygen", &world.path("home"));
    assert!(keygen.args(["-q", "-t", "ed25519", "-N", "", "-f", &key]).status().unwrap().success());
    let runs: [(&str, &[&str]); 23] = [
        ("status", &["status"]),
        ("describe", &["describe"]),
        ("deploy record", &["deploy", "record", "-e", "production"]),
        ("deploy rollback", &["deploy", "rollback", "-e", "production"]),
        ("deploy freeze", &["deploy", "freeze", "-e", "production", "--reason", "the database moves"]),
        ("deploy thaw", &["deploy", "thaw", "-e", "production"]),
        ("cut", &["cut", "1.3", "--at", "main", "--reason", "x"]),
        ("check", &["check"]),
        ("sign-off", &["sign-off", "1.2.0-rc.1", "qa"]),
        ("gates", &["gates", "1.2.0-rc.1"]),
        ("release", &["release", "1.2", "--final"]),
        ("backport", &["backport", "main", "--to", "1.2"]),
        ("retract", &["retract", "1.2.0", "--reason", "loses jobs"]),
        ("changelog", &["changelog", "-c", "self-hosted", "--release", "1.1.0"]),
        ("templates lint", &["templates", "lint"]),
        ("tension", &["tension"]),
        ("audit", &["audit"]),
        ("note lint", &["note", "lint", "--base", "main"]),
        ("note new", &["note", "new", "Jobs run once", "--kind", "fixed"]),
        ("upgrade", &["upgrade", "--from", "1.0.1", "--to", "1.1.0"]),
        ("publish", &["publish", "--out", site.to_str().unwrap()]),
        (
            "bundle",
            &["bundle", "1.1.0", "--artifact", "release.toml", "--key", &key, "--out", bundle.to_str().unwrap()],
        ),
        ("sync", &["sync"]),
    ];
    let mut documented = documented();
    let mut met = BTreeSet::new();
    for (command, arguments) in runs {
        let (outputs, summary) = step(&world, arguments);
        assert!(!summary.trim().is_empty(), "`{command}` has no summary");
        let wanted = &documented[command];
        for name in outputs.keys() {
            assert!(wanted.contains(name), "`{name}` of `{command}` is not documented");
        }
        for name in wanted.iter().filter(|name| !SOMETIMES.contains(&name.as_str())) {
            assert!(outputs.contains_key(name), "`{command}` does not set `{name}`: {outputs:?}");
        }
        met.insert(command);
    }
    documented.retain(|command, _| !met.contains(command.as_str()));
    assert!(documented.is_empty(), "documented and not tried: {documented:?}");
}

#[test]
fn a_release_tells_what_its_readers_get() {
    let world = world();
    let (planned, summary) = step(&world, &["release", "1.2", "--final", "--dry-run"]);
    assert_eq!((planned["released"].as_str(), planned["version"].as_str()), ("false", "1.2.0"));
    assert!(summary.contains("1.2.0 of line 1.2 would be released"), "{summary}");
    let (done, summary) = step(&world, &["release", "1.2", "--final", "--push"]);
    assert_eq!((done["released"].as_str(), done["pushed"].as_str()), ("true", "true"));
    assert!(done["changelog"].starts_with("## 1.2.0 - 2025-06-01\n"), "{}", done["changelog"]);
    assert!(summary.contains("1.2.0 of line 1.2 is released") && summary.contains(&done["changelog"]), "{summary}");
    let (again, _) = step(&world, &["release", "1.2", "--final", "--push"]);
    assert_eq!((again["released"].as_str(), &again["changelog"]), ("false", &done["changelog"]));
    let (read, _) = step(&world, &["changelog", "-c", "self-hosted", "--release", "v1.2.0"]);
    assert_eq!(read["changelog"], done["changelog"]);
}

#[test]
fn what_a_commit_says_is_no_output_and_no_markup() {
    let mut repo = two_channels();
    repo.commit("release/1.2", "fix: <img src=x> @everyone\n\nversion=9.9.9\ntag<<EOF");
    let world = World::with(repo);
    let (outputs, _) = step(&world, &["release", "1.2", "--version", "1.2.0"]);
    assert_eq!((outputs["version"].as_str(), outputs["tag"].as_str()), ("1.2.0", "v1.2.0"));
    assert!(outputs["changelog"].contains("\n- \\<img src=x\\>"), "{}", outputs["changelog"]);
}
