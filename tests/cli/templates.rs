//! `templates`: what ships is shown and written, and what a project has in its place is looked at.

use insta::assert_snapshot;

use crate::support::{World, two_channels};

#[test]
fn templates_are_listed_with_what_they_make() {
    let world = World::with(two_channels());
    world.write("repo/templates/twintrack/versioned/support.md.hbs", "# Ask us\n");
    world.write("repo/templates/twintrack/suport.md.hbs", "");
    world.write("repo/templates/twintrack/README.md", "ours");
    let shown = world.run(&["templates", "list"]).succeeded();
    assert_snapshot!(shown);
    assert!(shown.stdout.lines().all(|line| line.chars().count() <= 80), "{shown}");
}

#[test]
fn every_template_is_shown_as_it_ships_and_as_the_project_has_it() {
    let world = World::with(two_channels());
    let listed = world.run(&["templates", "list", "--format", "json"]).succeeded().stdout;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    for template in listed["templates"].as_array().unwrap() {
        let name = template["name"].as_str().unwrap();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let shown = world.run(&["templates", "show", name]).succeeded().stdout;
        assert_eq!(shown, fs_err::read_to_string(root.join(name)).unwrap(), "{name}");
    }
    world.write("repo/templates/twintrack/index.md.hbs", "# Ours\n");
    assert_eq!(world.run(&["templates", "show", "index.md.hbs", "--own"]).succeeded().stdout, "# Ours\n");
    assert_snapshot!(world.run(&["templates", "show", "index.md.hbs", "--fields"]).succeeded());
    let run = world.run(&["templates", "show", "idnex.md.hbs"]).refused(2);
    assert!(run.stderr.contains("did you mean `index.md.hbs`?"), "{run}");
    world.run(&["templates", "show", "page.css", "--own"]).refused(2);
}

#[test]
fn templates_are_written_into_the_project_and_never_over_its_own() {
    let world = World::with(two_channels());
    let path = "repo/templates/twintrack/versioned/guide.md.hbs";
    assert_snapshot!(world.run(&["templates", "eject", "versioned/guide.md.hbs", "--dry-run"]).succeeded());
    assert!(!world.path(path).exists());
    world.run(&["templates", "eject", "versioned/guide.md.hbs"]).succeeded();
    let run = world.run(&["templates", "eject", "versioned/guide.md.hbs"]).succeeded();
    assert!(run.stdout.contains("unchanged templates/twintrack/versioned/guide.md.hbs"), "{run}");
    world.write(path, "# Ours\n");
    assert_snapshot!(world.run(&["templates", "eject", "--all"]).refused(3));
    assert_eq!(world.read(path), "# Ours\n");
    assert!(!world.path("repo/templates/twintrack/index.md.hbs").exists());
}

#[test]
fn what_is_ejected_publishes_the_same_documents() {
    let world = World::with(two_channels());
    let out = world.path("out");
    world.run(&["publish", "--out", out.to_str().unwrap()]).succeeded();
    world.run(&["templates", "eject", "--all"]).succeeded();
    world.run(&["templates", "lint"]).succeeded();
    let run = world.run(&["publish", "--out", out.to_str().unwrap(), "--check"]).succeeded();
    assert!(run.stdout.contains("is current"), "{run}");
}

#[test]
fn mistakes_in_templates_are_found_with_their_places() {
    let world = World::with(two_channels());
    world.run(&["templates", "lint"]).succeeded();
    world.write("repo/templates/twintrack/index.md.hbs", "# {{project.name}}\n\n{{#if chanels}}a{{/if}}\n");
    world.write("repo/templates/twintrack/versioned/guide.md.hbs", "{{latest.version}}\n");
    world.write("repo/templates/twintrack/partials/entry.md.hbs", "- {{txt}}\n");
    world.write("repo/templates/twintrack/idnex.md.hbs", "");
    world.write("repo/templates/twintrack/page.html.hbs", "{{#if title}}");
    let run = world.run(&["templates", "lint"]);
    assert_eq!(run.code, Some(1));
    assert_snapshot!(run);
    let json = world.run(&["templates", "lint", "--format", "json"]);
    assert_eq!(json.code, Some(1));
    let found: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(found["findings"][1]["file"], "templates/twintrack/index.md.hbs");
    assert_eq!((&found["findings"][1]["line"], &found["passed"]), (&3.into(), &false.into()));
}
