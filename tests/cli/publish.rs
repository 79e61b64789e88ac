//! `publish`: what is written, that every link in it leads somewhere, and what a directory keeps.

use std::collections::BTreeMap;
use std::path::Path;

use insta::assert_snapshot;
use twintrack::testing::TestRepo;

use crate::support::{RELEASE_TOML, World, doubled_ids, faults, tree, two_channels};

fn publish(world: &World) -> BTreeMap<String, String> {
    let out = world.path("out");
    world.run(&["publish", "--out", out.to_str().unwrap()]).succeeded();
    tree(&out)
}

#[test]
fn every_document_of_both_channels_is_written_and_every_link_leads_somewhere() {
    let world = World::with(two_channels());
    let files = publish(&world);
    assert_eq!(faults(&files), Vec::<String>::new());
    assert_eq!(doubled_ids(&files), Vec::<String>::new());
    let pages: Vec<&String> = files.keys().filter(|name| name.ends_with(".md")).collect();
    assert_snapshot!(format!("{pages:#?}"));
}

#[test]
fn documents_read_as_people_read_them() {
    let world = World::with(two_channels());
    let files = publish(&world);
    for name in [
        "index",
        "managed/changelog",
        "team/managed/operations",
        "self-hosted/changelog",
        "self-hosted/support",
        "self-hosted/1.1/changelog",
        "self-hosted/1.1/guide",
    ] {
        assert_snapshot!(name.replace('/', "-"), files[&format!("{name}.md")]);
    }
}

#[test]
fn publishing_again_touches_nothing_and_a_check_says_so() {
    let world = World::with(two_channels());
    let before = publish(&world);
    let out = world.path("out");
    let out = out.to_str().unwrap();
    let run = world.run(&["publish", "--out", out]).succeeded();
    assert!(run.stdout.contains("is current: "), "{run}");
    let later = [("TWINTRACK_NOW", "2025-06-20T12:00:00Z")];
    world.run_in("repo", &later, &["publish", "--out", out, "--check"]).succeeded();
    assert_eq!(tree(Path::new(out)), before);
}

#[test]
fn what_was_changed_by_hand_is_brought_back() {
    let world = World::with(two_channels());
    let before = publish(&world);
    world.write("out/index.md", "edited");
    let out = world.path("out");
    let run = world.run(&["publish", "--out", out.to_str().unwrap(), "--check"]);
    assert_eq!(run.code, Some(1), "{run}");
    assert!(run.stdout.contains("out of date index.md\n"), "{run}");
    assert_eq!(publish(&world), before);
}

#[test]
fn the_same_facts_make_the_same_files() {
    let trees = [0, 1].map(|_| publish(&World::with(two_channels())));
    assert_eq!(trees[0], trees[1]);
}

#[test]
fn what_is_public_says_nothing_of_what_is_for_the_team() {
    let world = World::with(two_channels());
    let all = publish(&world);
    let out = world.path("public");
    world.run(&["publish", "--out", out.to_str().unwrap(), "--public"]).succeeded();
    let public = tree(&out);
    assert_eq!(faults(&public), Vec::<String>::new());
    assert!(all.contains_key("team/backports.html") && all["index.md"].contains("## For the team"));
    let told: Vec<&String> = public.keys().filter(|name| name.starts_with("team")).collect();
    assert_eq!(told, Vec::<&String>::new());
    for (name, text) in &public {
        assert!(!text.contains("team/") && !text.contains("twintrack deploy"), "{name}");
    }
}

#[test]
fn a_channel_may_be_called_team() {
    let mut repo = two_channels();
    let policy = RELEASE_TOML.replace("[channels.managed]", "[channels.team]");
    repo.commit_file("main", "chore: policy", "release.toml", &policy);
    repo.checkout("main");
    let files = publish(&World::with(repo));
    assert_eq!(faults(&files), Vec::<String>::new());
    assert!(files.contains_key("team/changelog.md") && files.contains_key("team-/team/operations.md"));
}

