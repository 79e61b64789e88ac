//! A server that lands a push long after the run that pushed it, and its git, were killed.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::fleet::{Ended, Fleet, run_git};

/// Holds the first push until a second one comes, and the second one until the first has landed.
const HOOK: &str = r#"#!/bin/sh
cat > /dev/null
wait_for() { i=0; while ! "$@" && [ $i -lt 1500 ]; do i=$((i + 1)); sleep 0.02; done; }
has_landed() { git show-ref --verify --quiet refs/tags/v1.0.0; }
if mkdir first 2> /dev/null; then
    wait_for test -e second
else
    touch second
    wait_for has_landed
fi
"#;

#[test]
fn a_release_that_lands_after_it_was_given_up_is_taken_over() {
    let fleet = Fleet::new();
    fleet.clone_to("clone", false);
    // A killed client leaves its server running.
    fleet.git("clone", &["config", "remote.origin.receivepack", "setsid git-receive-pack"]);
    for step in [["cut", "1.0", "--push"].as_slice(), &["release", "1.0", "--candidate", "--push"]] {
        let ended = Ended::from(fleet.twintrack("clone").args(step).output().unwrap());
        assert_eq!(ended.code, Some(0), "{step:?}: {}", ended.stderr);
    }
    let hook = fleet.remote().join("hooks/pre-receive");
    std::fs::write(&hook, HOOK).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let last = ["release", "1.0", "--final", "--push", "--format=json"];
    let mut killed = fleet.twintrack("clone");
    killed.args(last).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let mut killed = killed.spawn().unwrap();
    while !fleet.remote().join("first").exists() {
        assert!(killed.try_wait().unwrap().is_none(), "it was to push");
        std::thread::sleep(Duration::from_millis(10));
    }
    let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", killed.id())]).status();
    killed.wait().unwrap();
    let ended = Ended::from(fleet.twintrack("clone").args(last).output().unwrap());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(fleet.remote().join("second").exists(), "the next run was to push, too: {}", ended.stderr);
    assert_eq!(ended.report["version"], "1.0.0");
    for name in ["refs/heads/release/1.0", "refs/tags/v1.0.0"] {
        let here = fleet.git("clone", &["rev-parse", name]);
        assert_eq!(run_git(&fleet.remote(), &["rev-parse", name]), here, "{name}");
    }
    fleet.assert_whole();
}
