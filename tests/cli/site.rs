//! `publish --site`: the pictures hold what git holds, the forms work in a browser, and the public edition keeps to itself
//! what is for the team.

use std::collections::BTreeMap;
use std::path::PathBuf;

use regex::Regex;
use twintrack::testing::TestRepo;

use crate::support::{World, browser, doubled_ids, faults, tree, two_channels};

const NOW: (&str, &str) = ("TWINTRACK_NOW", "2025-06-02T12:00:00Z");

/// The sample repository, and its site.
fn sample() -> (World, BTreeMap<String, String>) {
    let world = World::new();
    world.run_in("home", &[("TWINTRACK_NOW", "")], &["demo", "demo"]).succeeded();
    world.run_in("home/demo/acme", &[NOW], &["publish", "--site", "--out", "../site"]).succeeded();
    let files = tree(&world.path("home/demo/site"));
    (world, files)
}

/// Places along the picture of what has a class and, in its title, words.
fn places(page: &str, class: &str) -> Vec<(i64, String)> {
    let mark = format!(
        r#"<g class="mark {class}" transform="translate\((\d+) \d+\)">\s*(?:<a [^>]*>)?<title>([^<]*)</title>"#
    );
    let found = Regex::new(&mark).unwrap();
    found.captures_iter(page).map(|found| (found[1].parse().unwrap(), found[2].to_owned())).collect()
}

#[test]
fn the_board_shows_what_git_has_where_it_was() {
    let (world, files) = sample();
    let page = &files["index.html"];
    let refs =
        world.git("home/demo/acme", &["for-each-ref", "--format=%(refname:short) %(creatordate:unix)", "refs/tags"]);
    let tags: BTreeMap<&str, i64> = refs
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, time)| (name, time.parse().unwrap()))
        .collect();
    let version = |name: &&str| name.starts_with('v');
    let is_candidate = |name: &&str| name.contains("-rc.");
    let retracted = |name: &&str| tags.contains_key(format!("retracted/{name}").as_str());
    let all = [
        (
            "release",
            tags.keys().filter(|tag| version(tag) && !is_candidate(tag) && !retracted(tag)).collect::<Vec<_>>(),
        ),
        ("candidate", tags.keys().filter(|tag| version(tag) && is_candidate(tag)).collect()),
        ("retracted", tags.keys().filter(|tag| version(tag) && retracted(tag)).collect()),
    ];
    let mut known: Vec<(i64, i64)> = Vec::new();
    for (class, wanted) in &all {
        let marks = places(page, class);
        assert_eq!(marks.len(), wanted.len(), "{class}: {marks:?} {wanted:?}");
        for tag in wanted {
            let title = format!("Acme Jobs {}, ", tag.trim_start_matches('v'));
            let mark = marks.iter().find(|(_, words)| words.starts_with(&title)).unwrap_or_else(|| panic!("{title}"));
            known.push((tags[**tag], mark.0));
        }
    }
    // One straight way from times to places.
    known.sort_unstable();
    let ((first, left), (last, right)) = (known[0], known[known.len() - 1]);
    for (time, x) in &known {
        let wanted = left + (right - left) * (time - first) / (last - first);
        assert!((wanted - x).abs() <= 1, "{x} for {time}, and not {wanted}");
    }
    let deploys = tags.keys().filter(|tag| tag.starts_with("deploy/production/")).count();
    let several = Regex::new(r"^(\d+) deploys").unwrap();
    let of = |title: &str| several.captures(title).map_or(1, |found| found[1].parse().unwrap());
    let drawn: usize =
        ["deploy", "rollback", "live"].iter().flat_map(|class| places(page, class)).map(|(_, title)| of(&title)).sum();
    assert_eq!(drawn, deploys);
    let branches = world.git("home/demo/acme", &["for-each-ref", "--format=%(refname)", "refs/remotes/origin/release"]);
    assert_eq!(page.matches("<path class=\"branch\"").count(), branches.lines().count());
}

