//! How long it takes to say where the commits of a line come from, beside git's own answers on the same branch:
//! `cargo bench --bench backports -- CLONE LINE …`, a clone and the branch of one of its lines, again and again;
//! `--one-line` leaves out what asks about all lines, which takes minutes.
//!
//! Each clone is copied by reference first, so that neither it nor its cache is touched. All jobs of a clone run in turns
//! in one go, and each is given as the median of its runs and as a multiple of `git cherry` in the same turns, by the clock and
//! in processor time, which other work on the machine does not change. `git cherry` compares patches and nothing else;
//! `git log --cherry-mark` does the same for both sides.

use std::path::Path;
use std::time::Duration;

use runner::{borrow, median, output, processor, run, text, words};

mod runner;

const TURNS: usize = 5;
/// Turns in which the jobs that ask about all lines take part.
const FEW_TURNS: usize = 3;

fn main() {
    let words = words();
    let scratch = tempfile::tempdir().expect("a temporary directory");
    println!("| repository | line | job | median ms | of git cherry | processor ms | of git cherry | peak MB |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for (at, pair) in words.chunks(2).enumerate() {
        let [clone, branch] = pair else { panic!("each clone needs the branch of a line after it") };
        let copy = scratch.path().join(format!("clone-{at}"));
        measure(&borrow(clone, &copy), &copy, branch);
    }
}

struct Job {
    name: &'static str,
    /// Run one after another.
    commands: Vec<Vec<String>>,
    is_cold: bool,
    /// Whether it asks about all lines.
    is_long: bool,
    times: Vec<Duration>,
    processor: Vec<Duration>,
    peak: u64,
}

fn measure(repository: &str, path: &Path, branch: &str) {
    let config = path.join("release.toml");
    let base = [env!("CARGO_BIN_EXE_twintrack"), "--quiet", "--repo", &text(path), "--config", &text(&config)];
    let own = |words: &[&str]| -> Vec<String> { base.iter().chain(words).map(|word| (*word).to_owned()).collect() };
    run(&own(&["init", "--force"]));
    let trunk = trunk(path);
    let trunk = format!("refs/heads/{trunk}");
    let theirs = |words: &[&str]| -> Vec<String> {
        ["git", "-C", &text(path)].iter().chain(words).map(|word| (*word).to_owned()).collect()
    };
    let both = format!("{trunk}...{branch}");
    let line = ["backports", "--format", "json", "--line", branch];
    // How many threads there are to be is asked of the system, which `taskset` answers for.
    let on =
        |processors: &str| ["taskset", "-c", processors].map(str::to_owned).into_iter().chain(own(&line)).collect();
    let of = |name, is_cold, is_long, commands| Job {
        name,
        commands,
        is_cold,
        is_long,
        times: vec![],
        processor: vec![],
        peak: 0,
    };
    let job = |name, is_cold, command| of(name, is_cold, false, vec![command]);
    let whole = || vec![own(&["backports", "--format", "json"])];
    let maintained = lines(&own(&["backports", "--format", "json"]));
    let each = maintained.iter().map(|line| theirs(&["cherry", &trunk, line])).collect();
    let mut jobs = [
        job("git cherry", false, theirs(&["cherry", &trunk, branch])),
        job("git log --cherry-mark", false, theirs(&["log", "--cherry-mark", "--no-merges", "--format=%m%H", &both])),
        job("one line, cold, one thread", true, on("0")),
        job("one line, cold, two threads", true, on("0,1")),
        job("one line, warm", false, own(&line)),
        of("git cherry, each maintained line", false, true, each),
        of("all maintained lines, cold", true, true, whole()),
        of("all maintained lines, warm", false, true, whole()),
    ];
    let few = if std::env::args().any(|word| word == "--one-line") { 0 } else { FEW_TURNS };
    for turn in 0..TURNS {
        for job in jobs.iter_mut().filter(|job| turn < few || !job.is_long) {
            if job.is_cold {
                let _ = std::fs::remove_dir_all(path.join("twintrack"));
            }
            let (mut sum, before) = (Duration::ZERO, processor());
            for command in &job.commands {
                let (time, peak) = run(command);
                sum += time;
                job.peak = job.peak.max(peak);
            }
            job.times.push(sum);
            job.processor.push(processor() - before);
        }
    }
    let medians = |job: &mut Job| [median(&mut job.times), median(&mut job.processor)].map(|time| time.as_secs_f64());
    let cherry = medians(&mut jobs[0]);
    for job in jobs.iter_mut().filter(|job| !job.times.is_empty()) {
        let times = medians(job);
        let told = [0, 1].map(|at| format!("{:.0} | {:.2}", times[at] * 1e3, times[at] / cherry[at]));
        println!("| {repository} | {branch} | {} | {} | {} |", job.name, told.join(" | "), job.peak / 1024);
    }
}

/// The branches of the lines that the matrix shows.
fn lines(matrix: &[String]) -> Vec<String> {
    let shown: serde_json::Value = serde_json::from_slice(&output(matrix)).expect("JSON");
    let branches = shown["lines"].as_array().into_iter().flatten();
    branches.filter_map(|line| Some(line["branch"].as_str()?.to_owned())).collect()
}

/// The branch that the clone's head names.
fn trunk(path: &Path) -> String {
    let head = ["git", "-C", &text(path), "symbolic-ref", "--short", "HEAD"].map(str::to_owned);
    String::from_utf8_lossy(&output(&head)).trim().to_owned()
}
