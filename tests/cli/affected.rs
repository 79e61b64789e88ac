//! `affected`: who has a change and who lacks it, and what a release has.

use insta::assert_snapshot;
use serde_json::Value;
use twintrack::domain::CommitId;
use twintrack::testing::TestRepo;

use crate::support::{RELEASE_TOML, World};

const CODE: &str = "first line of the code\nsecond line of the code\nthird line of the code\n";
const FIX: &str = "first line of the code\nsecond line, mended for good\nthird line of the code\n";

const NOTE: &str = "+++\nkind = \"security\"\n[security]\nseverity = \"high\"\nids = [\"GHSA-aaaa-bbbb-cccc\"]\n\
    disclose-on = 2025-05-20\n+++\nAn outsider could read *any* job.\n";

/// Four lines of which 1.1 and 1.2 got the fix, 1.2 from trunk and 1.1 as a backport; 1.0 is over. The fault came after 1.0.
/// Also the fix and its backport.
fn weakness() -> (TestRepo, CommitId, CommitId) {
    weakness_with(NOTE)
}

fn weakness_with(note: &str) -> (TestRepo, CommitId, CommitId) {
    let mut repo = TestRepo::new();
    repo.commit_files("main", "chore: begin", &[("release.toml", Some(RELEASE_TOML)), ("code", Some(CODE))]);
    cut(&mut repo, "1.0");
    repo.commit_file("main", "feat: let people look at jobs (#7)", "look", "everybody may look at everything\n");
    cut(&mut repo, "1.1");
    repo.set_date("2025-05-01");
    let files = [("code", Some(FIX)), ("changes/owner.md", Some(note))];
    let fix = repo.commit_files("main", "fix(api): check the owner (CVE-2025-1001) (#12)", &files);
    repo.tag("deploy/staging/2025-05-01.1", "main");
    repo.tag("deploy/production/2025-05-01.1", "main");
    let picked = repo.pick("release/1.1", fix, "fix(api): check the owner (CVE-2025-1001) (#12) (#13)");
    repo.tag("v1.1.1", "release/1.1");
    cut(&mut repo, "1.2");
    repo.checkout("main");
    (repo, fix, picked)
}

fn cut(repo: &mut TestRepo, line: &str) {
    let branch = format!("release/{line}");
    repo.branch(&branch, "main");
    repo.commit(&branch, &format!("chore: prepare {line}"));
    repo.tag(&format!("v{line}.0-rc.1"), &branch);
    repo.tag(&format!("v{line}.0"), &branch);
}

#[test]
fn a_weakness_is_looked_for_on_every_line() {
    assert_snapshot!(World::with(weakness().0).run(&["affected", "CVE-2025-1001", "--introduced", "#7"]));
}

#[test]
fn who_has_a_change_is_a_contract_as_json() {
    assert_snapshot!(World::with(weakness().0).run(&["affected", "#12", "--format", "json"]));
}

#[test]
fn a_release_tells_what_it_has() {
    assert_snapshot!(World::with(weakness().0).run(&["affected", "v1.1.1"]));
}

#[test]
fn who_has_a_change_is_a_document() {
    let world = World::with(weakness().0);
    let run = |what: &str, format: &str| world.run(&["affected", what, "--format", format]).succeeded().stdout;
    assert_snapshot!("a_change_as_a_document", run("CVE-2025-1001", "markdown"));
    assert_snapshot!("a_release_as_a_document", run("v1.1.1", "markdown"));
    assert!(run("#12", "html").contains("<td><span class=\"short\"><strong>lacks it</strong></span></td>"));
    world.run(&["affected", "#12", "--osv", "--format", "html"]).refused(2);
}