#[test]
fn every_link_of_the_site_leads_somewhere_and_every_release_has_a_page() {
    let (_, files) = sample();
    assert_eq!(faults(&files), Vec::<String>::new());
    assert_eq!(doubled_ids(&files), Vec::<String>::new());
    // Those that scripts follow, too.
    let address = Regex::new(r##""(?:url|page)":"([^"#]*)"##).unwrap();
    for (name, folder, least) in [("search.html", "", 10), ("self-hosted/upgrade.html", "self-hosted/", 6)] {
        let found: Vec<String> = address.captures_iter(&files[name]).map(|it| format!("{folder}{}", &it[1])).collect();
        assert!(found.len() >= least && found.iter().all(|path| files.contains_key(path)), "{found:?}");
    }
    let release = &files["self-hosted/1.9/releases/1.9.2.html"];
    assert!(release.contains("Tag v1.9.2, made by Grace Example, not signed."), "{release}");
    assert!(files["self-hosted/1.9/releases.html"].contains("<a href=\"releases/1.9.2.html\">1.9.2</a>"));
    assert!(files["self-hosted/1.9/releases/1.9.1.html"].contains("A release that was retracted of line 1.9"));
    for (page, feed) in [
        ("managed/changelog.html", Some("feed.atom")),
        ("self-hosted/support.html", Some("feed.atom")),
        ("self-hosted/1.9/guide.html", Some("feed.atom")),
        ("self-hosted/1.9/upgrade/from-1.8.1.html", Some("../feed.atom")),
        ("index.html", None),
    ] {
        let link = |feed| format!("<link rel=\"alternate\" type=\"application/atom+xml\" href=\"{feed}\">");
        let found = files[page].contains("application/atom+xml");
        assert!(feed.map_or(!found, |feed| files[page].contains(&link(feed))), "{page}");
    }
    assert!(files["self-hosted/support.html"].contains("class=\"picture timeline\""));
    assert!(files["team/tension.html"].contains("class=\"plot\""));
}

#[test]
fn sign_offs_stand_on_the_page_of_their_release_and_who_gave_them_is_for_the_team() {
    let world = World::with(two_channels());
    let policy = crate::support::RELEASE_TOML.replace("support =", "gates = { sign-offs = [\"qa\"] }\nsupport =");
    world.write("repo/release.toml", &policy);
    world.run(&["sign-off", "1.2.0-rc.1", "qa", "--evidence", "https://ci.example.com/7"]).succeeded();
    let out = world.path("out").display().to_string();
    for (options, words) in [
        (&["--site"][..], "qa 2025-06-01 1.2.0-rc.1 ada@example.com https://ci.example.com/7"),
        (&["--site", "--public"], "qa 2025-06-01 1.2.0-rc.1"),
    ] {
        world.run(&[&["publish", "--out", &out], options].concat()).succeeded();
        let page = world.read("out/self-hosted/1.2/releases/1.2.0-rc.1.html");
        let row = page.split("<tr>").find(|row| row.contains(">qa<")).unwrap_or_default();
        let row = row.split("</tr>").next().unwrap_or_default();
        let texts = row.split('<').filter_map(|part| Some(part.split_once('>')?.1));
        let shown: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
        assert_eq!(shown.join(" "), words, "{row}");
    }
    let public = tree(&world.path("out"));
    assert!(public.keys().all(|name| !name.starts_with("team/")), "{:?}", public.keys());
    assert!(public.values().all(|text| !text.replace('\\', "").contains("ada@example.com")));
}

#[test]
fn the_same_facts_make_the_same_site_and_a_check_knows_it() {
    let (world, files) = sample();
    let run = |options: &[&str]| {
        world.run_in("home/demo/acme", &[NOW], &[&["publish", "--out", "../site"], options].concat())
    };
    run(&["--site", "--check"]).succeeded();
    assert_eq!(run(&["--check"]).code, Some(1));
    run(&[]).succeeded();
    assert!(!world.path("home/demo/site/search.html").exists(), "what only the site has is removed again");
    let alone = tree(&world.path("home/demo/site"));
    assert!(!alone.contains_key("style.css") && alone["index.html"].contains("<style>"));
    assert!(files["style.css"].contains(".picture") && !files["index.html"].contains("<style>"));
    run(&["--site"]).succeeded();
    assert_eq!(tree(&world.path("home/demo/site")), files);
}

/// A page of the site.
fn page(world: &World, name: &str) -> PathBuf {
    world.path("home/demo/site").join(name)
}

#[test]
fn pages_run_in_a_browser_without_errors_and_the_forms_answer() {
    let Some(browser) = browser("the site in a browser") else { return };
    let (world, _) = sample();
    for name in ["index.html", "self-hosted/support.html", "team/tension.html", "team/backports.html"] {
        let shown = browser.open(&page(&world, name), "");
        assert_eq!(shown.console, Vec::<String>::new(), "{name}");
        assert!(shown.document.contains("<footer>"), "{name}");
    }
    let shown = browser.open(&page(&world, "self-hosted/upgrade.html"), "from=1.8.1&to=1.9.2");
    assert_eq!(shown.console, Vec::<String>::new());
    let answer = "<a href=\"1.9/upgrade/from-1.8.1.html\">From 1.8.1 to 1.9.2</a> in one step, ";
    assert!(shown.document.contains(answer), "{}", shown.document);
    let none = browser.open(&page(&world, "self-hosted/upgrade.html"), "from=1.9.0&to=1.8.3");
    assert!(none.document.contains("Nothing leads from 1.9.0 to 1.8.3"), "{}", none.document);
    let found = browser.open(&page(&world, "search.html"), "q=batch+last");
    assert_eq!(found.console, Vec::<String>::new());
    assert!(found.document.contains(">2 changes fit.</p>"), "{}", found.document);
    let entry =
        "The last job of a batch runs again. (#25)</span> <a href=\"self-hosted/1.9/releases/1.9.2.html\">1.9.2</a>";
    assert!(found.document.contains(entry), "{}", found.document);
    let nothing = browser.open(&page(&world, "search.html"), "q=nosuchword");
    assert!(nothing.document.contains(">0 changes fit.</p>"), "{}", nothing.document);
}

#[test]
fn hostile_text_stays_text_in_a_browser() {
    let Some(browser) = browser("hostile text in a browser") else { return };
    let mut repo: TestRepo = two_channels();
    let hostile = "fix: </script><script>document.title='run'</script><img src=x onerror=\"document.title='run'\">";
    repo.commit("release/1.2", hostile);
    repo.tag("v1.2.0", "release/1.2");
    repo.checkout("main");
    let world = World::with(repo);
    world.run(&["publish", "--site", "--out", world.path("out").to_str().unwrap()]).succeeded();
    for name in ["index.html", "search.html", "self-hosted/1.2/releases/1.2.0.html", "self-hosted/changelog.html"] {
        let shown = browser.open(&world.path("out").join(name), "q=script");
        assert_eq!(shown.console, Vec::<String>::new(), "{name}");
        assert!(!shown.document.contains("<title>run</title>"), "{name}");
    }
    let shown = browser.open(&world.path("out/search.html"), "q=onerror");
    assert!(
        shown.document.contains("&lt;/script&gt;&lt;script&gt;document.title='run'&lt;/script&gt;"),
        "{}",
        shown.document
    );
}
