//! Records that clones and their remote share.

use serde_json::Value;
use twintrack::testing::TestRepo;

use crate::support::{World, two_channels};

/// A freeze of production, in the way of every record: under a ref that ends in the id of its own object.
fn freeze(repo: &mut TestRepo, name: &str) -> String {
    let target = repo.id("main").object();
    let id = repo.tag_object(name, target, "commit", "Freeze production");
    let reference = format!("refs/twintrack/freeze/production/{name}/{id}");
    repo.set_ref(&reference, id);
    reference
}

fn world(names: &[&str]) -> (World, Vec<String>) {
    let mut repo = two_channels();
    let records = names.iter().map(|name| freeze(&mut repo, name)).collect();
    let world = World::with(repo);
    fs_err::create_dir(world.path("remote")).unwrap();
    world.git("remote", &["init", "--quiet", "--bare", "--initial-branch=main"]);
    world.git("repo", &["remote", "add", "origin", world.path("remote").to_str().unwrap()]);
    world.git("repo", &["push", "--quiet", "origin", "main"]);
    (world, records)
}

#[test]
fn records_reach_the_remote_and_every_clone() {
    let (world, records) = world(&["year-end"]);
    let planned = world.run(&["sync", "--dry-run"]).succeeded();
    assert_eq!(planned.stdout, format!("would push {}\nNothing was changed: this was a dry run.\n", records[0]));
    assert_eq!(world.git("remote", &["for-each-ref", "refs/twintrack"]), "");
    world.run(&["sync"]).succeeded();
    let clone = world.path("clone");
    world.git("repo", &["clone", "--quiet", world.path("remote").to_str().unwrap(), clone.to_str().unwrap()]);
    let before = world.run_in("clone", &[], &["status"]).succeeded();
    assert!(before.stdout.contains("records never synchronised"), "{before}");
    // A record that only the clone has is not lost by fetching.
    let own = format!("refs/twintrack/deploy/production/{}", "2025-06-01.1");
    world.git("clone", &["update-ref", &own, "HEAD"]);
    let run = world.run_in("clone", &[], &["sync", "--format", "json"]).succeeded();
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((report["fetched"][0].as_str(), report["sent"][0].as_str()), (Some(&*records[0]), Some(&*own)));
    assert_eq!(report["synced_at"], "2025-06-01T12:00:00Z");
    let after = world.run_in("clone", &[], &["status"]).succeeded();
    assert!(after.stdout.contains("records synchronised 2025-06-01 12:00 UTC"), "{after}");
    let again = world.run_in("clone", &[], &["sync"]).succeeded();
    assert_eq!(again.stdout, "Records agree with origin.\n");
    assert_eq!(
        world.git("remote", &["for-each-ref", "--format=%(refname)", "refs/twintrack"]),
        format!("{own}\n{}", records[0])
    );
}

#[test]
fn many_records_come_by_their_places() {
    let names: Vec<String> = (0..120).map(|number| format!("n{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (world, records) = world(&names);
    world.run(&["sync"]).succeeded();
    for record in &records {
        world.git("repo", &["update-ref", "-d", record]);
    }
    world.run(&["sync"]).succeeded();
    assert_eq!(world.git("repo", &["for-each-ref", "refs/twintrack"]).lines().count(), 120);
}

#[test]
fn what_differs_is_left_to_a_person() {
    let (world, _) = world(&[]);
    let name = "refs/twintrack/deploy/production/2025-06-01.1";
    world.git("repo", &["update-ref", name, "main"]);
    world.git("repo", &["push", "--quiet", "origin", &format!("main~1:{name}")]);
    let run = world.run(&["sync"]).refused(4);
    assert!(run.stderr.contains("differs here and on the remote `origin`"), "{run}");
}

#[test]
fn records_need_a_remote_that_is_there() {
    let world = World::with(two_channels());
    assert!(world.run(&["sync"]).refused(2).stderr.contains("there is no remote to push to"));
    world.git("repo", &["remote", "add", "origin", "/nowhere/at/all"]);
    let run = world.run(&["sync"]).refused(7);
    assert!(run.stderr.contains("cannot reach the remote `origin`"), "{run}");
}