/// The advisory that a run printed, once it is sound.
fn advisory(world: &World, arguments: &[&str]) -> Value {
    let run = world.run(arguments).succeeded();
    let advisory: Value = serde_json::from_str(&run.stdout).unwrap();
    let schema: Value = serde_json::from_str(include_str!("osv.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&advisory).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{run}");
    advisory
}

#[test]
fn an_advisory_is_in_the_format_of_the_world() {
    let (repo, fix, picked) = weakness();
    repo.write(
        "release.toml",
        &RELEASE_TOML.replace("[channels.managed]", "url = \"https://example.com/acme\"\n\n[channels.managed]"),
    );
    let world = World::with(repo);
    let found = advisory(&world, &["affected", "CVE-2025-1001", "--introduced", "#7", "--osv"]);
    assert_eq!(
        (found["id"].as_str(), found["modified"].as_str()),
        (Some("CVE-2025-1001"), Some("2025-06-01T12:00:00Z"))
    );
    assert_eq!(found["aliases"], serde_json::json!(["GHSA-aaaa-bbbb-cccc"]));
    assert_eq!(found["details"], "An outsider could read *any* job.");
    assert_eq!(found["database_specific"]["severity"], "HIGH");
    let ranges = found["affected"][0]["ranges"].as_array().unwrap();
    let events = serde_json::json!([{ "introduced": "1.1.0-rc.1" }, { "fixed": "1.1.1" }]);
    assert_eq!((ranges.len(), &ranges[0]["type"], &ranges[0]["events"]), (1, &"SEMVER".into(), &events));
    assert_eq!(found["affected"][0]["versions"], serde_json::json!(["1.1.0", "1.1.0-rc.1"]));
    let fixes: Vec<&str> =
        found["references"].as_array().unwrap().iter().filter_map(|one| one["url"].as_str()).collect();
    assert_eq!(fixes[..2], [fix, picked].map(|id| format!("https://example.com/acme/commit/{id}")));
}

#[test]
fn what_is_not_disclosed_is_told_by_no_command_in_no_form() {
    let note = NOTE
        .replace("2025-05-20", "2025-07-01")
        .replace("\n+++\nAn", "\n[[configuration]]\nkey = \"outsider.may-read\"\nchange = \"meaning\"\n[[known-issue]]\nabout = \"An outsider waits.\"\n+++\nAn");
    let (repo, fix, _) = weakness_with(&note);
    let world = World::with(repo);
    let fix = fix.to_string();
    for arguments in [
        &["affected", &fix][..],
        &["affected", "v1.1.1"],
        &["changelog", "--channel=self-hosted"],
        &["changelog", "--channel=managed"],
        &["upgrade", "--from=1.1.0", "--to=1.1.1"],
        &["surface", "--from=v1.1.0", "--to=v1.1.1"],
    ] {
        for format in ["text", "json", "markdown", "html"] {
            let run = world.run(&[arguments, &["--format", format]].concat()).succeeded();
            let is_told = arguments[0] != "surface";
            assert_eq!(run.stdout.contains("A security fix. Details follow on 2025-07-01."), is_told, "{run}");
            for secret in ["owner", "outsider", "GHSA", "CVE-2025", "#12"] {
                assert!(!run.stdout.contains(secret), "{secret}: {run}");
            }
        }
    }
    let run = world.run(&["affected", &fix, "--osv"]).succeeded();
    let warning = "warning: the change note asks to stay vague until 2025-07-01, and so does the advisory";
    assert!(run.stderr.contains(warning), "{run}");
    let found = advisory(&world, &["affected", &fix, "--osv"]);
    assert_eq!(found["summary"], "A security fix. Details follow on 2025-07-01.");
    assert_eq!((&found["aliases"], &found["references"]), (&serde_json::json!([]), &serde_json::json!([])));
    assert_eq!(found["database_specific"], Value::Null);
}

#[test]
fn an_advisory_of_commits_is_sound_too() {
    let (repo, _, picked) = weakness();
    let policy = RELEASE_TOML
        .replace("[channels.managed]", "url = \"https://example.com/acme\"\n\n[channels.managed]")
        .replace("kind = \"versioned\"", "kind = \"versioned\"\nversioning = \"calver\"");
    repo.write("release.toml", &policy);
    let found = advisory(&World::with(repo), &["affected", "#12", "--osv"]);
    let ranges = found["affected"][0]["ranges"].as_array().unwrap();
    assert_eq!(ranges.len(), 2, "{found:#}");
    assert_eq!(ranges[0]["events"][1]["fixed"], picked.to_string());
}

#[test]
fn a_change_without_an_id_of_the_world_gets_one_of_our_own() {
    let (mut repo, ..) = weakness();
    let fix = repo.commit("main", "fix: count no job twice").to_string();
    let found = advisory(&World::with(repo), &["affected", &fix, "--osv"]);
    assert_eq!(found["id"], format!("x_acme-{}", &fix[..9]));
}

#[test]
fn a_release_is_no_weakness() {
    let world = World::with(weakness().0);
    let run = world.run(&["affected", "1.1.1", "--osv"]).refused(2);
    assert!(run.stderr.contains("`--osv` is about a change, and `1.1.1` is a release"), "{run}");
    assert!(run.stderr.contains("write `v1.1.1^{commit}`"), "{run}");
    world.run(&["affected", "v1.1.1^{commit}", "--osv"]).succeeded();
    let run = world.run(&["affected", "1.1.1", "--introduced", "#7"]).refused(2);
    assert!(run.stderr.contains("`--introduced` is about a change"), "{run}");
}

#[test]
fn what_names_no_change_is_wrong_usage() {
    assert_snapshot!(World::with(weakness().0).run(&["affected", "1.1.2"]));
    let world = World::with(weakness().0);
    for (what, message) in [("#99", "names `#99`"), ("CVE-2025-9", "names `CVE-2025-9`"), ("99", "`99` is no commit")] {
        let run = world.run(&["affected", what]).refused(2);
        assert!(run.stderr.contains(message), "{run}");
    }
}

#[test]
fn an_advisory_needs_somebody_who_installs() {
    let (repo, fix, _) = weakness();
    let (policy, _) = RELEASE_TOML.split_once("[channels.self-hosted]").unwrap();
    repo.write("release.toml", policy);
    let run = World::with(repo).run(&["affected", &fix.to_string(), "--osv"]).refused(6);
    assert!(run.stderr.contains("no channel has releases that others install"), "{run}");
}

#[test]
fn published_advisories_follow_the_schema_and_wait_for_their_day() {
    let world = World::with(weakness_with(&NOTE.replace("2025-05-20", "2025-07-01")).0);
    let schema: Value = serde_json::from_str(include_str!("osv.schema.json")).unwrap();
    let publish = |day: &str, folder: &str| {
        let out = world.path(folder).display().to_string();
        let now = format!("{day}T12:00:00Z");
        world.run_in("repo", &[("TWINTRACK_NOW", &now)], &["publish", "--public", "--out", &out]).succeeded();
    };
    publish("2025-06-30", "before");
    assert!(!world.path("before/self-hosted/osv").exists());
    for (name, text) in crate::support::tree(&world.path("before")) {
        assert!(!text.contains("GHSA-aaaa-bbbb-cccc") && !text.contains("could read"), "{name} tells of it too early");
    }
    publish("2025-07-01", "after");
    let found: Value = serde_json::from_str(&world.read("after/self-hosted/osv/CVE-2025-1001.json")).unwrap();
    assert!(jsonschema::is_valid(&schema, &found), "{found:#}");
    assert_eq!(found["aliases"], serde_json::json!(["GHSA-aaaa-bbbb-cccc"]));
    let page = world.read("after/self-hosted/security.md");
    assert!(page.contains("[advisory in the OSV format](osv/CVE-2025-1001.json)"), "{page}");
    let files = crate::support::tree(&world.path("after"));
    assert_eq!(crate::support::faults(&files), Vec::<String>::new());
    // Nothing of it depends on the day.
    publish("2025-07-09", "later");
    assert_eq!(
        world.read("later/self-hosted/osv/CVE-2025-1001.json"),
        world.read("after/self-hosted/osv/CVE-2025-1001.json")
    );
}
