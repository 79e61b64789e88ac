//! The published tree as its readers walk it: every link of it leads somewhere, and nothing is fetched from elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regex::Regex;

/// Every file below a directory, by its path with slashes.
pub fn tree(root: &Path) -> BTreeMap<String, String> {
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
pub fn faults(files: &BTreeMap<String, String>) -> Vec<String> {
    let in_page = Regex::new(r#"href="([^"]*)""#).unwrap();
    let in_markdown = Regex::new(r"[^\\]\]\(<?([^)>]*)>?\)").unwrap();
    let fetched = Regex::new(r#"(?i)<(img|iframe|object|embed)|src=|url\(|@import"#).unwrap();
    let mut faults = Vec::new();
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".html") || name.ends_with(".md")) {
        let is_page = name.ends_with(".html");
        if let Some(found) = is_page.then(|| fetched.find(text)).flatten() {
            faults.push(format!("{name} fetches {}", found.as_str()));
        }
        for link in (if is_page { &in_page } else { &in_markdown }).captures_iter(text).map(|found| found[1].to_owned())
        {
            if link.starts_with("https://") {
                continue;
            }
            let (path, fragment) = target(name, &link);
            match (files.get(&path), fragment) {
                (None, _) => faults.push(format!("{name} leads to {link}, which is not there")),
                (Some(page), Some(id)) if is_page && !page.contains(&format!("id=\"{id}\"")) => {
                    faults.push(format!("{name} leads to {link}, and nothing has that id"));
                }
                (Some(text), Some(id)) if !is_page && !slugs(text).contains(&id) => {
                    faults.push(format!("{name} leads to {link}, and no heading is called so"));
                }
                _ => {}
            }
        }
    }
    faults
}

/// What forges and site generators call the headings of a Markdown document.
fn slugs(markdown: &str) -> BTreeSet<String> {
    let headings = markdown.lines().filter_map(|line| line.strip_prefix('#'));
    let slug = |heading: &str| {
        let kept = heading.trim_start_matches('#').trim().to_lowercase();
        let kept: String = kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect();
        kept.replace(' ', "-")
    };
    headings.map(slug).collect()
}

/// Ids that stand twice in one page.
pub fn doubled_ids(files: &BTreeMap<String, String>) -> Vec<String> {
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
