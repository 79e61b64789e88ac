//! A world of its own for every test, and what a run in it showed.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use regex::Regex;
use tempfile::TempDir;
use twintrack::testing::TestRepo;

/// The moment at which every run takes place, unless a test says otherwise.
const NOW: &str = "2025-06-01T12:00:00Z";

/// Directories, and the environment in which programs run there. `repo` is the repository; every other name is a
/// directory or file beside it.
pub struct World {
    root: TempDir,
    repo: PathBuf,
    /// Kept so that it is deleted in the end.
    _repository: Option<TestRepo>,
}

impl World {
    /// A world in which `repo` is an empty directory.
    pub fn new() -> Self {
        let root = tempfile::Builder::new().prefix("twintrack-").tempdir().unwrap();
        for name in ["home", "repo"] {
            fs_err::create_dir(root.path().join(name)).unwrap();
        }
        Self { repo: root.path().join("repo"), root, _repository: None }
    }

    /// A world with a repository.
    pub fn with(repository: TestRepo) -> Self {
        Self { repo: repository.path().to_owned(), _repository: Some(repository), ..Self::new() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        let inside = name.strip_prefix("repo/").or_else(|| name.strip_prefix("repo").filter(|rest| rest.is_empty()));
        inside.map_or_else(|| self.root.path().join(name), |rest| self.repo.join(rest))
    }

    pub fn write(&self, name: &str, content: &str) {
        let path = self.path(name);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, content).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs_err::read_to_string(self.path(name)).unwrap()
    }

    /// Runs git and returns what it printed; fails the test where git fails.
    pub fn git(&self, directory: &str, arguments: &[&str]) -> String {
        let (output, shown) = (self.try_git(directory, arguments), arguments.join(" "));
        assert!(output.status.success(), "git {shown}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Runs git where it may fail.
    pub fn try_git(&self, directory: &str, arguments: &[&str]) -> Output {
        self.command("git", &self.path(directory)).args(arguments).output().unwrap()
    }

    /// Runs twintrack in `repo`.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.run_in("repo", &[], arguments)
    }

    /// Runs twintrack in a directory, with more environment variables.
    pub fn run_in(&self, directory: &str, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
        let mut command = self.twintrack(directory);
        let output = command.envs(variables.iter().copied()).args(arguments).output().unwrap();
        Run::new(self, arguments, &output)
    }

    /// Twintrack in a directory, not started yet.
    pub fn twintrack(&self, directory: &str) -> Command {
        self.command(env!("CARGO_BIN_EXE_twintrack"), &self.path(directory))
    }

    /// A program with nothing of the surroundings but where to find other programs.
    pub fn command(&self, program: &str, directory: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(directory).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.path("home")).env("LC_ALL", "C").env("TZ", "UTC");
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        command.env("GIT_CEILING_DIRECTORIES", std::env::temp_dir());
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Ada Example").env(format!("GIT_{role}_EMAIL"), "ada@example.com");
            command.env(format!("GIT_{role}_DATE"), NOW);
        }
        command.env("TWINTRACK_NOW", NOW);
        command
    }
}

/// What a run showed. Displayed as one text for snapshots, the world's own path and the run's id made equal.
pub struct Run {
    arguments: String,
    pub stdout: String,
    pub stderr: String,
    pub code: Option<i32>,
}

impl Run {
    fn new(world: &World, arguments: &[&str], output: &Output) -> Self {
        let run_id = Regex::new(r#""run":"[0-9a-f]{16}""#).unwrap();
        let places = [("[REPO]", world.repo.as_path()), ("[WORLD]", world.root.path())];
        let clean = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
            let text = places.iter().fold(text, |text, (name, path)| {
                let real = path.canonicalize().unwrap();
                text.replace(real.to_str().unwrap(), name).replace(path.to_str().unwrap(), name)
            });
            run_id.replace_all(&text, r#""run":"[RUN]""#).into_owned()
        };
        Self {
            arguments: arguments.join(" "),
            stdout: clean(&output.stdout),
            stderr: clean(&output.stderr),
            code: output.status.code(),
        }
    }

    /// The run, once it ended well.
    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{self}");
        self
    }

    /// The run, once it ended with `code` and nothing on standard output.
    #[track_caller]
    pub fn refused(self, code: i32) -> Self {
        assert_eq!((self.code, self.stdout.as_str()), (Some(code), ""), "{self}");
        self
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map_or("none".to_owned(), |code| code.to_string());
        writeln!(f, "$ twintrack {}\nexit code {code}", self.arguments)?;
        for (title, text) in [("standard output", &self.stdout), ("standard error", &self.stderr)] {
            if !text.is_empty() {
                write!(f, "--- {title}\n{text}")?;
            }
        }
        Ok(())
    }
}
