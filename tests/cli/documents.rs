//! The documents of the sample repository, as its customers and its team read them.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use regex::Regex;

use crate::support::{World, doubled_ids, faults, tree};

/// The published tree of the sample.
fn sample() -> (World, BTreeMap<String, String>) {
    let world = World::new();
    world.run_in("home", &[("TWINTRACK_NOW", "")], &["demo", "sample"]).succeeded();
    let files = tree(&world.path("home/sample/documents"));
    (world, files)
}

/// The text with the ids of commits, which are those of every build of the sample, made equal.
fn without_ids(text: &str) -> String {
    let id = Regex::new(r"\b[0-9a-f]{40}\b").unwrap();
    let short = Regex::new(r"\bg?[0-9a-f]{9}\b").unwrap();
    short.replace_all(&id.replace_all(text, "[ID]"), "[ID]").into_owned()
}

#[test]
fn every_document_of_the_sample_reads_as_it_should() {
    let (_world, files) = sample();
    assert_eq!(faults(&files), Vec::<String>::new());
    assert_eq!(doubled_ids(&files), Vec::<String>::new());
    let markdown: Vec<&String> = files.keys().filter(|name| name.ends_with(".md")).collect();
    assert_snapshot!("sample", format!("{markdown:#?}"));
    for name in markdown {
        let snapshot = format!("sample-{}", name.trim_end_matches(".md").replace('/', "-"));
        assert_snapshot!(snapshot, without_ids(&files[name]));
    }
    for name in files.keys().filter(|name| name.ends_with(".html")) {
        let body = files[name].split_once("<main id=\"content\">").unwrap().1;
        let body = body.split_once("</main>").unwrap().0;
        let snapshot = format!("sample-{}", name.replace(['/', '.'], "-"));
        assert_snapshot!(snapshot, without_ids(body));
    }
}

#[test]
fn no_document_says_what_the_machine_is_called() {
    let (world, files) = sample();
    for (name, text) in &files {
        assert!(!text.contains(world.path("home").to_str().unwrap()), "{name}");
        // The calendar's format demands its line ends.
        assert!(name.ends_with(".ics") || !text.contains('\r'), "{name}");
        assert!(text.ends_with('\n'), "{name}");
    }
}
