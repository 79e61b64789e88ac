//! `customers.toml`: who needs to hear of a fix, and the notes for one customer.

use serde_json::Value;

use crate::support::{World, tree, two_channels};

const CUSTOMERS: &str = r#"
[customers.Initech]
version = "1.1.0"
contact = ["ops@initech.example", "+1 555 0100"]

[customers."Acme & Sons"]
version = "v1.0.1"
installation = "helm"
air-gapped = true

[customers.Cloudy]
channel = "managed"

[customers.Ahead]
version = "1.2.0"

[customers.Lost]
version = "0.9.9"
"#;

fn world() -> World {
    let mut repo = two_channels();
    repo.tag("v1.2.0", "release/1.2");
    let policy =
        format!("{}\n[channels.self-hosted.installations.helm]\ntitle = \"Helm\"\n", crate::support::RELEASE_TOML);
    let files = [("release.toml", Some(policy.as_str())), ("customers.toml", Some(CUSTOMERS))];
    repo.commit_files("main", "chore: say who our customers are", &files);
    repo.checkout("main");
    World::with(repo)
}

#[test]
fn those_who_lack_a_fix_come_first_with_whom_to_tell() {
    let world = world();
    let fix = world.git("repo", &["rev-parse", "main~2"]);
    let run = world.run(&["affected", &fix, "--customers"]).succeeded();
    let table: String = run.stdout.lines().take(8).map(|line| format!("{}\n", line.trim_end())).collect();
    insta::assert_snapshot!(table);
    let json = world.run(&["affected", &fix, "--customers=customers.toml", "--format", "json"]).succeeded();
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    let told: Vec<_> =
        json["customers"].as_array().unwrap().iter().map(|it| (it["name"].as_str(), it["state"].as_str())).collect();
    assert_eq!(told[0], (Some("Initech"), Some("affected")));
    assert_eq!(told.last().unwrap(), &(Some("Ahead"), Some("fixed")));
    assert_eq!((&json["customers"][0]["fixed_in"], &json["customers"][0]["line"]), (&"1.2.0".into(), &"1.1".into()));
}

#[test]
fn the_notes_for_a_customer_are_those_for_what_he_runs() {
    let world = world();
    let json = world.run(&["upgrade", "--customer", "acme & sons", "--to", "1.2.0", "--format", "json"]).succeeded();
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        (&json["from"], &json["installation"], &json["air_gapped"]),
        (&"1.0.1".into(), &"helm".into(), &true.into())
    );
}

#[test]
fn what_is_wrong_with_the_file_or_a_name_is_said() {
    let world = world();
    world.write("repo/bad.toml", "[customers.Initech]\nverson = \"1.1.0\"\n");
    for (arguments, code, words) in [
        (&["affected", "main", "--customers=bad.toml"][..], 6, "bad.toml:2:1: `customers.Initech.verson`"),
        (&["affected", "main", "--customers=none.toml"], 7, "`--customers FILE` names the file"),
        (&["affected", "main", "--customers", "--format", "html"], 2, "makes no document"),
        (&["affected", "1.1.0", "--customers"], 2, "`--customers`"),
        (&["upgrade", "--customer", "Inittech", "--to", "1.2.0"], 2, "did you mean `Initech`?"),
        (&["upgrade", "--customer", "Cloudy", "--to", "1.2.0"], 2, "runs nothing that could be upgraded"),
        (&["upgrade", "--to", "1.2.0"], 2, "--from"),
    ] {
        let refused = world.run(arguments).refused(code);
        assert!(refused.stderr.contains(words), "{refused}");
    }
}

#[test]
fn no_document_names_a_customer() {
    let world = world();
    let out = world.path("out").display().to_string();
    world.run(&["publish", "--site", "--out", &out]).succeeded();
    let files = tree(&world.path("out"));
    assert!(!files.is_empty());
    for (name, text) in files {
        for customer in ["Initech", "initech", "Cloudy", "555 0100"] {
            assert!(!text.contains(customer), "{name} names {customer}");
        }
    }
}
