//! What lines lack: the rules and gates about it, which say nothing until somebody asks.

use serde_json::Value;
use twintrack::testing::TestRepo;

use crate::support::{Run, World};

const POLICY: &str = r#"schema = 1

[project]
trunk = "main"

[channels.cloud]
kind = "continuous"
line = "cloud/{build}"

[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
cut-from = "trunk"
gates = { backports = "GATE" }

[changes]
backport-policy = { security = "maintained" }

[check]
rules = { RULES }
"#;

const ALL: &str = "security-backport-missing = \"fail\", hole = \"warn\", follow-up-missing = \"warn\", \
    upstream-first = \"warn\", hotfix-affects-lines = \"warn\"";

/// Trunk's commits that lines lack.
struct Fixes {
    security: String,
    counted: String,
    repair: String,
}

/// Lines 1.0 and 1.1 and a managed line. 1.0 has a fix that 1.1 lacks and whose repair it lacks itself, and released one
/// that trunk lacks; the managed line has one that both lack; a fix for security is on trunk alone.
fn acme(gate: &str, rules: &str) -> (World, Fixes) {
    let mut repo = TestRepo::new();
    let policy = POLICY.replace("GATE", gate).replace("RULES", rules);
    repo.commit_file("main", "feat: begin", "release.toml", &policy);
    for line in ["1.0", "1.1"] {
        repo.commit_file("main", &format!("feat: for {line}"), "feature", line);
        repo.branch(&format!("release/{line}"), "main");
        repo.tag(&format!("v{line}.0"), &format!("release/{line}"));
    }
    repo.branch("cloud/31", "main");
    let counted = repo.commit_file("main", "fix: count no job twice", "count", "once\n");
    repo.pick("release/1.0", counted, &format!("fix: count no job twice\n\n(cherry picked from commit {counted})"));
    let hot = repo.commit_file("main", "fix: answer at night", "night", "yes\n");
    repo.pick("cloud/31", hot, &format!("fix: answer at night\n\n(cherry picked from commit {hot})"));
    let repair = format!("fix: count the first job, too\n\nFixes: {counted}");
    let repair = repo.commit_file("main", &repair, "count", "once and first\n");
    let security = repo.commit_file("main", "security: check every token", "token", "checked\n");
    repo.commit_file("release/1.0", "fix: start on old kernels", "kernel", "old\n");
    repo.tag("v1.0.1", "release/1.0");
    repo.checkout("main");
    let fixes = Fixes { security: security.to_string(), counted: counted.to_string(), repair: repair.to_string() };
    (World::with(repo), fixes)
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"))
}

/// `rule subject` of each finding.
fn found(report: &Value) -> Vec<String> {
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|finding| format!("{} {}", text(finding, "rule"), text(finding, "subject"))).collect()
}

/// The names of the gates of a version that are open.
fn open(world: &World, version: &str) -> Vec<String> {
    let report = json(&world.run(&["gates", version, "--format=json"]));
    let gates = report["gates"].as_array().unwrap().iter().filter(|gate| gate["passed"] == false);
    gates.map(|gate| gate["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_rule_about_what_lines_lack_finds_it() {
    let (world, _) = acme("optional", ALL);
    let run = world.run(&["check", "--format=json"]);
    let report = json(&run);
    assert_eq!(
        found(&report),
        [
            "security-backport-missing cloud/31",
            "security-backport-missing release/1.1",
            "security-backport-missing release/1.0",
            "hole release/1.1",
            "follow-up-missing release/1.0",
            "upstream-first release/1.0",
            "hotfix-affects-lines release/1.1",
            "hotfix-affects-lines release/1.0",
        ]
    );
    assert_eq!(
        (run.code, &report["passed"], &report["not_asked"]),
        (Some(1), &false.into(), &Value::Array(Vec::new()))
    );
    let shown = world.run(&["check"]).stdout;
    for words in ["1 change for security wanted and missing: `Check every token`", "`Count no job twice`"] {
        assert!(shown.to_lowercase().contains(&words.to_lowercase()), "{shown}");
    }
}

#[test]
fn nothing_is_compared_until_somebody_asks() {
    let (world, _) = acme("optional", "hole = \"off\"");
    let report = json(&world.run(&["check", "--format=json"]).succeeded());
    assert_eq!(found(&report), [""; 0]);
    let names = |key: &str| report[key].as_array().unwrap().len();
    assert_eq!((names("off"), names("not_asked")), (1, 4));
    let (world, _) = acme("required", "hole = \"off\"");
    let report = json(&world.run(&["check", "--format=json"]));
    let asked = [
        "security-backport-missing cloud/31",
        "security-backport-missing release/1.1",
        "security-backport-missing release/1.0",
        "follow-up-missing release/1.0",
    ];
    assert_eq!(found(&report), asked, "what a gate asks for is checked, too");
}

#[test]
fn a_line_that_lacks_something_is_not_released() {
    let (world, fixes) = acme("required", "");
    assert_eq!(open(&world, "1.1.1"), ["security-backports", "holes"]);
    world.run(&["backport", &fixes.security, "--to", "1.1"]).succeeded();
    assert_eq!(open(&world, "1.1.1"), ["holes"]);
    let run = world.run(&["release", "1.1", "--bump", "patch"]).refused(3);
    assert!(run.stderr.contains("`holes`: 1 change that an older line has and this one lacks"), "{run}");
    world.run(&["backport", &fixes.counted, "--to", "1.1"]).succeeded();
    assert_eq!(open(&world, "1.1.1"), ["follow-ups"], "its repair has to come along");
    let over = ["release", "1.1", "--bump", "patch", "--override", "the repair is on its way"];
    world.run(&over).succeeded();
    let tag = world.git("repo", &["cat-file", "-p", "v1.1.1"]);
    assert!(tag.contains("\nOverride: the repair is on its way\nOpen-Gates: follow-ups\n"), "{tag}");
    world.run(&["backport", &fixes.repair, "--to", "1.1"]).succeeded();
    assert_eq!(open(&world, "1.1.2"), [""; 0]);
    world.run(&["release", "1.1", "--bump", "patch"]).succeeded();
}

#[test]
fn the_board_counts_what_waits_and_what_lacks_where_asked() {
    let (world, _) = acme("optional", "");
    let line = |arguments: &[&str]| {
        let report = json(&world.run(&[&["status", "--format=json"], arguments].concat()).succeeded());
        let lines = report["channels"][1]["lines"].as_array().unwrap().clone();
        lines.into_iter().find(|line| line["name"] == "1.1").unwrap()
    };
    let plain = line(&[]);
    assert!(plain["missing_backports"].is_null() && plain["holes"].is_null() && plain["changes_waiting"].is_null());
    let counted = line(&["--backports", "--changes"]);
    assert_eq!((&counted["missing_backports"], &counted["holes"]), (&1.into(), &1.into()));
    assert_eq!((&counted["unreleased"], &counted["changes_waiting"]), (&0.into(), &0.into()));
    let shown = world.run(&["status", "--backports", "--changes"]).succeeded().stdout;
    assert!(shown.contains("missing") && shown.contains("holes") && shown.contains("changes"), "{shown}");
}
