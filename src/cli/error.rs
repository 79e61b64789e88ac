//! What a run ends with: an exit code for every kind of error, the words of an error's whole chain, and its hints. The
//! words themselves live on the errors; here they are only gathered and printed.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use serde::Serialize;

use super::known;
use super::text;
use crate::domain::ChangeKind;

/// How a run that worked ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Done, or nothing to do.
    Done,
    /// The answer is no; only where a check was asked for.
    No,
}

/// The kinds of failure, each with an exit code of its own that scripts may rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// The arguments or the environment make no sense.
    Usage,
    /// By policy or for safety: a gate is open, something would be overwritten.
    Refused,
    /// A person must solve it.
    Conflict,
    /// The repository or the remote moved meanwhile.
    Moved,
    /// The configuration or a change note.
    Invalid,
    /// Git, files or the remote.
    Failed,
    /// A mistake in this program.
    Bug,
    /// The user pressed Ctrl-C.
    Interrupted,
}

impl ErrorKind {
    /// All kinds, in the order of their exit codes.
    pub const ALL: [Self; 8] = [
        Self::Usage,
        Self::Refused,
        Self::Conflict,
        Self::Moved,
        Self::Invalid,
        Self::Failed,
        Self::Bug,
        Self::Interrupted,
    ];

    /// The exit code of a run that ends so.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Conflict => 4,
            Self::Moved => 5,
            Self::Invalid => 6,
            Self::Failed => 7,
            Self::Bug => 70,
            Self::Interrupted => 130,
        }
    }

    /// What the exit code means, for the command reference.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Usage => "wrong usage: arguments or environment variables make no sense",
            Self::Refused => "refused, by policy or for safety; nothing was changed",
            Self::Conflict => "a conflict that a person must solve",
            Self::Moved => "the repository or the remote moved meanwhile; run again",
            Self::Invalid => "the configuration or a change note is invalid",
            Self::Failed => "git, files or the remote failed",
            Self::Bug => "a bug in twintrack; please report it",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What is wrong with how the program was called.
#[derive(Debug, thiserror::Error)]
pub(super) enum UsageError {
    #[error("environment variable `{name}` is `{value}`, which is not {wanted}")]
    Variable { name: &'static str, value: String, wanted: &'static str },
    #[error("`{command}` makes no document, so it cannot print `{format}`")]
    NoDocument { command: &'static str, format: &'static str },
    #[error("there are several channels, and none was named")]
    WhichChannel { known: Vec<String> },
    #[error("a bare repository has no work tree to write {what} into")]
    NoPlace {
        what: &'static str,
        /// What says where instead.
        option: &'static str,
    },
    #[error("a bare repository has no work tree to write {what} into")]
    NoWorkTree { what: &'static str },
    #[error("nothing says what the change means, and nobody is there to be asked")]
    NoNoteText,
    #[error("nothing says what kind of change it is")]
    NoNoteKind,
    #[error("the text has no words to name the note by")]
    NoNoteName,
    #[error("a key was given, so that one bundle can be verified, and several names were")]
    SeveralBundles,
    #[error("{customer} runs nothing that could be upgraded")]
    NothingInstalled { customer: String },
    #[error("`{file}` is a file, and nothing says whose bundles are trusted")]
    NoBundleKey { file: String },
    #[error("`{option}` is `{value}`, which is not {wanted}")]
    Value { option: &'static str, value: String, wanted: String },
}

impl UsageError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Variable { name, .. } => Some(format!("correct `{name}` or unset it")),
            Self::Value { .. } => None,
            Self::WhichChannel { known } if known.is_empty() => None,
            Self::WhichChannel { known } => Some(format!("name one with `--channel`: {}", known.join(", "))),
            Self::NoPlace { option, .. } => Some(format!("say where with `{option}`, or look only with `--dry-run`")),
            Self::NoWorkTree { .. } => {
                Some("work in a clone with a work tree, or look only with `--dry-run`".to_owned())
            }
            Self::NoNoteText => {
                Some("write it as in `twintrack note new \"Jobs no longer run twice\" --kind fixed`".to_owned())
            }
            Self::NoNoteKind => {
                let kinds: Vec<&str> = ChangeKind::ALL.iter().map(|kind| kind.as_str()).collect();
                Some(format!("add `--kind`: {}", kinds.join(", ")))
            }
            Self::NothingInstalled { .. } => Some("give it a `version` in the file of customers".to_owned()),
            Self::SeveralBundles => Some("verify one bundle after the other; tags need no `--key`".to_owned()),
            Self::NoBundleKey { .. } => Some("name a file of public keys with `--key release.pub`".to_owned()),
            Self::NoNoteName => Some("name it with `--slug`".to_owned()),
            Self::NoDocument { .. } => Some("use `--format text` or `--format json`".to_owned()),
        }
    }
}

/// What a command does not do, for safety.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("`{}` exists and would be overwritten", .path.display())]
    WouldOverwrite { path: PathBuf },
    #[error("nothing would read a configuration here: {counts} counts")]
    WithoutEffect { counts: String },
    #[error("templates of the project are there already and would be overwritten: `{}`", .files.join("`, `"))]
    OwnTemplates { files: Vec<String> },
    #[error("`{}` exists and says something else", .path.display())]
    NoteExists { path: PathBuf },
    #[error("the note is empty; nothing was written")]
    EmptyNote,
}

