//! What the benchmarks share: clones copied by reference, so that neither they nor their caches are touched, and commands
//! run with their time and the peak of their memory.

#![allow(dead_code)] // no benchmark uses all of it

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The words of the command line that are no options.
pub fn words() -> Vec<String> {
    std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect()
}

/// Copies a clone by reference to `copy`; what the table calls it.
pub fn borrow(clone: &str, copy: &Path) -> String {
    git(Path::new("."), &["clone", "--quiet", "--mirror", "--shared", clone, &text(copy)]);
    let mut parts = Path::new(clone).components().rev().map(|part| part.as_os_str().to_string_lossy().into_owned());
    parts.find(|part| part != "repo" && part != ".git").unwrap_or_default()
}

pub fn text(path: &Path) -> String {
    path.display().to_string()
}

pub fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Time, and the peak of resident memory in kilobytes where the system shows it for a running process.
pub fn run(command: &[String]) -> (Duration, u64) {
    let begin = Instant::now();
    let mut child = Command::new(&command[0]);
    child.args(&command[1..]).stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = child.spawn().expect("the command starts");
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

/// Processor time of all commands that ended so far, to hundredths of a second; zero where the system does not show it. Other
/// work on the machine does not count there.
pub fn processor() -> Duration {
    const TICKS_A_SECOND: u64 = 100;
    let shown = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program stands in brackets and may hold blanks; of what follows, two fields are about children.
    let fields = shown.rsplit_once(") ").map_or("", |(_, fields)| fields).split(' ').skip(13).take(2);
    let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1_000 / TICKS_A_SECOND)
}

/// What a command printed; it must succeed.
pub fn output(command: &[String]) -> Vec<u8> {
    let output = Command::new(&command[0]).args(&command[1..]).stdin(Stdio::null()).output();
    let output = output.expect("the command starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Runs git with somebody's name, as tags and commits need one.
pub fn git(directory: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.arg("-C").arg(directory).args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]);
    let status = command.args(arguments).stdin(Stdio::null()).status();
    assert!(status.expect("git starts").success(), "git {arguments:?}");
}

/// Hands `git fast-import` a history.
pub fn import(path: &Path, stream: &[u8]) {
    let mut import = Command::new("git");
    import.arg("-C").arg(path).args(["fast-import", "--quiet"]).stdin(Stdio::piped());
    let mut child = import.spawn().expect("git starts");
    child.stdin.take().expect("a pipe").write_all(stream).expect("git reads");
    assert!(child.wait().expect("git ends").success());
}