#[test]
fn a_check_fails_where_facts_have_changed_and_the_next_run_brings_them() {
    let world = World::with(two_channels());
    publish(&world);
    world.git("repo", &["tag", "-a", "-m", "v1.1.1", "v1.1.1", "release/1.1"]);
    world.git("repo", &["tag", "-d", "v1.2.0-rc.1"]);
    world.git("repo", &["branch", "-D", "release/1.2"]);
    let out = world.path("out");
    let out = out.to_str().unwrap();
    let run = world.run(&["publish", "--out", out, "--check"]);
    assert_eq!(run.code, Some(1), "{run}");
    assert!(run.stdout.contains("out of date self-hosted/1.1/changelog.md\n"), "{run}");
    assert!(run.stdout.contains("no longer needed self-hosted/1.2/guide.html\n"), "{run}");
    let files = publish(&world);
    assert!(!files.contains_key("self-hosted/1.2/guide.html"));
    assert!(files["self-hosted/1.1/changelog.md"].contains("## 1.1.1 - "));
    assert_eq!(faults(&files), Vec::<String>::new());
}

#[test]
fn what_others_wrote_is_not_overwritten() {
    let world = World::with(two_channels());
    world.write("out/index.html", "mine");
    let out = world.path("out");
    let run = world.run(&["publish", "--out", out.to_str().unwrap()]).refused(3);
    assert!(run.stderr.contains("would overwrite `index.html`"), "{run}");
    assert_eq!(tree(&out).len(), 1);
}

#[test]
fn text_of_commits_stays_text() {
    let mut repo = two_channels();
    repo.set_date("2025-05-25");
    repo.commit("main", "feat: </main><script>alert(1)</script> | ![x](http://a) # *b*\u{1b}[31m");
    repo.tag("deploy/production/2025-05-25.1", "main");
    let files = publish(&World::with(repo));
    assert_eq!(faults(&files), Vec::<String>::new());
    let page = &files["managed/changelog.html"];
    assert!(page.contains("&lt;/main&gt;&lt;script&gt;alert(1)&lt;/script&gt; | ![x](http://a) # *b* [31m"), "{page}");
}

#[test]
fn one_channel_alone_is_complete() {
    for (channel, other) in [("managed", "self-hosted"), ("self-hosted", "managed")] {
        let mut repo = two_channels();
        let start = RELEASE_TOML.find(&format!("[channels.{other}]")).unwrap();
        let end = RELEASE_TOML[start + 1..].find("[channels.").map_or(RELEASE_TOML.len(), |length| start + 1 + length);
        let policy = format!("{}{}", &RELEASE_TOML[..start], &RELEASE_TOML[end..]);
        repo.commit_file("main", "chore: policy", "release.toml", &policy);
        repo.checkout("main");
        let files = publish(&World::with(repo));
        assert_eq!(faults(&files), Vec::<String>::new());
        assert!(files.contains_key(&format!("{channel}/changelog.html")));
        assert!(!files.keys().any(|name| name.starts_with(other)));
        assert!(files["index.md"].contains("## Not here"), "{}", files["index.md"]);
        assert!(!files["index.md"].contains("self-hosted release"));
    }
}

#[test]
fn what_is_live_by_inference_is_told_as_such() {
    let mut repo = TestRepo::new();
    let policy = "schema = 1\n[project]\nname = \"Acme\"\ntrunk = \"main\"\n[channels.cloud]\nkind = \"continuous\"\nline = \"k{build}\"\n";
    repo.commit_file("main", "chore: begin", "release.toml", policy);
    repo.branch("k7", "main");
    repo.commit("main", "feat: count the jobs");
    repo.branch("k8", "main");
    repo.checkout("main");
    let files = publish(&World::with(repo));
    assert_eq!(faults(&files), Vec::<String>::new());
    assert_snapshot!("inferred-operations", files["team/cloud/operations.md"]);
    assert_snapshot!("inferred-changelog", files["cloud/changelog.md"]);
}

