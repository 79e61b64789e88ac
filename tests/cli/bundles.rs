//! `bundle` and `verify BUNDLE`: an upgrade that is carried to a place without a network.

use serde_json::Value;

use crate::support::{RELEASE_TOML, Run, World, two_channels};

const STOP: &str = r#"
[channels.self-hosted.lines."1.1"]
required-stop = { from = "1.1.0", reason = "converts the queue" }
"#;

fn world() -> World {
    let mut repo = two_channels();
    repo.commit_file("main", "chore: say where upgrades stop", "release.toml", &format!("{RELEASE_TOML}{STOP}"));
    repo.tag("v1.2.0", "release/1.2");
    repo.checkout("main");
    let world = World::with(repo);
    for name in ["ours", "theirs"] {
        make_key(&world, name);
    }
    world.write("acme-1.2.0.tar", "the newest");
    world.write("acme-1.1.0.tar", "the one between");
    world.write("parts.json", "{}");
    world
}

fn make_key(world: &World, name: &str) {
    let mut command = world.command("ssh-keygen", &world.path(""));
    assert!(command.args(["-q", "-t", "ed25519", "-N", "", "-f", name]).status().unwrap().success());
}

/// Where everything but the repository is, also for what is to be packed.
fn bundle(world: &World, arguments: &[&str]) -> Run {
    let (repo, key) = (world.path("repo").display().to_string(), world.path("ours").display().to_string());
    world.run_in("", &[], &[&["--repo", &repo, "bundle", "--key", &key], arguments].concat())
}

fn verify(world: &World, arguments: &[&str]) -> Run {
    // Neither a repository nor any program is there.
    world.run_in("home", &[("PATH", "/nonexistent")], &[&["verify", "../bundle.tar.gz"], arguments].concat())
}

#[track_caller]
fn answered_no(run: Run) -> Run {
    assert_eq!(run.code, Some(1), "{run}");
    run
}

#[test]
fn a_bundle_carries_every_stop_of_the_way_and_says_what_to_read() {
    let world = world();
    let newest = ["1.2.0", "--from", "1.0.1", "--artifact", "acme-1.2.0.tar", "--sbom", "parts.json"];
    let refused = bundle(&world, &[&newest[..], &["--out", "bundle.tar.gz"]].concat()).refused(3);
    assert!(refused.stderr.contains("name it with `--artifact 1.1.0=FILE`"), "{refused}");
    assert!(!world.path("bundle.tar.gz").exists());
    let all = [&newest[..], &["--artifact", "1.1.0=acme-1.1.0.tar", "--out", "bundle.tar.gz"]].concat();
    let made = bundle(&world, &all).succeeded();
    assert!(made.stdout.contains("stops      1.1.0"), "{made}");
    let first = std::fs::read(world.path("bundle.tar.gz")).unwrap();
    let again = bundle(&world, &all).succeeded();
    assert!(again.stdout.starts_with("unchanged bundle.tar.gz"), "{again}");
    std::fs::remove_file(world.path("bundle.tar.gz")).unwrap();
    bundle(&world, &all).succeeded();
    assert!(first == std::fs::read(world.path("bundle.tar.gz")).unwrap(), "the same release packs to the same bytes");

    let good = verify(&world, &["--key", "../ours.pub", "--installed", "1.0.1"]).succeeded();
    let words = "next  unpack it and read acme-1.2.0-bundle/upgrade/from-1.0.1.html, which leads from 1.0.1\n\
                 next  the way stops at 1.1.0, which is in the bundle\n";
    assert!(good.stdout.ends_with(words), "{good}");
    let told = answered_no(verify(&world, &["--key", "../ours.pub", "--installed", "1.3.0"]));
    assert!(told.stdout.contains("it has 1.2.0, and 1.3.0 is installed, which is newer"), "{told}");
    let other = answered_no(verify(&world, &["--key", "../theirs.pub", "--format=json"]));
    let report: Value = serde_json::from_str(&other.stdout).unwrap();
    assert_eq!((&report["passed"], &report["problems"][0]["problem"]), (&false.into(), &"unknown-key".into()));
    let usage = world.run_in("", &[], &["verify", "bundle.tar.gz"]).refused(2);
    assert!(usage.stderr.contains("name a file of public keys with `--key release.pub`"), "{usage}");
}

