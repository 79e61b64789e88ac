//! `check`: what every rule finds, what it weighs, and that nothing is found where nothing is wrong.

use insta::assert_snapshot;
use serde_json::Value;
use twintrack::domain::Rule;
use twintrack::testing::TestRepo;

use crate::support::{Run, World, two_channels};

const POLICY: &str = r#"schema = 1

[project]
trunk = "main"

[channels.managed]
kind = "continuous"
line = "cloud/{build}"
tag = "deploy/{environment}/{date}.{seq}"
max-age = { warn = "7d", fail = "30d" }
rollback-limit = { count = 1, within = "30d" }

[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
candidate = "v{version}-rc.{seq}"
cut-from = "trunk"
gates = { sign-offs = ["qa"], notes = "required" }
allowed-kinds = { regular = ["fixed", "security"] }

[channels.self-hosted.lines."1.6"]
required-stop = { from = "1.6.0", reason = "converts the event store" }

[changes]
backport-policy = { fixed = "maintained" }

[tension]
min-deploys-per-week = { warn = 1 }
max-release-gap = "30d"
max-waiting-changes = 0
max-backport-lag = { fixed = "3d" }
max-unmatched-fixes = { warn = 0 }

[redaction]
patterns = [{ name = "incident", regex = "INC-[0-9]+" }]
"#;

/// A repository in which every rule finds something.
fn broken(rules: &str) -> World {
    let mut repo = TestRepo::new();
    repo.set_date("2025-04-01");
    let first = repo.commit_file("main", "chore: begin", "release.toml", &format!("{POLICY}{rules}"));
    repo.tag("deploy/production/2025-04-01.1", "main");
    repo.branch("release/1.6", "main");
    repo.commit("release/1.6", "chore: prepare 1.6");
    repo.tag("v1.6.0", "release/1.6");
    repo.tag_with("retracted/v1.6.0", "v1.6.0", "Retract 1.6.0\n\nReason: loses jobs");
    repo.branch("release/1.7", "main");
    repo.commit("release/1.7", "chore: prepare 1.7");
    repo.tag("v1.7.0", "release/1.7");
    repo.lightweight_tag("latest", "v1.7.0");
    let note = "+++\nkind = \"internal\"\n+++\n";
    let (flag, leak) = (format!("{note}Action required.\n"), format!("{note}As INC-4312 showed.\n"));
    let bad = note.replace("internal", "fixt");
    let notes = [("changes/bad.md", bad), ("changes/flag.md", flag), ("changes/leak.md", leak)];
    let notes: Vec<(&str, Option<&str>)> = notes.iter().map(|(path, text)| (*path, Some(text.as_str()))).collect();
    repo.commit_files("main", "chore: go on", &notes);
    repo.branch("release/1.8", "main");
    repo.tag_with("v1.8.0", "release/1.8", "Acme 1.8.0\n\nOverride: a customer waits\nOpen-Gates: qa");
    repo.commit("release/1.8", "feat: a new thing");
    repo.set_date("2025-05-20");
    repo.commit("main", "fix: count no job twice");
    repo.tag("deploy/production/2025-05-20.1", "main");
    repo.branch("cloud/1", "main");
    repo.commit_file("cloud/1", "fix: mend what is live", "live", "1\n");
    let back = "Roll back\n\nReplaces: deploy/production/2025-05-20.1\nBuilt-At: 2025-04-01T00:00:00Z";
    repo.tag_with("deploy/production/2025-05-20.2", &first.to_string(), back);
    repo.branch("release/1.9", "main");
    repo.commit("release/1.9", "chore: prepare 1.9");
    repo.tag("v1.9.0-rc.1", "release/1.9");
    let freeze = repo.tag_object("freeze/production/audit", first.object(), "commit", "Freeze production");
    repo.set_ref(&format!("refs/twintrack/freeze/production/audit/{freeze}"), freeze);
    repo.checkout("main");
    World::with(repo)
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"))
}

fn weights(report: &Value) -> Vec<(String, String)> {
    let findings = report["findings"].as_array().unwrap();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    findings.iter().map(|finding| (text(finding, "rule"), text(finding, "severity"))).collect()
}

#[test]
fn every_rule_finds_what_it_is_for() {
    let world = broken("");
    let run = world.run(&["check"]);
    assert_eq!(run.code, Some(1));
    assert_snapshot!(run);
    let report = json(&world.run(&["check", "--format=json"]));
    assert_eq!(report["passed"], false);
    let found: Vec<String> = weights(&report).into_iter().map(|(rule, _)| rule).collect();
    for rule in Rule::all().filter(|rule| !rule.is_only_on_demand()) {
        assert!(found.iter().any(|found| found == rule.as_str()), "nothing is found by `{rule}`: {found:?}");
    }
    let finding = &report["findings"][0];
    assert_eq!((&finding["rule"], &finding["subject"]), (&"binary-age".into(), &"production".into()));
    assert!(finding["message"].as_str().unwrap().contains("61 days old, past the limit of 30d"), "{finding}");
    assert!(finding["hint"].is_string());
}

#[test]
fn rules_weigh_what_the_configuration_says() {
    let all = |word: &str| {
        let rules: Vec<String> = Rule::all().map(|rule| format!("{rule} = \"{word}\"")).collect();
        format!("\n[check]\nrules = {{ {} }}\n", rules.join(", "))
    };
    let run = broken(&all("off")).run(&["check", "--format=json"]);
    let report = json(&run);
    assert_eq!((run.code, report["findings"].as_array().unwrap().len()), (Some(0), 0));
    assert_eq!(report["off"].as_array().unwrap().len(), Rule::all().count());
    for (word, code) in [("warn", 0), ("fail", 1)] {
        let run = broken(&all(word)).run(&["check", "--format=json"]);
        assert_eq!((run.code, &json(&run)["not_asked"]), (Some(code), &Value::Array(Vec::new())), "{run}");
        assert!(weights(&json(&run)).iter().all(|(_, severity)| severity == word), "{run}");
    }
    let run = broken("\n[check]\nrules = { binary-ages = \"off\" }\n").run(&["check"]).refused(6);
    assert!(run.stderr.contains("there is no rule `binary-ages`") && run.stderr.contains("`binary-age`"), "{run}");
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    let run = World::with(two_channels()).run(&["check"]).succeeded();
    assert!(run.stdout.starts_with("passed: every rule holds\n"), "{run}");
}
