//! A remote with a hundred thousand deploy tags: a record from a fresh shallow clone beside one tag that git pushes.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::fleet::{Ended, Fleet};

#[test]
fn a_remote_with_many_tags_is_asked_for_few() {
    compare(2_000, 1);
}

#[test]
#[ignore = "minutes; see the top of the file"]
fn a_hundred_thousand_tags_beside_one_push() {
    let (ours, git) = compare(100_000, 7);
    let ratio = ours.as_secs_f64() / git.as_secs_f64();
    println!("100,000 tags: deploy record --push {ours:.2?}, git push of one tag {git:.2?}, ratio {ratio:.2}");
}

/// The median times of a record and of a plain push, in turns, each from a clone of its own.
fn compare(tags: usize, turns: usize) -> (Duration, Duration) {
    let fleet = Fleet::unwatched();
    fill(&fleet, tags);
    fleet.watch();
    let (mut ours, mut git) = (Vec::new(), Vec::new());
    for turn in 0..turns {
        let name = format!("plain-{turn}");
        fleet.clone_to(&name, true);
        fleet.git(&name, &["tag", "-a", "-m", "Deploy", &format!("plain/{turn}")]);
        let start = Instant::now();
        fleet.git(&name, &["push", "--quiet", "origin", &format!("refs/tags/plain/{turn}")]);
        git.push(start.elapsed());

        let name = format!("record-{turn}");
        fleet.clone_to(&name, true);
        let mut command = fleet.twintrack(&name);
        command.args([
            "deploy",
            "record",
            "-e",
            "production",
            "--push",
            "--format=json",
            "--run",
            &name,
            "--artifact",
            &name,
        ]);
        let start = Instant::now();
        let ended = Ended::from(command.output().unwrap());
        ours.push(start.elapsed());
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert_eq!(ended.report["sequence"], turn as u64 + 1 + today(tags) as u64);
        // Nothing came into the clone but its own tag and that tag's object.
        assert_eq!(fleet.git(&name, &["tag"]).lines().count(), 1);
    }
    fleet.assert_whole();
    ours.sort();
    git.sort();
    (ours[turns / 2], git[turns / 2])
}

/// How many of the tags are of the day of the runs.
fn today(tags: usize) -> usize {
    tags / 1_000
}

/// Writes annotated deploy tags of two environments over the years before, and a few of the day, and packs them.
fn fill(fleet: &Fleet, tags: usize) {
    let mut child = Command::new("git");
    child.current_dir(fleet.remote()).args(["fast-import", "--quiet"]).stdin(Stdio::piped());
    let mut child = child.spawn().unwrap();
    let mut input = std::io::BufWriter::new(child.stdin.take().unwrap());
    let commit = fleet.commits.last().unwrap();
    for number in 0..tags {
        let environment = if number % 2 == 0 { "staging" } else { "production" };
        let place = number / 2;
        let name = if place < today(tags) {
            format!("deploy/{environment}/2025-01-03.{}", place + 1)
        } else {
            let (year, month, day) = (2024 - place % 9, 1 + place / 9 % 12, 1 + place / 108 % 28);
            format!("deploy/{environment}/{year}-{month:02}-{day:02}.{}", 1 + place / 3_024)
        };
        let message = format!("Deploy\n\nRun: old-{number}\n");
        writeln!(
            input,
            "tag {name}\nfrom {commit}\ntagger Ada <ada@example.com> 1600000000 +0000\ndata {}\n{message}",
            message.len()
        )
        .unwrap();
    }
    drop(input);
    assert!(child.wait().unwrap().success());
    super::fleet::run_git(&fleet.remote(), &["pack-refs", "--all"]);
}