#[test]
fn programs_that_everybody_has_say_the_same_of_a_bundle() {
    let world = world();
    bundle(&world, &["1.2.0", "--artifact", "acme-1.2.0.tar", "--out", "."]).succeeded();
    let run = |program: &str, directory: &str, arguments: &[&str]| {
        let mut command = world.command(program, &world.path(directory));
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    };
    run("tar", "", &["-xzf", "acme-1.2.0-bundle.tar.gz"]);
    world.write("allowed_signers", &format!("release {}", world.read("ours.pub")));
    let script = "ssh-keygen -Y verify -f ../allowed_signers -I release -n twintrack-bundle -s SHA256SUMS.sig < SHA256SUMS && \
                  sha256sum --check --strict --quiet SHA256SUMS";
    let page = world.read("acme-1.2.0-bundle/README.md");
    assert!(page.contains(&script.replace(" && ", "\n")), "{page}");
    run("sh", "acme-1.2.0-bundle", &["-c", script]);
    // And everything that is there is on the list.
    let listed = world.read("acme-1.2.0-bundle/SHA256SUMS").lines().count();
    let files = String::from_utf8(
        world.command("find", &world.path("acme-1.2.0-bundle")).args([".", "-type", "f"]).output().unwrap().stdout,
    );
    assert_eq!(files.unwrap().lines().count(), listed + 2);
    assert!(world.read("acme-1.2.0-bundle/tags/v1.2.0.txt").contains("\ntag v1.2.0\n"));
}

#[test]
fn what_cannot_be_in_a_bundle_is_said_before_anything_is_written() {
    let world = world();
    let artifact = ["--artifact", "acme-1.2.0.tar"];
    let cases: [(&[&str], i32, &str); 6] = [
        (&["9.9.9"], 2, "`9.9.9` is no release"),
        (&["1.2.0", "--from", "1.2.0-rc.9"], 2, "`1.2.0-rc.9` is no release"),
        (&["1.0.1", "--from", "1.2.0"], 3, "1.2.0 comes after 1.0.1"),
        (&["1.2.0", "--sbom", "none.json"], 7, "cannot read `none.json`"),
        (&["1.2.0", "--artifact", "acme-1.2.0.tar"], 2, "two files would be `artifacts/1.2.0/acme-1.2.0.tar`"),
        (&["1.2.0", "--artifact", "bad:name"], 2, "it has characters that not every system takes"),
    ];
    world.write("bad:name", "");
    for (arguments, code, words) in cases {
        let refused = bundle(&world, &[arguments, &artifact, &["--out", "out.tar"]].concat()).refused(code);
        assert!(refused.stderr.contains(words), "{refused}");
        assert!(!world.path("out.tar").exists());
    }
    world.write("out.tar", "something else");
    let refused = bundle(&world, &[&["1.2.0"], &artifact[..], &["--out", "out.tar"]].concat()).refused(3);
    assert!(refused.stderr.contains("overwrite it with `--force`"), "{refused}");
    assert_eq!(world.read("out.tar"), "something else");
    world.git("repo", &["tag", "-a", "-m", "x", "retracted/v1.2.0", "v1.2.0"]);
    let refused = bundle(&world, &[&["1.2.0"], &artifact[..], &["--out", "."]].concat()).refused(3);
    assert!(refused.stderr.contains("1.2.0 was retracted"), "{refused}");
    let unsigned = world.run(&["bundle", "1.1.0", "--artifact", "../acme-1.1.0.tar", "--out", ".."]).refused(2);
    assert!(unsigned.stderr.contains("name one with `--key FILE`"), "{unsigned}");
}

#[test]
fn a_file_that_is_not_the_one_on_record_is_refused() {
    let mut repo = two_channels();
    let text = format!("1.2.0\n\nArtifact: acme-1.2.0.tar@sha256:{}", "0".repeat(64));
    repo.tag_with("v1.2.0", "release/1.2", &text);
    let world = World::with(repo);
    world.write("acme-1.2.0.tar", "another build");
    make_key(&world, "ours");
    let refused = bundle(&world, &["1.2.0", "--artifact", "acme-1.2.0.tar", "--out", "."]).refused(3);
    assert!(refused.stderr.contains("`acme-1.2.0.tar` is not what 1.2.0 was released with"), "{refused}");
}
