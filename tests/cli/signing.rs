//! Tags and commits signed with real keys, and checked.

use std::process::{Child, Command, Stdio};

use serde_json::Value;
use twintrack::testing::TestRepo;

use crate::support::{Run, World, two_channels};

/// A policy with a version file, so that a release makes a commit as well as a tag.
fn world() -> World {
    let mut repo = two_channels();
    let policy = crate::support::RELEASE_TOML.replace("support =", "version-files = [\"VERSION\"]\nsupport =");
    repo.commit_files(
        "main",
        "chore: name the version file",
        &[("release.toml", Some(&policy)), ("VERSION", Some("1.3.0\n"))],
    );
    repo.commit_file("release/1.2", "chore: hold the version", "VERSION", "1.2.0-rc.1\n");
    repo.checkout("main");
    World::with(repo)
}

/// Makes an ssh key; its file.
fn ssh_key(world: &World) -> String {
    let key = world.path("key").display().to_string();
    let made =
        world.command("ssh-keygen", &world.path("home")).args(["-q", "-t", "ed25519", "-N", "", "-f", &key]).status();
    assert!(made.unwrap().success());
    let public = world.read("key.pub");
    world.write("allowed", &format!("ada@example.com {public}"));
    key
}

fn configure(world: &World, settings: &[(&str, &str)]) {
    for (name, value) in settings {
        world.git("repo", &["config", name, value]);
    }
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn a_release_is_signed_as_git_is_configured() {
    let world = world();
    let key = ssh_key(&world);
    configure(
        &world,
        &[("gpg.format", "ssh"), ("user.signingKey", &key), ("tag.gpgSign", "1"), ("commit.gpgSign", "yes")],
    );
    let arguments = ["release", "1.2", "--version", "1.2.0"];
    let shown = world.run(&[&arguments[..], &["--dry-run"]].concat()).succeeded();
    let words = format!("sign    1 commit and 1 tag with the ssh key {}; unsigned so far", world.path("key").display());
    assert!(shown.stdout.replace("[WORLD]/key", &key).contains(&words), "{shown}");
    let run = world.run(&[&arguments[..], &["--format=json"]].concat()).succeeded();
    let report = json(&run);
    assert_eq!(report["plan"]["signing"]["signed"], true);
    // What is told is what is there.
    assert_eq!(report["commit"], world.git("repo", &["rev-parse", "v1.2.0^{commit}"]));
    assert_eq!(report["plan"]["commits"][0]["id"], report["commit"]);
    let allowed = world.path("allowed").display().to_string();
    world.git("repo", &["-c", &format!("gpg.ssh.allowedSignersFile={allowed}"), "verify-tag", "v1.2.0"]);
    world.git("repo", &["-c", &format!("gpg.ssh.allowedSignersFile={allowed}"), "verify-commit", "v1.2.0^{commit}"]);
    world.git("repo", &["fsck", "--strict"]);
    let verified = world.run(&["verify", "v1.2.0", "--allowed-signers", &allowed]).succeeded();
    assert!(verified.stdout.starts_with("good  v1.2.0: signed by ada@example.com with key SHA256:"), "{verified}");
    // Running again finds the release and signs nothing.
    let again = json(&world.run(&[&arguments[..], &["--format=json"]].concat()).succeeded());
    assert_eq!((&again["released"], &again["plan"]["signing"]), (&false.into(), &Value::Null));
}

#[test]
fn a_backport_is_signed_commit_by_commit() {
    let world = world();
    let key = ssh_key(&world);
    let allowed = world.path("allowed").display().to_string();
    configure(&world, &[("gpg.format", "ssh"), ("user.signingKey", &key), ("commit.gpgSign", "true")]);
    configure(&world, &[("gpg.ssh.allowedSignersFile", &allowed)]);
    for name in ["one", "two"] {
        world.write(&format!("repo/{name}"), "x\n");
        world.git("repo", &["add", name]);
        world.git("repo", &["commit", "--quiet", "--no-gpg-sign", "-m", &format!("fix: {name}")]);
    }
    let run = world.run(&["backport", "main~1", "main", "--to", "1.2", "--format=json"]).succeeded();
    let picks = json(&run)["picks"].as_array().unwrap().clone();
    let made: Vec<&str> = picks.iter().map(|pick| pick["new_commit"].as_str().unwrap()).collect();
    let there = world.git("repo", &["rev-list", "--reverse", "release/1.2~2..release/1.2"]);
    assert_eq!(made, there.lines().collect::<Vec<_>>());
    for commit in made {
        world.git("repo", &["verify-commit", commit]);
    }
    world.git("repo", &["fsck", "--strict"]);
}

#[test]
fn tags_that_nobody_signed_are_told_apart() {
    let world = world();
    let key = ssh_key(&world);
    configure(&world, &[("gpg.format", "ssh"), ("user.signingKey", &key)]);
    world.run(&["release", "1.2", "--version", "1.2.0", "--sign"]).succeeded();
    world.git("repo", &["update-ref", "refs/tags/v1.2.9", "refs/tags/v1.2.0"]);
    world.git("repo", &["tag", "light", "main"]);
    let run = world.run(&["verify", "v1.2.0", "v1.2.9", "v1.1.0", "light", "--allowed-signers=/dev/null"]);
    assert_eq!(run.code, Some(1), "{run}");
    let lines: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("not good")).collect();
    for (line, words) in lines.iter().zip([
        "v1.2.0: signed by a key that nobody trusts here: SHA256:",
        "v1.2.9: it is the tag `v1.2.0` under another name",
        "v1.1.0: it is not signed",
        "light: a lightweight tag, and its commit is not signed",
    ]) {
        assert!(line.contains(words), "{line}\n{run}");
    }
    let allowed = world.path("allowed").display().to_string();
    let run = world.run(&["verify", "v1.2.0", "v1.2.9", "--allowed-signers", &allowed, "--format=json"]);
    let report = json(&run);
    assert_eq!(
        (run.code, &report["passed"], &report["signatures"][0]["state"]),
        (Some(1), &false.into(), &"good".into())
    );
    assert_eq!(report["signatures"][1]["other_name"], "v1.2.0");
    let run = world.run(&["verify", "v1.2.0x"]).refused(2);
    assert!(run.stderr.contains("did you mean `v1.2.0`?"), "{run}");
}

