//! The sample repository: what a new user runs first.

use serde_json::Value;

use crate::support::World;

#[test]
fn the_sample_is_built_read_and_the_same_every_time() {
    let world = World::new();
    let build = |name: &str| {
        let run = world.run_in("home", &[("TWINTRACK_NOW", "")], &["demo", name]).succeeded();
        assert_eq!(run.stderr, "", "{run}");
        (run.stdout.replace(name, "[DEMO]"), world.git(&format!("home/{name}/acme.git"), &["for-each-ref"]))
    };
    let (shown, refs) = build("demo-1");
    assert!(shown.contains("1.9.3-r"), "{shown}");
    assert!(shown.contains("export TWINTRACK_NOW=2025-06-02T12:00:00Z"), "{shown}");
    assert_eq!((shown, refs), build("demo-2"));
    for page in ["index.html", "managed/changelog.md", "team/managed/operations.md", "self-hosted/1.8/guide.md"] {
        assert!(!world.read(&format!("home/demo-1/documents/{page}")).is_empty());
    }
    let guide = world.read("home/demo-1/documents/self-hosted/changelog.md");
    assert!(guide.contains("The last job of a batch runs again."), "{guide}");
    world.git("home/demo-1/acme", &["fsck", "--strict"]);
    assert_eq!(world.git("home/demo-1/acme", &["status", "--porcelain"]), "");
}

#[test]
fn what_the_sample_proposes_to_try_works() {
    let world = World::new();
    let run = world.run(&["demo", "sample", "--format", "json"]).succeeded();
    let built: Value = serde_json::from_str(&run.stdout).unwrap();
    let now = built["now"].as_str().unwrap();
    for command in built["next"].as_array().unwrap() {
        let command = command.as_str().unwrap().replace("\"only a test\"", "test");
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        world.run_in("repo/sample/acme", &[("TWINTRACK_NOW", now)], &words).succeeded();
    }
    assert_eq!(world.git("repo/sample/acme.git", &["cat-file", "-t", "v1.9.3"]), "tag");
    let status = world.run_in("repo/sample/acme", &[("TWINTRACK_NOW", now)], &["status", "--format", "json"]);
    let status: Value = serde_json::from_str(&status.succeeded().stdout).unwrap();
    let lines = status["channels"][1]["lines"].as_array().unwrap();
    let shown: Vec<_> = lines.iter().map(|line| (line["name"].as_str(), line["kind"].as_str())).collect();
    assert_eq!(shown, [(Some("1.9"), Some("regular")), (Some("1.8"), Some("lts"))]);
}

#[test]
fn nothing_is_built_over_what_is_there() {
    let world = World::new();
    world.write("repo/here/file", "mine");
    let run = world.run(&["demo", "here"]).refused(3);
    assert!(run.stderr.contains("`here` is not empty"), "{run}");
    let run = world.run(&["demo", "here/file"]).refused(2);
    assert!(run.stderr.contains("is no directory"), "{run}");
    assert_eq!(world.read("repo/here/file"), "mine");
}
