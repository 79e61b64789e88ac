//! Feeds for other programs, read by parsers that are not ours.

use std::str::FromStr;

use atom_syndication::Feed;
use icalendar::{Calendar, Component};
use serde_json::Value;
use twintrack::testing::TestRepo;

use crate::support::World;

const POLICY: &str = r#"schema = 1

[project]
name = "Acme & <Sons>"
trunk = "main"
url = "https://git.example.com/acme/acme"

[channels.managed]
kind = "continuous"
tag = "deploy/{environment}/{date}.{seq}"

[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
candidate = "v{version}-rc.{seq}"
support = { regular = "3 months", lts = "24 months", security-after = "1 month" }

[channels.self-hosted.lines."1.1"]
kind = "lts"
planned = [{ version = "1.1.1", on = 2025-07-03, about = "quarterly rollup; with fixes, and\nmore" }]
"#;

fn world() -> World {
    let mut repo = TestRepo::new();
    repo.commit_file("main", "chore: begin", "release.toml", POLICY);
    repo.commit("main", "feat: count the jobs");
    repo.branch("release/1.0", "main");
    repo.tag("v1.0.0", "release/1.0");
    repo.tag("deploy/production/2025-01-01.1", "main");
    repo.set_date("2025-04-01");
    repo.commit("main", "fix: a | b `c` <script>alert(1)</script> & \u{1b}[31m ]]>");
    repo.tag("deploy/production/2025-04-01.1", "main");
    repo.tag_with("deploy/production/2025-04-01.2", "v1.0.0", "Back\n\nReplaces: deploy/production/2025-04-01.1");
    repo.branch("release/1.1", "main");
    repo.tag("v1.1.0-rc.1", "release/1.1");
    repo.tag("v1.1.0", "release/1.1");
    repo.tag_with("retracted/v1.0.0", "v1.0.0", "Retract\n\nReason: loses jobs");
    repo.checkout("main");
    let world = World::with(repo);
    world.run(&["publish", "--out", "../site"]).succeeded();
    world
}

fn published(world: &World, path: &str) -> String {
    let found = world.path("repo").join("../site").join(path);
    fs_err::read_to_string(found).unwrap()
}

fn titles(feed: &Feed) -> Vec<&str> {
    feed.entries().iter().map(|entry| entry.title().as_str()).collect()
}

#[test]
fn feeds_have_an_entry_for_each_release_and_deploy() {
    let world = world();
    let feed = Feed::from_str(&published(&world, "self-hosted/feed.atom")).unwrap();
    assert_eq!(titles(&feed), ["Acme & <Sons> 1.1.0", "Acme & <Sons> 1.0.0 (retracted)"]);
    let entry = &feed.entries()[0];
    let content = entry.content().unwrap();
    assert_eq!(content.content_type(), Some("html"));
    let html = content.value().unwrap();
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script>") && !html.contains('\u{1b}'), "{html}");
    assert_eq!(feed.updated(), entry.updated());
    let of_line = Feed::from_str(&published(&world, "self-hosted/1.0/feed.atom")).unwrap();
    assert_eq!(titles(&of_line), ["Acme & <Sons> 1.0.0 (retracted)"]);
    assert_eq!(of_line.entries()[0].id(), feed.entries()[1].id(), "one entry has one id in all feeds");
    let managed = Feed::from_str(&published(&world, "managed/feed.atom")).unwrap();
    assert_eq!(
        titles(&managed),
        [
            "Rolled back: deploy/production/2025-04-01.2",
            "deploy/production/2025-04-01.1",
            "deploy/production/2025-01-01.1"
        ]
    );
    let ids: std::collections::BTreeSet<&str> = managed.entries().iter().map(|entry| entry.id()).collect();
    assert_eq!(ids.len(), 3);
}

#[test]
fn lines_are_cycles_as_endoflife_date_has_them() {
    let cycles: Value = serde_json::from_str(&published(&world(), "self-hosted/endoflife.json")).unwrap();
    let schema: Value = serde_json::from_str(include_str!("endoflife.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(&cycles).map(|fault| fault.to_string()).collect();
    assert_eq!(faults, Vec::<String>::new());
    let newest = &cycles[0];
    assert_eq!((&newest["cycle"], &newest["latest"], &newest["lts"]), (&"1.1".into(), &"1.1.0".into(), &true.into()));
    assert_eq!((&newest["releaseDate"], &newest["support"]), (&"2025-04-01".into(), &"2027-04-01".into()));
    assert_eq!(cycles.as_array().unwrap().len(), 1, "a line whose releases were all withdrawn is none to install");
}

#[test]
fn what_is_planned_and_when_support_ends_is_a_calendar() {
    let text = published(&world(), "self-hosted/calendar.ics");
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let calendar: Calendar = text.parse().unwrap();
    let told: Vec<String> = calendar
        .components
        .iter()
        .filter_map(|component| component.as_event())
        .map(|event| format!("{:?} {}", event.get_start().unwrap(), event.get_summary().unwrap()))
        .collect();
    assert!(told.iter().any(|event| event.contains("2025-07-03") && event.ends_with("1.1.1 planned")), "{told:?}");
    assert!(told.iter().any(|event| event.ends_with("1.1: the last day of fixes")), "{told:?}");
    let planned =
        calendar.components.iter().filter_map(|c| c.as_event()).find(|e| e.get_summary().unwrap().contains("planned"));
    assert!(planned.unwrap().get_description().unwrap().contains("rollup"), "{text}");
}

#[test]
fn the_same_repository_gives_the_same_feeds_on_another_day() {
    let world = world();
    let before = published(&world, "self-hosted/feed.atom") + &published(&world, "self-hosted/calendar.ics");
    world.run_in("repo", &[("TWINTRACK_NOW", "2025-06-20T12:00:00Z")], &["publish", "--out", "../site"]).succeeded();
    assert_eq!(before, published(&world, "self-hosted/feed.atom") + &published(&world, "self-hosted/calendar.ics"));
}
