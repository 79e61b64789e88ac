//! Keeps the prose true as far as that can be tested: every command line that the README and the pages under `docs` show
//! is one that the program understands, every link to a file of the repository leads somewhere, and every page is linked.

use std::path::{Path, PathBuf};

use regex::Regex;

/// A page of prose: its path in the repository, and its text.
struct Page {
    path: PathBuf,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<Page> {
    let mut paths = vec![root().join("README.md")];
    let mut pending = vec![root().join("docs")];
    while let Some(directory) = pending.pop() {
        for entry in fs_err::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let read = |path: PathBuf| fs_err::read_to_string(&path).ok().map(|text| Page { path, text });
    paths.into_iter().filter_map(read).collect()
}

/// Command lines of fenced blocks: after a `$` in a `console` block, whole lines in an `sh` block. Lines that end in a
/// backslash go on.
fn command_lines(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut language = None;
    let joined = text.replace("\\\n", " ");
    for line in joined.lines() {
        if let Some(opening) = line.trim_start().strip_prefix("```") {
            language = if language.is_some() { None } else { Some(opening.trim().to_owned()) };
            continue;
        }
        let command = match language.as_deref() {
            Some("console") => line.trim_start().strip_prefix("$ "),
            Some("sh" | "bash") => Some(line.trim()),
            _ => None,
        };
        found.extend(command.map(str::to_owned));
    }
    found
}

/// The arguments for twintrack in a command line: up to a pipe, a redirection or a comment.
fn arguments(command: &str) -> Option<Vec<String>> {
    let start = ["cargo run --release -- ", "cargo run -- ", "twintrack "].iter().find_map(|start| {
        let rest = command.strip_prefix(start)?;
        Some(rest.to_owned())
    })?;
    let is_end = |word: &&str| !["|", ">", ">>", "&&", "||", ";", "#"].contains(word) && !word.starts_with('>');
    let words = start.split_whitespace().collect::<Vec<_>>();
    let words = words.iter().copied().take_while(is_end);
    Some(words.map(|word| word.trim_matches(['"', '\'']).to_owned()).collect())
}

#[test]
fn every_command_that_is_shown_is_understood() {
    let mut wrong = Vec::new();
    for page in pages() {
        for command in command_lines(&page.text) {
            let Some(arguments) = arguments(&command) else { continue };
            let all = std::iter::once("twintrack".to_owned()).chain(arguments);
            if let Err(error) = twintrack::cli::command().try_get_matches_from(all)
                && error.use_stderr()
            {
                wrong.push(format!("{}: {command}\n{error}", page.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where the links of a page to files of the repository lead.
fn links(page: &Page) -> Vec<PathBuf> {
    let link = Regex::new(r"\]\(([^)#\s]+)(?:#[^)]*)?\)").unwrap();
    let targets = link.captures_iter(&page.text).map(|hit| hit[1].to_owned());
    let files = targets.filter(|target| !target.contains("://") && !target.starts_with("mailto:"));
    files.map(|target| page.path.parent().unwrap().join(target)).collect()
}

#[test]
fn every_link_to_a_file_leads_somewhere() {
    let mut wrong = Vec::new();
    for page in pages() {
        for target in links(&page).iter().filter(|target| !target.exists()) {
            wrong.push(format!("{}: {}", page.path.display(), target.display()));
        }
    }
    assert!(wrong.is_empty(), "links that lead nowhere:\n{}", wrong.join("\n"));
}

#[test]
fn every_page_is_linked_from_another_one() {
    let mut lonely = pages();
    lonely.retain(|page| page.path != root().join("README.md"));
    for page in pages() {
        let linked: Vec<PathBuf> = links(&page).iter().filter_map(|target| target.canonicalize().ok()).collect();
        lonely.retain(|other| other.path == page.path || !linked.contains(&other.path.canonicalize().unwrap()));
    }
    let found: Vec<String> = lonely.iter().map(|page| page.path.display().to_string()).collect();
    assert!(found.is_empty(), "pages that nothing links:\n{}", found.join("\n"));
}

#[test]
fn commands_are_found_in_prose() {
    let text = "```console\n$ twintrack status | less\nboard\n```\n```sh\ncargo run --release -- man \\\n  --out x # all\n```\n";
    let found: Vec<Vec<String>> = command_lines(text).iter().filter_map(|command| arguments(command)).collect();
    assert_eq!(found, [vec!["status"], vec!["man", "--out", "x"]]);
}