#[test]
fn a_signing_that_fails_leaves_nothing() {
    let world = world();
    let remote = TestRepo::bare();
    world.git("repo", &["remote", "add", "origin", remote.path().to_str().unwrap()]);
    world.git("repo", &["push", "--quiet", "--mirror", "origin"]);
    configure(&world, &[("gpg.format", "ssh"), ("user.signingKey", "/nowhere/key"), ("tag.gpgSign", "true")]);
    let before =
        (world.git("repo", &["for-each-ref"]), remote.git(&["for-each-ref"]), world.git("repo", &["count-objects"]));
    for arguments in [
        &["release", "1.2", "--version", "1.2.0", "--push"][..],
        &["deploy", "record", "-e", "production", "--push"],
        &["retract", "1.0.0", "--reason", "x", "--push"],
    ] {
        let run = world.run(arguments).refused(7);
        assert!(run.stderr.contains("cannot sign `refs/tags/") && run.stderr.contains("nothing was changed"), "{run}");
        assert!(run.stderr.contains("`--no-sign`"), "{run}");
    }
    let after =
        (world.git("repo", &["for-each-ref"]), remote.git(&["for-each-ref"]), world.git("repo", &["count-objects"]));
    assert_eq!(before, after);
    assert!(!world.path("repo/.git/twintrack/intent").exists());
    world.run(&["retract", "1.0.0", "--reason", "x", "--no-sign"]).succeeded();
}

/// An agent that goes away with the value.
struct Agent {
    process: Child,
    socket: String,
}

