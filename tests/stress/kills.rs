//! Runs that are killed from outside at any moment: the next run finishes what they left, and the remote loses nothing.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::fleet::{Ended, Fleet, NOW};

/// What is killed: our process alone, so that the git it started goes on without it, or all of it. The remote's side
/// lives on, as a server does.
#[derive(Debug, Clone, Copy)]
enum Victim {
    Process,
    Group,
}

/// A small generator: the same seed gives the same kills.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

#[test]
fn runs_that_are_killed_are_finished_by_the_next() {
    kill_and_finish(12, given_seed().unwrap_or(1), &["clone"], &[Victim::Group, Victim::Process]);
}

#[test]
#[ignore = "minutes; see the top of the file"]
fn five_hundred_kills_lose_nothing() {
    kill_and_finish(520, seed(), &["clone", "shallow"], &[Victim::Process, Victim::Group]);
}

/// From the clock, and printed, so that a run that fails can be repeated.
fn seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    given_seed().unwrap_or_else(|| now.map_or(1, |now| now.as_secs())).max(1)
}

fn given_seed() -> Option<u64> {
    std::env::var("TWINTRACK_STRESS_SEED").ok().and_then(|seed| seed.parse().ok())
}

/// One command that is killed and finished.
struct Deed {
    arguments: Vec<String>,
    /// Exit codes of the run that finishes it: done, or an answer that says that it had been done.
    accepted: &'static [i32],
}

const DONE: &[i32] = &[0];
const DONE_OR_REFUSED: &[i32] = &[0, 3];

/// The state of the story that the deeds tell: each is possible when it is its turn.
struct Story {
    deploys: usize,
    line: usize,
    step: usize,
}

impl Story {
    fn next(&mut self, fleet: &Fleet, random: &mut Random) -> Deed {
        self.step += 1;
        let commit = &fleet.commits[usize::try_from(random.below(fleet.commits.len() as u64)).unwrap()];
        let line = format!("1.{}", self.line);
        let (words, accepted) = match self.step % 12 {
            1 | 2 | 7 => {
                self.deploys += 1;
                let run = format!("run-{}", self.deploys);
                (format!("deploy record -e production --commit {commit} --run {run} --artifact {run}"), DONE)
            }
            // Refused where nothing good came before.
            3 => (format!("deploy rollback -e production --run back-{}", self.step), DONE_OR_REFUSED),
            4 => (format!("cut {line}"), DONE_OR_REFUSED),
            5 => (format!("backport {} --to {line}", fix(fleet, self.step)), DONE),
            6 => (format!("release {line} --candidate"), DONE),
            8 => (format!("release {line} --final"), DONE),
            9 => (format!("deploy freeze -e staging --name freeze-{} --reason test --until 1h", self.step), DONE),
            // Refused where the freeze had been thawed.
            10 => (format!("deploy thaw -e staging freeze-{} --reason test", self.step - 1), DONE_OR_REFUSED),
            11 => ("sync".to_owned(), DONE),
            _ => {
                self.line += 1;
                (format!("retract {line}.0 --reason test"), DONE)
            }
        };
        let mut arguments: Vec<String> = words.split(' ').map(str::to_owned).collect();
        // What is synchronised is shared anyway.
        arguments.extend((words != "sync").then(|| "--push".to_owned()));
        Deed { arguments, accepted }
    }
}

/// A new commit of trunk that no line has.
fn fix(fleet: &Fleet, step: usize) -> String {
    let name = format!("fix-{step}");
    std::fs::write(fleet.path("clone").join(&name), "fixed\n").unwrap();
    fleet.git("clone", &["add", &name]);
    fleet.git("clone", &["commit", "--quiet", "--date", NOW, "--message", &format!("fix: part {step}")]);
    fleet.git("clone", &["push", "--quiet", "origin", "main"]);
    fleet.git("clone", &["rev-parse", "HEAD"])
}

