//! How long reading takes beside git itself, on any clone: `cargo bench --bench reading -- CLONE…`.
//!
//! Each clone is copied by reference first, so that neither it nor its cache is touched. All jobs of a clone run in one
//! go, in turns, and each is given as the median of its runs and as a multiple of `git log --format=%H%n%B` over the same
//! commits, run in the same turns. With no clone named it makes a repository with 100,000 packed deploy tags and reads
//! that.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use runner::{borrow, git, import, median, output, run, text, words};

mod runner;

const TURNS: usize = 5;
const TAGS: usize = 100_000;

fn main() {
    let clones = words();
    let scratch = tempfile::tempdir().expect("a temporary directory");
    println!("| repository | job | median ms | of git log | peak MB |");
    println!("| --- | --- | --- | --- | --- |");
    for (at, clone) in clones.iter().enumerate() {
        let copy = scratch.path().join(format!("clone-{at}"));
        measure(&borrow(clone, &copy), &copy);
    }
    if clones.is_empty() {
        let made = scratch.path().join("tags");
        make_tags(&made);
        measure("100,000 deploy tags", &made);
    }
}

struct Job {
    name: String,
    command: Vec<String>,
    is_cold: bool,
    times: Vec<Duration>,
    peak: u64,
}

fn measure(repository: &str, path: &Path) {
    let config = path.join("release.toml");
    let twintrack = env!("CARGO_BIN_EXE_twintrack");
    let base = [twintrack, "--quiet", "--repo", &text(path), "--config", &text(&config)].map(str::to_owned);
    let job = |name: &str, is_cold: bool, arguments: &[String]| Job {
        name: name.to_owned(),
        command: base.iter().cloned().chain(arguments.iter().cloned()).collect(),
        is_cold,
        times: Vec::new(),
        peak: 0,
    };
    let split = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    run(&job("init", true, &split("init --force")).command);
    let shown = output(&[&base[..], &split("status --format json")].concat());
    let status: serde_json::Value = serde_json::from_slice(&shown).expect("status prints JSON");
    let mut jobs = vec![Job {
        name: "git log --format=%H%n%B".into(),
        command: split("git -C")
            .into_iter()
            .chain([text(path)])
            .chain(split("log --format=%H%n%B --branches --tags"))
            .collect(),
        is_cold: false,
        times: Vec::new(),
        peak: 0,
    }];
    jobs.push(job("start-up", false, &split("--version")));
    jobs.push(job("init --dry-run, cold", true, &split("init --dry-run")));
    for channel in status["channels"].as_array().expect("channels") {
        let name = channel["name"].as_str().expect("a channel has a name");
        let whole = split(&format!("changelog --channel {name}"));
        jobs.push(job(&format!("changelog of {name}, cold"), true, &whole));
        jobs.push(job(&format!("changelog of {name}, warm"), false, &whole));
        let lines = channel["lines"].as_array().expect("lines");
        if let (Some(line), "versioned") = (lines.first(), channel["kind"].as_str().unwrap_or_default()) {
            let line =
                split(&format!("changelog --channel {name} --line {}", line["name"].as_str().unwrap_or_default()));
            jobs.push(job("changelog of one line, cold", true, &line));
        }
    }
    jobs.push(job("status, cold", true, &split("status")));
    jobs.push(job("status, warm", false, &split("status")));
    jobs.push(job("deploy list, warm", false, &split("deploy list")));
    for _ in 0..TURNS {
        for job in &mut jobs {
            if job.is_cold {
                let _ = std::fs::remove_dir_all(path.join("twintrack"));
            }
            let (time, peak) = run(&job.command);
            job.times.push(time);
            job.peak = job.peak.max(peak);
        }
    }
    let git_log = median(&mut jobs[0].times);
    for job in &mut jobs {
        let time = median(&mut job.times);
        let ratio = time.as_secs_f64() / git_log.as_secs_f64();
        println!(
            "| {repository} | {} | {:.0} | {ratio:.2} | {} |",
            job.name,
            time.as_secs_f64() * 1e3,
            job.peak / 1024
        );
    }
}

/// A thousand commits and a hundred annotated deploy tags for each.
fn make_tags(path: &Path) {
    git(Path::new("."), &["init", "--quiet", "--bare", "--initial-branch=main", &text(path)]);
    let mut stream = Vec::new();
    for at in 0..TAGS {
        let time = 1_700_000_000 + at * 300;
        let person = format!("Ada Example <ada@example.com> {time} +0000");
        if at % 100 == 0 {
            let _ = write!(
                stream,
                "commit refs/heads/main\nmark :{}\ncommitter {person}\ndata 7\nfix: a\n\n",
                at / 100 + 1
            );
        }
        let day = chrono::DateTime::from_timestamp(i64::try_from(time).expect("a time"), 0).expect("a time");
        let name = format!("deploy/production/{}.{}", day.format("%Y-%m-%d"), at + 1);
        let _ = write!(stream, "tag {name}\nfrom :{}\ntagger {person}\ndata 7\nDeploy\n\n", at / 100 + 1);
    }
    import(path, &stream);
    git(path, &["pack-refs", "--all"]);
}