impl Refusal {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::WithoutEffect { .. } => Some("check trunk out first, or say where with `--config FILE`".to_owned()),
            Self::OwnTemplates { .. } => Some(
                "leave them out, or move them away; `twintrack templates show NAME` prints the shipped text".to_owned(),
            ),
            Self::NoteExists { .. } => Some("edit that file, or choose another name with `--slug`".to_owned()),
            Self::EmptyNote => None,
            Self::WouldOverwrite { .. } => {
                Some("read what would be written with `--dry-run`, or overwrite it with `--force`".to_owned())
            }
        }
    }
}

/// An error ready to be printed.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Failure {
    pub kind: ErrorKind,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
}

impl Failure {
    /// Gathers the words of an error's chain. The kind is that of the outermost error which has one, `Failed` without;
    /// the hints are those of all.
    pub fn gather(error: &anyhow::Error) -> Self {
        let mut words: Vec<String> = Vec::new();
        let mut kind = None;
        let mut hints = Vec::new();
        for link in error.chain() {
            let message = link.to_string();
            if words.last().is_none_or(|above| !above.ends_with(&message)) {
                words.push(message);
            }
            if let Some(known) = known::explain(link) {
                kind = kind.or(Some(known.kind));
                words.extend(known.findings);
                hints.extend(known.hints);
            }
        }
        let mut seen = BTreeSet::new();
        hints.retain(|hint: &String| seen.insert(hint.clone()));
        let message = if words.is_empty() { String::new() } else { words.remove(0) };
        Self { kind: kind.unwrap_or(ErrorKind::Failed), message, causes: words, hints }
    }

    /// Arguments that do not parse, in the words of the argument parser.
    pub fn usage(message: &str) -> Self {
        let mut paragraphs = message.split("\n\n").map(str::trim).filter(|text| !text.is_empty());
        let message = paragraphs.next().unwrap_or_default();
        let message = message.strip_prefix("error: ").unwrap_or(message).to_owned();
        let hints = paragraphs.map(|hint| hint.strip_prefix("tip: ").unwrap_or(hint).to_owned()).collect();
        Self { kind: ErrorKind::Usage, message, causes: Vec::new(), hints }
    }

    /// A panic, with the place where it happened.
    pub fn bug(what: &str) -> Self {
        Self {
            kind: ErrorKind::Bug,
            message: format!("this is a bug in twintrack {}: {what}", env!("CARGO_PKG_VERSION")),
            causes: Vec::new(),
            hints: vec![
                "please report it with the command you ran; `RUST_BACKTRACE=1` adds a backtrace to the report"
                    .to_owned(),
            ],
        }
    }

    /// As people read it, with `error:` painted in `style`.
    pub fn to_text(&self, error_style: anstyle::Style, hint_style: anstyle::Style) -> String {
        let mut shown = String::new();
        let mut line = |style: anstyle::Style, label: &str, words: &str| {
            let words = text::lines(words).replace('\n', "\n    ");
            let _ = writeln!(shown, "{style}{label}:{style:#} {words}");
        };
        line(error_style, "error", &self.message);
        for cause in &self.causes {
            line(anstyle::Style::new(), "  because", cause);
        }
        for hint in &self.hints {
            line(hint_style, "  hint", hint);
        }
        shown
    }

    /// As machines read it, on one line.
    pub fn to_json(&self, run: &str) -> String {
        serde_json::json!({ "run": run, "error": self }).to_string()
    }

    /// The exit code of the run.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.kind.exit_code())
    }
}

/// Whether the reader of our output went away, which is no error of ours.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |link: &(dyn Error + 'static)| {
        link.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    error.chain().any(broken)
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn an_error_shows_its_chain_once_and_its_hints() {
        let deep: anyhow::Result<()> =
            Err(UsageError::Variable { name: "TWINTRACK_NOW", value: "x\u{1b}".into(), wanted: "a time" }.into());
        let error = deep.context("cannot read the clock").unwrap_err();
        let failure = Failure::gather(&error);
        let plain = anstyle::Style::new();
        assert_eq!(
            failure.to_text(plain, plain),
            "error: cannot read the clock\n  because: environment variable `TWINTRACK_NOW` is `x\u{fffd}`, which is not a \
             time\n  hint: correct `TWINTRACK_NOW` or unset it\n"
        );
        assert_eq!(failure.kind, ErrorKind::Usage);
    }

    #[test]
    fn an_unknown_error_is_a_failure_of_the_world_around() {
        assert_eq!(Failure::gather(&anyhow::anyhow!("odd")).kind, ErrorKind::Failed);
    }

    #[test]
    fn a_broken_pipe_is_seen_through_its_context() {
        let error = anyhow::Error::from(io::Error::from(io::ErrorKind::BrokenPipe)).context("cannot print");
        assert!(is_broken_pipe(&error));
    }
}
