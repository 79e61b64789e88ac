//! How long reading takes beside git itself, on any clone: `cargo bench --bench reading -- CLONE…`.
//!
//! Each clone is copied by reference first, so that neither it nor its cache is touched. All jobs of a clone run in one
//! go, in turns, and each is given as the median of its runs and as a multiple of `git log --format=%H%n%B` over the same
//! commits, run in the same turns. With no clone named it makes a repository with 100,000 packed deploy tags and reads
//! that.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const TURNS: usize = 5;
const TAGS: usize = 100_000;

fn main() {
    let clones: Vec<PathBuf> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).map(PathBuf::from).collect();
    let scratch = tempfile::tempdir().expect("a temporary directory");
    println!("| repository | job | median ms | of git log | peak MB |");
    println!("| --- | --- | --- | --- | --- |");
    for (at, clone) in clones.iter().enumerate() {
        let copy = scratch.path().join(format!("clone-{at}"));
        git(Path::new("."), &["clone", "--quiet", "--mirror", "--shared", &text(clone), &text(&copy)]);
        let name = clone.components().rev().map(|part| part.as_os_str().to_string_lossy().into_owned());
        let name = name.into_iter().find(|part| part != "repo" && part != ".git").unwrap_or_default();
        measure(&name, &copy);
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
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    run(&job("init", true, &words("init --force")).command);
    let shown = output(&[&base[..], &words("status --format json")].concat());
    let status: serde_json::Value = serde_json::from_slice(&shown).expect("status prints JSON");
    let mut jobs = vec![Job {
        name: "git log --format=%H%n%B".into(),
        command: words("git -C")
            .into_iter()
            .chain([text(path)])
            .chain(words("log --format=%H%n%B --branches --tags"))
            .collect(),
        is_cold: false,
        times: Vec::new(),
        peak: 0,
    }];
    jobs.push(job("start-up", false, &words("--version")));
    jobs.push(job("init --dry-run, cold", true, &words("init --dry-run")));
    for channel in status["channels"].as_array().expect("channels") {
        let name = channel["name"].as_str().expect("a channel has a name");
        let whole = words(&format!("changelog --channel {name}"));
        jobs.push(job(&format!("changelog of {name}, cold"), true, &whole));
        jobs.push(job(&format!("changelog of {name}, warm"), false, &whole));
        let lines = channel["lines"].as_array().expect("lines");
        if let (Some(line), "versioned") = (lines.first(), channel["kind"].as_str().unwrap_or_default()) {
            let line =
                words(&format!("changelog --channel {name} --line {}", line["name"].as_str().unwrap_or_default()));
            jobs.push(job("changelog of one line, cold", true, &line));
        }
    }
    jobs.push(job("status, cold", true, &words("status")));
    jobs.push(job("status, warm", false, &words("status")));
    jobs.push(job("deploy list, warm", false, &words("deploy list")));
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

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn start(command: &[String]) -> Command {
    let mut child = Command::new(&command[0]);
    child.args(&command[1..]).stdin(Stdio::null()).stderr(Stdio::inherit());
    child
}

/// Time, and the peak of resident memory in kilobytes where the system shows it for a running process.
fn run(command: &[String]) -> (Duration, u64) {
    let begin = Instant::now();
    let mut child = start(command).stdout(Stdio::null()).spawn().expect("the command starts");
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Some(status) = child.try_wait().expect("the command can be waited for") {
            let time = begin.elapsed();
            assert!(status.success(), "{command:?} ended with {status}");
            return (time, peak);
        }
        let shown = std::fs::read_to_string(&status_file).unwrap_or_default();
        let line = shown.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = peak.max(now.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn output(command: &[String]) -> Vec<u8> {
    start(command).output().expect("the command starts").stdout
}

fn git(directory: &Path, arguments: &[&str]) {
    let status = Command::new("git").arg("-C").arg(directory).args(arguments).stdin(Stdio::null()).status();
    assert!(status.expect("git starts").success(), "git {arguments:?}");
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
    let mut import = Command::new("git");
    import.arg("-C").arg(path).args(["fast-import", "--quiet"]).stdin(Stdio::piped());
    let mut child = import.spawn().expect("git starts");
    child.stdin.take().expect("a pipe").write_all(&stream).expect("git reads");
    assert!(child.wait().expect("git ends").success());
    git(path, &["pack-refs", "--all"]);
}
