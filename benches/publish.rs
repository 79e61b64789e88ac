//! How long it takes to publish the documents of a repository: `cargo bench --bench publish -- [--site] CLONE…`.
//!
//! With no clone named it makes a repository with ten lines and a hundred releases, with notes, configuration and
//! migrations that change from release to release, and three hundred deploys; for the site one with forty thousand commits
//! on trunk, fifty lines, five hundred releases and six thousand deploys. Each clone is copied by reference first, so
//! that neither it nor its cache is touched; what `init` proposes is its configuration unless it has one. Every figure is
//! the median of its runs, and of the same jobs in the same turns.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use runner::{borrow, git, import, median, run, text, words};

mod runner;

const TURNS: usize = 5;
/// Releases of each line.
const RELEASES: usize = 10;
/// Commits of trunk between two deploys.
const PER_DEPLOY: usize = 7;

/// How much history is made.
struct Size {
    lines: usize,
    /// How long each gets fixes: the small history keeps all its lines, the large one the newest.
    support: &'static str,
    /// Commits of trunk between two lines.
    commits: usize,
}

fn main() {
    let clones = words();
    let is_site = std::env::args().any(|word| word == "--site");
    let options = if is_site { &["--site"][..] } else { &[] };
    let scratch = tempfile::tempdir().expect("a temporary directory");
    println!("| repository | files | MB | job | median ms | peak MB |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for (at, clone) in clones.iter().enumerate() {
        let copy = scratch.path().join(format!("clone-{at}"));
        measure(&borrow(clone, &copy), &copy, None, scratch.path(), options);
    }
    if clones.is_empty() {
        let made = scratch.path().join("made");
        let size = if is_site {
            Size { lines: 50, support: "4 months", commits: 800 }
        } else {
            Size { lines: 10, support: "10 years", commits: 200 }
        };
        let now = make(&made, &size);
        let name = format!("{} lines, {} releases", size.lines, size.lines * RELEASES);
        measure(&name, &made, Some(now), scratch.path(), options);
    }
}

/// What is done before a run.
#[derive(Clone, Copy)]
enum Before {
    /// Neither a cache nor documents are there.
    Nothing,
    /// The cache is there.
    Cache,
    /// Everything is there, and nothing has changed.
    All,
    /// Everything is there, and a deploy has been recorded since.
    Deploy,
}

struct Job {
    name: &'static str,
    before: Before,
    times: Vec<Duration>,
    peak: u64,
}

/// What was made is looked at when it was new, so that as many lines are maintained whenever that is.
fn measure(repository: &str, path: &Path, now: Option<DateTime<Utc>>, scratch: &Path, options: &[&str]) {
    let out = scratch.join("out");
    let clock = now.map(|now| format!("TWINTRACK_NOW={}", now.to_rfc3339()));
    let own = |words: &[&str]| -> Vec<String> {
        let clock = clock.as_ref().map_or(Vec::new(), |clock| vec!["env", clock]);
        let place = text(path);
        let base = [&clock[..], &[env!("CARGO_BIN_EXE_twintrack"), "--quiet", "--repo", &place]].concat();
        base.iter().chain(words).map(|word| (*word).to_owned()).collect()
    };
    let publish = own(&[&["publish", "--out", &text(&out)], options].concat());
    let job = |name, before| Job { name, before, times: Vec::new(), peak: 0 };
    let mut jobs = [
        job("nothing there yet", Before::Nothing),
        job("documents only are missing", Before::Cache),
        job("nothing has changed", Before::All),
        job("a deploy was recorded since", Before::Deploy),
    ];
    for turn in 0..TURNS {
        for job in &mut jobs {
            match job.before {
                Before::Nothing => {
                    let _ = std::fs::remove_dir_all(path.join("twintrack"));
                    let _ = std::fs::remove_dir_all(&out);
                }
                Before::Cache => _ = std::fs::remove_dir_all(&out),
                Before::All => {}
                Before::Deploy => {
                    let day = now.unwrap_or_else(Utc::now).format("%Y-%m-%d");
                    let tag = format!("deploy/production/{day}.{}", 100_001 + turn);
                    git(path, &["tag", "-a", "-m", "Deploy", &tag, "HEAD"]);
                }
            }
            let (time, peak) = run(&publish);
            job.times.push(time);
            job.peak = job.peak.max(peak);
        }
    }
    let (count, bytes) = walk(&out);
    for job in &mut jobs {
        let (time, peak) = (median(&mut job.times).as_secs_f64() * 1e3, job.peak / 1024);
        println!("| {repository} | {count} | {} | {} | {time:.0} | {peak} |", bytes >> 20, job.name);
    }
}

/// Files below a directory, and their bytes.
fn walk(root: &Path) -> (usize, u64) {
    let (mut count, mut bytes) = (0, 0);
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("documents were written") {
            let entry = entry.expect("an entry");
            let about = entry.metadata().expect("it is there");
            if about.is_dir() {
                folders.push(entry.path());
            } else {
                count += 1;
                bytes += about.len();
            }
        }
    }
    (count, bytes)
}

