//! The user's `git` as a child process: pinned message language, no prompt, nothing on standard input, its exit
//! status always read, its errors shown as they are.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};

use super::repository::Repository;

/// Why a git command did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum GitCommandError {
    #[error("cannot run `git`")]
    Start(#[source] std::io::Error),
    #[error("`git {command}` failed ({status}){}{stderr}", if .stderr.is_empty() { "" } else { ": " })]
    Failed {
        /// The first words, never an argument that may hold a secret.
        command: String,
        status: ExitStatus,
        /// As git wrote it, without trailing blanks.
        stderr: String,
    },
}

impl GitCommandError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Start(_) => Some("install git 2.40 or later and put it on the `PATH`".to_owned()),
            Self::Failed { .. } => None,
        }
    }
}

/// The variable that marks a git which only reads: it holds no lock, whoever looks for the holder of one.
pub(super) const READER: &str = "TWINTRACK_GIT=reads";

/// Variables that would point git at another repository than the opened one.
const REPOSITORY_VARIABLES: [&str; 6] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"];

/// One run of git.
#[derive(Debug)]
pub struct GitCommand {
    directory: PathBuf,
    arguments: Vec<OsString>,
    fetches_absent_objects: bool,
    is_reader: bool,
}

impl GitCommand {
    /// A command that only reads; in a partial clone it fails on absent objects rather than fetch them unasked.
    pub fn reading(repository: &Repository) -> Self {
        match repository.runs_from() {
            Some(place) => {
                let command = Self::reading_in(place);
                command.args([OsStr::new("--git-dir"), repository.common_dir().as_os_str()])
            }
            None => Self::reading_in(repository.work_dir().unwrap_or(repository.common_dir())),
        }
    }

    /// The same where nothing is opened yet.
    pub(super) fn reading_in(directory: &Path) -> Self {
        Self { directory: directory.to_owned(), arguments: Vec::new(), fetches_absent_objects: false, is_reader: true }
    }

    /// A command that writes to the repository or talks to a remote.
    pub fn writing(repository: &Repository) -> Self {
        Self { is_reader: false, ..Self::asking(repository) }
    }

    /// A command that talks to a remote and changes nothing here.
    pub(super) fn asking(repository: &Repository) -> Self {
        Self { fetches_absent_objects: true, ..Self::reading(repository) }
    }

    /// A command that works on the work tree at `directory`, which may be another than the opened one.
    pub fn in_work_tree(directory: &Path) -> Self {
        Self { fetches_absent_objects: true, is_reader: false, ..Self::reading_in(directory) }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// Where it runs.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Runs to the end and returns standard output; any exit status but 0 is an error.
    pub fn run(self) -> Result<Vec<u8>, GitCommandError> {
        let output = self.output()?;
        checked(&self.first_word(), &output)?;
        Ok(output.stdout)
    }

    /// Runs to the end, for commands whose exit status is an answer.
    pub(super) fn output(&self) -> Result<Output, GitCommandError> {
        self.to_command().output().map_err(GitCommandError::Start)
    }

    pub(super) fn to_command(&self) -> Command {
        let mut command = Command::new("git");
        command.args(&self.arguments).current_dir(&self.directory).stdin(Stdio::null());
        command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
        for name in REPOSITORY_VARIABLES {
            command.env_remove(name);
        }
        if let Some((name, value)) = READER.split_once('=').filter(|_| self.is_reader) {
            command.env(name, value);
        }
        if !self.fetches_absent_objects {
            command.env("GIT_NO_LAZY_FETCH", "1");
        }
        command
    }

    /// The subcommand: the first word that is no setting.
    pub(super) fn first_word(&self) -> String {
        let mut words = self.arguments.iter().map(|word| word.to_string_lossy());
        while let Some(word) = words.next() {
            if word != "-c" && word != "--git-dir" {
                return word.into_owned();
            }
            words.next();
        }
        String::new()
    }
}

/// Any exit status but 0 is an error.
pub(super) fn checked(command: &str, output: &Output) -> Result<(), GitCommandError> {
    if output.status.success() {
        return Ok(());
    }
    let stderr = words(&output.stderr);
    Err(GitCommandError::Failed { command: command.to_owned(), status: output.status, stderr })
}

/// A file without a name that holds this text, for a git to read as its standard input.
pub(super) fn filled(text: &str) -> std::io::Result<File> {
    let mut file = tempfile::tempfile()?;
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(file)
}

/// Runs to the end, with the open file as standard input: a lock on it lasts as long as that git, also where it outlives
/// us.
pub(super) fn run_holding(mut command: Command, held: Option<&File>) -> std::io::Result<Output> {
    if let Some(file) = held {
        command.stdin(file.try_clone()?);
    }
    command.output()
}

/// What git wrote on standard error, without trailing blanks.
pub(super) fn words(stderr: &[u8]) -> String {
    String::from_utf8_lossy(stderr).trim_end().to_owned()
}
