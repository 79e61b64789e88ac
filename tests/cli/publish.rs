//! `publish`: what is written, that every link in it leads somewhere, and what a directory keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use insta::assert_snapshot;
use regex::Regex;
use twintrack::testing::TestRepo;

use crate::support::{RELEASE_TOML, World, two_channels};

/// Every file below a directory, by its path with slashes.
fn tree(root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, fs_err::read_to_string(path).unwrap());
            }
        }
    }
    files
}

fn publish(world: &World) -> BTreeMap<String, String> {
    let out = world.path("out");
    world.run(&["publish", "--out", out.to_str().unwrap()]).succeeded();
    tree(&out)
}

/// The file that a link from `page` leads to, and the place in it.
fn target(page: &str, link: &str) -> (String, Option<String>) {
    let (path, fragment) = match link.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment.to_owned())),
        None => (link, None),
    };
    if path.is_empty() {
        return (page.to_owned(), fragment);
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    (parts.join("/"), fragment)
}

/// Links of the published tree that lead nowhere, and whatever a page would fetch from elsewhere.
fn faults(files: &BTreeMap<String, String>) -> Vec<String> {
    let in_page = Regex::new(r#"href="([^"]*)""#).unwrap();
    let in_markdown = Regex::new(r"[^\\]\]\(<?([^)>]*)>?\)").unwrap();
    let fetched = Regex::new(r#"(?i)<(script|img|iframe|object|embed)|src=|url\(|@import|rel="stylesheet""#).unwrap();
    let mut faults = Vec::new();
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".html") || name.ends_with(".md")) {
        let is_page = name.ends_with(".html");
        if let Some(found) = is_page.then(|| fetched.find(text)).flatten() {
            faults.push(format!("{name} fetches {}", found.as_str()));
        }
        for link in (if is_page { &in_page } else { &in_markdown }).captures_iter(text).map(|found| found[1].to_owned())
        {
            let (path, fragment) = target(name, &link);
            match (files.get(&path), fragment) {
                (None, _) => faults.push(format!("{name} leads to {link}, which is not there")),
                (Some(page), Some(id)) if is_page && !page.contains(&format!("id=\"{id}\"")) => {
                    faults.push(format!("{name} leads to {link}, and nothing has that id"));
                }
                _ => {}
            }
        }
    }
    faults
}

/// Ids that stand twice in one page.
fn doubled_ids(files: &BTreeMap<String, String>) -> Vec<String> {
    let id = Regex::new(r#" id="([^"]*)""#).unwrap();
    let mut doubled = Vec::new();
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
        let mut seen = BTreeSet::new();
        doubled.extend(
            id.captures_iter(text).filter(|id| !seen.insert(id[1].to_owned())).map(|id| format!("{name} {}", &id[1])),
        );
    }
    doubled
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
        "managed/operations",
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
    assert_snapshot!("inferred-operations", files["cloud/operations.md"]);
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
    assert!(run.stderr.contains("versioned/guide.md.hbs\" line 3, col 1"), "{run}");
}

#[test]
fn a_shipped_template_can_be_printed() {
    let world = World::new();
    let names = world.run(&["publish", "--list-templates"]).succeeded().stdout;
    for name in names.lines() {
        world.run(&["publish", "--print-template", name]).succeeded();
    }
    let run = world.run(&["publish", "--print-template", "index"]).refused(2);
    assert!(run.stderr.contains("`--list-templates` prints them"), "{run}");
    world.run(&["publish"]).refused(2);
}