fn kill_and_finish(kills: usize, seed: u64, clones: &[&str], victims: &[Victim]) {
    println!("TWINTRACK_STRESS_SEED={seed}");
    let fleet = Fleet::new();
    for clone in clones {
        fleet.clone_to(clone, *clone == "shallow");
        // A killed client leaves its server running.
        fleet.git(clone, &["config", "remote.origin.receivepack", "setsid git-receive-pack"]);
        fleet.git(clone, &["config", "remote.origin.uploadpack", "setsid git-upload-pack"]);
    }
    let mut random = Random(seed);
    let mut story = Story { deploys: 0, line: 0, step: 0 };
    let (mut killed, mut landed, mut longest) = (0, 0, Duration::from_millis(400));
    let mut bystanders = 0;
    while killed < kills {
        let deed = story.next(&fleet, &mut random);
        // Lines and work trees are those of the whole clone; records come from either.
        let is_record = deed.arguments.iter().any(|word| word == "record");
        let clone = clones[if is_record { story.step % clones.len() } else { 0 }];
        if !is_record {
            fleet.git(clone, &["fetch", "--quiet", "--tags", "origin"]);
        }
        // The same deed is killed several times before it may finish.
        for _ in 0..=random.below(3) {
            let victim = victims[usize::try_from(random.below(victims.len() as u64)).unwrap()];
            let after = Duration::from_micros(random.below(u64::try_from(longest.as_micros()).unwrap()));
            let before = fleet.refs();
            let mut child = start(&fleet, clone, &deed);
            let bystander = (random.below(4) == 0).then(|| {
                bystanders += 1;
                start(&fleet, clone, &bystander(&fleet, bystanders))
            });
            std::thread::sleep(after);
            if child.try_wait().unwrap().is_some() {
                finished(bystander, clone);
                break;
            }
            kill(&mut child, victim);
            killed += 1;
            landed += usize::from(bystander.is_none() && fleet.refs() != before);
            finished(bystander, clone);
        }
        let began = Instant::now();
        finish(&fleet, clone, &deed);
        let trunk = fleet.git("clone", &["rev-parse", "main"]);
        assert_eq!(fleet.refs()["refs/heads/main"], trunk, "trunk differs after {:?}", deed.arguments);
        // As long as a whole run takes, so that kills fall everywhere in it.
        longest = (longest * 3 + began.elapsed()) / 4;
        if story.step.is_multiple_of(20) {
            check(&fleet, clones);
        }
    }
    check(&fleet, clones);
    let runs = fleet.deploys("production", "Run");
    let mut once = runs.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), runs.len(), "a run is recorded twice: {runs:?}");
    for deploy in 1..=story.deploys {
        assert!(once.contains(&format!("run-{deploy}")), "run-{deploy} is lost: {runs:?}");
    }
    for number in 1..=bystanders {
        assert!(once.contains(&format!("beside-{number}")), "beside-{number} is lost: {runs:?}");
    }
    println!(
        "{killed} kills in {} deeds, {landed} after something had come to the remote; nothing was lost",
        story.step
    );
}

/// A run that works in the same clone meanwhile, and is not killed.
fn bystander(fleet: &Fleet, number: usize) -> Deed {
    let (commit, run) = (&fleet.commits[0], format!("beside-{number}"));
    let words = format!("deploy record -e production --commit {commit} --run {run} --artifact {run} --push");
    Deed { arguments: words.split(' ').map(str::to_owned).collect(), accepted: DONE }
}

fn finished(bystander: Option<Child>, clone: &str) {
    if let Some(bystander) = bystander {
        let ended = Ended::from(bystander.wait_with_output().unwrap());
        assert_eq!(ended.code, Some(0), "a run beside a killed one in {clone}: {}", ended.stderr);
    }
}

fn start(fleet: &Fleet, clone: &str, deed: &Deed) -> Child {
    let mut command = fleet.twintrack(clone);
    command.args(&deed.arguments).arg("--format=json");
    command.stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0).spawn().unwrap()
}

fn kill(child: &mut Child, victim: Victim) {
    let id = match victim {
        Victim::Process => child.id().to_string(),
        Victim::Group => format!("-{}", child.id()),
    };
    let _ = Command::new("kill").args(["-KILL", "--", &id]).status();
    child.wait().unwrap();
}

/// Runs the deed to its end.
fn finish(fleet: &Fleet, clone: &str, deed: &Deed) {
    let mut command = fleet.twintrack(clone);
    let ended = Ended::from(command.args(&deed.arguments).arg("--format=json").output().unwrap());
    let code = ended.code.unwrap_or(-1);
    assert!(deed.accepted.contains(&code), "{:?} in {clone} ended with {code}: {}", deed.arguments, ended.stderr);
    assert!(!fleet.path(clone).join(".git/twintrack/intent").exists(), "{:?}: something is left open", deed.arguments);
}

/// The remote has all it ever had, and each clone is sound and agrees with it.
fn check(fleet: &Fleet, clones: &[&str]) {
    fleet.assert_whole();
    let there = fleet.refs();
    for clone in clones {
        assert_eq!(fleet.git(clone, &["status", "--porcelain"]), "", "the work tree of {clone}");
        fleet.git(clone, &["fsck", "--connectivity-only", "--no-dangling"]);
        let here =
            fleet.git(clone, &["for-each-ref", "--format=%(refname) %(objectname)", "refs/tags", "refs/twintrack"]);
        for (name, id) in here.lines().filter_map(|line| line.split_once(' ')) {
            assert_eq!(there.get(name).map(String::as_str), Some(id), "`{name}` of {clone}");
        }
        let own = std::fs::read_dir(fleet.path(clone).join(".git/twintrack")).unwrap();
        let left: Vec<String> = own.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert!(left.iter().filter(|name| name.starts_with("scratch-")).count() <= 4, "{left:?}");
    }
}
