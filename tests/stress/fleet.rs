//! A bare remote that remembers every change of a ref, and clones of it in which programs run.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use twintrack::testing::TestRepo;

/// The moment of every run: close to the commits, so that the days between are few.
pub const NOW: &str = "2025-01-03T12:00:00Z";
pub const DAY: &str = "2025-01-03";

const POLICY: &str = r#"schema = 1

[project]
name = "Acme"
trunk = "main"

[channels.managed]
kind = "continuous"
tag = "deploy/{environment}/{date}.{seq}"
environments = ["staging", "production"]

[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
candidate = "v{version}-rc.{seq}"
version-files = ["VERSION"]
cut-from = "trunk"
"#;

/// Commits of trunk before anybody clones it.
const COMMITS: usize = 12;

/// Writes down what became of every ref, in one line each: `old new name`.
const HOOK: &str =
    "#!/bin/sh\nif [ \"$1\" = committed ]; then cat >> \"$GIT_DIR/changes.log\"; else cat > /dev/null; fi\n";

/// The remote and everything beside it.
pub struct Fleet {
    root: TempDir,
    pub commits: Vec<String>,
}

impl Fleet {
    /// A remote with a trunk and its policy, which remembers from now on.
    pub fn new() -> Self {
        let fleet = Self::unwatched();
        fleet.watch();
        fleet
    }

    /// The same remote, which remembers nothing yet.
    pub fn unwatched() -> Self {
        let root = tempfile::Builder::new().prefix("twintrack-fleet-").tempdir().unwrap();
        let remote = root.path().join("remote.git");
        run_git(root.path(), &["init", "--quiet", "--bare", "--initial-branch=main", remote.to_str().unwrap()]);
        let mut source = TestRepo::new();
        source.commit_files(
            "main",
            "chore: begin",
            &[("release.toml", Some(POLICY)), ("VERSION", Some("1.0.0-dev\n"))],
        );
        let commits = (0..COMMITS).map(|number| {
            source.commit_file("main", &format!("feat: part {number}"), "part", &number.to_string()).to_string()
        });
        let commits = commits.collect();
        source.git(&["push", "--quiet", remote.to_str().unwrap(), "main"]);
        // Servers sweep up by themselves; here it would only be noise in the figures.
        run_git(&remote, &["config", "receive.autogc", "false"]);
        std::fs::create_dir(root.path().join("home")).unwrap();
        Self { root, commits }
    }

    /// Lets the remote remember every change of a ref.
    pub fn watch(&self) {
        let hook = self.remote().join("hooks/reference-transaction");
        std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
        std::fs::write(&hook, HOOK).unwrap();
        std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub fn remote(&self) -> PathBuf {
        self.path("remote.git")
    }

    /// Clones the remote; of a shallow clone only trunk's tip comes, and no tags.
    pub fn clone_to(&self, name: &str, is_shallow: bool) {
        self.clone_from(&format!("file://{}", self.remote().display()), name, is_shallow, &[]);
    }

    /// Clones from any address of it, with settings of git.
    pub fn clone_from(&self, address: &str, name: &str, is_shallow: bool, settings: &[String]) {
        let mut command = self.command("git", self.root.path());
        command.args(settings.iter().flat_map(|setting| ["-c", setting]));
        command.args(["clone", "--quiet"]);
        if is_shallow {
            command.args(["--depth=1", "--single-branch", "--no-tags"]);
        }
        let output = command.args([address, name]).output().unwrap();
        assert!(output.status.success(), "clone: {}", String::from_utf8_lossy(&output.stderr));
        for setting in settings {
            let (key, value) = setting.split_once('=').unwrap();
            self.git(name, &["config", key, value]);
        }
        self.git(name, &["config", "gc.auto", "0"]);
    }

    /// Runs git in a clone; it must succeed.
    pub fn git(&self, clone: &str, arguments: &[&str]) -> String {
        let output = self.command("git", &self.path(clone)).args(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Twintrack in a clone, not started yet.
    pub fn twintrack(&self, clone: &str) -> Command {
        self.command(env!("CARGO_BIN_EXE_twintrack"), &self.path(clone))
    }

    /// A program with nothing of the surroundings but where to find other programs.
    pub fn command(&self, program: &str, directory: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(directory).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.path("home")).env("LC_ALL", "C").env("TZ", "UTC").env("TWINTRACK_NOW", NOW);
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Ada Example").env(format!("GIT_{role}_EMAIL"), "ada@example.com");
        }
        command
    }

    /// The refs of the remote, with what they hold.
    pub fn refs(&self) -> BTreeMap<String, String> {
        let listed = run_git(&self.remote(), &["for-each-ref", "--format=%(refname) %(objectname)"]);
        let pairs = listed.lines().filter_map(|line| line.split_once(' '));
        pairs.map(|(name, id)| (name.to_owned(), id.to_owned())).collect()
    }

    /// What the deploys to `environment` say of a trailer, in the order of their numbers, which have neither a gap nor a
    /// repetition.
    pub fn deploys(&self, environment: &str, trailer: &str) -> Vec<String> {
        let prefix = format!("refs/tags/deploy/{environment}/{DAY}.");
        let format = format!("--format=%(refname) %(contents:trailers:key={trailer},valueonly)");
        let listed = run_git(&self.remote(), &["for-each-ref", &format, &format!("{prefix}*")]);
        let named = listed.lines().filter_map(|line| line.strip_prefix(&prefix)?.split_once(' '));
        let mut numbered: Vec<(u64, String)> =
            named.map(|(number, value)| (number.parse().unwrap(), value.trim().to_owned())).collect();
        numbered.sort();
        for (expected, (number, _)) in (1..).zip(&numbered) {
            assert_eq!(*number, expected, "the numbers of deploys to {environment} have a gap");
        }
        numbered.into_iter().map(|(_, value)| value).collect()
    }

    /// Fails where the remote lost something, or where a ref other than a branch was ever moved or deleted, or a branch was
    /// moved to what does not contain it, or an object is missing.
    pub fn assert_whole(&self) {
        let changes = std::fs::read_to_string(self.remote().join("changes.log")).unwrap_or_default();
        for line in changes.lines() {
            let [old, new, name] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
            if !name.starts_with("refs/") {
                continue;
            }
            assert!(!is_zero(new), "`{name}` was deleted on the remote");
            if is_zero(old) {
                continue;
            }
            assert!(name.starts_with("refs/heads/"), "`{name}` was moved on the remote");
            let mut command = Command::new("git");
            command.current_dir(self.remote()).args(["merge-base", "--is-ancestor", old, new]);
            assert!(command.status().unwrap().success(), "`{name}` lost commits on the remote");
        }
        let known: BTreeMap<&str, &str> = changes
            .lines()
            .filter_map(|line| line.split_once(' ')?.1.split_once(' '))
            .map(|(id, name)| (name, id))
            .filter(|(name, _)| name.starts_with("refs/"))
            .collect();
        let refs = self.refs();
        for (name, id) in known {
            assert_eq!(refs.get(name).map(String::as_str), Some(id), "`{name}` is not what it was set to");
        }
        assert_eq!(run_git(&self.remote(), &["fsck", "--strict", "--no-dangling"]), "");
    }
}

fn is_zero(id: &str) -> bool {
    id.bytes().all(|byte| byte == b'0')
}

/// What a run ended with: its exit code and, where it printed a report, that.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub report: Value,
    pub stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
        Self { code: output.status.code(), report, stderr: String::from_utf8_lossy(&output.stderr).into_owned() }
    }
}

pub fn run_git(directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command
        .current_dir(directory)
        .args(arguments)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null");
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}