#[test]
fn the_way_from_line_to_line_leads_through_the_required_stops() {
    let mut repo = two_channels();
    let stop = "\n[channels.self-hosted.lines.\"1.1\"]\nrequired-stop = { from = \"1.1.0\", reason = \"converts the jobs\" }\n";
    let policy = RELEASE_TOML.replace("tag = \"v{version}\"", "tag = \"v{version}\"\nupgrade-step = \"any\"") + stop;
    repo.commit_file("main", "chore: declare a stop", "release.toml", &policy);
    repo.checkout("main");
    repo.tag("v1.2.0", "release/1.2");
    let files = publish(&World::with(repo));
    let guide = &files["self-hosted/1.2/guide.md"];
    assert!(guide.contains("| 1.1 | 1.1.0 | converts the jobs |"), "{guide}");
    assert!(guide.contains("| 1.1.0 | 1.2.0 | directly |\n| 1.0.1 | 1.2.0 | through 1.1.0 |"), "{guide}");
    assert!(files["self-hosted/support.md"].contains("| 1.1.0 | 1.2.0 | directly |"));
}

#[test]
fn a_clone_whose_history_is_cut_says_so_on_every_changelog() {
    let world = World::with(two_channels());
    let origin = format!("file://{}", world.path("repo").display());
    world.git("", &["clone", "--quiet", "--depth", "2", "--no-single-branch", &origin, "shallow"]);
    let out = world.path("out");
    world.run_in("shallow", &[], &["publish", "--out", out.to_str().unwrap()]).succeeded();
    let files = tree(&out);
    for name in ["managed/changelog.md", "self-hosted/changelog.md", "self-hosted/1.1/changelog.html"] {
        assert!(files[name].contains("whose history is cut"), "{name}: {}", files[name]);
    }
    assert_eq!(faults(&files), Vec::<String>::new());
}

#[test]
fn a_template_of_the_project_takes_the_place_of_the_shipped_one() {
    let mut repo = two_channels();
    let path = "templates/twintrack/versioned/support.md.hbs";
    repo.commit_file("main", "docs: our words", path, "# {{project.name}}: ask us\n");
    repo.checkout("main");
    let world = World::with(repo);
    assert!(publish(&world)["self-hosted/support.md"].starts_with("# Acme: ask us\n"));
    world.git("repo", &["checkout", "--quiet", "release/1.1"]);
    assert!(publish(&world)["self-hosted/support.md"].starts_with("# Acme: ask us\n"));
}

#[test]
fn a_misspelt_name_in_a_template_is_refused_with_its_place() {
    let world = World::with(two_channels());
    world.write("repo/templates/twintrack/index.md.hbs", "# {{project.name}}\n\n{{#if chanels}}a{{/if}}\n");
    world.write("repo/templates/twintrack/idnex.md.hbs", "");
    let out = world.path("out");
    let run = world.run(&["publish", "--out", out.to_str().unwrap()]).refused(6);
    assert_snapshot!(run.stderr);
    assert!(!out.exists());
}

#[test]
fn a_template_that_takes_for_granted_what_may_be_absent_is_refused_with_its_place() {
    let world = World::with(two_channels());
    world.write("repo/templates/twintrack/versioned/guide.md.hbs", "# {{line}}\n\n{{latest.version}}\n");
    let run = world.run(&["publish", "--out", "public"]).refused(6);
    assert!(run.stderr.contains("versioned/guide.md.hbs:3:1: `latest` may be absent here"), "{run}");
}

#[test]
fn what_a_note_announces_to_go_stands_on_the_pages_of_deprecations() {
    let mut repo = two_channels();
    let note = "+++\nkind = \"deprecated\"\n[[deprecation]]\nwhat = \"the job list of API 1\"\nannounced-in = \"1.2.0\"\n\
                removed-in = \"1.4.0\"\nreplacement = \"API 2\"\n+++\nAPI 1 lists jobs until 1.4.\n";
    repo.commit_file("release/1.2", "feat: announce the end of API 1", "changes/api.md", note);
    repo.tag("v1.2.0", "release/1.2");
    repo.checkout("main");
    let world = World::with(repo);
    let files = publish(&world);
    assert_eq!(faults(&files), Vec::<String>::new());
    let page = &files["self-hosted/1.2/deprecations.md"];
    assert!(page.contains("the job list of API 1") && page.contains("1.4.0") && page.contains("API 2"), "{page}");
    assert!(!files["self-hosted/1.1/deprecations.md"].contains("API 1"), "what came later is not there");
}