impl Agent {
    fn start(world: &World) -> Self {
        let socket = world.path("agent").display().to_string();
        let mut command = world.command("ssh-agent", &world.path("home"));
        let process = command.args(["-D", "-a", &socket]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        for _ in 0..500 {
            if world.path("agent").exists() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        Self { process, socket }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_key_in_an_agent_signs() {
    let world = world();
    let key = ssh_key(&world);
    let agent = Agent::start(&world);
    let variables = [("SSH_AUTH_SOCK", agent.socket.as_str())];
    let added = world.command("ssh-add", &world.path("home")).envs(variables).args(["-q", &key]).output().unwrap();
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    fs_err::remove_file(&key).unwrap();
    let public = world.read("key.pub");
    let allowed = world.path("allowed").display().to_string();
    configure(&world, &[("gpg.format", "ssh"), ("tag.gpgSign", "true"), ("gpg.ssh.allowedSignersFile", &allowed)]);
    for (version, setting) in [
        ("1.0.0", ("user.signingKey", format!("key::{public}"))),
        ("1.1.0", ("gpg.ssh.defaultKeyCommand", "ssh-add -L".into())),
    ] {
        let _ = world.try_git("repo", &["config", "--unset", "user.signingKey"]);
        configure(&world, &[(setting.0, setting.1.trim())]);
        world.run_in("repo", &variables, &["retract", version, "--reason", "x"]).succeeded();
        let tag = format!("retracted/v{version}");
        let run = world.run(&["verify", &tag]).succeeded();
        assert!(run.stdout.contains("signed by ada@example.com"), "{run}");
    }
}

/// A keyring of its own with one key, whose agent goes away with the value.
struct Keyring(String);

impl Keyring {
    /// `None` where there is no gpg.
    fn new(world: &World) -> Option<Self> {
        if Command::new("gpg").arg("--version").output().is_err() {
            eprintln!("skipped: there is no gpg to make a key with");
            return None;
        }
        let home = world.path("gnupg").display().to_string();
        fs_err::create_dir(&home).unwrap();
        #[cfg(unix)]
        fs_err::set_permissions(&home, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let mut command = world.command("gpg", &world.path("home"));
        let user = "Ada Example <ada@example.com>";
        let arguments = ["--batch", "--quiet", "--passphrase", "", "--quick-gen-key", user, "ed25519", "sign", "never"];
        let made = command.env("GNUPGHOME", &home).args(arguments).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Some(Self(home))
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        let _ = Command::new("gpgconf").env("GNUPGHOME", &self.0).args(["--kill", "all"]).output();
    }
}

#[test]
fn a_gpg_key_signs_tags_and_commits() {
    let world = world();
    let Some(keyring) = Keyring::new(&world) else { return };
    let variables = [("GNUPGHOME", keyring.0.as_str())];
    // Without a key that is named, that of the committer is taken.
    let run = world.run_in("repo", &variables, &["release", "1.2", "--version", "1.2.0", "--sign"]);
    run.succeeded();
    for (command, object) in [("verify-tag", "v1.2.0"), ("verify-commit", "v1.2.0^0")] {
        let mut git = world.command("git", &world.path("repo"));
        let checked = git.envs(variables).args([command, object]).output().unwrap();
        assert!(checked.status.success(), "{command}: {}", String::from_utf8_lossy(&checked.stderr));
    }
    let run = world.run_in("repo", &variables, &["verify", "v1.2.0"]).succeeded();
    assert!(run.stdout.starts_with("good  v1.2.0: signed by Ada Example <ada@example.com> with key "), "{run}");
    // Another keyring does not know the key, and has none to sign with.
    fs_err::create_dir(world.path("empty")).unwrap();
    #[cfg(unix)]
    fs_err::set_permissions(world.path("empty"), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let empty = world.path("empty").display().to_string();
    let run = world.run_in("repo", &[("GNUPGHOME", &empty)], &["verify", "v1.2.0", "--format=json"]);
    assert_eq!((run.code, &json(&run)["signatures"][0]["state"]), (Some(1), &"unknown-key".into()));
    let run =
        world.run_in("repo", &[("GNUPGHOME", &empty)], &["retract", "1.2.0", "--reason", "x", "--sign"]).refused(7);
    assert!(run.stderr.contains("gpg --list-secret-keys"), "{run}");
    drop(Keyring(empty));
}
