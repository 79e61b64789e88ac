//! Clones that record at once while others cut and release.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::fleet::{Ended, Fleet};

/// How much is done at once.
struct Load {
    /// Clones that record.
    recorders: usize,
    /// Deploys of each that no other records.
    own: usize,
    /// Deploys that all of them record, as runners do that share a job.
    shared: usize,
    /// Lines that are cut and released, in turns by two more clones.
    lines: usize,
}

impl Load {
    fn deploys(&self) -> usize {
        self.recorders * self.own + self.shared
    }
}

#[test]
fn what_is_recorded_at_once_is_recorded_once() {
    race(&Load { recorders: 3, own: 3, shared: 2, lines: 1 });
}

#[test]
#[ignore = "minutes; see the top of the file"]
fn eight_clones_record_two_hundred_deploys_while_two_cut_and_release() {
    let load = Load { recorders: 8, own: 26, shared: 4, lines: 6 };
    let (took, attempts) = race(&load);
    let bare = bare_tags(load.recorders, load.deploys() / load.recorders);
    let per_second = |count: usize, took: Duration| count as f64 / took.as_secs_f64();
    println!(
        "deploy record --push: {} in {took:.1?}, {:.2} a second",
        load.deploys(),
        per_second(load.deploys(), took)
    );
    let bare_count = load.deploys() / load.recorders * load.recorders;
    println!("git tag + git push:   {bare_count} in {bare:.1?}, {:.2} a second", per_second(bare_count, bare));
    println!("runs of deploy record: {attempts}");
}

/// Runs everything at once and checks what came of it. The time that the recorders took, and how many runs they were.
fn race(load: &Load) -> (Duration, usize) {
    let fleet = Fleet::new();
    for number in 0..load.recorders {
        fleet.clone_to(&format!("recorder-{number}"), number % 2 == 1);
    }
    for name in ["cutter-0", "cutter-1"] {
        fleet.clone_to(name, false);
    }
    let start = Instant::now();
    let (took, ended, cut) = std::thread::scope(|scope| {
        let (fleet, load) = (&fleet, load);
        let cutters: Vec<_> =
            (0..2).map(|number| scope.spawn(move || cut_and_release(fleet, number, load.lines))).collect();
        let recorders: Vec<_> =
            (0..load.recorders).map(|number| scope.spawn(move || record(fleet, number, load))).collect();
        let ended: Vec<Ended> = recorders.into_iter().flat_map(|recorder| recorder.join().unwrap()).collect();
        let took = start.elapsed();
        (took, ended, cutters.into_iter().map(|cutter| cutter.join().unwrap()).sum::<usize>())
    });
    assert!(cut > load.lines / 2, "whoever is ahead is never refused");
    for ended in &ended {
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    }
    let created: Vec<&str> = ended
        .iter()
        .filter(|ended| ended.report["created"] == true)
        .map(|ended| ended.report["tag"].as_str().unwrap())
        .collect();
    let tags: BTreeSet<&str> = ended.iter().map(|ended| ended.report["tag"].as_str().unwrap()).collect();
    assert_eq!(tags.len(), load.deploys());
    // Two runs may have made the very same tag; nobody but them says so of it.
    assert!(created.iter().copied().collect::<BTreeSet<_>>() == tags);
    let runs = fleet.deploys("production", "Run");
    assert_eq!(runs.len(), load.deploys(), "{runs:?}");
    assert_eq!(runs.iter().collect::<BTreeSet<_>>().len(), load.deploys(), "a run is recorded twice: {runs:?}");
    let released = fleet.refs().keys().filter(|name| name.starts_with("refs/tags/v1.")).count();
    assert_eq!(released, cut * 2, "each line has a candidate and a release");
    fleet.assert_whole();
    (took, ended.len())
}

fn record(fleet: &Fleet, number: usize, load: &Load) -> Vec<Ended> {
    let clone = format!("recorder-{number}");
    let rounds = load.own + load.shared;
    let one = |round: usize| {
        // Shared ones are spread over the rounds, so that all meet at them now and then.
        let every = rounds / load.shared;
        let is_shared = round.is_multiple_of(every) && round / every < load.shared;
        let run = if is_shared { format!("shared-{}", round / every) } else { format!("run-{number}-{round}") };
        let commit = &fleet.commits[round % fleet.commits.len()];
        let mut command = fleet.twintrack(&clone);
        command.args([
            "deploy",
            "record",
            "--environment",
            "production",
            "--push",
            "--format=json",
            "--log-format=json",
        ]);
        command.args(["--commit", commit, "--run", &run, "--artifact", &run]);
        Ended::from(command.output().unwrap())
    };
    (0..rounds).map(one).collect()
}

/// Cuts every second line and releases it, running again where another run was faster; how many. A line that the other one
/// overtook, so that trunk is on the way to a later one, is none any more.
fn cut_and_release(fleet: &Fleet, number: usize, lines: usize) -> usize {
    let clone = format!("cutter-{number}");
    let mut cut = 0;
    for line in (number..lines).step_by(2) {
        let version = format!("1.{line}");
        if !until_done(fleet, &clone, &["cut", &version]) {
            continue;
        }
        cut += 1;
        for step in ["--candidate", "--final"] {
            assert!(until_done(fleet, &clone, &["release", &version, step]));
        }
    }
    cut
}

/// Whether it was done at last; not where trunk was opened for a later version.
fn until_done(fleet: &Fleet, clone: &str, step: &[&str]) -> bool {
    for _ in 0..30 {
        let ended = Ended::from(fleet.twintrack(clone).args(step).args(["--push", "--format=json"]).output().unwrap());
        match ended.code {
            Some(0) => return true,
            Some(3) if ended.stderr.contains(", which is higher than ") => return false,
            // Moved: what the other one did comes here, and once more.
            Some(5) => _ = fleet.git(clone, &["pull", "--quiet", "--ff-only"]),
            // Cut already, by the run that a lost connection hid.
            code => panic!("{step:?} ended with {code:?}: {}", ended.stderr),
        }
    }
    panic!("{step:?} was never done");
}

/// The same number of tags made by git alone, each with a name of its own.
fn bare_tags(clones: usize, tags: usize) -> Duration {
    let fleet = Fleet::new();
    for number in 0..clones {
        fleet.clone_to(&format!("clone-{number}"), number % 2 == 1);
    }
    let start = Instant::now();
    std::thread::scope(|scope| {
        for number in 0..clones {
            let fleet = &fleet;
            scope.spawn(move || {
                for tag in 0..tags {
                    let (clone, name) = (format!("clone-{number}"), format!("deploy/production/{number}.{tag}"));
                    fleet.git(&clone, &["tag", "-a", "-m", "Deploy", &name]);
                    fleet.git(
                        &clone,
                        &["-c", "push.negotiate=true", "push", "--quiet", "origin", &format!("refs/tags/{name}")],
                    );
                }
            });
        }
    });
    start.elapsed()
}