const RELEASE_TOML: &str = r#"schema = 1
[project]
name = "Acme"
trunk = "main"
url = "https://git.example.com/acme/acme"
[channels.managed]
kind = "continuous"
tag = "deploy/{environment}/{date}.{seq}"
environments = ["production"]
[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
upgrade-step = "any"
cut-from = "trunk"
support = { regular = "10 years" }
[surface]
configuration = ["config/*.toml"]
migrations = ["migrations/*.sql"]
requirements = ["requirements.toml"]
"#;

/// A history in the form that `git fast-import` reads.
struct Story {
    stream: Vec<u8>,
    marks: usize,
    time: usize,
}

impl Story {
    fn person(&mut self) -> String {
        self.time += 3_600;
        format!("Ada Example <ada@example.com> {} +0000", self.time)
    }

    /// When the last commit or tag was made.
    fn date(&self) -> DateTime<Utc> {
        let seconds = i64::try_from(self.time).expect("a time");
        DateTime::from_timestamp(seconds, 0).expect("a time")
    }

    /// A commit on a branch; its mark.
    fn commit(&mut self, branch: &str, from: Option<usize>, message: &str, files: &[(String, String)]) -> usize {
        self.marks += 1;
        let person = self.person();
        let from = from.map(|mark| format!("from :{mark}\n")).unwrap_or_default();
        let _ = write!(
            self.stream,
            "commit refs/heads/{branch}\nmark :{}\ncommitter {person}\ndata {}\n{message}\n{from}",
            self.marks,
            message.len()
        );
        for (path, content) in files {
            let _ = write!(self.stream, "M 100644 inline {path}\ndata {}\n{content}\n", content.len());
        }
        self.stream.push(b'\n');
        self.marks
    }

    fn tag(&mut self, name: &str, mark: usize) {
        let person = self.person();
        let _ = write!(self.stream, "tag {name}\nfrom :{mark}\ntagger {person}\ndata 8\nMade it\n\n");
    }
}

fn configuration(version: usize) -> String {
    let mut text = String::new();
    for section in 0..20 {
        let _ = writeln!(text, "[section-{section}]");
        for key in 0..10 {
            let value = if (section * 10 + key) % 50 == version % 50 { version } else { key };
            let _ = writeln!(text, "# What key {key} of section {section} is for, in a sentence.\nkey-{key} = {value}");
        }
    }
    text
}

fn note(at: usize) -> String {
    let action = if at.is_multiple_of(5) { "[operator]\naction = \"required\"\nwhen = \"before\"\n" } else { "" };
    let operators = if action.is_empty() { "" } else { "\n## Operators\n\nSee to it before.\n" };
    format!("+++\nkind = \"changed\"\n{action}+++\nChange number {at} means something to people.\n{operators}")
}

/// So many lines of ten releases each; the day after the last.
fn make(path: &Path, size: &Size) -> DateTime<Utc> {
    git(Path::new("."), &["init", "--quiet", "--bare", "--initial-branch=main", &text(path)]);
    let mut story = Story { stream: Vec::new(), marks: 0, time: 1_600_000_000 };
    let file = |path: &str, content: &str| (path.to_owned(), content.to_owned());
    let begin = [
        file("release.toml", &RELEASE_TOML.replace("10 years", size.support)),
        file("config/app.toml", &configuration(0)),
        file("requirements.toml", "postgresql = \"12\"\n"),
    ];
    let mut trunk = story.commit("main", None, "chore: begin\n", &begin);
    for line in 0..size.lines {
        for at in 0..size.commits {
            let number = line * size.commits + at;
            let mut files = vec![(format!("src/file-{}.txt", number % 300), format!("content {number}\n"))];
            match at % 20 {
                3 => files.push((format!("changes/change-{number}.md"), note(number))),
                7 => files.push(file("config/app.toml", &configuration(number))),
                11 => {
                    let safe = "-- rollback: safe\nCREATE INDEX a ON b (c);\n";
                    files.push((format!("migrations/{number:05}_step.sql"), safe.to_owned()));
                }
                _ => {}
            }
            let kind = ["fix", "feat", "docs", "chore"][number % 4];
            trunk = story.commit("main", Some(trunk), &format!("{kind}: change {number} (#{number})\n"), &files);
            if number.is_multiple_of(PER_DEPLOY) {
                let day = story.date().format("%Y-%m-%d");
                story.tag(&format!("deploy/production/{day}.{}", number + 1), trunk);
            }
        }
        let branch = format!("release/1.{line}");
        let mut tip = trunk;
        for patch in 0..RELEASES {
            let number = line * size.commits + patch;
            let mut files = vec![(format!("src/line-{line}.txt"), format!("patch {patch}\n"))];
            if patch % 4 == 1 {
                files.push(file("config/app.toml", &configuration(number + 7)));
            }
            let message = format!("fix: mend {number} on the line\n");
            tip = story.commit(&branch, Some(tip), &message, &files);
            story.tag(&format!("v1.{line}.{patch}"), tip);
        }
    }
    import(path, &story.stream);
    git(path, &["pack-refs", "--all"]);
    story.date() + chrono::TimeDelta::days(1)
}
